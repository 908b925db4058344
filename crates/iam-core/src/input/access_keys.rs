//! `aws iam list-access-keys` and `aws iam get-access-key-last-used`.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Artefact, json::Listing, json::Reader};
use crate::fact::{Fact, FileId, Gap, Source};
use crate::ident::AccessKeyId;

/// A key of a user. Source: IAM API Reference, `AccessKeyMetadata`.
#[derive(Debug, Clone)]
pub struct ListedAccessKey {
    /// The user.
    pub user_name: String,
    /// The key's id.
    pub id: AccessKeyId,
    /// Whether the key works.
    pub active: Fact<bool>,
    /// When it was made.
    pub created: Fact<DateTime<Utc>>,
    /// Where its entry stands.
    pub source: Source,
}

/// The last use of a key. Source: IAM API Reference, `AccessKeyLastUsed`.
#[derive(Debug, Clone)]
pub struct AccessKeyLastUsed {
    /// The user who owns the key. The answer does not name the key.
    pub user_name: String,
    /// The moment; `None` when AWS has seen no use since it began to look on 2015-04-22.
    pub at: Fact<Option<DateTime<Utc>>>,
    /// The Region; `N/A` for global services and keys without use.
    pub region: Fact<Option<String>>,
    /// The service namespace; `N/A` for keys without use.
    pub service: Fact<Option<String>>,
}

pub(super) fn read_list(document: &Value, file: FileId) -> (Listing<ListedAccessKey>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::AccessKeys, file);
    let listing = reader.listing(document, "AccessKeyMetadata", |reader, item| {
        let user_name = reader.text(item, "UserName").known();
        let id = reader.text(item, "AccessKeyId").known();
        Some(ListedAccessKey {
            user_name: user_name.ok()?,
            id: AccessKeyId::new(&id.ok()?),
            active: reader.status(item, "Status"),
            created: reader.time(item, "CreateDate"),
            source: reader.source(item),
        })
    });
    (listing, reader.into_gaps())
}

pub(super) fn read_last_used(document: &Value, file: FileId) -> (Option<AccessKeyLastUsed>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::AccessKeyLastUsed, file);
    let owner = reader.object(document, "").map(|item| reader.text(item, "UserName"));
    let user_name = owner.and_then(|name| name.known().ok());
    let last_used = reader.object(document, "AccessKeyLastUsed").and_then(|item| {
        Some(AccessKeyLastUsed {
            user_name: user_name?,
            at: reader.optional_time(item, "LastUsedDate"),
            region: reader.optional_text(item, "Region"),
            service: reader.optional_text(item, "ServiceName"),
        })
    });
    (last_used, reader.into_gaps())
}
