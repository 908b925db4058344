use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::access::{self, AccessChanges};
use super::credentials::{CredentialChange, changes};
use super::look::{AccountLook, Look, Standing};
use crate::check::Severity;
use crate::fact::shown_time;
use crate::input::quoted;

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
    /// Where the look that is compared as the earlier one was taken after the other: when each was.
    pub reversed: Option<Reversed>,
    /// Findings that were not there before.
    pub new: Vec<(String, Standing)>,
    /// Findings that the earlier look could not have shown: nothing was handed in that would tell, the check did not run, or the account
    /// is missing. Whether they were there before is not known.
    pub newly_seen: Vec<(String, Standing)>,
    /// Findings that are gone.
    pub fixed: Vec<(String, Standing)>,
    /// Findings that are gone because nobody could look.
    pub unseen: Vec<(String, Standing)>,
    /// Findings that got another severity, as they stand now, with the earlier one.
    pub severity_changed: Vec<(String, Standing, Severity)>,
    /// Findings that a waiver accepted before and none accepts now, as they stand now.
    pub waiver_lapsed: Vec<(String, Standing)>,
    /// Findings that are still there.
    pub unchanged: Vec<(String, Standing)>,
    /// What became of the credentials; `None` where one of the looks does not show them all.
    pub credentials: Option<Vec<CredentialChange>>,
    /// What became of the rights; `None` where one of the looks does not show the policies.
    pub access: Option<AccessChanges>,
}

/// When two looks were taken, in UTC, of which the first ought to be the earlier one and is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reversed {
    /// The look that is compared as the earlier one.
    pub old: DateTime<Utc>,
    /// The look that is compared as the later one.
    pub new: DateTime<Utc>,
}

impl Reversed {
    /// Looks that end within a minute of each other were taken side by side.
    const SIDE_BY_SIDE: TimeDelta = TimeDelta::minutes(1);

    /// Moments that different things say of one look may lie this far apart, such as those of a snapshot and of the credential report in
    /// it.
    const SLACK: TimeDelta = TimeDelta::hours(4);

    fn of(old: &AccountLook, new: &AccountLook) -> Option<Self> {
        let (old, new) = (old.taken?, new.taken?);
        let slack = if old.from == new.from { Self::SIDE_BY_SIDE } else { Self::SLACK };
        let is_later = old.at.signed_duration_since(new.at) > slack;
        is_later.then_some(Self { old: old.at, new: new.at })
    }
}

impl Changes {
    /// What makes the comparison doubtful: that the looks seem to have been handed in the wrong way round.
    pub fn warning(&self) -> Option<String> {
        let mut reversed = self.accounts.iter().filter_map(|(name, account)| Some((name, account.reversed?)));
        let (name, Reversed { old, new }) = reversed.next()?;
        let further = match reversed.count() {
            0 => String::new(),
            further => format!("; {further} more accounts likewise"),
        };
        Some(format!(
            "OLD is later than NEW: account {} was looked at at {} in OLD and at {} in NEW{further}; what is told as new may be gone, and \
             what is told as fixed may be new",
            quoted(name),
            shown_time(old),
            shown_time(new)
        ))
    }

    /// The worst severity of what got worse: new findings, findings that no waiver accepts any more, and findings that are of a higher
    /// severity than before. What a waiver accepts does not count, nor does what was not in sight before.
    pub fn worst_new(&self) -> Option<Severity> {
        let worse = self.accounts.values().flat_map(|account| {
            let risen = account.severity_changed.iter().filter(|(_, now, then)| now.severity > *then);
            let all = account.new.iter().chain(&account.waiver_lapsed).map(|(_, standing)| standing);
            all.chain(risen.map(|(_, now, _)| now))
        });
        worse.filter(|standing| !standing.is_waived).map(|standing| standing.severity).max()
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
            newly_seen: worst_first(after.findings.iter()),
            ..AccountChanges::default()
        };
        changes.accounts.insert(name.clone(), account);
    }
    changes
}

fn account(before: &AccountLook, after: &AccountLook) -> AccountChanges {
    let mut found = AccountChanges { reversed: Reversed::of(before, after), ..AccountChanges::default() };
    let come = after.findings.iter().filter(|(print, _)| !before.findings.contains_key(*print));
    let (new, newly_seen): (Vec<_>, Vec<_>) = come.partition(|(_, standing)| had_evidence(before, standing));
    found.new = worst_first(new.into_iter());
    found.newly_seen = worst_first(newly_seen.into_iter());
    let gone = before.findings.iter().filter(|(print, _)| !after.findings.contains_key(*print));
    let (fixed, unseen): (Vec<_>, Vec<_>) = gone.partition(|(_, standing)| could_see(after, standing));
    found.fixed = worst_first(fixed.into_iter());
    found.unseen = worst_first(unseen.into_iter());
    for (print, now) in worst_first(after.findings.iter()) {
        match before.findings.get(&print) {
            Some(then) if then.is_waived && !now.is_waived => found.waiver_lapsed.push((print, now)),
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

/// Whether something was handed in from which the earlier look would have known of a later finding. Damage and gaps in it do not make the
/// finding any older: trails, for one, never tell for certain that something did not happen.
fn had_evidence(look: &AccountLook, standing: &Standing) -> bool {
    let is_unsupplied =
        |subject: &str| look.unsupplied.contains(&(standing.check.clone(), subject.to_owned()));
    look.checks.contains(&standing.check) && !is_unsupplied("") && !is_unsupplied(&standing.subject)
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
