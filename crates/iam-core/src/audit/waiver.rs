use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};
use wildmatch::WildMatch;

use super::{AccountReport, CheckInRun, Finding, Fingerprint};
use crate::check::{Confidence, CredentialName, Judge, Subject, SubjectKind, WaiverUse};

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

/// Marks accepted findings, and counts for each waiver how many findings it is about.
pub(super) fn apply(accounts: &mut [AccountReport], waivers: &[Waiver]) -> Vec<usize> {
    let mut used = vec![0; waivers.len()];
    if waivers.is_empty() {
        return used;
    }
    for account in accounts {
        let day = account.as_of.at.date_naive();
        for finding in &mut account.findings {
            for (index, (waiver, used)) in waivers.iter().zip(&mut used).enumerate() {
                if waiver.matches(finding) {
                    *used += 1;
                    if waiver.counts_on(day) {
                        finding.waiver = finding.waiver.or(Some(index));
                    }
                }
            }
        }
    }
    used
}

/// Findings about the waivers themselves.
pub(super) fn judge(
    checks: &[CheckInRun],
    waivers: &[Waiver],
    used: &[usize],
    as_of: DateTime<Utc>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for run in checks.iter().filter(|run| run.enabled) {
        let Judge::Waiver(judge) = run.check.judge else {
            continue;
        };
        for (waiver, matched) in waivers.iter().zip(used) {
            let waiver_use = WaiverUse {
                check: &waiver.check,
                subject: &waiver.subject,
                until: waiver.until,
                matched: *matched,
            };
            let Some(message) = judge(&waiver_use, as_of.date_naive()) else {
                continue;
            };
            let subject = Subject {
                kind: SubjectKind::Waiver,
                arn: waiver.subject.as_str().into(),
                name: format!("{} (line {} of the settings)", waiver.check, waiver.line).into(),
                credential: None,
                policy: None,
            };
            // A waiver keeps its identity when it moves to another line.
            let slot =
                waiver.slot.map(|slot| CredentialName { slot: Some(slot), ..CredentialName::default() });
            let identity = Subject {
                arn: format!("{} {}", waiver.check, waiver.subject).into(),
                name: waiver.check.as_str().into(),
                credential: slot.map(Box::new),
                ..subject.clone()
            };
            findings.push(Finding {
                check: run.check,
                severity: run.severity,
                severity_reason: None,
                confidence: Confidence::Certain,
                message,
                because: Vec::new(),
                fingerprint: Fingerprint::of(run.check.id, "", &identity.into()),
                waiver: None,
                parameters: 0,
                subject,
            });
        }
    }
    findings.sort_by(|a, b| (Reverse(a.severity), &a.subject).cmp(&(Reverse(b.severity), &b.subject)));
    findings
}
