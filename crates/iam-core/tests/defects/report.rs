//! How the credential report is read as a whole: its rows, columns and age.

use std::fmt::Write as _;

use iam_core::audit::{GapPolicy, Outcome, Status};
use iam_core::check::{Judge, Severity};
use iam_core::checks;
use iam_core::evidence::Given;
use iam_core::fact::Reason;
use iam_core::input::InputFile;

use super::{
    HEADER, KEY_OF_ONE, LISTED, NO_KEY, NO_PASSWORD, ROOT_PASSWORD, assert_says, csv, file, findings,
    gaps_of, judge, root, testdata, user, verdict, verdicts,
};

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
fn a_row_whose_name_and_arn_are_two_users_is_nobodys() {
    let keys = "true,2020-01-01T00:00:00Z,N/A,N/A,N/A";
    let rows =
        [user("one", NO_PASSWORD, "false", keys, NO_KEY), user("two", NO_PASSWORD, "false", NO_KEY, NO_KEY)];
    // As a spreadsheet leaves them when one column is sorted by itself.
    let sorted = [rows[0].replacen("one,", "two,", 1), rows[1].replacen("two,", "one,", 1)];
    let report = judge(vec![csv(&sorted)]);
    assert_eq!((report.accounts[0].users, report.accounts[0].unread_rows), (0, 2));
    let said = gaps_of(&report, Reason::Malformed).join("\n");
    assert_says(&said, &["line 2: user `two` with ARN `arn:aws:iam::111122223333:user/one` is two users"]);
    let unused = verdicts(&report, "access-key-unused");
    assert!(unused.iter().all(|line| line.starts_with("unknown")), "{unused:#?}");
}

#[test]
fn a_moment_after_the_report_was_made_is_no_young_key() {
    let at = |made: &str| {
        let key = format!("true,{made},N/A,N/A,N/A");
        let content = format!("{HEADER}\n{}", user("one", NO_PASSWORD, "false", &key, NO_KEY));
        let report = serde_json::json!({
            "Content": content, "GeneratedTime": "2026-01-15T06:00:00Z", "ReportFormat": "text/csv",
        });
        let report = judge(vec![file("credential-report.json", &report.to_string())]);
        let said = gaps_of(&report, Reason::Contradiction).join("\n");
        (verdict(&report, "access-key-old"), said)
    };
    let (verdict, said) = at("9999-12-31T23:59:59Z");
    assert_says(&verdict, &["unknown", "`9999-12-31T23:59:59Z`, which is after the report was made"]);
    assert_says(&said, &["line 2 of the decoded report", "column `access_key_1_last_rotated`"]);
    assert!(at("2026-01-15T07:00:01Z").0.starts_with("unknown"));
    // AWS looks at the users while it makes the report.
    let (verdict, _) = at("2026-01-15T07:00:00Z");
    assert!(verdict.starts_with("pass"), "{verdict}");
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
fn very_many_damaged_rows_share_a_gap_and_a_verdict_and_are_all_counted() {
    let bad = 3_000;
    let mut rows = vec!["x\n".to_owned(); bad];
    rows.push("<root_account>\n".to_owned());
    rows.push(user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY));
    let report = judge(vec![csv(&rows)]);

    let account = &report.accounts[0];
    assert_eq!((account.users, account.unread_rows), (1, bad + 1));
    let told: Vec<&str> =
        account.gaps.iter().map(|gap| &*gap.what).filter(|what| what.contains("line ")).collect();
    assert_eq!(told.len(), 1_001);
    assert!(told.contains(&"2001 further rows cannot be used, the first of them in line 1002"), "{told:#?}");

    let unknown = verdicts(&report, "access-key-unused");
    assert_eq!(unknown.iter().filter(|line| line.starts_with("unknown")).count(), 1_001);
    assert!(
        unknown
            .iter()
            .any(|line| line.contains("2001 rows of the credential report, the first of them in line 1002")),
        "{unknown:#?}"
    );
    // Root's row is among those that are not told one by one.
    assert_says(&verdict(&report, "root-without-mfa"), &["unknown", "2001 further rows"]);
}

#[test]
fn very_many_rows_of_one_user_share_a_gap() {
    let row = user("one", NO_PASSWORD, "false", NO_KEY, NO_KEY);
    let report = judge(vec![csv(&vec![row; 3_001])]);

    let account = &report.accounts[0];
    assert_eq!((account.users, account.unread_rows), (1, 0));
    let told = || account.gaps.iter().map(|gap| &*gap.what).filter(|what| what.contains("more than once"));
    assert_eq!(told().count(), 1_001);
    assert!(told().any(|what| what == "2000 further rows stand in the report more than once"));
}
