//! Which steps a caller can take towards those who can become administrators.

use std::sync::Arc;

use iam_policy::catalogue::Catalogue;
use iam_policy::permissions::OnEverything;
use iam_policy::principal::Principal;
use iam_policy::truth::Truth;

use super::caller::{Answered, Caller};
use super::method::{ALL, Gain, Method, Watched};
use super::path::Step;
use super::targets::Targets;
use crate::evidence::{Group, Identity, ManagedPolicy, Role};

/// Steps that a caller can take, and where they lead.
pub(super) struct Edge<'a> {
    pub(super) steps: Vec<Step>,
    /// The principal or group that is reached; `None` where the steps alone make an administrator.
    pub(super) to: Option<&'a str>,
}

/// What all edges are looked for in.
pub(super) struct World<'a> {
    pub(super) catalogue: &'a Catalogue,
    /// All users, roles and groups of the account.
    pub(super) everybody: Targets<'a>,
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

/// The first edge from a caller to one of the targets or straight to an administrator, in the order of the methods.
pub(super) fn find<'a>(
    caller: &Caller<'a>,
    targets: &Targets<'a>,
    world: &World<'a>,
    sureness: Sureness,
) -> Option<Edge<'a>> {
    ALL.iter().find_map(|method| {
        // A trust policy that names the caller needs no permission of its own.
        let is_open = method.gain == Gain::TrustingRole;
        if !is_open && !caller.allowed.includes(Watched::of(method)) {
            return None;
        }
        Search { caller, method, world, sureness }.edge(targets)
    })
}

struct Search<'s, 'a> {
    caller: &'s Caller<'a>,
    method: &'static Method,
    world: &'s World<'a>,
    sureness: Sureness,
}

impl<'a> Search<'_, 'a> {
    fn edge(&self, targets: &Targets<'a>) -> Option<Edge<'a>> {
        match self.method.gain {
            Gain::User => targets.users.iter().find_map(|user| {
                let arn = &*user.detail.arn;
                self.other_than_self(arn)?;
                let step = self.step(self.on(arn), &format!("user {}", user.detail.name))?;
                Some(Edge { steps: vec![step], to: Some(arn) })
            }),
            Gain::Role => self.role(targets, |role| self.on(&role.detail.arn)),
            Gain::TrustingRole => self.role(targets, |role| self.caller.may_assume(role)),
            Gain::PassedRole(service) => {
                let others = self.others();
                if others.is_false() {
                    return None;
                }
                self.role(targets, |role| {
                    let passed = self.caller.may_pass(role, service);
                    let truth = passed.truth.and(|| others.clone()).and(|| trusts(role, service));
                    Answered { truth, because: passed.because }
                })
            }
            Gain::RunningRole(service) => {
                let here = self.caller.may_somewhere(self.method.actions.first()?).and(|| self.others());
                if here.is_false() || self.sureness == Sureness::Certain {
                    return None;
                }
                self.role(targets, |role| {
                    let truth = here.clone().and(|| trusts(role, service));
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
                own.or_else(|| self.policies_of_another(&self.world.everybody.users, Targets::user))
            }
            Gain::PoliciesOfRole => {
                let own = self.caller.role().and_then(|role| self.unbounded(&role.detail.arn, "itself"));
                own.or_else(|| self.policies_of_another(&self.world.everybody.roles, Targets::role))
            }
            Gain::PoliciesOfGroup => {
                let groups = self.caller.user()?.groups().ok()?;
                let mut groups = groups.filter_map(Result::ok);
                groups.find_map(|group: Group<'a>| {
                    self.unbounded(&group.detail.arn, &format!("its group {}", group.detail.name))
                })
            }
            Gain::ContentOfPolicy => self.caller.managed.iter().find_map(|policy| {
                self.unbounded(&policy.detail.arn, &format!("{}, which it has", policy.detail.name))
            }),
            Gain::VersionOfPolicy => {
                let policies = self.caller.managed.iter();
                policies.filter(|policy| self.has_version_of_everything(policy)).find_map(|policy| {
                    self.unbounded(&policy.detail.arn, &format!("{}, which it has", policy.detail.name))
                })
            }
            Gain::UnboundedUser => {
                let user = self.caller.user()?;
                if !self.caller.is_bounded() || !self.caller.has_everything_unbounded(self.world.catalogue) {
                    return None;
                }
                let step = self.step(self.on(&user.detail.arn), "itself")?;
                Some(Edge { steps: vec![step], to: None })
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

    /// Policies of any content for another principal, which the caller can then become.
    fn policies_of_another<T: Copy + Into<Identity<'a>>>(
        &self,
        others: &[T],
        only: fn(T) -> Targets<'a>,
    ) -> Option<Edge<'a>> {
        others.iter().find_map(|other| {
            let identity: Identity<'a> = (*other).into();
            self.other_than_self(identity.arn())?;
            let is_unbounded =
                identity.boundary().is_some_and(|boundary| boundary.seen().is_ok_and(Option::is_none));
            if !is_unbounded || identity.is_service_linked() {
                return None;
            }
            let alters = self.step(self.on(identity.arn()), &identity.to_string())?;
            let target = only(*other);
            let becomes = ALL.iter().filter(|method| method.gain.is_to_become()).find_map(|method| {
                let allowed = self.caller.allowed.includes(Watched::of(method));
                let search = Search { method, ..*self };
                if allowed || method.gain == Gain::TrustingRole { search.edge(&target) } else { None }
            })?;
            let mut steps = vec![alters];
            steps.extend(becomes.steps);
            Some(Edge { steps, to: None })
        })
    }

    fn role(&self, targets: &Targets<'a>, ask: impl Fn(&Role<'a>) -> Answered) -> Option<Edge<'a>> {
        targets.roles.iter().find_map(|role| {
            let arn = &*role.detail.arn;
            self.other_than_self(arn)?;
            let step = self.step(ask(role), &format!("role {}", role.detail.name))?;
            Some(Edge { steps: vec![step], to: Some(arn) })
        })
    }

    /// New policies of the caller's own make an administrator, unless a boundary holds them in.
    fn unbounded(&self, arn: &str, object: &str) -> Option<Edge<'a>> {
        if self.caller.is_bounded() {
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
            policy
                .is_ok_and(|policy| catalogue.all().is_subset(&OnEverything::of([policy], catalogue).certain))
        })
    }

    fn other_than_self(&self, arn: &str) -> Option<()> {
        (arn != self.caller.arn()).then_some(())
    }

    fn on(&self, arn: &str) -> Answered {
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

/// Whether a role's trust policy lets a service assume it. What the trust policy asks of the service's other keys is the
/// caller's to choose or true of the account.
fn trusts(role: &Role<'_>, service: &str) -> Truth {
    let Ok(policy) = role.detail.trust.seen().and_then(|trust| trust.policy()) else { return Truth::False };
    let principal = if service == "cognito-identity.amazonaws.com" {
        Principal::Federated(service.into())
    } else {
        Principal::Service(service.into())
    };
    let names = policy.statements().any(|cited| {
        let Some(principals) = &cited.statement.principals else { return false };
        cited.statement.allows()
            && !principals.negated
            && principals.values.iter().any(|pattern| !pattern.matches(&principal, None).1.is_false())
    });
    Truth::from(names)
}
