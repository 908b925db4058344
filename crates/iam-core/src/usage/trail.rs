//! What CloudTrail records show as a whole, whoever made the calls.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use iam_policy::catalogue::Catalogue;

use super::event_action::{EventActions, prefixes};
use super::state::{Reach, Why};
use crate::cloudtrail::{Call, EventKinds, PrincipalActivity, PrincipalKind};
use crate::evidence::{Account, ReportSubject, ReportSubjectKind};
use crate::fact::Reason;

/// `CloudTrail` records.
#[derive(Debug)]
pub(super) struct Trail<'a> {
    /// What absence from the records extends to, or why it proves nothing.
    pub(super) reach: Result<Reach, Why>,
    pub(super) reads: bool,
    pub(super) writes: bool,
    pub(super) regions: usize,
    /// The prefixes of services with any record.
    pub(super) services: BTreeSet<&'a str>,
    /// When roles were last assumed.
    pub(super) assumed: BTreeMap<ReportSubject, DateTime<Utc>>,
    pub(super) principals: BTreeMap<ReportSubject, Vec<&'a PrincipalActivity>>,
    /// What each call needed.
    pub(super) calls: BTreeMap<&'a Call, EventActions>,
}

impl<'a> Trail<'a> {
    pub(super) fn of(account: &'a Account, catalogue: &Catalogue) -> Self {
        let mut trail = Self {
            reach: Err(Why::NoSource),
            reads: false,
            writes: false,
            regions: 0,
            services: BTreeSet::new(),
            assumed: BTreeMap::new(),
            principals: BTreeMap::new(),
            calls: BTreeMap::new(),
        };
        let activity = match account.activity() {
            Ok(activity) => activity,
            Err(gap) => {
                if gap.reason != Reason::NotSupplied {
                    trail.reach = Err(Why::Incomplete);
                }
                return trail;
            }
        };
        trail.reach = match activity.complete_principals() {
            Ok(window) if window.empty_days == 0 => {
                for region in &window.regions {
                    if let Ok(coverage) = activity.region(region) {
                        trail.reads |= coverage.reads > 0;
                        trail.writes |= coverage.writes > 0;
                    }
                }
                trail.regions = window.regions.len();
                Ok(Reach { first: window.first, end: window.last })
            }
            _ => Err(Why::Incomplete),
        };
        let mut kinds: BTreeMap<&Call, EventKinds> = BTreeMap::new();
        for active in activity.principals(PrincipalKind::ALL) {
            for (call, usage) in active.activity.calls.iter() {
                kinds.entry(call).or_default().merge(usage.kinds);
                trail.services.extend(prefixes(&call.source));
            }
            for (arn, tallies) in active.activity.assumed.iter() {
                let at = tallies.used.last_time();
                if let Some((subject, at)) = ReportSubject::of_arn(arn).zip(at) {
                    let own = trail.assumed.entry(subject).or_insert(at);
                    *own = at.max(*own);
                }
            }
            if let Some(subject) = subject_of(active.principal.kind, &active.principal.name) {
                trail.principals.entry(subject).or_default().push(active.activity);
            }
        }
        trail.calls =
            kinds.into_iter().map(|(call, kinds)| (call, EventActions::of(catalogue, call, kinds))).collect();
        trail
    }
}

/// Whose permissions a principal of the records used: sessions of a federated user those of the user.
fn subject_of(kind: PrincipalKind, name: &str) -> Option<ReportSubject> {
    match kind {
        PrincipalKind::User | PrincipalKind::FederatedUser => ReportSubject::of_arn(name),
        PrincipalKind::Role => ReportSubject::of_arn(name).or_else(|| {
            // A record without the role's ARN has its name at least.
            let (_, name) = name.split_once(":assumed-role/")?;
            Some(ReportSubject::named(ReportSubjectKind::Role, name))
        }),
        _ => None,
    }
}
