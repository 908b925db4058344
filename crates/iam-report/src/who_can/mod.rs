//! Which principals can do one thing with one resource: as text for people and JSON for programs.

mod human;
mod json;

pub use human::human;
pub use json::{json, schema};

use crate::Tool;

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The action.
    pub action: &'a str,
    /// The ARN of the resource.
    pub resource: &'a str,
}

/// How the answer is shown.
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
