use crate::request::Request;

/// What changes a managed policy.
const POLICY_CHANGES: &[&str] = &[
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "SetDefaultPolicyVersion",
    "TagPolicy",
    "UntagPolicy",
];

/// What changes a role.
const ROLE_CHANGES: &[&str] = &[
    "AttachRolePolicy",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
];

/// What changes what a service-linked role may do, or who may assume it. Its description may be changed.
///
/// Source: IAM API Reference, error `UnmodifiableEntity` of these actions; IAM User Guide, "Update a service-linked role".
const LINKED_ROLE_CHANGES: &[&str] = &[
    "AttachRolePolicy",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
];

/// Whether AWS keeps the resource from being changed by anybody: its managed policies, the roles that it reserves for itself,
/// such as those of IAM Identity Center, and service-linked roles, which only their service changes.
///
/// Source: IAM User Guide, "Managed policies and inline policies"; IAM Identity Center User Guide, "Referencing permission
/// sets in resource policies".
pub(super) fn forbids(request: &Request) -> bool {
    let Some(arn) = request.resource_fields() else {
        return false;
    };
    let [_, _, service, _, account] = arn.fields();
    let changes = |changes: &[&str]| changes.iter().any(|name| request.action().is("iam", name));
    service == "iam"
        && ((account == "aws" && arn.resource().starts_with("policy/") && changes(POLICY_CHANGES))
            || (arn.resource().starts_with("role/aws-reserved/") && changes(ROLE_CHANGES))
            || (arn.resource().starts_with("role/aws-service-role/") && changes(LINKED_ROLE_CHANGES)))
}
