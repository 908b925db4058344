//! Findings as CSV, for spreadsheets: one row per finding, waived ones included. Columns are only ever appended.
//!
//! Comma, quotes as in RFC 4180, UTF-8 without byte order mark, `\n` at the end of each line. Lists inside a cell are joined
//! by ` | `.

use std::borrow::Cow;
use std::io::{self, Write};

use ::csv::{ErrorKind, Terminator, Writer, WriterBuilder};
use iam_core::audit::{AccountReport, Finding, Report, Status, Waiver};
use iam_core::check::{Check, Severity, Subject};
use iam_core::fact::shown_time;

use crate::wire::REGION;
use crate::{Tool, neutral};

/// How the CSV is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The program that made the report.
    pub tool: Tool<'static>,
    /// Whether subjects that could not be judged get rows too, and those that passed or to which a check does not apply
    /// where the report holds them. Such rows have no fingerprint.
    pub all: bool,
}

const HEADER: [&str; 21] = [
    "fingerprint",
    "check_id",
    "title",
    "severity",
    "status",
    "waived",
    "account",
    "partition",
    "region",
    "subject_type",
    "subject_arn",
    "subject_name",
    "credential",
    "policy",
    "message",
    "evidence",
    "report_generated_at",
    "as_of",
    "compliance",
    "remedy",
    "tool_version",
];

/// Writes the findings of the report: per account the worst first, those about waivers last.
///
/// # Errors
///
/// Only what the writer returns.
pub fn render(report: &Report, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table {
        report,
        options,
        writer: WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(out),
    };
    table.write(&HEADER.map(Cow::Borrowed))?;
    for account in &report.accounts {
        for finding in &account.findings {
            table.finding(Some(account), finding)?;
        }
        if options.all {
            table.other_verdicts(account)?;
        }
    }
    for finding in &report.settings_findings {
        table.finding(None, finding)?;
    }
    table.writer.flush()
}

struct Table<'r, W: Write> {
    report: &'r Report,
    options: Options,
    writer: Writer<W>,
}

/// What the rows of one account and check differ in.
#[derive(Default)]
struct Row<'r> {
    fingerprint: String,
    waived: String,
    message: &'r str,
    evidence: String,
    remedy: String,
}

impl<'r, W: Write> Table<'r, W> {
    fn finding(&mut self, account: Option<&AccountReport>, finding: &Finding) -> io::Result<()> {
        let waiver = finding.waiver.and_then(|index| self.report.waivers.get(index));
        let row = Row {
            fingerprint: finding.fingerprint.to_string(),
            waived: waiver.map(waived).unwrap_or_default(),
            message: &finding.message,
            evidence: evidence(finding),
            remedy: remedy(account, finding),
        };
        let verdict = (finding.check, finding.severity, Status::Fail);
        self.row(account, verdict, &finding.subject, &row)
    }

    fn other_verdicts(&mut self, account: &AccountReport) -> io::Result<()> {
        for unknown in &account.unknown {
            let gap = account.gaps.get(unknown.gap);
            let row = Row {
                message: gap.map(|gap| gap.what.as_str()).unwrap_or_default(),
                remedy: gap.map(|gap| gap.remedy.clone()).unwrap_or_default(),
                ..Row::default()
            };
            if let Some((check, severity)) = self.check(unknown.check) {
                self.row(Some(account), (check, severity, Status::Unknown), &unknown.subject, &row)?;
            }
        }
        for silent in &account.silent {
            let row = Row { message: &silent.reason, ..Row::default() };
            if let Some((check, severity)) = self.check(silent.check) {
                self.row(Some(account), (check, severity, silent.status), &silent.subject, &row)?;
            }
        }
        Ok(())
    }

    fn check(&self, id: &str) -> Option<(&'r Check, Severity)> {
        let run = self.report.checks.iter().find(|run| run.check.id.as_str() == id)?;
        Some((run.check, run.severity))
    }

    fn row(
        &mut self,
        account: Option<&AccountReport>,
        (check, severity, status): (&Check, Severity, Status),
        subject: &Subject,
        row: &Row<'_>,
    ) -> io::Result<()> {
        let id = account.and_then(|account| account.id).map(|id| id.to_string());
        let generated = account.and_then(|account| account.report_generated).map(shown_time);
        let as_of = account.map(|account| shown_time(account.as_of.at));
        let compliance = check.mappings.iter().map(|(framework, id)| format!("{framework} {id}"));
        let cells: [&str; HEADER.len()] = [
            &row.fingerprint,
            check.id.as_str(),
            check.title,
            severity.as_str(),
            status.as_str(),
            &row.waived,
            id.as_deref().unwrap_or_default(),
            account.map(|account| account.partition.as_str()).unwrap_or_default(),
            REGION,
            subject.kind.as_str(),
            &subject.arn,
            &subject.name,
            &credential(subject),
            subject.policy.as_ref().map_or("", |policy| policy.arn.as_deref().unwrap_or(&policy.name)),
            row.message,
            &row.evidence,
            generated.as_deref().unwrap_or(if account.is_some() { "unknown" } else { "" }),
            as_of.as_deref().unwrap_or_default(),
            &joined(compliance),
            &row.remedy,
            self.options.tool.version,
        ];
        self.write(&cells.map(safe))
    }

    fn write(&mut self, cells: &[Cow<'_, str>; HEADER.len()]) -> io::Result<()> {
        let cells = cells.iter().map(|cell| cell.as_bytes());
        // The plain conversion would hide that a pipe was closed.
        self.writer.write_record(cells).map_err(io_error)
    }
}

/// The error of the writer below; the plain conversion would hide its kind.
pub(crate) fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The cell with control characters in visible form, and with an apostrophe before what a spreadsheet would take for a formula (CWE-1236). IAM names may begin with `=`,
/// `+`, `-` and `@`.
pub(crate) fn safe(cell: &str) -> Cow<'_, str> {
    // People print CSV to terminals too.
    let cell = neutral::line(cell);
    let is_formula = cell.trim_start().starts_with(['=', '+', '-', '@']);
    if is_formula && !cell.parse().is_ok_and(f64::is_finite) { Cow::Owned(format!("'{cell}")) } else { cell }
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(" | ")
}

fn waived(waiver: &Waiver) -> String {
    let owner = waiver.owner.as_ref().map(|owner| format!(" ({owner})"));
    format!("until {}: {}{}", waiver.until, waiver.reason, owner.unwrap_or_default())
}

fn credential(subject: &Subject) -> String {
    let Some(credential) = &subject.credential else {
        return String::new();
    };
    let slot = credential.slot.map(|slot| format!("slot {slot}"));
    let id = credential.id.as_deref().map(str::to_owned);
    let created = credential.created.map(|created| format!("made {}", shown_time(created)));
    joined([slot, id, created].into_iter().flatten())
}

/// `credential-report.csv:3:92 access_key_1_last_used_date=N/A`, and for a CloudTrail event `a.json, byte 11 event 1a2b=...`
fn evidence(finding: &Finding) -> String {
    joined(finding.because.iter().map(|because| {
        let place = because.region.map(|region| format!(":{}:{}", region.line, region.start));
        let place = place.or_else(|| because.offset.map(|offset| format!(", byte {offset}")));
        let place = place.unwrap_or_default();
        format!("{}{place} {}={}", because.path, because.label, because.value)
    }))
}

fn remedy(account: Option<&AccountReport>, finding: &Finding) -> String {
    let id = account.and_then(|account| account.id);
    let step = |step: iam_core::check::RemedyStep| match step.command {
        Some(command) => format!("{} {command}", step.text),
        None => step.text,
    };
    let steps = finding.remedy(id).into_iter().map(step);
    let console = Some(finding.console(id)).filter(|console| !console.is_empty());
    joined(steps.chain(console.map(|console| format!("Console: {console}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_a_spreadsheet_would_run_get_an_apostrophe() {
        for formula in ["=1+1", "+a", "-a", "@a", " =a", "\u{a0}=a", "-1-1", "+inf", "-nan", "-"] {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        for plain in ["", "a=b", "-1", "+1.5", "-2e3", "2026-01-15", "'=a"] {
            assert_eq!(safe(plain), plain);
        }
    }

    #[test]
    fn control_characters_are_shown_and_hide_no_formula() {
        assert_eq!(safe("\n=a"), r"\u{a}=a");
        assert_eq!(safe("\t"), r"\u{9}");
        assert_eq!(safe("=\u{1b}[31m"), r"'=\u{1b}[31m");
    }
}
