//! What changed between two looks: as text for people and as JSON for programs. A look may come from a report in JSON.

mod access;
mod human;
mod json;
mod read;

pub use human::human;
pub use json::{json, schema};
pub use read::{InvalidReport, is_report, read};

/// How changes are shown to people.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to write ANSI colours.
    pub color: bool,
}
