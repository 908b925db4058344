#![expect(clippy::inline_always, reason = "measured: calls cost as much as what they do")]

use super::scan::{Scanner, Stop, Text, Value};

/// The fields of a record that matter, as they stand in the bytes. Of a key that stands twice the last one counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Record<'b> {
    fields: [Value<'b>; Key::Other as usize],
}

/// Keys whose array holds the records of a file, or what holds the records.
const LISTS: &[&[u8]] = &[b"Records", b"Events", b"events", b"logEvents", b"QueryResultRows", b"results"];

/// How an object ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// At its closing bracket.
    Closed,
    /// Before the array of a list of records, whose opening bracket is next.
    AtList,
}

/// The keys that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
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
    /// What an envelope holds instead: an event of EventBridge, or a record as text.
    Enclosed,
    /// How far the query got whose results stand in the file.
    QueryStatus,
    /// What only digest files have.
    DigestStartTime,
    /// Any other.
    Other,
}

impl Key {
    pub(super) fn of(key: Text<'_>) -> Self {
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
            b"QueryStatus" | b"status" => Self::QueryStatus,
            b"digestStartTime" => Self::DigestStartTime,
            _ => Self::Other,
        }
    }
}

impl<'b> Record<'b> {
    /// Whether a key's array holds records, or what holds records.
    pub(super) fn is_list(key: Text<'_>) -> bool {
        if key.has_escapes { LISTS.contains(&key.decoded().as_bytes()) } else { LISTS.contains(&key.raw) }
    }

    /// A record of these bytes, which were read before.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        let mut record = Self::default();
        // It was whole then.
        let _ = record.read(&mut Scanner::new(bytes, 0), false);
        record
    }

    /// Whether it is of CloudTrail Insights, and no call.
    pub(super) fn is_insight(&self) -> bool {
        self.at(Key::EventType).is("AwsCloudTrailInsight") || self.at(Key::EventCategory).is("Insight")
    }

    /// The value of a key.
    #[inline]
    pub(super) fn at(&self, key: Key) -> Value<'b> {
        self.fields.get(key as usize).copied().unwrap_or_default()
    }

    /// Whether there is anything that only records have.
    pub(super) fn has_any(&self) -> bool {
        [Key::EventTime, Key::EventSource, Key::EventName].iter().any(|key| !self.at(*key).is_absent())
    }

    /// Reads the object that is next. With `stop_at_lists`, reading ends where a list of records begins.
    pub(super) fn read(&mut self, scanner: &mut Scanner<'b>, stop_at_lists: bool) -> Result<Ended, Stop> {
        let mut is_first = !self.read_usual(scanner)?;
        if is_first {
            scanner.expect(b'{')?;
        }
        loop {
            let Some(name) = scanner.key(is_first)? else { return Ok(Ended::Closed) };
            if stop_at_lists && Self::is_list(name) && scanner.peek()? == b'[' {
                return Ok(Ended::AtList);
            }
            is_first = false;
            let key = Key::of(name);
            let value = scanner.value()?;
            self.set(key, value);
        }
    }

    /// Reads keys in the order in which CloudTrail writes them, without white space, as far as the record has them so;
    /// nearly every record has. What is left is read like any object. Tells whether anything was read.
    fn read_usual(&mut self, scanner: &mut Scanner<'b>) -> Result<bool, Stop> {
        if !scanner.pass(b"{\"eventVersion\":") {
            return Ok(false);
        }
        scanner.text_or_value()?;
        self.pass(scanner, b",\"userIdentity\":", Key::UserIdentity)?;
        self.pass(scanner, b",\"eventTime\":", Key::EventTime)?;
        self.pass(scanner, b",\"eventSource\":", Key::EventSource)?;
        self.pass(scanner, b",\"eventName\":", Key::EventName)?;
        self.pass(scanner, b",\"awsRegion\":", Key::AwsRegion)?;
        self.pass(scanner, b",\"sourceIPAddress\":", Key::SourceIpAddress)?;
        self.pass(scanner, b",\"userAgent\":", Key::UserAgent)?;
        self.pass(scanner, b",\"errorCode\":", Key::ErrorCode)?;
        self.pass(scanner, b",\"errorMessage\":", Key::Other)?;
        self.pass(scanner, b",\"requestParameters\":", Key::RequestParameters)?;
        self.pass(scanner, b",\"responseElements\":", Key::Other)?;
        self.pass(scanner, b",\"additionalEventData\":", Key::Other)?;
        self.pass(scanner, b",\"requestID\":", Key::Other)?;
        self.pass(scanner, b",\"eventID\":", Key::EventId)?;
        self.pass(scanner, b",\"readOnly\":", Key::ReadOnly)?;
        self.pass(scanner, b",\"resources\":", Key::Resources)?;
        self.pass(scanner, b",\"eventType\":", Key::EventType)?;
        self.pass(scanner, b",\"apiVersion\":", Key::Other)?;
        self.pass(scanner, b",\"managementEvent\":", Key::ManagementEvent)?;
        self.pass(scanner, b",\"recipientAccountId\":", Key::RecipientAccountId)?;
        self.pass(scanner, b",\"sharedEventID\":", Key::Other)?;
        self.pass(scanner, b",\"vpcEndpointId\":", Key::Other)?;
        self.pass(scanner, b",\"vpcEndpointAccountId\":", Key::Other)?;
        self.pass(scanner, b",\"eventCategory\":", Key::EventCategory)?;
        self.pass(scanner, b",\"tlsDetails\":", Key::Other)?;
        self.pass(scanner, b",\"sessionCredentialFromConsole\":", Key::Other)?;
        Ok(true)
    }

    /// Reads a member, if it is next.
    #[inline(always)]
    fn pass<const N: usize>(
        &mut self,
        scanner: &mut Scanner<'b>,
        text: &[u8; N],
        key: Key,
    ) -> Result<(), Stop> {
        if scanner.pass(text) {
            let value = scanner.text_or_value()?;
            self.set(key, value);
        }
        Ok(())
    }

    #[inline(always)]
    pub(super) fn set(&mut self, key: Key, value: Value<'b>) {
        if let Some(field) = self.fields.get_mut(key as usize) {
            *field = value;
        }
    }
}
