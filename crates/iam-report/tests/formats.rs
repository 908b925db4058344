//! Every format over one gallery of accounts: its text, its schema, and that no format loses a finding.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "functions that tests share; clippy excuses only the tests themselves"
)]

mod gallery;
mod schema;

use std::collections::BTreeSet;
use std::io::{self, Write};

use iam_core::audit::{Keep, Report};
use iam_report::{csv, json, sarif};
use serde_json::Value;

use schema::{assert_committed, assert_valid, closed};

type Render = fn(&Report, &mut dyn Write) -> io::Result<()>;

const FORMATS: [(&str, Render); 3] = [
    ("json", |report, out| json::render(report, json::Options::default(), out)),
    ("sarif", |report, out| sarif::render(report, sarif_options(false), out)),
    ("csv", |report, out| csv::render(report, csv::Options::default(), out)),
];

fn sarif_options(all: bool) -> sarif::Options<'static> {
    sarif::Options { all, exit_code: 1, ..sarif::Options::default() }
}

fn rendered(report: &Report, render: Render) -> String {
    let mut out = Vec::new();
    render(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn parsed(report: &Report, render: Render) -> Value {
    serde_json::from_str(&rendered(report, render)).unwrap()
}

fn json_of(report: &Report) -> Value {
    parsed(report, |report, out| json::render(report, json::Options::default(), out))
}

fn all_sarif_of(report: &Report) -> Value {
    parsed(report, |report, out| sarif::render(report, sarif_options(true), out))
}

#[test]
fn each_format_shows_the_gallery() {
    let report = gallery::report(Keep::Failed);
    for (name, render) in FORMATS {
        insta::assert_snapshot!(name, visible(&rendered(&report, render)));
    }
}

/// Snapshots are read in terminals and browsers too.
fn visible(text: &str) -> String {
    let show = |character: char| match character {
        '\n' | ' '..='~' => character.to_string(),
        other => other.escape_unicode().to_string(),
    };
    text.chars().map(show).collect()
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for (name, render) in FORMATS {
        let once = rendered(&gallery::report(Keep::All), render);
        assert_eq!(once, rendered(&gallery::report(Keep::All), render), "{name}");
    }
}

#[test]
fn the_committed_schema_is_that_of_the_code() {
    assert_committed("report-v1.json", &json::schema());
}

#[test]
fn json_is_as_its_schema_says() {
    for keep in [Keep::Failed, Keep::All] {
        assert_valid(&json::schema(), &json_of(&gallery::report(keep)));
    }
}

/// What is not in the schema is not promised, so that nothing may be written that is not in it.
#[test]
fn json_holds_no_name_that_the_schema_does_not_know() {
    assert_valid(&closed(json::schema()), &json_of(&gallery::report(Keep::All)));
}

#[test]
fn sarif_is_as_the_official_schema_says() {
    let schema = schema::of_sarif();
    let report = gallery::report(Keep::All);
    let default = |report: &Report, out: &mut dyn Write| sarif::render(report, sarif_options(false), out);
    assert_valid(&schema, &parsed(&report, default));
    assert_valid(&schema, &all_sarif_of(&report));
}

#[test]
fn sarif_on_request_holds_every_verdict() {
    let report = gallery::report(Keep::All);
    let log = all_sarif_of(&report);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let count = |kind: &str| results.iter().filter(|result| result["kind"] == kind).count();
    let of = |count: fn(&iam_core::audit::Coverage) -> usize| -> usize {
        let coverage = report.accounts.iter().flat_map(|account| account.coverage.values());
        coverage.map(count).sum()
    };
    assert_eq!(count("fail"), of(|it| it.fail) + report.settings_findings.len());
    assert_eq!(count("open"), of(|it| it.unknown));
    assert_eq!(count("pass"), of(|it| it.pass));
    assert_eq!(count("notApplicable"), of(|it| it.not_applicable));
    let suppressed = results.iter().filter(|result| result["suppressions"].is_array()).count();
    assert_eq!(suppressed, report.findings().filter(|finding| finding.is_waived()).count());
    for result in results {
        assert_eq!(result["kind"] == "fail", result["level"] != "none", "{result}");
    }
}

#[test]
fn sarif_results_point_into_their_files_and_at_their_rules() {
    let log = all_sarif_of(&gallery::report(Keep::All));
    let run = &log["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let number = |name: &str| region[name].as_u64().unwrap();
        assert_eq!(number("startLine"), number("endLine"));
        assert!(number("startColumn") <= number("endColumn"), "{region}");
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.starts_with('/') && !uri.contains([' ', ':']), "{uri}");
    }
}

#[test]
fn all_formats_carry_the_fingerprints_of_the_model() {
    let report = gallery::report(Keep::Failed);
    let unwaived = report.findings().filter(|finding| !finding.is_waived());
    let expected: Vec<String> = sorted(unwaived.map(|finding| finding.fingerprint.to_string()));
    let distinct: BTreeSet<&String> = expected.iter().collect();
    assert_eq!(distinct.len(), expected.len(), "two findings share a fingerprint");
    assert!(report.findings().any(iam_core::audit::Finding::is_waived), "nothing is waived");

    let text = |value: &Value| value.as_str().unwrap().to_owned();

    let json = json_of(&report);
    let accounts = json["accounts"].as_array().unwrap().iter();
    let lists = accounts.map(|account| &account["findings"]).chain([&json["settings_findings"]]);
    let findings = lists.flat_map(|list| list.as_array().unwrap());
    assert_eq!(sorted(findings.map(|finding| text(&finding["fingerprint"]))), expected, "json");

    let sarif = parsed(&report, FORMATS[1].1);
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let prints = results.map(|result| text(&result["partialFingerprints"]["primaryLocationLineHash"]));
    assert_eq!(sorted(prints), expected, "sarif");

    let csv = rendered(&report, FORMATS[2].1);
    let mut reader = ::csv::Reader::from_reader(csv.as_bytes());
    let rows = reader.records().map(Result::unwrap).filter(|row| row[5].is_empty());
    assert_eq!(sorted(rows.map(|row| row[0].to_owned())), expected, "csv");
}

fn sorted(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut items: Vec<String> = items.collect();
    items.sort();
    items
}

#[test]
fn no_csv_cell_is_a_formula() {
    let report = gallery::report(Keep::All);
    let options = csv::Options { all: true, ..csv::Options::default() };
    let mut out = Vec::new();
    csv::render(&report, options, &mut out).unwrap();
    let mut reader = ::csv::Reader::from_reader(out.as_slice());
    let mut names = BTreeSet::new();
    for row in reader.records() {
        let row = row.unwrap();
        assert_eq!(row.len(), 21);
        for cell in &row {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
        }
        names.insert(row[11].to_owned());
    }
    for name in ["'=cmd|'/c calc'!A1", "'-2+3@SUM", "say \"hi\", twice", "<script>alert(1)</script>"] {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
}

#[test]
fn a_closed_pipe_stays_recognisable() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let report = gallery::report(Keep::All);
    for (name, render) in FORMATS {
        let error = render(&report, &mut Closed).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{name}");
    }
}

#[test]
fn a_report_about_nothing_is_valid_too() {
    let empty = Report { accounts: Vec::new(), ..gallery::report(Keep::Failed) };
    assert_valid(&json::schema(), &json_of(&empty));
    let log = all_sarif_of(&empty);
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn the_terminal_text_says_every_unwaived_message_once() {
    let report = gallery::report(Keep::Failed);
    let options = iam_report::human::Options {
        width: 100,
        detail: iam_report::human::Detail::Full,
        color: false,
        outcome: iam_core::audit::Outcome::Findings,
        fail_on: iam_core::check::Severity::Low,
        exit_code: 1,
    };
    let mut text = Vec::new();
    iam_report::human::render(&report, options, &mut text).unwrap();
    let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = joined(&String::from_utf8(text).unwrap());
    for finding in report.findings().filter(|finding| !finding.is_waived()) {
        // Names with control characters are shown in another form, which `neutral` has tests for.
        if finding.message.chars().all(|character| character.is_ascii() && !character.is_control()) {
            assert!(text.contains(&joined(&finding.message)), "{}", finding.message);
        }
    }
}
