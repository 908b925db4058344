//! Renders a report of [`iam_core`]: for people, for programs, for spreadsheets.
//!
//! Every renderer reads the report's model and nothing else, and is told width, colour and options by its caller. The same
//! report gives the same bytes.

pub mod csv;
pub mod json;
mod neutral;
pub mod sarif;
mod tool;
mod wire;

pub use tool::Tool;
