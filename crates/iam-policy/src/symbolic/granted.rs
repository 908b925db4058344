use super::Settings;
use super::block::Block;
use super::outcome::{Limit, Outcome};
use super::policies::{Sides, allowing, allows, equals, everything, holds, statements, unseen_by};
use super::space::Space;
use super::witness::decide;
use crate::arn::AccountId;
use crate::condition::{Comparison, Operator, Test, Values};
use crate::context::Key;
use crate::glob::{Case, Glob};
use crate::pattern::{ActionPattern, ResourcePattern, Text};
use crate::policy::{Patterns, Policy, Statement, StatementRef};
use crate::request::Request;
use crate::span::At;

/// Actions and resources that a policy should not grant.
///
/// Source: IAM Access Analyzer API Reference, "Access".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    actions: Vec<ActionPattern>,
    resources: Vec<ResourcePattern>,
    conditions: Vec<Test>,
}

impl Access {
    /// These actions on these resources. No actions means any action; no resources, any resource.
    pub fn new<'t>(
        actions: impl IntoIterator<Item = &'t str>,
        resources: impl IntoIterator<Item = &'t str>,
    ) -> Self {
        let resource = |text: &'t str| ResourcePattern::parse(text, false);
        Self {
            actions: actions.into_iter().map(ActionPattern::parse).collect(),
            resources: resources.into_iter().map(resource).collect(),
            conditions: Vec::new(),
        }
    }

    /// The same of resources of one account, which is what `aws:ResourceAccount` tells. Source: IAM User Guide, "AWS global
    /// condition context keys".
    #[must_use]
    pub fn owned_by(self, account: AccountId) -> Self {
        self.with_value("aws:ResourceAccount", &account.to_string())
    }

    /// The same by requests in which a key has this value.
    #[must_use]
    pub fn with_value(mut self, key: &str, value: &str) -> Self {
        self.conditions.push(equals(key, &[value.to_owned()]));
        self
    }

    /// The same by requests in which a key has a value that none of these patterns matches.
    #[must_use]
    pub fn with_other_value<'t>(mut self, key: &str, patterns: impl IntoIterator<Item = &'t str>) -> Self {
        let none = like(Comparison::StringNotLike, key, patterns);
        self.conditions.extend([presence(key, true), none]);
        self
    }

    /// The same by requests in which a key has a value that one of these patterns matches.
    #[must_use]
    pub fn with_value_like<'t>(mut self, key: &str, patterns: impl IntoIterator<Item = &'t str>) -> Self {
        self.conditions.push(like(Comparison::StringLike, key, patterns));
        self
    }

    /// The same by requests that do not have a key.
    #[must_use]
    pub fn without_key(mut self, key: &str) -> Self {
        self.conditions.push(presence(key, false));
        self
    }

    /// A statement that covers the access and nothing else.
    pub(super) fn statement(&self) -> Statement {
        let actions =
            if self.actions.is_empty() { [ActionPattern::Every].into() } else { self.actions.clone().into() };
        let resources = Patterns { negated: false, values: self.resources.clone().into() };
        Statement {
            actions: Patterns { negated: false, values: actions },
            resources: (!self.resources.is_empty()).then_some(resources),
            conditions: self.conditions.clone().into(),
            ..everything()
        }
    }
}

fn like<'t>(comparison: Comparison, key: &str, patterns: impl IntoIterator<Item = &'t str>) -> Test {
    let texts = patterns.into_iter().map(|text| Text::Fixed(Glob::parse(text, Case::Sensitive)));
    Test {
        operator: Some(Operator::plain(comparison)),
        key: Key::new(key),
        values: Values::Texts(texts.collect()),
        at: At::default(),
    }
}

/// A test that a request has a key, or does not.
fn presence(key: &str, is_present: bool) -> Test {
    Test {
        operator: Some(Operator::plain(Comparison::Null)),
        key: Key::new(key),
        values: Values::Absences(vec![Some(!is_present)]),
        at: At::default(),
    }
}

/// Whether a policy grants some access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted<'p> {
    /// Whether the policy allows a request of the access.
    pub outcome: Outcome,
    /// The statements that allow the witness.
    pub through: Vec<StatementRef<'p>>,
}

/// Looks for a request with one of the actions on one of the resources that a policy, taken alone, allows.
///
/// This is what `CheckAccessNotGranted` of IAM Access Analyzer asks.
///
/// ```
/// use iam_policy::document::{Document, PolicyKind};
/// use iam_policy::policy::Policy;
/// use iam_policy::symbolic::{Access, Settings, granted};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}}"#;
/// let policy = Policy::compile("policy", PolicyKind::Identity, &Document::parse(text).unwrap());
/// let ask = |action| granted(&policy, &Access::new([action], []), &Settings::default()).outcome;
/// assert!(ask("s3:GetObject").is_never());
/// assert!(ask("iam:PassRole").is_witnessed());
/// ```
pub fn granted<'p>(policy: &'p Policy, access: &Access, settings: &Settings) -> Granted<'p> {
    let outcome = outcome(policy, access, settings).unwrap_or_else(Outcome::Undetermined);
    let through = outcome.witness().map(|witness| allowing(policy, witness)).unwrap_or_default();
    Granted { outcome, through }
}

fn outcome(policy: &Policy, access: &Access, settings: &Settings) -> Result<Outcome, Limit> {
    let asked = access.statement();
    let mut all = statements([policy]);
    all.push(&asked);
    let mut space = Space::of(&all, settings)?;
    let sides = Sides::of(policy, &mut space)?;
    let asked_blocks = space.blocks(&asked)?;
    let overlaps =
        |allow: &Block| asked_blocks.iter().filter_map(|asked| allow.and(asked)).collect::<Vec<_>>();
    let starts: Vec<Block> = sides.allows.iter().flat_map(overlaps).collect();
    let mut never = sides.denies;
    never.extend(unseen_by(policy.kind(), &space));
    let judge = |request: &Request| holds(&asked, request).and(|| allows(policy, request));
    Ok(decide(&space, &starts, &never, &judge, settings))
}
