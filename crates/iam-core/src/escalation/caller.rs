//! A principal that may take steps, with everything that decides which.

use std::collections::BTreeMap;
use std::sync::Arc;

use iam_policy::catalogue::Catalogue;
use iam_policy::context::{Context, ContextValue};
use iam_policy::document::PolicyKind;
use iam_policy::evaluate::{Answer, Decision, Grant, PolicySet, evaluate};
use iam_policy::permissions::OnEverything;
use iam_policy::policy::{Policy, Statement, StatementRef};
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use iam_policy::truth::{Doubt, Rule, Truth};

use super::method::Watched;
use crate::access::{Controls, Level};
use crate::evidence::{DetailedUser, Identity, ManagedPolicy, Role};
use crate::fact::{Gap, Source};
use crate::ident::Arn;
use crate::input::PolicyDocument;

/// A user or role and its policies.
pub(super) struct Caller<'a> {
    pub(super) identity: Identity<'a>,
    principal: Principal,
    policies: Vec<&'a PolicyDocument>,
    set: PolicySet<'a>,
    boundary: Option<&'a Policy>,
    /// The service control policies above it.
    levels: Vec<Level<'a>>,
    /// Whether a permissions boundary takes something away, whatever the policies allow.
    pub(super) is_bounded: bool,
    /// Why it may have policies that were not seen, if it may.
    pub(super) gap: Option<Arc<Gap>>,
    /// The watched actions that some statement allows somewhere.
    pub(super) allowed: Watched,
    /// The managed policies that the customer can change.
    pub(super) managed: Vec<ManagedPolicy<'a>>,
}

/// Whether a caller may do something, and by which statements.
pub(super) struct Answered {
    pub(super) truth: Truth,
    pub(super) because: Vec<Source>,
}

/// The watched actions of policies that were looked at before: managed policies are shared.
#[derive(Default)]
pub(super) struct Seen(BTreeMap<usize, Watched>);

impl Seen {
    fn watched(&mut self, policy: &Policy) -> Watched {
        *self.0.entry(std::ptr::from_ref(policy).addr()).or_insert_with(|| Watched::allowed_by(policy))
    }
}

impl<'a> Caller<'a> {
    /// `None` for groups, which cannot call anything, and for identities without a sound ARN.
    pub(super) fn of(
        identity: Identity<'a>,
        controls: &Controls<'a>,
        catalogue: &Catalogue,
        seen: &mut Seen,
    ) -> Option<Self> {
        let principal = match identity {
            Identity::User(_) => Principal::user(identity.arn()).ok()?,
            Identity::Role(_) => Principal::role_session(identity.arn(), None).ok()?,
            Identity::Group(_) => return None,
        };
        let grants = identity.grants();
        let mut caller = Self {
            identity,
            principal,
            policies: Vec::new(),
            set: controls.bind(PolicySet::new()),
            levels: controls.of_principals.levels.clone(),
            boundary: None,
            is_bounded: false,
            gap: grants.incomplete.clone(),
            allowed: Watched::NONE,
            managed: Vec::new(),
        };
        for grant in &grants.seen {
            match grant.document().and_then(|document| Ok((document, document.policy()?))) {
                Ok((document, policy)) => {
                    caller.policies.push(document);
                    caller.set = caller.set.with(policy);
                    caller.allowed = caller.allowed.union(seen.watched(policy));
                }
                Err(gap) => caller.gap = caller.gap.or(Some(gap)),
            }
            caller.managed.extend(grant.customer_managed());
        }
        match identity
            .boundary_document()
            .and_then(|document| document.map(PolicyDocument::policy).transpose())
        {
            Ok(boundary) => {
                caller.boundary = boundary;
                caller.is_bounded = boundary.is_some_and(|boundary| {
                    !seen.watched(boundary).is_all() || !allows_everything([boundary], catalogue)
                });
            }
            Err(gap) => {
                caller.gap = caller.gap.or(Some(gap));
            }
        }
        Some(caller)
    }

    /// The statements of its identity policies.
    pub(super) fn statements(&self) -> impl Iterator<Item = StatementRef<'a>> + use<'_, 'a> {
        self.policies.iter().filter_map(|document| document.policy().ok()).flat_map(Policy::statements)
    }

    pub(super) fn arn(&self) -> &'a str {
        self.identity.arn()
    }

    pub(super) fn name(&self) -> Arc<str> {
        self.identity.to_string().into()
    }

    pub(super) fn user(&self) -> Option<DetailedUser<'a>> {
        match self.identity {
            Identity::User(user) => Some(user),
            _ => None,
        }
    }

    pub(super) fn role(&self) -> Option<Role<'a>> {
        match self.identity {
            Identity::Role(role) => Some(role),
            _ => None,
        }
    }

    /// Whether the policies alone allow everything, whatever the boundary takes away of it.
    pub(super) fn has_everything_unbounded(&self, catalogue: &Catalogue) -> bool {
        let policies = self.policies.iter().filter_map(|document| document.policy().ok());
        self.allowed.is_all() && allows_everything(policies, catalogue)
    }

    /// Whether it may do `action` on a resource.
    pub(super) fn may(&self, action: &str, resource: &str) -> Answered {
        self.ask(action, resource, Context::open(), None)
    }

    /// Whether it may pass a role to a service.
    pub(super) fn may_pass(&self, role: &Role<'a>, service: &str) -> Answered {
        let context = Context::open().with("iam:PassedToService", ContextValue::single(service));
        self.ask("iam:PassRole", &role.detail.arn, context, None)
    }

    /// Whether it may assume a role, which the role's trust policy has to allow as well.
    pub(super) fn may_assume(&self, role: &Role<'a>) -> Answered {
        let Ok(trust) = role.detail.trust.seen().and_then(|trust| Ok((trust, trust.policy()?))) else {
            return Answered::NO;
        };
        self.ask("sts:AssumeRole", &role.detail.arn, Context::open(), Some(trust))
    }

    fn ask(
        &self,
        action: &str,
        resource: &str,
        context: Context,
        trust: Option<(&'a PolicyDocument, &'a Policy)>,
    ) -> Answered {
        let account = Arn::parse(resource).ok().and_then(|arn| arn.account().ok());
        let (Ok(action), Some(account)) = (action.parse(), account) else { return Answered::NO };
        let parts = RequestParts::new(self.principal.clone(), action, context).on(resource).owned_by(account);
        let Ok(request) = Request::new(parts) else { return Answered::NO };
        let set = match trust {
            Some((_, trust)) => self.set.clone().with(trust),
            None => self.set.clone(),
        };
        let set = match self.boundary {
            Some(boundary) => set.bounded_by(boundary),
            None => set,
        };
        self.answered(&evaluate(&request, &set), trust)
    }

    /// Whether it may do `action` on some resource at least, of which the artefacts do not tell.
    pub(super) fn may_somewhere(&self, action: &str) -> Truth {
        let Some((service, name)) = action.split_once(':') else { return Truth::False };
        let covers = |cited: &StatementRef<'_>| cited.statement.actions.cover_name(service, name);
        let about = |policy: &'a Policy| policy.statements().filter(covers);
        let own = || self.statements().filter(covers);
        let allows = |cited: StatementRef<'_>| {
            if cited.statement.allows() { circumstances(cited.statement) } else { Truth::False }
        };
        let denies = |cited: StatementRef<'_>| {
            let is_whole = !cited.statement.allows() && cited.statement.is_on_everything();
            if is_whole { circumstances(cited.statement) } else { Truth::False }
        };
        let is_allowed = Truth::any(own().map(allows));
        let bounded = self.boundary.map(|boundary| Truth::any(about(boundary).map(allows)));
        let controls =
            || self.levels.iter().flat_map(|level| &level.policies).map(|attached| attached.policy);
        let others = self.boundary.into_iter().chain(controls());
        let is_denied = Truth::any(own().chain(others.flat_map(about)).map(denies));
        let leaves = |level: &Level<'a>| {
            let unseen = if level.is_whole { Truth::False } else { Truth::doubt(UNSEEN) };
            let policies = level.policies.iter().map(|attached| attached.policy);
            Truth::any(policies.flat_map(about).map(allows)).or(|| unseen)
        };
        let is_left = || Truth::all(self.levels.iter().map(leaves));
        is_allowed.and(|| bounded.unwrap_or(Truth::True)).and(is_left).and(|| !is_denied)
    }

    fn answered(&self, decision: &Decision<'a>, trust: Option<(&'a PolicyDocument, &'a Policy)>) -> Answered {
        let source = |cited: &StatementRef<'a>| {
            let own = self.policies.iter().copied();
            let documents = own.chain(trust.map(|(document, _)| document));
            let mut holding = documents
                .filter(|document| document.policy().is_ok_and(|policy| std::ptr::eq(policy, cited.policy)));
            holding.next().map(|document| document.part(cited.statement.at))
        };
        match &decision.answer {
            Answer::Allowed { by } => {
                let statements = by.iter().filter_map(|grant| match grant {
                    Grant::Statement(cited) => Some(cited),
                    _ => None,
                });
                Answered { truth: Truth::True, because: statements.filter_map(source).collect() }
            }
            Answer::Depends { on, statements } => Answered {
                truth: Truth::Unknown(on.clone()),
                because: statements
                    .iter()
                    .filter(|cited| cited.statement.allows())
                    .filter_map(source)
                    .collect(),
            },
            Answer::ExplicitDeny { .. } | Answer::ImplicitDeny { .. } => Answered::NO,
        }
    }
}

/// Levels that were not seen whole may deny.
const UNSEEN: Doubt = Doubt::Unseen(PolicyKind::ServiceControl);

impl Answered {
    pub(super) const NO: Self = Self { truth: Truth::False, because: Vec::new() };
}

/// Whether policies together allow everything, whatever the circumstances.
pub(super) fn allows_everything<'p>(
    policies: impl IntoIterator<Item = &'p Policy>,
    catalogue: &Catalogue,
) -> bool {
    catalogue.all().is_subset(&OnEverything::of(policies, catalogue).certain)
}

/// Whether a statement counts where nobody knows the keys that it asks for: that depends on them.
fn circumstances(statement: &Statement) -> Truth {
    let refused = if statement.is_refused { Truth::rule(Rule::RefusedStatement) } else { Truth::True };
    let keys = statement.conditions.iter().map(|test| Truth::doubt(Doubt::Key(test.key.clone())));
    refused.and(|| Truth::all(keys))
}
