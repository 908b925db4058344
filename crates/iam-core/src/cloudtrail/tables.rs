use std::borrow::Cow;
use std::hash::BuildHasher as _;
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
use super::record::Record;
use super::scan::Value;
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
    files: Files,
    events: KeptEvents,
}

/// An identity as it stood in the bytes, and what it says.
#[derive(Debug)]
struct Remembered {
    bytes: Vec<u8>,
    identity: Identity,
    principal: Number,
    key: Option<Number>,
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

#[derive(Debug, Default)]
struct Entry {
    usage: Usage,
    latest_place: Option<Number>,
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
    error_code: &'r str,
    kinds: EventKinds,
    read_only: Option<bool>,
    is_data: bool,
    address: &'r str,
    event_id: &'r str,
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
            identities: (0..=MEMO).map(|_| Remembered::nothing()).collect(),
            latest_identity: 0,
            principals: Map::with_hasher(hashing()),
            calls: Map::with_hasher(hashing()),
            texts: IndexSet::with_hasher(hashing()),
            places: Map::with_hasher(hashing()),
            usage: Map::with_hasher(hashing()),
            addresses: Map::with_hasher(hashing()),
            quarters: Map::with_hasher(hashing()),
            keys: Map::with_hasher(hashing()),
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
        if record.event_type.is("AwsCloudTrailInsight") || record.event_category.is("Insight") {
            self.files.insights += 1;
            return Looked::Done;
        }
        let Some(source) = record.event_source.decoded() else { return Looked::Unusable("eventSource") };
        let Some(name) = record.event_name.decoded() else { return Looked::Unusable("eventName") };
        let Some(second) = record.event_time.text().and_then(|time| self.clock.second(time)) else {
            return Looked::Unusable("eventTime");
        };
        let identity = self.identity(record, &source);
        let region = record.aws_region.decoded().unwrap_or_default();
        let account = self.account(record, identity, origin.file);
        let place = self.place(&account, &region);
        let call = self.call(&source, &name);
        let (Some(Remembered { principal, .. }), Some((_, known))) =
            (self.identities.get(identity), self.calls.get_index(to_index(call)))
        else {
            return Looked::Done;
        };
        let (principal, known) = (*principal, *known);
        let is_selected = self.selection.has_second(second)
            && known.is_selected
            && self.places.get_index(to_index(place)).is_some_and(|(_, place)| place.is_selected)
            && self.principals.get_index(to_index(principal)).is_some_and(|(_, deeds)| deeds.is_selected);
        if !is_selected {
            return Looked::Done;
        }
        let event_id = record.event_id.decoded().unwrap_or_default();
        let is_first = seen.is_none_or(|seen| event_id.is_empty() || seen.is_first(&event_id, &account));
        let error_code = record.error_code.decoded().unwrap_or_default();
        let address = record.source_ip_address.decoded().unwrap_or_default();
        self.count(Counted {
            record,
            origin,
            second,
            outcome: Outcome::of_error_code(&error_code),
            error_code: &error_code,
            kinds: kinds(record.event_type),
            read_only: record.read_only.truth(),
            is_data: is_data(record, known),
            address: &address,
            event_id: &event_id,
            is_first,
            identity,
            principal,
            call,
            known,
            place,
        });
        match &origin.file.account {
            Some(of_path) if **of_path != *account => Looked::Misplaced(account.into_owned()),
            _ => Looked::Done,
        }
    }

    /// The place in memory of the record's identity, which is read unless its bytes are known.
    fn identity(&mut self, record: &Record<'_>, source: &str) -> usize {
        let bytes = record.user_identity.object().unwrap_or_default();
        if !bytes.is_empty() {
            if self.identities.get(self.latest_identity).is_some_and(|latest| latest.bytes == bytes) {
                return self.latest_identity;
            }
            self.latest_identity = usize::try_from(self.hashing.hash_one(bytes) % MEMO as u64).unwrap_or(0);
            if self.identities.get(self.latest_identity).is_some_and(|latest| latest.bytes == bytes) {
                return self.latest_identity;
            }
        }
        let identity = if bytes.is_empty() { None } else { Identity::read(bytes).ok() };
        let identity = identity.unwrap_or_else(Identity::absent);
        if identity.has_type {
            self.remember(self.latest_identity, bytes, identity);
            return self.latest_identity;
        }
        let event_type = record.event_type.decoded().unwrap_or_default();
        self.remember(MEMO, &[], identity.of_untyped(&event_type, source));
        MEMO
    }

    fn remember(&mut self, slot: usize, bytes: &[u8], identity: Identity) {
        let principal = self.principal(&identity.principal);
        let key = identity.access_key.starts_with("AKIA").then(|| self.text(&identity.access_key));
        let Some(slot) = self.identities.get_mut(slot) else { return };
        slot.bytes.clear();
        slot.bytes.extend_from_slice(bytes);
        slot.identity = identity;
        slot.principal = principal;
        slot.key = key;
        slot.is_session_noted = false;
    }

    fn principal(&mut self, principal: &Principal) -> Number {
        if let Some(index) = self.principals.get_index_of(principal) {
            return to_number(index);
        }
        let is_selected = self.selection.has_principal(principal);
        let deeds = Deeds { is_selected, activity: PrincipalActivity::default() };
        to_number(self.principals.insert_full(principal.clone(), deeds).0)
    }

    fn call(&mut self, source: &str, name: &str) -> Number {
        if let Some(index) = self.calls.get_index_of(&Pair(source, name)) {
            return to_number(index);
        }
        let call = Call { source: source.into(), name: name.into() };
        let known = KnownCall { is_selected: self.selection.has_call(&call), ..KnownCall::of(&call) };
        to_number(self.calls.insert_full(call, known).0)
    }

    fn place(&mut self, account: &str, region: &str) -> Number {
        if let Some(index) = self.places.get_index_of(&Pair(account, region)) {
            return to_number(index);
        }
        let is_selected = self.selection.has_place(account, region);
        let covered =
            Covered { is_selected, coverage: Coverage::default(), day: i32::MIN, records_of_day: 0 };
        let place = Place { account: account.into(), region: region.into() };
        to_number(self.places.insert_full(place, covered).0)
    }

    fn text(&mut self, text: &str) -> Number {
        let known = self.texts.get_index_of(text);
        to_number(known.unwrap_or_else(|| self.texts.insert_full(text.into()).0))
    }

    fn account<'b>(&self, record: &Record<'b>, identity: usize, file: &TrailFile) -> Cow<'b, str> {
        record.recipient_account_id.decoded().unwrap_or_else(|| {
            let own = self.identities.get(identity).map(|known| &*known.identity.account).unwrap_or_default();
            let account = if own.is_empty() { file.account.as_deref().unwrap_or_default() } else { own };
            Cow::Owned(account.to_owned())
        })
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
        let address = if it.address.is_empty() { None } else { Some(self.text(it.address)) };
        if it.is_first {
            if let Some(address) = address {
                self.addresses.entry((it.principal, address)).or_default().add(it.outcome, it.second);
            }
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
        let entry = self.usage.entry((it.principal, it.call)).or_default();
        let usage = &mut entry.usage;
        if it.is_first {
            let via_service = self.identities.get(it.identity).is_some_and(|known| {
                !known.identity.invoked_by.is_empty()
                    && known.identity.principal.kind != PrincipalKind::Service
            });
            usage.tallies.add(it.outcome, it.second);
            usage.data += u64::from(it.is_data);
            usage.via_service += u64::from(via_service);
        }
        usage.kinds.merge(it.kinds);
        if entry.latest_place != Some(it.place) {
            entry.latest_place = Some(it.place);
            let region = self.places.get_index(to_index(it.place)).map(|(place, _)| &*place.region);
            region
                .filter(|region| !region.is_empty())
                .into_iter()
                .for_each(|region| usage.regions.add(region));
        }
        if it.outcome == Outcome::Denied {
            if precedes(it, usage.denied.as_deref()) {
                let example = self.example(it);
                if let Some(entry) = self.usage.get_mut(&(it.principal, it.call)) {
                    keep_lower(&mut entry.usage.denied, Some(Box::new(example)));
                }
            }
        } else {
            ArnFinder::in_resources(it.record.resources, |arn| usage.resources.add(&arn));
            self.arns.in_request(it.record.request_parameters, |arn| usage.resources.add(&arn));
        }
    }

    fn count_quarter(&mut self, it: &Counted<'_, '_>) {
        let key = (it.principal, u32::try_from(it.second.div_euclid(QUARTER)).unwrap_or(u32::MAX));
        let quarter = self.quarters.entry(key).or_default();
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
        let Some((principal, deeds)) = self.principals.get_index_mut(to_index(it.principal)) else { return };
        let is_user = principal.kind == PrincipalKind::User;
        let activity = &mut deeds.activity;
        if it.is_first {
            activity.all.add(it.outcome, it.second);
        }
        if let Some(known) = self.identities.get_mut(it.identity).filter(|known| !known.is_session_noted) {
            known.is_session_noted = true;
            if !known.identity.session.is_empty() {
                activity.sessions.add(&known.identity.session);
            }
        }
        if it.known.assumes_role && it.is_first {
            let mut role = Value::Absent;
            if let Some(request) = it.record.request_parameters.object() {
                // A damaged request tells no role.
                let _ = members(request, |key, value| {
                    if key == "roleArn" {
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
        let is_denied_read = is_user && it.outcome == Outcome::Denied && it.known.is_reading;
        if is_denied_read && it.address.parse::<IpAddr>().is_ok() {
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
        let is_root = self.identities.get(it.identity)?.identity.principal.kind == PrincipalKind::Root;
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
        let absent = Identity::absent();
        let identity = self.identities.get(it.identity).map_or(&absent, |known| &known.identity);
        let Details { error_message, request, has_request, response, additional } =
            Details::of(it.origin.bytes);
        let example = self.example(it);
        let place = self.places.get_index(to_index(it.place)).map(|(place, _)| place);
        Event {
            second: it.second,
            id: example.id,
            account: place.map(|place| Arc::clone(&place.account)).unwrap_or_default(),
            class,
            principal: identity.principal.clone(),
            session: Arc::clone(&identity.session),
            access_key: Arc::clone(&identity.access_key),
            session_mfa: identity.session_mfa,
            assumed_root: identity.assumed_root,
            invoked_by: Arc::clone(&identity.invoked_by),
            call: example.call,
            region: example.region,
            address: example.address,
            agent: example.agent,
            event_type: cut(&it.record.event_type.decoded().unwrap_or_default()),
            read_only: it.read_only,
            error_code: cut(it.error_code),
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
            id: cut(it.event_id),
            call: call.unwrap_or_else(|| Call { source: Arc::default(), name: Arc::default() }),
            region: place.map(|place| Arc::clone(&place.region)).unwrap_or_default(),
            address: cut(it.address),
            agent: cut(&it.record.user_agent.decoded().unwrap_or_default()),
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
            let mut usage = Some((call.clone(), entry.usage));
            of(principal, &mut |summed| summed.calls.extend(usage.take()));
        }
        for ((principal, address), tallies) in full.addresses {
            let Some(address) = full.texts.get_index(to_index(address)) else { continue };
            of(principal, &mut |summed| summed.addresses.push((Arc::clone(address), tallies)));
        }
        for ((principal, number), quarter) in full.quarters {
            let mut quarter = Some(quarter);
            of(principal, &mut |summed| {
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

impl Remembered {
    fn nothing() -> Self {
        Self {
            bytes: Vec::new(),
            identity: Identity::absent(),
            principal: 0,
            key: None,
            is_session_noted: false,
        }
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

/// Looks up what two names stand for, without making either.
#[derive(Hash)]
struct Pair<'p>(&'p str, &'p str);

impl Equivalent<Call> for Pair<'_> {
    fn equivalent(&self, call: &Call) -> bool {
        *self.0 == *call.source && *self.1 == *call.name
    }
}

impl Equivalent<Place> for Pair<'_> {
    fn equivalent(&self, place: &Place) -> bool {
        *self.0 == *place.account && *self.1 == *place.region
    }
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
    if record.event_category.is("") || record.event_category.text().is_none() {
        record.management_event.truth().map_or(known.is_data, |is_management| !is_management)
    } else {
        record.event_category.is("Data")
    }
}

/// Whether an example of this record may be lower than the one that is there.
fn precedes(it: &Counted<'_, '_>, example: Option<&Example>) -> bool {
    example.is_none_or(|example| it.second <= example.second)
}
