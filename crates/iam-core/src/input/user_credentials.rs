//! `aws iam list-signing-certificates` and `aws iam list-ssh-public-keys`: ids and states beyond the credential report.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Artefact, json::Listing, json::Reader};
use crate::fact::{Fact, FileId, Gap};

/// A signing certificate or an SSH public key of a user.
///
/// Source: IAM API Reference, `SigningCertificate` and `SSHPublicKeyMetadata`.
#[derive(Debug, Clone)]
pub struct UploadedCredential {
    /// The user.
    pub user_name: String,
    /// The certificate's or key's id.
    pub id: String,
    /// Whether it works.
    pub active: Fact<bool>,
    /// When it was uploaded. AWS documents it as optional.
    pub uploaded: Fact<Option<DateTime<Utc>>>,
}

pub(super) fn read_certificates(
    document: &Value,
    file: FileId,
) -> (Listing<UploadedCredential>, Vec<Arc<Gap>>) {
    read(document, file, Artefact::SigningCertificates, "Certificates", "CertificateId")
}

pub(super) fn read_ssh_keys(document: &Value, file: FileId) -> (Listing<UploadedCredential>, Vec<Arc<Gap>>) {
    read(document, file, Artefact::SshPublicKeys, "SSHPublicKeys", "SSHPublicKeyId")
}

fn read(
    document: &Value,
    file: FileId,
    artefact: Artefact,
    list: &'static str,
    id: &'static str,
) -> (Listing<UploadedCredential>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(artefact, file);
    let listing = reader.listing(document, list, |reader, item| {
        let user_name = reader.text(item, "UserName").known();
        let id = reader.text(item, id).known();
        Some(UploadedCredential {
            user_name: user_name.ok()?,
            id: id.ok()?,
            active: reader.status(item, "Status"),
            uploaded: reader.optional_time(item, "UploadDate"),
        })
    });
    (listing, reader.into_gaps())
}
