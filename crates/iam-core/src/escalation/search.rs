//! The shortest paths to administrators, found backwards: who reaches those who are known to reach one?

use std::collections::BTreeMap;
use std::sync::Arc;

use iam_policy::catalogue::Catalogue;

use super::caller::{Caller, Seen};
use super::edge::{Edge, Sureness, World, find};
use super::path::Path;
use super::targets::Targets;
use crate::access::Administrator;
use crate::evidence::{Account, Identity, Supplied};
use crate::fact::Gap;

/// Who can become an administrator, and who is one.
#[derive(Debug, Clone, Default)]
pub struct Escalation {
    /// By ARN of the user or role.
    standings: BTreeMap<Box<str>, Standing>,
}

/// What was found out about a user or role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is an administrator already.
    Administrator,
    /// It can become one.
    CanBecome(Path),
    /// No method leads to an administrator.
    Cannot,
    /// No method was found, but not everything was seen.
    Unknown(Arc<Gap>),
}

impl Escalation {
    /// Looks for paths in an account.
    ///
    /// # Errors
    ///
    /// The gap, when the users and roles were not handed in.
    pub fn of(account: &Account, catalogue: &Catalogue) -> Supplied<Self> {
        let identities = account.identities()?;
        let mut world = World { catalogue, everybody: Targets::default() };
        let all = || {
            let users = identities.users().map(Identity::User);
            users
                .chain(identities.groups().map(Identity::Group))
                .chain(identities.roles().map(Identity::Role))
        };
        all().for_each(|identity| world.everybody.add(identity));
        let mut seen = Seen::default();
        let callers: Vec<Caller<'_>> = all()
            .filter(|identity| !identity.is_service_linked())
            .filter_map(|identity| Caller::of(identity, &mut seen))
            .collect();

        let mut search =
            Search { world, reached: BTreeMap::new(), open: Vec::new(), gap: identities.complete().err() };
        let mut administrators = Targets::default();
        for group in identities.groups().map(Identity::Group) {
            match is_administrator(&group, catalogue) {
                Ok(true) => administrators.add(group),
                Ok(false) => {}
                Err(gap) => search.lacks(gap),
            }
        }
        for role in identities.roles() {
            if let Err(gap) = role.detail.trust.seen().and_then(|trust| trust.policy()) {
                search.lacks(gap);
            }
        }
        for caller in callers {
            if let Some(gap) = &caller.gap {
                search.lacks(Arc::clone(gap));
            }
            if is_administrator(&caller.identity, catalogue) == Ok(true) {
                administrators.add(caller.identity);
                search.reached.insert(caller.arn(), None);
            } else {
                search.open.push(caller);
            }
        }
        search.spread(administrators, Sureness::Certain);
        let reached = search.everybody_reached();
        search.spread(reached, Sureness::Possible);
        Ok(search.finish())
    }

    /// What was found out about the user or role with this ARN; `None` for those that were not looked at.
    pub fn standing(&self, arn: &str) -> Option<&Standing> {
        self.standings.get(arn)
    }
}

/// Whether an identity may do everything, whatever the circumstances.
fn is_administrator(identity: &Identity<'_>, catalogue: &Catalogue) -> Supplied<bool> {
    Ok(matches!(Administrator::of(identity, catalogue)?, Administrator::Certain(_)))
}

struct Search<'a> {
    world: World<'a>,
    /// Those who are administrators, without a path, and those who can become one.
    reached: BTreeMap<&'a str, Option<Path>>,
    /// Those of whom nothing is known yet.
    open: Vec<Caller<'a>>,
    /// Why there may be paths that were not seen, if there may.
    gap: Option<Arc<Gap>>,
}

impl<'a> Search<'a> {
    fn lacks(&mut self, gap: Arc<Gap>) {
        self.gap.get_or_insert(gap);
    }

    /// Goes on as long as somebody reaches those who were reached in the round before.
    fn spread(&mut self, mut targets: Targets<'a>, sureness: Sureness) {
        loop {
            let mut next = Targets::default();
            let mut still_open = Vec::new();
            for caller in std::mem::take(&mut self.open) {
                // What may be denied by policies that nobody saw is no finding.
                let is_seen = caller.gap.is_none();
                match is_seen.then(|| find(&caller, &targets, &self.world, sureness)).flatten() {
                    Some(edge) => {
                        next.add(caller.identity);
                        let path = self.path(edge);
                        self.reached.insert(caller.arn(), Some(path));
                    }
                    None => still_open.push(caller),
                }
            }
            self.open = still_open;
            if next.is_empty() {
                return;
            }
            targets = next;
        }
    }

    /// The steps of an edge, and those of the one whom it reaches.
    fn path(&self, edge: Edge<'a>) -> Path {
        let mut steps = edge.steps;
        let onwards = edge.to.and_then(|to| self.reached.get(to)).and_then(Option::as_ref);
        steps.extend(onwards.into_iter().flat_map(|path| path.steps.iter().cloned()));
        Path { steps }
    }

    fn everybody_reached(&self) -> Targets<'a> {
        let mut targets = Targets::default();
        let everybody = &self.world.everybody;
        let users = everybody.users.iter().copied().map(Identity::User);
        let roles = everybody.roles.iter().copied().map(Identity::Role);
        for identity in users.chain(roles).filter(|identity| self.reached.contains_key(identity.arn())) {
            targets.add(identity);
        }
        let groups = everybody.groups.iter().copied().map(Identity::Group);
        for group in groups.filter(|group| is_administrator(group, self.world.catalogue) == Ok(true)) {
            targets.add(group);
        }
        targets
    }

    fn finish(self) -> Escalation {
        let mut standings = BTreeMap::new();
        for (arn, path) in self.reached {
            standings.insert(Box::from(arn), path.map_or(Standing::Administrator, Standing::CanBecome));
        }
        for caller in self.open {
            let gap = caller.gap.clone().or_else(|| self.gap.clone());
            standings.insert(Box::from(caller.arn()), gap.map_or(Standing::Cannot, Standing::Unknown));
        }
        Escalation { standings }
    }
}
