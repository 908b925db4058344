use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use iam_core::check::Severity;

use crate::neutral;

/// A page of a given width, with or without colour.
pub(crate) struct Page<'w> {
    out: &'w mut dyn Write,
    width: usize,
    color: bool,
}

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const COMMAND: Style = AnsiColor::Cyan.on_default();
pub(crate) const CAUTION: Style = AnsiColor::Yellow.on_default();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();

/// Text is easier to read in lines of at most this length, however wide the terminal is.
const LONGEST_LINE: usize = 112;

pub(crate) fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::BrightWhite.on(AnsiColor::Red).bold(),
        Severity::High => AnsiColor::Red.on_default().bold(),
        Severity::Medium => AnsiColor::Yellow.on_default(),
        Severity::Low => AnsiColor::Blue.on_default(),
        Severity::Info => DIM,
    }
}

impl<'w> Page<'w> {
    pub(crate) fn new(out: &'w mut dyn Write, width: usize, color: bool) -> Self {
        Self { out, width: width.clamp(40, LONGEST_LINE), color }
    }

    /// Whether a line of so many columns fits.
    pub(crate) fn fits(&self, columns: usize) -> bool {
        columns <= self.width
    }

    /// The text on one line, with dots where it does not fit behind so many columns.
    pub(crate) fn cut(&self, used: usize, text: &str) -> String {
        let text = neutral::line(text);
        let room = self.width.saturating_sub(used);
        if text.chars().count() <= room {
            return text.into_owned();
        }
        text.chars().take(room.saturating_sub(3)).chain("...".chars()).collect()
    }

    pub(crate) fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// A text in a style, for use inside a line.
    pub(crate) fn styled(&self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// A line as it is; the caller has neutralised what is foreign in it.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", text.trim_end())
    }

    /// A heading with a rule to the edge.
    pub(crate) fn heading(&mut self, style: Style, text: &str) -> io::Result<()> {
        let text = neutral::line(text);
        let rule = self.width.saturating_sub(unicode_width::UnicodeWidthStr::width(text.as_ref()) + 1);
        let (text, rule) = (self.styled(style, &text), self.styled(DIM, &"-".repeat(rule)));
        self.line(&format!("{text} {rule}"))
    }

    /// A paragraph, wrapped, with a label in front of its first line.
    pub(crate) fn paragraph(
        &mut self,
        indent: usize,
        label: &str,
        style: Style,
        text: &str,
    ) -> io::Result<()> {
        let text = neutral::line(text);
        let hang = indent + if label.is_empty() { 0 } else { label.chars().count() + 2 };
        let room = self.width.saturating_sub(hang).max(20);
        // A text is never wider than it has bytes, so that most need no wrapping.
        let lines = if text.len() <= room { vec![Cow::Borrowed(&*text)] } else { wrap(&text, room) };
        for (index, part) in lines.iter().enumerate() {
            let part = if style == Style::new() { part.to_string() } else { self.styled(style, part) };
            if index == 0 && !label.is_empty() {
                let label = self.styled(DIM, label);
                self.line(&format!("{:indent$}{label}  {part}", ""))?;
            } else {
                self.line(&format!("{:hang$}{part}", ""))?;
            }
        }
        Ok(())
    }

    /// A command, in one line however long it is.
    pub(crate) fn command(&mut self, indent: usize, command: &str) -> io::Result<()> {
        let command = self.styled(COMMAND, &neutral::line(command));
        self.line(&format!("{:indent$}{command}", ""))
    }
}

/// Wraps at blanks only: dates, names and options stay whole.
fn wrap(text: &str, width: usize) -> Vec<Cow<'_, str>> {
    let options = textwrap::Options::new(width)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::wrap(text, options)
}

/// `1 finding`, `2 findings`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
