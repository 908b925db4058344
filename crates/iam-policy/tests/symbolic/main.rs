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
use proptest::test_runner::{Config as ProptestConfig, RngSeed};

/// The same source runs the same cases everywhere.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_261_125),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A policy with these statements.
fn policy(kind: PolicyKind, statements: &str) -> Policy {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    let document = Document::parse(&text).unwrap_or_else(|issues| panic!("{text}: {issues:?}"));
    Policy::compile("policy", kind, &document)
}
