use std::fmt;

use super::Source;
use crate::input::Artefact;

/// Something that was not seen, why, and what would have shown it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Why it was not seen.
    pub reason: Reason,
    /// The artefact that would have shown it, where it is clear which one.
    pub artefact: Option<Artefact>,
    /// The place that could not be used; `None` when no file was there at all.
    pub source: Option<Source>,
    /// What was found and what was expected, in one line.
    pub what: Box<str>,
    /// What to do about it, in one line.
    pub remedy: Box<str>,
}

/// Why something was not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// No file held it. A run on one bare report is legitimate, so this alone is no failure.
    NotSupplied,
    /// AWS answered that the caller may not see it.
    Denied,
    /// The listing or file ends before its end.
    CutOff,
    /// The bytes are not what the artefact's format says.
    Malformed,
    /// Two seen values contradict each other, so that neither can be relied on.
    Contradiction,
    /// A check reached a state that it should not reach.
    Internal,
}

impl Reason {
    /// Every reason.
    pub const ALL: &[Self] = &[
        Self::NotSupplied,
        Self::Denied,
        Self::CutOff,
        Self::Malformed,
        Self::Contradiction,
        Self::Internal,
    ];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSupplied => "not-supplied",
            Self::Denied => "denied",
            Self::CutOff => "cut-off",
            Self::Malformed => "malformed",
            Self::Contradiction => "contradiction",
            Self::Internal => "internal",
        }
    }

    /// The reason of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == word)
    }

    /// Whether something went wrong, as opposed to something not having been handed in.
    pub fn is_failure(self) -> bool {
        self != Self::NotSupplied
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
