//! Findings as SARIF 2.1.0, for code scanning.
//!
//! Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub, "SARIF support for code
//! scanning".

pub(crate) mod location;
pub(crate) mod log;
mod notification;
pub(crate) mod plain;
mod results;
mod rule;
pub(crate) mod shape;

use std::io::{self, Write};

use iam_core::audit::{AccountReport, CheckInRun, Report};
use iam_core::fact::shown_time;
use serde::Serialize;

use crate::Tool;
use crate::wire::{CACHE_NOTE, Stream};
use log::Log;
use notification::Notification;
use results::Results;
use rule::Rule;

/// How the SARIF log is written.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The program that made the report.
    pub tool: Tool<'static>,
    /// Whether waived findings, unknown verdicts, and passes where the report holds them, are written as results too. GitHub
    /// ignores `kind` and `suppressions`, so that each of them would show up there as an alert.
    pub all: bool,
    /// The exit code that the program will end with.
    pub exit_code: u8,
    /// The settings file: the place of findings about waivers.
    pub settings_path: &'a str,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { tool: Tool::THIS, all: false, exit_code: 0, settings_path: "iam-audit.toml" }
    }
}

/// Writes the report, result by result, the worst first: GitHub keeps the first 5,000 of at most 25,000.
///
/// # Errors
///
/// Only what the writer returns.
pub fn render(report: &Report, options: Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let notifications = || {
        let gaps = report.accounts.iter().flat_map(|account| {
            let gaps = account.gaps.iter();
            gaps.map(move |gap| Notification::of_gap(account, gap))
        });
        let faults = report.unused.iter().filter(|file| file.is_fault);
        gaps.chain(faults.map(Notification::of_file))
    };
    let results = Results::new(report, options);
    let log = Log {
        tool: options.tool,
        rules: Stream::of(|| enabled(report).map(Rule::of)),
        is_done: !report.accounts.is_empty(),
        exit_code: options.exit_code,
        notifications: Stream::of(notifications),
        properties: Some(RunProperties {
            accounts: Stream::of(|| report.accounts.iter().map(AccountProperties::of)),
        }),
        results: Stream::of(|| results.all()),
    };
    log.write(out)
}

/// The checks that are rules of the log, in the order of their indexes.
fn enabled(report: &Report) -> impl Iterator<Item = &CheckInRun> {
    report.checks.iter().filter(|run| run.enabled)
}

#[derive(Serialize)]
struct RunProperties<'a> {
    accounts: Stream<'a, AccountProperties<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountProperties<'a> {
    account: Option<String>,
    partition: &'a str,
    alias: Option<&'a str>,
    as_of: String,
    report_generated: Option<String>,
    report_note: &'static str,
}

impl<'a> AccountProperties<'a> {
    fn of(account: &'a AccountReport) -> Self {
        Self {
            account: account.id.map(|id| id.to_string()),
            partition: account.partition.as_str(),
            alias: account.alias.as_deref(),
            as_of: shown_time(account.as_of.at),
            report_generated: account.report_generated.map(shown_time),
            report_note: CACHE_NOTE,
        }
    }
}
