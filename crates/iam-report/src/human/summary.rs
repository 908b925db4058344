use std::io;

use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use iam_core::audit::{Outcome, Report};
use iam_core::check::Severity;

use super::Options;
use super::finding;
use super::paint::{BOLD, CAUTION, DIM, GOOD, Page, counted, style_of};
use crate::neutral;

/// Several accounts at a glance: one line each, the worst first.
pub(super) fn overview(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    page.heading(BOLD, &counted(report.accounts.len(), "account"))?;
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["account", "critical", "high", "medium", "low", "info", "unknown", "from"]);
    let mut accounts: Vec<_> = report.accounts.iter().collect();
    accounts.sort_by_key(|account| {
        Severity::WORST_FIRST.map(|severity| std::cmp::Reverse(account.count(severity)))
    });
    for account in accounts {
        let mut row = vec![account.name()];
        row.extend(Severity::WORST_FIRST.map(|severity| account.count(severity).to_string()));
        row.push(account.coverage.values().map(|coverage| coverage.unknown).sum::<usize>().to_string());
        row.push(neutral::line(&account.location).into_owned());
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1).take(6) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for line in table.lines() {
        page.line(&format!(" {line}"))?;
    }
    page.blank()
}

/// Findings about the waivers themselves.
pub(super) fn settings_findings(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    if report.settings_findings.is_empty() {
        return Ok(());
    }
    page.heading(BOLD, "Settings")?;
    for finding in &report.settings_findings {
        finding::write(page, report, None, finding)?;
    }
    page.blank()
}

/// Files that tell nothing about any account. Those that just lie in the same folder are only named.
pub(super) fn unused_files(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    if report.unused.is_empty() {
        return Ok(());
    }
    let (faults, others): (Vec<_>, Vec<_>) = report.unused.iter().partition(|file| file.is_fault);
    page.heading(if faults.is_empty() { DIM } else { CAUTION }, "Files not used")?;
    for file in faults {
        page.paragraph(2, "", CAUTION, &format!("{}: {}", file.path, file.why))?;
        page.paragraph(4, "", DIM, &file.remedy)?;
    }
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|file| file.path.as_str()).collect();
        page.paragraph(2, "", DIM, &format!("Not recognised: {}", names.join(", ")))?;
    }
    page.blank()
}

/// The last line, for whoever looks at the end of a long output only.
pub(super) fn closing(page: &mut Page<'_>, report: &Report, options: Options) -> io::Result<()> {
    let mut parts: Vec<String> = Vec::new();
    for severity in Severity::WORST_FIRST {
        let count = report.findings().filter(|it| it.severity == severity && !it.is_waived()).count();
        if count > 0 {
            parts.push(page.styled(style_of(severity), &format!("{count} {severity}")));
        }
    }
    let unknown: usize = report
        .accounts
        .iter()
        .flat_map(|account| account.coverage.values())
        .map(|coverage| coverage.unknown)
        .sum();
    if parts.is_empty() {
        parts.push("no findings".to_owned());
    }
    if unknown > 0 {
        parts.push(page.styled(CAUTION, &format!("{unknown} unknown")));
    }
    let (style, why) = match options.outcome {
        Outcome::Clean => (GOOD, String::new()),
        Outcome::Findings => (BOLD, format!(": findings at or above {}", options.fail_on)),
        Outcome::Gaps => (CAUTION, ": something was not seen".to_owned()),
        Outcome::NothingAudited => (CAUTION, ": nothing could be audited".to_owned()),
    };
    let why = page.styled(style, &format!("exit {}{why}", options.exit_code));
    page.line(&format!("{} - {why}", parts.join(", ")))?;
    if report.findings().next().is_some() {
        page.paragraph(
            0,
            "",
            Style::new(),
            "All steps, background and settings of a check: iam-audit explain CHECK",
        )?;
    }
    Ok(())
}
