//! Questions about all requests: against a plain search through many requests, and against themselves.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails like one")]

mod compare;
mod external;
mod granted;
mod made_up;
mod oracle;
mod pairs;

use iam_policy::document::{Document, PolicyKind};
use iam_policy::policy::Policy;

/// A policy with these statements.
fn policy(kind: PolicyKind, statements: &str) -> Policy {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let document = Document::parse(&text).unwrap_or_else(|issues| panic!("{text}: {issues:?}"));
    Policy::compile("policy", kind, &document)
}
