use std::collections::BTreeMap;

use super::access::{self, AccessChanges};
use super::credentials::{CredentialChange, changes};
use super::look::{AccountLook, Look, Standing};
use crate::check::Severity;

/// What changed, by account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// By the key of [`Look::accounts`].
    pub accounts: BTreeMap<String, AccountChanges>,
}

/// What changed in one account. Findings are told with their fingerprints, the worst first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountChanges {
    /// Whether only the later look shows the account, or only the earlier one.
    pub only_in: Option<&'static str>,
    /// Findings that were not there before.
    pub new: Vec<(String, Standing)>,
    /// Findings that are gone.
    pub fixed: Vec<(String, Standing)>,
    /// Findings that are gone because nobody could look.
    pub unseen: Vec<(String, Standing)>,
    /// Findings that got another severity, as they stand now, with the earlier one.
    pub severity_changed: Vec<(String, Standing, Severity)>,
    /// Findings that are still there.
    pub unchanged: Vec<(String, Standing)>,
    /// What became of the credentials; `None` where one of the looks does not show them all.
    pub credentials: Option<Vec<CredentialChange>>,
    /// What became of the rights; `None` where one of the looks does not show the policies.
    pub access: Option<AccessChanges>,
}

impl Changes {
    /// The worst severity of new findings that no waiver accepts.
    pub fn worst_new(&self) -> Option<Severity> {
        let new = self.accounts.values().flat_map(|account| &account.new);
        new.filter(|(_, standing)| !standing.is_waived).map(|(_, standing)| standing.severity).max()
    }
}

/// Compares two looks.
pub fn compare(old: &Look, new: &Look) -> Changes {
    let mut changes = Changes::default();
    for (name, before) in &old.accounts {
        let account = match new.accounts.get(name) {
            Some(after) => account(before, after),
            None => AccountChanges {
                only_in: Some("old"),
                unseen: worst_first(before.findings.iter()),
                ..AccountChanges::default()
            },
        };
        changes.accounts.insert(name.clone(), account);
    }
    for (name, after) in new.accounts.iter().filter(|(name, _)| !old.accounts.contains_key(*name)) {
        let account = AccountChanges {
            only_in: Some("new"),
            new: worst_first(after.findings.iter()),
            ..AccountChanges::default()
        };
        changes.accounts.insert(name.clone(), account);
    }
    changes
}

fn account(before: &AccountLook, after: &AccountLook) -> AccountChanges {
    let mut found = AccountChanges {
        new: worst_first(after.findings.iter().filter(|(print, _)| !before.findings.contains_key(*print))),
        ..AccountChanges::default()
    };
    let gone = before.findings.iter().filter(|(print, _)| !after.findings.contains_key(*print));
    let (fixed, unseen): (Vec<_>, Vec<_>) = gone.partition(|(_, standing)| could_see(after, standing));
    found.fixed = worst_first(fixed.into_iter());
    found.unseen = worst_first(unseen.into_iter());
    for (print, now) in worst_first(after.findings.iter()) {
        match before.findings.get(&print) {
            Some(then) if then.severity != now.severity => {
                found.severity_changed.push((print, now, then.severity));
            }
            Some(_) => found.unchanged.push((print, now)),
            None => {}
        }
    }
    if let (Some(old), Some(new)) = (&before.credentials, &after.credentials) {
        found.credentials = Some(changes(old, new));
    }
    if let (Some(old), Some(new)) = (&before.access, &after.access) {
        found.access = Some(access::changes(old, new));
    }
    found
}

/// Whether a look would show the finding if it were still there.
fn could_see(look: &AccountLook, standing: &Standing) -> bool {
    let is_unknown = |subject: &str| look.unknown.contains(&(standing.check.clone(), subject.to_owned()));
    look.checks.contains(&standing.check) && !is_unknown("") && !is_unknown(&standing.subject)
}

fn worst_first<'a>(findings: impl Iterator<Item = (&'a String, &'a Standing)>) -> Vec<(String, Standing)> {
    let mut all: Vec<(String, Standing)> =
        findings.map(|(print, standing)| (print.clone(), standing.clone())).collect();
    all.sort_by(|(a, one), (b, other)| {
        let key = |standing: &Standing| {
            (std::cmp::Reverse(standing.severity), standing.check.clone(), standing.subject.clone())
        };
        key(one).cmp(&key(other)).then_with(|| a.cmp(b))
    });
    all
}
