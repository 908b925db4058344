use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use iam_policy::issue::{Issue, IssueKind};
use iam_policy::span::Position;
use unicode_width::UnicodeWidthStr;

use super::{KindFrom, Options, Validated, Validations};
use crate::human::paint::{BOLD, CAUTION, DIM, GOOD, Page, counted};
use crate::neutral;

/// Columns of a line that are shown before the place of an issue, where not all of the line fits.
const BEFORE: usize = 24;

/// Writes each issue with the line it is about, and a summary of each policy.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(validations: &Validations<'_>, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, options.width, options.color);
    for policy in &validations.policies {
        for issue in &policy.validation.issues {
            write_issue(&mut page, policy, issue, options.width)?;
        }
    }
    for policy in &validations.policies {
        let assumed = match policy.kind_from {
            KindFrom::Given => "",
            KindFrom::Assumed => " (assumed; --kind says otherwise)",
        };
        let decoded = if policy.is_decoded { ", URL-decoded" } else { "" };
        let counts = counts(|kind| policy.count(kind));
        let text = format!("{}: {}{assumed}{decoded}: {counts}", policy.path, policy.validation.kind);
        page.paragraph(0, "", Style::new(), &text)?;
    }
    for unread in &validations.unread {
        page.paragraph(0, "", CAUTION, &format!("{}: {}", unread.path, unread.why))?;
    }
    closing(&mut page, validations, options)
}

fn closing(page: &mut Page<'_>, validations: &Validations<'_>, options: Options) -> io::Result<()> {
    let date = validations.catalogue.data_date().unwrap_or("an unknown day");
    let policies = counted(validations.policies.len(), "policy").replace("policys", "policies");
    let all = counts(|kind| validations.count(kind));
    let text = format!("{policies}: {all} - names are those of {date} - exit {}", options.exit_code);
    page.paragraph(0, "", if options.exit_code == 0 { GOOD } else { BOLD }, &text)
}

/// `2 errors, 1 warning`
fn counts(count: impl Fn(IssueKind) -> usize) -> String {
    let noun = |kind: IssueKind| kind.word().replace('-', " ");
    let parts: Vec<String> = IssueKind::ALL
        .iter()
        .map(|kind| (count(*kind), noun(*kind)))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, &noun))
        .collect();
    if parts.is_empty() { "no issues".to_owned() } else { parts.join(", ") }
}

fn style_of(kind: IssueKind) -> Style {
    match kind {
        IssueKind::Error => AnsiColor::Red.on_default().bold(),
        IssueKind::SecurityWarning => AnsiColor::Magenta.on_default().bold(),
        IssueKind::Warning => AnsiColor::Yellow.on_default().bold(),
        IssueKind::Suggestion => AnsiColor::Cyan.on_default().bold(),
    }
}

fn write_issue(page: &mut Page<'_>, policy: &Validated<'_>, issue: &Issue, width: usize) -> io::Result<()> {
    let start = Position::of(policy.text, issue.span.start);
    let kind = issue.code.kind();
    let style = style_of(kind);
    let place = page.styled(BOLD, &format!("{}:{start}:", neutral::line(policy.path)));
    let label = page.styled(style, kind.word());
    page.line(&format!("{place} {label} {}: {}", issue.code, neutral::line(&issue.message)))?;
    let quote = Quote::of(policy.text, issue, width.saturating_sub(10));
    let number = start.line.to_string();
    let margin = number.len().max(4);
    if !quote.shown.is_empty() {
        let bar = page.styled(DIM, &format!("{number:>margin$} |"));
        page.line(&format!("{bar} {}", quote.shown))?;
        let bar = page.styled(DIM, &format!("{:>margin$} |", ""));
        let marks = page.styled(style, &"^".repeat(quote.marked));
        page.line(&format!("{bar} {:indent$}{marks}", "", indent = quote.before))?;
    }
    let bar = page.styled(DIM, &format!("{:>margin$} =", ""));
    page.line(&format!("{bar} {}", neutral::line(issue.help())))?;
    page.blank()
}

/// The line of an issue, as much of it as fits.
struct Quote {
    shown: String,
    /// Columns before the place.
    before: usize,
    /// Columns of the place.
    marked: usize,
}

impl Quote {
    fn of(text: &str, issue: &Issue, room: usize) -> Self {
        let (start, end) = (issue.span.start as usize, issue.span.end as usize);
        let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let rest = text.get(start..).unwrap_or_default();
        let line_end = start + rest.find('\n').unwrap_or(rest.len());
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        let inside = part(start, end.min(line_end));
        let before = part(line_start, start);
        let after = part(end.clamp(start, line_end), line_end);
        let room = room.max(40);
        let marked = cut_end(&plain(inside), room / 2);
        let mut before = plain(before).trim_start().to_owned();
        if before.width() + marked.width() > room {
            before = cut_start(&before, BEFORE);
        }
        let left = room.saturating_sub(before.width() + marked.width());
        let after = cut_end(plain(after).trim_end(), left);
        Self { before: before.width(), marked: marked.width().max(1), shown: before + &marked + &after }
    }
}

/// The text as a terminal shows it without obeying it. The end of a line and tabs are blanks here.
fn plain(text: &str) -> String {
    // Of lines of a megabyte only the part near the place can be shown.
    let text: String =
        text.chars().map(|character| if character == '\t' { ' ' } else { character }).collect();
    neutral::line(text.trim_end_matches('\r')).into_owned()
}

fn cut_end(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut shown = String::new();
    for character in text.chars() {
        if shown.width() + 4 > columns {
            break;
        }
        shown.push(character);
    }
    shown + "..."
}

fn cut_start(text: &str, columns: usize) -> String {
    let skip = text.chars().count().saturating_sub(columns);
    let end: String = text.chars().skip(skip).collect();
    format!("...{end}")
}

#[cfg(test)]
mod tests {
    use iam_policy::issue::IssueCode;
    use iam_policy::span::Span;

    use super::*;

    fn check(text: &str, place: &str, expected: [&str; 2]) {
        let start = text.find(place).unwrap();
        let issue = Issue::new(IssueCode::InvalidAction, Span::new(start, start + place.len()), "x");
        let quote = Quote::of(text, &issue, 50);
        let marks = format!("{}{}", " ".repeat(quote.before), "^".repeat(quote.marked));
        assert_eq!([quote.shown.as_str(), marks.trim_end()], expected);
    }

    #[test]
    fn the_line_of_an_issue_with_its_place() {
        check("{\n  \"a\": 1,\n  \"b\": 2\n}", "\"b\"", ["\"b\": 2", "^^^"]);
        check("{\"a\": 1}", "1", ["{\"a\": 1}", "      ^"]);
        check("{\"a\u{1b}[2J\": 1}\r\n", "1", ["{\"a\\u{1b}[2J\": 1}", "               ^"]);
        check("{\"部\": 1}", "1", ["{\"部\": 1}", "       ^"]);
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        check(
            &text,
            "X",
            ["...aaaaaaaaaaaaaaaaaaaaaaaaXbbbbbbbbbbbbbbbbbbb...", &format!("{}^", " ".repeat(27))],
        );
        let place = "c".repeat(500);
        check(
            &format!("{{{place}}}"),
            &place,
            [&format!("{{{}...}}", "c".repeat(22)), &format!(" {}", "^".repeat(25))],
        );
    }
}
