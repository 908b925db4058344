//! What CloudTrail logged: an overview, or one table grouped in one of several ways. As text for people, JSON for programs
//! and CSV for spreadsheets.
//!
//! Everything here says what was seen. What was not seen (files that could not be read, days without events, kinds of events
//! that a trail may not log) is said as well, in every format but CSV.

mod csv;
mod human;
mod json;
mod rows;
mod summary;
mod table;

pub use csv::csv;
pub use human::human;
pub use json::{json, schema};

/// How an activity is shown.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Columns of the terminal; for people only.
    pub width: usize,
    /// Whether to write ANSI colours; for people only.
    pub color: bool,
    /// What one table is grouped by; `None` for the overview.
    pub by: Option<By>,
    /// Rows of a table before the rest is only counted; for people only, as the other formats hold everything.
    pub most: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 80, color: false, by: None, most: 10 }
    }
}

/// What events are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Whose permissions were exercised.
    Principal,
    /// The service that was called.
    Service,
    /// The call.
    Action,
    /// The day, in UTC.
    Day,
    /// `sourceIPAddress`: an IP address, or the name of the service that called.
    Address,
}

impl By {
    /// Every way of grouping.
    pub const ALL: &[Self] = &[Self::Principal, Self::Service, Self::Action, Self::Day, Self::Address];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Principal => "principal",
            Self::Service => "service",
            Self::Action => "action",
            Self::Day => "day",
            Self::Address => "address",
        }
    }

    /// The way of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|by| by.as_str() == word)
    }
}
