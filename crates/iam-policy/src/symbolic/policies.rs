//! What a policy says of requests, taken alone.

use super::block::Block;
use super::outcome::Limit;
use super::space::Space;
use crate::condition::{Comparison, Operator, Test, Values};
use crate::context::Key;
use crate::document::{Effect, PolicyKind};
use crate::glob::{Case, Glob};
use crate::pattern::{ActionPattern, Text};
use crate::policy::{Patterns, Policy, Statement, StatementRef};
use crate::principal::Principal;
use crate::request::Request;
use crate::span::{At, Span};
use crate::truth::Truth;

/// What a policy allows and denies.
#[derive(Debug)]
pub(super) struct Sides {
    pub(super) allows: Vec<Block>,
    pub(super) denies: Vec<Block>,
}

impl Sides {
    /// In a space that is fine enough for the policy.
    pub(super) fn of(policy: &Policy, space: &mut Space) -> Result<Self, Limit> {
        let mut sides = Self { allows: Vec::new(), denies: Vec::new() };
        for cited in policy.statements() {
            let blocks = space.blocks(cited.statement)?;
            if cited.statement.allows() { sides.allows.extend(blocks) } else { sides.denies.extend(blocks) }
        }
        Ok(sides)
    }
}

/// The statements of policies.
pub(super) fn statements<'p>(policies: impl IntoIterator<Item = &'p Policy>) -> Vec<&'p Statement> {
    policies.into_iter().flat_map(Policy::statements).map(|cited| cited.statement).collect()
}

/// Whether a policy, taken alone, allows a request: what the search has to agree with.
pub(super) fn allows(policy: &Policy, request: &Request) -> Truth {
    let holds = |cited: StatementRef<'_>| holds(cited.statement, request);
    let of = |allow: bool| policy.statements().filter(move |cited| cited.statement.allows() == allow);
    Truth::any(of(true).map(holds)).and(|| !Truth::any(of(false).map(holds)))
}

/// The `Allow` statements of a policy that cover a request, for certain or perhaps.
pub(super) fn allowing<'p>(policy: &'p Policy, request: &Request) -> Vec<StatementRef<'p>> {
    let all = policy.statements();
    all.filter(|cited| cited.statement.allows() && !holds(cited.statement, request).is_false()).collect()
}

/// Whether a statement is about a request.
pub(super) fn holds(statement: &Statement, request: &Request) -> Truth {
    let principal =
        || Truth::any(statement.namings(request, &Truth::False).into_iter().map(|(_, named)| named));
    statement.covers_question(request).and(principal)
}

/// The requests that policies of a kind never see: identity policies bind users, roles and their sessions only.
pub(super) fn unseen_by(kind: PolicyKind, space: &Space) -> Option<Block> {
    if kind.has_principal() {
        return None;
    }
    let is_bound = |principal: &Principal| match principal {
        Principal::User(_) | Principal::RoleSession(_) | Principal::FederatedUser(_) => true,
        Principal::Root(_) => kind == PolicyKind::ServiceControl,
        Principal::Service(_) | Principal::Federated(_) | Principal::Anonymous => false,
    };
    space.callers_who(|principal| !is_bound(principal))
}

/// A statement that allows everything to everybody.
pub(super) fn everything() -> Statement {
    Statement {
        sid: None,
        at: Span::NONE,
        effect: Effect::Allow,
        principals: None,
        actions: Patterns { negated: false, values: [ActionPattern::Every].into() },
        resources: None,
        conditions: [].into(),
        is_refused: false,
    }
}

/// A test that a key has one of these values.
pub(super) fn equals(key: &str, values: &[String]) -> Test {
    let texts = values.iter().map(|value| Text::Fixed(Glob::literal(value, Case::Sensitive)));
    Test {
        operator: Some(Operator::plain(Comparison::StringEquals)),
        key: Key::new(key),
        values: Values::Texts(texts.collect()),
        at: At::default(),
    }
}
