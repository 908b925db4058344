//! What besides its policy decides who gets into a bucket of S3.

use std::sync::Arc;

use serde_json::Value;

use crate::fact::{Fact, FileId, Gap, Source};
use crate::input::Artefact;
use crate::input::json::{Listing, Reader};

/// A grant of an access control list. Source: Amazon S3 API Reference, `Grant`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclGrant {
    /// Whom it lets in.
    pub grantee: Grantee,
    /// `READ`, `WRITE`, `READ_ACP`, `WRITE_ACP` or `FULL_CONTROL`.
    pub permission: Box<str>,
    /// Where it stands.
    pub source: Source,
}

/// Whom a grant of an access control list lets in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grantee {
    /// Everybody, without a signature.
    Everyone,
    /// Everybody with any AWS account.
    AnyAccount,
    /// The service that writes server access logs.
    LogDelivery,
    /// An account, by its canonical user id.
    CanonicalUser(Box<str>),
    /// An account, by the mail address of its root user.
    Email(Box<str>),
    /// A group that is not known, by its URI.
    Group(Box<str>),
}

/// The access control list of a bucket.
#[derive(Debug, Clone)]
pub struct BucketAcl {
    /// The canonical user id of the owner, where AWS says it.
    pub owner: Option<Box<str>>,
    /// The grants.
    pub grants: Listing<AclGrant>,
}

impl BucketAcl {
    /// Whether it certainly lets in nobody but the owner of the bucket.
    pub fn is_for_owner_only(&self) -> bool {
        let is_owner = |grant: &AclGrant| match &grant.grantee {
            Grantee::CanonicalUser(id) => Some(id) == self.owner.as_ref(),
            Grantee::LogDelivery => true,
            _ => false,
        };
        self.grants.complete().is_ok_and(|grants| grants.iter().all(is_owner))
    }
}

/// The four settings that block public access. Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3
/// storage".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAccessBlock {
    /// No access control list can be set any more that lets the public in. Those that are there count on.
    pub block_acls: Fact<bool>,
    /// Grants of access control lists to the public do not count.
    pub ignore_acls: Fact<bool>,
    /// No policy can be set any more that is public. One that is there counts on.
    pub block_policy: Fact<bool>,
    /// A public policy lets only AWS services and the own account in.
    pub restrict_buckets: Fact<bool>,
}

pub(super) fn read_acl(document: &Value, file: FileId) -> (BucketAcl, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::BucketAcl, file);
    let grants = reader.listing(document, "Grants", |reader, item| {
        let grantee = reader.read(item, "Grantee", "a canonical user, a mail address or a group", grantee);
        let permission = reader.text(item, "Permission").known();
        Some(AclGrant {
            grantee: grantee.known().ok()?,
            permission: permission.ok()?.into(),
            source: reader.source(item),
        })
    });
    let owner = document.pointer("/Owner/ID").and_then(Value::as_str).map(Into::into);
    (BucketAcl { owner, grants }, reader.into_gaps())
}

fn grantee(value: &Value) -> Option<Grantee> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if let Some(uri) = text("URI") {
        // AWS writes the same groups with http in every partition.
        let group = uri.rsplit('/').next().unwrap_or_default();
        return Some(match group {
            "AllUsers" => Grantee::Everyone,
            "AuthenticatedUsers" => Grantee::AnyAccount,
            "LogDelivery" => Grantee::LogDelivery,
            _ => Grantee::Group(uri.into()),
        });
    }
    let user = text("ID").map(|id| Grantee::CanonicalUser(id.into()));
    user.or_else(|| text("EmailAddress").map(|address| Grantee::Email(address.into())))
}

pub(super) fn read_block(document: &Value, file: FileId) -> (Option<PublicAccessBlock>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::PublicAccessBlock, file);
    let block = reader.object(document, "PublicAccessBlockConfiguration").map(|item| PublicAccessBlock {
        block_acls: reader.flag_or_false(item, "BlockPublicAcls"),
        ignore_acls: reader.flag_or_false(item, "IgnorePublicAcls"),
        block_policy: reader.flag_or_false(item, "BlockPublicPolicy"),
        restrict_buckets: reader.flag_or_false(item, "RestrictPublicBuckets"),
    });
    (block, reader.into_gaps())
}

impl PublicAccessBlock {
    /// Nothing is blocked, which AWS says with an error in place of an answer.
    pub(super) fn none(source: Source) -> Self {
        let off = || Fact::Seen(false, source);
        Self { block_acls: off(), ignore_acls: off(), block_policy: off(), restrict_buckets: off() }
    }
}

pub(super) fn read_status(document: &Value, file: FileId) -> (Option<Fact<bool>>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::BucketPolicyStatus, file);
    let status = reader.object(document, "PolicyStatus").map(|item| reader.flag_or_false(item, "IsPublic"));
    (status, reader.into_gaps())
}
