//! The verdicts on a generated account, and how those on less evidence compare with those on more.

use chrono::{DateTime, Utc};
use iam_core::audit::{AsOf, AsOfFrom, Report, Status, audit};
use iam_core::check::{Subject, SubjectKind};
use iam_core::checks;
use iam_core::evidence::Given;
use iam_core::input::InputFile;
use proptest::prelude::*;

use crate::testdata;

/// One verdict, with all that names its subject.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Judged {
    pub(crate) check: &'static str,
    pub(crate) subject: Subject,
    pub(crate) status: Status,
    /// The finding's fingerprint, or why there is none.
    pub(crate) says: String,
}

impl Judged {
    /// Whether this is about the same thing, even where a column or listing that told its id or date is missing.
    fn is_about(&self, other: &Self) -> bool {
        self.is_about_owner_of(other)
            && self.subject.policy == other.subject.policy
            && match (&self.subject.credential, &other.subject.credential) {
                (None, None) => true,
                (Some(a), Some(b)) => {
                    (a.slot.is_some() && a.slot == b.slot) || (a.id.is_some() && a.id == b.id)
                }
                _ => false,
            }
    }

    /// Whether this may be about the same thing: one side knows only the slot, the other only the id, and two keys may
    /// have been made at that moment.
    fn may_be_about(&self, other: &Self) -> bool {
        let created = |judged: &Self| judged.subject.credential.as_ref().and_then(|own| own.created);
        self.is_about_owner_of(other) && created(self).is_some() && created(self) == created(other)
    }

    fn is_about_owner_of(&self, other: &Self) -> bool {
        let named = matches!(self.subject.kind, SubjectKind::Root | SubjectKind::Account)
            || self.subject.name == other.subject.name;
        self.check == other.check && self.subject.kind == other.subject.kind && named
    }

    /// Whether it speaks for subjects that cannot be told apart any more.
    pub(crate) fn stands_in(&self) -> bool {
        matches!(self.subject.kind, SubjectKind::Account | SubjectKind::UnreadRow)
    }
}

pub(crate) fn report(files: Vec<(InputFile, Given)>, at: DateTime<Utc>) -> Report {
    let as_of = AsOf { at, from: AsOfFrom::Given };
    audit(&testdata::evidence(files), checks::ALL, &testdata::everything(), as_of)
}

pub(crate) fn verdicts(files: Vec<(InputFile, Given)>, at: DateTime<Utc>) -> Vec<Judged> {
    listed(&report(files, at))
}

pub(crate) fn listed(report: &Report) -> Vec<Judged> {
    let mut all = Vec::new();
    for account in &report.accounts {
        let failed = account.findings.iter().map(|finding| Judged {
            check: finding.check.id.as_str(),
            subject: finding.subject.clone(),
            status: Status::Fail,
            says: finding.fingerprint.to_string(),
        });
        let unknown = account.unknown.iter().map(|unknown| Judged {
            check: unknown.check,
            subject: (*unknown.subject).clone(),
            status: Status::Unknown,
            says: account.gaps[unknown.gap].what.clone(),
        });
        let silent = account.silent.iter().map(|silent| Judged {
            check: silent.check,
            subject: silent.subject.clone(),
            status: silent.status,
            says: silent.reason.clone(),
        });
        all.extend(failed.chain(unknown).chain(silent));
    }
    all.sort();
    all
}

pub(crate) fn with(judged: &[Judged], status: Status) -> impl Iterator<Item = &Judged> {
    judged.iter().filter(move |judged| judged.status == status)
}

/// The verdicts about the same subject; where it cannot be told which of several, one that is as wanted, if any is.
pub(crate) fn about<'j>(
    judged: &Judged,
    among: &'j [Judged],
    wanted: impl Fn(Status) -> bool,
) -> Vec<&'j Judged> {
    let certain: Vec<&Judged> = among.iter().filter(|other| judged.is_about(other)).collect();
    if !certain.is_empty() {
        return certain;
    }
    let mut possible = among.iter().filter(|other| judged.may_be_about(other) && wanted(other.status));
    possible.next().into_iter().collect()
}

/// Less evidence: no new pass, and no lost fail except to unknown.
///
/// This holds for evidence that agrees with itself. Where report, summary, listings or manifest contradict each other, the
/// contradiction itself makes verdicts worse, and goes away with either side: a state that differs counts as active, a
/// filtered list of devices or a list shorter than AWS's count is incomplete, a date that another cell belies is unknown.
/// [`a_listing_that_says_inactive_helps_no_slot`] says what holds then.
///
/// Not applicable may become a pass: where nothing tells the partition any more, root is judged as in the usual one.
pub(crate) fn assert_no_better(less: &[Judged], more: &[Judged]) -> Result<(), TestCaseError> {
    let is_good = |status| matches!(status, Status::Pass | Status::NotApplicable);
    for pass in with(less, Status::Pass) {
        let before = about(pass, more, is_good);
        if before.is_empty() {
            // A summary may speak for root's slots where their row is gone, but not better of them than they did.
            let worse = more.iter().find(|other| {
                other.check == pass.check && !is_good(other.status) && about(other, less, is_good).is_empty()
            });
            // A slot whose date is lost may hold a credential, and is judged where it was none before.
            let is_slot = pass.subject.credential.as_ref().is_some_and(|own| own.slot.is_some());
            prop_assert!(
                (pass.stands_in() && worse.is_none()) || is_slot,
                "a pass out of nothing: {pass:?}, was {worse:?}"
            );
        }
        for other in before {
            prop_assert!(is_good(other.status), "became a pass: {pass:?}, was {other:?}");
        }
    }
    for fail in with(more, Status::Fail) {
        let after = about(fail, less, |status| !is_good(status));
        if after.is_empty() {
            let stands_in = less.iter().any(|other| {
                other.check == fail.check
                    && (other.stands_in() || other.subject.name == fail.subject.name)
                    && !is_good(other.status)
            });
            // A key beyond the two slots is known from a listing only; without it, the check for such keys says so.
            let is_listed_only = fail.subject.credential.as_ref().is_some_and(|own| own.slot.is_none());
            let may_have_more = less.iter().any(|other| {
                other.check == "credentials-beyond-report"
                    && (other.subject.name == fail.subject.name || other.stands_in())
                    && other.status == Status::Unknown
            });
            prop_assert!(stands_in || (is_listed_only && may_have_more), "a fail without a trace: {fail:?}");
        }
        for other in after {
            prop_assert!(!is_good(other.status), "a fail was lost: {fail:?}, is now {other:?}");
        }
    }
    Ok(())
}
