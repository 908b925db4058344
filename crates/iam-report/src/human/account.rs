use std::collections::BTreeMap;
use std::io;

use anstyle::Style;
use chrono::TimeDelta;
use iam_core::audit::{AccountReport, AsOfFrom, Finding, Report, ReportedGap};
use iam_core::check::{Severity, Subject, SubjectKind};
use iam_core::fact::{days, shown_time};

use super::Detail;
use super::finding;
use super::paint::{BOLD, CAUTION, DIM, GOOD, Page, counted, style_of};

/// Checks named under one gap before the rest is only counted.
const MOST_NAMES: usize = 6;

/// Gaps shown before the rest is only counted; a damaged file can have thousands.
const MOST_GAPS: usize = 20;

/// Everything about one account: what it is, how bad it is, what was not seen, and the findings by subject.
pub(super) fn section(
    page: &mut Page<'_>,
    report: &Report,
    account: &AccountReport,
    detail: Detail,
) -> io::Result<()> {
    head(page, report, account)?;
    counts(page, account)?;
    gaps(page, report, account)?;
    for group in by_owner(account) {
        page.blank()?;
        page.heading(BOLD, &owner(group.first().map(|finding| &finding.subject)))?;
        for finding in group {
            match detail {
                Detail::Full => finding::write(page, report, Some(account), finding)?,
                Detail::Brief => finding::line(page, finding)?,
            }
        }
    }
    waived(page, report, account)?;
    page.blank()
}

fn head(page: &mut Page<'_>, report: &Report, account: &AccountReport) -> io::Result<()> {
    let alias = account.alias.as_ref().map(|alias| format!(" ({alias})")).unwrap_or_default();
    let partition =
        if account.partition.as_str() == "aws" { String::new() } else { format!(", {}", account.partition) };
    let name = account.id.map_or_else(|| "Unknown account".to_owned(), |id| format!("Account {id}"));
    page.heading(BOLD, &format!("{name}{alias}{partition}"))?;
    let from = match account.as_of.from {
        AsOfFrom::Given => "as asked",
        AsOfFrom::CredentialReport => "when the credential report was generated",
        AsOfFrom::Manifest => "when the snapshot was taken",
        AsOfFrom::LastAccessed => "when the latest last accessed report was finished",
        AsOfFrom::Now => "now; the evidence does not say when it was taken",
    };
    page.paragraph(2, "from  ", Style::new(), &account.location)?;
    page.paragraph(2, "as of ", Style::new(), &format!("{}, {from}", shown_time(account.as_of.at)))?;
    page.paragraph(2, "report", Style::new(), &report_age(account))?;
    if let Some(file) = &report.settings_file {
        let off = report.checks.iter().filter(|run| run.check.enabled && !run.enabled).count();
        let off = if off == 0 { String::new() } else { format!(", {} switched off", counted(off, "check")) };
        page.paragraph(2, "set   ", Style::new(), &format!("by {file}{off}"))?;
    }
    Ok(())
}

/// The report's age, with the rule that makes it matter.
fn report_age(account: &AccountReport) -> String {
    let rule = "AWS keeps a report for 4 hours, so that later changes may be missing.";
    match (account.report_generated, account.report_latest) {
        (Some(generated), _) => {
            let age = account.as_of.at.signed_duration_since(generated);
            let shown = match days(age.abs()) {
                0 | 1 => format!("{} h", age.abs().num_hours()),
                days => format!("{days} days"),
            };
            let order = if age < TimeDelta::zero() { "after" } else { "before" };
            format!("generated {}, {shown} {order} the as-of. {rule}", shown_time(generated))
        }
        (None, Some(latest)) => {
            format!("of unknown age, but not older than {}. {rule}", shown_time(latest))
        }
        (None, None) if account.report_seen => {
            format!("of unknown age. {rule}")
        }
        (None, None) => "not seen.".to_owned(),
    }
}

fn counts(page: &mut Page<'_>, account: &AccountReport) -> io::Result<()> {
    page.blank()?;
    let mut parts = Vec::new();
    for severity in Severity::WORST_FIRST {
        let count = account.count(severity);
        if count > 0 {
            parts.push(page.styled(style_of(severity), &format!(" {count} {severity} ")));
        }
    }
    let unknown: usize = account.coverage.values().map(|coverage| coverage.unknown).sum();
    if parts.is_empty() {
        let (style, text) =
            if unknown == 0 { (GOOD, "nothing found") } else { (CAUTION, "nothing found in what was seen") };
        parts.push(page.styled(style, &format!(" {text} ")));
    }
    let waived = account.findings.iter().filter(|finding| finding.is_waived()).count();
    if waived > 0 {
        parts.push(page.styled(DIM, &format!(" {waived} waived ")));
    }
    page.line(&format!(" {}", parts.join(" ")))?;
    let sum = |of: fn(&iam_core::audit::Coverage) -> usize| account.coverage.values().map(of).sum::<usize>();
    let unread = if account.unread_rows == 0 {
        String::new()
    } else {
        format!(", {}", counted(account.unread_rows, "unreadable row"))
    };
    let text = format!(
        "{} and root{unread}; verdicts of {}: {} pass, {} fail, {} unknown, {} not applicable",
        counted(account.users, "user"),
        counted(account.coverage.len(), "check"),
        sum(|coverage| coverage.pass),
        sum(|coverage| coverage.fail),
        unknown,
        sum(|coverage| coverage.not_applicable),
    );
    page.paragraph(2, "", DIM, &text)
}

/// What was not seen stands above the findings, so that nobody takes their absence for cleanliness.
fn gaps(page: &mut Page<'_>, report: &Report, account: &AccountReport) -> io::Result<()> {
    let blocked = blocked(account);
    let counted_gaps = account.gaps.iter().zip(&blocked);
    let (failed, missing): (Vec<_>, Vec<_>) = counted_gaps.partition(|(gap, _)| gap.reason.is_failure());
    let missing = missing.into_iter().filter(|(gap, _)| gap.blocks > 0);
    let (not_handed_in, missing): (Vec<_>, Vec<_>) = missing.partition(|(gap, _)| gap.path.is_none());
    if failed.is_empty() && missing.is_empty() && not_handed_in.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading(CAUTION, "Not seen")?;
    for (gap, checks) in failed.iter().take(MOST_GAPS) {
        page.paragraph(2, "", CAUTION, &format!("{}: {}{}", gap.reason, place(gap), gap.what))?;
        page.paragraph(4, "", DIM, &format!("{}{}", unknown(report, checks), sentence(&gap.remedy)))?;
    }
    if let Some(further) = failed.len().checked_sub(MOST_GAPS).filter(|further| *further > 0) {
        page.paragraph(2, "", CAUTION, &format!("and {further} more; --format json lists them all"))?;
    }
    for (gap, checks) in missing {
        page.paragraph(2, "", Style::new(), &sentence(&gap.what))?;
        page.paragraph(4, "", DIM, &format!("{}{}", unknown(report, checks), sentence(&gap.remedy)))?;
    }
    if !not_handed_in.is_empty() {
        page.line("  Not handed in, and how many verdicts are unknown without it:")?;
    }
    for (gap, _) in not_handed_in {
        match gap.artefact {
            Some(artefact) if gap.what == artefact.not_handed_in() => {
                page.line(&format!("  {:>7}  {}", gap.blocks, artefact.command()))?;
            }
            Some(_) => page.paragraph(2, &format!("{:>7}", gap.blocks), Style::new(), &gap.what)?,
            None => page.paragraph(2, "", Style::new(), &sentence(&gap.what))?,
        }
    }
    Ok(())
}

/// For each gap, the checks that it blocks and how often.
fn blocked(account: &AccountReport) -> Vec<BTreeMap<&str, usize>> {
    let mut blocked = vec![BTreeMap::new(); account.gaps.len()];
    for unknown in &account.unknown {
        if let Some(checks) = blocked.get_mut(unknown.gap) {
            *checks.entry(unknown.check).or_default() += 1;
        }
    }
    blocked
}

fn place(gap: &ReportedGap) -> String {
    let Some(path) = &gap.path else { return String::new() };
    match gap.region {
        Some(region) => format!("{path}:{}:{}: ", region.line, region.start),
        None => format!("{path}: "),
    }
}

/// `Unknown: root-without-mfa, access-key-unused (12). `
fn unknown(report: &Report, checks: &BTreeMap<&str, usize>) -> String {
    if checks.is_empty() {
        return String::new();
    }
    let order = |id: &str| report.checks.iter().position(|run| run.check.id.as_str() == id);
    let mut names: Vec<(&str, usize)> = checks.iter().map(|(id, count)| (*id, *count)).collect();
    names.sort_by_key(|(id, _)| order(id));
    let rest = names.len().saturating_sub(MOST_NAMES);
    let mut shown: Vec<String> = names
        .iter()
        .take(MOST_NAMES)
        .map(|(id, count)| if *count == 1 { (*id).to_owned() } else { format!("{id} ({count})") })
        .collect();
    if rest > 0 {
        shown.push(counted(rest, "more check"));
    }
    format!("Unknown: {}. ", shown.join(", "))
}

/// With a capital letter and a full stop; for our own sentences only, as names keep their letters.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

/// Unwaived findings by whom they are about: whoever has the worst one first.
fn by_owner(account: &AccountReport) -> Vec<Vec<&Finding>> {
    let mut groups: BTreeMap<(&str, &str, u8), Vec<&Finding>> = BTreeMap::new();
    for finding in account.findings.iter().filter(|finding| !finding.is_waived()) {
        let subject = &finding.subject;
        groups.entry((&subject.arn, &subject.name, room(subject.kind))).or_default().push(finding);
    }
    let mut groups: Vec<Vec<&Finding>> = groups.into_values().collect();
    let worst = |group: &Vec<&Finding>| group.iter().map(|finding| finding.severity).max();
    groups.sort_by(|a, b| worst(b).cmp(&worst(a)).then(b.len().cmp(&a.len())));
    groups
}

/// Credentials and policies stand under those who have them; an account and its root user share an ARN but not a heading.
fn room(kind: SubjectKind) -> u8 {
    match kind {
        SubjectKind::Account => 0,
        SubjectKind::ServerCertificate => 1,
        SubjectKind::VirtualMfaDevice => 2,
        SubjectKind::Region => 3,
        SubjectKind::Analyzer => 4,
        SubjectKind::ArchiveRule => 5,
        SubjectKind::OtherResource => 6,
        _ => 7,
    }
}

fn owner(subject: Option<&Subject>) -> String {
    let Some(subject) = subject else {
        return String::new();
    };
    match subject.kind {
        SubjectKind::Account => "The account".to_owned(),
        SubjectKind::Root => "Root user".to_owned(),
        SubjectKind::ServerCertificate => format!("Server certificate {}", subject.name),
        SubjectKind::Resource(kind) => format!("The {} {}", kind.noun(), subject.name),
        SubjectKind::VirtualMfaDevice => format!("Virtual MFA device {}", subject.name),
        SubjectKind::ManagedPolicy => format!("Policy {}", subject.name),
        SubjectKind::Region => format!("Region {}", subject.name),
        SubjectKind::Analyzer => format!("Analyzer {}", subject.name),
        SubjectKind::ArchiveRule => format!("Archive rule {}", subject.name),
        SubjectKind::OtherResource => format!("Resource {}", subject.name),
        SubjectKind::Role | SubjectKind::RolePolicy => format!("Role {}", subject.name),
        SubjectKind::Group | SubjectKind::GroupPolicy => format!("Group {}", subject.name),
        _ if &*subject.name == "root" && subject.arn.ends_with(":root") => "Root user".to_owned(),
        _ => format!("User {}", subject.name),
    }
}

fn waived(page: &mut Page<'_>, report: &Report, account: &AccountReport) -> io::Result<()> {
    let accepted: Vec<&Finding> = account.findings.iter().filter(|finding| finding.is_waived()).collect();
    if accepted.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.heading(DIM, "Waived")?;
    for finding in accepted {
        let Some(waiver) = finding.waiver.and_then(|index| report.waivers.get(index)) else {
            continue;
        };
        let text =
            format!("{} of {}, until {}: {}", finding.check.id, finding.subject, waiver.until, waiver.reason);
        page.paragraph(2, "", DIM, &text)?;
    }
    Ok(())
}
