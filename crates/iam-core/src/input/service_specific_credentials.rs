//! `aws iam list-service-specific-credentials`: passwords and API keys that work for one service only.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Artefact, json::Listing, json::Reader};
use crate::fact::{Fact, FileId, Gap};

/// A credential; its secret is never in the listing. Source: IAM API Reference, `ServiceSpecificCredentialMetadata`.
#[derive(Debug, Clone)]
pub struct ServiceSpecificCredential {
    /// The user.
    pub user_name: String,
    /// Its id, `ACCA…`.
    pub id: String,
    /// The service it works for, such as `codecommit.amazonaws.com`.
    pub service: Fact<String>,
    /// Whether it works.
    pub active: Fact<bool>,
    /// When it was made.
    pub created: Fact<DateTime<Utc>>,
    /// When it stops working; `None` means never.
    pub expires: Fact<Option<DateTime<Utc>>>,
}

pub(super) fn read(document: &Value, file: FileId) -> (Listing<ServiceSpecificCredential>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::ServiceSpecificCredentials, file);
    let listing = reader.listing(document, "ServiceSpecificCredentials", |reader, item| {
        let user_name = reader.text(item, "UserName").known();
        let id = reader.text(item, "ServiceSpecificCredentialId").known();
        Some(ServiceSpecificCredential {
            user_name: user_name.ok()?,
            id: id.ok()?,
            service: reader.text(item, "ServiceName"),
            active: reader.status(item, "Status"),
            created: reader.time(item, "CreateDate"),
            expires: reader.optional_time(item, "ExpirationDate"),
        })
    });
    (listing, reader.into_gaps())
}
