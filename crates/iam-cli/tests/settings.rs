//! Settings files: what they change, and how their faults are told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::fs;

use support::{Ran, run_in};

const REPORT: &str = "user,arn,user_creation_time,password_enabled,mfa_active\n\
    <root_account>,arn:aws:iam::111122223333:root,2019-02-01T10:00:00Z,true,true\n\
    test,arn:aws:iam::111122223333:user/test,2023-03-01T08:00:00Z,true,false\n\
    test2,arn:aws:iam::111122223333:user/test2,2023-03-01T08:00:00Z,true,false\n";

fn check_with(settings: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), REPORT).unwrap();
    fs::write(folder.path().join("iam-audit.toml"), settings).unwrap();
    run_in(folder.path(), &["check", "report.csv", "--as-of", "2026-01-15", "--fail-on-gaps=never"], &[], "")
}

#[test]
fn all_faults_are_told_at_once_with_their_places() {
    let settings = "\
fail-on = \"dire\"
colour = true

[checks.console-without-mafa]
enabled = true

[checks.access-key-old]
max-age-day = 30
max-age-days = 0
severity = 3

[[waive]]
check = \"console-without-mfa\"
subject = \"*\"
until = \"soon\"
";
    insta::assert_snapshot!(check_with(settings).all());
}

#[test]
fn broken_toml_is_told_with_its_place() {
    insta::assert_snapshot!(check_with("[checks\n").all());
}

#[test]
fn a_waiver_covers_whole_names_only() {
    let waiver = "[[waive]]\ncheck = \"console-without-mfa\"\nsubject = \"arn:aws:iam::111122223333:user/test\"\n\
        until = 2026-06-30\nreason = \"moves to Identity Center\"\n";
    insta::assert_snapshot!(check_with(waiver).all());
}

#[test]
fn an_expired_waiver_is_a_finding_and_covers_nothing() {
    let waiver = "[[waive]]\ncheck = \"console-without-mfa\"\nsubject = \"*\"\nuntil = 2026-01-14\nreason = \"later\"\n";
    let ran = check_with(waiver);
    assert!(ran.out.contains("waiver-expired"), "{}", ran.out);
    assert!(ran.out.contains("2 high"), "{}", ran.out);
}

#[test]
fn a_waiver_counts_on_its_last_day() {
    let waiver = "[[waive]]\ncheck = \"console-without-mfa\"\nsubject = \"*\"\nuntil = 2026-01-15\nreason = \"later\"\n";
    let ran = check_with(waiver);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("2 waived"), "{}", ran.out);
}

#[test]
fn severities_and_checks_can_be_changed() {
    let ran = check_with("fail-on = \"critical\"\n[checks.console-without-mfa]\nseverity = \"critical\"\n");
    assert_eq!(ran.code, 1, "{}", ran.out);
    let ran = check_with("[checks.console-without-mfa]\nenabled = false\n");
    assert_eq!(ran.code, 0, "{}", ran.out);
}

#[test]
fn a_settings_file_that_is_named_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["none.toml", "iam-audit.toml"] {
        let ran = run_in(folder.path(), &["check", "-", "--config", name], &[], REPORT);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(&format!("cannot read the settings {name}")), "{}", ran.err);
    }
}
