//! What is counted, and how the tables become an [`Activity`].

use std::mem;
use std::sync::Arc;

use super::Tables;
use super::names::{Number, to_index};
use crate::cloudtrail::{
    Activity, Bounded, Call, Coverage, KeyUse, Principal, PrincipalActivity, Tallies, Usage,
};

/// What is counted of a principal beside the tables.
#[derive(Debug)]
pub(super) struct Deeds {
    pub(super) is_selected: bool,
    pub(super) activity: PrincipalActivity,
}

#[derive(Debug)]
pub(super) struct Covered {
    pub(super) is_selected: bool,
    pub(super) coverage: Coverage,
    pub(super) day: i32,
    pub(super) records_of_day: u64,
}

#[derive(Debug, Default)]
pub(super) struct UsedKey {
    pub(super) tallies: Tallies,
    pub(super) latest: Option<(i64, Number, Number)>,
}

impl Covered {
    pub(super) fn close_day(&mut self) {
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

impl Tables {
    /// Sums up the tables, within the limits, and empties them.
    pub(in crate::cloudtrail) fn settle(&mut self) -> Activity {
        self.rows.places().for_each(|row| self.book_row(row));
        let fresh = Self::new(self.selection.clone(), self.limits, self.hash_seed);
        let full = mem::replace(self, fresh);
        let mut principals: Vec<Summed> = full.principals.into_iter().map(Summed::from).collect();
        let mut of = |principal: Number, add: &mut dyn FnMut(&mut Summed)| {
            principals.get_mut(to_index(principal)).into_iter().for_each(add);
        };
        for ((principal, call), entry) in full.uses {
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
                summed.activity.quarters.extend(quarter.take().map(|quarter| (number, Box::new(quarter))));
            });
        }
        for ((principal, role), tallies) in full.assumed {
            let Some(role) = full.texts.get_index(to_index(role)) else { continue };
            of(principal, &mut |summed| summed.activity.assumed.add(Arc::clone(role), tallies));
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
        // Lists grow by four at least, and most principals have fewer calls and addresses.
        self.calls.shrink_to_fit();
        self.addresses.shrink_to_fit();
        self.activity.calls = Bounded::of(self.calls);
        self.activity.addresses = Bounded::of(self.addresses);
        (self.principal, self.activity)
    }
}
