use super::scan::{Scanner, Stop, Text, Value};

/// The fields of a record that matter, as they stand in the bytes. Of a key that stands twice the last one counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Record<'b> {
    pub(super) user_identity: Value<'b>,
    pub(super) event_time: Value<'b>,
    pub(super) event_source: Value<'b>,
    pub(super) event_name: Value<'b>,
    pub(super) aws_region: Value<'b>,
    pub(super) source_ip_address: Value<'b>,
    pub(super) user_agent: Value<'b>,
    pub(super) error_code: Value<'b>,
    pub(super) request_parameters: Value<'b>,
    pub(super) event_id: Value<'b>,
    pub(super) read_only: Value<'b>,
    pub(super) resources: Value<'b>,
    pub(super) event_type: Value<'b>,
    pub(super) management_event: Value<'b>,
    pub(super) recipient_account_id: Value<'b>,
    pub(super) event_category: Value<'b>,
    /// What an envelope holds instead: an event of EventBridge, or a record as text.
    pub(super) enclosed: Value<'b>,
    /// What only digest files have.
    pub(super) digest_start_time: Value<'b>,
}

/// Keys whose array holds the records of a file, or what holds the records.
const LISTS: &[&[u8]] = &[b"Records", b"Events", b"events", b"logEvents", b"QueryResultRows"];

/// How an object ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// At its closing bracket.
    Closed,
    /// Before the array of a list of records, whose opening bracket is next.
    AtList,
}

/// The keys of a record in the order in which CloudTrail writes them, each as it stands behind the value before it.
const USUAL: &[(&[u8], Key)] = &[
    (b"\"eventVersion\":", Key::Other),
    (b"\"userIdentity\":", Key::UserIdentity),
    (b"\"eventTime\":", Key::EventTime),
    (b"\"eventSource\":", Key::EventSource),
    (b"\"eventName\":", Key::EventName),
    (b"\"awsRegion\":", Key::AwsRegion),
    (b"\"sourceIPAddress\":", Key::SourceIpAddress),
    (b"\"userAgent\":", Key::UserAgent),
    (b"\"errorCode\":", Key::ErrorCode),
    (b"\"errorMessage\":", Key::Other),
    (b"\"requestParameters\":", Key::RequestParameters),
    (b"\"responseElements\":", Key::Other),
    (b"\"additionalEventData\":", Key::Other),
    (b"\"requestID\":", Key::Other),
    (b"\"eventID\":", Key::EventId),
    (b"\"readOnly\":", Key::ReadOnly),
    (b"\"resources\":", Key::Resources),
    (b"\"eventType\":", Key::EventType),
    (b"\"apiVersion\":", Key::Other),
    (b"\"managementEvent\":", Key::ManagementEvent),
    (b"\"recipientAccountId\":", Key::RecipientAccountId),
    (b"\"sharedEventID\":", Key::Other),
    (b"\"vpcEndpointId\":", Key::Other),
    (b"\"vpcEndpointAccountId\":", Key::Other),
    (b"\"eventCategory\":", Key::EventCategory),
    (b"\"tlsDetails\":", Key::Other),
    (b"\"sessionCredentialFromConsole\":", Key::Other),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    UserIdentity,
    EventTime,
    EventSource,
    EventName,
    AwsRegion,
    SourceIpAddress,
    UserAgent,
    ErrorCode,
    RequestParameters,
    EventId,
    ReadOnly,
    Resources,
    EventType,
    ManagementEvent,
    RecipientAccountId,
    EventCategory,
    Enclosed,
    DigestStartTime,
    Other,
}

impl Key {
    fn of(key: Text<'_>) -> Self {
        let decoded;
        let name = if key.has_escapes {
            decoded = key.decoded();
            decoded.as_bytes()
        } else {
            key.raw
        };
        match name {
            b"userIdentity" => Self::UserIdentity,
            b"eventTime" => Self::EventTime,
            b"eventSource" => Self::EventSource,
            b"eventName" => Self::EventName,
            b"awsRegion" => Self::AwsRegion,
            b"sourceIPAddress" => Self::SourceIpAddress,
            b"userAgent" => Self::UserAgent,
            b"errorCode" => Self::ErrorCode,
            b"requestParameters" => Self::RequestParameters,
            b"eventID" => Self::EventId,
            b"readOnly" => Self::ReadOnly,
            b"resources" => Self::Resources,
            b"eventType" => Self::EventType,
            b"managementEvent" => Self::ManagementEvent,
            b"recipientAccountId" => Self::RecipientAccountId,
            b"eventCategory" => Self::EventCategory,
            b"detail" | b"CloudTrailEvent" | b"message" | b"Message" | b"eventJson" | b"eventjson" => {
                Self::Enclosed
            }
            b"digestStartTime" => Self::DigestStartTime,
            _ => Self::Other,
        }
    }
}

impl<'b> Record<'b> {
    /// Whether a key's array holds records, or what holds records.
    pub(super) fn is_list(key: Text<'_>) -> bool {
        LISTS.contains(&key.raw)
    }

    /// Whether there is anything that only records have.
    pub(super) fn has_any(&self) -> bool {
        let own = [self.event_time, self.event_source, self.event_name];
        own.iter().any(|field| *field != Value::Absent)
    }

    /// Reads the object that is next. With `stop_at_lists`, reading ends where a list of records begins.
    pub(super) fn read(&mut self, scanner: &mut Scanner<'b>, stop_at_lists: bool) -> Result<Ended, Stop> {
        scanner.expect(b'{')?;
        // Real files hold no white space and always the same order of keys, so that nearly every key is a guess come true.
        let mut usual = 0;
        let mut is_first = true;
        loop {
            let mut guessed = None;
            let behind_comma = if is_first {
                Some(0)
            } else {
                scanner.ahead().first().filter(|byte| **byte == b',').map(|_| 1)
            };
            if let Some(comma) = behind_comma {
                let ahead = scanner.ahead().get(comma..).unwrap_or_default();
                let mut guesses = USUAL.iter().enumerate().skip(usual).take(4);
                if let Some((index, (literal, key))) =
                    guesses.find(|(_, (literal, _))| ahead.starts_with(literal))
                {
                    scanner.move_to(scanner.at() + comma + literal.len());
                    usual = index + 1;
                    guessed = Some(*key);
                }
            }
            let key = if let Some(key) = guessed {
                key
            } else {
                let Some(name) = scanner.key(is_first)? else { return Ok(Ended::Closed) };
                if stop_at_lists && Self::is_list(name) && scanner.peek()? == b'[' {
                    return Ok(Ended::AtList);
                }
                let key = Key::of(name);
                if let Some(index) = USUAL.iter().position(|(_, own)| *own == key && key != Key::Other) {
                    usual = index + 1;
                }
                key
            };
            is_first = false;
            let value = scanner.value()?;
            if let Some(field) = self.field(key) {
                *field = value;
            }
        }
    }

    fn field(&mut self, key: Key) -> Option<&mut Value<'b>> {
        Some(match key {
            Key::UserIdentity => &mut self.user_identity,
            Key::EventTime => &mut self.event_time,
            Key::EventSource => &mut self.event_source,
            Key::EventName => &mut self.event_name,
            Key::AwsRegion => &mut self.aws_region,
            Key::SourceIpAddress => &mut self.source_ip_address,
            Key::UserAgent => &mut self.user_agent,
            Key::ErrorCode => &mut self.error_code,
            Key::RequestParameters => &mut self.request_parameters,
            Key::EventId => &mut self.event_id,
            Key::ReadOnly => &mut self.read_only,
            Key::Resources => &mut self.resources,
            Key::EventType => &mut self.event_type,
            Key::ManagementEvent => &mut self.management_event,
            Key::RecipientAccountId => &mut self.recipient_account_id,
            Key::EventCategory => &mut self.event_category,
            Key::Enclosed => &mut self.enclosed,
            Key::DigestStartTime => &mut self.digest_start_time,
            Key::Other => return None,
        })
    }
}
