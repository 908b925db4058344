#![doc = include_str!("user_policy_attached_directly.md")]

use super::quarantine::is_quarantine;
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict, When,
};
use crate::evidence::{DetailedUser, OwnPolicy};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("user-policy-attached-directly"),
    since: "0.1.0",
    title: "Policy of a user that comes from no group",
    severity: Severity::Low,
    severity_reason: "rights given user by user are looked after by nobody",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.15", "1.14", "2.14", "2.13"),
        security_hub: &["IAM.2"],
        pci_dss: &[
            "7.2.1", "7.2.2", "7.2.5", "7.3.1", "7.3.2", "7.3.3", "8.2.1", "8.2.2", "8.2.4", "8.2.5",
            "8.2.7", "8.2.8", "8.3.11", "8.3.4",
        ],
        ..Mappings::NONE
    },
    remedy: Remedy {
        risk: "Without the policy the user may do less. Put the user into a group that gives the same first.",
        steps: &[
            Step::run(
                "Put the user into a group that has what the user needs. This can be undone with `aws iam \
                 remove-user-from-group`.",
                "aws iam add-user-to-group --user-name {user} --group-name GROUP_NAME",
            ),
            Step::run_when(
                When::Attached,
                "Detach the policy from the user. This can be undone with `aws iam attach-user-policy`.",
                "aws iam detach-user-policy --user-name {user} --policy-arn {arn}",
            ),
            Step::run_when(
                When::Embedded,
                "Keep a copy of the policy.",
                "aws iam get-user-policy --user-name {user} --policy-name {policy} > inline-policy.json",
            ),
            Step::run_when(
                When::Embedded,
                "Delete the policy from the user. This can be undone with `aws iam put-user-policy` and the copy.",
                "aws iam delete-user-policy --user-name {user} --policy-name {policy}",
            ),
        ],
        console: "IAM > Users > {user} > Permissions > Permissions policies > Remove",
    },
    page: include_str!("user_policy_attached_directly.md"),
    judge: Judge::UserPolicy(judge),
};

fn judge(policy: &OwnPolicy<'_>, user: &DetailedUser<'_>, cx: &Context<'_>) -> Judged {
    let (name, user) = (policy.name(), &user.detail.name);
    let message = match policy {
        OwnPolicy::Attached(attached) if is_quarantine(&attached.arn) => {
            return Ok(Verdict::not_applicable("AWS attached it because of a leaked key"));
        }
        OwnPolicy::Attached(_) => format!("policy {name} is attached to user {user} itself"),
        OwnPolicy::Inline(_) => format!("policy {name} is embedded in user {user}"),
    };
    cx.fail(message).at(policy.source()).judged()
}
