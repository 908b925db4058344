use crate::fact::Reason;
use crate::input::Artefact;

/// These bytes are not the artefact, or so damaged that nothing in them can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct InputError {
    artefact: Option<Artefact>,
    reason: Reason,
    what: String,
    remedy: String,
}

impl InputError {
    pub(crate) fn new(
        artefact: Option<Artefact>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { artefact, reason: Reason::Malformed, what: what.into(), remedy: remedy.into() }
    }

    pub(crate) fn because(self, reason: Reason) -> Self {
        Self { reason, ..self }
    }

    /// The artefact that the bytes claim to be, if they claim anything.
    pub fn artefact(&self) -> Option<Artefact> {
        self.artefact
    }

    /// Why the artefact is not there.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// What to do about it, in one line.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

/// A short, harmless quotation of foreign text for a message: at most 40 characters, control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    quoted_up_to(40, text)
}

/// The same with at most `most` characters, for sentences whose end tells more than their start.
pub(super) fn quoted_up_to(most: usize, text: &str) -> String {
    let mut shown: String = text.chars().take(most).flat_map(char::escape_debug).collect();
    if text.chars().nth(most).is_some() {
        shown.push_str("...");
    }
    format!("`{shown}`")
}
