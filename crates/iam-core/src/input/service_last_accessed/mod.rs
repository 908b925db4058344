//! `aws iam get-service-last-accessed-details`: when a user, group, role or managed policy last used which service, and at
//! action level which action. The console calls it Access Advisor.
//!
//! The answer does not say whom it is about. A file may be wrapped into an object that does, as the snapshots of this
//! project are:
//!
//! ```json
//! {"format": "iam-audit/service-last-accessed", "version": 1,
//!  "principal": "arn:aws:iam::111122223333:role/app", "principal_id": "AROA...EXAMPLE",
//!  "granularity": "ACTION_LEVEL", "collected_at": "2026-01-15T08:00:00Z",
//!  "pages": [{"JobStatus": "COMPLETED"}]}
//! ```
//!
//! with each page as AWS answered it. The AWS CLI prints one page and does not ask for the next; `IsTruncated` then tells
//! that there are more.
//!
//! Times are those of the last attempt, also of one that was denied. Source: IAM API Reference,
//! `GetServiceLastAccessedDetails`; IAM User Guide, "Refine permissions using last accessed information".

mod page;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::json_text::JsonText;
use super::{Artefact, InputError};
use crate::fact::{FileId, Gap, Source};
use page::Reader;

/// What `format` of the wrapper says.
const FORMAT: &str = "iam-audit/service-last-accessed";

/// What one file holds.
#[derive(Debug, Clone)]
pub struct ServiceLastAccessed {
    /// The ARN of the user, group, role or managed policy that the wrapper names.
    pub principal: Option<Box<str>>,
    /// Its id, `AROA…`, which tells it from another one that had the same name before.
    pub principal_id: Option<Box<str>>,
    /// The pages, in their order.
    pub pages: Vec<Page>,
    /// Why pages of the wrapper could not be read, if so.
    pub incomplete: Option<Arc<Gap>>,
    /// The file as a whole.
    pub source: Source,
}

/// One answer of AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How far the job was that makes the report.
    pub job: Job,
    /// When the job was started, in UTC. All pages of a report have the same.
    pub created: DateTime<Utc>,
    /// The services that the principal's identity policies grant.
    pub services: Vec<ServiceAccess>,
    /// Why there may be more services on this page than these, if there may.
    pub incomplete: Option<Arc<Gap>>,
    /// Whether AWS says that another page follows.
    pub is_truncated: bool,
    /// Where the page stands.
    pub source: Source,
}

/// How far the job was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// AWS was still at work: nothing can be concluded.
    InProgress,
    /// AWS gave up.
    Failed {
        /// The error's code; empty where AWS did not say.
        code: Box<str>,
    },
    /// The report is there.
    Completed {
        /// When, in UTC: the moment up to which the report tells.
        at: DateTime<Utc>,
        /// How fine it is.
        granularity: Granularity,
    },
}

/// How fine a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Granularity {
    /// `SERVICE_LEVEL`: services only.
    Service,
    /// `ACTION_LEVEL`: also those actions that AWS tracks.
    Action,
}

/// A service that is granted, and its last use. Source: IAM API Reference, `ServiceLastAccessed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccess {
    /// The prefix of its actions, such as `s3`.
    pub namespace: Box<str>,
    /// Its name for people; empty where AWS does not say.
    pub name: Box<str>,
    /// The last attempt in the tracking period; `None` for none.
    pub last: Option<Access>,
    /// How many principals used it: of interest for groups and policies.
    pub entities: Option<u64>,
    /// The granted actions that AWS tracks, in reports at action level.
    pub actions: Vec<ActionAccess>,
    /// Whether the report has a list of actions for the service at all.
    pub has_actions: bool,
    /// Why an action of the list could not be read, if so.
    pub actions_incomplete: Option<Arc<Gap>>,
    /// Where the row stands.
    pub source: Source,
}

/// A granted action that AWS tracks, and its last use. Source: IAM API Reference, `TrackedActionLastAccessed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionAccess {
    /// The name without the service's prefix.
    pub name: Box<str>,
    /// The last attempt in the tracking period; `None` for none. Boxed, as most granted actions are not used.
    pub last: Option<Box<Access>>,
    /// Where the entry stands.
    pub source: Source,
}

/// An attempt to use something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// When, in UTC.
    pub at: DateTime<Utc>,
    /// The user or role who did it.
    pub entity: Option<Box<str>>,
    /// The Region.
    pub region: Option<Box<str>>,
    /// Where the moment stands.
    pub source: Source,
}

impl Granularity {
    /// The word of AWS's API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "SERVICE_LEVEL",
            Self::Action => "ACTION_LEVEL",
        }
    }
}

/// Whether it is the wrapper or a page. While a job is at work its answers look alike, whatever it makes; they count as this
/// artefact, which is the most usual.
pub(super) fn is_one(document: &Value) -> bool {
    is_wrapper(document)
        || document.get("JobStatus").is_some()
        || document.get("ServicesLastAccessed").is_some()
}

fn is_wrapper(document: &Value) -> bool {
    document.get("format").and_then(Value::as_str) == Some(FORMAT)
}

pub(super) fn read(
    document: &Value,
    text: Arc<str>,
    file: FileId,
) -> Result<(ServiceLastAccessed, Vec<Arc<Gap>>, JsonText), InputError> {
    let mut reader = Reader::new(file);
    let read = if is_wrapper(document) {
        reader.wrapper(document)
    } else {
        reader.page(document, None).map(|page| ServiceLastAccessed {
            principal: None,
            principal_id: None,
            pages: vec![page],
            incomplete: None,
            source: reader.whole(),
        })
    };
    let gaps = reader.into_gaps();
    match read {
        Some(read) => Ok((read, gaps, JsonText::new(text, BTreeMap::new()))),
        None => Err(gaps.first().map_or_else(
            || {
                InputError::new(
                    Some(Artefact::ServiceLastAccessed),
                    "the file cannot be read",
                    "save it again",
                )
            },
            |gap| {
                InputError::new(
                    Some(Artefact::ServiceLastAccessed),
                    gap.what.to_string(),
                    gap.remedy.to_string(),
                )
            },
        )),
    }
}
