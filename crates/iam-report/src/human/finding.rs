use std::io;

use anstyle::Style;
use iam_core::audit::{Because, Finding, Report};
use iam_core::ident::AccountId;

use super::paint::{DIM, Page, style_of};

/// One finding: severity and check, what, why, and the first steps that mend it.
pub(super) fn write(
    page: &mut Page<'_>,
    report: &Report,
    account: Option<AccountId>,
    finding: &Finding,
) -> io::Result<()> {
    let severity =
        page.styled(style_of(finding.severity), &format!("{:<8}", finding.severity.as_str().to_uppercase()));
    let id = page.styled(DIM, finding.check.id.as_str());
    page.line(&format!("  {severity}  {}  {id}", finding.check.title))?;
    page.paragraph(12, "", Style::new(), &sentence(&finding.message))?;
    if let Some(reason) = finding.severity_reason {
        page.paragraph(12, "", DIM, &format!("Severity {}: {reason}.", finding.severity))?;
    }
    for because in &finding.because {
        page.paragraph(12, "seen", DIM, &proof(because))?;
    }
    for setting in finding.settings(report) {
        if let iam_core::audit::Origin::SettingsLine(line) = setting.origin {
            let text = format!("{} = {} comes from line {line} of the settings", setting.name, setting.value);
            page.paragraph(12, "set ", DIM, &text)?;
        }
    }
    if let Some(waiver) = finding.waiver.and_then(|index| report.waivers.get(index)) {
        return page.paragraph(12, "", DIM, &format!("Waived until {}: {}", waiver.until, waiver.reason));
    }
    let steps = finding.remedy(account);
    // The step that can be undone, and what has to come before it; `explain` has the rest.
    let first = steps.iter().position(|step| step.command.as_ref().is_none_or(|command| !is_lookup(command)));
    for step in steps.iter().take(first.map_or(1, |index| index + 1)) {
        page.paragraph(12, "fix ", Style::new(), &step.text)?;
        if let Some(command) = &step.command {
            page.command(18, command)?;
        }
    }
    Ok(())
}

fn is_lookup(command: &str) -> bool {
    let verb = command.split_whitespace().nth(2).unwrap_or_default();
    verb.starts_with("list-") || verb.starts_with("get-")
}

/// `credential-report.csv:3:81 access_key_1_last_used_date is 2025-11-02T08:00:00Z`
pub(super) fn proof(because: &Because) -> String {
    let place = because.region.map(|region| format!(":{}:{}", region.line, region.start)).unwrap_or_default();
    let value = if because.value.is_empty() { String::new() } else { format!(" is {}", because.value) };
    format!("{}{place} {}{value}", because.path, because.label)
}

/// With a capital letter and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", characters.as_str())
}
