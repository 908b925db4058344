//! Records in the form in which CloudTrail itself writes them: no white space, the same keys in the same order.
//!
//! Neighbouring records have much in common, byte for byte. What was read once is compared, not read again, and what followed
//! from it is remembered beside it. A record that is in any way unlike this is left to the general reader, from its
//! beginning; nothing of it has been counted then.
#![expect(clippy::inline_always, reason = "measured: values that are handed on in memory stall the reading")]

use std::hash::BuildHasher as _;
use std::mem;

use indexmap::Equivalent as _;

use super::batch::{Common, Counts, Entries, quarter_of};
use super::names::{Number, Pair, to_index};
use super::rows::Latest;
use super::uses::NotedArns;
use super::{Counted, Looked, Origin, Tables, data_by, kinds};
use crate::cloudtrail::fold::{SeenEvents, TrailFile};
use crate::cloudtrail::identity::Identity;
use crate::cloudtrail::known_calls::Keeping;
use crate::cloudtrail::scan::{LastText, Part, Scanner, Text, Value};
use crate::cloudtrail::{EventKinds, Outcome};

/// What differs from record to record.
struct Middle<'b> {
    error_code: Value<'b>,
    request: Searched<'b>,
    event_id: Value<'b>,
    read_only: Option<bool>,
    resources: Searched<'b>,
}

/// A value in which ARNs may stand.
struct Searched<'b> {
    value: Value<'b>,
    part: Part,
    /// How many places of what may be ARNs were found up to its end.
    found: usize,
    /// Whether it is not what it was in the record before.
    is_new: bool,
}

/// What stands from `eventType` on, as far as it matters.
struct End<'b> {
    kinds: EventKinds,
    is_data: Option<bool>,
    account: Text<'b>,
}

impl Tables {
    /// Says that other bytes are read from here on.
    pub(in crate::cloudtrail) fn start_piece(&mut self) {
        self.piece += 1;
    }

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

    #[inline(always)]
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
        let opening = scanner.at();
        let number = self.pass_row(scanner, identity)?;
        let row = self.rows.at_mut(number)?;
        let agent = row.agent.within(scanner.between(opening, scanner.at()));
        if row.latest.piece != self.piece {
            row.latest = Latest { piece: self.piece, ..Latest::default() };
        }
        self.found.clear();
        let middle = Middle::pass(scanner, &row.latest, &mut self.found)?;
        let end = scanner.at();
        if !scanner.pass_again(row.latest.end.clone()) {
            self.pass_end(scanner, number, identity)?;
        }
        let row = self.rows.at_mut(number)?;
        row.latest.end = end..scanner.at();
        self.files.records += 1;
        if !row.is_selected || !self.selection.has_second(second) {
            return Some(Looked::Done);
        }
        let quarter = quarter_of(second);
        let mut role = row.common.role;
        if middle.request.is_new && row.known?.assumes_role {
            role = self.role(middle.request.value);
        }
        let outcome =
            if middle.error_code.is_absent() { Outcome::Used } else { self.outcome(middle.error_code) };
        let row = self.rows.at_mut(number)?;
        if row.common.quarter != quarter
            || row.common.read_only != middle.read_only
            || row.common.role != role
        {
            self.book_row(number);
            let row = self.rows.at_mut(number)?;
            row.common.quarter = quarter;
            row.common.read_only = middle.read_only;
            row.common.role = role;
        }
        let row = self.rows.at_mut(number)?;
        let place = row.common.place;
        let is_first = match seen {
            None => true,
            Some(seen) => {
                let (of_record, _) = self.places.get_index(to_index(place))?;
                let id = middle.event_id.decoded().unwrap_or_default();
                id.is_empty() || seen.is_first(&id, &of_record.account)
            }
        };
        if is_first {
            row.pending.tallies.add(outcome, second);
        }
        let is_denied = outcome == Outcome::Denied;
        if is_denied {
            // What it names has not been noted, and its role is the latest one now.
            row.latest.request = Part::default();
        } else {
            row.latest.request = middle.request.part;
            row.latest.resources = middle.resources.part;
            row.latest.is_arn_in_request &= !middle.request.is_new;
            row.latest.is_arn_in_resources &= !middle.resources.is_new;
            self.note_arns(scanner, number, &middle);
        }
        let row = self.rows.at_mut(number)?;
        let shows_arn = row.latest.is_arn_in_request || row.latest.is_arn_in_resources;
        row.pending.with_resources += u64::from(shows_arn && is_first && outcome == Outcome::Used);
        let is_noted = row.watched.is_none_or(|(noted, first)| noted == quarter && first < second);
        if row.is_plain
            && is_first
            && is_noted
            && !is_denied
            && self.identities.at(identity)?.is_session_noted
        {
            return Some(if self.is_misplaced(place, file) { self.misplaced(place) } else { Looked::Done });
        }
        if let Some((noted, first)) = &mut row.watched {
            *first = if *noted == quarter { second.min(*first) } else { second };
            *noted = quarter;
        }
        let (known, common, mut entries) = (row.known?, row.common, row.entries);
        let it = Counted {
            origin: Origin { file, offset: base + start as u64, bytes: scanner.between(start, scanner.at()) },
            second,
            outcome,
            common,
            is_first,
            identity,
            known,
            agent,
            event_id: middle.event_id,
        };
        if !is_first {
            self.count_repeated(&it, &mut entries);
        }
        self.count_details(&it, &mut entries);
        Some(if self.is_misplaced(place, file) { self.misplaced(place) } else { Looked::Done })
    }

    /// Adds to the tables what was counted for a row.
    pub(super) fn book_row(&mut self, number: usize) {
        let Some(row) = self.rows.at_mut(number) else { return };
        if row.pending == Counts::default() {
            return;
        }
        let (common, mut entries, pending) = (row.common, row.entries, mem::take(&mut row.pending));
        self.book(&common, &mut entries, pending);
        if let Some(row) = self.rows.at_mut(number) {
            row.entries = entries;
        }
    }

    /// Notes the ARNs of a record of the row that have not been noted with the one before.
    #[inline]
    fn note_arns(&mut self, scanner: &Scanner<'_>, number: usize, middle: &Middle<'_>) {
        let has_escapes = |part: &Searched<'_>| part.is_new && part.value.has_escapes();
        let has_any_escapes = has_escapes(&middle.request) || has_escapes(&middle.resources);
        if self.found.is_empty() && !has_any_escapes {
            return;
        }
        let Some(row) = self.rows.at(number) else { return };
        let (common, mut entries) = (row.common, row.entries);
        let (mut is_in_request, mut is_in_resources) = (false, false);
        let found = mem::take(&mut self.found);
        for (index, at) in found.iter().enumerate() {
            let mut scanner = scanner.clone();
            scanner.move_to(*at);
            let Ok(arn) = scanner.string() else { continue };
            if scanner.peek() != Ok(b':') {
                is_in_request |= index < middle.request.found;
                is_in_resources |= index >= middle.request.found;
                self.note_arn(arn, number, &common, &mut entries);
            }
        }
        self.found = found;
        if has_escapes(&middle.resources) {
            is_in_resources |= self.note_resources(&common, &mut entries, middle.resources.value);
        }
        if has_escapes(&middle.request) {
            is_in_request |= self.note_resources(&common, &mut entries, middle.request.value);
        }
        if let Some(row) = self.rows.at_mut(number) {
            row.entries = entries;
            row.latest.is_arn_in_request |= is_in_request;
            row.latest.is_arn_in_resources |= is_in_resources;
        }
    }

    fn note_arn(&mut self, arn: Text<'_>, number: usize, common: &Common, entries: &mut Entries) {
        let Some(row) = self.rows.at_mut(number) else { return };
        if row.arns.is_above(arn.raw) {
            return;
        }
        let hash = self.hashing.hash_one(arn.raw);
        if row.arns.was_noted(hash) {
            return;
        }
        let Some(own) = self.use_of(common, entries) else { return };
        own.note(arn, hash);
        let highest = own.arns.highest.clone();
        if let Some(row) = self.rows.at_mut(number) {
            row.arns.highest = highest;
        }
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

    /// Reads the part from `eventSource` to `userAgent`; returns the place of its row.
    #[inline(always)]
    fn pass_row(&mut self, scanner: &mut Scanner<'_>, identity: usize) -> Option<usize> {
        let known = self.identities.at(identity)?;
        let (of_identity, latest) = (known.number, known.row);
        if self.rows.at(latest)?.is_passed(of_identity, scanner) {
            return Some(latest);
        }
        let number = self.rows.place(of_identity, scanner.ahead())?;
        if !self.rows.at(number)?.is_passed(of_identity, scanner) {
            self.meet_row(scanner, identity, number)?;
        }
        self.identities.at_mut(identity)?.row = number;
        Some(number)
    }

    /// Reads such a part for the first time.
    #[inline(never)]
    fn meet_row(&mut self, scanner: &mut Scanner<'_>, identity: usize, number: usize) -> Option<()> {
        let start = scanner.at();
        let source = filled(scanner, b",\"eventSource\":")?;
        let name = filled(scanner, b",\"eventName\":")?;
        let region = filled(scanner, b",\"awsRegion\":")?;
        let region_end = scanner.at() - 1 - start;
        let address = filled(scanner, b",\"sourceIPAddress\":")?;
        let agent = member(scanner, b",\"userAgent\":")?;
        if agent.text().is_none() && !agent.is_absent() {
            return None;
        }
        self.book_row(number);
        let call = self.call(source, name);
        let address = self.text(address.raw);
        let (_, known) = self.calls.get_index(to_index(call))?;
        let by = self.identities.at(identity)?;
        let row = self.rows.at_mut(number)?;
        refill(&mut row.opening, scanner.between(start, scanner.at()));
        row.identity = by.number;
        row.region = region_end - region.raw.len()..region_end;
        row.agent = LastText::of(agent);
        row.known = Some(*known);
        row.account.clear();
        row.common = Common {
            principal: by.principal,
            call,
            address: Some(address),
            key: by.key,
            is_via_service: by.is_via_service,
            ..Common::default()
        };
        row.entries = Entries::default();
        row.arns = NotedArns::default();
        row.latest = Latest::default();
        Some(())
    }

    /// Reads everything from `eventType` on.
    #[inline(never)]
    fn pass_end(&mut self, scanner: &mut Scanner<'_>, number: usize, identity: usize) -> Option<()> {
        let End { kinds, is_data, account } = End::pass(scanner)?;
        let row = self.rows.at(number)?;
        let known = row.known?;
        let is_data = is_data.unwrap_or(known.is_data);
        let is_known =
            row.account == account.raw && row.common.kinds == kinds && row.common.is_data == is_data;
        if is_known {
            return Some(());
        }
        self.book_row(number);
        let region = self.rows.at(number)?.region();
        let place = match self.places.get_index(to_index(self.latest_place)) {
            Some((latest, _)) if Pair(account.raw, region).equivalent(latest) => self.latest_place,
            _ => {
                let region = region.to_vec();
                self.place(account, Text { raw: &region, has_escapes: false })
            }
        };
        self.latest_place = place;
        let (_, covered) = self.places.get_index(to_index(place))?;
        let by = self.identities.at(identity)?;
        let row = self.rows.at_mut(number)?;
        refill(&mut row.account, account.raw);
        row.common.place = place;
        row.common.kinds = kinds;
        row.common.is_data = is_data;
        row.entries.forget_use();
        row.is_selected = known.is_selected && by.is_selected && covered.is_selected;
        let is_kept =
            kinds != EventKinds::SERVICE_EVENT && (by.is_root || known.keeping != Keeping::RootOnly);
        row.is_plain = !is_kept;
        let is_watched = kinds == EventKinds::API_CALL && known.enumeration | known.escalation != 0;
        row.watched = is_watched.then_some((Number::MAX, i64::MAX));
        Some(())
    }
}

impl<'b> Middle<'b> {
    #[inline(always)]
    fn pass(scanner: &mut Scanner<'b>, latest: &Latest, found: &mut Vec<usize>) -> Option<Self> {
        let error_code = member(scanner, b",\"errorCode\":")?;
        member(scanner, b",\"errorMessage\":")?;
        let request = searched(scanner, b",\"requestParameters\":", &latest.request, found)?;
        member(scanner, b",\"responseElements\":")?;
        member(scanner, b",\"additionalEventData\":")?;
        uuid(scanner, b",\"requestID\":")?;
        let event_id = uuid(scanner, b",\"eventID\":")?;
        let read_only = member(scanner, b",\"readOnly\":")?.truth();
        let resources = searched(scanner, b",\"resources\":", &latest.resources, found)?;
        Some(Self { error_code, request, event_id, read_only, resources })
    }
}

impl<'b> End<'b> {
    #[inline(always)]
    fn pass(scanner: &mut Scanner<'b>) -> Option<Self> {
        let event_type = member(scanner, b",\"eventType\":")?;
        member(scanner, b",\"apiVersion\":")?;
        let management = member(scanner, b",\"managementEvent\":")?;
        let account = filled(scanner, b",\"recipientAccountId\":")?;
        uuid(scanner, b",\"sharedEventID\":")?;
        member(scanner, b",\"vpcEndpointId\":")?;
        member(scanner, b",\"vpcEndpointAccountId\":")?;
        let category = member(scanner, b",\"eventCategory\":")?;
        member(scanner, b",\"tlsDetails\":")?;
        member(scanner, b",\"sessionCredentialFromConsole\":")?;
        let is_insight = event_type.is("AwsCloudTrailInsight") || category.is("Insight");
        let is_whole = scanner.pass(b"}") && !is_insight;
        is_whole.then(|| Self { kinds: kinds(event_type), is_data: data_by(category, management), account })
    }
}

/// Reads a member if it is next; `None` if it cannot be read.
#[inline(always)]
fn member<'b, const N: usize>(scanner: &mut Scanner<'b>, key: &[u8; N]) -> Option<Value<'b>> {
    if scanner.pass(key) { scanner.text_or_value().ok() } else { Some(Value::ABSENT) }
}

/// Reads a member that mostly is a UUID.
#[inline(always)]
fn uuid<'b, const N: usize>(scanner: &mut Scanner<'b>, key: &[u8; N]) -> Option<Value<'b>> {
    if scanner.pass(key) { scanner.text_of_length::<36>().ok() } else { Some(Value::ABSENT) }
}

/// Reads a member that is a text without escapes, and not empty.
#[inline(always)]
fn filled<'b, const N: usize>(scanner: &mut Scanner<'b>, key: &[u8; N]) -> Option<Text<'b>> {
    member(scanner, key)?.filled().filter(|text| !text.has_escapes)
}

/// Reads a member in which ARNs may stand; puts the places where they do to those that were `found`.
#[inline(always)]
fn searched<'b, const N: usize>(
    scanner: &mut Scanner<'b>,
    key: &[u8; N],
    latest: &Part,
    found: &mut Vec<usize>,
) -> Option<Searched<'b>> {
    if !scanner.pass(key) {
        return Some(Searched {
            value: Value::ABSENT,
            part: Part::default(),
            found: found.len(),
            is_new: true,
        });
    }
    if let Some(value) = scanner.value_again(latest) {
        return Some(Searched { value, part: *latest, found: found.len(), is_new: false });
    }
    let before = found.len();
    let start = scanner.at();
    let value = scanner.searched_value(found).ok()?;
    if value.has_escapes() {
        found.truncate(before);
    }
    Some(Searched { value, part: Part::of(value, start), found: found.len(), is_new: true })
}

fn refill(own: &mut Vec<u8>, bytes: &[u8]) {
    own.clear();
    own.extend_from_slice(bytes);
}
