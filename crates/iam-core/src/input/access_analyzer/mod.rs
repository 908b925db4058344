//! IAM Access Analyzer: analyzers, archive rules, and what was found.
//!
//! The answers of `list-analyzers`, `get-analyzer`, `list-archive-rules`, `get-archive-rule`, `list-findings`, `get-finding`,
//! `list-findings-v2` and `get-finding-v2`, as the AWS CLI prints them. Answers of `get-finding` and `get-finding-v2` may also
//! stand in a list, as `jq -s .` makes it of several.
//!
//! Answers about rules and findings do not name their analyzer. A file may be wrapped into an object that does, as the
//! snapshots of this project are:
//!
//! ```json
//! {"format": "iam-audit/access-analyzer-findings", "version": 1, "region": "eu-west-1",
//!  "collected_at": "2026-01-15T08:00:00Z",
//!  "analyzers": [{"analyzerArn": "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/outside", "findings": []}]}
//! ```
//!
//! with `archiveRules` instead of `findings` under the format `iam-audit/access-analyzer-archive-rules`, and with
//! `"incomplete": true` where a call failed. Without a wrapper the path tells the Region:
//!
//! ```text
//! access-analyzer/<region>/analyzers.json
//! access-analyzer/<region>/archive-rules.json
//! access-analyzer/<region>/findings.json
//! ```
//!
//! Source: IAM Access Analyzer API Reference, version 2019-11-01.

mod analyzers;
mod archive_rules;
mod detail;
mod findings;
mod item;

use std::sync::Arc;

use serde_json::Value;

pub use analyzers::{Analyzer, AnalyzerKind, AnalyzerStatus, Configuration, Finds, Scope};
pub use archive_rules::{ArchiveRule, Criterion};
pub use detail::{Access, AccessSource, FindingDetail, InternalAccess, UnusedAction};
pub use findings::{AnalyzerFinding, Details, FindingKind, FindingStatus};

use super::monitoring::Placed;
use super::{Artefact, Parsed};
use crate::fact::{FileId, Gap};

/// What was listed of one analyzer, or of one that the file does not name.
#[derive(Debug, Clone)]
pub struct OfAnalyzer<T> {
    /// The ARN of the analyzer, where the file tells it.
    pub analyzer: Option<Box<str>>,
    /// The items that could be read.
    pub items: Vec<Placed<T>>,
    /// Why there may be more, if there may.
    pub incomplete: Option<Arc<Gap>>,
}

/// What one file holds about analyzers, rules or findings.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// The Region that the wrapper names.
    pub region: Option<Box<str>>,
    /// Whether the file lists all that there is, as opposed to single items that were asked for.
    pub is_list: bool,
    /// By analyzer; a single one without a name where there is no wrapper.
    pub of: Vec<OfAnalyzer<T>>,
    /// Why analyzers of the wrapper may be missing, if they may.
    pub incomplete: Option<Arc<Gap>>,
    /// The file.
    pub file: FileId,
}

/// Keys by which a text claims to be one of these.
pub(super) const OWN_KEYS: &[(&str, Artefact)] = &[
    ("analyzerArn", Artefact::AnalyzerFindings),
    ("findingDetails", Artefact::AnalyzerFindings),
    ("resourceOwnerAccount", Artefact::AnalyzerFindings),
    ("archiveRules", Artefact::ArchiveRules),
    ("analyzers", Artefact::Analyzers),
];

/// Which of the artefacts a document is.
pub(super) fn recognised(document: &Value) -> Option<Artefact> {
    let text = |key: &str| document.get(key).and_then(Value::as_str);
    match text("format") {
        Some(findings::FORMAT) => return Some(Artefact::AnalyzerFindings),
        Some(archive_rules::FORMAT) => return Some(Artefact::ArchiveRules),
        _ => {}
    }
    let first = |key: &str| document.get(key).and_then(Value::as_array).map(|list| list.first());
    if document.get("analyzer").is_some_and(analyzers::is_one)
        || first("analyzers").is_some_and(|first| first.is_none_or(analyzers::is_one))
    {
        return Some(Artefact::Analyzers);
    }
    if document.get("archiveRule").is_some_and(archive_rules::is_one)
        || first("archiveRules").is_some_and(|first| first.is_none_or(archive_rules::is_one))
    {
        return Some(Artefact::ArchiveRules);
    }
    if findings::is_detail(document)
        || document.get("finding").is_some_and(findings::is_listed)
        || first("findings").is_some_and(|first| first.is_none_or(findings::is_listed))
    {
        return Some(Artefact::AnalyzerFindings);
    }
    None
}

/// Whether a list at the top of a file is one of findings.
pub(super) fn is_list_of_findings(list: &[Value]) -> bool {
    let is_finding = |value: &Value| {
        findings::is_detail(value) || findings::is_listed(value.get("finding").unwrap_or(value))
    };
    !list.is_empty() && list.iter().any(is_finding)
}

pub(super) fn read(artefact: Artefact, document: &Value, file: FileId) -> (Parsed, Vec<Arc<Gap>>) {
    match artefact {
        Artefact::Analyzers => {
            let (answer, gaps) = analyzers::read(document, file);
            (Parsed::Analyzers(answer), gaps)
        }
        Artefact::ArchiveRules => {
            let (answer, gaps) = archive_rules::read(document, file);
            (Parsed::ArchiveRules(answer), gaps)
        }
        _ => {
            let (answer, gaps) = findings::read(document, file);
            (Parsed::AnalyzerFindings(answer), gaps)
        }
    }
}
