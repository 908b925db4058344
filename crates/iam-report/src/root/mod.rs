//! Root: how well it is kept, and everything it did. As text for people, JSON for programs and CSV for spreadsheets.
//!
//! How well it is kept is what the checks of [`iam_core::checks::of_root`] say; what it did is told by
//! [`iam_core::root_use`].

mod csv;
mod human;
mod json;

use iam_core::audit::{AccountReport, Report};
use iam_core::cloudtrail::Event;
use iam_core::evidence::{Account, Evidence};
use iam_core::ident::KeyIdDisplay;

pub use csv::csv;
pub use human::human;
pub use json::json;

/// How root is shown.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Columns of the terminal; for people only.
    pub width: usize,
    /// Whether to write ANSI colours; for people only.
    pub color: bool,
    /// How access key ids are shown.
    pub key_ids: KeyIdDisplay,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 80, color: false, key_ids: KeyIdDisplay::Shortened }
    }
}

/// Each account with what the checks say of its root.
fn accounts<'a>(
    evidence: &'a Evidence,
    report: &'a Report,
) -> impl Iterator<Item = (&'a Account, &'a AccountReport)> {
    evidence.accounts.iter().zip(&report.accounts)
}

/// What the call was about, where its request says so in a word: `userName=anna`.
fn about(event: &Event) -> String {
    const TELLING: [&str; 8] = [
        "userName",
        "roleName",
        "groupName",
        "bucketName",
        "policyArn",
        "serialNumber",
        "virtualMFADeviceName",
        "name",
    ];
    let told = TELLING.iter().filter_map(|name| Some(format!("{name}={}", event.requested(name)?)));
    told.take(2).collect::<Vec<_>>().join(" ")
}
