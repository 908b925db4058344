use std::io::{self, Write};

use anstyle::Style;
use iam_core::diff::{AccountChanges, Changes, Standing};

use super::{Options, access};
use crate::human::paint::{BOLD, CAUTION, DIM, GOOD, Page, counted, style_of};

/// Writes what changed, account by account; what stayed the same is only counted.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(changes: &Changes, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, options.width, options.color);
    for (name, account) in &changes.accounts {
        page.heading(BOLD, &format!("Account {name}"))?;
        one(&mut page, account)?;
        page.blank()?;
    }
    Ok(())
}

fn one(page: &mut Page<'_>, account: &AccountChanges) -> io::Result<()> {
    match account.only_in {
        Some("old") => page.paragraph(2, "", CAUTION, "Only the earlier look shows this account.")?,
        Some(_) => page.paragraph(2, "", CAUTION, "Only the later look shows this account.")?,
        None => {}
    }
    findings(page, "new", &account.new, None)?;
    findings(page, "newly seen", &account.newly_seen, Some(CAUTION))?;
    findings(page, "waiver lapsed", &account.waiver_lapsed, None)?;
    for (_, standing, before) in &account.severity_changed {
        let text = format!("{} (was {before})  {}: {}", standing.severity, standing.check, standing.message);
        page.paragraph(2, "changed", style_of(standing.severity), &text)?;
    }
    findings(page, "fixed", &account.fixed, Some(GOOD))?;
    findings(page, "unseen", &account.unseen, Some(CAUTION))?;
    match &account.credentials {
        Some(all) => {
            for change in all {
                let text = format!("{} of {} ({})", change.kind.as_str(), change.owner, change.identity);
                page.paragraph(2, change.turn.as_str(), Style::new(), &text)?;
            }
        }
        None if account.only_in.is_none() => {
            page.paragraph(2, "", DIM, "Credentials are not compared: not both looks show all of them.")?;
        }
        None => {}
    }
    access::human(page, account)?;
    let text = format!(
        "{} new, {} newly seen, {} with a lapsed waiver, {} fixed, {} unseen, {} of another severity, {} unchanged",
        account.new.len(),
        account.newly_seen.len(),
        account.waiver_lapsed.len(),
        account.fixed.len(),
        account.unseen.len(),
        account.severity_changed.len(),
        counted(account.unchanged.len(), "finding")
    );
    page.paragraph(2, "", DIM, &text)
}

fn findings(
    page: &mut Page<'_>,
    label: &str,
    all: &[(String, Standing)],
    style: Option<Style>,
) -> io::Result<()> {
    for (_, standing) in all {
        let waived = if standing.is_waived { " (waived)" } else { "" };
        let text = format!("{}  {}: {}{waived}", standing.severity, standing.check, standing.message);
        page.paragraph(2, label, style.unwrap_or_else(|| style_of(standing.severity)), &text)?;
    }
    Ok(())
}
