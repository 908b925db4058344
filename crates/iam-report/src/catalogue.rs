//! The checks themselves: as a list, as pages, and as JSON.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use iam_core::audit::{CheckInRun, Origin};
use serde::Serialize;

use crate::wire::{Requirement, Setting};

/// Writes a table of the checks, with the settings they run under.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(checks: &[CheckInRun], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["check", "severity", "settings", "title"]);
    for run in checks {
        let severity = if run.enabled { run.severity.to_string() } else { format!("{} (off)", run.severity) };
        let settings: Vec<String> = run
            .settings
            .iter()
            .map(|setting| format!("{} = {}{}", setting.name, setting.value, origin(setting.origin)))
            .collect();
        table.add_row([run.check.id.as_str(), &severity, &settings.join(", "), run.check.title]);
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn origin(origin: Origin) -> String {
    match origin {
        Origin::Default => String::new(),
        Origin::SettingsLine(line) => format!(" (line {line})"),
    }
}

/// Writes the page of a check: its Markdown with a head of facts, headings set off in colour.
///
/// # Errors
///
/// Only what the writer returns.
pub fn page(run: &CheckInRun, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let check = run.check;
    let (heading, head) = if color {
        (AnsiColor::Cyan.on_default().bold(), Style::new().dimmed())
    } else {
        (Style::new(), Style::new())
    };
    let mut lines = check.page.lines();
    let title = lines.next().unwrap_or_default().trim_start_matches("# ");
    writeln!(out, "{heading}{title}{heading:#}\n")?;
    let mut fact = |name: &str, text: &str| writeln!(out, "{head}{name:<10}{head:#}{text}");
    fact("check", check.id.as_str())?;
    fact("severity", &format!("{}: {}", run.severity, check.severity_reason))?;
    fact("since", check.since)?;
    fact("runs", if run.enabled { "unless switched off" } else { "only when switched on in the settings" })?;
    let needs: Vec<&str> = check.needs.iter().map(|artefact| artefact.name()).collect();
    fact("looks at", &needs.join(", "))?;
    let mappings: Vec<String> =
        check.mappings.iter().map(|(framework, id)| format!("{framework} {id}")).collect();
    if !mappings.is_empty() {
        fact("mapped to", &mappings.join(", "))?;
    }
    let mut is_example = false;
    for line in lines {
        // The examples are tests first; they stay in the page's file.
        if line.starts_with("## ") {
            is_example = line == "## Examples";
        }
        if is_example {
            continue;
        }
        match line.strip_prefix("## ") {
            Some(text) => writeln!(out, "{heading}{text}{heading:#}")?,
            None => writeln!(out, "{line}")?,
        }
        if line == "## What to do" {
            writeln!(out, "\n{}", check.remedy.risk)?;
            for (number, step) in (1..).zip(check.remedy.steps) {
                writeln!(out, "\n{number}. {}", step.text)?;
                if !step.command.is_empty() {
                    writeln!(out, "   {}", step.command)?;
                }
            }
            writeln!(out, "\nConsole: {}", check.remedy.console)?;
        }
    }
    Ok(())
}

/// Writes the checks as a JSON document: `{"schema_version": "1", "checks": [...]}`.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(checks: &[CheckInRun], out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema_version: &'static str,
        checks: Vec<Check<'a>>,
    }
    #[derive(Serialize)]
    struct Check<'a> {
        id: &'a str,
        title: &'a str,
        severity: &'a str,
        severity_reason: &'a str,
        enabled: bool,
        since: &'a str,
        needs: Vec<&'a str>,
        settings: Vec<Setting<'a>>,
        compliance: Vec<Requirement>,
        page: &'a str,
    }
    fn entry(run: &CheckInRun) -> Check<'_> {
        Check {
            id: run.check.id.as_str(),
            title: run.check.title,
            severity: run.severity.as_str(),
            severity_reason: run.check.severity_reason,
            enabled: run.enabled,
            since: run.check.since,
            needs: run.check.needs.iter().map(|artefact| artefact.name()).collect(),
            settings: run.settings.iter().map(Setting::of).collect(),
            compliance: Requirement::all_of(run.check),
            page: run.check.page,
        }
    }
    let document = Document { schema_version: "1", checks: checks.iter().map(entry).collect() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
