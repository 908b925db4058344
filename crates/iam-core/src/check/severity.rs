use std::fmt;
use std::str::FromStr;

/// How bad a finding is, by its consequence. Ordered: `Info < Low < Medium < High < Critical`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Hygiene.
    Low,
    /// Widens the window or the blast radius of an attack.
    Medium,
    /// One step from a takeover, or public exposure.
    High,
    /// One leaked or guessed secret takes over the account.
    Critical,
}

/// The text names no severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected critical, high, medium, low or info")]
pub struct UnknownSeverity;

impl Severity {
    /// All severities, the worst first.
    pub const WORST_FIRST: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let matches = |severity: &Self| severity.as_str().eq_ignore_ascii_case(text);
        Self::WORST_FIRST.into_iter().find(matches).ok_or(UnknownSeverity)
    }
}
