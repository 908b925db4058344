//! The verb `notify`, as a user runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::fmt::Write as _;

use serde_json::Value;
use support::{Ran, root, run, run_in};

const EVENTS: &str = "testdata/events";

fn piped(arguments: &[&str], input: &str) -> Ran {
    run_in(&root(), &[&["notify"], arguments].concat(), &[], input)
}

#[test]
fn every_event_in_every_format() {
    let mut names: Vec<String> = std::fs::read_dir(root().join(EVENTS))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() > 5);
    for format in ["slack", "teams", "email", "sns"] {
        let mut all = String::new();
        for name in &names {
            let ran = run(&["notify", "--format", format, &format!("{EVENTS}/{name}")]);
            let _ = writeln!(all, "=== {name}\n{}", ran.all());
        }
        insta::assert_snapshot!(format!("notify_{format}"), all);
    }
}

#[test]
fn a_report_gives_one_message_for_each_account() {
    let report =
        run(&["check", "testdata/accounts/neglected", "--format", "json", "--as-of", "2026-01-15T08:00:00Z"])
            .out;
    let email = piped(&["--format", "email", "--worst", "3"], &report);
    insta::assert_snapshot!("notify_report", email.all());
    let findings =
        serde_json::from_str::<Value>(&report).unwrap()["accounts"][0]["findings"].as_array().unwrap().len();
    assert!(email.out.contains(&format!("has {findings} findings")));
    let slack = piped(&["--format", "slack"], &report);
    assert_eq!((slack.code, slack.out.lines().count()), (0, 1));
    // Other programs write the members in another order, or put a byte order mark before them.
    let document: Value = serde_json::from_str(&report).unwrap();
    let mut members: Vec<_> = document.as_object().unwrap().iter().collect();
    members.sort_by_key(|(name, _)| *name != "accounts");
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    for again in [format!("{{{}}}", members.join(", ")), format!("\u{feff}{report}")] {
        assert_eq!(piped(&["--format", "slack"], &again).out, slack.out);
    }
}

#[test]
fn what_is_passed_over_is_told_and_what_cannot_be_read_is_an_error() {
    let root_signs_in = std::fs::read_to_string(root().join(EVENTS).join("root-sign-in.json")).unwrap();
    let preview =
        r#"{"detail-type": "Access Preview State Change", "source": "aws.access-analyzer", "detail": {}}"#;
    let at_least = piped(&["--format", "slack", "--at-least", "critical"], &root_signs_in);
    assert_eq!((at_least.code, at_least.out.as_str()), (0, ""), "{}", at_least.all());
    assert!(at_least.err.contains("passed over Root of account 111122223333"), "{}", at_least.err);
    let previewed = piped(&["--format", "email"], preview);
    assert_eq!((previewed.code, previewed.out.as_str()), (0, ""));
    assert!(previewed.err.contains("a preview of access is not a finding"), "{}", previewed.err);
    let half = piped(&["--format", "sns"], &format!("{preview}\n{{\n"));
    assert_eq!(half.code, 4, "{}", half.all());
    assert_eq!(piped(&["--format", "sns"], "{}").code, 3);
    for empty in ["", "\n", r#"{"Messages": []}"#, "[]", "null\n"] {
        let ran = piped(&["--format", "slack"], empty);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{empty:?}: {}", ran.all());
        assert!(ran.err.contains("note: there is no event in the input"), "{empty:?}: {}", ran.err);
    }
    assert_eq!(piped(&["--format", "sns"], r#"{"detail-type": "#).code, 4);
    let no_record = r#"{"detail-type": "AWS API Call via CloudTrail", "source": "aws.iam", "detail": {}}"#;
    let unreadable = piped(&["--format", "sns"], no_record);
    assert_eq!((unreadable.code, unreadable.out.as_str()), (4, ""), "{}", unreadable.all());
    assert_eq!(piped(&[], preview).code, 2);
    assert_eq!(piped(&["--format", "slack", "no/such/file"], "").code, 2);
}
