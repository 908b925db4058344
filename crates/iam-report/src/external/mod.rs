//! Who outside gets into which resource: as text for people, JSON for programs and CSV for spreadsheets.

mod csv;
mod human;
mod json;

use iam_core::external::ExternalAccess;
use iam_core::fact::Gap;

pub use csv::csv;
pub use human::human;
pub use json::{json, schema};

use crate::Tool;

/// How the access is shown.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The program that made it.
    pub tool: Tool<'static>,
    /// Columns of the terminal; for people only.
    pub width: usize,
    /// Whether to write ANSI colours; for people only.
    pub color: bool,
    /// The exit code that the program will end with.
    pub exit_code: u8,
}

impl Default for Options {
    fn default() -> Self {
        Self { tool: Tool::THIS, width: 80, color: false, exit_code: 0 }
    }
}

/// What counted as inside.
#[derive(Debug, Clone, Copy)]
pub struct Inside<'a> {
    /// The id of the organization, if all of it did.
    pub organization: Option<&'a str>,
    /// The accounts that did besides the one that owns the resources.
    pub accounts: &'a [String],
    /// Whether findings are left out that the others cover together.
    pub is_concise: bool,
}

/// What could not be looked at as a whole and should have been.
fn failures(access: &ExternalAccess) -> impl Iterator<Item = &Gap> {
    access.unseen.iter().map(|gap| &**gap).filter(|gap| gap.reason.is_failure())
}
