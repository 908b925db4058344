//! A severity policy of one's own: what a finding means for the pipeline is decided here and not by the checks.

use iam_core::audit::{AsOf, AsOfFrom, Finding, Settings, audit};
use iam_core::check::Severity;
use iam_core::evidence::{Given, assemble};
use iam_core::fact::parse_time;
use iam_core::input::InputFile;

/// Severities and thresholds that differ from the defaults, as a settings file would hold them.
const SETTINGS: &str = r#"
[checks.console-without-mfa]
severity = "critical"

[checks.access-key-old]
max-age-days = 365
"#;

/// What the pipeline does about a finding.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Note,
    Ticket,
    Page,
}

/// Our rule: critical findings wake somebody up; anything about root is at least a ticket.
fn action(finding: &Finding) -> Action {
    match finding.severity {
        Severity::Critical => Action::Page,
        Severity::High | Severity::Medium => Action::Ticket,
        _ if finding.subject.arn.ends_with(":root") => Action::Ticket,
        _ => Action::Note,
    }
}

fn main() {
    let report = include_bytes!("../../testdata/accounts/bare-csv/credential-report.csv");
    let file = InputFile { path: "credential-report.csv".to_owned(), bytes: report.to_vec() };
    let evidence = assemble(vec![(file, Given::ByName)]);
    let settings = match Settings::parse(SETTINGS, iam_core::checks::ALL) {
        Ok(settings) => settings,
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            return;
        }
    };
    let at = parse_time("2026-01-15T08:00:00Z").unwrap_or_default();
    let report = audit(&evidence, iam_core::checks::ALL, &settings, AsOf { at, from: AsOfFrom::Given });
    for finding in report.findings() {
        println!("{:<7} {:<8} {}", format!("{:?}", action(finding)), finding.severity, finding.message);
    }
}
