use chrono::NaiveDate;
use wildmatch::WildMatch;

use super::Finding;

/// Findings that are accepted until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The check.
    pub check: String,
    /// A pattern with `*` and `?` that must match the subject's whole ARN.
    pub subject: String,
    /// Only the credential in this slot.
    pub slot: Option<u8>,
    /// The last day on which it counts, UTC.
    pub until: NaiveDate,
    /// Why the finding is accepted.
    pub reason: String,
    /// Who accepted it.
    pub owner: Option<String>,
    /// The line of the settings file.
    pub line: usize,
}

impl Waiver {
    /// Whether the waiver is about this finding, expired or not.
    pub fn matches(&self, finding: &Finding) -> bool {
        let slot = finding.subject.credential.as_ref().and_then(|credential| credential.slot);
        self.check == finding.check.id.as_str()
            && (self.slot.is_none() || self.slot == slot)
            && WildMatch::new(&self.subject).matches(&finding.subject.arn)
    }

    /// Whether it still counts on this day, UTC.
    pub fn counts_on(&self, day: NaiveDate) -> bool {
        day <= self.until
    }
}
