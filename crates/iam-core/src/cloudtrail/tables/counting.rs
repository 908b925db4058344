use std::mem;
use std::net::IpAddr;

use super::names::{Map, Number, to_index};
use super::sums::{Covered, Pending};
use super::{Counted, Tables};
use crate::cloudtrail::activity::keep_lower;
use crate::cloudtrail::identity::members;
use crate::cloudtrail::known_calls::KnownCall;
use crate::cloudtrail::scan::Value;
use crate::cloudtrail::{Call, EventKinds, Outcome, Place, PrincipalKind, Tallies};

/// Seconds in a quarter of a day.
const QUARTER: i64 = 6 * 60 * 60;

/// A moment, and the call and the place of what was done then.
type Moment = (i64, Number, Number);

impl Tables {
    pub(super) fn count(&mut self, it: &Counted<'_, '_>) {
        if it.is_first {
            self.files.counted += 1;
            self.count_place(it);
        } else {
            self.files.repeated += 1;
        }
        self.count_usage(it);
        self.count_pending(it);
        if it.kinds == EventKinds::API_CALL && it.known.enumeration | it.known.escalation != 0 {
            self.count_watched(it);
        }
        self.count_principal(it);
        let mut details = None;
        if let Some(class) = self.class(it, &mut details) {
            let event = self.event(it, class, details);
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
        let Some(entry) = self.uses.entry(it.principal, it.call) else { return };
        if it.is_first {
            let via_service = self.identities.at(it.identity).is_some_and(|known| known.is_via_service);
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
            if it.precedes(entry.rest.denied.as_deref()) {
                let example = self.example(it);
                if let Some(entry) = self.uses.entry(it.principal, it.call) {
                    keep_lower(&mut entry.rest.denied, Some(Box::new(example)));
                }
            }
            return;
        }
        let (resources, request) = (it.resources.nested(), it.request.nested());
        let known = self.identities.at_mut(it.identity);
        if known.is_some_and(|known| known.searched.is_done(it.call, resources, request)) {
            return;
        }
        for part in [it.resources, it.request] {
            self.arns.find(part, |arn| entry.note(arn, &self.hashing));
        }
    }

    /// Counts for the principal's quarter, address and key, which are mostly those of its record before: what comes of that
    /// is gathered, and added to the tables once something else comes.
    fn count_pending(&mut self, it: &Counted<'_, '_>) {
        let quarter = quarter_of(it.second);
        if !it.is_first {
            self.quarters.entry((it.principal, quarter)).or_default();
            return;
        }
        let Some(known) = self.identities.at(it.identity) else { return };
        if !known.pending.is_of(quarter, it.address) {
            self.book(it.identity);
        }
        let Some(known) = self.identities.at_mut(it.identity) else { return };
        let pending = &mut known.pending;
        pending.quarter = quarter;
        pending.address = it.address;
        pending.tallies.add(it.outcome, it.second);
        if known.key.is_some() {
            let own = (it.second, it.call, it.place);
            if pending.latest.is_none_or(|latest| is_later(&self.calls, &self.places, own, latest)) {
                pending.latest = Some(own);
            }
        }
    }

    /// Adds what has been gathered to the tables.
    pub(super) fn book(&mut self, identity: usize) {
        let Some(known) = self.identities.at_mut(identity) else { return };
        let Pending { quarter, address, tallies, latest } = mem::take(&mut known.pending);
        if tallies == Tallies::default() {
            return;
        }
        let (principal, key) = (known.principal, known.key);
        self.quarters.entry((principal, quarter)).or_default().tallies.merge(tallies);
        if let Some(address) = address {
            self.addresses.entry((principal, address)).or_default().merge(tallies);
        }
        if let Some(key) = key {
            let used = self.keys.entry((principal, key)).or_default();
            used.tallies.merge(tallies);
            if let Some(own) = latest
                && used.latest.is_none_or(|latest| is_later(&self.calls, &self.places, own, latest))
            {
                used.latest = Some(own);
            }
        }
    }

    /// Notes a call of the watchlist.
    fn count_watched(&mut self, it: &Counted<'_, '_>) {
        let key = (it.principal, quarter_of(it.second));
        let quarter = self.quarters.entry(key).or_default();
        quarter.enumeration |= it.known.enumeration;
        quarter.escalation |= it.known.escalation;
        let enumerates = it.known.enumeration != 0 && it.precedes(quarter.enumeration_example.as_deref());
        let escalates = it.known.escalation != 0 && it.precedes(quarter.escalation_example.as_deref());
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

    fn count_principal(&mut self, it: &Counted<'_, '_>) {
        let is_session_noted = self.identities.at(it.identity).is_some_and(|known| known.is_session_noted);
        let may_be_denied_read = it.known.is_reading && it.outcome == Outcome::Denied;
        if is_session_noted && !it.known.assumes_role && !may_be_denied_read {
            return;
        }
        let Some((principal, deeds)) = self.principals.get_index_mut(to_index(it.principal)) else { return };
        let is_user = principal.kind == PrincipalKind::User;
        let activity = &mut deeds.activity;
        if let Some(known) = self.identities.at_mut(it.identity).filter(|known| !known.is_session_noted) {
            known.is_session_noted = true;
            activity.sessions.add(&known.session);
        }
        if it.known.assumes_role && it.is_first {
            let mut role = Value::ABSENT;
            if let Some(request) = it.request.object() {
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
                activity.assumed.add_to(&*role, tallies);
            }
        }
        let address = it.address.and_then(|address| self.texts.get_index(to_index(address)));
        if is_user && may_be_denied_read && address.is_some_and(|address| address.parse::<IpAddr>().is_ok()) {
            if it.is_first {
                *activity.denied_reads.entry(it.second).or_default() += 1;
                if activity.denied_reads.len() > 2 * self.limits.quarters {
                    activity.denied_reads.pop_first();
                }
            }
            let is_earliest = it.precedes(activity.denied_read.as_deref());
            let example = is_earliest.then(|| Box::new(self.example(it)));
            if let Some((_, deeds)) = self.principals.get_index_mut(to_index(it.principal)) {
                keep_lower(&mut deeds.activity.denied_read, example);
            }
        }
    }
}

fn quarter_of(second: i64) -> Number {
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
