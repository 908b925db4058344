//! `aws iam get-service-last-accessed-details-with-entities`: which of the users and roles that have a policy, or are in a
//! group, used one service.
//!
//! The answer names neither the policy or group nor the service: the path of the file has to, as in
//! `service-last-accessed-entities/policy/NAME/s3.json`. Source: IAM API Reference,
//! `GetServiceLastAccessedDetailsWithEntities`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Artefact;
use super::json::{Listing, Reader};
use crate::fact::{Fact, FileId, Gap};

/// A user or role that may use the service through the policy or group. Source: IAM API Reference, `EntityDetails`.
#[derive(Debug, Clone)]
pub struct EntityAccess {
    /// The ARN.
    pub arn: String,
    /// The last attempt in the tracking period, in UTC; `None` for none.
    pub last: Fact<Option<DateTime<Utc>>>,
}

pub(super) fn is_one(document: &Value) -> bool {
    document.get("EntityDetailsList").is_some()
}

pub(super) fn read(document: &Value, file: FileId) -> (Listing<EntityAccess>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::LastAccessedEntities, file);
    let mut listing = reader.listing(document, "EntityDetailsList", |reader, item| {
        let arn = reader.text(item, "EntityInfo/Arn").known().ok()?;
        Some(EntityAccess { arn, last: reader.optional_time(item, "LastAuthenticated") })
    });
    if document.get("JobStatus").and_then(Value::as_str) != Some("COMPLETED") {
        let found = document.get("JobStatus");
        let gap = reader.malformed("JobStatus", None, "", found, "`COMPLETED`: the report was not finished");
        listing.incomplete = Some(gap);
    }
    (listing, reader.into_gaps())
}
