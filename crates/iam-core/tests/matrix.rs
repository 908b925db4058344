//! Every check on every account of `testdata/accounts/`: one snapshot a check, so that an unexpected hit shows as a diff.
//!
//! `INSTA_UPDATE=always cargo test -p iam-core --test matrix` writes the snapshots anew; then read the diff.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

mod testdata;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use iam_core::audit::Report;
use iam_core::check::{Check, Judge};
use iam_core::checks;

#[test]
fn every_check_on_every_account() {
    let reports: Vec<(String, Report)> = testdata::names("accounts")
        .into_iter()
        .map(|name| {
            let report = testdata::judge(testdata::folder(&format!("accounts/{name}")), checks::ALL);
            (name, report)
        })
        .collect();
    for check in checks::ALL {
        if matches!(check.judge, Judge::Waiver(_)) {
            continue;
        }
        let mut shown = String::new();
        for (name, report) in &reports {
            show(check, name, report, &mut shown);
        }
        insta::assert_snapshot!(check.id.as_str(), shown);
    }
}

fn show(check: &Check, name: &str, report: &Report, shown: &mut String) {
    for account in &report.accounts {
        let name =
            if report.accounts.len() > 1 { format!("{name}/{}", account.location) } else { name.to_owned() };
        let counts = account.coverage[check.id.as_str()];
        writeln!(
            shown,
            "{name}: {} pass, {} fail, {} not applicable, {} unknown",
            counts.pass, counts.fail, counts.not_applicable, counts.unknown
        )
        .unwrap();
        for finding in account.findings.iter().filter(|finding| finding.check.id == check.id) {
            let severity = if finding.severity == check.severity {
                String::new()
            } else {
                format!(" [{}]", finding.severity)
            };
            writeln!(shown, "  fail {}: {}{severity}", finding.subject, finding.message).unwrap();
        }
        for unknown in account.unknown.iter().filter(|unknown| unknown.check == check.id.as_str()) {
            let gap = &account.gaps[unknown.gap];
            writeln!(shown, "  unknown {}: {} ({})", unknown.subject, gap.what, gap.reason).unwrap();
        }
    }
}

#[test]
fn each_snapshot_belongs_to_a_check() {
    let known: BTreeSet<String> =
        checks::ALL.iter().map(|check| format!("matrix__{}.snap", check.id)).collect();
    let names = testdata::names("../crates/iam-core/tests/snapshots");
    for name in names.iter().filter(|name| name.starts_with("matrix__")) {
        assert!(known.contains(name.trim_end_matches(".new")), "no check makes {name}; delete it");
    }
}

#[test]
fn every_file_of_the_accounts_is_read() {
    for name in testdata::names("accounts") {
        let report = testdata::judge(testdata::folder(&format!("accounts/{name}")), checks::ALL);
        assert_eq!(report.unused, [], "{name}");
    }
}

#[test]
fn a_folder_is_one_account_whether_or_not_its_path_has_a_name() {
    for name in testdata::names("accounts") {
        let accounts = |files| testdata::judge(files, checks::ALL).accounts.len();
        let files = testdata::folder(&format!("accounts/{name}"));
        let mut named = files.clone();
        for (file, _) in &mut named {
            file.path = format!("somewhere/{name}/{}", file.path);
        }
        let expected = if name == "organization" { 3 } else { 1 };
        assert_eq!((accounts(files), accounts(named)), (expected, expected), "{name}");
    }
}

#[test]
fn the_clean_account_is_clean_with_the_default_settings() {
    use iam_core::audit::{AsOf, AsOfFrom, GapPolicy, Outcome, Settings, audit};
    use iam_core::check::Severity;
    use iam_core::evidence::assemble;
    use iam_core::fact::parse_time;

    let evidence = assemble(testdata::folder("accounts/clean"));
    let as_of = AsOf { at: parse_time(testdata::NOW).unwrap(), from: AsOfFrom::Given };
    let report = audit(&evidence, checks::ALL, &Settings::default(), as_of);
    let messages: Vec<&str> = report.findings().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, [""; 0]);
    assert_eq!(
        report.outcome(Severity::Info, GapPolicy::Failed),
        Outcome::Clean,
        "{:#?}",
        report.accounts[0].gaps
    );
}
