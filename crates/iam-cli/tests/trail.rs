//! The verb `trail`, as a user runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::fs;

use support::{root, run, run_in};

const STORY: &str = "testdata/trail/story";

#[test]
fn the_overview() {
    let ran = run_in(&root(), &["trail", STORY, "--top", "5"], &[("COLUMNS", "100")], "");
    insta::assert_snapshot!(ran.all());
}

#[test]
fn one_table_narrowed() {
    let arguments = ["trail", STORY, "--by", "action", "--service", "iam", "--since", "2026-01-17"];
    insta::assert_snapshot!(run_in(&root(), &arguments, &[("COLUMNS", "80")], "").all());
}

#[test]
fn parts_add_up_to_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let part = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (one, two) = (part("one.activity"), part("two.activity"));
    for (file, part) in [("a.json", &one), ("b.json", &two)] {
        let ran = run(&["trail", &format!("{STORY}/{file}"), "--save", part]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{file}");
    }
    let (a, b) = (format!("{STORY}/a.json"), format!("{STORY}/b.json"));
    let whole = run(&["trail", "--format", "json", &a, &b]);
    let added = run(&["trail", "--format", "json", &two, &one]);
    assert_eq!(added.out, whole.out);
}

#[test]
fn a_part_on_standard_output_is_alone_there() {
    let list = format!("{STORY}/a.json\r\n\n{STORY}/b.json\n");
    let ran = run_in(&root(), &["trail", "--files-from", "-", "--save", "-"], &[], &list);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.lines().all(|line| line.starts_with('{') && line.ends_with('}')));
    let again = run_in(&root(), &["trail", "-", "--format", "json"], &[], &ran.out);
    let (a, b) = (format!("{STORY}/a.json"), format!("{STORY}/b.json"));
    assert_eq!(again.out, run(&["trail", "--format", "json", &a, &b]).out);
}

#[test]
fn wrong_usage_is_told_before_anything_is_read() {
    for (arguments, expected) in [
        (&["trail"][..], "required"),
        (&["trail", STORY, "--since", "yesterday"], "expected 2026-01-15"),
        (&["trail", STORY, "--accounts", "prod"], "expected the 12 digits"),
        (&["trail", STORY, "--by", "colour"], "possible values"),
        (&["trail", STORY, "--since", "2026-02-01", "--until", "2026-01-01"], "--until"),
    ] {
        let ran = run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.err.contains(expected), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn nothing_to_read_has_its_own_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run(&["trail", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, 3, "{}", ran.all());
    let ran = run(&["trail", "no/such/path.json.gz"]);
    assert_eq!(ran.code, 3, "{}", ran.all());
    assert!(ran.out.contains("no/such/path.json.gz"), "{}", ran.all());
}

#[test]
fn inputs_are_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.json");
    fs::copy(root().join(STORY).join("a.json"), &log).unwrap();
    let before = fs::read(&log).unwrap();
    for option in ["--output", "--save"] {
        let ran = run(&["trail", log.to_str().unwrap(), option, log.to_str().unwrap()]);
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert_eq!(fs::read(&log).unwrap(), before);
    }
}
