mod batch;
mod counting;
mod identities;
mod keeping;
mod names;
mod rows;
mod sums;
mod uses;
mod usual;

use std::sync::Arc;

use foldhash::fast::FixedState;
use indexmap::IndexSet;

use self::batch::{Common, quarter_of};
use self::identities::Identities;
use self::names::{Map, Number, OfKind, Pair, Single, plain, to_index, to_number};
use self::rows::Rows;
use self::sums::{Covered, Deeds, UsedKey};
use self::uses::Use;
use super::arns::ArnFinder;
use super::clock::EventClock;
use super::fold::{SeenEvents, TrailFile};
use super::identity::Identity;
use super::known_calls::KnownCall;
use super::record::{Key, Record};
use super::scan::{Text, Value};
use super::{
    Call, Coverage, EventKinds, Files, KeptEvents, Limits, Outcome, Place, Principal, PrincipalActivity,
    PrincipalKind, Quarter, Selection, Tallies,
};

/// The tables that records are counted in. Names are numbered, so that counting compares numbers.
#[derive(Debug)]
pub(super) struct Tables {
    selection: Selection,
    limits: Limits,
    clock: EventClock,
    arns: ArnFinder,
    hash_seed: u64,
    hashing: FixedState,
    identities: Identities,
    rows: Rows,
    principals: Map<Principal, Deeds>,
    calls: Map<Call, KnownCall>,
    texts: IndexSet<Arc<str>, FixedState>,
    places: Map<Place, Covered>,
    /// By principal and call.
    uses: Map<(Number, Number), Use>,
    addresses: Map<(Number, Number), Tallies>,
    assumed: Map<(Number, Number), Tallies>,
    quarters: Map<(Number, Number), Quarter>,
    keys: Map<(Number, Number), UsedKey>,
    error_codes: Map<Arc<str>, Outcome>,
    latest_place: Number,
    /// Which piece of a file is being read.
    piece: u64,
    /// Where ARNs stand in the record that is being read.
    found: Vec<usize>,
    /// The latest place, and whether the file lies in the folder of another account.
    checked: Option<(Number, bool)>,
    files: Files,
    events: KeptEvents,
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
    origin: Origin<'r>,
    second: i64,
    outcome: Outcome,
    common: Common,
    /// Whether it is no copy of one that was counted before.
    is_first: bool,
    identity: usize,
    known: KnownCall,
    agent: Value<'b>,
    event_id: Value<'b>,
}

impl Tables {
    pub(super) fn new(selection: Selection, limits: Limits, hash_seed: u64) -> Self {
        let hashing = || FixedState::with_seed(hash_seed);
        Self {
            selection,
            limits,
            clock: EventClock::default(),
            arns: ArnFinder::new(),
            identities: Identities::new(hashing()),
            rows: Rows::new(hashing()),
            principals: Map::with_hasher(hashing()),
            calls: Map::with_hasher(hashing()),
            texts: IndexSet::with_hasher(hashing()),
            places: Map::with_hasher(hashing()),
            uses: Map::with_hasher(hashing()),
            addresses: Map::with_hasher(hashing()),
            assumed: Map::with_hasher(hashing()),
            quarters: Map::with_hasher(hashing()),
            keys: Map::with_hasher(hashing()),
            error_codes: Map::with_hasher(hashing()),
            latest_place: 0,
            piece: 0,
            found: Vec::new(),
            checked: None,
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

    /// Goes on to another file.
    pub(super) fn start(&mut self) {
        self.checked = None;
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
            || self.uses.len().max(self.addresses.len()).max(self.quarters.len()).max(self.assumed.len())
                > entries
    }

    /// Counts a record.
    pub(super) fn look(
        &mut self,
        record: &Record<'_>,
        origin: Origin<'_>,
        seen: Option<&dyn SeenEvents>,
    ) -> Looked {
        self.files.records += 1;
        if record.is_insight() {
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
        let (Some(remembered), Some((_, known)), Some((of_record, covered))) = (
            self.identities.at(identity),
            self.calls.get_index(to_index(call)),
            self.places.get_index(to_index(place)),
        ) else {
            return Looked::Done;
        };
        let known = *known;
        let is_selected = self.selection.has_second(second)
            && known.is_selected
            && covered.is_selected
            && remembered.is_selected;
        if !is_selected {
            return Looked::Done;
        }
        let common = Common {
            principal: remembered.principal,
            call,
            place,
            address: None,
            key: remembered.key,
            role: None,
            quarter: quarter_of(second),
            kinds: kinds(record.at(Key::EventType)),
            read_only: record.at(Key::ReadOnly).truth(),
            is_data: data_by(record.at(Key::EventCategory), record.at(Key::ManagementEvent))
                .unwrap_or(known.is_data),
            is_via_service: remembered.is_via_service,
        };
        let is_first = seen.is_none_or(|seen| {
            let id = record.at(Key::EventId).decoded().unwrap_or_default();
            id.is_empty() || seen.is_first(&id, &of_record.account)
        });
        let address = self.address(record.at(Key::SourceIpAddress));
        let request = record.at(Key::RequestParameters);
        let role = if known.assumes_role { self.role(request) } else { None };
        let it = Counted {
            origin,
            second,
            outcome,
            common: Common { address, role, ..common },
            is_first,
            identity,
            known,
            agent: record.at(Key::UserAgent),
            event_id: record.at(Key::EventId),
        };
        self.count(&it, [record.at(Key::Resources), request]);
        if self.is_misplaced(place, origin.file) { self.misplaced(place) } else { Looked::Done }
    }

    /// The place in memory of the record's identity, which is read unless its bytes are known.
    fn identity(&mut self, record: &Record<'_>, source: Text<'_>) -> usize {
        let bytes = record.at(Key::UserIdentity).object().unwrap_or_default();
        let (slot, is_known) = self.identities.find(bytes);
        if is_known && !bytes.is_empty() {
            return slot;
        }
        let identity = Identity::read(bytes);
        if identity.has_type {
            self.remember(slot, bytes, &identity);
            return slot;
        }
        let event_type = record.at(Key::EventType).decoded().unwrap_or_default();
        let source = source.decoded();
        self.remember(Identities::NAMELESS, &[], &identity.or_service(&event_type, &source));
        Identities::NAMELESS
    }

    fn remember(&mut self, slot: usize, bytes: &[u8], identity: &Identity<'_>) {
        let principal = self.principal(identity);
        let is_selected =
            self.principals.get_index(to_index(principal)).is_some_and(|(_, deeds)| deeds.is_selected);
        let key = identity.access_key.starts_with("AKIA").then(|| self.text(identity.access_key.as_bytes()));
        let Some(slot) = self.identities.replace(slot, bytes) else { return };
        slot.principal = principal;
        slot.is_selected = is_selected;
        slot.is_root = identity.kind == PrincipalKind::Root;
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

    /// Whether a place is of another account than the folder in which the file lies.
    #[inline]
    fn is_misplaced(&mut self, place: Number, file: &TrailFile) -> bool {
        if let Some((checked, is_misplaced)) = self.checked
            && checked == place
        {
            return is_misplaced;
        }
        let (of_path, of_record) = (file.account.as_ref(), self.places.get_index(to_index(place)));
        let is_misplaced =
            of_path.is_some_and(|of_path| of_record.is_some_and(|(place, _)| *of_path != place.account));
        self.checked = Some((place, is_misplaced));
        is_misplaced
    }

    /// What is said of a record in the wrong folder.
    fn misplaced(&self, place: Number) -> Looked {
        let place = self.places.get_index(to_index(place));
        place.map_or(Looked::Done, |(place, _)| Looked::Misplaced(place.account.to_string()))
    }

    fn place(&mut self, account: Text<'_>, region: Text<'_>) -> Number {
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

    fn address(&mut self, address: Value<'_>) -> Option<Number> {
        let address = address.filled()?;
        Some(if address.has_escapes {
            self.text(address.decoded().as_bytes())
        } else {
            self.text(address.raw)
        })
    }

    fn text(&mut self, text: &[u8]) -> Number {
        let known = self.texts.get_index_of(&Single(text));
        to_number(known.unwrap_or_else(|| self.texts.insert_full(Arc::from(String::from_utf8_lossy(text))).0))
    }

    /// The place of a record that does not say in whose trail it stands.
    fn place_of_identity(&mut self, identity: usize, record: &Record<'_>, file: &TrailFile) -> Number {
        let own = self.identities.at(identity).map(|known| known.account.clone()).unwrap_or_default();
        let account = if own.is_empty() { file.account.as_deref().unwrap_or_default() } else { &own };
        self.place(Text::plain(account), record.at(Key::AwsRegion).filled().unwrap_or_default())
    }
}

fn kinds(event_type: Value<'_>) -> EventKinds {
    if event_type.is("AwsApiCall") {
        EventKinds::API_CALL
    } else {
        EventKinds::of_event_type(&event_type.decoded().unwrap_or_default())
    }
}

/// Whether it is a data event, if `eventCategory` or `managementEvent` says so.
fn data_by(category: Value<'_>, management: Value<'_>) -> Option<bool> {
    if category.filled().is_none() {
        management.truth().map(|is_management| !is_management)
    } else {
        Some(category.is("Data"))
    }
}
