//! Verbs by which the program describes itself, and the inventory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use support::{run, run_in};

#[test]
fn help_of_every_verb() {
    for verb in [
        "check",
        "fetch",
        "analyzer",
        "credentials",
        "trail",
        "root",
        "policy",
        "usage",
        "rightsize",
        "external",
        "who-can",
        "alarm",
        "diff",
        "checks",
        "explain",
        "completions",
        "man",
    ] {
        let ran = run_in(&support::root(), &[verb, "--help"], &[("COLUMNS", "100")], "");
        assert!(ran.out.contains("Example"), "{verb} has no example");
        insta::assert_snapshot!(format!("help_{verb}"), ran.all());
    }
    let ran = run_in(&support::root(), &["policy", "validate", "--help"], &[("COLUMNS", "100")], "");
    insta::assert_snapshot!("help_policy_validate", ran.all());
    insta::assert_snapshot!("help", run(&["--help"]).all());
}

#[cfg(not(feature = "live"))]
#[test]
fn a_build_without_network_code_says_how_to_make_one_that_has() {
    for arguments in [&["fetch", "-o", "nowhere"][..], &["check", "--live"]] {
        let ran = run(arguments);
        assert_eq!(ran.code, 2);
        assert!(
            ran.err.starts_with("error: this build of iam-audit has no network code; `cargo install"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn the_list_of_checks() {
    insta::assert_snapshot!(run(&["checks"]).all());
}

#[test]
fn the_page_of_a_check() {
    insta::assert_snapshot!(run(&["explain", "access-key-unused"]).all());
}

#[test]
fn a_misspelt_check_gets_a_hint() {
    let ran = run(&["explain", "acces-key-unused"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "error: there is no check `acces-key-unused`; did you mean `access-key-unused`? (`iam-audit checks` lists them)\n"
    );
}

#[test]
fn checks_and_pages_as_json() {
    for arguments in [&["checks", "--format", "json"][..], &["explain", "access-key-old", "--format", "json"]]
    {
        let ran = run(arguments);
        let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert!(!document["checks"].as_array().unwrap().is_empty());
    }
}

#[test]
fn completions_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(&["completions", shell]).out.contains("credentials"), "{shell}");
    }
}

#[test]
fn manual_pages() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run_in(folder.path(), &["man", "man1"], &[], "").code, 0);
    let page = std::fs::read_to_string(folder.path().join("man1/iam-audit-check.1")).unwrap();
    assert!(page.contains(r"fail\-on"), "{page}");
}

#[test]
fn credentials_of_a_neglected_account() {
    for format in ["human", "csv", "json"] {
        let as_of = "2026-01-15T08:00:00Z";
        let arguments = ["credentials", "testdata/accounts/neglected", "--format", format, "--as-of", as_of];
        let ran = run_in(&support::root(), &arguments, &[("COLUMNS", "120")], "");
        insta::assert_snapshot!(format!("credentials_{format}"), ran.all());
    }
}

#[test]
fn credentials_at_eighty_columns_stay_within_them() {
    let ran =
        run_in(&support::root(), &["credentials", "testdata/accounts/neglected"], &[("COLUMNS", "80")], "");
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
