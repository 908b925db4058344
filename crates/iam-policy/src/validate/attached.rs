//! Policies of resources, where the type of the resource is known: that resources and actions are some of that type.
//!
//! Source: IAM Access Analyzer API Reference, `ValidatePolicy`, `validatePolicyResourceType`; the types' ARNs and actions: Service
//! Authorization Reference.

use std::fmt;
use std::str::FromStr;

use super::Findings;
use super::action::Meaning;
use super::arn::may_be;
use super::cover::is_star;
use crate::catalogue::{Action, ResourceType};
use crate::document::Statement;
use crate::issue::IssueCode;

/// The type of resource that a policy is attached to, in AWS's words: those that Access Analyzer knows. Of trust policies the
/// kind of the policy says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachedType {
    /// `AWS::S3::Bucket`
    Bucket,
    /// `AWS::S3::AccessPoint`
    AccessPoint,
    /// `AWS::S3::MultiRegionAccessPoint`
    MultiRegionAccessPoint,
    /// `AWS::S3ObjectLambda::AccessPoint`
    ObjectLambdaAccessPoint,
    /// `AWS::DynamoDB::Table`
    Table,
}

/// A type of resource that is not known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found the type `{name}`, expected one of {}", AttachedType::names().join(", "))]
pub struct UnknownType {
    name: String,
}

impl AttachedType {
    /// Every type.
    pub const ALL: &[Self] = &[
        Self::Bucket,
        Self::AccessPoint,
        Self::MultiRegionAccessPoint,
        Self::ObjectLambdaAccessPoint,
        Self::Table,
    ];

    /// The names of all types.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|kind| kind.as_str()).collect()
    }

    /// The name in AWS's words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bucket => "AWS::S3::Bucket",
            Self::AccessPoint => "AWS::S3::AccessPoint",
            Self::MultiRegionAccessPoint => "AWS::S3::MultiRegionAccessPoint",
            Self::ObjectLambdaAccessPoint => "AWS::S3ObjectLambda::AccessPoint",
            Self::Table => "AWS::DynamoDB::Table",
        }
    }

    /// The service, and its resource types that such a policy may name.
    fn resources(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Bucket => ("s3", &["bucket", "object"]),
            Self::AccessPoint => ("s3", &["accesspoint", "accesspointobject"]),
            Self::MultiRegionAccessPoint => ("s3", &["multiregionaccesspoint"]),
            Self::ObjectLambdaAccessPoint => ("s3-object-lambda", &["objectlambdaaccesspoint"]),
            Self::Table => ("dynamodb", &["table", "index"]),
        }
    }
}

impl fmt::Display for AttachedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AttachedType {
    type Err = UnknownType;

    fn from_str(name: &str) -> Result<Self, UnknownType> {
        let known = Self::ALL.iter().copied().find(|kind| kind.as_str() == name);
        known.ok_or_else(|| UnknownType { name: name.to_owned() })
    }
}

pub(super) fn check(statement: &Statement, actions: &[Meaning<'_>], findings: &mut Findings<'_>) {
    let Some(attached) = findings.attached_to else { return };
    let (service, names) = attached.resources();
    let Some(service) = findings.catalogue.service(service) else { return };
    let kinds: Vec<ResourceType<'_>> = names.iter().filter_map(|name| service.resource_type(name)).collect();
    for text in statement.resource.iter().flat_map(|element| &element.patterns) {
        // What is no ARN at all is told elsewhere.
        if is_star(&text.value) || !text.value.starts_with("arn:") {
            continue;
        }
        if !kinds.iter().any(|kind| may_be(text, *kind)) {
            let message = format!("found `{}` in a policy of the type {attached}", text.value);
            let templates: Vec<String> =
                kinds.iter().flat_map(ResourceType::arn_templates).map(|arn| format!("`{arn}`")).collect();
            let hint = format!("write it like {}", templates.join(" or "));
            findings.report_with(IssueCode::UnsupportedResourceArn, text.at, message, Some(hint));
        }
    }
    for (text, meaning) in statement.action.patterns.iter().zip(actions) {
        let Meaning::Known(action) = meaning else { continue };
        if !is_of(*action, service.prefix(), names) {
            let message = format!("`{action}` works on no resource of the type {attached}");
            findings.report(IssueCode::UnsupportedActionInPolicy, text.at, message);
        }
    }
}

/// Whether an action works on one of these resource types of a service.
fn is_of(action: Action<'_>, service: &str, names: &[&str]) -> bool {
    // The catalogue lists actions of multi-Region access points without their type.
    let is_sparse = names == ["multiregionaccesspoint"];
    let has_type = || {
        let mut types = action.resources().filter_map(|resource| resource.resource_type());
        types.any(|kind| names.contains(&kind.name()))
    };
    action.prefix() == service && (is_sparse || has_type())
}
