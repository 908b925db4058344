//! What the validation of policies found: as a compiler would say it, as JSON, as SARIF.
//!
//! ```
//! use iam_policy::catalogue::Catalogue;
//! use iam_policy::document::PolicyKind;
//! use iam_policy::validate::validate;
//! use iam_report::policy::{KindFrom, Validated, Validations, human};
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "*"}}"#;
//! let validation = validate(text, PolicyKind::Identity, Catalogue::embedded());
//! let policy = Validated { path: "a.json", text, is_decoded: false, kind_from: KindFrom::Given, validation: &validation };
//! let validations = Validations { policies: vec![policy], unread: vec![], catalogue: Catalogue::embedded() };
//! let mut out = Vec::new();
//! human(&validations, Default::default(), &mut out)?;
//! assert!(String::from_utf8_lossy(&out).contains("did you mean `s3:GetObject`?"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod human;
mod json;
mod sarif;

pub use human::human;
pub use json::{json, schema};
pub use sarif::sarif;

use iam_policy::catalogue::Catalogue;
use iam_policy::issue::IssueKind;
use iam_policy::validate::Validation;

use crate::Tool;

/// The policies of one run.
#[derive(Debug)]
pub struct Validations<'a> {
    /// The policies, in the order in which they were named.
    pub policies: Vec<Validated<'a>>,
    /// Files that could not be read.
    pub unread: Vec<Unread>,
    /// Where names were looked up.
    pub catalogue: &'a Catalogue,
}

/// A policy that was validated.
#[derive(Debug, Clone, Copy)]
pub struct Validated<'a> {
    /// Where it comes from, as it is shown.
    pub path: &'a str,
    /// The text that places are about.
    pub text: &'a str,
    /// Whether the file was URL-encoded, so that places are about the text decoded from it.
    pub is_decoded: bool,
    /// Who said what kind of policy it is.
    pub kind_from: KindFrom,
    /// What was found.
    pub validation: &'a Validation,
}

/// Who said what kind of policy a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindFrom {
    /// The user.
    Given,
    /// Its elements make it likely.
    Assumed,
}

/// A file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it is.
    pub path: String,
    /// Why not.
    pub why: String,
}

/// How validations are shown.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The program that made them.
    pub tool: Tool<'static>,
    /// Columns of the terminal; for people only.
    pub width: usize,
    /// Whether to write ANSI colours; for people only.
    pub color: bool,
    /// The exit code that the program will end with.
    pub exit_code: u8,
}

impl Default for Options {
    fn default() -> Self {
        Self { tool: Tool::THIS, width: 100, color: false, exit_code: 0 }
    }
}

impl KindFrom {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Assumed => "assumed",
        }
    }
}

impl Validations<'_> {
    /// How many issues of a kind there are.
    fn count(&self, kind: IssueKind) -> usize {
        self.policies.iter().map(|policy| policy.count(kind)).sum()
    }
}

impl Validated<'_> {
    fn count(&self, kind: IssueKind) -> usize {
        self.validation.issues.iter().filter(|issue| issue.code.kind() == kind).count()
    }
}
