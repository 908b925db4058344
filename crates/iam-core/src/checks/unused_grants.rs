//! What a report of last uses shows as not used: services, or actions.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::check::{Context, Failure};
use crate::evidence::{LastAccessed, ReportSubjectKind, Supplied};
use crate::fact::{Days, Gap, Place, Reason, Source, days, shown_date};
use crate::input::Artefact;
use crate::input::service_last_accessed::Access;

/// Names that a message lists before the rest is only counted, and places that a finding cites.
const MOST_TOLD: usize = 8;

/// A service or action without use.
pub(super) struct Unused {
    pub(super) name: String,
    pub(super) last: Option<DateTime<Utc>>,
    pub(super) source: Source,
}

/// Sorts what is granted into used and unused.
pub(super) struct Sieve<'r> {
    report: &'r LastAccessed,
    limit: Days,
    created: Supplied<DateTime<Utc>>,
    pub(super) unused: Vec<Unused>,
    pub(super) seen: usize,
    /// Why something could not be sorted.
    pub(super) gap: Option<Arc<Gap>>,
    is_young: bool,
}

impl<'r> Sieve<'r> {
    pub(super) fn new(report: &'r LastAccessed, limit: Days, cx: &Context<'_>) -> Self {
        Self {
            report,
            limit,
            created: created(report, cx),
            unused: Vec::new(),
            seen: 0,
            gap: report.incomplete.clone(),
            is_young: false,
        }
    }

    /// Ages count to the moment the report was finished: it tells nothing of what came after.
    fn is_long_ago(&self, time: DateTime<Utc>) -> bool {
        self.report.completed.signed_duration_since(time) > self.limit.delta()
    }

    pub(super) fn add(&mut self, name: String, last: Option<&Access>, source: Source) {
        self.seen = self.seen.saturating_add(1);
        match last {
            Some(access) if self.is_long_ago(access.at) => {
                self.unused.push(Unused { name, last: Some(access.at), source: access.source });
            }
            Some(_) => {}
            None => match &self.created {
                Ok(created) if self.is_long_ago(*created) => {
                    self.unused.push(Unused { name, last: None, source });
                }
                Ok(_) => self.is_young = true,
                Err(gap) => drop(self.gap.get_or_insert_with(|| Arc::clone(gap))),
            },
        }
    }

    /// Why nothing is unused.
    pub(super) fn pass(&self, nothing: &'static str) -> &'static str {
        match (self.seen, self.is_young) {
            (0, _) => nothing,
            (_, true) => "it was made lately",
            (_, false) => "",
        }
    }

    /// `s3, sqs (last 2025-06-01, 228 d before)`
    pub(super) fn told(&self) -> String {
        let one = |unused: &Unused| match unused.last {
            Some(last) => {
                let idle = days(self.report.completed.signed_duration_since(last));
                format!("{} (last {}, {idle} d before)", unused.name, shown_date(last))
            }
            None => unused.name.clone(),
        };
        let mut told: Vec<String> = self.unused.iter().take(MOST_TOLD).map(one).collect();
        if let Some(more) = self.unused.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
            told.push(format!("and {more} more"));
        }
        told.join(", ")
    }

    pub(super) fn cite(&self, failure: Failure) -> Failure {
        self.unused.iter().take(MOST_TOLD).fold(failure, |failure, unused| failure.at(unused.source))
    }
}

/// `role app`
pub(super) fn whom(report: &LastAccessed) -> String {
    format!("{} {}", report.subject.kind, report.short_name())
}

/// When the one whom the report is about was made.
pub(super) fn created(report: &LastAccessed, cx: &Context<'_>) -> Supplied<DateTime<Utc>> {
    let account = cx.account();
    let name: &str = &report.name;
    let by_details = account.identities().and_then(|identities| match report.subject.kind {
        ReportSubjectKind::User => identities.user(name)?.detail.created.known(),
        ReportSubjectKind::Group => identities.group(report.short_name())?.detail.created.known(),
        ReportSubjectKind::Role => identities.role(name)?.detail.created.known(),
        ReportSubjectKind::Policy => {
            let policy = identities.policies().find(|policy| *policy.detail.arn == *name);
            policy.ok_or_else(|| unknown_age(report))?.detail.created.known()
        }
    });
    let by_report = || {
        let rows = account.credential_report().ok()?;
        let row = rows.users().find(|row| row.arn() == name)?;
        row.created().known().ok()
    };
    by_details.or_else(|gap| match report.subject.kind {
        ReportSubjectKind::User => by_report().ok_or(gap),
        _ => Err(gap),
    })
}

fn unknown_age(report: &LastAccessed) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(Artefact::AuthorizationDetails),
        source: Some(Source { place: Place::File, ..report.source }),
        what: format!("nothing tells when {} was made", whom(report)).into(),
        remedy: format!("add the output of `{}`", Artefact::AuthorizationDetails.command()).into(),
    })
}
