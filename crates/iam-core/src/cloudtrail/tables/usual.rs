//! Records in the form in which CloudTrail itself writes them: no white space, the same keys in the same order.
//!
//! Neighbouring records have much in common, byte for byte: the identity, the call, address and agent, everything behind
//! `resources`. What was read once is compared, not read again, and what followed from it is remembered beside it.
//! A record that is in any way unlike this is left to the general reader, from its beginning; nothing has been counted then.

use std::hash::BuildHasher as _;

use super::names::{Number, to_index};
use super::{Counted, Looked, Origin, Tables, data_by_record, kinds};
use crate::cloudtrail::EventKinds;
use crate::cloudtrail::fold::{SeenEvents, TrailFile};
use crate::cloudtrail::identity::Identity;
use crate::cloudtrail::known_calls::KnownCall;
use crate::cloudtrail::record::{Key, Record};
use crate::cloudtrail::scan::{LastText, Scanner, Text, Value};

/// How many calls, and how many ends of records are remembered.
const MEMO: usize = 512;

const SHARED_EVENT_ID: &[u8; 17] = b",\"sharedEventID\":";

/// What was read lately, and what followed from it.
#[derive(Debug)]
pub(super) struct Memory {
    calls: Vec<Call>,
    ends: Vec<End>,
    latest_end: usize,
    numbers: u64,
}

/// `eventSource` and `eventName`.
#[derive(Debug, Default, Clone)]
struct Call {
    bytes: Vec<u8>,
    number: Number,
    known: Option<KnownCall>,
}

/// Everything from `eventType` to the end of the record, except for `sharedEventID`, which may stand in the middle of it.
#[derive(Debug, Default, Clone)]
struct End {
    front: Vec<u8>,
    back: Vec<u8>,
    kinds: EventKinds,
    is_data: Option<bool>,
    account: Vec<u8>,
    /// No other end ever had this number, which is not 0.
    number: u64,
}

/// What differs from record to record.
struct Middle<'b> {
    error_code: Value<'b>,
    request: Value<'b>,
    event_id: Value<'b>,
    read_only: Value<'b>,
    resources: Value<'b>,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self {
            calls: vec![Call::default(); MEMO],
            ends: vec![End::default(); MEMO],
            latest_end: 0,
            numbers: 0,
        }
    }
}

impl Tables {
    /// Counts the record that is next, if it is in the usual form; else stays in front of it.
    pub(in crate::cloudtrail) fn look_at_usual(
        &mut self,
        scanner: &mut Scanner<'_>,
        file: &TrailFile,
        base: u64,
        seen: Option<&dyn SeenEvents>,
    ) -> Option<Looked> {
        let start = scanner.at();
        let looked = self.read_usual(scanner, file, base, seen);
        if looked.is_none() {
            scanner.move_to(start);
        }
        looked
    }

    fn read_usual(
        &mut self,
        scanner: &mut Scanner<'_>,
        file: &TrailFile,
        base: u64,
        seen: Option<&dyn SeenEvents>,
    ) -> Option<Looked> {
        let start = scanner.at();
        let identity = match self.identities.pass(scanner) {
            Some(identity) => identity,
            None => self.meet(scanner)?,
        };
        let second = self.clock.pass(scanner)?;
        let (call, known) = self.pass_call(scanner, identity)?;
        let (address, agent) = self.pass_origin(scanner, identity)?;
        let middle = Middle::pass(scanner)?;
        let principal = self.identities.at(identity)?.principal;
        let end = self.pass_end(scanner, self.uses.end(principal, call))?;
        self.uses.expect_end(principal, call, end);
        self.memory.latest_end = end;
        let End { kinds, is_data, .. } = self.memory.ends.get(end)?;
        let (kinds, is_data) = (*kinds, is_data.unwrap_or(known.is_data));
        let place = self.place_of_usual(identity, end)?;
        let is_misplaced = self.is_misplaced(place, file);
        let is_principal_selected = self.identities.at(identity)?.is_selected;
        let (of_record, covered) = self.places.get_index(to_index(place))?;
        self.files.records += 1;
        let is_selected = self.selection.has_second(second)
            && known.is_selected
            && covered.is_selected
            && is_principal_selected;
        if !is_selected {
            return Some(Looked::Done);
        }
        let is_first = seen.is_none_or(|seen| {
            let id = middle.event_id.decoded().unwrap_or_default();
            id.is_empty() || seen.is_first(&id, &of_record.account)
        });
        let looked =
            if is_misplaced { Looked::Misplaced(of_record.account.to_string()) } else { Looked::Done };
        let outcome = self.outcome(middle.error_code);
        self.count(&Counted {
            origin: Origin { file, offset: base + start as u64, bytes: scanner.between(start, scanner.at()) },
            second,
            outcome,
            kinds,
            read_only: middle.read_only.truth(),
            is_data,
            is_first,
            identity,
            principal,
            call,
            known,
            place,
            address: Some(address),
            agent,
            event_id: middle.event_id,
            request: middle.request,
            resources: middle.resources,
        });
        Some(looked)
    }

    /// The place of a record that came from where the identity's latest one came from, and ended like this.
    #[inline]
    fn place_of_usual(&mut self, identity: usize, end: usize) -> Option<Number> {
        let origin = &self.identities.at(identity)?.origin;
        let End { account, number, .. } = self.memory.ends.get(end)?;
        if origin.end == *number {
            return Some(origin.place);
        }
        let (number, account, region) = (*number, account.clone(), origin.region.clone());
        let place = self.place(plain(&account), plain(&region));
        let origin = &mut self.identities.at_mut(identity)?.origin;
        origin.end = number;
        origin.place = place;
        Some(place)
    }

    /// Reads the start of a record up to the end of an identity that stands there for the first time.
    #[inline(never)]
    fn meet(&mut self, scanner: &mut Scanner<'_>) -> Option<usize> {
        let start = scanner.at();
        let ahead = scanner.ahead();
        if !scanner.pass(b"{\"eventVersion\":") {
            return None;
        }
        scanner.text_or_value().ok()?.text()?;
        if !scanner.pass(b",\"userIdentity\":") {
            return None;
        }
        let begin = scanner.at();
        let bytes = scanner.value().ok()?.object()?;
        let (slot, is_known) = self.identities.find(bytes);
        if !is_known {
            let identity = Identity::read(bytes);
            // What else the record says would have to tell who it was.
            if !identity.has_type {
                return None;
            }
            self.remember(slot, bytes, &identity);
        }
        let opening = scanner.between(start, scanner.at());
        self.identities.expect(slot, opening, begin - start, ahead);
        Some(slot)
    }

    /// Reads `eventSource` and `eventName`.
    #[inline]
    fn pass_call(&mut self, scanner: &mut Scanner<'_>, identity: usize) -> Option<(Number, KnownCall)> {
        let latest = self.memory.calls.get(self.identities.at(identity)?.call)?;
        if let Some(known) = latest.known
            && scanner.pass(&latest.bytes)
        {
            return Some((latest.number, known));
        }
        let start = scanner.at();
        let source = filled(scanner, b",\"eventSource\":")?;
        let name = filled(scanner, b",\"eventName\":")?;
        let bytes = scanner.between(start, scanner.at());
        let slot = place_of(self.hashing.hash_one(bytes));
        self.identities.at_mut(identity)?.call = slot;
        let there = self.memory.calls.get(slot)?;
        if let Some(known) = there.known
            && there.bytes == bytes
        {
            return Some((there.number, known));
        }
        let number = self.call(source, name);
        let (_, known) = self.calls.get_index(to_index(number))?;
        let there = self.memory.calls.get_mut(slot)?;
        refill(&mut there.bytes, bytes);
        there.number = number;
        there.known = Some(*known);
        Some((number, *known))
    }

    /// Reads `awsRegion`, `sourceIPAddress` and `userAgent`; returns the number of the address, and the agent.
    #[inline]
    fn pass_origin<'b>(&mut self, scanner: &mut Scanner<'b>, identity: usize) -> Option<(Number, Value<'b>)> {
        let latest = &self.identities.at(identity)?.origin;
        let start = scanner.at();
        if !latest.bytes.is_empty() && scanner.pass(&latest.bytes) {
            return Some((latest.address, latest.agent.within(scanner.between(start, scanner.at()))));
        }
        let region = filled(scanner, b",\"awsRegion\":")?;
        let address = filled(scanner, b",\"sourceIPAddress\":")?;
        let agent = member(scanner, b",\"userAgent\":")?;
        if agent.text().is_none() && !agent.is_absent() {
            return None;
        }
        let address = self.text(address.raw);
        let latest = &mut self.identities.at_mut(identity)?.origin;
        refill(&mut latest.bytes, scanner.between(start, scanner.at()));
        refill(&mut latest.region, region.raw);
        latest.address = address;
        latest.agent = LastText::of(agent);
        latest.end = 0;
        Some((address, agent))
    }

    /// Reads everything from `eventType` on, which may be what it was the last time; returns its place in memory.
    #[inline]
    fn pass_end(&mut self, scanner: &mut Scanner<'_>, guess: Option<usize>) -> Option<usize> {
        let guess = guess.unwrap_or(self.memory.latest_end);
        let guessed = self.memory.ends.get(guess)?;
        let start = scanner.at();
        if !guessed.back.is_empty() && scanner.pass(&guessed.front) {
            member(scanner, SHARED_EVENT_ID)?;
            if scanner.pass(&guessed.back) {
                return Some(guess);
            }
            scanner.move_to(start);
        }
        self.read_end(scanner)
    }

    #[inline(never)]
    fn read_end(&mut self, scanner: &mut Scanner<'_>) -> Option<usize> {
        let start = scanner.at();
        let (mut front, mut back) = (start, start);
        let mut record = Record::default();
        loop {
            if front == start && scanner.ahead().starts_with(SHARED_EVENT_ID) {
                front = scanner.at();
                member(scanner, SHARED_EVENT_ID)?;
                back = scanner.at();
            }
            let Some(name) = scanner.key(false).ok()? else { break };
            let key = Key::of(name);
            let is_expected = matches!(
                key,
                Key::EventType
                    | Key::ManagementEvent
                    | Key::RecipientAccountId
                    | Key::EventCategory
                    | Key::Other
            );
            // The other keys have been passed already, and what comes last counts.
            if !is_expected || Record::is_list(name) {
                return None;
            }
            let value = scanner.text_or_value().ok()?;
            record.set(key, value);
        }
        let front = scanner.between(start, front);
        let back = scanner.between(back, scanner.at());
        let slot = place_of(self.hashing.hash_one((front, back)));
        let there = self.memory.ends.get_mut(slot)?;
        if there.front == front && there.back == back {
            return Some(slot);
        }
        if record.is_insight() {
            return None;
        }
        let account = record.at(Key::RecipientAccountId).filled().filter(|account| !account.has_escapes)?;
        refill(&mut there.front, front);
        refill(&mut there.back, back);
        refill(&mut there.account, account.raw);
        there.kinds = kinds(record.at(Key::EventType));
        there.is_data = data_by_record(&record);
        self.memory.numbers += 1;
        there.number = self.memory.numbers;
        Some(slot)
    }
}

impl<'b> Middle<'b> {
    #[inline]
    fn pass(scanner: &mut Scanner<'b>) -> Option<Self> {
        let error_code = member(scanner, b",\"errorCode\":")?;
        member(scanner, b",\"errorMessage\":")?;
        let request = member(scanner, b",\"requestParameters\":")?;
        member(scanner, b",\"responseElements\":")?;
        member(scanner, b",\"additionalEventData\":")?;
        uuid(scanner, b",\"requestID\":")?;
        let event_id = uuid(scanner, b",\"eventID\":")?;
        let read_only = member(scanner, b",\"readOnly\":")?;
        let resources = member(scanner, b",\"resources\":")?;
        Some(Self { error_code, request, event_id, read_only, resources })
    }
}

/// Reads a member if it is next; `None` if it cannot be read.
#[inline]
fn member<'b, const N: usize>(scanner: &mut Scanner<'b>, key: &[u8; N]) -> Option<Value<'b>> {
    if scanner.pass(key) { scanner.text_or_value().ok() } else { Some(Value::ABSENT) }
}

/// Reads a member that mostly is a UUID.
#[inline]
fn uuid<'b, const N: usize>(scanner: &mut Scanner<'b>, key: &[u8; N]) -> Option<Value<'b>> {
    if scanner.pass(key) { scanner.text_of_length::<36>().ok() } else { Some(Value::ABSENT) }
}

/// Reads a member that is a text without escapes, and not empty.
#[inline]
fn filled<'b, const N: usize>(scanner: &mut Scanner<'b>, key: &[u8; N]) -> Option<Text<'b>> {
    member(scanner, key)?.filled().filter(|text| !text.has_escapes)
}

fn refill(own: &mut Vec<u8>, bytes: &[u8]) {
    own.clear();
    own.extend_from_slice(bytes);
}

fn plain(raw: &[u8]) -> Text<'_> {
    Text { raw, has_escapes: false }
}

fn place_of(hash: u64) -> usize {
    usize::try_from(hash % MEMO as u64).unwrap_or(0)
}
