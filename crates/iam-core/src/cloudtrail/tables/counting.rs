use std::net::IpAddr;

use super::batch::{Counts, Entries};
use super::names::{Number, to_index};
use super::{Counted, Tables};
use crate::cloudtrail::activity::keep_lower;
use crate::cloudtrail::identity::members;
use crate::cloudtrail::scan::Value;
use crate::cloudtrail::{EventKinds, Outcome, PrincipalKind, Tallies};

impl Tables {
    /// Counts a record by itself.
    pub(super) fn count(&mut self, it: &Counted<'_, '_>, with_arns: [Value<'_>; 2]) {
        let mut entries = Entries::default();
        let mut shows_arn = false;
        if it.outcome != Outcome::Denied {
            for value in with_arns {
                shows_arn |= self.note_resources(&it.common, &mut entries, value);
            }
        }
        if it.is_first {
            let mut tallies = Tallies::default();
            tallies.add(it.outcome, it.second);
            let with_resources = u64::from(shows_arn && it.outcome == Outcome::Used);
            self.book(&it.common, &mut entries, Counts { tallies, with_resources });
        } else {
            self.count_repeated(it, &mut entries);
        }
        self.count_details(it, &mut entries);
    }

    /// Counts a record that has been counted before.
    pub(super) fn count_repeated(&mut self, it: &Counted<'_, '_>, entries: &mut Entries) {
        self.files.repeated += 1;
        self.use_of(&it.common, entries);
        self.quarters.entry((it.common.principal, it.common.quarter)).or_default();
    }

    /// Notes what is to be said of a record beside the counts.
    pub(super) fn count_details(&mut self, it: &Counted<'_, '_>, entries: &mut Entries) {
        if it.outcome == Outcome::Denied {
            self.count_denied(it, entries);
        }
        if it.common.kinds == EventKinds::API_CALL && it.known.enumeration | it.known.escalation != 0 {
            self.count_watched(it);
        }
        self.count_principal(it);
        let mut details = None;
        if let Some(class) = self.class(it, &mut details) {
            let event = self.event(it, class, details);
            self.events.add(event, self.limits.events);
        }
    }

    fn count_denied(&mut self, it: &Counted<'_, '_>, entries: &mut Entries) {
        let Some(own) = self.use_of(&it.common, entries) else { return };
        if it.precedes(own.rest.denied.as_deref()) {
            let example = self.example(it);
            if let Some(own) = self.use_of(&it.common, entries) {
                keep_lower(&mut own.rest.denied, Some(Box::new(example)));
            }
        }
    }

    /// Notes a call of the watchlist.
    fn count_watched(&mut self, it: &Counted<'_, '_>) {
        let key = (it.common.principal, it.common.quarter);
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
        if is_session_noted && !may_be_denied_read {
            return;
        }
        let Some((principal, deeds)) = self.principals.get_index_mut(to_index(it.common.principal)) else {
            return;
        };
        let is_user = principal.kind == PrincipalKind::User;
        let activity = &mut deeds.activity;
        if let Some(known) = self.identities.at_mut(it.identity).filter(|known| !known.is_session_noted) {
            known.is_session_noted = true;
            activity.sessions.add(&known.session);
        }
        let address = it.common.address.and_then(|address| self.texts.get_index(to_index(address)));
        if is_user && may_be_denied_read && address.is_some_and(|address| address.parse::<IpAddr>().is_ok()) {
            if it.is_first {
                *activity.denied_reads.entry(it.second).or_default() += 1;
                if activity.denied_reads.len() > 2 * self.limits.quarters {
                    activity.denied_reads.pop_first();
                }
            }
            let is_earliest = it.precedes(activity.denied_read.as_deref());
            let example = is_earliest.then(|| Box::new(self.example(it)));
            if let Some((_, deeds)) = self.principals.get_index_mut(to_index(it.common.principal)) {
                keep_lower(&mut deeds.activity.denied_read, example);
            }
        }
    }

    /// The role that a request to assume one names.
    pub(super) fn role(&mut self, request: Value<'_>) -> Option<Number> {
        let mut role = Value::ABSENT;
        // A damaged request tells no role.
        let _ = members(request.object()?, |key, value| {
            if key == b"roleArn" {
                role = value;
            }
        });
        role.decoded().map(|role| self.text(role.as_bytes()))
    }
}
