//! Who outside gets into which resource: as text for people, JSON for programs, CSV for spreadsheets and SARIF for code
//! scanning.

mod csv;
mod human;
mod json;
mod sarif;

use iam_core::evidence::{Account, Evidence};
use iam_core::external::ExternalAccess;
use iam_core::fact::Gap;

pub use csv::csv;
pub use human::human;
pub use json::{json, schema};
pub use sarif::sarif;

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

/// What counted as inside, and what was not read.
#[derive(Debug, Clone, Copy)]
pub struct Inside<'a> {
    /// The id of the organization, if all of it did.
    pub organization: Option<&'a str>,
    /// The accounts that did besides the one that owns the resources.
    pub accounts: &'a [String],
    /// Whether findings are left out that the others cover together.
    pub is_concise: bool,
    /// What was handed in and could not be used.
    pub not_read: &'a [NotRead],
}

/// A file, or a part of one, that was handed in and could not be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotRead {
    /// The path; empty where no one file is at fault.
    pub path: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl NotRead {
    /// All of a run, by path.
    pub fn all(evidence: &Evidence) -> Vec<Self> {
        let unused = evidence.unused.iter().filter(|file| file.is_fault).map(|file| Self {
            path: file.path.clone(),
            reason: file.why.clone(),
            remedy: file.remedy.clone(),
        });
        let mut all: Vec<Self> = evidence.accounts.iter().flat_map(Self::of_account).chain(unused).collect();
        all.sort();
        all.dedup();
        all
    }

    fn of_account(account: &Account) -> impl Iterator<Item = Self> {
        account.gaps().iter().filter(|gap| gap.reason.is_failure()).map(|gap| {
            let id = gap.source.map(|source| source.file);
            let file = account.files().iter().find(|file| Some(file.id) == id);
            let path = file.map(|file| file.path.clone()).unwrap_or_default();
            Self { path, reason: gap.what.to_string(), remedy: gap.remedy.to_string() }
        })
    }
}

/// What could not be looked at as a whole and should have been.
fn failures(access: &ExternalAccess) -> impl Iterator<Item = &Gap> {
    access.unseen.iter().map(|gap| &**gap).filter(|gap| gap.reason.is_failure())
}
