//! The shortest paths to administrators, found backwards: who reaches those who are known to reach one, the nearest first?

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iam_policy::catalogue::Catalogue;

use super::caller::{Caller, Seen};
use super::edge::{Edge, Sureness, World, straight, towards, unseen_profiles};
use super::path::Path;
use super::targets::Targets;
use crate::access::{Administrator, Ceiling, Controls};
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
        let mut world = World {
            catalogue,
            ceiling: Ceiling::over(account, catalogue),
            everybody: Targets::default(),
            held_in: BTreeSet::new(),
            managed: BTreeMap::new(),
        };
        let all = || {
            let users = identities.users().map(Identity::User);
            users
                .chain(identities.groups().map(Identity::Group))
                .chain(identities.roles().map(Identity::Role))
        };
        all().for_each(|identity| world.everybody.add(identity));
        let mut seen = Seen::default();
        let (controls, ceiling) = (Controls::of(account, None), world.ceiling);
        let callers: Vec<Caller<'_>> = all()
            .filter(|identity| !identity.is_service_linked())
            .filter_map(|identity| Caller::of(identity, &controls, catalogue, &mut seen))
            .collect();
        for caller in &callers {
            if caller.has_everything_unbounded(catalogue) && caller.is_bounded {
                world.held_in.insert(caller.arn());
            }
            if !caller.managed.is_empty() {
                world.managed.insert(caller.arn(), caller.managed.clone());
            }
        }

        let mut search =
            Search { world, reached: BTreeMap::new(), open: Vec::new(), gap: identities.complete().err() };
        let mut administrators = Targets::default();
        for group in identities.groups().map(Identity::Group) {
            match is_administrator(&group, ceiling, catalogue) {
                Ok(true) => administrators.add(group),
                Ok(false) => {}
                Err(gap) => search.lacks(gap),
            }
        }
        for role in identities.roles() {
            if let Err(gap) = role.detail.trust.seen().and_then(|trust| trust.policy()) {
                search.lacks(gap);
            }
            if let Some(gap) = unseen_profiles(&role) {
                search.lacks(gap);
            }
        }
        for caller in callers {
            if let Some(gap) = &caller.gap {
                search.lacks(Arc::clone(gap));
            }
            if is_administrator(&caller.identity, ceiling, catalogue) == Ok(true) {
                administrators.add(caller.identity);
                search.reached.insert(caller.arn(), None);
            } else {
                search.open.push(caller);
            }
        }
        search.spread(BTreeMap::from([(0, administrators)]), Sureness::Certain);
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
fn is_administrator(identity: &Identity<'_>, ceiling: Ceiling, catalogue: &Catalogue) -> Supplied<bool> {
    Ok(matches!(Administrator::of(identity, ceiling, catalogue)?, Administrator::Certain(_)))
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

    /// Goes on from those who were reached, by how many steps they are from an administrator, so that every path that is
    /// found is a shortest one.
    fn spread(&mut self, mut reached: BTreeMap<usize, Targets<'a>>, sureness: Sureness) {
        let mut open: Vec<Option<Caller<'a>>> =
            std::mem::take(&mut self.open).into_iter().map(Some).collect();
        // Edges of several steps, by the distance at which they arrive.
        let mut later: BTreeMap<usize, Vec<(usize, Edge<'a>)>> = BTreeMap::new();
        // What may be denied by policies that nobody saw is no finding.
        let is_seen = |caller: &&Caller<'a>| caller.gap.is_none();
        for (number, caller) in open.iter().enumerate() {
            let edge =
                caller.as_ref().filter(is_seen).and_then(|caller| straight(caller, &self.world, sureness));
            if let Some(edge) = edge {
                later.entry(edge.steps.len()).or_default().push((number, edge));
            }
        }
        let mut distance = 0;
        while reached.keys().chain(later.keys()).any(|ahead| *ahead >= distance) {
            let targets = reached.remove(&distance).unwrap_or_default();
            distance += 1;
            let mut next = later.remove(&distance).unwrap_or_default();
            if !targets.is_empty() {
                for (number, caller) in open.iter().enumerate() {
                    let Some(caller) = caller.as_ref().filter(is_seen) else { continue };
                    let Some(edge) = towards(caller, &targets, &self.world, sureness) else { continue };
                    match edge.steps.len() {
                        1 => next.push((number, edge)),
                        steps => later.entry(distance - 1 + steps).or_default().push((number, edge)),
                    }
                }
            }
            next.sort_by_key(|(number, edge)| (*number, edge.rank()));
            for (number, edge) in next {
                // Whoever was reached by a shorter path, or by one that is told before, is not open any more.
                let Some(caller) = open.get_mut(number).and_then(Option::take) else { continue };
                reached.entry(distance).or_default().add(caller.identity);
                let path = self.path(edge);
                self.reached.insert(caller.arn(), Some(path));
            }
        }
        self.open = open.into_iter().flatten().collect();
    }

    /// The steps of an edge, and those of the one whom it reaches.
    fn path(&self, edge: Edge<'a>) -> Path {
        let mut steps = edge.steps;
        let onwards = edge.to.and_then(|to| self.reached.get(to)).and_then(Option::as_ref);
        steps.extend(onwards.into_iter().flat_map(|path| path.steps.iter().cloned()));
        Path { steps }
    }

    /// Everybody who was reached, by the number of steps.
    fn everybody_reached(&self) -> BTreeMap<usize, Targets<'a>> {
        let mut targets: BTreeMap<usize, Targets<'a>> = BTreeMap::new();
        let everybody = &self.world.everybody;
        let users = everybody.users.iter().copied().map(Identity::User);
        let roles = everybody.roles.iter().copied().map(Identity::Role);
        for identity in users.chain(roles) {
            if let Some(path) = self.reached.get(identity.arn()) {
                let distance = path.as_ref().map_or(0, |path| path.steps.len());
                targets.entry(distance).or_default().add(identity);
            }
        }
        let groups = everybody.groups.iter().copied().map(Identity::Group);
        for group in groups
            .filter(|group| is_administrator(group, self.world.ceiling, self.world.catalogue) == Ok(true))
        {
            targets.entry(0).or_default().add(group);
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
