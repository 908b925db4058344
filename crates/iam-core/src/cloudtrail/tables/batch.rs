//! Records that differ in little more than their moment are counted together, and added to the tables at once.

use super::names::{Map, Number, to_index, to_number};
use super::sums::Covered;
use super::uses::Use;
use super::{KnownCall, Tables};
use crate::cloudtrail::{Call, EventKinds, Place, Tallies};

/// Seconds in a quarter of a day.
const QUARTER: i64 = 6 * 60 * 60;

/// A moment, and the call and the place of what was done then.
type Moment = (i64, Number, Number);

/// What all records of a batch say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Common {
    pub(super) principal: Number,
    pub(super) call: Number,
    pub(super) place: Number,
    pub(super) address: Option<Number>,
    /// A long-lived access key.
    pub(super) key: Option<Number>,
    /// The role that was assumed.
    pub(super) role: Option<Number>,
    /// The quarter of a day, and with it the day.
    pub(super) quarter: Number,
    pub(super) kinds: EventKinds,
    pub(super) read_only: Option<bool>,
    pub(super) is_data: bool,
    pub(super) is_via_service: bool,
}

/// How much a batch adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub(super) tallies: Tallies,
    /// Authorised calls that showed an ARN.
    pub(super) with_resources: u64,
}

/// Where in the tables a batch is counted, each number plus one; 0 for what has to be looked up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entries {
    use_of: Number,
    address: Number,
}

impl Tables {
    /// Adds a batch to the tables.
    pub(super) fn book(&mut self, common: &Common, entries: &mut Entries, counts: Counts) {
        let Counts { tallies, with_resources } = counts;
        let all = tallies.all();
        if all.count == 0 {
            return;
        }
        self.files.counted += all.count;
        let data = if common.is_data { all.count } else { 0 };
        if let Some((_, covered)) = self.places.get_index_mut(to_index(common.place)) {
            covered.coverage.all.merge(all);
            match common.read_only {
                Some(true) => covered.coverage.reads += all.count,
                Some(false) => covered.coverage.writes += all.count,
                None => {}
            }
            covered.coverage.data += data;
            let day = i32::try_from(common.quarter / 4).unwrap_or(i32::MAX);
            if day != covered.day {
                covered.close_day();
                covered.day = day;
            }
            covered.records_of_day += all.count;
        }
        if let Some(entry) = self.use_of(common, entries) {
            entry.tallies.merge(tallies);
            entry.data += data;
            entry.with_resources += with_resources;
            entry.via_service += if common.is_via_service { all.count } else { 0 };
        }
        let principal = common.principal;
        self.quarters.entry((principal, common.quarter)).or_default().tallies.merge(tallies);
        if let Some(address) = common.address {
            if entries.address == 0 {
                let entry = self.addresses.entry((principal, address));
                entries.address = to_number(entry.index()).saturating_add(1);
                entry.or_default();
            }
            if let Some((_, own)) = self.addresses.get_index_mut(to_index(entries.address - 1)) {
                own.merge(tallies);
            }
        }
        if let Some(role) = common.role {
            self.assumed.entry((principal, role)).or_default().merge(tallies);
        }
        if let Some(key) = common.key {
            let used = self.keys.entry((principal, key)).or_default();
            used.tallies.merge(tallies);
            let own = (all.last, common.call, common.place);
            if used.latest.is_none_or(|latest| is_later(&self.calls, &self.places, own, latest)) {
                used.latest = Some(own);
            }
        }
    }
}

impl Tables {
    /// The use that a batch adds to.
    pub(super) fn use_of(&mut self, common: &Common, entries: &mut Entries) -> Option<&mut Use> {
        if entries.use_of == 0 {
            let index = self.meet_use(common);
            entries.use_of = to_number(index).saturating_add(1);
        }
        self.uses.get_index_mut(to_index(entries.use_of - 1)).map(|(_, own)| own)
    }

    /// Finds the use and notes what is the same for all records of a batch; returns its place.
    fn meet_use(&mut self, common: &Common) -> usize {
        let entry = self.uses.entry((common.principal, common.call));
        let index = entry.index();
        let own = entry.or_default();
        own.kinds.merge(common.kinds);
        if own.latest_place != common.place {
            own.latest_place = common.place;
            if let Some((place, _)) = self.places.get_index(to_index(common.place))
                && !place.region.is_empty()
            {
                own.rest.regions.add_shared(&place.region);
            }
        }
        index
    }
}

impl Entries {
    /// Forgets the use, as it was one of another kind or place.
    pub(super) fn forget_use(&mut self) {
        self.use_of = 0;
    }
}

pub(super) fn quarter_of(second: i64) -> Number {
    Number::try_from(second.div_euclid(QUARTER)).unwrap_or(Number::MAX)
}

/// Whether one use of a key comes behind another: by its moment, then by the names of service and Region, which do not
/// depend on what was counted first.
fn is_later(calls: &Map<Call, KnownCall>, places: &Map<Place, Covered>, own: Moment, other: Moment) -> bool {
    let name = |(_, call, place): Moment| {
        let source = calls.get_index(to_index(call)).map(|(call, _)| &call.source);
        let region = places.get_index(to_index(place)).map(|(place, _)| &place.region);
        (source, region)
    };
    own.0 > other.0 || own.0 == other.0 && name(own) > name(other)
}
