//! What a statement allows that it probably should not: anybody, anything but, roles that are passed or made.
//!
//! A boundary, a session policy or a control policy grants nothing by itself, so that `Allow` with wildcards is what they are
//! made of; they are not looked at here.
//!
//! Sources: IAM User Guide, "IAM policy validation check reference", "Grant a user permissions to pass a role to an AWS
//! service"; Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".

use super::condition::value::IpRange;
use super::condition::{has_key, is_about_addresses, keys_of, limits};
use super::cover::{covers, covers_ignoring_case, has_wildcard, is_star};
use super::variable::has_variable;
use super::{Findings, trust};
use crate::document::{ConditionKey, PolicyKind, PrincipalKind, Principals, Statement, Text};
use crate::issue::IssueCode;
use crate::span::At;

pub(super) fn check(statement: &Statement, findings: &mut Findings<'_>) {
    let kind = findings.kind;
    if !statement.allows() || !matches!(kind, PolicyKind::Identity | PolicyKind::Resource | PolicyKind::Trust)
    {
        return;
    }
    everybody(statement, findings);
    if kind != PolicyKind::Trust {
        all_but(statement, findings);
    }
    if kind == PolicyKind::Identity {
        for role in [&PASS_ROLE, &SERVICE_LINKED_ROLE] {
            roles(statement, role, findings);
        }
    }
    if kind == PolicyKind::Resource {
        trust::check_services(statement, findings);
    }
}

fn everybody(statement: &Statement, findings: &mut Findings<'_>) {
    let Some(element) = &statement.principal else { return };
    if element.negated {
        if findings.kind != PolicyKind::Trust {
            let message = "everybody but those listed is allowed, also without signing in";
            findings.report(IssueCode::AllowNotPrincipal, element.key, message);
        }
        return;
    }
    let star = match &element.principals {
        Principals::Everybody(at) => Some(*at),
        Principals::Listed(entries, _) => entries
            .iter()
            .filter(|entry| entry.kind == PrincipalKind::Aws)
            .flat_map(|entry| &entry.values)
            .find(|text| is_star(&text.value))
            .map(|text| text.at),
    };
    if let Some(at) = star
        && !keys_of(statement)
            .any(|(operator, key)| limits(operator) && is_fixed(is_about_addresses(operator), key))
    {
        let message = "everybody is allowed, and no condition with fixed values limits who";
        findings.report(IssueCode::AllowEverybody, at, message);
    }
}

/// Keys that limit who may call, if their values are fixed.
const LIMITING: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:userid",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "kms:CallerAccount",
    "lambda:SourceFunctionArn",
    "s3:DataAccessPointAccount",
    "s3:DataAccessPointArn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

/// Whether all values of a limiting key name somebody in particular.
fn is_fixed(is_about_addresses: bool, key: &ConditionKey) -> bool {
    let name = &*key.name.value;
    if !LIMITING.iter().any(|limiting| limiting.eq_ignore_ascii_case(name)) {
        return false;
    }
    let is_fixed = |value: &str| {
        if is_about_addresses {
            return IpRange::parse(value).is_some_and(|range| !range.is_wide());
        }
        if has_variable(value) {
            return false;
        }
        if let Some(account) = value.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3)) {
            // Buckets have no account in their ARNs; their names are unique.
            let bucket = value.splitn(6, ':').nth(5).unwrap_or_default();
            return if account.is_empty() { !has_wildcard(bucket) } else { !has_wildcard(account) };
        }
        // Paths of an organization end in a star.
        let organization = value.split('/').next().unwrap_or_default();
        !has_wildcard(organization) && !organization.is_empty()
    };
    !key.values.items.is_empty() && key.values.iter().all(|value| is_fixed(&value.text))
}

fn all_but(statement: &Statement, findings: &mut Findings<'_>) {
    if statement.action.negated {
        let message = "every action but those listed is allowed, also those that AWS adds later";
        findings.report(IssueCode::AllowNotAction, statement.action.key, message);
    }
    if let Some(resource) = statement.resource.as_ref().filter(|resource| resource.negated) {
        let message = "every resource but those listed is allowed, also those that are made later";
        findings.report(IssueCode::AllowNotResource, resource.key, message);
    }
}

/// An action about roles that should name them, and the codes of the ways in which it may not.
struct RoleAction {
    action: &'static str,
    /// Resources that include all of these are too wide.
    resource: &'static str,
    /// A condition on this key narrows the action instead.
    key: &'static str,
    star_resource: IssueCode,
    star_both: IssueCode,
    star_not_action: IssueCode,
    not_resource: IssueCode,
    star_not_resource: IssueCode,
    not_action_not_resource: IssueCode,
}

static PASS_ROLE: RoleAction = RoleAction {
    action: "iam:PassRole",
    resource: "role/*",
    key: "iam:PassedToService",
    star_resource: IssueCode::PassRoleStarResource,
    star_both: IssueCode::PassRoleStarBoth,
    star_not_action: IssueCode::PassRoleStarNotAction,
    not_resource: IssueCode::PassRoleNotResource,
    star_not_resource: IssueCode::PassRoleStarNotResource,
    not_action_not_resource: IssueCode::PassRoleNotActionNotResource,
};

static SERVICE_LINKED_ROLE: RoleAction = RoleAction {
    action: "iam:CreateServiceLinkedRole",
    resource: "role/aws-service-role/*",
    key: "iam:AWSServiceName",
    star_resource: IssueCode::SlrStarResource,
    star_both: IssueCode::SlrStarBoth,
    star_not_action: IssueCode::SlrStarNotAction,
    not_resource: IssueCode::SlrNotResource,
    star_not_resource: IssueCode::SlrStarNotResource,
    not_action_not_resource: IssueCode::SlrNotActionNotResource,
};

fn roles(statement: &Statement, role: &RoleAction, findings: &mut Findings<'_>) {
    let Some(resource) = &statement.resource else { return };
    let named = |text: &&Text| covers_ignoring_case(&text.value, role.action);
    let entry = statement.action.patterns.iter().find(named);
    let (at, has_star) = match (statement.action.negated, entry) {
        (true, Some(_)) | (false, None) => return,
        (true, None) => (statement.action.key, false),
        (false, Some(entry)) => (entry.at, has_wildcard(&entry.value)),
    };
    let is_wide = |text: &Text| is_star(&text.value) || covers_roles(&text.value, role.resource);
    if has_key(statement, &[role.key]) || !resource.negated && !resource.patterns.iter().any(is_wide) {
        return;
    }
    let code = match (statement.action.negated, has_star, resource.negated) {
        (true, _, true) => role.not_action_not_resource,
        (true, _, false) => role.star_not_action,
        (false, true, true) => role.star_not_resource,
        (false, true, false) => role.star_both,
        (false, false, true) => role.not_resource,
        (false, false, false) => role.star_resource,
    };
    report_roles(code, at, role.action, findings);
}

fn report_roles(code: IssueCode, at: At, action: &str, findings: &mut Findings<'_>) {
    findings.report(code, at, format!("`{action}` is allowed for roles that are not named"));
}

/// Whether an ARN pattern includes all roles of some account.
fn covers_roles(pattern: &str, roles: &str) -> bool {
    let mut fields = pattern.splitn(6, ':');
    let (service, resource) = (fields.nth(2).unwrap_or_default(), fields.nth(2));
    covers(service, "iam") && resource.is_some_and(|resource| covers(resource, roles))
}
