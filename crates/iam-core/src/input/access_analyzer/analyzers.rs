//! `aws accessanalyzer list-analyzers` and `get-analyzer`.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Answer;
use super::item::{Item, Reader};
use crate::fact::{Fact, FileId, Gap};
use crate::ident::{AccountId, Arn};
use crate::input::Artefact;

/// An analyzer. Source: IAM Access Analyzer API Reference, `AnalyzerSummary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analyzer {
    /// The ARN, which names account and Region.
    pub arn: Box<str>,
    /// Its name, unique in its account and Region.
    pub name: Box<str>,
    /// What it looks for, and where.
    pub kind: AnalyzerKind,
    /// Whether it is at work.
    pub status: AnalyzerStatus,
    /// Why it is not, by AWS's code, such as `ORGANIZATION_DELETED`.
    pub status_reason: Option<Box<str>>,
    /// When it was made, in UTC. What happened before, it found at its first look.
    pub created: Fact<DateTime<Utc>>,
    /// When it last looked at a resource, in UTC.
    pub last_analyzed: Option<DateTime<Utc>>,
    /// The service that made it and alone can delete it.
    pub managed_by: Option<Box<str>>,
    /// Its settings; `None` in a list of analyzers, which leaves them out, and for those that have none.
    pub configuration: Option<Configuration>,
}

/// What an analyzer looks for, and where. Source: IAM Access Analyzer API Reference, `Type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnalyzerKind {
    /// One of the known types.
    Known(Scope, Finds),
    /// Another type, by AWS's word.
    Other(Box<str>),
}

/// Whose resources or identities an analyzer looks at, which is also the zone that it trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Those of its account.
    Account,
    /// Those of all accounts of its organisation.
    Organization,
}

/// What an analyzer looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finds {
    /// Access from outside its zone.
    External,
    /// Roles, keys, passwords and permissions that are not used.
    Unused,
    /// Who inside the zone reaches chosen resources.
    Internal,
}

/// Whether an analyzer is at work. Source: IAM Access Analyzer API Reference, `AnalyzerStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnalyzerStatus {
    /// It is.
    Active,
    /// Not yet.
    Creating,
    /// Not any more.
    Disabled,
    /// AWS could not set it up.
    Failed,
    /// Another status, by AWS's word.
    Other(Box<str>),
}

/// The settings of an analyzer. Source: IAM Access Analyzer API Reference, `AnalyzerConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Configuration {
    /// Of one that looks for what is not used.
    Unused {
        /// After how many days without use something counts as unused: 1 to 365. What is younger is not judged.
        age: Option<u64>,
        /// How many rules leave accounts or tagged identities out.
        exclusions: usize,
    },
    /// Of one that looks at internal access.
    Internal {
        /// How many rules choose the resources that it looks at.
        inclusions: usize,
    },
    /// Of another kind, by its key.
    Other(Box<str>),
}

impl AnalyzerKind {
    const WORDS: [(&'static str, Scope, Finds); 6] = [
        ("ACCOUNT", Scope::Account, Finds::External),
        ("ORGANIZATION", Scope::Organization, Finds::External),
        ("ACCOUNT_UNUSED_ACCESS", Scope::Account, Finds::Unused),
        ("ORGANIZATION_UNUSED_ACCESS", Scope::Organization, Finds::Unused),
        ("ACCOUNT_INTERNAL_ACCESS", Scope::Account, Finds::Internal),
        ("ORGANIZATION_INTERNAL_ACCESS", Scope::Organization, Finds::Internal),
    ];

    /// The kind of AWS's word.
    pub fn of(word: &str) -> Self {
        let known = Self::WORDS.iter().find(|(own, _, _)| *own == word);
        known.map_or_else(|| Self::Other(word.into()), |(_, scope, finds)| Self::Known(*scope, *finds))
    }

    /// AWS's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(word) => word,
            Self::Known(scope, finds) => {
                let own = |(_, s, f): &&(&str, Scope, Finds)| (s, f) == (scope, finds);
                Self::WORDS.iter().find(own).map_or("", |(word, _, _)| word)
            }
        }
    }

    /// What it looks for, if that is known.
    pub fn finds(&self) -> Option<Finds> {
        match self {
            Self::Known(_, finds) => Some(*finds),
            Self::Other(_) => None,
        }
    }

    /// Where it looks, if that is known.
    pub fn scope(&self) -> Option<Scope> {
        match self {
            Self::Known(scope, _) => Some(*scope),
            Self::Other(_) => None,
        }
    }
}

impl fmt::Display for AnalyzerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl AnalyzerStatus {
    /// The status of AWS's word.
    pub fn of(word: &str) -> Self {
        match word {
            "ACTIVE" => Self::Active,
            "CREATING" => Self::Creating,
            "DISABLED" => Self::Disabled,
            "FAILED" => Self::Failed,
            other => Self::Other(other.into()),
        }
    }

    /// AWS's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "ACTIVE",
            Self::Creating => "CREATING",
            Self::Disabled => "DISABLED",
            Self::Failed => "FAILED",
            Self::Other(word) => word,
        }
    }
}

impl fmt::Display for AnalyzerStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Analyzer {
    /// The Region, by the ARN.
    pub fn region(&self) -> &str {
        Arn::parse(&self.arn).map_or("", |arn| arn.region)
    }

    /// The account that it belongs to, by the ARN.
    pub fn account(&self) -> Option<AccountId> {
        Arn::parse(&self.arn).ok()?.account().ok()
    }
}

/// Whether a text is the ARN of an analyzer.
pub(super) fn is_arn(text: &str) -> bool {
    Arn::parse(text).is_ok_and(|arn| {
        arn.service == "access-analyzer" && arn.resource.starts_with("analyzer/") && !arn.region.is_empty()
    })
}

pub(super) fn is_one(value: &Value) -> bool {
    value.get("arn").and_then(Value::as_str).is_some_and(is_arn)
}

pub(super) fn read(document: &Value, file: FileId) -> (Answer<Analyzer>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::Analyzers, file, "status");
    let answer = if document.get("analyzers").is_some() {
        reader.listed(document, "analyzers", analyzer)
    } else {
        reader.one(document, "analyzer", analyzer)
    };
    (answer, reader.into_gaps())
}

fn analyzer(reader: &mut Reader, item: Item<'_>) -> Option<Analyzer> {
    let arn = reader.text(item, "arn")?;
    if !is_arn(&arn) {
        reader.malformed(item.at.place("arn"), item.value.get("arn"), "the ARN of an analyzer");
        return None;
    }
    let kind = AnalyzerKind::of(&reader.text(item, "type")?);
    if let AnalyzerKind::Other(word) = &kind {
        reader.not_understood(item.at.place("type"), "the type of analyzer", word);
    }
    let status = AnalyzerStatus::of(&reader.text(item, "status")?);
    if let AnalyzerStatus::Other(word) = &status {
        reader.not_understood(item.at.place("status"), "the status of an analyzer", word);
    }
    let by_arn = arn.rsplit('/').next().unwrap_or_default().into();
    Some(Analyzer {
        name: reader.optional_text(item, "name").unwrap_or(by_arn),
        kind,
        status,
        status_reason: item.value.pointer("/statusReason/code").and_then(Value::as_str).map(Box::from),
        created: reader.time(item, "createdAt"),
        last_analyzed: reader.optional_time(item, "lastResourceAnalyzedAt"),
        managed_by: reader.optional_text(item, "managedBy"),
        configuration: configuration(reader, item),
        arn,
    })
}

fn configuration(reader: &mut Reader, item: Item<'_>) -> Option<Configuration> {
    const FIELD: &str = "configuration";
    let value = item.value.get(FIELD).filter(|value| !value.is_null())?;
    let Some((key, inner)) = value.as_object().and_then(|fields| fields.iter().next()) else {
        if !value.is_object() {
            reader.malformed(item.at.place(FIELD), Some(value), "an object");
        }
        return None;
    };
    let rules = |name: &str| {
        inner.pointer("/analysisRule").and_then(|rule| rule.get(name)?.as_array()).map_or(0, Vec::len)
    };
    match key.as_str() {
        "unusedAccess" => {
            let age = inner.get("unusedAccessAge").filter(|age| !age.is_null());
            let days = age.and_then(Value::as_u64);
            if age.is_some() && days.is_none() {
                let place = item.at.place("configuration/unusedAccess/unusedAccessAge");
                reader.malformed(place, age, "a whole number");
            }
            Some(Configuration::Unused { age: days, exclusions: rules("exclusions") })
        }
        "internalAccess" => Some(Configuration::Internal { inclusions: rules("inclusions") }),
        other => {
            reader.not_understood(item.at.place(FIELD), "the configuration of an analyzer", other);
            Some(Configuration::Other(other.into()))
        }
    }
}
