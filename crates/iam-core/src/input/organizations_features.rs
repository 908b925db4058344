//! `aws iam list-organizations-features`: what the organisation manages centrally about the root users of its members.

use std::sync::Arc;

use serde_json::Value;

use super::{Artefact, json::Reader};
use crate::fact::{Fact, FileId, Gap, Place, Source};

/// The features, or AWS's statement why the account cannot have them.
///
/// Source: IAM API Reference, `ListOrganizationsFeatures`.
#[derive(Debug, Clone)]
pub enum OrganizationsFeatures {
    /// This is the management account or the delegated administrator, and these features are on.
    Enabled {
        /// The organisation's id, `o-…`.
        organization: Option<String>,
        /// Root credentials of members can be deleted, and their recovery prevented.
        root_credentials_management: Fact<bool>,
        /// Root-only actions in members can be done with `sts:AssumeRoot`.
        root_sessions: Fact<bool>,
    },
    /// This is a member account; only the management account may ask.
    Member(Source),
    /// The account belongs to no organisation.
    NoOrganization(Source),
    /// The organisation exists, but the feature needs all features or trusted access, which it has not.
    Unavailable(Source),
}

pub(super) fn read(document: &Value, file: FileId) -> (Option<OrganizationsFeatures>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::OrganizationsFeatures, file);
    let source = Source { file, place: Place::Json { list: "EnabledFeatures", item: None, field: "" } };
    let names: Option<Vec<&str>> = document
        .get("EnabledFeatures")
        .and_then(Value::as_array)
        .and_then(|features| features.iter().map(Value::as_str).collect());
    let Some(names) = names else {
        reader.malformed("EnabledFeatures", None, "", document.get("EnabledFeatures"), "a list of names");
        return (None, reader.into_gaps());
    };
    let enabled = |name| Fact::Seen(names.contains(&name), source);
    let features = OrganizationsFeatures::Enabled {
        organization: document.get("OrganizationId").and_then(Value::as_str).map(str::to_owned),
        root_credentials_management: enabled("RootCredentialsManagement"),
        root_sessions: enabled("RootSessions"),
    };
    (Some(features), reader.into_gaps())
}

/// What an error of this call says about the account, if it is one of those that say something.
pub(super) fn of_error(code: &str, file: FileId) -> Option<OrganizationsFeatures> {
    let source = Source { file, place: Place::File };
    match code.strip_suffix("Exception").unwrap_or(code) {
        "AccountNotManagementOrDelegatedAdministrator" => Some(OrganizationsFeatures::Member(source)),
        "OrganizationNotFound" => Some(OrganizationsFeatures::NoOrganization(source)),
        "ServiceAccessNotEnabled" | "OrganizationNotInAllFeaturesMode" => {
            Some(OrganizationsFeatures::Unavailable(source))
        }
        _ => None,
    }
}
