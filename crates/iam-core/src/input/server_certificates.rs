//! `aws iam list-server-certificates`: TLS certificates kept in IAM.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Artefact, json::Listing, json::Reader};
use crate::fact::{Fact, FileId, Gap};

/// A certificate. Source: IAM API Reference, `ServerCertificateMetadata`.
#[derive(Debug, Clone)]
pub struct ServerCertificate {
    /// Its name, unique in the account.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The moment after which it is not valid. AWS documents it as optional.
    pub expiration: Fact<DateTime<Utc>>,
}

pub(super) fn read(document: &Value, file: FileId) -> (Listing<ServerCertificate>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::ServerCertificates, file);
    let listing = reader.listing(document, "ServerCertificateMetadataList", |reader, item| {
        let name = reader.text(item, "ServerCertificateName").known();
        let arn = reader.text(item, "Arn").known();
        Some(ServerCertificate {
            name: name.ok()?,
            arn: arn.ok()?,
            expiration: reader.time(item, "Expiration"),
        })
    });
    (listing, reader.into_gaps())
}
