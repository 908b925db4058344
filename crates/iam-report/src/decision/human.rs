use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use iam_policy::evaluate::{Answer, Grant, LayerReport};
use iam_policy::policy::StatementRef;
use iam_policy::truth::Truth;

use super::{Evaluated, noun};
use crate::human::paint::{BOLD, CAUTION, DIM, GOOD, Page};
use crate::neutral;

/// Writes the answer first, then what led to it, then what each kind of policy says.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(evaluated: Evaluated<'_>, width: usize, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, width, color);
    let (style, answer) = match &evaluated.decision.answer {
        Answer::Allowed { .. } => (GOOD.bold(), "allowed"),
        Answer::ExplicitDeny { .. } => (AnsiColor::Red.on_default().bold(), "explicitly denied"),
        Answer::ImplicitDeny { .. } => (AnsiColor::Red.on_default().bold(), "implicitly denied"),
        Answer::Depends { .. } => (CAUTION.bold(), "depends on what is not known"),
    };
    let answer = page.styled(style, answer);
    page.line(&answer)?;
    let request = evaluated.request;
    page.paragraph(2, "who ", DIM, &request.principal().to_string())?;
    page.paragraph(2, "what", DIM, &request.action().to_string())?;
    page.paragraph(2, "on  ", DIM, request.resource().unwrap_or("no resource"))?;
    page.blank()?;
    reasons(&mut page, evaluated)?;
    page.blank()?;
    for layer in &evaluated.decision.layers {
        let told = told(layer);
        page.paragraph(2, &format!("{:<28}", noun(layer.layer)), DIM, &told)?;
    }
    for note in evaluated.notes {
        page.paragraph(0, "note", CAUTION, note)?;
    }
    Ok(())
}

fn reasons(page: &mut Page<'_>, evaluated: Evaluated<'_>) -> io::Result<()> {
    match &evaluated.decision.answer {
        Answer::Allowed { by } => {
            for grant in by {
                match grant {
                    Grant::Statement(cited) => statement(page, "by", evaluated, cited)?,
                    other => page.paragraph(2, "by", BOLD, &other.to_string())?,
                }
            }
        }
        Answer::ExplicitDeny { by } => {
            for cited in by {
                statement(page, "by", evaluated, cited)?;
            }
        }
        Answer::ImplicitDeny { missing } => {
            for layer in missing {
                page.paragraph(2, "why", BOLD, &layer.to_string())?;
            }
        }
        Answer::Depends { on, statements } => {
            for doubt in on {
                page.paragraph(2, "unknown", BOLD, &doubt.to_string())?;
            }
            for cited in statements {
                statement(page, "in     ", evaluated, cited)?;
            }
        }
    }
    Ok(())
}

fn statement(
    page: &mut Page<'_>,
    label: &str,
    evaluated: Evaluated<'_>,
    cited: &StatementRef<'_>,
) -> io::Result<()> {
    let place = (evaluated.place)(cited);
    page.paragraph(2, label, Style::new().bold(), &format!("{}: {cited}", neutral::line(&place)))
}

/// `allows`, `may deny`
fn told(layer: &LayerReport<'_>) -> String {
    if layer.allows.is_empty() && layer.denies.is_empty() && layer.allow.is_false() && layer.deny.is_false() {
        return "no statement about this".to_owned();
    }
    let denies = match layer.deny {
        Truth::True => Some("denies"),
        Truth::Unknown(_) => Some("may deny"),
        Truth::False => None,
    };
    let allows = match layer.allow {
        Truth::True => "allows",
        Truth::Unknown(_) => "may allow",
        Truth::False => "does not allow",
    };
    match denies {
        Some(denies) => format!("{allows}, {denies}"),
        None => allows.to_owned(),
    }
}
