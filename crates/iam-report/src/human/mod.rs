//! Text for a person at a terminal: the worst first, each finding with what, why and what to do.

mod account;
mod finding;
pub(crate) mod paint;
mod summary;

use std::io::{self, Write};

use iam_core::audit::{Outcome, Report};
use iam_core::check::Severity;

use paint::Page;

/// How the text is laid out, and what the closing line says of the exit code.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Columns of the terminal. Commands are never broken, so that they can be copied.
    pub width: usize,
    /// How much is said of each finding.
    pub detail: Detail,
    /// Whether to write ANSI colours.
    pub color: bool,
    /// How the run ended.
    pub outcome: Outcome,
    /// The severity from which a finding made the run fail.
    pub fail_on: Severity,
    /// The exit code that the program will end with.
    pub exit_code: u8,
}

/// How much is said of each finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// What, why and what to do.
    #[default]
    Full,
    /// One line.
    Brief,
}

/// Writes the report.
///
/// # Errors
///
/// Only what the writer returns.
pub fn render(report: &Report, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out, options.width, options.color);
    if report.accounts.len() > 1 {
        summary::overview(&mut page, report)?;
    }
    for account in &report.accounts {
        account::section(&mut page, report, account, options.detail)?;
    }
    summary::settings_findings(&mut page, report)?;
    summary::unused_files(&mut page, report)?;
    summary::closing(&mut page, report, options)
}
