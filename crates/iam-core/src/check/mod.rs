//! What a check is: constant data and one pure function that judges one subject.

mod context;
mod judge;
mod mapping;
mod param;
mod remedy;
mod severity;
mod subject;
mod verdict;

use std::fmt;

pub use context::Context;
pub use judge::{About, Judge, WaiverUse};
pub use mapping::{Cis, Mappings};
pub use param::{
    Count, Hours, InvalidValue, Minutes, Param, ParamType, Parameter, Patterns, Percent, Seconds, Value,
};
pub use remedy::{Remedy, RemedyStep, Step, When};
pub use severity::{Severity, UnknownSeverity};
pub use subject::{CredentialName, PolicyName, Subject, SubjectKind};
pub(crate) use verdict::Record;
pub use verdict::{Confidence, Failure, Judged, Verdict};

use crate::input::Artefact;

/// A check: what it asks, what it needs to know, what it means to others, what to do, and how it judges.
///
/// Checks are `static`s. `iam_core::checks::ALL` lists those of this crate; a program may add its own, see
/// `examples/own_check.rs`.
#[derive(Debug)]
pub struct Check {
    /// The name, a noun phrase of the bad state.
    pub id: CheckId,
    /// The version of iam-audit that had it first.
    pub since: &'static str,
    /// The bad state in a few words.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Why it is that bad.
    pub severity_reason: &'static str,
    /// Whether it runs unless the settings say otherwise.
    pub enabled: bool,
    /// The artefacts it looks at. Without any one of them some verdicts are unknown.
    pub needs: &'static [Artefact],
    /// The settings it reads.
    pub params: &'static [&'static dyn Parameter],
    /// What others call the same rule.
    pub mappings: Mappings,
    /// What to do about a finding.
    pub remedy: Remedy,
    /// The check's page, in Markdown.
    pub page: &'static str,
    /// How it judges.
    pub judge: Judge,
}

/// A check's name, in kebab case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckId(pub &'static str);

impl CheckId {
    /// The name as text.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}
