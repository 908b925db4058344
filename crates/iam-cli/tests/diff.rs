//! The verb `diff`, as a user runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use support::{root, run, run_in};

const CLEAN: &str = "testdata/accounts/clean";
const TWO_FINDINGS: &str = "testdata/accounts/two-findings";
const AS_OF: [&str; 2] = ["--as-of", "2026-01-15T08:00:09Z"];

#[test]
fn two_snapshots() {
    let arguments = ["diff", CLEAN, TWO_FINDINGS, AS_OF[0], AS_OF[1]];
    let ran = run_in(&root(), &arguments, &[("COLUMNS", "100")], "");
    insta::assert_snapshot!("human", ran.all());
    let arguments = ["diff", TWO_FINDINGS, CLEAN, "--format", "json", AS_OF[0], AS_OF[1]];
    insta::assert_snapshot!("json", run_in(&root(), &arguments, &[], "").all());
}

#[test]
fn two_reports_say_the_same_of_findings_as_the_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    let report = |account: &str| {
        let path = folder.path().join(account.rsplit('/').next().unwrap()).with_extension("json");
        let path = path.to_str().unwrap().to_owned();
        let ran = run(&["check", account, "--format", "json", "-o", &path, AS_OF[0], AS_OF[1]]);
        assert!(ran.code < 2, "{}", ran.all());
        path
    };
    let (old, new) = (report(CLEAN), report(TWO_FINDINGS));
    let changes = |old: &str, new: &str| -> serde_json::Value {
        let ran = run(&["diff", old, new, "--format", "json", AS_OF[0], AS_OF[1]]);
        let mut document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        document["accounts"][0]["credentials"] = serde_json::Value::Null;
        document
    };
    assert_eq!(changes(&old, &new), changes(CLEAN, TWO_FINDINGS));
    assert_eq!(changes(&old, TWO_FINDINGS), changes(CLEAN, TWO_FINDINGS));
}

#[test]
fn new_findings_can_fail_a_pipeline() {
    let code = |old, new, limit| run(&["diff", old, new, "--fail-on-new", limit, AS_OF[0], AS_OF[1]]).code;
    assert_eq!(code(CLEAN, TWO_FINDINGS, "high"), 1);
    assert_eq!(code(CLEAN, TWO_FINDINGS, "critical"), 0);
    assert_eq!(code(TWO_FINDINGS, CLEAN, "info"), 0);
    assert_eq!(run(&["diff", CLEAN, TWO_FINDINGS, AS_OF[0], AS_OF[1]]).code, 0);
    assert_eq!(run(&["diff", CLEAN, "no/such/path"]).code, 3);
}

#[test]
fn with_trails_on_both_sides() {
    let ran =
        run(&["diff", "testdata/accounts/watched", "testdata/accounts/broken-into", AS_OF[0], AS_OF[1]]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.out.contains("root-access-key-created"), "{}", ran.out);
}
