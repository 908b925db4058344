//! The shapes of what is said of policies in JSON.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; it compares a file of the tree"
)]

use std::path::PathBuf;

use iam_report::{policy, proof};

#[test]
fn the_committed_schemas_are_those_of_the_code() {
    check("policy-validation-v1.json", &policy::schema());
    check("policy-proof-v1.json", &proof::schema());
}

fn check(name: &str, schema: &schemars::Schema) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema").join(name);
    let schema = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        schema,
        "UPDATE_SCHEMA=1 cargo test -p iam-report writes it; renaming or removing a name needs a new version"
    );
}
