//! `aws iam get-organizations-access-report`: when the accounts of an organisation, or of a part of it, last used the
//! services that its service control policies allow.
//!
//! Its fields are named otherwise than those of the report about a principal, and `TotalAuthenticatedEntities` counts
//! accounts. Source: IAM API Reference, `GetOrganizationsAccessReport`, `AccessDetail`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Artefact;
use super::json::{Listing, Reader};
use crate::fact::{Fact, FileId, Gap};

/// One answer.
#[derive(Debug, Clone)]
pub struct OrganizationsAccessReport {
    /// When the report was finished, in UTC.
    pub completed: Fact<DateTime<Utc>>,
    /// How many services are allowed.
    pub accessible: Fact<Option<u64>>,
    /// How many of them nobody used in the tracking period.
    pub not_accessed: Fact<Option<u64>>,
    /// The services.
    pub services: Listing<OrganizationServiceAccess>,
}

/// A service that the organisation allows, and its last use.
#[derive(Debug, Clone)]
pub struct OrganizationServiceAccess {
    /// The prefix of its actions, such as `s3`.
    pub namespace: String,
    /// Its name for people.
    pub name: Fact<Option<String>>,
    /// The last attempt in the tracking period, in UTC; `None` for none.
    pub last: Fact<Option<DateTime<Utc>>>,
    /// Where in the organisation that was: `o-…/r-…/ou-…/111122223333`.
    pub entity_path: Fact<Option<String>>,
    /// The Region.
    pub region: Fact<Option<String>>,
    /// How many accounts used it.
    pub accounts: Fact<Option<u64>>,
}

/// While a job is at work its answers look alike, whatever it makes: those are not recognised here.
pub(super) fn is_one(document: &Value) -> bool {
    ["AccessDetails", "NumberOfServicesAccessible", "NumberOfServicesNotAccessed", "ErrorDetails"]
        .iter()
        .any(|key| document.get(key).is_some())
        && document.get("JobStatus").is_some()
}

pub(super) fn read(document: &Value, file: FileId) -> (Option<OrganizationsAccessReport>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::OrganizationsAccessReport, file);
    let Some(top) = reader.object(document, "") else { return (None, reader.into_gaps()) };
    let status = document.get("JobStatus").and_then(Value::as_str);
    if status != Some("COMPLETED") {
        let found = document.pointer("/ErrorDetails/Code").or(document.get("JobStatus"));
        reader.malformed("JobStatus", None, "", found, "`COMPLETED`: there is no report");
        return (None, reader.into_gaps());
    }
    let services = reader.listing(document, "AccessDetails", |reader, item| {
        Some(OrganizationServiceAccess {
            namespace: reader.text(item, "ServiceNamespace").known().ok()?,
            name: reader.optional_text(item, "ServiceName"),
            last: reader.optional_time(item, "LastAuthenticatedTime"),
            entity_path: reader.optional_text(item, "EntityPath"),
            region: reader.optional_text(item, "Region"),
            accounts: reader.optional_number(item, "TotalAuthenticatedEntities"),
        })
    });
    let report = OrganizationsAccessReport {
        completed: reader.time(top, "JobCompletionDate"),
        accessible: reader.optional_number(top, "NumberOfServicesAccessible"),
        not_accessed: reader.optional_number(top, "NumberOfServicesNotAccessed"),
        services,
    };
    (Some(report), reader.into_gaps())
}
