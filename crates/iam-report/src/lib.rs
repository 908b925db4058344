//! Renders a report of [`iam_core`]: for people, for programs, for spreadsheets.

pub mod catalogue;
pub mod credentials;
pub mod csv;
pub mod human;
pub mod json;
mod neutral;
pub mod sarif;
