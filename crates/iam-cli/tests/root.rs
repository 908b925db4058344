//! The verb `root`, as a user runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use support::{root, run, run_in};

const BROKEN_INTO: &str = "testdata/accounts/broken-into";
const AS_OF: [&str; 2] = ["--as-of", "2026-01-15T08:00:00Z"];

#[test]
fn an_account_that_was_broken_into() {
    for format in ["human", "json", "csv"] {
        let arguments = ["root", BROKEN_INTO, "--format", format, AS_OF[0], AS_OF[1]];
        let ran = run_in(&root(), &arguments, &[("COLUMNS", "100")], "");
        insta::assert_snapshot!(format!("broken_into_{format}"), ran.all());
    }
}

#[test]
fn every_format_holds_the_same_events() {
    let formatted = |format| run(&["root", BROKEN_INTO, "--format", format, AS_OF[0], AS_OF[1]]).out;
    let document: serde_json::Value = serde_json::from_str(&formatted("json")).unwrap();
    let sessions = document["accounts"][0]["activity"]["sessions"].as_array().unwrap();
    let events: usize = sessions.iter().map(|session| session["events"].as_array().unwrap().len()).sum();
    assert_eq!(formatted("csv").lines().count(), events + 1);
    let of_console = sessions.iter().flat_map(|session| session["events"].as_array().unwrap());
    let folded = of_console.filter(|event| event["by_console"] == true).count();
    assert!(formatted("human").contains(&format!("and {folded} reading calls by the console itself")));
}

#[test]
fn without_records_what_root_did_is_not_known() {
    let ran = run(&["root", "testdata/accounts/clean", AS_OF[0], AS_OF[1]]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.out.contains("What root did is not known"), "{}", ran.out);
    assert_eq!(run(&["root", "no/such/path"]).code, 3);
}
