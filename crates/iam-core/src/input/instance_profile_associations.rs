//! `aws ec2 describe-iam-instance-profile-associations`: which EC2 instances of a Region have which instance profile.
//!
//! The answer does not say which Region it is about; the file's path does:
//!
//! ```text
//! instance-profiles/<region>/iam-instance-profile-associations.json
//! ```

use std::sync::Arc;

use serde_json::Value;

use super::monitoring::Placed;
use super::{Artefact, json::Listing, json::Reader};
use crate::fact::{FileId, Gap};

/// An instance and its instance profile. Source: EC2 API Reference, `IamInstanceProfileAssociation`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceProfileAssociation {
    /// The instance, which may be stopped.
    pub instance: String,
    /// The ARN of the instance profile.
    pub profile: String,
    /// Whether the instance has the profile or is about to: every state but `disassociated`.
    pub is_held: bool,
}

pub(super) fn read(
    document: &Value,
    file: FileId,
) -> (Listing<Placed<InstanceProfileAssociation>>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::InstanceProfileAssociations, file);
    let listing = reader.listing(document, "IamInstanceProfileAssociations", |reader, item| {
        let instance = reader.text(item, "InstanceId").known();
        let profile = reader.value(
            item,
            "IamInstanceProfile",
            "an object with the ARN of an instance profile",
            |value| value.get("Arn")?.as_str().map(str::to_owned),
        );
        let state = reader.text(item, "State").known();
        let association = InstanceProfileAssociation {
            instance: instance.ok()?,
            profile: profile.known().ok()?,
            is_held: state.ok()? != "disassociated",
        };
        Some(Placed { value: association, at: reader.source(item) })
    });
    (listing, reader.into_gaps())
}
