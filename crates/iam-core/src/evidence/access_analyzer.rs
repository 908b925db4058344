use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Supplied;
use crate::fact::{Gap, Reason, Source};
use crate::ident::{AccountId, Arn};
use crate::input::access_analyzer::{
    Analyzer, AnalyzerFinding, AnalyzerStatus, ArchiveRule, Configuration, FindingDetail, FindingKind,
    FindingStatus, Finds,
};
use crate::input::monitoring::Placed;
use crate::input::{Artefact, quoted};

/// What IAM Access Analyzer says about an account: who looks where, what was found, and what is put aside.
///
/// That something was not found proves nothing by itself: [`AccessAnalyzer::active`] tells who looks, and
/// [`AccessAnalyzer::all_findings`] whether all that he found was handed in.
#[derive(Debug, Clone, Default)]
pub struct AccessAnalyzer {
    /// The Regions of which something tells whether there are analyzers: the place of the list, or why it was not seen.
    pub(super) regions: BTreeMap<Box<str>, Supplied<Source>>,
    /// By ARN.
    pub(super) analyzers: BTreeMap<Box<str>, Placed<Analyzer>>,
    /// The archive rules by the ARN of their analyzer, and why there may be more.
    pub(super) rules: BTreeMap<Box<str>, Rules>,
    /// Whether all findings were seen, by the ARN of the analyzer.
    pub(super) listed: BTreeMap<Box<str>, Supplied<()>>,
    pub(super) findings: Vec<ReportedFinding>,
    /// Why an artefact is not there, where something says so that does not name a Region.
    pub(super) failed: BTreeMap<Artefact, Arc<Gap>>,
}

/// Archive rules of one analyzer, and why there may be more.
pub(super) type Rules = (Vec<Placed<ArchiveRule>>, Supplied<()>);

/// A finding of Access Analyzer, with all analyzers that tell it: what a role trusts is found in every Region.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedFinding {
    /// The finding. Where its sightings differ in status, the one that counts is the least harmless of them.
    pub finding: AnalyzerFinding,
    /// Where it stands.
    pub source: Source,
    /// Who tells it, at least one.
    pub sightings: Vec<Sighting>,
}

/// One analyzer's word on a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// The Region, where something tells it.
    pub region: Option<Box<str>>,
    /// The ARN of the analyzer, where something tells it.
    pub analyzer: Option<Box<str>>,
    /// The id there.
    pub id: Box<str>,
    /// The status there.
    pub status: FindingStatus,
    /// Where it stands.
    pub source: Source,
}

/// A statement of Access Analyzer that somebody does not use something that he may use.
#[derive(Debug, Clone, PartialEq)]
pub struct UnusedAccess<'a> {
    /// The ARN of the user or role.
    pub principal: &'a str,
    /// What is not used.
    pub what: Unused<'a>,
    /// When it was last used, in UTC; `None` where AWS knows of no use.
    pub last_accessed: Option<DateTime<Utc>>,
    /// After how long without use the analyzer calls something unused; `None` where its settings were not seen.
    pub period: Option<TimeDelta>,
    /// When it was found, in UTC, where that is told.
    pub found: Option<DateTime<Utc>>,
    /// When AWS last looked, in UTC, where that is told.
    pub analyzed: Option<DateTime<Utc>>,
    /// What became of the finding. An archived one still says that there was no use.
    pub status: &'a FindingStatus,
    /// Where it stands.
    pub source: Source,
}

/// What is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unused<'a> {
    /// The role as a whole.
    Role,
    /// A service, by the prefix of its actions.
    Service(&'a str),
    /// An action, by service and name.
    Action(&'a str, &'a str),
}

impl AccessAnalyzer {
    /// Whether nothing of all this was handed in.
    pub fn is_empty(&self) -> bool {
        self.regions.is_empty()
            && self.analyzers.is_empty()
            && self.findings.is_empty()
            && self.listed.is_empty()
    }

    /// The analyzers, by ARN.
    pub fn analyzers(&self) -> impl Iterator<Item = &Placed<Analyzer>> {
        self.analyzers.values()
    }

    /// The analyzer with this ARN.
    pub fn analyzer(&self, arn: &str) -> Option<&Placed<Analyzer>> {
        self.analyzers.get(arn)
    }

    /// Analyzers that look for something and are at work.
    pub fn active(&self, finds: Finds) -> impl Iterator<Item = &Placed<Analyzer>> {
        let is_one = move |analyzer: &&Placed<Analyzer>| {
            analyzer.value.kind.finds() == Some(finds) && analyzer.value.status == AnalyzerStatus::Active
        };
        self.analyzers().filter(is_one)
    }

    /// The Regions of which lists of analyzers were seen, or should have been.
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.keys().map(|region| &**region)
    }

    /// That all analyzers of a Region were seen, and where they are listed.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn all_of_region(&self, region: &str) -> Supplied<Source> {
        match self.regions.get(region) {
            Some(seen) => seen.clone(),
            None => Err(self.failed.get(&Artefact::Analyzers).cloned().unwrap_or_else(|| {
                lacking(
                    Artefact::Analyzers,
                    &format!("no list of analyzers in {} was handed in", quoted(region)),
                )
            })),
        }
    }

    /// The archive rules of an analyzer that were seen.
    pub fn rules(&self, analyzer: &Analyzer) -> &[Placed<ArchiveRule>] {
        self.rules.get(&analyzer.arn).map_or(&[], |(rules, _)| rules)
    }

    /// That all archive rules of an analyzer were seen.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn all_rules(&self, analyzer: &Analyzer) -> Supplied<()> {
        match self.rules.get(&analyzer.arn) {
            Some((_, complete)) => complete.clone(),
            None => Err(self.not_listed(Artefact::ArchiveRules, analyzer)),
        }
    }

    /// The findings, by kind and resource: active, archived and resolved ones.
    pub fn findings(&self) -> impl Iterator<Item = &ReportedFinding> {
        self.findings.iter()
    }

    /// The findings about a resource, user or role.
    pub fn about<'a>(&'a self, arn: &'a str) -> impl Iterator<Item = &'a ReportedFinding> {
        self.findings().filter(move |reported| reported.finding.resource.as_deref() == Some(arn))
    }

    /// That all findings of an analyzer were seen.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn all_findings(&self, analyzer: &Analyzer) -> Supplied<()> {
        match self.listed.get(&analyzer.arn) {
            Some(complete) => complete.clone(),
            None => Err(self.not_listed(Artefact::AnalyzerFindings, analyzer)),
        }
    }

    /// That all analyzers of the Regions that were asked were seen.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn all_analyzers(&self) -> Supplied<()> {
        if self.regions.is_empty() && self.analyzers.is_empty() {
            return Err(self
                .failed
                .get(&Artefact::Analyzers)
                .cloned()
                .unwrap_or_else(|| lacking(Artefact::Analyzers, &Artefact::Analyzers.not_handed_in())));
        }
        for seen in self.regions.values() {
            seen.clone()?;
        }
        if self.regions.is_empty() {
            return Err(lacking(Artefact::Analyzers, "no whole list of analyzers was handed in"));
        }
        self.failed.get(&Artefact::Analyzers).map_or(Ok(()), |gap| Err(Arc::clone(gap)))
    }

    /// That there is no finding of a kind that nobody knows; it may be of any.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn all_understood(&self) -> Supplied<()> {
        let is_other = |reported: &&ReportedFinding| matches!(reported.finding.kind, FindingKind::Other(_));
        match self.findings().find(is_other) {
            None => Ok(()),
            Some(reported) => Err(Arc::new(Gap {
                reason: Reason::Malformed,
                artefact: Some(Artefact::AnalyzerFindings),
                source: Some(reported.source),
                what: format!(
                    "the type of finding {} is not understood",
                    quoted(reported.finding.kind.as_str())
                )
                .into(),
                remedy: "look at it in the console; a newer iam-audit may know it".into(),
            })),
        }
    }

    /// That all findings of external access were seen and understood, of all analyzers that look for it.
    ///
    /// # Errors
    ///
    /// The first gap.
    pub fn all_external(&self) -> Supplied<()> {
        if let Some(gap) = self.failed.get(&Artefact::AnalyzerFindings) {
            return Err(Arc::clone(gap));
        }
        for analyzer in self.active(Finds::External) {
            self.all_findings(&analyzer.value)?;
        }
        if let Some(gap) = self.listed.values().find_map(|listed| listed.clone().err()) {
            return Err(gap);
        }
        self.all_understood()?;
        let is_odd = |reported: &&ReportedFinding| {
            reported.finding.kind == FindingKind::ExternalAccess
                && matches!(reported.finding.status, FindingStatus::Other(_))
        };
        match self.findings().find(is_odd) {
            None => Ok(()),
            Some(reported) => Err(Arc::new(Gap {
                reason: Reason::Malformed,
                artefact: Some(Artefact::AnalyzerFindings),
                source: Some(reported.source),
                what: format!(
                    "the status {} of the finding {} is not understood",
                    quoted(&reported.finding.status.to_string()),
                    quoted(&reported.finding.id)
                )
                .into(),
                remedy: "look at it in the console; a newer iam-audit may know it".into(),
            })),
        }
    }

    /// What users and roles do not use, as far as findings tell it in detail. Those that are resolved are left out: what they
    /// named is used again, or gone.
    pub fn unused(&self) -> impl Iterator<Item = UnusedAccess<'_>> {
        let is_stated = |reported: &&ReportedFinding| {
            let AnalyzerFinding { status, error, .. } = &reported.finding;
            matches!(status, FindingStatus::Active | FindingStatus::Archived) && error.is_none()
        };
        self.findings().filter(is_stated).flat_map(|reported| self.unused_by(reported))
    }

    fn unused_by<'a>(&'a self, reported: &'a ReportedFinding) -> impl Iterator<Item = UnusedAccess<'a>> {
        let finding = &reported.finding;
        let stated = move |what, last_accessed| {
            Some(UnusedAccess {
                principal: finding.resource.as_deref()?,
                what,
                last_accessed,
                period: self.period(reported),
                found: finding.created.known().ok(),
                analyzed: finding.analyzed,
                status: &finding.status,
                source: reported.source,
            })
        };
        finding.details().flat_map(move |detail| -> Vec<UnusedAccess<'a>> {
            match detail {
                FindingDetail::UnusedRole { last_accessed } => {
                    stated(Unused::Role, *last_accessed).into_iter().collect()
                }
                FindingDetail::UnusedPermission { service, last_accessed, actions } if actions.is_empty() => {
                    stated(Unused::Service(service), *last_accessed).into_iter().collect()
                }
                FindingDetail::UnusedPermission { service, actions, .. } => {
                    let one = |action: &'a crate::input::access_analyzer::UnusedAction| {
                        stated(Unused::Action(service, &action.name), action.last_accessed)
                    };
                    actions.iter().filter_map(one).collect()
                }
                _ => Vec::new(),
            }
        })
    }

    /// After how long without use the analyzers that tell a finding call something unused: the longest of their periods, which
    /// all of them have seen at least one of; `None` unless the settings of each are known.
    pub fn period(&self, reported: &ReportedFinding) -> Option<TimeDelta> {
        let age = |sighting: &Sighting| {
            let analyzer = self.analyzer(sighting.analyzer.as_deref()?)?;
            match analyzer.value.configuration {
                Some(Configuration::Unused { age: Some(days), .. }) => {
                    TimeDelta::try_days(i64::try_from(days).ok()?)
                }
                _ => None,
            }
        };
        let ages: Option<Vec<TimeDelta>> = reported.sightings.iter().map(age).collect();
        ages?.into_iter().min()
    }

    fn not_listed(&self, artefact: Artefact, analyzer: &Analyzer) -> Arc<Gap> {
        self.failed.get(&artefact).cloned().unwrap_or_else(|| {
            let what = format!(
                "no {} of the analyzer {} in {} was handed in",
                artefact.noun(),
                quoted(&analyzer.name),
                quoted(analyzer.region())
            );
            lacking(artefact, &what)
        })
    }
}

impl ReportedFinding {
    /// What tells findings about the same resource apart, in every run: not their ids, which a new analyzer makes anew.
    pub fn identity(&self) -> String {
        identity(&self.finding)
    }

    /// The Regions whose analyzers tell it, in order.
    pub fn regions(&self) -> Vec<&str> {
        let mut regions: Vec<&str> =
            self.sightings.iter().filter_map(|sighting| sighting.region.as_deref()).collect();
        regions.sort_unstable();
        regions.dedup();
        regions
    }

    /// Whether everybody has access; `None` where nothing tells it.
    pub fn is_public(&self) -> Option<bool> {
        self.finding.details().find_map(|detail| match detail {
            FindingDetail::External(access) => access.is_public.or_else(|| {
                let is_anyone = access.principal.values().any(|who| &**who == "*");
                (is_anyone && access.condition.is_empty()).then_some(true)
            }),
            _ => None,
        })
    }

    /// The account that owns the resource: as the finding tells it, else as the ARN does.
    pub fn owner(&self) -> Option<AccountId> {
        let by_arn = || Arn::parse(self.finding.resource.as_deref()?).ok()?.account().ok();
        self.finding.owner.or_else(by_arn)
    }
}

/// See [`ReportedFinding::identity`]. What is told in no detail is known by its id.
pub(super) fn identity(finding: &AnalyzerFinding) -> String {
    let resource = finding.resource.as_deref().unwrap_or_default();
    let mut parts = vec![finding.kind.as_str(), resource];
    if let Some(error) = &finding.error {
        parts.extend(["error", error]);
    }
    let mut is_detailed = false;
    let mut details = String::new();
    for detail in finding.details() {
        is_detailed = true;
        let access = match detail {
            FindingDetail::External(access) => access,
            FindingDetail::Internal(internal) => &internal.access,
            FindingDetail::UnusedAccessKey { id, .. } => {
                details.push_str(id.full());
                continue;
            }
            _ => continue,
        };
        let pairs = access.principal.iter().chain(&access.condition);
        pairs.for_each(|(key, value)| details.extend([key, "=", value, " "]));
        let mut actions: Vec<&str> = access.actions.iter().map(|action| &**action).collect();
        actions.sort_unstable();
        for action in actions {
            details.extend([action, ","]);
        }
        access.sources.iter().for_each(|source| {
            details.extend([" ", &source.kind, source.access_point.as_deref().unwrap_or_default()]);
        });
    }
    parts.push(&details);
    let is_known_by_resource = matches!(
        finding.kind,
        FindingKind::UnusedRole | FindingKind::UnusedPassword | FindingKind::UnusedPermission
    );
    if resource.is_empty() || !is_known_by_resource && !is_detailed && finding.error.is_none() {
        parts.push(&finding.id);
    }
    parts.join(" ")
}

fn lacking(artefact: Artefact, what: &str) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(artefact),
        source: None,
        what: what.into(),
        remedy: format!("add the output of `{}`", artefact.command()).into(),
    })
}
