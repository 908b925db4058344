//! What all formats share: the rows of a notice, texts of bounded length, and the notice as plain text.

use std::fmt::Write as _;

use iam_core::fact::shown_time;
use iam_core::notice::Notice;
use textwrap::{Options, WordSplitter};

use crate::neutral::{self, shortened};

/// Columns of plain text. Source: RFC 5322, 2.1.1: lines should have 78 characters at most.
const WIDTH: usize = 76;

/// No line is longer than this, in bytes. Source: RFC 5322, 2.1.1: 998 at most.
const LONGEST_LINE: usize = 900;

/// A value longer than this, in characters, is cut.
const LONGEST_VALUE: usize = 300;

/// The rows of a notice with their labels: when and where, and the details. Neutralised.
pub(super) fn rows(notice: &Notice) -> Vec<(&'static str, String)> {
    let at = notice.at.map(shown_time).unwrap_or_default();
    let common = [("When", at.as_str()), ("Account", &notice.account), ("Region", &notice.region)];
    let own = notice.details.iter().map(|detail| (detail.label, detail.value.as_str()));
    let all = common.into_iter().chain(own).chain([("Check", notice.check.as_str())]);
    all.filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| (label, shortened(value, LONGEST_VALUE)))
        .collect()
}

/// A finding in a line.
pub(super) fn items(notice: &Notice) -> impl Iterator<Item = String> {
    notice
        .items
        .iter()
        .map(|item| shortened(&format!("{}  {}: {}", item.severity, item.check, item.message), LONGEST_VALUE))
}

/// `[high] Root of ...`, in ASCII, of at most so many characters. Nothing in it begins an encoded word, which a reader of mail would decode.
/// Source: RFC 2047, 2.
pub(super) fn subject(severity: &str, title: &str, most: usize) -> String {
    let mut ascii = String::new();
    for character in neutral::line(title).chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else {
            ascii.extend(character.escape_unicode());
        }
    }
    shortened(&format!("[{severity}] {}", ascii.replace("=?", "=\\u{3f}")), most)
}

/// The notice as plain text for people.
pub(super) fn body(notice: &Notice) -> String {
    let mut text = String::new();
    put(&mut text, "", &shortened(&notice.title, 1_000));
    text.push('\n');
    put(
        &mut text,
        "",
        &format!("Severity {}: {}", notice.severity, shortened(&notice.reason, LONGEST_VALUE)),
    );
    text.push('\n');
    for (label, value) in rows(notice) {
        put(&mut text, "  ", &format!("{label}: {value}"));
    }
    if !notice.items.is_empty() {
        text.push_str("\nFindings, the worst first:\n");
        for item in items(notice) {
            put(&mut text, "    ", &format!("- {item}"));
        }
    }
    if let Some(next) = &notice.next {
        text.push('\n');
        put(&mut text, "", &format!("Next: {}", shortened(&next.text, LONGEST_VALUE)));
        if let Some(command) = &next.command {
            text.push('\n');
            let command = wrapped_command(&neutral::line(command));
            // Half a command would be another one.
            let fits = command.lines().all(|line| line.len() <= LONGEST_LINE);
            text.push_str(if fits { &command } else { "    (the command is too long for this message)\n" });
        }
    }
    if let Some(link) = &notice.link {
        let _ = write!(text, "\nConsole:\n{}\n", shortened(link, LONGEST_LINE));
    }
    text
}

/// Adds lines of at most [`WIDTH`] columns; a word that is longer has a line of its own.
fn put(text: &mut String, indent: &str, paragraph: &str) {
    // What follows the first line stands further in, so that no text of others begins a line.
    let behind = format!("{indent}  ");
    let options = Options::new(WIDTH)
        .initial_indent(indent)
        .subsequent_indent(&behind)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    for line in textwrap::wrap(paragraph, options) {
        let mut rest: &str = &line;
        while rest.len() > LONGEST_LINE {
            let end = (1..=LONGEST_LINE).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
            let (start, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            text.push_str(start);
            text.push('\n');
            rest = after;
        }
        text.push_str(rest);
        text.push('\n');
    }
}

/// The command, with its options on lines of their own where it is long; a shell reads it as one.
fn wrapped_command(command: &str) -> String {
    let mut text = String::from("    ");
    let mut column = 4;
    for (index, part) in command.split(" --").enumerate() {
        let part = if index == 0 { part.to_owned() } else { format!("--{part}") };
        let length = part.chars().count() + 1;
        if index > 0 && column + length + 2 > WIDTH {
            text.push_str(" \\\n      ");
            column = 6;
        } else if index > 0 {
            text.push(' ');
        }
        text.push_str(&part);
        column += length;
    }
    text.push('\n');
    text
}
