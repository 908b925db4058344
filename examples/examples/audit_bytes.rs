//! Audits a credential report that is already in memory.

use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
use iam_core::evidence::{Given, assemble};
use iam_core::fact::parse_time;
use iam_core::input::InputFile;

fn main() {
    let report = include_bytes!("../../testdata/accounts/bare-csv/credential-report.csv");
    let file = InputFile { path: "credential-report.csv".to_owned(), bytes: report.to_vec() };
    let evidence = assemble(vec![(file, Given::ByName)]);
    let at = parse_time("2026-01-15T08:00:00Z").unwrap_or_default();
    let report =
        audit(&evidence, iam_core::checks::ALL, &Settings::default(), AsOf { at, from: AsOfFrom::Given });
    for finding in report.findings() {
        println!("{:<8} {:<28} {}", finding.severity, finding.check.id, finding.message);
    }
}
