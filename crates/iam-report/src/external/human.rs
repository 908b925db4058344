use std::io::{self, Write};

use anstyle::Style;
use iam_core::check::Severity;
use iam_core::external::{Agreement, Cited, ExternalAccess, Finding, Open, ResourceAccess, Via, Who};

use super::{Inside, NotRead, Options, failures};
use crate::human::paint::{BOLD, CAUTION, DIM, GOOD, Page, counted, style_of};
use crate::witness;

/// Writes each resource that others get into, with who, what, under which condition, and a request that shows it.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(
    accounts: &[ExternalAccess],
    inside: Inside<'_>,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(out, options.width, options.color);
    for (number, access) in accounts.iter().enumerate() {
        if number > 0 {
            page.blank()?;
        }
        account(&mut page, access, inside)?;
    }
    not_read(&mut page, inside.not_read)
}

fn not_read(page: &mut Page<'_>, all: &[NotRead]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    page.blank()?;
    page.paragraph(0, "", CAUTION, "Not read:")?;
    for one in all {
        let place = if one.path.is_empty() { String::new() } else { format!("{}: ", one.path) };
        page.paragraph(2, "", Style::new(), &format!("{place}{}", one.reason))?;
        page.paragraph(4, "remedy", DIM, &one.remedy)?;
    }
    Ok(())
}

fn account(page: &mut Page<'_>, access: &ExternalAccess, inside: Inside<'_>) -> io::Result<()> {
    let name = access.account.map_or_else(|| access.location.clone(), |id| format!("account {id}"));
    page.heading(BOLD, &name)?;
    let zone = match inside.organization {
        Some(id) => format!("outside of the organization {id}"),
        None => "outside of the account".to_owned(),
    };
    let zone = match inside.accounts {
        [] => zone,
        accounts => format!("{zone} and of {}", accounts.join(", ")),
    };
    let shared: Vec<&ResourceAccess> =
        access.resources.iter().filter(|resource| resource.is_open()).collect();
    let public = shared
        .iter()
        .filter(|resource| resource.is_public_by_s3() || resource.in_force().any(|finding| finding.is_public))
        .count();
    let looked = counted(access.resources.len(), "resource");
    let style = if shared.is_empty() { GOOD } else { BOLD };
    let verb = if shared.len() == 1 { "is" } else { "are" };
    page.paragraph(
        0,
        "",
        style,
        &format!("{looked} looked at: {} {verb} open to somebody {zone}, {public} to anybody", shared.len()),
    )?;
    for resource in &access.resources {
        if !resource.findings.is_empty() {
            self::resource(page, resource)?;
        }
    }
    by_aws(page, access)?;
    open(page, access)
}

/// How it fits with what Access Analyzer found: what agrees is counted, the rest is told with the reasons that there may be.
fn by_aws(page: &mut Page<'_>, access: &ExternalAccess) -> io::Result<()> {
    let Some(compared) = &access.by_aws else { return Ok(()) };
    let count = |agreement| compared.iter().filter(|one| one.agreement == agreement).count();
    let counts: Vec<String> = Agreement::ALL
        .iter()
        .map(|agreement| (count(*agreement), words(*agreement)))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    page.blank()?;
    let unseen =
        access.by_aws_unseen.as_ref().map(|gap| format!("its findings were not seen ({})", gap.what));
    let counts = match (counts.is_empty(), unseen) {
        (true, None) => "it finds nobody, and neither do we".to_owned(),
        (true, Some(unseen)) => unseen,
        (false, None) => counts.join(", "),
        (false, Some(_)) => format!("{}; not all of its findings were seen", counts.join(", ")),
    };
    page.paragraph(0, "", BOLD, &format!("Beside Access Analyzer: {counts}"))?;
    for agreement in Agreement::ALL {
        for one in compared.iter().filter(|one| one.agreement == *agreement) {
            if one.why.is_empty() && one.differences.is_empty() {
                continue;
            }
            page.paragraph(2, "", Style::new(), &format!("{}: {}", words(*agreement), one.arn))?;
            if *agreement != Agreement::Differs && !one.only_aws.is_empty() {
                page.paragraph(4, "it finds", Style::new(), &one.only_aws.join(", "))?;
            }
            one.differences.iter().try_for_each(|what| page.paragraph(4, "differs", Style::new(), what))?;
            one.why.iter().try_for_each(|why| page.paragraph(4, "perhaps", DIM, why))?;
        }
    }
    Ok(())
}

fn words(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::OnlyAws => "only there",
        Agreement::Differs => "not the same there",
        Agreement::OnlyHere => "only here",
        Agreement::NotAnalyzed => "not looked at there",
        Agreement::Archived => "archived there",
        Agreement::Agrees => "the same",
    }
}

fn resource(page: &mut Page<'_>, resource: &ResourceAccess) -> io::Result<()> {
    page.blank()?;
    page.paragraph(0, "", BOLD, &format!("{} {}", resource.kind.noun(), resource.arn))?;
    for finding in &resource.findings {
        self::finding(page, finding)?;
    }
    Ok(())
}

fn finding(page: &mut Page<'_>, finding: &Finding) -> io::Result<()> {
    let who = match &finding.principal {
        Who::Anyone if finding.is_public => "anybody".to_owned(),
        Who::Anyone => "anybody who meets the condition".to_owned(),
        Who::Federated(provider) => format!("whom {provider} vouches for"),
        Who::CanonicalUser(id) => format!("the account with the canonical user id {id}"),
        Who::Aws(name) => name.clone(),
    };
    let style = match (&finding.blocked_by, finding.is_public) {
        (Some(_), _) => DIM,
        (None, true) => style_of(Severity::Critical),
        (None, false) => Style::new(),
    };
    page.paragraph(2, "", style, &who)?;
    page.paragraph(4, "may", Style::new(), &finding.actions.join(", "))?;
    for (key, value) in &finding.condition {
        page.paragraph(4, "if", Style::new(), &format!("{key} is {value}"))?;
    }
    let cited: Vec<String> = finding
        .statements
        .iter()
        .map(|cited| match (finding.via, &cited.sid) {
            (Via::Acl | Via::Grant | Via::SharedList, Some(name)) => name.clone(),
            (Via::Acl | Via::Grant | Via::SharedList, None) => format!("entry {}", cited.index),
            (_, Some(sid)) => format!("statement {} ({sid}){}", cited.index, place(cited)),
            (_, None) => format!("statement {}{}", cited.index, place(cited)),
        })
        .collect();
    let through = finding.access_point.as_deref().map(|arn| format!(" {arn}")).unwrap_or_default();
    let by = format!("the {}{through}: {}", finding.via.noun(), cited.join(", "));
    page.paragraph(4, "by", Style::new(), &by)?;
    page.paragraph(4, "for example", DIM, &witness::lines(&finding.witness).join(", "))?;
    if let Some(by) = &finding.blocked_by {
        page.paragraph(4, "blocked", GOOD, &format!("by {by}"))?;
    }
    for doubt in &finding.depends_on {
        page.paragraph(4, "depends on", CAUTION, doubt)?;
    }
    if !finding.limited_by.is_empty() {
        let names = finding.limited_by.join(", ");
        let text = format!("{names}, where attached above the account");
        page.paragraph(4, "resource control", CAUTION, &text)?;
    }
    Ok(())
}

/// In which policy a statement stands, where that is not the resource's own.
fn place(cited: &Cited) -> &'static str {
    if cited.policy_of.is_some() { " of the access point" } else { "" }
}

/// What is not known. What nobody handed in is counted, by kind.
fn open(page: &mut Page<'_>, access: &ExternalAccess) -> io::Result<()> {
    let mut failed: Vec<String> = failures(access).map(|gap| gap.what.to_string()).collect();
    let of_resources = access.resources.iter().flat_map(|resource| {
        resource.failed().map(move |open| format!("{} of {}: {}", open.via.noun(), resource.arn, open.why))
    });
    failed.extend(of_resources);
    if !failed.is_empty() {
        page.blank()?;
        page.paragraph(0, "", CAUTION, "Not known:")?;
        failed.iter().try_for_each(|line| page.paragraph(2, "", Style::new(), line))?;
    }
    let not_handed_in = |via: Via| {
        let all = access.resources.iter().flat_map(|resource| &resource.open);
        all.filter(|open: &&Open| open.via == via && !open.is_failure()).count()
    };
    let missing: Vec<String> = [
        (Via::Policy, "policies"),
        (Via::Acl, "access control lists of buckets"),
        (Via::Grant, "lists of grants of keys"),
        (Via::SharedList, "lists of accounts of snapshots"),
        (Via::AccessPoint, "multi-Region access points of buckets"),
    ]
    .into_iter()
    .filter_map(|(via, noun)| Some((not_handed_in(via), noun)).filter(|(count, _)| *count > 0))
    .map(|(count, noun)| format!("{count} {noun}"))
    .collect();
    let others = access.unseen.iter().filter(|gap| !gap.reason.is_failure());
    let missing: Vec<String> = missing.into_iter().chain(others.map(|gap| gap.what.to_string())).collect();
    if !missing.is_empty() {
        page.blank()?;
        page.paragraph(0, "", DIM, &format!("Not handed in: {}", missing.join("; ")))?;
    }
    Ok(())
}
