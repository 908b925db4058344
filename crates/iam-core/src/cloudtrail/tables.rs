use std::hash::{BuildHasher as _, Hash, Hasher};
use std::mem;
use std::net::IpAddr;
use std::sync::Arc;

use foldhash::fast::FixedState;
use indexmap::{Equivalent, IndexMap, IndexSet};

use super::activity::keep_lower;
use super::arns::ArnFinder;
use super::clock::EventClock;
use super::fold::{SeenEvents, TrailFile};
use super::identity::{Identity, members};
use super::kept_event::{Details, cut};
use super::known_calls::{Keeping, KnownCall};
use super::record::{Key, Record};
use super::scan::{Text, Value};
use super::{
    Activity, Bounded, Call, Coverage, Event, EventClass, EventKinds, EventPlace, Example, Files, KeptEvents,
    KeyUse, Limits, Outcome, Place, Principal, PrincipalActivity, PrincipalKind, Quarter, Selection, Tallies,
    Usage,
};

type Map<K, V> = IndexMap<K, V, FixedState>;
/// The number of an entry in one of the tables.
type Number = u32;

/// How many identities are remembered by their bytes.
const MEMO: usize = 64;

/// Seconds in a quarter of a day.
const QUARTER: i64 = 6 * 60 * 60;

/// The tables that records are counted in. Names are numbered, so that counting compares numbers.
#[derive(Debug)]
pub(super) struct Tables {
    selection: Selection,
    limits: Limits,
    clock: EventClock,
    arns: ArnFinder,
    hash_seed: u64,
    hashing: FixedState,
    /// Identities that were seen last, each at a place that the hash of its bytes tells. In real archives three of four
    /// records have the very identity of the record before. The last place is for those that cannot be remembered.
    identities: Vec<Remembered>,
    latest_identity: usize,
    principals: Map<Principal, Deeds>,
    calls: Map<Call, KnownCall>,
    texts: IndexSet<Arc<str>, FixedState>,
    places: Map<Place, Covered>,
    usage: Map<(Number, Number), Entry>,
    addresses: Map<(Number, Number), Tallies>,
    quarters: Map<(Number, Number), Quarter>,
    keys: Map<(Number, Number), UsedKey>,
    error_codes: Map<Arc<str>, Outcome>,
    latest: Latest,
    files: Files,
    events: KeptEvents,
}

/// What was looked up last, and what came of it: neighbouring records are alike.
#[derive(Debug, Default)]
struct Latest {
    place: (Vec<u8>, Vec<u8>, Number),
    address: (Vec<u8>, Number),
    usage: LatestEntry,
    quarter: LatestEntry,
    tallies_of_address: LatestEntry,
}

/// The latest entry of a table, and its place there.
type LatestEntry = ((Number, Number), usize);

/// An identity as it stood in the bytes, and what counting needs to know of it.
#[derive(Debug, Default)]
struct Remembered {
    bytes: Vec<u8>,
    principal: Number,
    /// A long-lived access key.
    key: Option<Number>,
    account: String,
    session: String,
    is_via_service: bool,
    /// Whether its session has been noted with the principal.
    is_session_noted: bool,
}

/// What is counted of a principal beside the tables.
#[derive(Debug)]
struct Deeds {
    is_selected: bool,
    activity: PrincipalActivity,
}

#[derive(Debug)]
struct Covered {
    is_selected: bool,
    coverage: Coverage,
    day: i32,
    records_of_day: u64,
}

/// A usage: what changes with every record first, and apart from what does not.
#[derive(Debug)]
struct Entry {
    tallies: Tallies,
    data: u64,
    via_service: u64,
    latest_place: Number,
    kinds: EventKinds,
    rest: Box<Usage>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            tallies: Tallies::default(),
            data: 0,
            via_service: 0,
            latest_place: Number::MAX,
            kinds: EventKinds::default(),
            rest: Box::default(),
        }
    }
}

impl Entry {
    fn usage(self) -> Usage {
        Usage {
            tallies: self.tallies,
            data: self.data,
            via_service: self.via_service,
            kinds: self.kinds,
            ..*self.rest
        }
    }
}

#[derive(Debug, Default)]
struct UsedKey {
    tallies: Tallies,
    latest: Option<(i64, Number, Number)>,
}

/// Where a record came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'o> {
    pub(super) file: &'o TrailFile,
    pub(super) offset: u64,
    /// The record's own bytes.
    pub(super) bytes: &'o [u8],
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Looked {
    /// Counted, or rightly not.
    Done,
    /// It lacks something that every record has.
    Unusable(&'static str),
    /// Counted, but it is of this account, and the file lies in the folder of another.
    Misplaced(String),
}

/// What is known of a record that counts.
#[derive(Clone, Copy)]
struct Counted<'r, 'b> {
    record: &'r Record<'b>,
    origin: Origin<'r>,
    second: i64,
    outcome: Outcome,
    kinds: EventKinds,
    read_only: Option<bool>,
    is_data: bool,
    /// Whether it is no copy of one that was counted before.
    is_first: bool,
    identity: usize,
    principal: Number,
    call: Number,
    known: KnownCall,
    place: Number,
}

impl Tables {
    pub(super) fn new(selection: Selection, limits: Limits, hash_seed: u64) -> Self {
        let hashing = || FixedState::with_seed(hash_seed);
        Self {
            selection,
            limits,
            clock: EventClock::default(),
            arns: ArnFinder::new(),
            identities: (0..=MEMO).map(|_| Remembered::default()).collect(),
            latest_identity: 0,
            principals: Map::with_hasher(hashing()),
            calls: Map::with_hasher(hashing()),
            texts: IndexSet::with_hasher(hashing()),
            places: Map::with_hasher(hashing()),
            usage: Map::with_hasher(hashing()),
            addresses: Map::with_hasher(hashing()),
            quarters: Map::with_hasher(hashing()),
            keys: Map::with_hasher(hashing()),
            error_codes: Map::with_hasher(hashing()),
            latest: Latest::default(),
            files: Files { deduplicated: true, ..Files::default() },
            events: KeptEvents::default(),
            hash_seed,
            hashing: hashing(),
        }
    }

    /// How many records have been looked at.
    pub(super) fn records(&self) -> u64 {
        self.files.records
    }

    /// The counts of files.
    pub(super) fn files(&mut self) -> &mut Files {
        &mut self.files
    }

    /// Whether the tables have grown so far beyond the limits that they should be summed up and cut.
    pub(super) fn is_full(&self) -> bool {
        const SLACK: usize = 50_000;
        let principals = self.limits.principals.saturating_add(SLACK);
        let entries = principals.saturating_mul(20);
        self.principals.len() > principals
            || self.places.len() > self.limits.places.saturating_add(SLACK)
            || self.texts.len() > entries
            || self.calls.len() > entries
            || self.keys.len() > entries
            || self.usage.len().max(self.addresses.len()).max(self.quarters.len()) > entries
    }

    /// Counts a record.
    pub(super) fn look(
        &mut self,
        record: &Record<'_>,
        origin: Origin<'_>,
        seen: Option<&dyn SeenEvents>,
    ) -> Looked {
        self.files.records += 1;
        if record.at(Key::EventType).is("AwsCloudTrailInsight") || record.at(Key::EventCategory).is("Insight")
        {
            self.files.insights += 1;
            return Looked::Done;
        }
        let Some(source) = record.at(Key::EventSource).filled() else {
            return Looked::Unusable("eventSource");
        };
        let Some(name) = record.at(Key::EventName).filled() else { return Looked::Unusable("eventName") };
        let Some(second) = record.at(Key::EventTime).text().and_then(|time| self.clock.second(time)) else {
            return Looked::Unusable("eventTime");
        };
        let identity = self.identity(record, source);
        let call = self.call(source, name);
        let outcome = self.outcome(record.at(Key::ErrorCode));
        let place = match record.at(Key::RecipientAccountId).filled() {
            Some(account) => self.place(account, record.at(Key::AwsRegion).filled().unwrap_or_default()),
            None => self.place_of_identity(identity, record, origin.file),
        };
        let (Some(Remembered { principal, .. }), Some((_, known)), Some((of_record, covered))) = (
            self.identities.get(identity),
            self.calls.get_index(to_index(call)),
            self.places.get_index(to_index(place)),
        ) else {
            return Looked::Done;
        };
        let (principal, known) = (*principal, *known);
        let is_selected = self.selection.has_second(second)
            && known.is_selected
            && covered.is_selected
            && self.principals.get_index(to_index(principal)).is_some_and(|(_, deeds)| deeds.is_selected);
        if !is_selected {
            return Looked::Done;
        }
        let is_first = seen.is_none_or(|seen| {
            let id = record.at(Key::EventId).decoded().unwrap_or_default();
            id.is_empty() || seen.is_first(&id, &of_record.account)
        });
        let looked = match &origin.file.account {
            Some(of_path) if *of_path != of_record.account => {
                Looked::Misplaced(of_record.account.to_string())
            }
            _ => Looked::Done,
        };
        self.count(Counted {
            record,
            origin,
            second,
            outcome,
            kinds: kinds(record.at(Key::EventType)),
            read_only: record.at(Key::ReadOnly).truth(),
            is_data: is_data(record, known),
            is_first,
            identity,
            principal,
            call,
            known,
            place,
        });
        looked
    }

    /// The place in memory of the record's identity, which is read unless its bytes are known.
    fn identity(&mut self, record: &Record<'_>, source: Text<'_>) -> usize {
        let bytes = record.at(Key::UserIdentity).object().unwrap_or_default();
        if !bytes.is_empty() {
            if self.identities.get(self.latest_identity).is_some_and(|latest| latest.bytes == bytes) {
                return self.latest_identity;
            }
            self.latest_identity = usize::try_from(self.hashing.hash_one(bytes) % MEMO as u64).unwrap_or(0);
            if self.identities.get(self.latest_identity).is_some_and(|latest| latest.bytes == bytes) {
                return self.latest_identity;
            }
        }
        let identity = Identity::read(bytes);
        if identity.has_type {
            self.remember(self.latest_identity, bytes, &identity);
            return self.latest_identity;
        }
        let event_type = record.at(Key::EventType).decoded().unwrap_or_default();
        let source = source.decoded();
        self.remember(MEMO, &[], &identity.or_service(&event_type, &source));
        MEMO
    }

    fn remember(&mut self, slot: usize, bytes: &[u8], identity: &Identity<'_>) {
        let principal = self.principal(identity);
        let key = identity.access_key.starts_with("AKIA").then(|| self.text(identity.access_key.as_bytes()));
        let Some(slot) = self.identities.get_mut(slot) else { return };
        slot.bytes.clear();
        slot.bytes.extend_from_slice(bytes);
        slot.principal = principal;
        slot.key = key;
        slot.account.clear();
        slot.account.push_str(&identity.account);
        slot.session.clear();
        slot.session.push_str(&identity.session);
        slot.is_via_service = !identity.invoked_by.is_empty() && identity.kind != PrincipalKind::Service;
        slot.is_session_noted = identity.session.is_empty();
    }

    fn principal(&mut self, identity: &Identity<'_>) -> Number {
        let pair = Pair(identity.principal_account.as_bytes(), identity.name.as_bytes());
        if let Some(index) = self.principals.get_index_of(&OfKind(identity.kind, pair)) {
            return to_number(index);
        }
        let principal = identity.principal();
        let is_selected = self.selection.has_principal(&principal);
        let deeds = Deeds { is_selected, activity: PrincipalActivity::default() };
        to_number(self.principals.insert_full(principal, deeds).0)
    }

    fn outcome(&mut self, error_code: Value<'_>) -> Outcome {
        const MOST_CODES: usize = 4_096;
        let Some(code) = error_code.filled() else { return Outcome::Used };
        if let Some(outcome) = self.error_codes.get(&Single(code.raw)).filter(|_| !code.has_escapes) {
            return *outcome;
        }
        let code = code.decoded();
        let outcome = Outcome::of_error_code(&code);
        if self.error_codes.len() < MOST_CODES {
            self.error_codes.insert(Arc::from(code), outcome);
        }
        outcome
    }

    fn call(&mut self, source: Text<'_>, name: Text<'_>) -> Number {
        if let Some(index) =
            self.calls.get_index_of(&Pair(source.raw, name.raw)).filter(|_| plain(source, name))
        {
            return to_number(index);
        }
        let call = Call { source: Arc::from(source.decoded()), name: Arc::from(name.decoded()) };
        if let Some(index) = self.calls.get_index_of(&call) {
            return to_number(index);
        }
        let known = KnownCall { is_selected: self.selection.has_call(&call), ..KnownCall::of(&call) };
        to_number(self.calls.insert_full(call, known).0)
    }

    fn place(&mut self, account: Text<'_>, region: Text<'_>) -> Number {
        let (latest_account, latest_region, number) = &self.latest.place;
        let is_plain = plain(account, region);
        if latest_account == account.raw && latest_region == region.raw && is_plain && !self.places.is_empty()
        {
            return *number;
        }
        let number = self.place_in_table(account, region);
        if is_plain {
            self.latest.place = (account.raw.to_vec(), region.raw.to_vec(), number);
        }
        number
    }

    fn place_in_table(&mut self, account: Text<'_>, region: Text<'_>) -> Number {
        if let Some(index) =
            self.places.get_index_of(&Pair(account.raw, region.raw)).filter(|_| plain(account, region))
        {
            return to_number(index);
        }
        let place = Place { account: Arc::from(account.decoded()), region: Arc::from(region.decoded()) };
        if let Some(index) = self.places.get_index_of(&place) {
            return to_number(index);
        }
        let is_selected = self.selection.has_place(&place.account, &place.region);
        let covered =
            Covered { is_selected, coverage: Coverage::default(), day: i32::MIN, records_of_day: 0 };
        to_number(self.places.insert_full(place, covered).0)
    }

    fn text(&mut self, text: &[u8]) -> Number {
        let known = self.texts.get_index_of(&Single(text));
        to_number(known.unwrap_or_else(|| self.texts.insert_full(Arc::from(String::from_utf8_lossy(text))).0))
    }

    /// The place of a record that does not say in whose trail it stands.
    fn place_of_identity(&mut self, identity: usize, record: &Record<'_>, file: &TrailFile) -> Number {
        let own = self.identities.get(identity).map(|known| known.account.clone()).unwrap_or_default();
        let account = if own.is_empty() { file.account.as_deref().unwrap_or_default() } else { &own };
        self.place(Text::plain(account), record.at(Key::AwsRegion).filled().unwrap_or_default())
    }

    fn count(&mut self, it: Counted<'_, '_>) {
        if it.is_first {
            self.files.counted += 1;
            self.count_place(&it);
        } else {
            self.files.repeated += 1;
        }
        self.count_usage(&it);
        self.count_quarter(&it);
        if it.is_first {
            self.count_address(&it);
            self.count_key(&it);
        }
        self.count_principal(&it);
        if let Some(class) = self.class(&it) {
            let event = self.event(&it, class);
            self.events.add(event, self.limits.events);
        }
    }

    fn count_place(&mut self, it: &Counted<'_, '_>) {
        let Some((_, covered)) = self.places.get_index_mut(to_index(it.place)) else { return };
        covered.coverage.all.add(it.second);
        match it.read_only {
            Some(true) => covered.coverage.reads += 1,
            Some(false) => covered.coverage.writes += 1,
            None => {}
        }
        covered.coverage.data += u64::from(it.is_data);
        let day = i32::try_from(it.second.div_euclid(86_400)).unwrap_or(i32::MAX);
        if day != covered.day {
            covered.close_day();
            covered.day = day;
        }
        covered.records_of_day += 1;
    }

    fn count_usage(&mut self, it: &Counted<'_, '_>) {
        let key = (it.principal, it.call);
        let Some(entry) = entry(&mut self.usage, key, &mut self.latest.usage) else { return };
        if it.is_first {
            let via_service = self.identities.get(it.identity).is_some_and(|known| known.is_via_service);
            entry.tallies.add(it.outcome, it.second);
            entry.data += u64::from(it.is_data);
            entry.via_service += u64::from(via_service);
        }
        entry.kinds.merge(it.kinds);
        if entry.latest_place != it.place {
            entry.latest_place = it.place;
            let region = self.places.get_index(to_index(it.place)).map(|(place, _)| &*place.region);
            region
                .filter(|region| !region.is_empty())
                .into_iter()
                .for_each(|region| entry.rest.regions.add(region));
        }
        if it.outcome == Outcome::Denied {
            if precedes(it, entry.rest.denied.as_deref()) {
                let example = self.example(it);
                if let Some(entry) = self.usage.get_mut(&key) {
                    keep_lower(&mut entry.rest.denied, Some(Box::new(example)));
                }
            }
        } else {
            for part in [Key::Resources, Key::RequestParameters] {
                self.arns.find(it.record.at(part), |arn| entry.rest.resources.add(&arn));
            }
        }
    }

    fn count_quarter(&mut self, it: &Counted<'_, '_>) {
        let key = (it.principal, u32::try_from(it.second.div_euclid(QUARTER)).unwrap_or(u32::MAX));
        let Some(quarter) = entry(&mut self.quarters, key, &mut self.latest.quarter) else { return };
        if it.is_first {
            quarter.tallies.add(it.outcome, it.second);
        }
        if it.kinds != EventKinds::API_CALL || it.known.enumeration | it.known.escalation == 0 {
            return;
        }
        quarter.enumeration |= it.known.enumeration;
        quarter.escalation |= it.known.escalation;
        let enumerates = it.known.enumeration != 0 && precedes(it, quarter.enumeration_example.as_deref());
        let escalates = it.known.escalation != 0 && precedes(it, quarter.escalation_example.as_deref());
        if enumerates || escalates {
            let example = self.example(it);
            let Some(quarter) = self.quarters.get_mut(&key) else { return };
            if enumerates {
                keep_lower(&mut quarter.enumeration_example, Some(Box::new(example.clone())));
            }
            if escalates {
                keep_lower(&mut quarter.escalation_example, Some(Box::new(example)));
            }
        }
    }

    fn count_address(&mut self, it: &Counted<'_, '_>) {
        let Some(address) = it.record.at(Key::SourceIpAddress).filled() else { return };
        let number = if address.has_escapes {
            self.text(address.decoded().as_bytes())
        } else if self.latest.address.0 == address.raw {
            self.latest.address.1
        } else {
            let number = self.text(address.raw);
            self.latest.address.0.clear();
            self.latest.address.0.extend_from_slice(address.raw);
            self.latest.address.1 = number;
            number
        };
        let latest = &mut self.latest.tallies_of_address;
        if let Some(tallies) = entry(&mut self.addresses, (it.principal, number), latest) {
            tallies.add(it.outcome, it.second);
        }
    }

    fn count_key(&mut self, it: &Counted<'_, '_>) {
        let Some(key) = self.identities.get(it.identity).and_then(|known| known.key) else { return };
        let used = self.keys.entry((it.principal, key)).or_default();
        used.tallies.add(it.outcome, it.second);
        let name = |(second, call, place): (i64, Number, Number)| {
            let source = self.calls.get_index(to_index(call)).map(|(call, _)| &call.source);
            let region = self.places.get_index(to_index(place)).map(|(place, _)| &place.region);
            (second, source, region)
        };
        let own = (it.second, it.call, it.place);
        if used.latest.is_none_or(|latest| name(latest) < name(own)) {
            used.latest = Some(own);
        }
    }

    fn count_principal(&mut self, it: &Counted<'_, '_>) {
        let is_session_noted = self.identities.get(it.identity).is_some_and(|known| known.is_session_noted);
        let may_be_denied_read = it.known.is_reading && it.outcome == Outcome::Denied;
        if is_session_noted && !it.known.assumes_role && !may_be_denied_read {
            return;
        }
        let Some((principal, deeds)) = self.principals.get_index_mut(to_index(it.principal)) else { return };
        let is_user = principal.kind == PrincipalKind::User;
        let activity = &mut deeds.activity;
        if let Some(known) = self.identities.get_mut(it.identity).filter(|known| !known.is_session_noted) {
            known.is_session_noted = true;
            activity.sessions.add(&known.session);
        }
        if it.known.assumes_role && it.is_first {
            let mut role = Value::ABSENT;
            if let Some(request) = it.record.at(Key::RequestParameters).object() {
                // A damaged request tells no role.
                let _ = members(request, |key, value| {
                    if key == b"roleArn" {
                        role = value;
                    }
                });
            }
            if let Some(role) = role.decoded() {
                let mut tallies = Tallies::default();
                tallies.add(it.outcome, it.second);
                activity.assumed.add(Arc::from(role), tallies);
            }
        }
        let is_denied_read = is_user && may_be_denied_read;
        let address = it.record.at(Key::SourceIpAddress);
        if is_denied_read && address.decoded().is_some_and(|address| address.parse::<IpAddr>().is_ok()) {
            if it.is_first {
                *activity.denied_reads.entry(it.second).or_default() += 1;
                if activity.denied_reads.len() > 2 * self.limits.quarters {
                    activity.denied_reads.pop_first();
                }
            }
            let example = self.example(it);
            if let Some((_, deeds)) = self.principals.get_index_mut(to_index(it.principal)) {
                keep_lower(&mut deeds.activity.denied_read, Some(Box::new(example)));
            }
        }
    }

    /// Why the event is to be kept, if it is.
    fn class(&self, it: &Counted<'_, '_>) -> Option<EventClass> {
        let (principal, _) = self.principals.get_index(to_index(it.principal))?;
        let is_root = principal.kind == PrincipalKind::Root;
        if it.kinds == EventKinds::SERVICE_EVENT || !is_root && it.known.keeping == Keeping::RootOnly {
            return None;
        }
        match it.known.keeping {
            Keeping::SignIn => {
                let response = Details::of(it.origin.bytes).response;
                let is_success =
                    response.iter().any(|(path, value)| &**path == "ConsoleLogin" && &**value == "Success");
                Some(match (is_success, is_root) {
                    (true, true) => EventClass::Root,
                    (true, false) => EventClass::SignIn,
                    (false, _) => EventClass::FailedSignIn,
                })
            }
            _ if is_root && it.read_only == Some(true) => Some(EventClass::RootRead),
            _ if is_root => Some(EventClass::Root),
            Keeping::Change => Some(EventClass::Change),
            Keeping::ChangeUnlessReading { by_name } => {
                let is_reading = it.read_only.unwrap_or(by_name);
                (!is_reading).then_some(EventClass::Change)
            }
            Keeping::RootOnly => None,
        }
    }

    fn event(&self, it: &Counted<'_, '_>, class: EventClass) -> Event {
        let identity = identity_of(it.record);
        let principal = self.principals.get_index(to_index(it.principal));
        let Details { error_message, request, has_request, response, additional } =
            Details::of(it.origin.bytes);
        let example = self.example(it);
        let place = self.places.get_index(to_index(it.place)).map(|(place, _)| place);
        Event {
            second: it.second,
            id: example.id,
            account: place.map(|place| Arc::clone(&place.account)).unwrap_or_default(),
            class,
            principal: principal.map_or_else(|| identity.principal(), |(principal, _)| principal.clone()),
            session: cut(&identity.session),
            access_key: cut(&identity.access_key),
            session_mfa: identity.session_mfa,
            assumed_root: identity.assumed_root,
            invoked_by: cut(&identity.invoked_by),
            call: example.call,
            region: example.region,
            address: example.address,
            agent: example.agent,
            event_type: cut(&it.record.at(Key::EventType).decoded().unwrap_or_default()),
            read_only: it.read_only,
            error_code: cut(&it.record.at(Key::ErrorCode).decoded().unwrap_or_default()),
            error_message,
            request,
            has_request,
            response,
            additional,
            place: example.place,
        }
    }

    fn example(&self, it: &Counted<'_, '_>) -> Example {
        let call = self.calls.get_index(to_index(it.call)).map(|(call, _)| call.clone());
        let place = self.places.get_index(to_index(it.place)).map(|(place, _)| place);
        Example {
            second: it.second,
            id: cut(&it.record.at(Key::EventId).decoded().unwrap_or_default()),
            call: call.unwrap_or_else(|| Call { source: Arc::default(), name: Arc::default() }),
            region: place.map(|place| Arc::clone(&place.region)).unwrap_or_default(),
            address: cut(&it.record.at(Key::SourceIpAddress).decoded().unwrap_or_default()),
            agent: cut(&it.record.at(Key::UserAgent).decoded().unwrap_or_default()),
            place: EventPlace { file: Arc::clone(&it.origin.file.path), offset: it.origin.offset },
        }
    }

    /// Sums up the tables, within the limits, and empties them.
    pub(super) fn settle(&mut self) -> Activity {
        let fresh = Self::new(self.selection.clone(), self.limits, self.hash_seed);
        let full = mem::replace(self, fresh);
        let mut principals: Vec<Summed> = full.principals.into_iter().map(Summed::from).collect();
        let mut of = |principal: Number, add: &mut dyn FnMut(&mut Summed)| {
            principals.get_mut(to_index(principal)).into_iter().for_each(add);
        };
        for ((principal, call), entry) in full.usage {
            let Some((call, _)) = full.calls.get_index(to_index(call)) else { continue };
            let mut usage = Some((call.clone(), entry.usage()));
            of(principal, &mut |summed| summed.calls.extend(usage.take()));
        }
        for ((principal, address), tallies) in full.addresses {
            let Some(address) = full.texts.get_index(to_index(address)) else { continue };
            of(principal, &mut |summed| summed.addresses.push((Arc::clone(address), tallies)));
        }
        for ((principal, number), quarter) in full.quarters {
            let mut quarter = Some(quarter);
            of(principal, &mut |summed| {
                // Everything that a principal did, it did in some quarter.
                if let Some(quarter) = &quarter {
                    summed.activity.all.merge(quarter.tallies);
                }
                summed.activity.quarters.extend(quarter.take().map(|quarter| (number, quarter)));
            });
        }
        for ((principal, key), used) in full.keys {
            let Some(key) = full.texts.get_index(to_index(key)) else { continue };
            let latest = used.latest.and_then(|(second, call, place)| {
                let (call, _) = full.calls.get_index(to_index(call))?;
                let (place, _) = full.places.get_index(to_index(place))?;
                Some((second, Arc::clone(&call.source), Arc::clone(&place.region)))
            });
            of(principal, &mut |summed| {
                let used = KeyUse { tallies: used.tallies, latest: latest.clone() };
                summed.activity.keys.add(Arc::clone(key), used);
            });
        }
        let mut activity = Activity::empty(full.selection, full.limits);
        activity.files = full.files;
        activity.events = full.events;
        let places = full.places.into_iter().filter(|(_, covered)| covered.coverage.all.count > 0);
        activity.coverage = Bounded::of(places.map(|(place, covered)| (place, covered.closed())).collect());
        // Principals of records that were not selected have no calls.
        let principals = principals.into_iter().filter(|summed| !summed.calls.is_empty());
        activity.principals = Bounded::of(principals.map(Summed::whole).collect());
        activity.cut();
        activity
    }
}

impl Covered {
    fn close_day(&mut self) {
        if self.records_of_day > 0 {
            *self.coverage.days.entry(self.day).or_default() += self.records_of_day;
            self.records_of_day = 0;
        }
    }

    fn closed(mut self) -> Coverage {
        self.close_day();
        self.coverage
    }
}

/// A principal with what the tables say about it.
struct Summed {
    principal: Principal,
    activity: PrincipalActivity,
    calls: Vec<(Call, Usage)>,
    addresses: Vec<(Arc<str>, Tallies)>,
}

impl From<(Principal, Deeds)> for Summed {
    fn from((principal, deeds): (Principal, Deeds)) -> Self {
        Self { principal, activity: deeds.activity, calls: Vec::new(), addresses: Vec::new() }
    }
}

impl Summed {
    fn whole(mut self) -> (Principal, PrincipalActivity) {
        self.activity.calls = Bounded::of(self.calls);
        self.activity.addresses = Bounded::of(self.addresses);
        (self.principal, self.activity)
    }
}

/// A name by its bytes, to look up what it stands for without making a text of it. Hashes as the text does.
struct Single<'p>(&'p [u8]);

/// Two names.
struct Pair<'p>(&'p [u8], &'p [u8]);

/// A kind of principal, its account and its name.
struct OfKind<'p>(PrincipalKind, Pair<'p>);

impl Hash for Single<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // As `str` does; a test holds it to that.
        state.write(self.0);
        state.write_u8(0xFF);
    }
}

impl Hash for Pair<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Single(self.0).hash(state);
        Single(self.1).hash(state);
    }
}

impl Hash for OfKind<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
        self.1.hash(state);
    }
}

impl Pair<'_> {
    fn equals(&self, first: &str, second: &str) -> bool {
        self.0 == first.as_bytes() && self.1 == second.as_bytes()
    }
}

impl Equivalent<Arc<str>> for Single<'_> {
    fn equivalent(&self, text: &Arc<str>) -> bool {
        self.0 == text.as_bytes()
    }
}

impl Equivalent<Call> for Pair<'_> {
    fn equivalent(&self, call: &Call) -> bool {
        self.equals(&call.source, &call.name)
    }
}

impl Equivalent<Place> for Pair<'_> {
    fn equivalent(&self, place: &Place) -> bool {
        self.equals(&place.account, &place.region)
    }
}

impl Equivalent<Principal> for OfKind<'_> {
    fn equivalent(&self, principal: &Principal) -> bool {
        self.0 == principal.kind && self.1.equals(&principal.account, &principal.name)
    }
}

/// Whether the bytes of two texts are the texts.
fn plain(first: Text<'_>, second: Text<'_>) -> bool {
    !first.has_escapes && !second.has_escapes
}

/// The record's identity, read again for the few records that need more of it.
fn identity_of<'b>(record: &Record<'b>) -> Identity<'b> {
    Identity::read(record.at(Key::UserIdentity).object().unwrap_or_default())
}

/// The entry of a key, which is looked for only if it is not the latest one.
#[inline]
fn entry<'m, V: Default>(
    map: &'m mut Map<(Number, Number), V>,
    key: (Number, Number),
    latest: &mut LatestEntry,
) -> Option<&'m mut V> {
    if latest.0 != key || map.is_empty() {
        let entry = map.entry(key);
        *latest = (key, entry.index());
        entry.or_default();
    }
    map.get_index_mut(latest.1).map(|(_, value)| value)
}

fn to_index(number: Number) -> usize {
    number as usize
}

/// Tables are summed up long before they hold four billion entries.
fn to_number(index: usize) -> Number {
    Number::try_from(index).unwrap_or(Number::MAX)
}

fn kinds(event_type: Value<'_>) -> EventKinds {
    if event_type.is("AwsApiCall") {
        EventKinds::API_CALL
    } else {
        EventKinds::of_event_type(&event_type.decoded().unwrap_or_default())
    }
}

fn is_data(record: &Record<'_>, known: KnownCall) -> bool {
    if record.at(Key::EventCategory).is("") || record.at(Key::EventCategory).text().is_none() {
        record.at(Key::ManagementEvent).truth().map_or(known.is_data, |is_management| !is_management)
    } else {
        record.at(Key::EventCategory).is("Data")
    }
}

/// Whether an example of this record may be lower than the one that is there.
fn precedes(it: &Counted<'_, '_>, example: Option<&Example>) -> bool {
    example.is_none_or(|example| it.second <= example.second)
}
