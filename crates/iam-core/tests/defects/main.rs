//! Defects that other tools have had and this one must not have: one test each, named after what it proves.
#![expect(clippy::indexing_slicing, reason = "a helper of a test fails like one")]

mod listings;
mod manifest;
mod policies;
mod report;
mod root;
mod settings;
mod slots;
#[path = "../testdata/mod.rs"]
mod testdata;

use iam_core::audit::{AccountReport, Finding, Report};
use iam_core::checks;
use iam_core::evidence::Given;
use iam_core::fact::Reason;
use iam_core::input::InputFile;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
const NO_KEY: &str = "false,N/A,N/A,N/A,N/A";
const NO_CERTIFICATES: &str = "false,N/A,false,N/A";
const NO_PASSWORD: &str = "false,N/A,N/A,N/A";
const ROOT_PASSWORD: &str = "true,2020-07-25T00:00:00Z,2015-01-01T00:00:00Z,not_supported";
const ROOT_WITHOUT_PASSWORD: &str = "false,N/A,N/A,not_supported";
const ROOT_WITH_MFA: &str = "true";

/// The cells of a key of the user `one` after its state, and the same key as it is listed.
const KEY_OF_ONE: &str = "2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,eu-west-1,s3";
const LISTED: &str = r#"{"AccessKeyMetadata": [
    {"UserName": "one", "AccessKeyId": "AKIAONE000000EXAMPLE", "Status": "Active", "CreateDate": "2020-01-01T00:00:00Z"}
]}"#;

/// A row of root: four cells of the password, MFA, and two keys of five cells each.
fn root(password: &str, mfa: &str, key_1: &str, key_2: &str) -> String {
    let arn = "arn:aws:iam::111122223333:root";
    format!("<root_account>,{arn},2015-01-01T00:00:00Z,{password},{mfa},{key_1},{key_2},{NO_CERTIFICATES}\n")
}

/// A row of a user made on 2020-01-01.
fn user(name: &str, password: &str, mfa: &str, key_1: &str, key_2: &str) -> String {
    let arn = format!("arn:aws:iam::111122223333:user/{name}");
    format!("{name},{arn},2020-01-01T00:00:00Z,{password},{mfa},{key_1},{key_2},{NO_CERTIFICATES}\n")
}

fn csv(rows: &[String]) -> (InputFile, Given) {
    file("credential-report.csv", &format!("{HEADER}\n{}", rows.concat()))
}

fn file(path: &str, text: &str) -> (InputFile, Given) {
    let file = InputFile { path: format!("account/{path}"), bytes: text.into() };
    (file, Given::InFolder)
}

fn judge(files: Vec<(InputFile, Given)>) -> Report {
    testdata::judge(files, checks::ALL)
}

/// Every verdict of a check as `status subject: message or gap`.
fn verdicts(report: &Report, check: &str) -> Vec<String> {
    assert!(checks::find(check).is_some(), "there is no check {check}");
    let mut lines = Vec::new();
    for account in &report.accounts {
        for finding in findings(account, check) {
            lines.push(format!("fail {}: {}", finding.subject, finding.message));
        }
        for unknown in account.unknown.iter().filter(|unknown| unknown.check == check) {
            lines.push(format!("unknown {}: {}", unknown.subject, account.gaps[unknown.gap].what));
        }
        for silent in account.silent.iter().filter(|silent| silent.check == check) {
            lines.push(format!("{} {}: {}", silent.status.as_str(), silent.subject, silent.reason));
        }
    }
    lines
}

fn findings<'r>(account: &'r AccountReport, check: &'r str) -> impl Iterator<Item = &'r Finding> {
    account.findings.iter().filter(move |finding| finding.check.id.as_str() == check)
}

/// The one verdict of a check.
#[track_caller]
fn verdict(report: &Report, check: &str) -> String {
    let mut lines = verdicts(report, check);
    assert_eq!(lines.len(), 1, "{check}: {lines:#?}");
    lines.remove(0)
}

#[track_caller]
fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

/// The gaps with this reason.
fn gaps_of(report: &Report, reason: Reason) -> Vec<String> {
    let gaps = report.accounts.iter().flat_map(|account| &account.gaps);
    gaps.filter(|gap| gap.reason == reason).map(|gap| gap.what.clone()).collect()
}
