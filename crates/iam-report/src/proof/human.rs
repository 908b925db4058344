use std::io::{self, Write};

use anstyle::Style;
use iam_policy::policy::StatementRef;
use iam_policy::symbolic::Outcome;
use iam_policy::truth::Doubts;

use super::{Answer, Options, Proof};
use crate::human::paint::{BOLD, CAUTION, GOOD, Page};
use crate::witness::lines;

/// Writes the answer in a sentence, and the request that shows it.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(proof: &Proof<'_>, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, options.width, options.color);
    let answer = proof.answer();
    page.paragraph(0, "", style_of(answer.outcome), &sentence(proof))?;
    match answer.outcome {
        Outcome::Never { assuming } => {
            listed(&mut page, "as long as this is read as AWS recommends:", assuming)?;
        }
        Outcome::Possible { depends_on, .. } => listed(&mut page, "depends on:", depends_on)?,
        Outcome::Witnessed(_) | Outcome::Undetermined(_) => {}
    }
    if let Some(witness) = answer.outcome.witness() {
        page.paragraph(0, "", Style::new(), "for example:")?;
        for line in lines(witness) {
            page.paragraph(2, "", Style::new(), &line)?;
        }
        statements(&mut page, "allowed by:", answer)?;
    }
    if let Proof::NewAccess { undelegated: Some(request), .. } = proof {
        page.blank()?;
        let text = "assuming that whom the account lets in is its own affair: the existing policy names an account, the new one \
                    principals themselves, who in the account of the resource need no identity policy any more, for example:";
        page.paragraph(0, "", CAUTION, text)?;
        for line in lines(request) {
            page.paragraph(2, "", Style::new(), &line)?;
        }
    }
    if let Proof::PublicAccess { not_fixed: Some(not_fixed), .. } = proof {
        page.blank()?;
        let (style, text) = if not_fixed.is_empty() {
            (GOOD, "not public by the rule of fixed values, with which S3 blocks public access")
        } else {
            (BOLD, "public by the rule of fixed values, with which S3 blocks public access, because of:")
        };
        page.paragraph(0, "", style, text)?;
        for statement in *not_fixed {
            page.paragraph(2, "", Style::new(), &named(*statement))?;
        }
    }
    Ok(())
}

fn sentence(proof: &Proof<'_>) -> String {
    let (no, yes, perhaps) = match proof {
        Proof::NewAccess { existing, new, .. } => (
            format!("{new} allows nothing that {existing} does not"),
            format!("{new} allows what {existing} does not"),
            format!("{new} may allow what {existing} does not"),
        ),
        Proof::Granted { path, actions, resources, .. } => {
            let access = access(actions, resources);
            (
                format!("{path} does not grant {access}"),
                format!("{path} grants {access}"),
                format!("{path} may grant {access}"),
            )
        }
        Proof::PublicAccess { path, .. } => (
            format!("{path} does not let anybody in"),
            format!("{path} lets anybody in"),
            format!("{path} may let anybody in"),
        ),
    };
    match proof.answer().outcome {
        Outcome::Never { .. } => no,
        Outcome::Witnessed(_) => yes,
        Outcome::Possible { .. } => perhaps,
        Outcome::Undetermined(limit) => format!("not determined: {limit}"),
    }
}

fn access(actions: &[&str], resources: &[&str]) -> String {
    let any_of = |texts: &[&str], whatever: &str| {
        if texts.is_empty() { whatever.to_owned() } else { texts.join(" or ") }
    };
    format!("{} on {}", any_of(actions, "any action"), any_of(resources, "any resource"))
}

fn style_of(outcome: &Outcome) -> Style {
    match outcome {
        Outcome::Never { .. } => GOOD,
        Outcome::Witnessed(_) => BOLD,
        Outcome::Possible { .. } | Outcome::Undetermined(_) => CAUTION,
    }
}

fn listed(page: &mut Page<'_>, title: &str, doubts: &Doubts) -> io::Result<()> {
    if doubts.is_empty() {
        return Ok(());
    }
    page.paragraph(0, "", Style::new(), title)?;
    doubts.iter().try_for_each(|doubt| page.paragraph(2, "", Style::new(), &doubt.to_string()))
}

fn statements(page: &mut Page<'_>, title: &str, answer: Answer<'_>) -> io::Result<()> {
    if answer.through.is_empty() {
        return Ok(());
    }
    page.paragraph(0, "", Style::new(), title)?;
    answer.through.iter().try_for_each(|statement| page.paragraph(2, "", Style::new(), &named(*statement)))
}

/// `statement 0 (Read)`, counted from 0 as Access Analyzer does.
fn named(statement: StatementRef<'_>) -> String {
    let sid = statement.statement.sid.as_deref().map(|sid| format!(" ({sid})")).unwrap_or_default();
    format!("statement {}{sid}", statement.index)
}
