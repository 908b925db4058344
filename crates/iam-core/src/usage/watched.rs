//! What the sources know of one principal.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use iam_policy::catalogue::ActionId;

use super::found::Found;
use super::last_use::LastUses;
use super::state::{Vote, Why};
use crate::cloudtrail::{Tally, Usage as CallUsage};
use crate::evidence::LastAccessed;
use crate::input::service_last_accessed::ActionAccess;

/// What the sources know of one principal.
#[derive(Debug)]
pub(crate) struct Watched<'a> {
    pub(super) created: Option<DateTime<Utc>>,
    pub(super) report: Result<&'a LastAccessed, Why>,
    /// What the last use of the role says of each of its actions.
    pub(super) by_role: Vote,
    /// When it was last active, by whatever source.
    pub(super) last: LastUses,
    pub(super) found: Found,
    /// The actions that the report tracks; sorted.
    pub(super) tracked: Vec<(ActionId, &'a ActionAccess)>,
    pub(super) uses: BTreeMap<ActionId, Use<'a>>,
    /// Actions that a used one may need as well.
    pub(super) dependents: BTreeMap<ActionId, ActionId>,
    /// Services of which the principal used something that nobody knows, such as actions newer than the catalogue.
    pub(super) unmapped: BTreeSet<&'a str>,
    /// Whether calls of the principal were left out for lack of room.
    pub(super) is_cut: bool,
}

/// How an action stands in the records of one principal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Use<'a> {
    pub(crate) used: Tally,
    pub(super) attempted: Tally,
    pub(crate) possible: Tally,
    /// The calls that needed it, or may have.
    pub(crate) calls: Vec<&'a CallUsage>,
    /// For `iam:PassRole`: the services that were handed roles, see [`service_of_pass`](super::event_action::service_of_pass).
    pub(super) passed_to: BTreeSet<Option<&'static str>>,
}

impl<'a> Use<'a> {
    /// ARNs in the calls, by far not all, and some of them more than once.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &'a str> {
        self.calls.iter().flat_map(|call| call.resources.iter()).map(|arn| &**arn)
    }
}

impl<'a> Watched<'a> {
    /// Adds when somebody was active who has the group or policy.
    pub(super) fn add_last_of(&mut self, holder: &Self) {
        self.last.merge(&holder.last);
    }

    pub(super) fn tracked(&self, id: ActionId) -> Option<&'a ActionAccess> {
        let at = self.tracked.binary_search_by_key(&id, |(own, _)| *own).ok()?;
        self.tracked.get(at).map(|(_, own)| *own)
    }

    /// Services of which the principal used something that the catalogue does not have.
    pub(super) fn newer(&self) -> impl Iterator<Item = &str> {
        self.unmapped.iter().copied()
    }

    /// The actions in the records of the principal.
    pub(super) fn uses(&self) -> impl Iterator<Item = (ActionId, &Use<'a>)> {
        self.uses.iter().map(|(id, own)| (*id, own))
    }
}
