//! Every example runs and prints what it printed when it was last read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::fs::File;
use std::process::{Command, Stdio};

fn run(example: &str) -> String {
    run_with(example, Stdio::null())
}

fn run_with(example: &str, input: Stdio) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "examples", "--example", example])
        .stdin(input)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("examples print text")
}

#[test]
fn audit_bytes() {
    insta::assert_snapshot!(run("audit_bytes"));
}

#[test]
fn own_check() {
    insta::assert_snapshot!(run("own_check"));
}

#[test]
fn severity_policy() {
    insta::assert_snapshot!(run("severity_policy"));
}

#[test]
fn notify_event() {
    for event in ["findings-external", "root-access-key-created-sns"] {
        let path = format!("{}/../testdata/events/{event}.json", env!("CARGO_MANIFEST_DIR"));
        let messages = run_with("notify_event", File::open(path).unwrap().into());
        insta::assert_snapshot!(format!("notify_event_{event}"), messages);
    }
}
