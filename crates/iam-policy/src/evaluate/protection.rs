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

/// Whether AWS keeps the resource from being changed by anybody: its managed policies, and the roles that it reserves for
/// itself, such as those of IAM Identity Center.
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
            || (arn.resource().starts_with("role/aws-reserved/") && changes(ROLE_CHANGES)))
}
