//! What an access point of S3 is attached to, and from where it can be reached.

use std::sync::Arc;

use serde_json::Value;

use super::bucket::PublicAccessBlock;
use crate::fact::{Fact, FileId, Gap};
use crate::ident::AccountId;
use crate::input::Artefact;
use crate::input::json::Reader;

/// The settings of an access point. Source: Amazon S3 API Reference, `GetAccessPoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPoint {
    /// The name of its bucket.
    pub bucket: Fact<String>,
    /// The account that owns the bucket, where AWS says it.
    pub bucket_account: Fact<Option<AccountId>>,
    /// From where it can be reached.
    pub origin: Fact<NetworkOrigin>,
    /// What blocks public access through it.
    pub block: PublicAccessBlock,
}

/// From where an access point can be reached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NetworkOrigin {
    /// From everywhere.
    Internet,
    /// From this VPC only.
    Vpc(Box<str>),
}

/// Whether it is `aws s3control get-access-point`.
pub(super) fn is_one(document: &Value) -> bool {
    document.get("NetworkOrigin").is_some() || document.get("AccessPointArn").is_some()
}

pub(super) fn read(document: &Value, file: FileId) -> (Option<AccessPoint>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::AccessPoint, file);
    let point = reader.object(document, "").map(|item| {
        let vpc = |document: &Value| {
            let id = document.pointer("/VpcConfiguration/VpcId")?.as_str()?;
            (!id.is_empty()).then(|| NetworkOrigin::Vpc(id.into()))
        };
        let origin = |value: &Value| match value.as_str()? {
            "Internet" => Some(NetworkOrigin::Internet),
            "VPC" => vpc(document),
            _ => None,
        };
        let expected = "Internet, or VPC beside the id of the VPC in VpcConfiguration";
        let setting = |reader: &mut Reader, field| reader.flag(item, field);
        AccessPoint {
            bucket: reader.text_that(item, "Bucket", "the name of a bucket", |name| {
                (!name.is_empty()).then(|| name.to_owned())
            }),
            bucket_account: reader
                .optional(item, "BucketAccountId", "an account id", |value| value.as_str()?.parse().ok()),
            origin: reader.value(item, "NetworkOrigin", expected, origin),
            block: PublicAccessBlock {
                block_acls: setting(&mut reader, "PublicAccessBlockConfiguration/BlockPublicAcls"),
                ignore_acls: setting(&mut reader, "PublicAccessBlockConfiguration/IgnorePublicAcls"),
                block_policy: setting(&mut reader, "PublicAccessBlockConfiguration/BlockPublicPolicy"),
                restrict_buckets: setting(
                    &mut reader,
                    "PublicAccessBlockConfiguration/RestrictPublicBuckets",
                ),
            },
        }
    });
    (point, reader.into_gaps())
}
