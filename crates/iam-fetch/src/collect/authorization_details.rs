use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, GroupDetail, InstanceProfile, ManagedPolicyDetail,
    PolicyDetail, PolicyVersion, Role, RoleDetail, RoleLastUsed, Tag, UserDetail,
};

use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::json::{Json, Object, document, object};
use crate::run::{Halt, Run};

const GET: Call =
    Call { operation: "GetAccountAuthorizationDetails", action: "iam:GetAccountAuthorizationDetails" };
const FILE: &str = "account-authorization-details.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "account-authorization-details",
    about: "users, groups, roles and policies, with what the policies say",
    calls: &[GET],
    files: &[FILE],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    let made = GET.kept_in(FILE);
    if run.has(made) {
        return Ok(());
    }
    run.plan(1);
    let (mut users, mut groups, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let stream = run.aws.iam().get_account_authorization_details().into_paginator().page_size(1000).send();
    let failure = pages(stream, |page| {
        users.extend(page.user_detail_list().iter().map(user));
        groups.extend(page.group_detail_list().iter().map(group));
        roles.extend(page.role_detail_list().iter().map(role_detail));
        policies.extend(page.policies().iter().map(managed_policy));
    })
    .await;
    let is_empty = [&users, &groups, &roles, &policies].iter().all(|list| list.is_empty());
    let answer = object()
        .with("UserDetailList", users)
        .with("GroupDetailList", groups)
        .with("RoleDetailList", roles)
        .with("Policies", policies);
    run.keep_object(made, answer, is_empty, failure)
}

fn user(user: &UserDetail) -> Json {
    object()
        .maybe("Path", user.path())
        .maybe("UserName", user.user_name())
        .maybe("UserId", user.user_id())
        .maybe("Arn", user.arn())
        .maybe("CreateDate", user.create_date())
        .maybe_list("UserPolicyList", user.user_policy_list.as_ref(), inline)
        .maybe_list("GroupList", user.group_list.as_ref(), |name| name.into())
        .maybe_list("AttachedManagedPolicies", user.attached_managed_policies.as_ref(), attached)
        .maybe("PermissionsBoundary", user.permissions_boundary().map(boundary))
        .maybe_list("Tags", user.tags.as_ref(), tag)
        .into()
}

fn group(group: &GroupDetail) -> Json {
    object()
        .maybe("Path", group.path())
        .maybe("GroupName", group.group_name())
        .maybe("GroupId", group.group_id())
        .maybe("Arn", group.arn())
        .maybe("CreateDate", group.create_date())
        .maybe_list("GroupPolicyList", group.group_policy_list.as_ref(), inline)
        .maybe_list("AttachedManagedPolicies", group.attached_managed_policies.as_ref(), attached)
        .into()
}

fn role_detail(role: &RoleDetail) -> Json {
    object()
        .maybe("Path", role.path())
        .maybe("RoleName", role.role_name())
        .maybe("RoleId", role.role_id())
        .maybe("Arn", role.arn())
        .maybe("CreateDate", role.create_date())
        .maybe("AssumeRolePolicyDocument", role.assume_role_policy_document().map(document))
        .maybe_list("InstanceProfileList", role.instance_profile_list.as_ref(), instance_profile)
        .maybe_list("RolePolicyList", role.role_policy_list.as_ref(), inline)
        .maybe_list("AttachedManagedPolicies", role.attached_managed_policies.as_ref(), attached)
        .maybe("PermissionsBoundary", role.permissions_boundary().map(boundary))
        .maybe_list("Tags", role.tags.as_ref(), tag)
        .maybe("RoleLastUsed", role.role_last_used().map(last_used))
        .into()
}

fn managed_policy(policy: &ManagedPolicyDetail) -> Json {
    object()
        .maybe("PolicyName", policy.policy_name())
        .maybe("PolicyId", policy.policy_id())
        .maybe("Arn", policy.arn())
        .maybe("Path", policy.path())
        .maybe("DefaultVersionId", policy.default_version_id())
        .maybe("AttachmentCount", policy.attachment_count())
        .maybe("PermissionsBoundaryUsageCount", policy.permissions_boundary_usage_count())
        .with("IsAttachable", policy.is_attachable())
        .maybe("Description", policy.description())
        .maybe("CreateDate", policy.create_date())
        .maybe("UpdateDate", policy.update_date())
        .maybe_list("PolicyVersionList", policy.policy_version_list.as_ref(), version)
        .into()
}

fn version(version: &PolicyVersion) -> Json {
    object()
        .maybe("Document", version.document().map(document))
        .maybe("VersionId", version.version_id())
        .with("IsDefaultVersion", version.is_default_version())
        .maybe("CreateDate", version.create_date())
        .into()
}

fn inline(policy: &PolicyDetail) -> Json {
    object()
        .maybe("PolicyName", policy.policy_name())
        .maybe("PolicyDocument", policy.policy_document().map(document))
        .into()
}

fn attached(policy: &AttachedPolicy) -> Json {
    object().maybe("PolicyName", policy.policy_name()).maybe("PolicyArn", policy.policy_arn()).into()
}

fn instance_profile(profile: &InstanceProfile) -> Json {
    object()
        .with("Path", profile.path())
        .with("InstanceProfileName", profile.instance_profile_name())
        .with("InstanceProfileId", profile.instance_profile_id())
        .with("Arn", profile.arn())
        .with("CreateDate", profile.create_date())
        .list("Roles", profile.roles(), role)
        .maybe_list("Tags", profile.tags.as_ref(), tag)
        .into()
}

fn role(role: &Role) -> Json {
    object()
        .with("Path", role.path())
        .with("RoleName", role.role_name())
        .with("RoleId", role.role_id())
        .with("Arn", role.arn())
        .with("CreateDate", role.create_date())
        .maybe("AssumeRolePolicyDocument", role.assume_role_policy_document().map(document))
        .maybe("Description", role.description())
        .maybe("MaxSessionDuration", role.max_session_duration())
        .maybe("PermissionsBoundary", role.permissions_boundary().map(boundary))
        .maybe_list("Tags", role.tags.as_ref(), tag)
        .maybe("RoleLastUsed", role.role_last_used().map(last_used))
        .into()
}

fn last_used(used: &RoleLastUsed) -> Object {
    object().maybe("LastUsedDate", used.last_used_date()).maybe("Region", used.region())
}

pub(super) fn boundary(boundary: &AttachedPermissionsBoundary) -> Object {
    object()
        .maybe("PermissionsBoundaryType", boundary.permissions_boundary_type().map(|kind| kind.as_str()))
        .maybe("PermissionsBoundaryArn", boundary.permissions_boundary_arn())
}

pub(super) fn tag(tag: &Tag) -> Json {
    object().with("Key", tag.key()).with("Value", tag.value()).into()
}
