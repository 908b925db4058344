//! Where results go, and what they never overwrite.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use support::{Ran, run_in};

const REPORT: &str = "user,arn,user_creation_time,password_enabled,mfa_active\n\
    <root_account>,arn:aws:iam::111122223333:root,2019-02-01T10:00:00Z,true,true\n";

fn check(folder: &Path, arguments: &[&str]) -> Ran {
    fs::write(folder.join("report.csv"), REPORT).unwrap();
    run_in(folder, &[&["check", "report.csv", "--as-of", "2026-01-15"], arguments].concat(), &[], "")
}

#[test]
fn an_input_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let ran = check(folder.path(), &["-o", "report.csv"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (2, "error: report.csv is one of the inputs; write somewhere else\n")
    );
    assert_eq!(fs::read_to_string(folder.path().join("report.csv")).unwrap(), REPORT);
}

#[test]
fn a_link_stays_a_link_and_a_mode_stays_a_mode() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    fs::write(&real, "old").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real", &link).unwrap();
    check(folder.path(), &["-o", "link"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("111122223333"));
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_new_file_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path(), &["-o", "new"]);
    assert_eq!(fs::metadata(folder.path().join("new")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn devices_are_written_to_and_a_hyphen_is_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(check(folder.path(), &["-o", "/dev/null"]).code, 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    assert!(check(folder.path(), &["-o", "-"]).out.contains("111122223333"));
    assert!(!folder.path().join("-").exists());
}

#[test]
fn a_folder_without_artefacts_and_a_complaint_in_place_of_one_are_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let ran = check(folder.path(), &["empty"]);
    assert_eq!(ran.code, 4);
    assert!(ran.out.contains("empty: holds no file that could be an artefact"), "{}", ran.out);

    for complaint in [
        "{}",
        "null",
        "Unable to locate credentials. You can configure credentials by running \"aws login\".",
    ] {
        let account = folder.path().join("account");
        fs::create_dir_all(&account).unwrap();
        fs::write(account.join("report.csv"), REPORT).unwrap();
        fs::write(account.join("account-summary.json"), complaint).unwrap();
        let ran = run_in(folder.path(), &["check", "account", "--as-of", "2026-01-15"], &[], "");
        assert_eq!(ran.code, 4, "{complaint}: {}", ran.out);
        assert!(ran.out.contains("account/account-summary.json"), "{}", ran.out);
    }
}

#[test]
fn credentials_tells_the_line_of_what_it_could_not_read_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let header = "user,arn,password_enabled,mfa_active";
    let row = "ana,arn:aws:iam::111122223333:user/ana,true,perhaps";
    fs::write(folder.path().join("report.csv"), format!("{header}\n{row}\n")).unwrap();
    let ran = run_in(folder.path(), &["credentials", "report.csv", "--as-of", "2026-01-15"], &[], "");
    assert_eq!(ran.code, 4, "{}", ran.out);
    let said = "Not seen: report.csv:2: column `mfa_active`: found `perhaps`";
    assert!(ran.out.contains(said) && ran.out.contains("download the report again"), "{}", ran.out);
}

#[test]
fn links_in_folders_are_followed() {
    let folder = tempfile::tempdir().unwrap();
    let account = folder.path().join("account");
    fs::create_dir(&account).unwrap();
    fs::write(folder.path().join("real.csv"), REPORT).unwrap();
    symlink("../real.csv", account.join("link.csv")).unwrap();
    symlink("../account", account.join("loop")).unwrap();
    let ran = run_in(folder.path(), &["check", "account", "--as-of", "2026-01-15"], &[], "");
    assert!(ran.out.contains("111122223333"), "{}", ran.out);
    assert!(ran.out.contains("account/loop"), "{}", ran.out);
}

#[test]
fn settings_that_switch_everything_off_audit_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let list = run_in(folder.path(), &["checks", "--format", "json"], &[], "").out;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let mut off = String::new();
    for check in list["checks"].as_array().unwrap() {
        writeln!(off, "[checks.{}]\nenabled = false", check["id"].as_str().unwrap()).unwrap();
    }
    fs::write(folder.path().join("iam-audit.toml"), off).unwrap();
    let ran = check(folder.path(), &[]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(ran.out.contains("iam-audit.toml"), "{}", ran.out);
}

#[test]
fn folders_of_the_same_name_are_different_accounts_and_no_path_is_read_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (above, id) in [("a", "111122223333"), ("b", "444455556666")] {
        let account = folder.path().join(above).join("account");
        fs::create_dir_all(&account).unwrap();
        fs::write(account.join("report.csv"), REPORT.replace("111122223333", id)).unwrap();
        fs::write(account.join("summary.json"), "{\"SummaryMap\": {\"Users\": 0}}").unwrap();
        paths.push(account.to_str().unwrap().to_owned());
    }
    let here = folder.path().join("elsewhere");
    fs::create_dir(&here).unwrap();
    let ran = run_in(&here, &["check", &paths[0], &paths[1], &paths[1], "--as-of", "2026-01-15"], &[], "");
    assert!(ran.out.starts_with("2 accounts"), "{}", ran.out);
    assert!(!ran.out.contains("Files not used"), "{}", ran.out);
}

#[test]
fn a_compressed_file_is_told_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("credential-report.json.gz"), [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]).unwrap();
    let ran = check(folder.path(), &["credential-report.json.gz"]);
    assert_eq!(ran.code, 4);
    assert!(ran.out.contains("credential-report.json.gz: compressed with gzip"), "{}", ran.out);
}
