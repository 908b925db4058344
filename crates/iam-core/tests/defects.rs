//! Defects that other tools have had and this one must not have: one test each, named after what it proves.
#![expect(clippy::indexing_slicing, reason = "a helper of a test fails like one")]

mod testdata;

use std::fmt::Write as _;

use iam_core::audit::{AccountReport, Finding, GapPolicy, Outcome, Report, Status};
use iam_core::check::{Judge, Severity, SubjectKind};
use iam_core::checks;
use iam_core::evidence::Given;
use iam_core::fact::Reason;
use iam_core::input::InputFile;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
const NO_KEY: &str = "false,N/A,N/A,N/A,N/A";
const NO_CERTIFICATES: &str = "false,N/A,false,N/A";
const NO_PASSWORD: &str = "false,N/A,N/A,N/A";

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

const ROOT_PASSWORD: &str = "true,2020-07-25T00:00:00Z,2015-01-01T00:00:00Z,not_supported";
const ROOT_WITHOUT_PASSWORD: &str = "false,N/A,N/A,not_supported";

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
fn capital_truth_values_give_the_same_verdicts() {
    let shown = |text: &str| {
        let report = judge(vec![file("credential-report.csv", text)]);
        let of_check = |id| verdicts(&report, id);
        checks::ALL
            .iter()
            .filter(|check| !matches!(check.judge, Judge::Waiver(_)))
            .flat_map(|check| of_check(check.id.as_str()))
            .collect::<Vec<_>>()
    };
    let (bare, _) = testdata::folder("accounts/bare-csv").remove(0);
    let text = String::from_utf8(bare.bytes).unwrap();
    let capital = text.replace(",true", ",TRUE").replace(",false", ",FALSE");
    assert_ne!(text, capital);
    assert_eq!(shown(&text), shown(&capital));
}

#[test]
fn a_credential_that_was_never_used_counts_from_the_day_it_was_made() {
    let key = "true,2023-11-07T08:00:00Z,N/A,N/A,N/A";
    let password = "true,no_information,2023-11-07T08:00:00Z,N/A";
    let report = judge(vec![csv(&[user("idle", password, "true", key, NO_KEY)])]);
    assert_says(&verdict(&report, "access-key-unused"), &["fail", "2023-11-07", "800 d"]);
    assert_says(&verdict(&report, "console-password-unused"), &["fail", "2023-11-07", "800 d"]);
}

#[test]
fn a_limit_is_met_to_the_second() {
    let keys_used = |used: &str| {
        let key = format!("true,2020-01-01T00:00:00Z,{used},eu-west-1,s3");
        let password = format!("true,{used},2020-01-01T00:00:00Z,N/A");
        judge(vec![csv(&[user("one", &password, "true", &key, NO_KEY)])])
    };
    let (one_second_less, exactly) = (keys_used("2025-12-01T08:00:01Z"), keys_used("2025-12-01T08:00:00Z"));
    for check in ["access-key-unused", "console-password-unused"] {
        assert_says(&verdict(&one_second_less, check), &["pass"]);
        assert_says(&verdict(&exactly, check), &["fail"]);
    }
    let key_made = |made: &str| {
        let key = format!("true,{made},2026-01-15T07:00:00Z,eu-west-1,s3");
        judge(vec![csv(&[user("one", NO_PASSWORD, "false", &key, NO_KEY)])])
    };
    assert_says(&verdict(&key_made("2025-10-17T08:00:00Z"), "access-key-old"), &["pass"]);
    assert_says(&verdict(&key_made("2025-10-17T07:59:59Z"), "access-key-old"), &["fail"]);
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

#[test]
fn a_report_that_was_denied_absent_or_throttled_is_unknown_and_shows() {
    let summary = || file("account-aliases.json", r#"{"AccountAliases": []}"#);
    let error = |code: &str| {
        let text = format!("An error occurred ({code}) when calling the GetCredentialReport operation: no");
        vec![summary(), file("credential-report.json", &text)]
    };
    let of_users = ["access-key-unused", "console-without-mfa", "signing-certificate-active"];
    for (files, reason, outcome) in [
        (error("AccessDenied"), Reason::Denied, Outcome::Gaps),
        (error("Throttling"), Reason::CutOff, Outcome::Gaps),
        (error("ReportNotPresent"), Reason::CutOff, Outcome::Gaps),
        (vec![summary()], Reason::NotSupplied, Outcome::Clean),
    ] {
        let report = judge(files);
        for check in of_users.into_iter().chain(["root-without-mfa", "root-used-recently"]) {
            assert_says(&verdict(&report, check), &["unknown"]);
        }
        let account = &report.accounts[0];
        assert!(account.unknown.iter().any(|unknown| account.gaps[unknown.gap].reason == reason), "{reason}");
        assert_eq!(report.outcome(Severity::Info, GapPolicy::Failed), outcome, "{reason}");
        assert_eq!(report.outcome(Severity::Info, GapPolicy::Any), Outcome::Gaps, "{reason}");
    }
}

const ROOT_WITH_MFA: &str = "true";

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
fn users_without_a_password_are_not_asked_about_one() {
    let key = "true,2025-12-20T00:00:00Z,2026-01-15T07:00:00Z,eu-west-1,s3";
    let switched_off = "false,2020-02-01T00:00:00Z,N/A,N/A";
    let report = judge(vec![csv(&[
        user("machine", NO_PASSWORD, "false", key, NO_KEY),
        user("retired", switched_off, "false", NO_KEY, NO_KEY),
    ])]);
    for check in [
        "console-without-mfa",
        "console-password-unused",
        "console-password-old",
        "password-rotation-overdue",
    ] {
        for said in verdicts(&report, check) {
            assert!(said.starts_with(Status::NotApplicable.as_str()), "{check}: {said}");
        }
    }
}

#[test]
fn a_key_made_at_setup_fails_after_the_grace_period_whether_used_or_not() {
    let password = "true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A";
    let made_with_user = "true,2020-01-01T00:00:03Z,2026-01-10T00:00:00Z,eu-west-1,s3";
    let report = judge(vec![csv(&[user("old", password, "true", made_with_user, NO_KEY)])]);
    assert_says(&verdict(&report, "access-key-created-at-setup"), &["fail", "3 s after the user"]);

    let row = user(
        "new",
        "true,no_information,2026-01-15T07:50:00Z,N/A",
        "true",
        "true,2026-01-15T07:50:03Z,N/A,N/A,N/A",
        NO_KEY,
    );
    let row = row.replace("2020-01-01T00:00:00Z", "2026-01-15T07:50:00Z");
    let report = judge(vec![csv(&[row])]);
    let said = verdict(&report, "access-key-created-at-setup");
    assert!(!said.starts_with("fail"), "{said}");
}

#[test]
fn slot_2_is_judged_when_slot_1_is_empty_or_inactive() {
    let bad = "true,2020-01-01T00:00:01Z,N/A,N/A,N/A";
    let password = "true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A";
    for slot_1 in [NO_KEY, "false,2020-01-01T00:00:00Z,N/A,N/A,N/A"] {
        let report = judge(vec![csv(&[user("one", password, "true", slot_1, bad)])]);
        for check in ["access-key-unused", "access-key-old", "access-key-created-at-setup"] {
            let said = verdicts(&report, check).concat();
            assert_says(&said, &["fail access key 2 of one"]);
        }
        assert_says(&verdict(&report, "user-with-password-and-keys"), &["fail", "access key 2"]);
    }
    let kept = "false,2020-01-01T00:00:01Z,N/A,N/A,N/A";
    let report = judge(vec![csv(&[user("one", NO_PASSWORD, "false", NO_KEY, kept)])]);
    assert_says(&verdict(&report, "access-key-inactive"), &["fail access key 2 of one"]);
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
fn a_name_with_a_comma_is_one_user() {
    let row = user("doe-jane", "true,no_information,2026-01-10T00:00:00Z,N/A", "false", NO_KEY, NO_KEY);
    let row = row.replace(
        "doe-jane,arn:aws:iam::111122223333:user/doe-jane",
        "\"doe,jane\",\"arn:aws:iam::111122223333:user/doe,jane\"",
    );
    let report = judge(vec![csv(&[row])]);
    assert_eq!(report.accounts[0].users, 1);
    assert_says(&verdict(&report, "console-without-mfa"), &["fail doe,jane:"]);
}

#[test]
fn an_inactive_key_is_never_told_to_rotate_and_has_a_check_of_its_own() {
    let kept = "false,2020-01-01T00:00:01Z,2020-02-01T00:00:00Z,eu-west-1,s3";
    let report = judge(vec![csv(&[user("one", NO_PASSWORD, "false", kept, NO_KEY)])]);
    for check in ["access-key-old", "access-key-unused", "access-key-created-at-setup"] {
        assert_says(&verdict(&report, check), &["not-applicable"]);
    }
    assert_says(&verdict(&report, "access-key-inactive"), &["fail access key 1 of one"]);
}

#[test]
fn only_the_offending_slot_is_named_and_no_slot_is_called_the_older_one() {
    let old = "true,2020-01-01T00:00:00Z,2026-01-15T07:00:00Z,eu-west-1,s3";
    let new = "true,2026-01-01T00:00:00Z,2026-01-15T07:00:00Z,eu-west-1,s3";
    let report = judge(vec![csv(&[user("one", NO_PASSWORD, "false", new, old)])]);
    let said = verdicts(&report, "access-key-old");
    let failed: Vec<&String> = said.iter().filter(|line| line.starts_with("fail")).collect();
    assert_eq!(failed.len(), 1, "{said:?}");
    assert_says(failed[0], &["access key 2"]);
    assert!(!failed[0].contains("access key 1"), "{said:?}");

    for name in testdata::names("accounts") {
        for finding in judge(testdata::folder(&format!("accounts/{name}"))).findings() {
            let said = finding.message.to_lowercase();
            for word in ["older key", "old key", "newer key", "first key", "second key"] {
                assert!(!said.contains(word), "{}: {said}", finding.check.id);
            }
        }
    }
}

#[test]
fn a_missing_column_hides_only_what_needs_it() {
    let whole = csv(&[
        root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY),
        user(
            "one",
            "true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A",
            "false",
            "true,2026-01-01T00:00:00Z,2026-01-15T07:00:00Z,eu-west-1,s3",
            NO_KEY,
        ),
    ]);
    let mut less = whole.clone();
    let text = String::from_utf8(less.0.bytes).unwrap();
    let index = HEADER.split(',').position(|name| name == "mfa_active").unwrap();
    let mut without = String::new();
    for line in text.lines() {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells.remove(index);
        writeln!(without, "{}", cells.join(",")).unwrap();
    }
    less.0.bytes = without.into_bytes();
    let (whole, less) = (judge(vec![whole]), judge(vec![less]));
    let needs_mfa = [
        "root-without-mfa",
        "root-mfa-not-hardware",
        "console-without-mfa",
        "user-without-mfa",
        "console-mfa-not-hardware",
    ];
    for check in checks::ALL {
        let id = check.id.as_str();
        if needs_mfa.contains(&id) {
            assert_says(&verdicts(&less, id).concat(), &["unknown", "no column `mfa_active`"]);
        } else {
            assert_eq!(verdicts(&less, id), verdicts(&whole, id), "{id}");
        }
    }
}

#[test]
fn findings_about_the_password_policy_are_info_when_nobody_has_a_password() {
    let severities = |password: &str| -> Vec<Severity> {
        let report = judge(vec![
            csv(&[
                root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY),
                user("one", password, "true", NO_KEY, NO_KEY),
            ]),
            file("account-password-policy.json", r#"{"PasswordPolicy": {"MinimumPasswordLength": 6}}"#),
        ]);
        let of_policy = |finding: &&Finding| finding.check.id.as_str().starts_with("password-policy-");
        report.findings().filter(of_policy).map(|finding| finding.severity).collect()
    };
    let without = severities(NO_PASSWORD);
    assert!(without.len() >= 7 && without.iter().all(|severity| *severity == Severity::Info), "{without:?}");
    let with = severities("true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A");
    assert!(with.len() >= 7 && with.iter().all(|severity| *severity > Severity::Info), "{with:?}");
}

#[test]
fn a_waiver_matches_whole_names_and_is_reported_when_it_is_expired_or_unused() {
    use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
    use iam_core::evidence::assemble;
    use iam_core::fact::parse_time;

    let waiver = |subject: &str, until: &str| {
        format!(
            "[[waive]]\ncheck = \"console-without-mfa\"\nsubject = \"{subject}\"\nuntil = {until}\nreason = \"leaves soon\"\n"
        )
    };
    let text = waiver("arn:aws:iam::111122223333:user/test", "2026-06-30")
        + &waiver("*/expired", "2026-01-14")
        + &waiver("*/nobody", "2026-06-30");
    let settings = Settings::parse(&text, checks::ALL).unwrap();
    let password = "true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A";
    let row = |name| user(name, password, "false", NO_KEY, NO_KEY);
    let evidence = assemble(vec![csv(&[row("test"), row("test2"), row("expired")])]);
    let as_of = AsOf { at: parse_time(testdata::NOW).unwrap(), from: AsOfFrom::Given };
    let report = audit(&evidence, checks::ALL, &settings, as_of);
    let accepted: Vec<&str> = findings(&report.accounts[0], "console-without-mfa")
        .filter(|finding| finding.is_waived())
        .map(|finding| &*finding.subject.name)
        .collect();
    assert_eq!(accepted, ["test"]);
    let about: Vec<(&str, &str)> = report
        .settings_findings
        .iter()
        .map(|finding| (finding.check.id.as_str(), &*finding.subject.arn))
        .collect();
    assert!(about.contains(&("waiver-expired", "*/expired")), "{about:?}");
    assert!(about.contains(&("waiver-unused", "*/nobody")), "{about:?}");
    assert_eq!(about.len(), 2, "{about:?}");
}

#[test]
fn a_virtual_device_of_root_fails_even_beside_a_security_key() {
    let device = r#"{"SerialNumber": "arn:aws:iam::111122223333:mfa/root-account-mfa-device", "User": {"Arn": "arn:aws:iam::111122223333:root"}}"#;
    let said = verdict(&with_devices(device), "root-mfa-not-hardware");
    assert_says(&said, &["fail root:", "virtual", "hardware"]);
}

#[test]
fn the_age_of_the_report_is_known_or_said_to_be_unknown() {
    let bare = judge(testdata::folder("accounts/bare-csv"));
    let account = &bare.accounts[0];
    assert_eq!(account.report_generated, None);
    assert!(account.report_latest.is_some());
    assert_says(
        &verdict(&bare, "credential-report-stale"),
        &["unknown", "does not say when AWS generated it"],
    );
    let wrapped = judge(testdata::folder("accounts/clean"));
    assert!(wrapped.accounts[0].report_generated.is_some());
}

#[test]
fn a_finding_points_at_the_line_and_columns_of_the_cell_that_decided() {
    let report = judge(testdata::folder("accounts/bare-csv"));
    let path = testdata::folder("accounts/bare-csv").remove(0).0;
    let text = String::from_utf8(path.bytes).unwrap();
    let lines: Vec<&str> = text.split('\n').collect();
    let mut count = 0;
    for finding in report.findings() {
        assert!(!finding.because.is_empty(), "{} cites nothing", finding.check.id);
        for because in &finding.because {
            let region = because.region.expect("a bare CSV has lines");
            let line = lines[region.line as usize - 1];
            let cell = line.get(region.start as usize - 1..region.end as usize - 1);
            assert_eq!(cell.unwrap(), &*because.value, "{} {}", finding.check.id, because.label);
            count += 1;
        }
    }
    assert!(count > 5, "{count}");
}

#[test]
fn the_partition_of_a_manifest_counts() {
    let manifest =
        r#"{"tool": "iam-audit", "account": "111122223333", "partition": "aws-us-gov", "calls": []}"#;
    let summary = r#"{"SummaryMap": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 0}}"#;
    let report = judge(vec![file("manifest.json", manifest), file("account-summary.json", summary)]);
    assert_says(&verdict(&report, "root-without-mfa"), &["not-applicable"]);
}

const LISTED: &str = r#"{"AccessKeyMetadata": [
    {"UserName": "one", "AccessKeyId": "AKIAONE000000EXAMPLE", "Status": "Active", "CreateDate": "2020-01-01T00:00:00Z"}
]}"#;

#[test]
fn a_listed_key_is_judged_although_it_may_be_the_one_in_a_slot_without_a_date() {
    let damaged = "false,perhaps,N/A,N/A,N/A";
    let report = judge(vec![
        csv(&[user("one", NO_PASSWORD, "false", damaged, NO_KEY)]),
        file("access-keys/one.json", LISTED),
    ]);
    let said = verdicts(&report, "access-key-old").concat();
    assert_says(&said, &["fail access key AKIAONE000000EXAMPLE of one"]);
    assert_says(&verdict(&report, "credentials-beyond-report"), &["unknown"]);
}

#[test]
fn a_listing_that_is_cut_off_gives_no_slot_an_id() {
    let key = "true,2020-01-01T00:00:00Z,N/A,N/A,N/A";
    let of = |listing: &str| {
        let report = judge(vec![
            csv(&[user("one", NO_PASSWORD, "false", key, NO_KEY)]),
            file("access-keys/one.json", listing),
        ]);
        verdict(&report, "access-key-old")
    };
    assert_says(&of(LISTED), &["access key 1 (AKIAONE000000EXAMPLE)"]);
    let cut = LISTED.replacen('{', "{\"IsTruncated\": true, ", 1);
    assert_says(&of(&cut), &["fail access key 1 of one"]);
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

const KEY_OF_ONE: &str = "2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,eu-west-1,s3";

/// The gaps with this reason.
fn gaps_of(report: &Report, reason: Reason) -> Vec<String> {
    let gaps = report.accounts.iter().flat_map(|account| &account.gaps);
    gaps.filter(|gap| gap.reason == reason).map(|gap| gap.what.clone()).collect()
}

#[test]
fn a_key_that_only_the_report_or_only_the_listing_calls_inactive_counts_as_active() {
    for (in_report, in_list) in [("false", "Active"), ("true", "Inactive")] {
        let report = judge(vec![
            csv(&[user("one", NO_PASSWORD, "false", &format!("{in_report},{KEY_OF_ONE}"), NO_KEY)]),
            file("access-keys/one.json", &LISTED.replace("Active", in_list)),
        ]);
        assert_says(&verdict(&report, "access-key-unused"), &["fail access key 1"]);
        let said = gaps_of(&report, Reason::Contradiction);
        assert_eq!(said.len(), 1, "{said:?}");
        assert_says(&said[0], &["access key 1 of user `one`", "it counts as active"]);
    }
}

#[test]
fn an_inactive_key_whose_listed_state_cannot_be_read_is_unknown() {
    let report = judge(vec![
        csv(&[user("one", NO_PASSWORD, "false", &format!("false,{KEY_OF_ONE}"), NO_KEY)]),
        file("access-keys/one.json", &LISTED.replace("Active", "active?")),
    ]);
    assert_says(&verdict(&report, "access-key-unused"), &["unknown access key 1"]);
}

#[test]
fn two_keys_of_the_same_second_are_unknown_when_report_and_listing_do_not_fit() {
    let slot = format!("false,{KEY_OF_ONE}");
    let entry = |id: &str, status: &str| {
        format!(
            r#"{{"UserName": "one", "AccessKeyId": "{id}", "Status": "{status}", "CreateDate": "2020-01-01T00:00:00Z"}}"#
        )
    };
    let of = |first: &str, second: &str| {
        let (first, second) = (entry("AKIAONE000000EXAMPLE", first), entry("AKIATWO000000EXAMPLE", second));
        let listing = format!(r#"{{"AccessKeyMetadata": [{first}, {second}]}}"#);
        let report = judge(vec![
            csv(&[user("one", NO_PASSWORD, "false", &slot, &slot)]),
            file("access-keys/one.json", &listing),
        ]);
        (verdicts(&report, "access-key-unused"), gaps_of(&report, Reason::Contradiction))
    };
    let (said, gaps) = of("Active", "Inactive");
    assert!(said.len() == 2 && said.iter().all(|line| line.starts_with("unknown")), "{said:?}");
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    let (said, gaps) = of("Inactive", "Inactive");
    assert!(said.iter().all(|line| line.starts_with("not-applicable")) && gaps.is_empty(), "{said:?}");
}

#[test]
fn a_key_listed_twice_with_two_states_counts_as_active() {
    let report = judge(vec![
        csv(&[user("one", NO_PASSWORD, "false", &format!("false,{KEY_OF_ONE}"), NO_KEY)]),
        file("access-keys/a.json", &LISTED.replace("Active", "Inactive")),
        file("access-keys/one.json", LISTED),
    ]);
    assert_says(&verdict(&report, "access-key-unused"), &["fail access key 1"]);
}

#[test]
fn a_damaged_owner_of_a_virtual_device_never_makes_it_somebody_elses() {
    let of = |owner: &str| {
        let devices = format!(
            r#"{{"VirtualMFADevices": [{{"SerialNumber": "arn:aws:iam::111122223333:mfa/phone", "User": {owner}}}]}}"#
        );
        let report = judge(vec![
            csv(&[root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY)]),
            file("virtual-mfa-devices.json", &devices),
        ]);
        verdict(&report, "root-mfa-not-hardware")
    };
    let of_arn = |arn: &str| of(&format!(r#"{{"Arn": "{arn}"}}"#));
    assert_says(&of_arn("arn:aws:iam::111122223333:root"), &["fail root"]);
    assert_says(&of_arn("arn:aws:iam::111122223333:user/path/anna"), &["pass root"]);
    for damaged in [
        "arn:aws:iam::111122223333:ROOT",
        "arn:aws:iam::111122223333:root ",
        "arn:aws:iam::111122223333:user/",
        "arn:aws:iam:111122223333:root",
        "arn:aws:iam::1111:root",
        "arn:aws:sts::111122223333:root",
        "root",
        "",
    ] {
        assert_says(&of_arn(damaged), &["unknown root", "the ARN of an IAM user or of root"]);
    }
    assert_says(&of(r#"{"UserName": "x"}"#), &["unknown root"]);
    assert_says(&of_arn("arn:aws:iam::444455556666:root"), &["unknown root", "another account"]);
}

#[test]
fn a_filtered_list_of_virtual_devices_is_not_complete() {
    let device =
        r#"{"MFADevices": [{"UserName": "one", "SerialNumber": "arn:aws:iam::111122223333:mfa/phone"}]}"#;
    let report = judge(vec![
        csv(&[root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY), user("one", NO_PASSWORD, "true", NO_KEY, NO_KEY)]),
        file("virtual-mfa-devices.json", r#"{"VirtualMFADevices": []}"#),
        file("mfa-devices/one.json", device),
    ]);
    assert_says(&verdict(&report, "root-mfa-not-hardware"), &["unknown root", "lacks the device `phone`"]);
}

#[test]
fn a_list_of_server_certificates_shorter_than_the_count_is_not_complete() {
    let of = |count: u8| {
        let summary = format!(r#"{{"SummaryMap": {{"ServerCertificates": {count}}}}}"#);
        let report = judge(vec![
            file("account-summary.json", &summary),
            file("server-certificates.json", r#"{"ServerCertificateMetadataList": []}"#),
        ]);
        verdicts(&report, "server-certificate-expired").concat()
    };
    assert_says(&of(1), &["unknown", "counts 1 server certificates"]);
    assert_eq!(of(0), "");
}

#[test]
fn a_file_that_the_manifest_names_and_that_is_missing_is_cut_off() {
    let manifest = r#"{"tool": "iam-audit", "account": "111122223333", "calls": [
        {"operation": "GetAccountSummary", "file": "account-summary.json", "status": "complete"},
        {"operation": "GetAccountPasswordPolicy", "file": "account-password-policy.json", "status": "complete"}
    ]}"#;
    let policy = r#"{"PasswordPolicy": {"MinimumPasswordLength": 14}}"#;
    let report = judge(vec![file("manifest.json", manifest), file("account-password-policy.json", policy)]);
    let said = gaps_of(&report, Reason::CutOff);
    assert_eq!(said, ["manifest.json names `account-summary.json`, which is missing"]);
    assert_says(&verdict(&report, "sts-global-token-v1"), &["unknown", "which is missing"]);
    // A name that only ends the same is another file.
    let report = judge(vec![
        file("manifest.json", manifest),
        file("old-account-summary.json", "{\"SummaryMap\": {}}"),
    ]);
    assert_eq!(gaps_of(&report, Reason::CutOff).len(), 2);
}

/// Whatever a fetch was refused is told, with what to allow, also where no check asks for it. Calls of different services
/// share names.
#[test]
fn every_call_that_a_manifest_says_failed_is_a_gap_with_the_missing_permission() {
    let manifest = r#"{"tool": "iam-audit", "account": "111122223333", "calls": [
        {"operation": "ListPolicies", "service": "iam", "permission": "iam:ListPolicies", "status": "denied", "error": "AccessDenied"},
        {"operation": "GetPolicy", "service": "made-up", "permission": "made-up:ReadPolicy", "region": "eu-west-1", "status": "denied", "error": "AccessDenied"},
        {"operation": "GetPolicy", "service": "made-up", "permission": "made-up:ReadPolicy", "region": "us-east-1", "status": "denied", "error": "AccessDenied"},
        {"operation": "DescribeThings", "service": "made-up", "status": "denied"},
        {"operation": "ListThings", "service": "made-up", "permission": "x`\u001b[31m", "status": "failed", "error": "Timeout: \u001b[31mred"},
        {"operation": "ListFine", "service": "made-up", "status": "complete"}
    ]}"#;
    let report = judge(vec![file("manifest.json", manifest)]);
    let told = |reason| {
        let gaps = report.accounts[0].gaps.iter();
        let gaps = gaps.filter(move |gap| gap.reason == reason);
        gaps.map(|gap| format!("{}; {}", gap.what, gap.remedy)).collect::<Vec<_>>()
    };
    assert_eq!(
        told(Reason::Denied),
        [
            "manifest.json says that `iam:ListPolicies` was denied: `AccessDenied`; allow iam:ListPolicies and take the snapshot again",
            "manifest.json says that `made-up:DescribeThings` was denied; allow `made-up:DescribeThings` and take the snapshot again",
            "manifest.json says that `made-up:GetPolicy` was denied 2 times: `AccessDenied`; allow made-up:ReadPolicy and take the snapshot again",
        ]
    );
    assert_eq!(
        told(Reason::CutOff),
        [
            "manifest.json says that `made-up:ListThings` did not finish: `Timeout: \\u{1b}[31mred`; take the snapshot again"
        ]
    );
}

#[test]
fn a_word_in_place_of_a_keys_date_is_never_no_key() {
    for word in ["no_information", "not_supported"] {
        let slot = format!("false,{word},N/A,N/A,N/A");
        let report = judge(vec![csv(&[root(ROOT_PASSWORD, "true", &slot, NO_KEY)])]);
        let said = verdicts(&report, "root-access-key-inactive").concat();
        assert_says(&said, &["unknown", word]);
        let password = format!("true,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z,{word}");
        let report = judge(vec![csv(&[user("one", &password, "true", NO_KEY, NO_KEY)])]);
        assert_says(&verdict(&report, "password-rotation-overdue"), &["unknown one", word]);
        assert_eq!(gaps_of(&report, Reason::Contradiction).len(), 1);
    }
}

#[test]
fn a_word_in_place_of_a_keys_last_use_is_never_no_use() {
    for word in ["no_information", "not_supported", "Not_Supported"] {
        let slot = format!("true,2020-01-01T00:00:00Z,{word},N/A,N/A");
        let report = judge(vec![csv(&[
            root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY),
            user("one", NO_PASSWORD, "false", &slot, NO_KEY),
            user("two", NO_PASSWORD, "false", NO_KEY, &slot),
        ])]);
        let said = verdicts(&report, "access-key-unused").join("\n");
        assert_says(&said, &["unknown access key 1 of one", "unknown access key 2 of two", word]);
        assert_eq!(gaps_of(&report, Reason::Contradiction).len(), 2);
    }
    // What moto writes for region, service and the password says nothing, and contradicts nothing.
    let slot = "true,2020-01-01T00:00:00Z,2026-01-14T00:00:00Z,not_supported,not_supported";
    let password = "true,not_supported,2025-01-01T00:00:00Z,N/A";
    let report = judge(vec![csv(&[user("one", password, "true", slot, NO_KEY)])]);
    assert_eq!(gaps_of(&report, Reason::Contradiction), [""; 0]);
}

#[test]
fn two_reports_named_together_do_not_hide_why_a_third_cannot_be_read() {
    let named = |path: &str, text: &str| {
        let file = InputFile { path: path.to_owned(), bytes: text.into() };
        (file, Given::ByName)
    };
    let report_of = |account: &str| {
        let row = root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY).replace("111122223333", account);
        format!("{HEADER}\n{row}")
    };
    let report = judge(vec![
        named("one.csv", &report_of("111122223333")),
        named("two.csv", &report_of("444455556666")),
        named("three.json", r#"{"Content": 7, "ReportFormat": "text/csv"}"#),
        named("policy.json", r#"{"PasswordPolicy": {"MinimumPasswordLength": 14}}"#),
    ]);
    assert_eq!(report.accounts.len(), 2);
    let why = |path: &str| {
        let file = report.unused.iter().find(|file| file.path == path).unwrap();
        format!("{}; {}", file.why, file.remedy)
    };
    assert_says(&why("three.json"), &["`Content` is missing or is no text", "get-credential-report"]);
    assert_says(&why("policy.json"), &["does not say which of 2 accounts"]);
}

#[test]
fn a_row_without_name_is_left_out_wherever_it_stands() {
    let good = |name: &str| user(name, NO_PASSWORD, "false", NO_KEY, NO_KEY);
    let nameless = good("one").replacen("one", "", 1);
    let foreign = good("two").replace("111122223333", "444455556666");
    let rows = [root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY), good("one"), foreign, nameless];
    for turn in 0..rows.len() {
        let mut turned = rows.clone();
        turned.rotate_left(turn);
        let report = judge(vec![csv(&turned)]);
        let account = &report.accounts[0];
        assert_eq!(account.name(), "111122223333");
        assert_eq!(account.users, 1, "{turned:#?}");
        let said = gaps_of(&report, Reason::Malformed).join("\n");
        assert_says(&said, &["user `` with ARN", "belongs to another account"]);
    }
}

#[test]
fn a_key_that_was_used_is_never_no_key() {
    let slot = "false,N/A,2026-01-01T00:00:00Z,eu-west-1,s3";
    let report = judge(vec![csv(&[root(ROOT_PASSWORD, "true", slot, NO_KEY)])]);
    let said = verdicts(&report, "root-access-key-inactive").concat();
    assert_says(&said, &["unknown", "`access_key_1_last_used_date` is `2026-01-01T00:00:00Z`"]);
}

#[test]
fn a_key_twice_in_an_object_is_refused_by_name() {
    let summary = r#"{"SummaryMap": {"AccountMFAEnabled": 0, "AccountMFAEnabled": 1}}"#;
    let report = judge(vec![
        csv(&[root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY)]),
        file("account-summary.json", summary),
    ]);
    let said = gaps_of(&report, Reason::Malformed).concat();
    assert_says(&said, &["line 1", "`AccountMFAEnabled` stands twice"]);
    let deep = format!("{{\"SummaryMap\": {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let report = judge(vec![file("account-summary.json", &format!("{deep}}}"))]);
    assert_says(&gaps_of(&report, Reason::Malformed).concat(), &["recursion limit"]);
}

#[test]
fn an_empty_list_counts_for_the_user_whom_its_path_names() {
    let rows = csv(&[user("first.last", NO_PASSWORD, "true", NO_KEY, NO_KEY)]);
    let empty = r#"{"AccessKeyMetadata": []}"#;
    let report = judge(vec![rows.clone(), file("access-keys/first.last.json", empty)]);
    assert_says(&verdict(&report, "credentials-beyond-report"), &["pass first.last"]);
    for elsewhere in ["keys.json", "access-keys/other.json", "keys/first.last.json"] {
        let report = judge(vec![rows.clone(), file(elsewhere, empty)]);
        assert_says(&verdict(&report, "credentials-beyond-report"), &["unknown first.last"]);
        assert!(
            gaps_of(&report, Reason::NotSupplied).iter().any(|what| what == "an empty list names no user")
        );
    }
}

#[test]
fn an_empty_list_of_devices_beside_a_device_in_the_report_is_no_pass() {
    let password = "true,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z,N/A";
    let of = |mfa: &str| {
        let report = judge(vec![
            csv(&[user("one", password, mfa, NO_KEY, NO_KEY)]),
            file("mfa-devices/one.json", r#"{"MFADevices": []}"#),
        ]);
        verdict(&report, "console-mfa-not-hardware")
    };
    assert_says(&of("true"), &["unknown one", "none by the list"]);
    assert_says(&of("false"), &["not-applicable"]);
}

#[test]
fn a_report_from_after_the_as_of_is_pointed_out_once() {
    use iam_core::audit::{AsOf, AsOfFrom, audit};
    use iam_core::evidence::assemble;
    let as_of =
        AsOf { at: iam_core::fact::parse_time("2016-01-01T00:00:00Z").unwrap(), from: AsOfFrom::Given };
    let evidence = assemble(testdata::folder("accounts/clean"));
    let report = audit(&evidence, checks::ALL, &testdata::everything(), as_of);
    let said = gaps_of(&report, Reason::Contradiction);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().any(|what| what.starts_with("the report was generated at 2026-")), "{said:?}");
    assert!(said.iter().any(|what| what.contains("moments in the report lie after")), "{said:?}");
}

#[test]
fn listed_signing_certificates_are_in_the_inventory_with_their_ids() {
    use iam_core::evidence::{CredentialKind, assemble, inventory};
    let row = user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY);
    let row = row.replace(NO_CERTIFICATES, "true,2020-01-01T00:00:00Z,false,N/A");
    let entry = |id: &str, at: &str| {
        format!(r#"{{"UserName": "one", "CertificateId": "{id}", "Status": "Active", "UploadDate": "{at}"}}"#)
    };
    let (first, second) = (entry("IN-SLOT", "2020-01-01T00:00:00Z"), entry("BEYOND", "2021-01-01T00:00:00Z"));
    let evidence = assemble(vec![
        csv(&[row]),
        file("signing-certificates/one.json", &format!(r#"{{"Certificates": [{first}, {second}]}}"#)),
    ]);
    let shown: Vec<(Option<u8>, Option<String>)> = inventory(&evidence.accounts[0])
        .filter(|credential| credential.kind == CredentialKind::SigningCertificate)
        .map(|credential| (credential.slot, credential.id))
        .collect();
    assert_eq!(shown, [(Some(1), Some("IN-SLOT".to_owned())), (None, Some("BEYOND".to_owned()))]);
}

#[test]
fn a_certificate_that_only_the_report_calls_inactive_counts_as_active() {
    let row = user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY);
    let row = row.replace(NO_CERTIFICATES, "false,2020-01-01T00:00:00Z,false,N/A");
    let listed = r#"{"Certificates": [
        {"UserName": "one", "CertificateId": "ONE", "Status": "Active", "UploadDate": "2020-01-01T00:00:00Z"}
    ]}"#;
    let report = judge(vec![csv(&[row]), file("signing-certificates/one.json", listed)]);
    assert_says(&verdict(&report, "signing-certificate-active"), &["fail"]);
    assert_eq!(gaps_of(&report, Reason::Contradiction).len(), 1);
}

#[test]
fn awss_sentence_shows_principal_and_resource() {
    let denied = "An error occurred (AccessDenied) when calling the GetAccountSummary operation: User: \
                  arn:aws:sts::111122223333:assumed-role/auditors-of-the-whole-organisation/anna is not authorized to \
                  perform: iam:GetAccountSummary on resource: *";
    let report = judge(vec![file("account-summary.json", denied)]);
    assert_says(&gaps_of(&report, Reason::Denied).concat(), &["/anna is not authorized", "on resource: *"]);
}

#[test]
fn what_is_wrong_with_a_report_that_is_not_used_is_not_told() {
    let wrapped = |rows: &[String], generated: &str| {
        use base64::Engine as _;
        let csv = format!("{HEADER}\n{}", rows.concat());
        let content = base64::engine::general_purpose::STANDARD.encode(csv);
        format!(r#"{{"Content": "{content}", "ReportFormat": "text/csv", "GeneratedTime": "{generated}"}}"#)
    };
    let whole = user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY);
    let damaged = user("one", NO_PASSWORD, "perhaps", NO_KEY, NO_KEY);
    let report = judge(vec![
        file("new.json", &wrapped(&[whole], "2026-01-15T07:00:00Z")),
        file("old.json", &wrapped(&[damaged], "2026-01-14T07:00:00Z")),
    ]);
    assert_eq!(gaps_of(&report, Reason::Malformed), ["the report has no row of the root user"]);
    assert_says(&gaps_of(&report, Reason::NotSupplied).concat(), &["older credential report"]);
}

#[test]
fn of_two_answers_about_a_key_the_worse_one_counts_in_either_order() {
    for [first, second] in [["Inactive", "Active"], ["Active", "Inactive"]] {
        let listing = |status| LISTED.replace("Active", status);
        let row = user("one", NO_PASSWORD, "false", &format!("false,{KEY_OF_ONE}"), NO_KEY);
        let report = judge(vec![
            csv(&[row]),
            file("access-keys/a.json", &listing(first)),
            file("access-keys/b.json", &listing(second)),
        ]);
        assert_says(&verdict(&report, "access-key-unused"), &["fail"]);
    }
}

#[test]
fn names_that_differ_in_case_are_one_user() {
    let report = judge(vec![
        csv(&[user("ONE", NO_PASSWORD, "false", &format!("true,{KEY_OF_ONE}"), NO_KEY)]),
        file("access-keys/one.json", LISTED),
    ]);
    assert_eq!(report.accounts[0].users, 1);
    let verdicts = verdicts(&report, "access-key-unused");
    assert_eq!(verdicts.len(), 1, "{verdicts:?}");
    let finding = findings(&report.accounts[0], "access-key-unused").next();
    assert!(
        finding.is_some_and(|finding| finding
            .subject
            .credential
            .as_ref()
            .is_some_and(|own| own.id.is_some()))
    );
}

#[test]
fn a_service_specific_credential_is_judged_once_and_bears_the_path_of_its_owner() {
    let row = user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY).replace("user/one", "user/ci/one");
    let entry = |user: &str, id: &str| {
        format!(
            r#"{{"UserName": "{user}", "ServiceSpecificCredentialId": "{id}", "ServiceName": "bedrock.amazonaws.com", "Status": "Active", "CreateDate": "2025-01-01T00:00:00Z"}}"#
        )
    };
    let listing = |entries: &[String]| {
        format!(
            r#"{{"ServiceSpecificCredentials": [{}], "IsTruncated": true, "Marker": "m"}}"#,
            entries.join(", ")
        )
    };
    let (one, two) = (entry("one", "ACCAONE"), entry("gone", "ACCATWO"));
    let report = judge(vec![
        csv(&[row]),
        file("service-specific-credentials.json", &listing(&[one.clone(), two])),
        file("service-specific-credentials/one.json", &listing(&[one])),
    ]);
    let arns: Vec<&str> = findings(&report.accounts[0], "service-credential-without-expiry")
        .map(|finding| &*finding.subject.arn)
        .collect();
    assert_eq!(arns, ["", "arn:aws:iam::111122223333:user/ci/one"]);
    let unknown = report.accounts[0].unknown.iter();
    assert_eq!(unknown.filter(|unknown| unknown.check == "service-credential-without-expiry").count(), 1);
}

/// Details of one user with these inline policies, each a name and its statements.
fn with_policies(policies: &[(&str, &str)]) -> Report {
    let inline: Vec<String> = policies
        .iter()
        .map(|(name, statements)| {
            let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
            format!(r#"{{"PolicyName": "{name}", "PolicyDocument": {document}}}"#)
        })
        .collect();
    let user = format!(
        r#"{{"UserName": "one", "Arn": "arn:aws:iam::111122223333:user/one", "GroupList": [], "AttachedManagedPolicies": [],
            "UserPolicyList": [{}]}}"#,
        inline.join(", ")
    );
    let details = format!(
        r#"{{"UserDetailList": [{user}], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}}"#
    );
    judge(vec![file("account-authorization-details.json", &details)])
}

/// What a check says of the policy with this name.
#[track_caller]
fn of_policy(report: &Report, check: &str, name: &str) -> String {
    let subject = format!("inline policy {name} of one:");
    let said: Vec<String> =
        verdicts(report, check).into_iter().filter(|said| said.contains(&subject)).collect();
    assert_eq!(said.len(), 1, "{check} of {name}: {said:#?}");
    said[0].clone()
}

fn severity_of(report: &Report, check: &str, name: &str) -> Option<Severity> {
    let mut findings = findings(&report.accounts[0], check);
    let finding = findings.find(|finding| finding.message.contains(&format!("inline policy {name} ")));
    finding.map(|finding| finding.severity)
}

#[test]
fn full_administration_is_told_by_what_is_granted() {
    let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let report = with_policies(&[
        ("stars", r#"{"Effect": "Allow", "Action": "*:*", "Resource": "*"}"#),
        ("listed", r#"{"Effect": "Allow", "Action": "*", "Resource": ["*", "arn:aws:s3:::logs"]}"#),
        ("denied", &format!(r#"{all}, {{"Effect": "Deny", "Action": "*", "Resource": "*"}}"#)),
        (
            "mfa",
            r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#,
        ),
        ("not-iam", r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#),
    ]);
    let check = |name, expected| assert_says(&of_policy(&report, "policy-admin", name), expected);
    check("stars", &["fail "]);
    check("listed", &["fail "]);
    check("denied", &["pass "]);
    check("mfa", &["fail ", "aws:MultiFactorAuthPresent"]);
    check("not-iam", &["pass "]);
    // The policies count together for their holder: the denial of one takes away what the others allow.
    let said = verdicts(&report, "principal-admin");
    assert!(said.iter().any(|said| said.starts_with("pass one:")), "{said:#?}");
}

#[test]
fn an_administrator_without_iam_is_none_and_one_by_two_policies_is_one() {
    let most = ("most", r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#);
    let rest = ("rest", r#"{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}"#);
    let of_user = |policies: &[(&str, &str)]| {
        let said = verdicts(&with_policies(policies), "principal-admin");
        said.into_iter().find(|said| said.contains(" one:")).unwrap()
    };
    assert_says(&of_user(&[most]), &["pass one:"]);
    assert_says(&of_user(&[most, rest]), &["fail one:", "inline policy most", "inline policy rest"]);
}

#[test]
fn assuming_any_role_is_found_in_any_spelling_and_graded_by_reach() {
    let check = "policy-assume-role-any";
    let report = with_policies(&[
        ("pattern", r#"{"Effect": "Allow", "Action": "sts:Assume*", "Resource": "*"}"#),
        ("case", r#"{"Effect": "Allow", "Action": "STS:assumerole", "Resource": "*"}"#),
        (
            "account",
            r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/*"}"#,
        ),
        (
            "prefix",
            r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/ci-*"}"#,
        ),
        (
            "named",
            r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/ci"}"#,
        ),
    ]);
    assert_eq!(severity_of(&report, check, "pattern"), Some(Severity::High));
    assert_eq!(severity_of(&report, check, "case"), Some(Severity::High));
    assert_eq!(severity_of(&report, check, "account"), Some(Severity::Medium));
    assert_eq!(severity_of(&report, check, "prefix"), Some(Severity::Low));
    assert_says(&of_policy(&report, check, "named"), &["pass "]);
}

#[test]
fn a_service_that_nobody_knows_changes_no_other_verdict() {
    let known = [
        ("assume", r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}"#),
        ("all", r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#),
        ("rest", r#"{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}"#),
        ("s3", r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#),
    ];
    let retired = r#"{"Effect": "Allow", "Action": ["retiredservice:*", "s3:NoSuchAction", "no colon"], "Resource": "*"}"#;
    let about = |report: &Report, name: &str| -> Vec<String> {
        let policies = checks::ALL.iter().filter(|check| matches!(check.judge, Judge::Policy(_)));
        policies.map(|check| of_policy(report, check.id.as_str(), name)).collect()
    };
    let alone = with_policies(&known);
    let beside = with_policies(&[&known[..], &[("retired", retired)]].concat());
    for (name, statements) in known {
        assert_eq!(about(&alone, name), about(&beside, name));
        let within = with_policies(&[(name, &format!("{statements}, {retired}"))]);
        assert_eq!(about(&alone, name), about(&within, name));
    }
    for gap in &beside.accounts[0].gaps {
        assert_ne!(gap.reason, Reason::Internal, "{gap:?}");
    }
    for said in about(&beside, "retired") {
        assert!(said.starts_with("pass "), "{said}");
    }
}
