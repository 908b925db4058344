//! Snapshots, which have no policy: a list says with which accounts they are shared.

use std::sync::Arc;

use serde_json::Value;

use super::ResourceKind;
use crate::fact::{FileId, Gap, Source};
use crate::ident::AccountId;
use crate::input::Artefact;
use crate::input::json::{Item, Listing, Reader};

/// One with whom a snapshot is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Who.
    pub with: SharedWith,
    /// Where it stands.
    pub source: Source,
}

/// With whom a snapshot is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SharedWith {
    /// Everybody with any AWS account.
    Everyone,
    /// An account.
    Account(AccountId),
}

/// What a snapshot is and with whom it is shared.
pub(super) struct Shared {
    pub(super) kind: ResourceKind,
    pub(super) name: Option<String>,
    pub(super) with: Listing<Share>,
}

/// Whether it is `aws ec2 describe-snapshot-attribute` or one of `aws rds describe-db-...-attributes`.
pub(super) fn is_one(document: &Value) -> bool {
    document.get("CreateVolumePermissions").is_some() && document.get("SnapshotId").is_some()
        || document.get("DBSnapshotAttributesResult").is_some()
        || document.get("DBClusterSnapshotAttributesResult").is_some()
}

pub(super) fn read(document: &Value, file: FileId) -> (Shared, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::SnapshotSharing, file);
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let shared = if document.get("DBSnapshotAttributesResult").is_some() {
        let of = (
            "DBSnapshotAttributesResult",
            "DBSnapshotAttributesResult/DBSnapshotAttributes",
            "/DBSnapshotAttributesResult/DBSnapshotIdentifier",
        );
        Shared {
            kind: ResourceKind::DatabaseSnapshot,
            name: text(of.2),
            with: restorable(&mut reader, document, of.0, of.1),
        }
    } else if document.get("DBClusterSnapshotAttributesResult").is_some() {
        let of = (
            "DBClusterSnapshotAttributesResult",
            "DBClusterSnapshotAttributesResult/DBClusterSnapshotAttributes",
            "/DBClusterSnapshotAttributesResult/DBClusterSnapshotIdentifier",
        );
        Shared {
            kind: ResourceKind::ClusterSnapshot,
            name: text(of.2),
            with: restorable(&mut reader, document, of.0, of.1),
        }
    } else {
        let with = reader.listing(document, "CreateVolumePermissions", volume_permission);
        Shared { kind: ResourceKind::VolumeSnapshot, name: text("/SnapshotId"), with }
    };
    (shared, reader.into_gaps())
}

/// `{"UserId": "111122223333"}` or `{"Group": "all"}`. Source: Amazon EC2 API Reference, `CreateVolumePermission`.
fn volume_permission(reader: &mut Reader, item: Item<'_>) -> Option<Share> {
    let group = reader.optional_text(item, "Group").known().ok()?;
    let with = match group.as_deref() {
        Some("all") => SharedWith::Everyone,
        _ => SharedWith::Account(
            reader.text_that(item, "UserId", "an account id", |id| id.parse().ok()).known().ok()?,
        ),
    };
    Some(Share { with, source: reader.source(item) })
}

/// The values of the attribute `restore`. Source: Amazon RDS API Reference, `DBSnapshotAttribute`.
fn restorable(
    reader: &mut Reader,
    document: &Value,
    key: &'static str,
    list: &'static str,
) -> Listing<Share> {
    let mut listing = Listing { items: Vec::new(), file: reader.file(), incomplete: None };
    let is_object = document.get(key).is_some_and(Value::is_object);
    let Some(item) = is_object.then(|| reader.object(document, key)).flatten() else {
        listing.incomplete = Some(reader.malformed(key, None, "", document.get(key), "an object"));
        return listing;
    };
    let field = list.rsplit('/').next().unwrap_or_default();
    let source = reader.source(item);
    let mut unread = None;
    let attributes = reader.value(item, field, "a list of attributes with one named restore", |value| {
        let attributes = value.as_array()?.iter();
        let restore = attributes.filter(|attribute| {
            attribute.get("AttributeName").and_then(Value::as_str).is_some_and(|name| name == "restore")
        });
        let restore: Vec<&Value> = restore.collect();
        // AWS answers with the attribute also where it has no value.
        if restore.is_empty() {
            return None;
        }
        let mut with = Vec::new();
        for attribute in restore {
            for value in attribute.get("AttributeValues").and_then(Value::as_array)? {
                match value.as_str().map(|text| (text, text.parse())) {
                    Some(("all", _)) => with.push(SharedWith::Everyone),
                    Some((_, Ok(id))) => with.push(SharedWith::Account(id)),
                    _ => drop(unread.get_or_insert_with(|| value.clone())),
                }
            }
        }
        Some(with)
    });
    if let Some(value) = &unread {
        let found = Some(value);
        listing.incomplete = Some(reader.malformed(list, None, "", found, "the id of an account, or all"));
    }
    match attributes.known() {
        Ok(with) => listing.items = with.into_iter().map(|with| Share { with, source }).collect(),
        Err(gap) => listing.incomplete = Some(gap),
    }
    listing
}
