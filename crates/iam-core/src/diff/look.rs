use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::access_look::AccessLook;
use super::credentials::{Held, held};
use crate::audit::{AsOf, Report, UnknownVerdict};
use crate::check::{Severity, Subject, SubjectKind};
use crate::evidence::Evidence;
use crate::fact::Reason;

/// One look at some accounts: what stood in a report, by account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// By account id, or by location where no id is known.
    pub accounts: BTreeMap<String, AccountLook>,
}

/// What was seen of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountLook {
    /// The moment ages were measured at.
    pub as_of: Option<DateTime<Utc>>,
    /// When the evidence was taken, and what says so, where the look tells.
    pub taken: Option<AsOf>,
    /// The findings, by fingerprint.
    pub findings: BTreeMap<String, Standing>,
    /// Check and subject of each verdict that is unknown; an empty subject stands for all that the account has.
    pub unknown: BTreeSet<(String, String)>,
    /// Those of them that are unknown because no file was handed in that would tell.
    pub unsupplied: BTreeSet<(String, String)>,
    /// The checks that ran.
    pub checks: BTreeSet<String>,
    /// The credentials, or why they are not known.
    pub credentials: Option<Vec<Held>>,
    /// What the policies say; `None` where the look does not show them.
    pub access: Option<AccessLook>,
}

/// A finding as it stands in a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The check.
    pub check: String,
    /// The ARN of the subject, or its name where it has none.
    pub subject: String,
    /// How bad it is.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// Whether a waiver accepts it.
    pub is_waived: bool,
}

impl Look {
    /// The look that a report and the evidence behind it give.
    pub fn of(report: &Report, evidence: &Evidence) -> Self {
        let checks: BTreeSet<String> =
            report.checks.iter().filter(|run| run.enabled).map(|run| run.check.id.to_string()).collect();
        let accounts = report.accounts.iter().zip(&evidence.accounts).map(|(judged, account)| {
            let findings = judged.findings.iter().map(|finding| {
                let standing = Standing {
                    check: finding.check.id.to_string(),
                    subject: named(&finding.subject),
                    severity: finding.severity,
                    message: finding.message.clone(),
                    is_waived: finding.is_waived(),
                };
                (finding.fingerprint.to_string(), standing)
            });
            let verdict = |unknown: &UnknownVerdict| {
                let is_account = unknown.subject.kind == SubjectKind::Account;
                let subject = if is_account { String::new() } else { named(&unknown.subject) };
                (unknown.check.to_owned(), subject)
            };
            let unsupplied = judged.unknown.iter().filter(|unknown| {
                let gap = judged.gaps.get(unknown.gap);
                gap.is_some_and(|gap| gap.reason == Reason::NotSupplied && gap.path.is_none())
            });
            let look = AccountLook {
                as_of: Some(judged.as_of.at),
                taken: account.taken().map(AsOf::from),
                findings: findings.collect(),
                unknown: judged.unknown.iter().map(verdict).collect(),
                unsupplied: unsupplied.map(verdict).collect(),
                checks: checks.clone(),
                credentials: held(account),
                access: AccessLook::of(account),
            };
            (judged.id.map_or_else(|| judged.location.clone(), |id| id.to_string()), look)
        });
        Self { accounts: accounts.collect() }
    }
}

fn named(subject: &Subject) -> String {
    if subject.arn.is_empty() { subject.name.to_string() } else { subject.arn.to_string() }
}
