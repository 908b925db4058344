use std::io::{self, Write};

use anstyle::Style;
use iam_core::who_can::{Able, WhoCan};

use super::{Asked, Options};
use crate::human::paint::{BOLD, CAUTION, GOOD, Page, counted};

/// Writes each principal who can, with what it depends on and the statements that open it.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(
    accounts: &[WhoCan],
    asked: Asked<'_>,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(out, options.width, options.color);
    page.paragraph(0, "", BOLD, &format!("{} on {}", asked.action, asked.resource))?;
    for account in accounts {
        self::account(&mut page, account)?;
    }
    Ok(())
}

fn account(page: &mut Page<'_>, found: &WhoCan) -> io::Result<()> {
    page.blank()?;
    let name = found.account.map_or_else(|| found.location.clone(), |id| format!("account {id}"));
    page.heading(BOLD, &name)?;
    let certain = found.able.iter().filter(|able| able.depends_on.is_empty()).count();
    let perhaps = found.able.len().saturating_sub(certain);
    let style = if found.able.is_empty() { GOOD } else { BOLD };
    let text = format!(
        "{} can, {perhaps} can depending on something, {} cannot",
        counted(certain, "principal"),
        found.unable
    );
    page.paragraph(0, "", style, &text)?;
    for able in &found.able {
        self::able(page, able)?;
    }
    if !found.unseen.is_empty() {
        page.blank()?;
        page.paragraph(0, "", CAUTION, "Not seen, and it could change the answer:")?;
        found.unseen.iter().try_for_each(|gap| page.paragraph(2, "", Style::new(), &gap.what))?;
    }
    Ok(())
}

fn able(page: &mut Page<'_>, able: &Able) -> io::Result<()> {
    page.blank()?;
    page.paragraph(0, "", BOLD, &able.arn)?;
    for opening in &able.by {
        let sid = opening.sid.as_deref().map(|sid| format!(" ({sid})")).unwrap_or_default();
        let text = format!("statement {}{sid} of {}", opening.index, opening.policy);
        page.paragraph(2, "by", Style::new(), &text)?;
    }
    for doubt in &able.depends_on {
        page.paragraph(2, "depends on", CAUTION, doubt)?;
    }
    if !able.limited_by.is_empty() {
        let text =
            format!("{}: whether it is attached above the account is not known", able.limited_by.join(", "));
        page.paragraph(2, "may be stopped by", CAUTION, &text)?;
    }
    Ok(())
}
