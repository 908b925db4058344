//! What IAM Access Analyzer says about the same resources, and why the two may differ.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::symbolic::TRUSTED_KEYS;

use super::said::Said;
use super::{ExternalAccess, Question, ResourceAccess, SharedKind};
use crate::evidence::{AccessAnalyzer, Account, Quote, ReportedFinding};
use crate::fact::shown_date;
use crate::ident::{AccountId, Arn};
use crate::input::access_analyzer::{
    Analyzer, Details, FindingDetail, FindingKind, FindingStatus, Finds, Scope,
};
use crate::input::monitoring::Placed;
use crate::input::resource_policies::ResourceKind;

/// What was computed here about one resource, beside what Access Analyzer found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The ARN.
    pub arn: String,
    /// The type, such as `AWS::S3::Bucket`.
    pub resource_type: String,
    /// Whether the two agree.
    pub agreement: Agreement,
    /// Whom only AWS lets in, by its words.
    pub only_aws: Vec<String>,
    /// Who gets in by what was computed here, and is in no finding of AWS.
    pub only_here: Vec<String>,
    /// What one of the two says of somebody and the other does not: principal, actions, condition, whether it is public.
    pub differences: Vec<String>,
    /// Whether what lets others in was handed in, so that something was computed.
    pub is_seen_here: bool,
    /// AWS's findings about it.
    pub findings: Vec<Told>,
    /// What may be the reason for a difference.
    pub why: Vec<String>,
}

/// A finding of Access Analyzer, as far as it matters beside ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its id in the first Region that tells it.
    pub id: String,
    /// AWS's word for its status.
    pub status: String,
    /// The Regions that tell it.
    pub regions: Vec<String>,
    /// AWS's code where it could not look.
    pub error: Option<String>,
    /// Where it stands.
    pub quote: Option<Quote>,
}

/// Whether what was computed here and what Access Analyzer found agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// Only Access Analyzer says that somebody gets in.
    OnlyAws,
    /// Both say that somebody gets in, and not the same of whom, to do what, under which condition, or whether it is anybody.
    Differs,
    /// Only what was computed here says so.
    OnlyHere,
    /// Access Analyzer could not look, and nobody gets in by what was computed here.
    NotAnalyzed,
    /// Both say the same; AWS's finding is archived.
    Archived,
    /// Both say the same of principals, actions, conditions, and whether it is public.
    Agrees,
}

impl Agreement {
    /// Every agreement, the one that most wants to be looked at first.
    pub const ALL: &[Self] =
        &[Self::OnlyAws, Self::Differs, Self::OnlyHere, Self::NotAnalyzed, Self::Archived, Self::Agrees];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnlyAws => "only-aws",
            Self::Differs => "differs",
            Self::OnlyHere => "only-here",
            Self::NotAnalyzed => "not-analyzed",
            Self::Archived => "archived",
            Self::Agrees => "agrees",
        }
    }
}

/// So many of the trusted keys come first for which Access Analyzer documents filters.
const WITH_FILTERS: usize = 11;

const NOT_HANDED_IN: &str = "what lets others in was not handed in for this resource";

/// The types that analyzers of external access look at. Source: IAM User Guide, "IAM Access Analyzer resource types for external
/// access".
fn is_looked_at(kind: SharedKind) -> bool {
    match kind {
        SharedKind::Role => true,
        SharedKind::Resource(kind) => matches!(
            kind,
            ResourceKind::Bucket
                | ResourceKind::DirectoryBucket
                | ResourceKind::Key
                | ResourceKind::Function
                | ResourceKind::LayerVersion
                | ResourceKind::Queue
                | ResourceKind::Topic
                | ResourceKind::Secret
                | ResourceKind::FileSystem
                | ResourceKind::Repository
                | ResourceKind::Table
                | ResourceKind::TableStream
                | ResourceKind::VolumeSnapshot
                | ResourceKind::DatabaseSnapshot
                | ResourceKind::ClusterSnapshot
        ),
    }
}

/// Compares what was computed with what Access Analyzer found: each resource and role that either says somebody gets into, or at
/// which AWS could not look, by ARN. `None` where nothing of Access Analyzer was handed in.
pub(super) fn compared(
    account: &Account,
    access: &ExternalAccess,
    question: &Question<'_>,
) -> Option<Vec<Comparison>> {
    let analyzers = account.access_analyzer();
    if analyzers.is_empty() {
        return None;
    }
    let mut both: BTreeMap<&str, Both<'_>> = BTreeMap::new();
    let external = || analyzers.findings().filter(|one| one.finding.kind == FindingKind::ExternalAccess);
    for reported in external() {
        if let Some(arn) = reported.finding.resource.as_deref().filter(|arn| question.is_about(arn)) {
            both.entry(arn).or_default().aws.push(reported);
        }
    }
    for resource in &access.resources {
        let arn = named_by_aws(resource, &both).unwrap_or(&resource.arn);
        both.entry(arn).or_default().here = Some(resource);
    }
    let asked = Asked { account, analyzers, question };
    let mut compared: Vec<Comparison> =
        both.into_iter().filter_map(|(arn, both)| asked.compare(arn, &both)).collect();
    // A finding that names no resource may be about any.
    let nameless = external().filter(|one| one.finding.resource.is_none());
    for reported in nameless.filter(|_| question.resource.is_none()) {
        let both = Both { here: None, aws: vec![reported] };
        let id = format!("the resource of the finding {}, which does not name it", reported.finding.id);
        compared.extend(asked.compare(&id, &both));
    }
    Some(compared)
}

#[derive(Default)]
struct Both<'a> {
    here: Option<&'a ResourceAccess>,
    aws: Vec<&'a ReportedFinding>,
}

/// The ARN that AWS's findings have for a resource: that of a secret may lack the six characters that AWS adds to the name.
fn named_by_aws<'a>(resource: &ResourceAccess, both: &BTreeMap<&'a str, Both<'_>>) -> Option<&'a str> {
    if let Some((arn, _)) = both.get_key_value(resource.arn.as_str()) {
        return Some(arn);
    }
    if resource.kind != SharedKind::Resource(ResourceKind::Secret) {
        return None;
    }
    let is_it = |arn: &&str| {
        arn.strip_prefix(resource.arn.as_str())
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|added| added.len() == 6)
    };
    both.keys().copied().find(is_it)
}

struct Asked<'a> {
    account: &'a Account,
    analyzers: &'a AccessAnalyzer,
    question: &'a Question<'a>,
}

impl Asked<'_> {
    /// `None` where neither says that anybody gets in.
    fn compare(&self, arn: &str, both: &Both<'_>) -> Option<Comparison> {
        let with = |status: &FindingStatus| {
            let told = both
                .aws
                .iter()
                .filter(move |one| one.finding.status == *status && one.finding.error.is_none());
            told.copied().collect::<Vec<_>>()
        };
        let (active, archived) = (with(&FindingStatus::Active), with(&FindingStatus::Archived));
        let error = both.aws.iter().find_map(|one| {
            let stands = one.finding.status != FindingStatus::Resolved;
            one.finding.error.as_deref().filter(|_| stands)
        });
        let here: Vec<Said> =
            both.here.into_iter().flat_map(ResourceAccess::in_force).map(Said::here).collect();
        let is_open_here = !here.is_empty();
        let aws_finds_some = !active.is_empty() || !archived.is_empty();
        let all: Vec<Option<Vec<Said>>> = active.iter().chain(&archived).map(|told| said(told)).collect();
        let is_told = all.iter().all(Option::is_some);
        let there: Vec<Said> = all.into_iter().flatten().flatten().collect();
        let only_aws = named_only(&there, &here);
        let only_here = if is_told { named_only(&here, &there) } else { Vec::new() };
        let mut differences = Vec::new();
        let (mut aws_says_more, mut own_say_more) = (false, false);
        if is_open_here && aws_finds_some {
            let of_aws: Vec<String> = there.iter().filter_map(|said| said.beyond(&here, "here")).collect();
            aws_says_more = !of_aws.is_empty();
            differences.extend(of_aws);
            if is_told {
                let own: Vec<String> =
                    here.iter().filter_map(|said| said.beyond(&there, "by what AWS found")).collect();
                own_say_more = !own.is_empty();
                differences.extend(own);
            } else {
                let what = "what AWS found was handed in without its details, so that it cannot be compared";
                differences.push(what.to_owned());
            }
        }
        differences.sort();
        differences.dedup();
        let agreement = match (is_open_here, aws_finds_some) {
            (false, false) if error.is_some() => Agreement::NotAnalyzed,
            (false, false) => return None,
            // What was put aside and is not found here may be gone, or is not to be seen.
            (false, true) if active.is_empty() => Agreement::Archived,
            (false, true) => Agreement::OnlyAws,
            (true, false) => Agreement::OnlyHere,
            (true, true) if !differences.is_empty() => Agreement::Differs,
            (true, true) if active.is_empty() => Agreement::Archived,
            (true, true) => Agreement::Agrees,
        };
        let why = match agreement {
            Agreement::OnlyAws => self.why_only_aws(both, &active),
            Agreement::OnlyHere => self.why_only_here(arn, both, error),
            Agreement::Differs => {
                let mut why = if aws_says_more { self.why_only_aws(both, &active) } else { Vec::new() };
                if active.is_empty() {
                    why.push("what AWS found is archived".to_owned());
                }
                if own_say_more {
                    why.extend(self.why_only_here(arn, both, error));
                }
                why
            }
            Agreement::NotAnalyzed => {
                error.map(|error| format!("AWS could not look at it: {error}")).into_iter().collect()
            }
            Agreement::Archived if both.here.is_none() => vec![NOT_HANDED_IN.to_owned()],
            Agreement::Archived if !is_open_here => {
                vec!["what was handed in lets nobody in; the archived finding may be of the past".to_owned()]
            }
            Agreement::Archived | Agreement::Agrees => Vec::new(),
        };
        let resource_type = match (both.here, both.aws.first()) {
            (Some(here), _) => here.kind.as_str().to_owned(),
            (None, Some(told)) => told.finding.resource_type.to_string(),
            (None, None) => String::new(),
        };
        Some(Comparison {
            arn: arn.to_owned(),
            resource_type,
            agreement,
            only_aws,
            only_here,
            differences,
            is_seen_here: both.here.is_some(),
            findings: both.aws.iter().map(|told| self::told(self.account, told)).collect(),
            why,
        })
    }

    fn why_only_aws(&self, both: &Both<'_>, active: &[&ReportedFinding]) -> Vec<String> {
        let mut why = Vec::new();
        let accesses = || {
            active.iter().flat_map(|told| told.finding.details()).filter_map(|detail| match detail {
                FindingDetail::External(access) => Some(access),
                _ => None,
            })
        };
        let trusted: &BTreeSet<AccountId> = &self.question.zone.accounts;
        let of_zone = |who: &str| {
            let by_arn = || Arn::parse(who).ok()?.account().ok();
            who.parse::<AccountId>().ok().or_else(by_arn).is_some_and(|account| trusted.contains(&account))
        };
        if accesses().any(|access| access.principal.values().any(|who| of_zone(who))) {
            why.push("an account that is trusted here is outside for the analyzer".to_owned());
        }
        if self.question.zone.organization.is_some() {
            why.push("the organization is trusted here, and may be outside for the analyzer".to_owned());
        }
        for source in accesses().flat_map(|access| &access.sources) {
            if let Some(point) =
                source.access_point.as_deref().filter(|_| source.kind.starts_with("S3_ACCESS_POINT"))
            {
                why.push(format!("it comes through the access point {point}"));
            }
        }
        let Some(here) = both.here else {
            why.push(NOT_HANDED_IN.to_owned());
            return why;
        };
        let keys = here.in_force().flat_map(|own| &own.condition).map(|(key, _)| key.as_str());
        let is_documented =
            |key: &str| TRUSTED_KEYS.iter().take(WITH_FILTERS).any(|known| known.eq_ignore_ascii_case(key));
        let others: BTreeSet<&str> = keys.filter(|key| !is_documented(key)).collect();
        why.extend(
            others.into_iter().map(|key| {
                format!("AWS does not document that it looks at {key}, which is a condition here")
            }),
        );
        why.extend(here.open.iter().map(|open| format!("not all was seen here: {}", open.why)));
        why.extend(
            here.findings
                .iter()
                .filter_map(|own| own.blocked_by.as_ref())
                .map(|by| format!("{by} keeps them out by what was handed in")),
        );
        if why.is_empty() {
            let looked = active.iter().filter_map(|told| told.finding.analyzed).max();
            let looked = looked.map(|at| format!("; AWS looked on {}", shown_date(at))).unwrap_or_default();
            why.push(format!(
                "what was handed in lets nobody of them in, and may have been changed since{looked}"
            ));
        }
        why.dedup();
        why
    }

    fn why_only_here(&self, arn: &str, both: &Both<'_>, error: Option<&str>) -> Vec<String> {
        let mut why = Vec::new();
        let Some(here) = both.here else { return why };
        if let Some(error) = error {
            why.push(format!("AWS could not look at it: {error}"));
        }
        if !is_looked_at(here.kind) {
            why.push(format!(
                "Access Analyzer does not look at resources of the type {}",
                here.kind.as_str()
            ));
            return why;
        }
        let is_version =
            here.kind == SharedKind::Resource(ResourceKind::Function) && arn.matches(':').count() > 6;
        if is_version {
            why.push(
                "Access Analyzer does not look at policies of aliases and versions of functions".to_owned(),
            );
        }
        let by_arn = Arn::parse(arn).map(|arn| arn.region).unwrap_or_default();
        let region = here.region.as_deref().unwrap_or(by_arn);
        let looking: Vec<&Placed<Analyzer>> = self
            .analyzers
            .active(Finds::External)
            .filter(|analyzer| region.is_empty() || analyzer.value.region() == region)
            .collect();
        if looking.is_empty() {
            let place = if region.is_empty() { String::new() } else { format!(" in {region}") };
            let known = match self.analyzers.all_of_region(region) {
                Err(gap) if !region.is_empty() => format!(": {}", gap.what),
                _ => String::new(),
            };
            why.push(format!("no analyzer of external access is known to be at work{place}{known}"));
            return why;
        }
        if looking.iter().all(|analyzer| analyzer.value.kind.scope() == Some(Scope::Organization)) {
            why.push("the analyzer trusts the whole organization, which may be theirs".to_owned());
        }
        why.extend(
            looking
                .iter()
                .filter_map(|analyzer| self.analyzers.all_findings(&analyzer.value).err())
                .map(|gap| gap.what.to_string()),
        );
        for told in &both.aws {
            if told.finding.status == FindingStatus::Resolved {
                let at = told.finding.updated.map(|at| format!(" on {}", shown_date(at))).unwrap_or_default();
                why.push(format!("AWS resolved the finding {}{at}", told.finding.id));
            }
        }
        let unclear = here.in_force().flat_map(|own| &own.depends_on).next();
        why.extend(unclear.map(|on| format!("it is access only depending on {on}")));
        if why.is_empty() {
            let last = looking.iter().filter_map(|analyzer| analyzer.value.last_analyzed).max();
            let last = last.map(|at| format!("; it last looked on {}", shown_date(at))).unwrap_or_default();
            why.push(format!(
                "the access may be too new for AWS, which takes up a change within about half an hour{last}"
            ));
        }
        why.dedup();
        why
    }
}

/// What a finding says; `None` where it does not tell all of it.
fn said(reported: &ReportedFinding) -> Option<Vec<Said>> {
    if let Details::Told { incomplete: Some(_), .. } = &reported.finding.details {
        return None;
    }
    let accesses = reported.finding.details().map(|detail| match detail {
        FindingDetail::External(access) => Said::there(access),
        _ => None,
    });
    let all: Vec<Vec<Said>> = accesses.collect::<Option<_>>()?;
    (!all.is_empty()).then(|| all.concat())
}

/// The principals of `some` that none of `others` names.
fn named_only(some: &[Said], others: &[Said]) -> Vec<String> {
    let is_alone = |said: &&Said| !others.iter().any(|other| said.is_named_by(other));
    let alone: Vec<Said> = some.iter().filter(is_alone).cloned().collect();
    names(&alone)
}

fn names(all: &[Said]) -> Vec<String> {
    let names: BTreeSet<&str> = all.iter().map(|said| said.principal.as_str()).collect();
    names.into_iter().map(str::to_owned).collect()
}

fn told(account: &Account, reported: &ReportedFinding) -> Told {
    Told {
        id: reported.finding.id.to_string(),
        status: reported.finding.status.to_string(),
        regions: reported.regions().into_iter().map(str::to_owned).collect(),
        error: reported.finding.error.as_deref().map(str::to_owned),
        quote: account.quote(reported.source),
    }
}
