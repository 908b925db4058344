//! What findings of IAM Access Analyzer say of the actions of one principal.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use iam_policy::catalogue::{ActionId, Catalogue};

use super::last_use::{Breadth, LastUse};
use super::state::{Vote, Why};
use crate::evidence::{Unused, UnusedAccess};
use crate::fact::Days;

/// The findings about one user or role, as votes.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// About the role as a whole.
    role: Vec<Stated>,
    /// By the prefix of a service.
    services: BTreeMap<String, Vec<Stated>>,
    actions: BTreeMap<ActionId, Vec<Stated>>,
}

/// One finding.
#[derive(Debug, Clone, Copy)]
struct Stated {
    vote: Vote,
    /// When AWS last looked, in UTC.
    end: DateTime<Utc>,
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
        let end = stated.analyzed.max(stated.found).map_or(as_of, |end| end.min(as_of));
        let own = Stated { vote: vote(stated, as_of, window.delta()), end };
        match stated.what {
            Unused::Role => self.role.push(own),
            Unused::Service(service) => {
                self.services.entry(service.to_ascii_lowercase()).or_default().push(own);
            }
            Unused::Action(service, name) => {
                if let Some(action) = catalogue.action(service, name).known() {
                    self.actions.entry(action.id()).or_default().push(own);
                }
            }
        }
    }

    /// What the findings say of an action of the service, given when the principal was last active; `None` where they do not
    /// name it.
    pub(super) fn of(&self, prefix: &str, id: ActionId, last: LastUse, window: Days) -> Option<Vote> {
        let given = |own: &Stated, breadth| own.vote.given_use(last, own.end, window.delta(), breadth);
        let role = self.role.iter().map(|own| given(own, Breadth::Principal));
        let service = self.services.get(prefix).into_iter().flatten();
        let service = service.map(|own| given(own, Breadth::Service));
        // A use of the role or of a service is none of each of its actions.
        let wider = role.chain(service).map(|vote| match vote {
            Vote::Used { .. } => Vote::Silent(Why::NotTracked),
            other => other,
        });
        let action = self.actions.get(&id).into_iter().flatten();
        let action = action.map(|own| given(own, Breadth::Action));
        let mut all = None;
        action.chain(wider).for_each(|vote| keep_stronger(&mut all, vote));
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
