//! What is said of root.

use iam_core::audit::Report;
use iam_core::check::{Judge, SubjectKind};
use iam_core::checks;
use iam_core::fact::Reason;

use super::{
    NO_KEY, NO_PASSWORD, ROOT_PASSWORD, ROOT_WITH_MFA, ROOT_WITHOUT_PASSWORD, assert_says, csv, file, judge,
    root, testdata, user, verdict, verdicts,
};

#[test]
fn use_of_a_root_key_counts_although_the_password_is_idle() {
    let key = "true,2015-01-01T00:00:00Z,2026-01-15T07:00:00Z,eu-central-1,s3";
    let report = judge(vec![csv(&[root(ROOT_PASSWORD, "true", key, NO_KEY)])]);
    let said = verdict(&report, "root-used-recently");
    assert_says(&said, &["fail root:", "access key 1", "eu-central-1", "s3"]);
}

#[test]
fn of_two_root_keys_the_one_in_use_is_named() {
    let idle = "true,2015-01-01T00:00:00Z,2023-07-30T00:00:00Z,eu-west-1,ec2";
    let used = "true,2015-01-01T00:00:00Z,2026-01-15T07:00:00Z,us-east-1,sts";
    let report = judge(vec![csv(&[root(ROOT_PASSWORD, "true", idle, used)])]);
    let said = verdict(&report, "root-used-recently");
    assert_says(&said, &["fail root:", "access key 2", "us-east-1", "sts"]);
    assert!(!said.contains("access key 1"), "{said}");
}

#[test]
fn a_root_without_credentials_gets_one_verdict_from_each_check_and_no_error() {
    let report = judge(vec![csv(&[root(ROOT_WITHOUT_PASSWORD, "false", NO_KEY, NO_KEY)])]);
    let said = verdict(&report, "root-without-mfa");
    assert_says(&said, &["pass root:", "no password"]);
    for check in checks::ALL.iter().filter(|check| matches!(check.judge, Judge::Root(_))) {
        verdict(&report, check.id.as_str());
    }
    for gap in &report.accounts[0].gaps {
        assert_eq!(gap.reason, Reason::NotSupplied, "{gap:?}");
    }
}

#[test]
fn not_supported_is_taken_for_a_password_of_root() {
    let password = "not_supported,no_information,not_supported,not_supported";
    let report = judge(vec![csv(&[root(password, "FALSE", NO_KEY, NO_KEY)])]);
    assert_says(&verdict(&report, "root-without-mfa"), &["fail root:"]);
}

#[test]
fn root_is_no_subject_of_a_check_of_users() {
    for name in testdata::names("accounts") {
        let report = judge(testdata::folder(&format!("accounts/{name}")));
        for account in &report.accounts {
            let failed = account.findings.iter().map(|finding| (finding.check.id.as_str(), &finding.subject));
            let silent = account.silent.iter().map(|silent| (silent.check, &silent.subject));
            let unknown = account.unknown.iter().map(|unknown| (unknown.check, &*unknown.subject));
            for (check, subject) in failed.chain(silent).chain(unknown) {
                let is_of_users = matches!(
                    checks::find(check).unwrap().judge,
                    Judge::User(_) | Judge::AccessKey(_) | Judge::SigningCertificate(_)
                );
                let is_root = &*subject.name == "root" || subject.kind == SubjectKind::Root;
                assert!(!(is_of_users && is_root), "{name}: {check} judges {subject}");
            }
        }
    }
}

fn with_devices(devices: &str) -> Report {
    let listing = format!(r#"{{"VirtualMFADevices": [{devices}]}}"#);
    judge(vec![
        csv(&[root(ROOT_PASSWORD, ROOT_WITH_MFA, NO_KEY, NO_KEY)]),
        file("virtual-mfa-devices.json", &listing),
    ])
}

#[test]
fn a_denied_list_of_devices_never_makes_root_mfa_hardware() {
    let denied = "An error occurred (AccessDenied) when calling the ListVirtualMFADevices operation: no";
    let report = judge(vec![
        csv(&[root(ROOT_PASSWORD, ROOT_WITH_MFA, NO_KEY, NO_KEY)]),
        file("virtual-mfa-devices.json", denied),
    ]);
    assert_says(&verdict(&report, "root-mfa-not-hardware"), &["unknown", "AccessDenied"]);
}

#[test]
fn devices_of_users_with_misleading_names_are_not_those_of_root() {
    for (serial, owner) in [
        ("mfa/rooter", "user/rooter"),
        ("mfa/root-account-mfa-device", "user/root-account-mfa-device"),
        ("mfa/path/root-account-mfa-device", "user/path/root"),
    ] {
        let device = format!(
            r#"{{"SerialNumber": "arn:aws:iam::111122223333:{serial}", "User": {{"Arn": "arn:aws:iam::111122223333:{owner}"}}}}"#
        );
        assert_says(&verdict(&with_devices(&device), "root-mfa-not-hardware"), &["pass"]);
    }
}

#[test]
fn a_root_key_used_today_is_not_good_news() {
    let key = "true,2015-01-01T00:00:00Z,2026-01-15T08:00:00Z,us-east-1,iam";
    let report = judge(vec![csv(&[root(ROOT_WITHOUT_PASSWORD, "false", key, NO_KEY)])]);
    assert_says(&verdict(&report, "root-used-recently"), &["fail"]);
    assert_says(&verdicts(&report, "root-access-key-active").concat(), &["fail access key 1 of root"]);
}

#[test]
fn a_security_key_or_token_is_not_reported_as_missing_hardware() {
    assert_says(&verdict(&with_devices(""), "root-mfa-not-hardware"), &["pass"]);
    let password = "true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A";
    for serial in ["arn:aws:iam::111122223333:u2f/user/one/blue-EXAMPLE", "GAHT12345678"] {
        let devices = format!(r#"{{"MFADevices": [{{"UserName": "one", "SerialNumber": "{serial}"}}]}}"#);
        let report = judge(vec![
            csv(&[user("one", password, "true", NO_KEY, NO_KEY)]),
            file("mfa-devices/one.json", &devices),
        ]);
        assert_says(&verdict(&report, "console-mfa-not-hardware"), &["pass"]);
    }
}

#[test]
fn a_virtual_device_of_root_fails_even_beside_a_security_key() {
    let device = r#"{"SerialNumber": "arn:aws:iam::111122223333:mfa/root-account-mfa-device", "User": {"Arn": "arn:aws:iam::111122223333:root"}}"#;
    let said = verdict(&with_devices(device), "root-mfa-not-hardware");
    assert_says(&said, &["fail root:", "virtual", "hardware"]);
}

#[test]
fn a_summary_without_keys_does_not_rule_out_that_a_member_keeps_inactive_ones() {
    let member = "An error occurred (AccountNotManagementOrDelegatedAdministratorException) when calling the \
                  ListOrganizationsFeatures operation: no";
    let summary = r#"{"SummaryMap": {"AccountPasswordPresent": 0, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}}"#;
    let report = judge(vec![
        csv(&[user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY)]),
        file("account-summary.json", summary),
        file("organizations-features.json", member),
    ]);
    assert_says(&verdict(&report, "member-root-credentials-present"), &["unknown"]);
}
