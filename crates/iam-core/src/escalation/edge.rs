//! Which steps a caller can take towards those who can become administrators.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iam_policy::catalogue::Catalogue;
use iam_policy::principal::Principal;
use iam_policy::truth::Truth;

use super::caller::{Answered, Caller, allows_everything};
use super::method::{ALL, Gain, INSTANCE_PROFILE, Method, Watched};
use super::opening::Opening;
use super::path::Step;
use super::targets::Targets;
use crate::access::Ceiling;
use crate::evidence::{Group, Identity, ManagedPolicy, Role};
use crate::fact::Gap;

/// Steps that a caller can take, and where they lead.
pub(super) struct Edge<'a> {
    pub(super) steps: Vec<Step>,
    /// The principal or group that is reached; `None` where the steps alone make an administrator.
    pub(super) to: Option<&'a str>,
}

impl Edge<'_> {
    /// Of edges as long, the one whose method comes first is told.
    pub(super) fn rank(&self) -> usize {
        let first = self.steps.first().map(|step| step.method);
        ALL.iter().position(|method| Some(method.id) == first).unwrap_or(ALL.len())
    }
}

/// What all edges are looked for in.
pub(super) struct World<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) ceiling: Ceiling,
    /// All users, roles and groups of the account.
    pub(super) everybody: Targets<'a>,
    /// Users and roles whose policies allow everything, and whose permissions boundary does not.
    pub(super) held_in: BTreeSet<&'a str>,
    /// The customer managed policies that users and roles have.
    pub(super) managed: BTreeMap<&'a str, Vec<ManagedPolicy<'a>>>,
}

/// How sure an edge has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sureness {
    Certain,
    Possible,
}

impl Sureness {
    fn accepts(self, truth: &Truth) -> bool {
        match self {
            Self::Certain => truth.is_true(),
            Self::Possible => !truth.is_false(),
        }
    }
}

/// The shortest edge from a caller to one of the targets; of those as short, the first in the order of the methods.
pub(super) fn towards<'a>(
    caller: &Caller<'a>,
    targets: &Targets<'a>,
    world: &World<'a>,
    sureness: Sureness,
) -> Option<Edge<'a>> {
    shortest(ALL.iter().filter(|method| !method.gain.makes_administrator()), |method| {
        // A trust policy that names the caller needs no permission of its own.
        let is_open = method.gain == Gain::TrustingRole;
        if !is_open && !caller.allowed.includes(Watched::of(method)) {
            return None;
        }
        Search::new(caller, method, world, sureness).edge(targets)
    })
}

/// The shortest edge from a caller straight to an administrator.
pub(super) fn straight<'a>(caller: &Caller<'a>, world: &World<'a>, sureness: Sureness) -> Option<Edge<'a>> {
    shortest(ALL.iter().filter(|method| method.gain.makes_administrator()), |method| {
        if !caller.allowed.includes(Watched::of(method)) {
            return None;
        }
        Search::new(caller, method, world, sureness).edge(&Targets::default())
    })
}

fn shortest<'a>(
    methods: impl Iterator<Item = &'static Method>,
    find: impl Fn(&'static Method) -> Option<Edge<'a>>,
) -> Option<Edge<'a>> {
    let mut best: Option<Edge<'a>> = None;
    for edge in methods.filter_map(find) {
        if edge.steps.len() == 1 {
            return Some(edge);
        }
        if best.as_ref().is_none_or(|best| edge.steps.len() < best.steps.len()) {
            best = Some(edge);
        }
    }
    best
}

struct Search<'s, 'a> {
    caller: &'s Caller<'a>,
    method: &'static Method,
    world: &'s World<'a>,
    sureness: Sureness,
    /// What the first action of the method may be used on.
    opening: Opening<'a>,
}

impl<'s, 'a> Search<'s, 'a> {
    fn new(
        caller: &'s Caller<'a>,
        method: &'static Method,
        world: &'s World<'a>,
        sureness: Sureness,
    ) -> Self {
        let opening = Opening::of(caller, method.actions.first().copied().unwrap_or_default());
        Self { caller, method, world, sureness, opening }
    }

    fn edge(&self, targets: &Targets<'a>) -> Option<Edge<'a>> {
        match self.method.gain {
            Gain::User => targets.users.iter().find_map(|user| {
                let arn = &*user.detail.arn;
                self.other_than_self(arn)?;
                let step = self.step(self.on(arn), &format!("user {}", user.detail.name))?;
                Some(Edge { steps: vec![step], to: Some(arn) })
            }),
            Gain::Role => self.role(targets.roles.iter(), |role| self.on(&role.detail.arn)),
            Gain::TrustingRole => {
                let may_assume = |role: &Role<'a>| self.caller.may_assume(role);
                let by_own_policies =
                    targets.roles.iter().filter(|role| self.opening.may_reach(&role.detail.arn));
                self.role(targets.trusting(self.caller.arn()).chain(by_own_policies), may_assume)
            }
            Gain::PassedRole(service) => {
                let others = self.others();
                if others.is_false() {
                    return None;
                }
                let passable = targets.roles.iter().filter(|role| self.opening.may_reach(&role.detail.arn));
                let edge = self.role(passable, |role| {
                    let passed = self.caller.may_pass(role, service);
                    let can_run = || Truth::from(has_profile(role, service) || self.may_make_profile());
                    let truth =
                        passed.truth.and(|| others.clone()).and(|| trusts(role, service)).and(can_run);
                    Answered { truth, because: passed.because }
                })?;
                Some(self.with_profile(edge, targets, service))
            }
            Gain::RunningRole(service) => {
                let here = self.caller.may_somewhere(self.method.actions.first()?).and(|| self.others());
                if here.is_false() || self.sureness == Sureness::Certain {
                    return None;
                }
                self.role(targets.roles.iter(), |role| {
                    let runs = || Truth::from(has_profile(role, service));
                    let truth = here.clone().and(|| trusts(role, service)).and(runs);
                    Answered { truth, because: Vec::new() }
                })
            }
            Gain::Group => targets.groups.iter().find_map(|group| {
                self.caller.user()?;
                let arn = &*group.detail.arn;
                let step = self.step(self.on(arn), &format!("group {}", group.detail.name))?;
                Some(Edge { steps: vec![step], to: Some(arn) })
            }),
            Gain::PoliciesOfUser => {
                let own = self.caller.user().and_then(|user| self.unbounded(&user.detail.arn, "itself"));
                own.or_else(|| {
                    self.by_changing(&self.world.everybody.users, Targets::user, |to| self.policies(to))
                })
            }
            Gain::PoliciesOfRole => {
                let own = self.caller.role().and_then(|role| self.unbounded(&role.detail.arn, "itself"));
                own.or_else(|| {
                    self.by_changing(&self.world.everybody.roles, Targets::role, |to| self.policies(to))
                })
            }
            Gain::PoliciesOfGroup => {
                let groups = self.caller.user()?.groups().ok()?;
                let mut groups = groups.filter_map(Result::ok);
                groups.find_map(|group: Group<'a>| {
                    self.unbounded(&group.detail.arn, &format!("its group {}", group.detail.name))
                })
            }
            Gain::ContentOfPolicy => self.by_managed_policy(|_| true),
            Gain::VersionOfPolicy => self.by_managed_policy(|policy| self.has_version_of_everything(policy)),
            Gain::UnboundedUser => {
                let own = self.caller.user().and_then(|user| self.released(&user.detail.arn, "itself"));
                let own = own.map(|step| Edge { steps: vec![step], to: None });
                own.or_else(|| {
                    self.by_changing(&self.world.everybody.users, Targets::user, |to| self.boundary(to))
                })
            }
            Gain::UnboundedRole => {
                let own = self.caller.role().and_then(|role| self.released(&role.detail.arn, "itself"));
                let own = own.map(|step| Edge { steps: vec![step], to: None });
                own.or_else(|| {
                    self.by_changing(&self.world.everybody.roles, Targets::role, |to| self.boundary(to))
                })
            }
            Gain::PermissionSet => {
                if self.sureness == Sureness::Certain {
                    return None;
                }
                let truth = self.caller.may_somewhere(self.method.actions.first()?);
                let step = self.step(Answered { truth, because: Vec::new() }, "IAM Identity Center")?;
                Some(Edge { steps: vec![step], to: None })
            }
        }
    }

    /// A change of another principal that makes it an administrator, where the caller can then become it.
    fn by_changing<T: Copy + Into<Identity<'a>>>(
        &self,
        others: &[T],
        only: fn(T) -> Targets<'a>,
        change: impl Fn(&Identity<'a>) -> Option<Step>,
    ) -> Option<Edge<'a>> {
        others.iter().find_map(|other| {
            let identity: Identity<'a> = (*other).into();
            self.other_than_self(identity.arn())?;
            let changes = change(&identity)?;
            let target = only(*other);
            let becomes = ALL.iter().filter(|method| method.gain.is_to_become()).find_map(|method| {
                let allowed = self.caller.allowed.includes(Watched::of(method));
                let search = Search::new(self.caller, method, self.world, self.sureness);
                if allowed || method.gain == Gain::TrustingRole { search.edge(&target) } else { None }
            })?;
            let mut steps = vec![changes];
            steps.extend(becomes.steps);
            Some(Edge { steps, to: None })
        })
    }

    /// Policies of any content for somebody whom no boundary holds in.
    fn policies(&self, other: &Identity<'a>) -> Option<Step> {
        if !is_unbounded(other) || other.is_service_linked() {
            return None;
        }
        self.step(self.on(other.arn()), &other.to_string())
    }

    /// Another permissions boundary, or none, for somebody whom it alone keeps from everything.
    fn boundary(&self, other: &Identity<'a>) -> Option<Step> {
        self.released(other.arn(), &other.to_string())
    }

    fn released(&self, arn: &str, object: &str) -> Option<Step> {
        if !self.world.held_in.contains(arn) {
            return None;
        }
        self.step(self.on(arn), object)
    }

    /// Another content of a customer managed policy that the caller has, or somebody whom it can become.
    fn by_managed_policy(&self, can: impl Fn(&ManagedPolicy<'a>) -> bool) -> Option<Edge<'a>> {
        let own = self.caller.managed.iter().filter(|policy| can(policy)).find_map(|policy| {
            self.unbounded(&policy.detail.arn, &format!("{}, which it has", policy.detail.name))
        });
        if own.is_some() {
            return own;
        }
        // Many have the same policies.
        let all: BTreeMap<&str, ManagedPolicy<'a>> =
            self.world.managed.values().flatten().map(|policy| (&*policy.detail.arn, *policy)).collect();
        let open: BTreeSet<&str> = all
            .into_iter()
            .filter(|(arn, policy)| can(policy) && self.sureness.accepts(&self.on(arn).truth))
            .map(|(arn, _)| arn)
            .collect();
        if open.is_empty() {
            return None;
        }
        let change = |other: &Identity<'a>| {
            if !is_unbounded(other) || other.is_service_linked() {
                return None;
            }
            let policy =
                self.world.managed.get(other.arn())?.iter().find(|own| open.contains(&*own.detail.arn))?;
            self.step(self.on(&policy.detail.arn), &format!("{}, which {other} has", policy.detail.name))
        };
        let everybody = &self.world.everybody;
        let by_user = self.by_changing(&everybody.users, Targets::user, change);
        by_user.or_else(|| self.by_changing(&everybody.roles, Targets::role, change))
    }

    /// Whether the caller may make an instance profile with a role in it.
    fn may_make_profile(&self) -> bool {
        let truth =
            Truth::all(INSTANCE_PROFILE.actions.iter().map(|action| self.caller.may_somewhere(action)));
        self.sureness.accepts(&truth)
    }

    /// The edge, with the making of an instance profile before it where the role has none and needs one.
    fn with_profile(&self, edge: Edge<'a>, targets: &Targets<'a>, service: &str) -> Edge<'a> {
        let role = targets.roles.iter().find(|role| Some(&*role.detail.arn) == edge.to);
        let Some(role) = role.filter(|role| !has_profile(role, service)) else { return edge };
        let truth =
            Truth::all(INSTANCE_PROFILE.actions.iter().map(|action| self.caller.may_somewhere(action)));
        let search = Search::new(self.caller, &INSTANCE_PROFILE, self.world, self.sureness);
        let first =
            search.step(Answered { truth, because: Vec::new() }, &format!("role {}", role.detail.name));
        Edge { steps: first.into_iter().chain(edge.steps).collect(), ..edge }
    }

    fn role<'t>(
        &self,
        mut roles: impl Iterator<Item = &'t Role<'a>>,
        ask: impl Fn(&Role<'a>) -> Answered,
    ) -> Option<Edge<'a>>
    where
        'a: 't,
    {
        roles.find_map(|role| {
            let arn = &*role.detail.arn;
            self.other_than_self(arn)?;
            let step = self.step(ask(role), &format!("role {}", role.detail.name))?;
            Some(Edge { steps: vec![step], to: Some(arn) })
        })
    }

    /// New policies of the caller's own make an administrator, unless a boundary holds them in.
    fn unbounded(&self, arn: &str, object: &str) -> Option<Edge<'a>> {
        if self.caller.is_bounded {
            return None;
        }
        let step = self.step(self.on(arn), object)?;
        Some(Edge { steps: vec![step], to: None })
    }

    fn has_version_of_everything(&self, policy: &ManagedPolicy<'a>) -> bool {
        let catalogue = self.world.catalogue;
        let versions = policy.detail.versions.seen();
        versions.into_iter().flatten().any(|version| {
            let policy = version.document.seen().and_then(|document| document.policy());
            policy.is_ok_and(|policy| allows_everything([policy], catalogue))
        })
    }

    fn other_than_self(&self, arn: &str) -> Option<()> {
        (arn != self.caller.arn()).then_some(())
    }

    fn on(&self, arn: &str) -> Answered {
        if !self.opening.may_reach(arn) {
            return Answered::NO;
        }
        self.method.actions.first().map_or(Answered::NO, |action| self.caller.may(action, arn))
    }

    /// Whether the caller may take all actions but the first, each on some resource.
    fn others(&self) -> Truth {
        Truth::all(self.method.actions.iter().skip(1).map(|action| self.caller.may_somewhere(action)))
    }

    fn step(&self, answered: Answered, object: &str) -> Option<Step> {
        if !self.sureness.accepts(&answered.truth) {
            return None;
        }
        let mut depends_on: Vec<Arc<str>> = match answered.truth {
            Truth::Unknown(doubts) => doubts.iter().map(|doubt| doubt.to_string().into()).collect(),
            _ => Vec::new(),
        };
        if let Gain::RunningRole(service) = self.method.gain {
            depends_on.push(format!("whether something of {service} runs under {object}").into());
        }
        if self.method.gain == Gain::PermissionSet {
            depends_on.push(
                "whether this account administers IAM Identity Center and the caller has the permission set"
                    .into(),
            );
        }
        Some(Step {
            who: self.caller.name(),
            does: format!("{} {object}", self.method.does).into(),
            method: self.method.id,
            actions: self.method.actions,
            depends_on,
            because: answered.because,
        })
    }
}

/// Whether no permissions boundary holds somebody in.
fn is_unbounded(identity: &Identity<'_>) -> bool {
    identity.boundary().is_some_and(|boundary| boundary.seen().is_ok_and(Option::is_none))
}

/// Whether something can run under the role without more ado: EC2 needs an instance profile for that.
fn has_profile(role: &Role<'_>, service: &str) -> bool {
    service != EC2 || role.detail.instance_profiles.seen().is_ok_and(|profiles| !profiles.is_empty())
}

const COGNITO: &str = "cognito-identity.amazonaws.com";

const EC2: &str = "ec2.amazonaws.com";

/// Whether it is not known which instance profiles a role has that EC2 may assume.
pub(super) fn unseen_profiles(role: &Role<'_>) -> Option<Arc<Gap>> {
    let gap = role.detail.instance_profiles.seen().err()?;
    (!trusts(role, EC2).is_false()).then_some(gap)
}

/// Whether a role's trust policy lets a service assume it. What the trust policy asks of the service's other keys is the
/// caller's to choose or true of the account.
fn trusts(role: &Role<'_>, service: &str) -> Truth {
    let Ok(policy) = role.detail.trust.seen().and_then(|trust| trust.policy()) else { return Truth::False };
    let principal = if service == COGNITO {
        Principal::Federated(service.into())
    } else {
        Principal::Service(service.into())
    };
    let names = policy.statements().any(|cited| {
        let Some(principals) = &cited.statement.principals else { return false };
        let action = if service == COGNITO { "AssumeRoleWithWebIdentity" } else { "AssumeRole" };
        cited.statement.allows()
            && cited.statement.actions.cover_name("sts", action)
            && !principals.negated
            && principals.values.iter().any(|pattern| !pattern.matches(&principal, None).1.is_false())
    });
    Truth::from(names)
}
