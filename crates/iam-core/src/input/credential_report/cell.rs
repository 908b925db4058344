use chrono::{DateTime, Utc};

use crate::fact::parse_time;

/// A yes-or-no cell. AWS documents `TRUE` and writes `true`; reports from before 2015 hold `not_supported` for root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// `true`
    Yes,
    /// `false`
    No,
    /// `not_supported`: AWS did not say.
    NotSupported,
}

/// A cell that holds a moment or one of the words that AWS writes in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// A moment, in UTC.
    At(DateTime<Utc>),
    /// `N/A`: there is no such credential, or it was never used.
    NotApplicable,
    /// `no_information`: a password that AWS has not seen in use since it began to look on 2014-10-20.
    NoInformation,
    /// `not_supported`: AWS does not keep this for this row.
    NotSupported,
}

impl Flag {
    pub(super) fn parse(text: &str) -> Option<Self> {
        // What AWS writes today first; a report of a million rows has six million of these cells.
        match text {
            "true" => Some(Self::Yes),
            "false" => Some(Self::No),
            _ if text.eq_ignore_ascii_case("true") => Some(Self::Yes),
            _ if text.eq_ignore_ascii_case("false") => Some(Self::No),
            _ if text.eq_ignore_ascii_case("not_supported") => Some(Self::NotSupported),
            _ => None,
        }
    }
}

impl Stamp {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "N/A" => Some(Self::NotApplicable),
            _ if text.starts_with(|first: char| first.is_ascii_digit()) => parse_time(text).map(Self::At),
            _ if text.eq_ignore_ascii_case("N/A") => Some(Self::NotApplicable),
            _ if text.eq_ignore_ascii_case("no_information") => Some(Self::NoInformation),
            _ if text.eq_ignore_ascii_case("not_supported") => Some(Self::NotSupported),
            _ => None,
        }
    }

    /// The moment, if it is one.
    pub fn at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::At(time) => Some(time),
            _ => None,
        }
    }
}
