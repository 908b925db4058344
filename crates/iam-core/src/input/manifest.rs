//! `manifest.json`: which calls stand behind a snapshot directory, when they were made and which failed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Artefact, json::Reader, quoted};
use crate::fact::{Fact, FileId, Gap, Reason};
use crate::ident::{AccountId, Partition};

/// The manifest of a snapshot directory.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The account that was looked at.
    pub account: Option<AccountId>,
    /// Its partition, where the manifest says so.
    pub partition: Option<Partition>,
    /// When the last call was made.
    pub finished: Fact<Option<DateTime<Utc>>>,
    /// The Regions that were asked.
    pub regions: Vec<String>,
    /// The calls.
    pub calls: Vec<Call>,
}

/// One call of a snapshot.
#[derive(Debug, Clone)]
pub struct Call {
    /// The API operation, such as `GetAccountSummary`.
    pub operation: String,
    /// The Region that was asked; `None` for calls that have none.
    pub region: Option<String>,
    /// The service that it belongs to, as permissions call it, where the manifest says so: operations of different services
    /// share names.
    pub service: Option<String>,
    /// The permission that it needs, where the manifest says so; it is not always called like the operation.
    pub permission: Option<String>,
    /// The file with its answer, relative to the manifest.
    pub file: Option<String>,
    /// How it ended.
    pub status: Status,
    /// When it was made.
    pub time: Option<DateTime<Utc>>,
    /// AWS's error, if it failed.
    pub error: Option<String>,
}

/// How a call of a snapshot ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All pages are there.
    Complete,
    /// Pages are missing.
    Partial,
    /// AWS refused.
    Denied,
    /// Anything else.
    Failed,
}

impl Call {
    /// The artefact that it answers with. `None` for answers about one resource as well: those are known by their files, and
    /// that one is missing says nothing of the others.
    pub fn artefact(&self) -> Option<Artefact> {
        let artefact =
            Artefact::of_operation(&self.operation).filter(|artefact| !artefact.is_of_resources())?;
        let is_of_service = self.service.as_deref().is_none_or(|service| service == artefact.service());
        is_of_service.then_some(artefact)
    }

    /// What to do to have its answer.
    pub fn again(&self) -> String {
        if self.status != Status::Denied {
            return "take the snapshot again".to_owned();
        }
        let permission = self.permission.clone().unwrap_or_else(|| quoted(&self.name()));
        format!("allow {permission} and take the snapshot again")
    }

    /// The operation with its service in front, as far as that is known.
    pub fn name(&self) -> String {
        let service = self.service.as_deref().map(|service| format!("{service}:"));
        format!("{}{}", service.unwrap_or_default(), self.operation)
    }
}

impl Status {
    /// Why the answer, or a part of it, was not seen; `None` when it was.
    pub fn reason(self) -> Option<Reason> {
        match self {
            Self::Complete => None,
            Self::Denied => Some(Reason::Denied),
            Self::Partial | Self::Failed => Some(Reason::CutOff),
        }
    }
}

pub(super) fn read(document: &Value, file: FileId) -> (Option<Manifest>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::Manifest, file);
    let calls = reader.listing(document, "calls", |reader, item| {
        let operation = reader.text(item, "operation").known();
        let status = reader.text(item, "status").known();
        let permission = reader.optional_text(item, "permission").known().ok().flatten();
        let status = match status.ok()?.as_str() {
            "complete" => Status::Complete,
            "partial" => Status::Partial,
            "denied" => Status::Denied,
            _ => Status::Failed,
        };
        Some(Call {
            operation: operation.ok()?,
            region: reader.optional_text(item, "region").known().ok().flatten(),
            service: reader.optional_text(item, "service").known().ok().flatten(),
            permission: permission.filter(|permission| is_permission(permission)),
            file: reader.optional_text(item, "file").known().ok().flatten(),
            status,
            time: reader.optional_time(item, "time").known().ok().flatten(),
            error: reader.optional_text(item, "error").known().ok().flatten(),
        })
    });
    let manifest = reader.object(document, "").map(|item| Manifest {
        account: reader.optional_text(item, "account").known().ok().flatten().and_then(|id| id.parse().ok()),
        partition: reader
            .optional_text(item, "partition")
            .known()
            .ok()
            .flatten()
            .map(|name| Partition::named(&name)),
        finished: reader.optional_time(item, "finished"),
        regions: reader
            .optional(item, "regions", "a list of Regions", |value| {
                value.as_array()?.iter().map(|region| region.as_str().map(str::to_owned)).collect()
            })
            .known()
            .ok()
            .flatten()
            .unwrap_or_default(),
        calls: calls.items,
    });
    (manifest, reader.into_gaps())
}

/// A service's prefix and the name of an action, as in `iam:GetUser`.
fn is_permission(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    text.len() <= 128
        && text.split_once(':').is_some_and(|(service, action)| is_word(service) && is_word(action))
}
