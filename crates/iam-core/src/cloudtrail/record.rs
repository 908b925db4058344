use wide::u8x32;

use super::scan::{Scanner, Stop, Text, Value};

/// The fields of a record that matter, as they stand in the bytes. Of a key that stands twice the last one counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Record<'b> {
    fields: [Value<'b>; Key::Other as usize],
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

/// Keys as they stand behind the value before them in files that CloudTrail wrote: without white space.
const USUAL: [Usual; 26] = [
    Usual::new(b",\"eventVersion\":", Key::Other),
    Usual::new(b",\"userIdentity\":", Key::UserIdentity),
    Usual::new(b",\"eventTime\":", Key::EventTime),
    Usual::new(b",\"eventSource\":", Key::EventSource),
    Usual::new(b",\"eventName\":", Key::EventName),
    Usual::new(b",\"awsRegion\":", Key::AwsRegion),
    Usual::new(b",\"sourceIPAddress\":", Key::SourceIpAddress),
    Usual::new(b",\"userAgent\":", Key::UserAgent),
    Usual::new(b",\"errorCode\":", Key::ErrorCode),
    Usual::new(b",\"errorMessage\":", Key::Other),
    Usual::new(b",\"requestParameters\":", Key::RequestParameters),
    Usual::new(b",\"responseElements\":", Key::Other),
    Usual::new(b",\"additionalEventData\":", Key::Other),
    Usual::new(b",\"requestID\":", Key::Other),
    Usual::new(b",\"eventID\":", Key::EventId),
    Usual::new(b",\"readOnly\":", Key::ReadOnly),
    Usual::new(b",\"resources\":", Key::Resources),
    Usual::new(b",\"eventType\":", Key::EventType),
    Usual::new(b",\"apiVersion\":", Key::Other),
    Usual::new(b",\"managementEvent\":", Key::ManagementEvent),
    Usual::new(b",\"recipientAccountId\":", Key::RecipientAccountId),
    Usual::new(b",\"sharedEventID\":", Key::Other),
    Usual::new(b",\"vpcEndpointId\":", Key::Other),
    Usual::new(b",\"vpcEndpointAccountId\":", Key::Other),
    Usual::new(b",\"eventCategory\":", Key::EventCategory),
    Usual::new(b",\"tlsDetails\":", Key::Other),
];

/// A comma, a key and a colon, compared 32 bytes at once.
struct Usual {
    bytes: [u8; 32],
    length: usize,
    key: Key,
}

impl Usual {
    const fn new(text: &'static [u8], key: Key) -> Self {
        let mut bytes = [0; 32];
        let (start, _) = bytes.split_at_mut(text.len());
        start.copy_from_slice(text);
        Self { bytes, length: text.len(), key }
    }

    #[inline]
    fn is_at_start(&self, ahead: &[u8; 32]) -> bool {
        let equal = u8x32::new(self.bytes).simd_eq(u8x32::new(*ahead)).to_bitmask();
        // The bits of all that stands behind the colon do not matter.
        equal | (u32::MAX << self.length) == u32::MAX
    }
}

/// Expects of each record what the one before was like. Nearly every guess comes true, and a wrong one costs little.
#[derive(Debug, Default)]
pub(super) struct Expectation {
    /// For each of [`USUAL`] the one that stood behind it last time; at the end the first one.
    successors: [u8; USUAL.len() + 1],
    /// The latest `userIdentity`.
    identity: Vec<u8>,
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
    /// What only digest files have.
    DigestStartTime,
    /// Any other.
    Other,
}

impl Expectation {
    /// Passes over the key that is expected behind another one, if it is there.
    #[inline]
    fn key_behind(&self, before: usize, scanner: &mut Scanner<'_>) -> Option<(usize, Key)> {
        let at = usize::from(*self.successors.get(before)?);
        let usual = USUAL.get(at)?;
        let is_there = usual.is_at_start(scanner.ahead().first_chunk()?);
        is_there.then(|| {
            scanner.move_to(scanner.at() + usual.length);
            (at, usual.key)
        })
    }

    /// Notes that this key stood behind another one.
    fn note(&mut self, before: usize, name: Text<'_>) -> Option<usize> {
        let is_it = |usual: &Usual| usual.bytes.get(2..usual.length - 2) == Some(name.raw);
        let at = USUAL.iter().position(is_it)?;
        *self.successors.get_mut(before)? = u8::try_from(at).ok()?;
        Some(at)
    }

    /// Reads `userIdentity`, which is mostly the one of the record before, byte for byte.
    #[inline]
    fn identity<'b>(&mut self, scanner: &mut Scanner<'b>) -> Result<Value<'b>, Stop> {
        let start = scanner.at();
        if !self.identity.is_empty() && scanner.pass(&self.identity) {
            return Ok(Value::Object(scanner.between(start, scanner.at())));
        }
        let value = scanner.value()?;
        if let Value::Object(bytes) = value {
            self.identity.clear();
            self.identity.extend_from_slice(bytes);
        }
        Ok(value)
    }
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

    /// The value of a key.
    #[inline]
    pub(super) fn at(&self, key: Key) -> Value<'b> {
        self.fields.get(key as usize).copied().unwrap_or_default()
    }

    /// Whether there is anything that only records have.
    pub(super) fn has_any(&self) -> bool {
        [Key::EventTime, Key::EventSource, Key::EventName].iter().any(|key| self.at(*key) != Value::Absent)
    }

    /// Reads the object that is next. With `stop_at_lists`, reading ends where a list of records begins.
    pub(super) fn read(
        &mut self,
        scanner: &mut Scanner<'b>,
        expected: &mut Expectation,
        stop_at_lists: bool,
    ) -> Result<Ended, Stop> {
        scanner.expect(b'{')?;
        let mut before = USUAL.len();
        let mut is_first = true;
        loop {
            let key = if let Some((at, key)) = expected.key_behind(before, scanner) {
                before = at;
                key
            } else {
                let Some(name) = scanner.key(is_first)? else { return Ok(Ended::Closed) };
                if stop_at_lists && Self::is_list(name) && scanner.peek()? == b'[' {
                    return Ok(Ended::AtList);
                }
                if let Some(at) = expected.note(before, name) {
                    before = at;
                }
                Key::of(name)
            };
            is_first = false;
            let value =
                if key == Key::UserIdentity { expected.identity(scanner)? } else { scanner.value()? };
            if let Some(field) = self.fields.get_mut(key as usize) {
                *field = value;
            }
        }
    }
}
