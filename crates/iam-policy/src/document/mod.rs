//! Policy documents: what they say, and where each word stands.
//!
//! The model keeps what a person wrote: the order of statements and values, whether a value stood alone or in a list, `Action`
//! or `NotAction`, every `Sid`. Nodes know their place in the text, so that a tool can point at them and change one without
//! touching the others.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language".

mod encoding;
mod kind;
mod print;
mod read;

pub use encoding::{decoded, unwrapped};
pub use kind::PolicyKind;
pub use read::{MAX_TEXT, Reading};

use crate::issue::Issue;
use crate::span::{At, Span};

/// A policy document.
///
/// ```
/// use iam_policy::document::{Document, Effect};
///
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#;
/// let document = Document::parse(text).unwrap();
/// let statement = &document.statements.items[0];
/// assert_eq!(statement.effect, Effect::Allow);
/// assert_eq!(statement.action.patterns.items[0].value, "s3:Get*".into());
/// assert_eq!(statement.action.patterns.items[0].at.0.of(text), "\"s3:Get*\"");
///
/// let issues = Document::parse(r#"{"Statement": [{"Effect": "allow", "Resource": "*"}]}"#).unwrap_err();
/// assert_eq!(issues.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The version of the language; absent means [`Version::V2008`].
    pub version: Option<VersionElement>,
    /// The document's name.
    pub id: Option<Text>,
    /// The statements.
    pub statements: Items<Statement>,
    /// The whole object.
    pub at: At,
}

/// `Version` as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionElement {
    /// The version.
    pub version: Version,
    /// The value.
    pub at: At,
}

/// The version of the policy language, which decides whether `${...}` are variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `2008-10-17`, without variables.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its name.
    pub sid: Option<Text>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`; absent in identity policies.
    pub principal: Option<PrincipalElement>,
    /// `Action` or `NotAction`.
    pub action: PatternElement,
    /// `Resource` or `NotResource`; absent in trust policies.
    pub resource: Option<PatternElement>,
    /// `Condition`; absent means that there is none.
    pub condition: Option<ConditionElement>,
    /// The whole object.
    pub at: At,
}

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

/// `Action`, `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternElement {
    /// Whether it is the form with `Not`, which means everything but the patterns.
    pub negated: bool,
    /// The patterns.
    pub patterns: Items<Text>,
    /// The key.
    pub key: At,
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalElement {
    /// Whether it is `NotPrincipal`.
    pub negated: bool,
    /// Who is meant.
    pub principals: Principals,
    /// The key.
    pub key: At,
}

/// Who a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principals {
    /// The text `*`: everybody.
    Everybody(At),
    /// An object with one list for each kind of principal.
    Listed(Vec<PrincipalEntry>, At),
}

/// The principals of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalEntry {
    /// The kind.
    pub kind: PrincipalKind,
    /// The principals.
    pub values: Items<Text>,
    /// The key.
    pub key: At,
}

/// The kinds of principals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// `AWS`: accounts, users, roles, sessions.
    Aws,
    /// `Federated`: identity providers.
    Federated,
    /// `Service`: AWS services.
    Service,
    /// `CanonicalUser`: accounts, by the id that only S3 uses.
    CanonicalUser,
}

/// `Condition`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionElement {
    /// The operators, all of which must hold.
    pub operators: Vec<ConditionOperator>,
    /// The whole object.
    pub at: At,
}

/// One operator of a condition with its keys, all of which must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionOperator {
    /// The operator as it stands, such as `ForAnyValue:StringLikeIfExists`.
    pub name: Text,
    /// The keys.
    pub keys: Vec<ConditionKey>,
}

/// One condition key with the values of which one must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionKey {
    /// The key as it stands, such as `aws:SourceIp`.
    pub name: Text,
    /// The values.
    pub values: Items<Scalar>,
}

/// One or more values. JSON policies may leave out the list around a single one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Items<T> {
    /// The values in their order.
    pub items: Vec<T>,
    /// Whether they stand in a list.
    pub is_list: bool,
    /// The value or the list.
    pub at: At,
}

/// A text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text with its escapes resolved.
    pub value: Box<str>,
    /// The JSON string, with its quotes.
    pub at: At,
}

/// A value of a condition. AWS compares its text, however it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text.
    pub text: Box<str>,
    /// How it is written.
    pub form: ScalarForm,
    /// The JSON value.
    pub at: At,
}

/// How a value of a condition is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarForm {
    /// As a JSON string.
    Text,
    /// As a JSON number.
    Number,
    /// As `true` or `false`.
    Bool,
}

impl Document {
    /// Reads a document whose text is JSON. Text from the raw IAM API is URL-encoded: see [`decoded`].
    ///
    /// What depends on the kind of policy, and what only validation knows, is not looked at: any combination of elements
    /// that the grammar has for some kind of policy is read.
    ///
    /// # Errors
    ///
    /// Every issue that keeps AWS, or us, from understanding the document.
    pub fn parse(text: &str) -> Result<Self, Vec<Issue>> {
        match Self::read(text) {
            Reading { document: Some(document), issues, .. } if issues.is_empty() => Ok(document),
            Reading { issues, .. } => Err(issues),
        }
    }

    /// The version in force.
    pub fn version(&self) -> Version {
        self.version.map_or(Version::V2008, |element| element.version)
    }
}

impl Statement {
    /// The statement's name, if it has one.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_ref().map(|sid| &*sid.value)
    }

    /// Whether it allows.
    pub fn allows(&self) -> bool {
        self.effect == Effect::Allow
    }
}

impl Version {
    /// The version as it stands in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

impl Effect {
    /// The effect as it stands in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

impl PrincipalKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Aws, Self::Federated, Self::Service, Self::CanonicalUser];

    /// The kind as it stands in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Federated => "Federated",
            Self::Service => "Service",
            Self::CanonicalUser => "CanonicalUser",
        }
    }
}

impl<T> Items<T> {
    /// Values in a list that no text holds.
    pub fn list(items: Vec<T>) -> Self {
        Self { items, is_list: true, at: At::default() }
    }

    /// A value that stands alone and in no text.
    pub fn one(item: T) -> Self {
        Self { items: vec![item], is_list: false, at: At::default() }
    }

    /// The values.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
}

impl<'i, T> IntoIterator for &'i Items<T> {
    type Item = &'i T;
    type IntoIter = std::slice::Iter<'i, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Text {
    /// Where a part of the text stands: all of it where the text is written with escapes, because places then differ.
    pub fn part(&self, from: usize, to: usize) -> At {
        let Span { start, end } = self.at.0;
        let (start, length) = (start as usize + 1, (end as usize).saturating_sub(start as usize));
        if length != self.value.len() + 2 {
            return self.at;
        }
        At(Span::new(start + from, start + to))
    }
}

impl From<&str> for Text {
    fn from(value: &str) -> Self {
        Self { value: value.into(), at: At::default() }
    }
}
