use std::io::{self, Write};

use anstyle::Style;
use iam_core::audit::{AccountReport, Report, Status};
use iam_core::evidence::{Account, Evidence};
use iam_core::fact::shown_time;
use iam_core::ident::AccessKeyId;
use iam_core::root_use::{Deed, Need, RootUse, Session, Way, root_use};

use super::{Options, about, accounts};
use crate::human::paint::{BOLD, CAUTION, DIM, GOOD, Page, counted, style_of};
use crate::neutral;

/// A name longer than this, in characters, is cut. Those of AWS are shorter.
const LONGEST_NAME: usize = 200;

/// Writes, for each account, how well root is kept and what it did, session by session.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(evidence: &Evidence, report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, options.width, options.color);
    for (account, judged) in accounts(evidence, report) {
        page.heading(BOLD, &format!("Root of account {}", judged.name()))?;
        posture(&mut page, judged)?;
        page.blank()?;
        deeds(&mut page, account, options)?;
        page.blank()?;
    }
    Ok(())
}

fn posture(page: &mut Page<'_>, judged: &AccountReport) -> io::Result<()> {
    for finding in &judged.findings {
        let label = format!("{:<8}", finding.severity.to_string());
        page.paragraph(2, &label, style_of(finding.severity), &finding.message)?;
    }
    for unknown in &judged.unknown {
        let what = judged.gaps.get(unknown.gap).map_or("", |gap| gap.what.as_str());
        page.paragraph(2, "unknown ", CAUTION, &format!("{}: {what}", unknown.check))?;
    }
    let passed: Vec<&str> = judged
        .silent
        .iter()
        .filter(|silent| silent.status == Status::Pass)
        .map(|silent| silent.check)
        .collect();
    let mut once = passed.clone();
    once.dedup();
    if !once.is_empty() {
        page.paragraph(2, "pass    ", GOOD, &once.join(", "))?;
    }
    Ok(())
}

fn deeds(page: &mut Page<'_>, account: &Account, options: &Options) -> io::Result<()> {
    let activity = match account.activity() {
        Ok(activity) => activity,
        Err(gap) => {
            return page.paragraph(
                2,
                "",
                CAUTION,
                &format!("What root did is not known: {}; {}", gap.what, gap.remedy),
            );
        }
    };
    let use_of = root_use(activity);
    match &use_of.window {
        Ok(window) => page.paragraph(2, "", DIM, &format!("Records {window}."))?,
        Err(gap) => page.paragraph(2, "", CAUTION, &format!("Something may be missing: {}", gap.what))?,
    }
    page.paragraph(2, "", Style::new(), &sum(&use_of))?;
    for session in &use_of.sessions {
        page.blank()?;
        told(page, session, options)?;
    }
    Ok(())
}

fn sum(use_of: &RootUse<'_>) -> String {
    let Some((first, last)) = use_of.span() else {
        return format!("Root did nothing. {} by services in its name.", counted(use_of.by_services, "call"));
    };
    let own = || use_of.sessions.iter().flat_map(Session::own_deeds);
    let of = |is_it: fn(&Need) -> bool| own().filter(|deed| is_it(&deed.need)).count();
    format!(
        "{} from {} to {}: {} needed root, {} may have, {} did not. {} by services in its name.",
        counted(use_of.sessions.len(), "session"),
        shown_time(first),
        shown_time(last),
        of(|need| matches!(need, Need::Needed { .. })),
        of(|need| matches!(need, Need::May { .. })),
        of(|need| matches!(need, Need::NotNeeded { .. })),
        counted(use_of.by_services, "call"),
    )
}

fn told(page: &mut Page<'_>, session: &Session<'_>, options: &Options) -> io::Result<()> {
    let way = match session.way {
        Way::SignIn => "sign-in".to_owned(),
        Way::FailedSignIn => "failed sign-in".to_owned(),
        Way::AccessKey => {
            format!("access key {}", AccessKeyId::new(session.access_key).shown(options.key_ids))
        }
        Way::AssumeRoot => "session of sts:AssumeRoot".to_owned(),
        Way::Unseen => "session whose start is not in the records".to_owned(),
    };
    let mfa = match (session.way, session.mfa) {
        (Way::AssumeRoot, _) => "",
        (_, Some(true)) => " with MFA",
        (_, Some(false)) => " without MFA",
        (_, None) => " (MFA unknown)",
    };
    let mut text = format!("{way}{mfa}");
    if !session.addresses.is_empty() {
        let from = session.addresses.iter().map(|address| {
            if session.new_addresses.contains(address) {
                format!("{address} (new)")
            } else {
                (*address).to_owned()
            }
        });
        text.push_str(" from ");
        text.push_str(&from.collect::<Vec<_>>().join(", "));
    }
    let style = if session.mfa == Some(false) { CAUTION } else { BOLD };
    page.paragraph(2, &shown_time(session.start), style, &text)?;
    if let Some(call) = session.made_by {
        let policy = call.requested("taskPolicyArn/arn").unwrap_or("an unknown task policy");
        let made = format!("made by {} of account {} with {policy}", call.principal.name, call.account);
        page.paragraph(4, "", DIM, &made)?;
    }
    if !session.agent.is_empty() {
        page.line(&format!("    {}", page.styled(DIM, &page.cut(4, session.agent))))?;
    }
    let shown: Vec<&Deed<'_>> = session.own_deeds().collect();
    for run in shown
        .chunk_by(|a, b| a.event.call == b.event.call && a.need == b.need && about(a.event) == about(b.event))
    {
        if let Some(first) = run.first() {
            deed(page, first, run.len())?;
        }
    }
    let folded = session.deeds.len() - shown.len();
    if folded > 0 {
        let text = format!("and {} by the console itself", counted(folded, "reading call"));
        page.paragraph(4, "", DIM, &text)?;
    }
    Ok(())
}

fn deed(page: &mut Page<'_>, deed: &Deed<'_>, times: usize) -> io::Result<()> {
    let event = deed.event;
    let time = shown_time(event.time());
    let time = time.get(11..19).unwrap_or_default().to_owned();
    let mut what = neutral::shortened(&event.call.to_string(), LONGEST_NAME);
    if deed.reads {
        what.push_str(" (reads)");
    }
    let about = about(event);
    if !about.is_empty() {
        what = format!("{what} {}", neutral::shortened(&about, LONGEST_NAME));
    }
    if times > 1 {
        what = format!("{what}, {times} times");
    }
    if !event.error_code.is_empty() {
        what = format!("{what}, refused with {}", event.error_code);
    }
    page.paragraph(4, &time, Style::new(), &what)?;
    match &deed.need {
        Need::Needed { task } => page.paragraph(14, "", BOLD, &format!("needed root: {task}")),
        Need::May { task, why, permission } => page.paragraph(
            14,
            "",
            DIM,
            &format!("may have needed root ({task}): {why}; otherwise {permission} does it"),
        ),
        Need::NotNeeded { permission } => {
            page.paragraph(14, "", DIM, &format!("did not need root: {permission} would have done"))
        }
        Need::None => Ok(()),
    }
}
