//! `aws iam list-saml-providers` and `aws iam list-open-id-connect-providers`: who signs in people and programs for the
//! account.

use std::sync::Arc;

use serde_json::Value;

use super::{Artefact, json::Listing, json::Reader};
use crate::fact::{FileId, Gap, Source};

/// A provider. Source: IAM API Reference, `SAMLProviderListEntry` and `OpenIDConnectProviderListEntry`.
#[derive(Debug, Clone)]
pub struct IdentityProvider {
    /// Its ARN, at whose end stands the name, or the host for OpenID Connect.
    pub arn: String,
    /// Where its entry stands.
    pub source: Source,
}

pub(super) fn read_saml(document: &Value, file: FileId) -> (Listing<IdentityProvider>, Vec<Arc<Gap>>) {
    read(document, file, Artefact::SamlProviders, "SAMLProviderList")
}

pub(super) fn read_open_id_connect(
    document: &Value,
    file: FileId,
) -> (Listing<IdentityProvider>, Vec<Arc<Gap>>) {
    read(document, file, Artefact::OpenIdConnectProviders, "OpenIDConnectProviderList")
}

fn read(
    document: &Value,
    file: FileId,
    artefact: Artefact,
    list: &'static str,
) -> (Listing<IdentityProvider>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(artefact, file);
    let listing = reader.listing(document, list, |reader, item| {
        let arn = reader.text(item, "Arn").known().ok()?;
        Some(IdentityProvider { arn, source: reader.source(item) })
    });
    (listing, reader.into_gaps())
}
