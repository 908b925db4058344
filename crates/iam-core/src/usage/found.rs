//! What findings of IAM Access Analyzer say of the actions of one principal.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use iam_policy::catalogue::{ActionId, Catalogue};

use super::state::{Vote, Why};
use crate::evidence::{Unused, UnusedAccess};
use crate::fact::Days;

/// The findings about one user or role, as votes.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// About the role as a whole.
    role: Option<Vote>,
    /// By the prefix of a service.
    services: BTreeMap<String, Vote>,
    actions: BTreeMap<ActionId, Vote>,
}

impl Found {
    /// Adds what a finding states.
    pub(super) fn add(
        &mut self,
        catalogue: &Catalogue,
        stated: &UnusedAccess<'_>,
        as_of: DateTime<Utc>,
        window: Days,
    ) {
        let vote = vote(stated, as_of, window.delta());
        match stated.what {
            Unused::Role => keep_stronger(&mut self.role, vote),
            Unused::Service(service) => {
                let service = service.to_ascii_lowercase();
                let mut own = self.services.remove(&service);
                keep_stronger(&mut own, vote);
                self.services.extend(own.map(|own| (service, own)));
            }
            Unused::Action(service, name) => {
                if let Some(action) = catalogue.action(service, name).known() {
                    let mut own = self.actions.remove(&action.id());
                    keep_stronger(&mut own, vote);
                    self.actions.extend(own.map(|own| (action.id(), own)));
                }
            }
        }
    }

    /// What the findings say of an action of the service; `None` where they do not name it.
    pub(super) fn of(&self, prefix: &str, id: ActionId) -> Option<Vote> {
        // A use of the role or of a service is none of each of its actions.
        let wider = [self.role, self.services.get(prefix).copied()].into_iter().flatten();
        let wider = wider.map(|vote| match vote {
            Vote::Used { .. } => Vote::Silent(Why::NotTracked),
            other => other,
        });
        let mut all = self.actions.get(&id).copied();
        wider.for_each(|vote| keep_stronger(&mut all, vote));
        all
    }
}

/// A finding proves no disuse before the time after which its analyzer calls something unused, or before the last use that it
/// tells; and none after AWS last looked. A last use within the window is a use.
fn vote(stated: &UnusedAccess<'_>, as_of: DateTime<Utc>, window: TimeDelta) -> Vote {
    let Some(end) = stated.analyzed.max(stated.found) else { return Vote::Silent(Why::Incomplete) };
    let end = end.min(as_of);
    if as_of.signed_duration_since(end) > window {
        return Vote::Silent(Why::TooOld);
    }
    let is_long_ago = |at: DateTime<Utc>| end.signed_duration_since(at) >= window;
    match stated.last_accessed {
        Some(last) if end.signed_duration_since(last) <= window => Vote::Used { at: last, count: None },
        Some(last) => Vote::Unused { since: last, was_used: true },
        None => match stated.period.and_then(|period| end.checked_sub_signed(period)) {
            Some(since) if is_long_ago(since) => Vote::Unused { since, was_used: false },
            _ => Vote::Silent(Why::TooShort),
        },
    }
}

fn keep_stronger(own: &mut Option<Vote>, other: Vote) {
    let strength = |vote: &Vote| match vote {
        Vote::Used { at, .. } => (2, Some(*at)),
        // The more recent start is the more careful statement.
        Vote::Unused { since, .. } => (1, Some(*since)),
        _ => (0, None),
    };
    if own.as_ref().is_none_or(|own| strength(&other) > strength(own)) {
        *own = Some(other);
    }
}
