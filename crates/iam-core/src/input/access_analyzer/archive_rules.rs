//! `aws accessanalyzer list-archive-rules` and `get-archive-rule`.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Answer;
use super::item::{Item, Reader};
use crate::fact::{Fact, FileId, Gap};
use crate::input::Artefact;

/// What `format` of the wrapper says.
pub(super) const FORMAT: &str = "iam-audit/access-analyzer-archive-rules";

/// A rule that archives new findings of one analyzer: those that meet all its criteria. Source: IAM Access Analyzer API
/// Reference, `ArchiveRuleSummary`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveRule {
    /// Its name, unique in its analyzer.
    pub name: Box<str>,
    /// The criteria by what they compare, such as `isPublic` or `condition.aws:SourceIp`.
    pub filter: BTreeMap<Box<str>, Criterion>,
    /// When it was made, in UTC. Findings that are older it leaves alone, unless it was applied to them.
    pub created: Fact<DateTime<Utc>>,
}

/// What one property of a finding has to be. AWS does not validate the values, and ours are kept as they are. Source: IAM
/// Access Analyzer API Reference, `Criterion`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criterion {
    /// One of these.
    pub eq: Vec<Box<str>>,
    /// None of these.
    pub neq: Vec<Box<str>>,
    /// It holds one of these.
    pub contains: Vec<Box<str>>,
    /// Whether it has to be there, or has to be absent.
    pub exists: Option<bool>,
}

pub(super) fn is_one(value: &Value) -> bool {
    value.get("ruleName").is_some() && value.get("filter").is_some()
}

pub(super) fn read(document: &Value, file: FileId) -> (Answer<ArchiveRule>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::ArchiveRules, file, "ruleName");
    let answer = if document.get("format").and_then(Value::as_str) == Some(FORMAT) {
        reader.wrapped(document, "archiveRules", rule)
    } else if document.get("archiveRules").is_some() {
        reader.listed(document, "archiveRules", rule)
    } else {
        reader.one(document, "archiveRule", rule)
    };
    (answer, reader.into_gaps())
}

fn rule(reader: &mut Reader, item: Item<'_>) -> Option<ArchiveRule> {
    let name = reader.text(item, "ruleName")?;
    let Some(fields) = item.value.get("filter").and_then(Value::as_object) else {
        reader.malformed(item.at.place("filter"), item.value.get("filter"), "an object of criteria");
        return None;
    };
    let mut filter = BTreeMap::new();
    for (property, value) in fields {
        let Some(criterion) = criterion(value) else {
            let expected = "criteria of eq, neq, contains or exists";
            reader.malformed(item.at.place("filter"), Some(value), expected);
            return None;
        };
        filter.insert(property.as_str().into(), criterion);
    }
    Some(ArchiveRule { name, filter, created: reader.time(item, "createdAt") })
}

/// `None` for what is no criterion: without it the rule would look wider than it is.
fn criterion(value: &Value) -> Option<Criterion> {
    let mut criterion = Criterion::default();
    for (operator, value) in value.as_object()? {
        let texts = || -> Option<Vec<Box<str>>> {
            value.as_array()?.iter().map(|text| text.as_str().map(Box::from)).collect()
        };
        match operator.as_str() {
            // The AWS CLI prints what is not set as null in some versions.
            _ if value.is_null() => {}
            "eq" => criterion.eq = texts()?,
            "neq" => criterion.neq = texts()?,
            "contains" => criterion.contains = texts()?,
            "exists" => criterion.exists = Some(value.as_bool()?),
            _ => return None,
        }
    }
    Some(criterion)
}
