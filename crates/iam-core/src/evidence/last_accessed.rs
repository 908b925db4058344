use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Supplied;
use crate::fact::{Gap, Reason, Source};
use crate::ident::Arn;
use crate::input::last_accessed_entities::EntityAccess;
use crate::input::policies_granting_service_access::ServicePolicies;
use crate::input::service_last_accessed::{Granularity, ServiceAccess};
use crate::input::{Artefact, Listing, quoted};

/// How far back AWS keeps last uses, in days. Source: IAM User Guide, "Refine permissions using last accessed information".
pub const TRACKING_DAYS: i64 = 400;

/// What a report of last uses can be about. Names are without path and in small letters: AWS takes names that differ only in
/// case for the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportSubject {
    /// What it is.
    pub kind: ReportSubjectKind,
    /// The name; for a managed policy of AWS its ARN.
    pub key: Box<str>,
}

/// The kinds of those whom reports of last uses are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportSubjectKind {
    /// An IAM user.
    User,
    /// A group of IAM users.
    Group,
    /// A role.
    Role,
    /// A managed policy.
    Policy,
}

/// When a user, group, role or managed policy last used each service that it is granted.
#[derive(Debug, Clone)]
pub struct LastAccessed {
    /// Whom it is about.
    pub subject: ReportSubject,
    /// The ARN, or where nothing tells it the name as the path of the file has it.
    pub name: Arc<str>,
    /// The moment up to which it tells, in UTC.
    pub completed: DateTime<Utc>,
    /// How fine it is.
    pub granularity: Granularity,
    /// The granted services by namespace, in small letters.
    pub services: BTreeMap<Box<str>, ServiceAccess>,
    /// Why there may be more services than these, if there may.
    pub incomplete: Option<Arc<Gap>>,
    /// The file, or the page in it.
    pub source: Source,
}

/// All that was handed in about last uses in one account.
#[derive(Debug, Clone)]
pub struct LastAccessedReports {
    pub(super) reports: BTreeMap<ReportSubject, Supplied<LastAccessed>>,
    /// The names of those of whom there is a report but no usable one.
    pub(super) names: BTreeMap<ReportSubject, Arc<str>>,
    pub(super) entities: BTreeMap<(ReportSubject, Box<str>), Listing<EntityAccess>>,
    pub(super) policies: BTreeMap<ReportSubject, Listing<ServicePolicies>>,
    /// Why a report is not there.
    pub(super) missing: Arc<Gap>,
}

impl ReportSubjectKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::User, Self::Group, Self::Role, Self::Policy];

    /// The word used in paths and in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::Policy => "policy",
        }
    }

    /// The kind of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for ReportSubjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ReportSubject {
    /// The one with this name.
    pub fn named(kind: ReportSubjectKind, name: &str) -> Self {
        Self { kind, key: name.to_ascii_lowercase().into() }
    }

    /// The one with this ARN, if it is one of a user, group, role or managed policy.
    ///
    /// ```
    /// use iam_core::evidence::{ReportSubject, ReportSubjectKind};
    ///
    /// let role = ReportSubject::of_arn("arn:aws:iam::111122223333:role/ci/Deploy").unwrap();
    /// assert_eq!(role, ReportSubject::named(ReportSubjectKind::Role, "deploy"));
    /// assert_eq!(ReportSubject::of_arn("arn:aws:iam::111122223333:root"), None);
    /// ```
    pub fn of_arn(arn: &str) -> Option<Self> {
        let parsed = Arn::parse(arn).ok().filter(|arn| arn.service == "iam")?;
        let (kind, path) = parsed.resource.split_once('/')?;
        let kind = ReportSubjectKind::named(kind)?;
        if kind == ReportSubjectKind::Policy && parsed.account_field() == "aws" {
            return Some(Self::named(kind, arn));
        }
        let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
        Some(Self::named(kind, name))
    }
}

impl LastAccessed {
    /// What the report says of a service; `None` for a service that it does not list, which identity policies then do not
    /// grant.
    pub fn service(&self, namespace: &str) -> Option<&ServiceAccess> {
        self.services.get(namespace).or_else(|| self.services.get(&*namespace.to_ascii_lowercase()))
    }

    /// The first moment that the report tells of, in UTC: AWS keeps last uses for [`TRACKING_DAYS`], in some Regions and
    /// for some actions shorter.
    pub fn first(&self) -> DateTime<Utc> {
        let window = TimeDelta::try_days(TRACKING_DAYS).unwrap_or(TimeDelta::MAX);
        self.completed.checked_sub_signed(window).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }

    /// The report, if it is known by ARN whom it is about. A name alone may be anybody's.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn named(&self) -> Supplied<&Self> {
        if self.name.starts_with("arn:") {
            return Ok(self);
        }
        let artefact = Artefact::AuthorizationDetails;
        Err(Arc::new(Gap {
            reason: Reason::NotSupplied,
            artefact: Some(artefact),
            source: Some(self.source),
            what: format!("nothing tells the ARN of {} {}", self.subject.kind, quoted(&self.name)).into(),
            remedy: format!("add the output of `{}`", artefact.command()).into(),
        }))
    }

    /// The name without account and path.
    pub fn short_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }
}

impl LastAccessedReports {
    /// Whether there is any report at all, usable or not.
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }

    /// Why there are no others.
    pub fn missing(&self) -> Arc<Gap> {
        Arc::clone(&self.missing)
    }

    /// Each report with the name of whom it is about, or the gap that makes it unusable.
    pub fn iter(&self) -> impl Iterator<Item = (&ReportSubject, &str, Supplied<&LastAccessed>)> {
        self.reports.iter().map(|(subject, report)| {
            let name = self.names.get(subject).map_or(&*subject.key, |name| &**name);
            (subject, name, report.as_ref().map_err(Arc::clone))
        })
    }

    /// Whether there is a report about one, usable or not.
    pub fn has(&self, subject: &ReportSubject) -> bool {
        self.reports.contains_key(subject)
    }

    /// The report about one.
    ///
    /// # Errors
    ///
    /// The gap, when there is none, or none that is finished and about nobody else.
    pub fn of(&self, subject: &ReportSubject) -> Supplied<&LastAccessed> {
        match self.reports.get(subject) {
            Some(report) => report.as_ref().map_err(Arc::clone),
            None if self.is_empty() || self.missing.reason.is_failure() => Err(self.missing()),
            None => Err(Arc::new(Gap {
                reason: Reason::NotSupplied,
                artefact: Some(Artefact::ServiceLastAccessed),
                source: None,
                what: format!(
                    "no last accessed report of {} {} was handed in",
                    subject.kind,
                    quoted(&subject.key)
                )
                .into(),
                remedy: format!("add the output of `{}`", Artefact::ServiceLastAccessed.command()).into(),
            })),
        }
    }

    /// When the latest report was finished, in UTC.
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        self.reports.values().filter_map(|report| report.as_ref().ok()).map(|report| report.completed).max()
    }

    /// Those who may use a service through a group or policy, and when they did.
    pub fn entities(&self, subject: &ReportSubject, namespace: &str) -> Option<&Listing<EntityAccess>> {
        self.entities.get(&(subject.clone(), namespace.to_ascii_lowercase().into()))
    }

    /// When users and roles last used services, by what was handed in about their groups and policies: by ARN, then by the
    /// namespace of the service in small letters.
    pub fn uses_by_entity(&self) -> BTreeMap<&str, BTreeMap<&str, DateTime<Utc>>> {
        let mut uses: BTreeMap<&str, BTreeMap<&str, DateTime<Utc>>> = BTreeMap::new();
        for ((_, namespace), listing) in &self.entities {
            for entity in &listing.items {
                let Ok(Some(last)) = entity.last.known() else { continue };
                let own = uses.entry(&entity.arn).or_default().entry(namespace).or_insert(last);
                *own = last.max(*own);
            }
        }
        uses
    }

    /// When anybody of those who have a group or policy last used services, by what was handed in about it: by the namespace
    /// of the service in small letters.
    pub fn uses_of_shared(&self) -> BTreeMap<&ReportSubject, BTreeMap<&str, DateTime<Utc>>> {
        let mut uses: BTreeMap<&ReportSubject, BTreeMap<&str, DateTime<Utc>>> = BTreeMap::new();
        for ((subject, namespace), listing) in &self.entities {
            let moments = listing.items.iter().filter_map(|entity| entity.last.known().ok().flatten());
            if let Some(last) = moments.max() {
                uses.entry(subject).or_default().insert(namespace, last);
            }
        }
        uses
    }

    /// Which policies grant which services, as AWS says it.
    pub fn policies(&self, subject: &ReportSubject) -> Option<&Listing<ServicePolicies>> {
        self.policies.get(subject)
    }
}
