#![doc = include_str!("inline_policy_present.md")]

use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, SubjectKind, Verdict, When,
};
use crate::evidence::Identity;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("inline-policy-present"),
    since: "0.1.0",
    title: "Inline policy in a group or role",
    severity: Severity::Low,
    severity_reason: "a policy without versions that is seen in one place only",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing breaks as long as the managed policy is attached before the embedded one is deleted.",
        steps: &[
            Step::run_when(
                When::Of(SubjectKind::Group),
                "See what the policy says.",
                "aws iam get-group-policy --group-name {group} --policy-name POLICY_NAME --query PolicyDocument > policy.json",
            ),
            Step::run_when(
                When::Of(SubjectKind::Role),
                "See what the policy says.",
                "aws iam get-role-policy --role-name {role} --policy-name POLICY_NAME --query PolicyDocument > policy.json",
            ),
            Step::run(
                "Make a managed policy of it. This can be undone with `aws iam delete-policy`.",
                "aws iam create-policy --policy-name POLICY_NAME --policy-document file://policy.json",
            ),
            Step::run_when(
                When::Of(SubjectKind::Group),
                "Attach the managed policy.",
                "aws iam attach-group-policy --group-name {group} --policy-arn POLICY_ARN",
            ),
            Step::run_when(
                When::Of(SubjectKind::Role),
                "Attach the managed policy.",
                "aws iam attach-role-policy --role-name {role} --policy-arn POLICY_ARN",
            ),
            Step::run_when(
                When::Of(SubjectKind::Group),
                "Delete the embedded one. This can be undone with `aws iam put-group-policy` and policy.json.",
                "aws iam delete-group-policy --group-name {group} --policy-name POLICY_NAME",
            ),
            Step::run_when(
                When::Of(SubjectKind::Role),
                "Delete the embedded one. This can be undone with `aws iam put-role-policy` and policy.json.",
                "aws iam delete-role-policy --role-name {role} --policy-name POLICY_NAME",
            ),
        ],
        console: "IAM > User groups or Roles > {name} > Permissions > Permissions policies",
    },
    page: include_str!("inline_policy_present.md"),
    judge: Judge::Identity(judge),
};

fn judge(identity: &Identity<'_>, cx: &Context<'_>) -> Judged {
    let noun = match identity {
        Identity::User(_) => {
            return Ok(Verdict::not_applicable("user-policy-attached-directly judges the policies of users"));
        }
        Identity::Role(role) if role.detail.is_of_identity_center() => {
            return Ok(Verdict::not_applicable("IAM Identity Center alone changes the role"));
        }
        Identity::Group(_) => "group",
        Identity::Role(_) => "role",
    };
    let inline = identity.inline().seen()?;
    if inline.is_empty() {
        return Ok(Verdict::PASS);
    }
    let names: Vec<&str> = inline.iter().map(|policy| &*policy.name).collect();
    let policies = if names.len() == 1 { "the inline policy" } else { "the inline policies" };
    let failure = cx.fail(format!("{noun} {} has {policies} {}", identity.name(), names.join(", ")));
    inline.iter().fold(failure, |failure, policy| failure.at(policy.source)).judged()
}
