//! `aws iam list-policies-granting-service-access`: which policies grant a user, group or role which service.
//!
//! The account authorization details tell the same and more, so that this is for runs without them. The answer does not say
//! whom it is about: the path has to, as in `policies-granting-service-access/role/NAME.json`. Source: IAM API Reference,
//! `ListPoliciesGrantingServiceAccess`.

use std::sync::Arc;

use serde_json::Value;

use super::Artefact;
use super::json::Item;
use super::json::{Listing, Reader};
use crate::fact::{FileId, Gap};

/// The policies that grant one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePolicies {
    /// The prefix of the service's actions, such as `s3`.
    pub namespace: String,
    /// The policies.
    pub policies: Vec<GrantingPolicy>,
}

/// A policy that grants a service. Source: IAM API Reference, `PolicyGrantingServiceAccess`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantingPolicy {
    /// The name.
    pub name: String,
    /// The ARN of a managed policy; `None` for an inline one.
    pub arn: Option<String>,
    /// The name of the user, group or role that an inline policy is embedded in.
    pub embedded_in: Option<String>,
}

pub(super) fn read(document: &Value, file: FileId) -> (Listing<ServicePolicies>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::PoliciesGrantingServiceAccess, file);
    let listing = reader.listing(document, "PoliciesGrantingServiceAccess", |reader, item| {
        let namespace = reader.text(item, "ServiceNamespace").known().ok()?;
        Some(ServicePolicies { namespace, policies: policies(reader, item)? })
    });
    (listing, reader.into_gaps())
}

fn policies(reader: &mut Reader, item: Item<'_>) -> Option<Vec<GrantingPolicy>> {
    let text = |policy: &Value, key: &str| policy.get(key).and_then(Value::as_str).map(str::to_owned);
    let read = |value: &Value| {
        let read = |policy: &Value| {
            Some(GrantingPolicy {
                name: text(policy, "PolicyName")?,
                arn: text(policy, "PolicyArn"),
                embedded_in: text(policy, "EntityName"),
            })
        };
        value.as_array()?.iter().map(read).collect::<Option<Vec<_>>>()
    };
    reader.value(item, "Policies", "a list of policies with their names", read).known().ok()
}
