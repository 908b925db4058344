//! What was proved about all requests that a policy allows: for people, and as JSON.
//!
//! ```
//! use iam_policy::document::{Document, PolicyKind};
//! use iam_policy::policy::Policy;
//! use iam_policy::symbolic::{Settings, compare};
//! use iam_report::proof::{Answer, Options, Proof, human};
//!
//! let text = r#"{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}"#;
//! let policy = Policy::compile("a.json", PolicyKind::Identity, &Document::parse(text).unwrap());
//! let comparison = compare(&policy, &policy, &Settings::default());
//! let answer = Answer { outcome: &comparison.new_access, through: &comparison.through };
//! let proof = Proof::NewAccess { existing: "a.json", new: "a.json", kind: policy.kind(), answer, undelegated: None };
//! let mut out = Vec::new();
//! human(&proof, Options::default(), &mut out)?;
//! assert!(String::from_utf8_lossy(&out).contains("allows nothing that"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod human;
mod json;

pub use human::human;
pub use json::{json, schema};

use iam_policy::document::PolicyKind;
use iam_policy::policy::StatementRef;
use iam_policy::request::Request;
use iam_policy::symbolic::Outcome;

use crate::Tool;

/// What was asked, and what came of it.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// Whether a policy allows what another does not.
    NewAccess {
        /// Where the existing policy comes from, as it is shown.
        existing: &'a str,
        /// Where the new policy comes from.
        new: &'a str,
        /// What both are attached to.
        kind: PolicyKind,
        /// Whether there is such a request.
        answer: Answer<'a>,
        /// A request of a principal whom the new policy names himself, and the existing one only through his account.
        undelegated: Option<&'a Request>,
    },
    /// Whether a policy grants some access.
    Granted {
        /// Where the policy comes from.
        path: &'a str,
        /// What it is attached to.
        kind: PolicyKind,
        /// The actions that were asked for, any of them; none means every action.
        actions: &'a [&'a str],
        /// The resources that were asked for, any of them; none means every resource.
        resources: &'a [&'a str],
        /// Whether there is a request of this kind that the policy allows.
        answer: Answer<'a>,
    },
    /// Whether a policy lets anybody in.
    PublicAccess {
        /// Where the policy comes from.
        path: &'a str,
        /// The type of the resource, in AWS's words.
        resource_type: &'a str,
        /// Whether there is a request by anybody, without a condition on what a requester cannot choose.
        answer: Answer<'a>,
        /// The statements that are public by the rule of fixed values, with which S3 blocks public access; `None` for
        /// resources for which the rule is not made.
        not_fixed: Option<&'a [StatementRef<'a>]>,
    },
}

/// Whether there is a request of the kind that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// Whether there is one.
    pub outcome: &'a Outcome,
    /// The statements that allow the witness.
    pub through: &'a [StatementRef<'a>],
}

/// How a proof is shown.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The program that made it.
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

impl<'a> Proof<'a> {
    fn answer(&self) -> Answer<'a> {
        match self {
            Self::NewAccess { answer, .. }
            | Self::Granted { answer, .. }
            | Self::PublicAccess { answer, .. } => *answer,
        }
    }
}
