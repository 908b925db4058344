//! `aws kms list-grants`: who may use a key by a grant, which no policy tells.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::fact::{FileId, Gap, Source};
use crate::input::Artefact;
use crate::input::json::{Listing, Reader};

/// A grant of a key. Source: AWS KMS API Reference, `GrantListEntry`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGrant {
    /// The key, by its id or ARN.
    pub key: Box<str>,
    /// Its id.
    pub id: Box<str>,
    /// Its name, where it has one.
    pub name: Option<Box<str>>,
    /// Who may use the key: an ARN, or the name of a service.
    pub grantee: Box<str>,
    /// The operations, such as `Decrypt`.
    pub operations: Vec<Box<str>>,
    /// What the encryption context has to hold at least, or exactly.
    pub constraints: Option<Constraints>,
    /// Where it stands.
    pub source: Source,
}

/// What the encryption context of a request has to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraints {
    /// Whether nothing else may be in it.
    pub is_exact: bool,
    /// The pairs.
    pub context: BTreeMap<String, String>,
}

impl KeyGrant {
    /// Whether it lets a service in, such as `rds.amazonaws.com`. An ARN is none, however its name ends.
    pub fn is_of_service(&self) -> bool {
        !self.grantee.contains(':')
            && (self.grantee.ends_with(".amazonaws.com") || self.grantee.ends_with(".amazonaws.com.cn"))
    }
}

pub(super) fn read(document: &Value, file: FileId) -> (Listing<KeyGrant>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::KeyGrants, file);
    let grants = reader.listing(document, "Grants", |reader, item| {
        let key = reader.text(item, "KeyId").known();
        let id = reader.text(item, "GrantId").known();
        let grantee = reader.text(item, "GranteePrincipal").known();
        let operations = reader.read(item, "Operations", "a list of operations", |value| {
            let operations = value.as_array()?.iter();
            operations.map(|operation| operation.as_str().map(Box::from)).collect::<Option<Vec<Box<str>>>>()
        });
        let constraints = reader.optional(item, "Constraints", "an encryption context", constraints);
        Some(KeyGrant {
            key: key.ok()?.into(),
            id: id.ok()?.into(),
            name: reader.optional_text(item, "Name").known().ok().flatten().map(Into::into),
            grantee: grantee.ok()?.into(),
            operations: operations.known().ok()?,
            // What is not understood may only narrow the grant.
            constraints: constraints.known().ok().flatten().flatten(),
            source: reader.source(item),
        })
    });
    (grants, reader.into_gaps())
}

/// `None` within for an object without constraints.
#[expect(clippy::option_option, reason = "the outer one says whether it was understood")]
fn constraints(value: &Value) -> Option<Option<Constraints>> {
    let fields = value.as_object()?;
    let Some((key, context)) = fields.iter().find(|(key, _)| key.starts_with("EncryptionContext")) else {
        return Some(None);
    };
    let pairs = context.as_object()?.iter();
    let pairs = pairs.map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
    Some(Some(Constraints { is_exact: key.ends_with("Equals"), context: pairs.collect::<Option<_>>()? }))
}
