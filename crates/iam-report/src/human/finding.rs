use std::io;

use anstyle::Style;
use iam_core::audit::{AccountReport, Because, Finding, Origin, Report};

use super::paint::{DIM, Page, style_of};

/// One finding: severity and check, what, why, and the first steps that mend it.
pub(super) fn write(
    page: &mut Page<'_>,
    report: &Report,
    account: Option<&AccountReport>,
    finding: &Finding,
) -> io::Result<()> {
    let severity =
        page.styled(style_of(finding.severity), &format!("{:<8}", finding.severity.as_str().to_uppercase()));
    let (title, id) = (finding.check.title, finding.check.id.as_str());
    let shown_id = page.styled(DIM, id);
    if page.fits(12 + title.chars().count() + 2 + id.len()) {
        page.line(&format!("  {severity}  {title}  {shown_id}"))?;
    } else {
        page.line(&format!("  {severity}  {title}"))?;
        page.line(&format!("{:12}{shown_id}", ""))?;
    }
    page.paragraph(12, "", Style::new(), &finding.message)?;
    if let Some(reason) = finding.severity_reason {
        page.paragraph(12, "", DIM, &format!("Severity {}: {reason}.", finding.severity))?;
    }
    for proof in proofs(finding, account.map_or("", |account| account.location.as_str())) {
        page.paragraph(12, "seen", DIM, &proof)?;
    }
    for setting in finding.settings(report) {
        if let Origin::SettingsLine(line) = setting.origin {
            let text = format!("{} = {} comes from line {line} of the settings", setting.name, setting.value);
            page.paragraph(12, "set ", DIM, &text)?;
        }
    }
    let steps = finding.remedy(account.and_then(|account| account.id));
    // Up to the first command that changes something; `explain` has the rest.
    let first = steps.iter().position(|step| step.command.is_some() && !step.only_asks());
    let first = first.or_else(|| steps.iter().position(|step| step.command.is_none()));
    for step in steps.iter().take(first.map_or(1, |index| index + 1)) {
        page.paragraph(12, "fix ", Style::new(), &step.text)?;
        if let Some(command) = &step.command {
            page.command(18, command)?;
        }
    }
    Ok(())
}

/// One finding in one line: the bad state and, where somebody has several, the credential or policy.
pub(super) fn line(page: &mut Page<'_>, finding: &Finding) -> io::Result<()> {
    let severity =
        page.styled(style_of(finding.severity), &format!("{:<8}", finding.severity.as_str().to_uppercase()));
    let subject = finding.subject.to_string();
    let owner = subject.rsplit_once(" of ").filter(|(_, owner)| owner.ends_with(&*finding.subject.name));
    let credential = owner.map(|(credential, _)| credential);
    let credential = credential.map(|credential| format!(" ({credential})")).unwrap_or_default();
    let text = page.cut(12, &format!("{}{credential}", finding.check.title));
    page.line(&format!("  {severity}  {text}"))
}

/// One line per place: `credential-report.csv:3: mfa_active = false, password_enabled = true`, and for a CloudTrail event
/// `a.json, byte 11: event 1a2b = 2026-01-15T08:00:00Z iam:CreateUser from 198.51.100.7, aws-cli/2.15`. Files of the account are
/// named by their place in its folder.
fn proofs(finding: &Finding, folder: &str) -> Vec<String> {
    let place = |because: &Because| {
        let path = because.path.strip_prefix(folder).and_then(|path| path.strip_prefix('/'));
        let line = because.region.map(|region| format!(":{}", region.line)).unwrap_or_default();
        let offset = because.offset.map(|offset| format!(", byte {offset}")).unwrap_or_default();
        format!("{}{line}{offset}", path.unwrap_or(&because.path))
    };
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for because in &finding.because {
        let (place, shown) = (place(because), format!("{} = {}", because.label, because.value));
        let shown = if because.value.is_empty() { because.label.to_string() } else { shown };
        match lines.iter_mut().find(|(known, _)| *known == place) {
            Some((_, facts)) if facts.contains(&shown) => {}
            Some((_, facts)) => facts.push(shown),
            None => lines.push((place, vec![shown])),
        }
    }
    let line = |(place, facts): (String, Vec<String>)| match facts.join(", ") {
        facts if facts.is_empty() => place,
        facts => format!("{place}: {facts}"),
    };
    lines.into_iter().map(line).collect()
}
