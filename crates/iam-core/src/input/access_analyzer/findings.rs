//! `aws accessanalyzer list-findings`, `get-finding`, `list-findings-v2` and `get-finding-v2`.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::detail::{self, FindingDetail};
use super::item::{At, Item, Reader};
use super::{Answer, Finds};
use crate::fact::{Fact, FileId, Gap, Place, Source};
use crate::ident::AccountId;
use crate::input::Artefact;

/// What `format` of the wrapper says.
pub(super) const FORMAT: &str = "iam-audit/access-analyzer-findings";

/// What an analyzer found, whichever call or event tells it. Source: IAM Access Analyzer API Reference, `FindingSummary`,
/// `FindingSummaryV2` and `GetFindingV2`.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalyzerFinding {
    /// The id, unique in its analyzer.
    pub id: Box<str>,
    /// What was found.
    pub kind: FindingKind,
    /// What became of it.
    pub status: FindingStatus,
    /// The ARN of the resource, or of the user or role; AWS may leave it out.
    pub resource: Option<Box<str>>,
    /// Its type as `CloudFormation` calls it, such as `AWS::S3::Bucket`.
    pub resource_type: Box<str>,
    /// The account that owns the resource, where it is told: an organisation's analyzer sees those of many accounts.
    pub owner: Option<AccountId>,
    /// When it was found, in UTC.
    pub created: Fact<DateTime<Utc>>,
    /// When the resource was last looked at, in UTC.
    pub analyzed: Option<DateTime<Utc>>,
    /// When the finding last changed, in UTC.
    pub updated: Option<DateTime<Utc>>,
    /// Why AWS could not look, by its code, such as `ACCESS_DENIED`. Then nothing is stated about the resource.
    pub error: Option<Box<str>>,
    /// What was found in detail.
    pub details: Details,
}

/// The details of a finding.
#[derive(Debug, Clone, PartialEq)]
pub enum Details {
    /// The answer does not tell them: it is a summary of `list-findings-v2`, or an event.
    NotTold,
    /// The answer tells them.
    Told {
        /// Each of them, with its place.
        details: Vec<(FindingDetail, Source)>,
        /// Why there may be more, if there may.
        incomplete: Option<Arc<Gap>>,
    },
}

/// What was found. Source: IAM Access Analyzer API Reference, `FindingType`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Somebody outside the zone of trust has access.
    ExternalAccess,
    /// Somebody inside has access to a resource that is watched.
    InternalAccess,
    /// A role that is not used.
    UnusedRole,
    /// An access key of a user that is not used.
    UnusedAccessKey,
    /// A password of a user that is not used.
    UnusedPassword,
    /// Services or actions that a user or role may use and does not.
    UnusedPermission,
    /// Another kind, by AWS's word.
    Other(Box<str>),
}

/// What became of a finding. Source: IAM Access Analyzer API Reference, `FindingStatus`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingStatus {
    /// It stands.
    Active,
    /// It stands, and somebody or an archive rule has put it aside.
    Archived,
    /// What was found is gone.
    Resolved,
    /// Another status, by AWS's word.
    Other(Box<str>),
}

impl FindingKind {
    const WORDS: [(&'static str, Self); 6] = [
        ("ExternalAccess", Self::ExternalAccess),
        ("InternalAccess", Self::InternalAccess),
        ("UnusedIAMRole", Self::UnusedRole),
        ("UnusedIAMUserAccessKey", Self::UnusedAccessKey),
        ("UnusedIAMUserPassword", Self::UnusedPassword),
        ("UnusedPermission", Self::UnusedPermission),
    ];

    /// The kind of AWS's word.
    pub fn of(word: &str) -> Self {
        let known = Self::WORDS.iter().find(|(own, _)| *own == word);
        known.map_or_else(|| Self::Other(word.into()), |(_, kind)| kind.clone())
    }

    /// AWS's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(word) => word,
            known => Self::WORDS.iter().find(|(_, kind)| kind == known).map_or("", |(word, _)| word),
        }
    }

    /// What an analyzer looks for that finds this.
    pub fn finds(&self) -> Option<Finds> {
        match self {
            Self::ExternalAccess => Some(Finds::External),
            Self::InternalAccess => Some(Finds::Internal),
            Self::UnusedRole | Self::UnusedAccessKey | Self::UnusedPassword | Self::UnusedPermission => {
                Some(Finds::Unused)
            }
            Self::Other(_) => None,
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FindingStatus {
    /// The status of AWS's word.
    pub fn of(word: &str) -> Self {
        match word {
            "ACTIVE" => Self::Active,
            "ARCHIVED" => Self::Archived,
            "RESOLVED" => Self::Resolved,
            other => Self::Other(other.into()),
        }
    }

    /// AWS's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "ACTIVE",
            Self::Archived => "ARCHIVED",
            Self::Resolved => "RESOLVED",
            Self::Other(word) => word,
        }
    }
}

impl fmt::Display for FindingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl AnalyzerFinding {
    /// The details that are told.
    pub fn details(&self) -> impl Iterator<Item = &FindingDetail> {
        let told = match &self.details {
            Details::NotTold => &[][..],
            Details::Told { details, .. } => details,
        };
        told.iter().map(|(detail, _)| detail)
    }
}

/// Whether it is a finding as `list-findings` and `list-findings-v2` print it. Previews of changes have a `changeType`, results
/// of policy validation no `id`, and findings of other services no `resourceOwnerAccount`.
pub(super) fn is_listed(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    has("id")
        && has("status")
        && has("resourceType")
        && has("resourceOwnerAccount")
        && !has("changeType")
        && (has("condition") || has("findingType") || has("error"))
}

/// Whether it is a finding as `get-finding-v2` prints it.
pub(super) fn is_detail(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    value.get("findingDetails").is_some_and(Value::is_array) && has("resourceType") && has("id")
}

pub(super) fn read(document: &Value, file: FileId) -> (Answer<AnalyzerFinding>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::AnalyzerFindings, file, "id");
    let answer = if document.get("format").and_then(Value::as_str) == Some(FORMAT) {
        reader.wrapped(document, "findings", finding)
    } else if document.is_array() {
        reader.listed(document, "", finding)
    } else if document.get("findings").is_some() {
        reader.listed(document, "findings", finding)
    } else if document.get("finding").is_some() {
        reader.one(document, "finding", finding)
    } else {
        reader.one(document, "", finding)
    };
    (answer, reader.into_gaps())
}

fn finding(reader: &mut Reader, item: Item<'_>) -> Option<AnalyzerFinding> {
    // In a list of answers of `get-finding` each has its finding under a key.
    let item = match (item.value.get("finding"), item.at) {
        (Some(value), At::In("", _)) => Item { value, ..item },
        _ => item,
    };
    let id = reader.text(item, "id")?;
    let status = FindingStatus::of(&reader.text(item, "status")?);
    if let FindingStatus::Other(word) = &status {
        reader.not_understood(item.at.place("status"), "the status of a finding", word);
    }
    let resource_type = reader.text(item, "resourceType")?;
    let details = details(reader, item);
    let kind = match reader.optional_text(item, "findingType") {
        Some(word) => FindingKind::of(&word),
        // The older calls tell of external access only.
        None if item.value.get("condition").is_some() => FindingKind::ExternalAccess,
        None => kind_by_details(&details).unwrap_or(FindingKind::ExternalAccess),
    };
    if let FindingKind::Other(word) = &kind {
        reader.not_understood(item.at.place("findingType"), "the type of finding", word);
    }
    Some(AnalyzerFinding {
        id,
        kind,
        status,
        resource: reader.optional_text(item, "resource"),
        resource_type,
        owner: reader.optional_text(item, "resourceOwnerAccount").and_then(|id| id.parse().ok()),
        created: reader.time(item, "createdAt"),
        analyzed: reader.optional_time(item, "analyzedAt"),
        updated: reader.optional_time(item, "updatedAt"),
        error: reader.optional_text(item, "error"),
        details,
    })
}

fn kind_by_details(details: &Details) -> Option<FindingKind> {
    let Details::Told { details, .. } = details else { return None };
    details.first().and_then(|(detail, _)| detail.kind())
}

fn details(reader: &mut Reader, item: Item<'_>) -> Details {
    const FIELD: &str = "findingDetails";
    let Some(value) = item.value.get(FIELD) else {
        // The older calls tell the details of external access beside the rest.
        let place = item.at.place("");
        let is_old = item.value.get("condition").is_some();
        let access = is_old.then(|| detail::access(reader, item.value, place)).flatten();
        let Some(access) = access else { return Details::NotTold };
        let details = vec![(FindingDetail::External(Box::new(access)), reader.source(place))];
        return Details::Told { details, incomplete: None };
    };
    let Some(list) = value.as_array() else {
        let gap = reader.malformed(item.at.place(FIELD), Some(value), "a list");
        return Details::Told { details: Vec::new(), incomplete: Some(gap) };
    };
    let (mut details, mut incomplete) = (Vec::with_capacity(list.len()), None);
    for (value, position) in list.iter().zip(0..) {
        let place = place_of(item.at, position);
        match detail::read(reader, value, place) {
            Ok(detail) => details.push((detail, reader.source(place))),
            Err(gap) => incomplete = Some(gap),
        }
    }
    if item.value.get("nextToken").is_some_and(|token| !token.is_null()) {
        incomplete = Some(reader.cut_off(item.at.place(FIELD), list.len()));
    }
    Details::Told { details, incomplete }
}

fn place_of(finding: At, position: u32) -> Place {
    const FIELD: &str = "findingDetails";
    match finding {
        At::Under(_) => Place::Json { list: FIELD, item: Some(position), field: "" },
        At::In(list, item) => Place::Nested { list, item, inner: FIELD, position, field: "" },
        At::Within(outer, _, item) => {
            Place::Deep { keys: &["analyzers", "findings", FIELD, ""], items: [outer, item, position] }
        }
    }
}
