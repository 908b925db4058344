//! Renders a report of [`iam_core`]: for people at a terminal, for programs, for code scanning, for spreadsheets.
//!
//! Renderers read the report model; the inventory of credentials reads the inventory of the evidence. They write what
//! these say and judge nothing.

pub mod catalogue;
pub mod credentials;
pub mod csv;
pub mod human;
pub mod json;
mod neutral;
pub mod sarif;
mod tool;
mod wire;

pub use tool::Tool;
