//! `iam-audit check`: what it prints, and the exit code of every outcome.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::fs;
use std::process::{Command, Stdio};

use support::{Ran, root, run, run_in};

const REPORT: &str = "user,arn,user_creation_time,password_enabled,mfa_active\n\
    <root_account>,arn:aws:iam::111122223333:root,2019-02-01T10:00:00Z,true,true\n\
    alice,arn:aws:iam::111122223333:user/alice,2023-03-01T08:00:00Z,true,false\n";

const AS_OF: [&str; 2] = ["--as-of", "2026-01-15"];

fn check(arguments: &[&str], input: &str) -> support::Ran {
    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), &[&["check", "-"], &AS_OF[..], arguments].concat(), &[], input)
}

#[test]
fn a_bare_report_from_standard_input() {
    insta::assert_snapshot!(check(&[], REPORT).all());
}

#[test]
fn every_scenario_at_eighty_columns() {
    for scenario in ["clean", "neglected", "half-denied", "organization", "report-2014"] {
        let path = format!("testdata/accounts/{scenario}");
        let ran =
            run_in(&root(), &["check", &path, "--as-of", "2026-01-15T08:00:00Z"], &[("COLUMNS", "80")], "");
        insta::assert_snapshot!(format!("human_{scenario}"), ran.all());
    }
}

#[test]
fn the_width_changes_the_layout_and_never_the_content() {
    let words = |columns: &str| {
        let ran = run_in(&root(), &["check", "testdata/accounts/neglected"], &[("COLUMNS", columns)], "");
        let rules_off: String = ran.out.replace("--", "");
        rules_off.split_whitespace().filter(|word| *word != "-").map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(words("80"), words("200"));
}

#[test]
fn exit_codes_tell_the_outcome() {
    assert_eq!(check(&[], REPORT).code, 1, "a finding");
    assert_eq!(check(&["--fail-on", "critical"], REPORT).code, 0, "a finding below the limit");
    assert_eq!(
        check(&["--fail-on", "critical", "--fail-on-gaps"], REPORT).code,
        4,
        "inputs that were not handed in"
    );
    let damaged = REPORT.replace("true,false\n", "true,perhaps\n");
    assert_eq!(check(&[], &damaged).code, 4, "a damaged cell");
    assert_eq!(check(&["--fail-on-gaps=never"], &damaged).code, 0, "gaps that do not count");
    assert_eq!(check(&[], "").code, 3, "nothing to audit");
    assert_eq!(check(&["--fail-on", "dire"], REPORT).code, 2, "wrong usage");
    assert_eq!(check(&["--as-of", "yesterday"], REPORT).code, 2, "wrong time");
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    for format in ["human", "json", "sarif", "csv"] {
        assert_eq!(check(&["--format", format], REPORT).code, 1, "{format}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for format in ["human", "json", "sarif", "csv"] {
        let arguments = ["check", "testdata/accounts/neglected", "--format", format];
        assert_eq!(run(&arguments).out, run(&arguments).out, "{format}");
    }
}

#[test]
fn a_missing_file_is_said_and_the_rest_is_audited() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), REPORT).unwrap();
    let ran =
        run_in(folder.path(), &["check", "report.csv", "nowhere.json", "--as-of", "2026-01-15"], &[], "");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("nowhere.json: cannot be read"), "{}", ran.out);
    assert!(ran.out.contains("alice"), "{}", ran.out);
}

#[test]
fn a_file_that_is_something_else_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "Dear diary").unwrap();
    insta::assert_snapshot!(run_in(folder.path(), &["check", "notes.txt"], &[], "").all());
}

#[test]
fn output_files_appear_whole() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), REPORT).unwrap();
    let arguments = ["check", "report.csv", "--as-of", "2026-01-15", "--format", "csv", "-o", "out.csv"];
    let ran = run_in(folder.path(), &arguments, &[], "");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(fs::read_to_string(folder.path().join("out.csv")).unwrap().starts_with("fingerprint,"));
    let ran = run_in(folder.path(), &["check", "report.csv", "-o", "no/such/folder/out"], &[], "");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("cannot write no/such/folder/out"), "{}", ran.err);
}

#[test]
fn colour_follows_the_usual_variables() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), REPORT).unwrap();
    let has_color = |arguments: &[&str], environment: &[(&str, &str)]| {
        let arguments = [&["check", "report.csv", "--as-of", "2026-01-15"], arguments].concat();
        run_in(folder.path(), &arguments, environment, "").out.contains('\u{1b}')
    };
    assert!(!has_color(&[], &[]), "not on a terminal");
    assert!(has_color(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_color(&[], &[("NO_COLOR", "1")]));
    assert!(has_color(&["--color", "always"], &[("NO_COLOR", "1")]), "what the user says wins");
    assert!(!has_color(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_iam-audit"))
        .args(["check", "testdata/accounts/neglected", "--format", "json", "--include-passes"])
        .args(["--as-of", "2026-01-15T08:00:00Z"])
        .current_dir(root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn escape_sequences_of_names_do_not_reach_the_terminal() {
    let hostile = REPORT.replace("alice", "\u{1b}[2Jal\u{202e}ice");
    let ran = check(&[], &hostile);
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'), "{:?}", ran.out);
    assert!(ran.out.contains("\\u{1b}"), "{}", ran.out);
}

#[test]
fn key_ids_are_shortened_unless_asked_for() {
    let arguments = ["check", "testdata/accounts/neglected"];
    // Files named after a key keep their names.
    let id = "AKIAEVE00000AEXAMPLE";
    for format in ["human", "json", "sarif", "csv"] {
        let ran = run(&[&arguments[..], &["--format", format]].concat());
        assert!(!ran.out.contains(id) && ran.out.contains("AKIA...MPLE"), "{format}");
    }
    assert!(run(&[&arguments[..], &["--show-key-ids"]].concat()).out.contains(id));
}

#[test]
fn an_absolute_path_does_not_show_where_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.csv"), REPORT).unwrap();
    let path = folder.path().join("report.csv");
    let ran = run(&["check", path.to_str().unwrap(), "--as-of", "2026-01-15", "--format", "json"]);
    assert!(!ran.out.contains(folder.path().to_str().unwrap()), "{}", ran.out);
}

/// Names and tags are anybody's to choose. None of them may hide an artefact by making a log file of it.
#[test]
fn a_tag_does_not_make_a_log_file_of_the_account() {
    let folder = tempfile::tempdir().unwrap();
    let from = root().join("testdata/accounts/overpowered");
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let tag =
            r#""Tags": [{"Key": "team", "Value": "Records"}, {"Key": "x", "Value": "CloudTrailEvent"}]"#;
        let text = fs::read_to_string(&path).unwrap().replacen(r#""Tags": []"#, tag, 1);
        fs::write(folder.path().join(path.file_name().unwrap()), text).unwrap();
    }
    let tagged = run_in(folder.path(), &["check", "--brief", "."], &[], "");
    let plain = run(&["check", "--brief", "testdata/accounts/overpowered"]);
    let findings =
        |ran: &Ran| ran.out.lines().filter(|line| line.contains("CRITICAL") || line.contains("HIGH")).count();
    assert_eq!((tagged.code, findings(&tagged)), (plain.code, findings(&plain)), "{}", tagged.out);
    assert!(findings(&plain) > 10, "{}", plain.out);
}
