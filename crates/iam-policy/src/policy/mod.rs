//! Documents made ready to be compared with many requests.

mod access_point;
mod coverage;

use std::fmt;

use crate::condition::Test;
use crate::document::{
    Document, Effect, PatternElement, PolicyKind, PrincipalElement, Principals,
    Statement as DocumentStatement, Version,
};
use crate::pattern::{ActionPattern, PrincipalPattern, ResourcePattern};
use crate::span::Span;

/// A document that is attached to something, with its patterns read.
///
/// ```
/// use iam_policy::document::{Document, PolicyKind};
/// use iam_policy::policy::Policy;
///
/// let text = r#"{"Statement": {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
/// let policy = Policy::compile("reader", PolicyKind::Identity, &Document::parse(text).unwrap());
/// assert_eq!(policy.statements().next().unwrap().to_string(), "identity policy reader, statement 0 (Read)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    name: Box<str>,
    kind: PolicyKind,
    statements: Box<[Statement]>,
}

/// A statement with its patterns read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its name.
    pub sid: Option<Box<str>>,
    /// Where it stands in the document.
    pub at: Span,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`.
    pub principals: Option<Patterns<PrincipalPattern>>,
    /// `Action` or `NotAction`.
    pub actions: Patterns<ActionPattern>,
    /// `Resource` or `NotResource`. Absent, it means what the policy is attached to.
    pub resources: Option<Patterns<ResourcePattern>>,
    /// The condition, all tests of which have to hold.
    pub conditions: Box<[Test]>,
    /// Whether AWS refuses a policy of this kind with this statement, so that nobody knows what it does.
    pub is_refused: bool,
}

/// The values of an element and whether it means them or everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns<T> {
    /// Whether the element means everything but the values.
    pub negated: bool,
    /// The values.
    pub values: Box<[T]>,
}

/// A statement of a policy, by which answers cite it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StatementRef<'p> {
    /// The policy.
    pub policy: &'p Policy,
    /// The place among the policy's statements, from 0.
    pub index: usize,
    /// The statement.
    pub statement: &'p Statement,
}

impl Policy {
    /// Makes a document ready. The name is what answers cite.
    pub fn compile(name: &str, kind: PolicyKind, document: &Document) -> Self {
        let variables = document.version() == Version::V2012;
        let statements =
            document.statements.iter().map(|statement| Statement::compile(statement, kind, variables));
        Self { name: name.into(), kind, statements: statements.collect() }
    }

    /// Several policies of one kind as one, which allows what any of them allows and none of them denies. Their statements follow
    /// each other. Of no policies at all, it allows nothing.
    ///
    /// ```
    /// use iam_policy::document::PolicyKind;
    /// use iam_policy::policy::Policy;
    ///
    /// assert_eq!(Policy::joined("nothing", PolicyKind::Identity, []).statements().count(), 0);
    /// ```
    pub fn joined<'p>(name: &str, kind: PolicyKind, policies: impl IntoIterator<Item = &'p Self>) -> Self {
        let statements = policies.into_iter().flat_map(|policy| policy.statements.iter().cloned());
        Self { name: name.into(), kind, statements: statements.collect() }
    }

    /// The policy without the accounts among the principals of its `Allow` statements: what it gives to principals themselves.
    pub(crate) fn without_accounts(&self) -> Self {
        let mut policy = self.clone();
        for statement in policy.statements.iter_mut().filter(|statement| statement.allows()) {
            let Some(principals) = statement.principals.as_mut().filter(|principals| !principals.negated)
            else {
                continue;
            };
            let values = principals.values.iter();
            let others = values.filter(|principal| !matches!(principal, PrincipalPattern::Account(_)));
            principals.values = others.cloned().collect();
        }
        policy
    }

    /// What answers cite.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is attached to.
    pub fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// The statements in their order.
    pub fn statements(&self) -> impl Iterator<Item = StatementRef<'_>> {
        let numbered = self.statements.iter().enumerate();
        numbered.map(|(index, statement)| StatementRef { policy: self, index, statement })
    }
}

impl Statement {
    fn compile(statement: &DocumentStatement, kind: PolicyKind, variables: bool) -> Self {
        let conditions = statement.condition.iter().flat_map(|condition| &condition.operators);
        let tests = conditions.flat_map(|operator| {
            operator.keys.iter().map(move |key| Test::compile(&operator.name, key, variables))
        });
        Self {
            sid: statement.sid().map(Into::into),
            at: statement.at.0,
            effect: statement.effect,
            principals: statement.principal.as_ref().map(principals),
            actions: patterns(&statement.action, ActionPattern::parse),
            resources: statement
                .resource
                .as_ref()
                .map(|element| patterns(element, |text| ResourcePattern::parse(text, variables))),
            conditions: tests.collect(),
            is_refused: is_refused(statement, kind),
        }
    }

    /// Whether it allows.
    pub fn allows(&self) -> bool {
        self.effect == Effect::Allow
    }
}

/// Whether the kind of policy lacks an element that the statement has, or needs one that it does not have.
///
/// Source: IAM User Guide, "Grammar of the IAM JSON policy language" and the pages of the elements.
fn is_refused(statement: &DocumentStatement, kind: PolicyKind) -> bool {
    let has_principal = statement.principal.is_some();
    let negates_principal = statement.principal.as_ref().is_some_and(|element| element.negated);
    let resource_fits = match kind {
        PolicyKind::Trust => statement.resource.is_none(),
        PolicyKind::Resource => true,
        _ => statement.resource.is_some(),
    };
    has_principal != kind.has_principal()
        || (kind == PolicyKind::Trust && negates_principal)
        || !resource_fits
}

fn patterns<T>(element: &PatternElement, parse: impl Fn(&str) -> T) -> Patterns<T> {
    let values = element.patterns.iter().map(|pattern| parse(&pattern.value)).collect();
    Patterns { negated: element.negated, values }
}

fn principals(element: &PrincipalElement) -> Patterns<PrincipalPattern> {
    let values = match &element.principals {
        Principals::Everybody(_) => [PrincipalPattern::Everyone].into(),
        Principals::Listed(entries, _) => entries
            .iter()
            .flat_map(|entry| {
                entry.values.iter().map(|value| PrincipalPattern::parse(entry.kind, &value.value))
            })
            .collect(),
    };
    Patterns { negated: element.negated, values }
}

impl fmt::Display for StatementRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} policy {}, statement {}", self.policy.kind, self.policy.name, self.index)?;
        self.statement.sid.as_ref().map_or(Ok(()), |sid| write!(f, " ({sid})"))
    }
}

impl fmt::Debug for StatementRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatementRef({self})")
    }
}
