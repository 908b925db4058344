#![doc = include_str!("cloudshell_full_access.md")]

use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, SubjectKind, Verdict, When,
};
use crate::evidence::Identity;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("cloudshell-full-access"),
    since: "0.1.0",
    title: "Full access to CloudShell",
    severity: Severity::Medium,
    severity_reason: "a way to take data out that nobody watches",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.22", "1.21", "2.21", "2.20"),
        security_hub: &["IAM.27"],
        pci_dss: &["7.2.1", "7.2.2", "7.2.3", "7.2.5", "7.3.1", "7.3.2", "7.3.3", "8.2.7", "8.2.8", "8.3.4"],
        ..Mappings::NONE
    },
    remedy: Remedy {
        risk: "Those who have the policy cannot open CloudShell any more, unless another policy allows it.",
        steps: &[
            Step::run_when(
                When::Of(SubjectKind::User),
                "Detach the policy. This can be undone with `aws iam attach-user-policy`.",
                "aws iam detach-user-policy --user-name {user} --policy-arn arn:{partition}:iam::aws:policy/AWSCloudShellFullAccess",
            ),
            Step::run_when(
                When::Of(SubjectKind::Group),
                "Detach the policy. This can be undone with `aws iam attach-group-policy`.",
                "aws iam detach-group-policy --group-name {group} --policy-arn arn:{partition}:iam::aws:policy/AWSCloudShellFullAccess",
            ),
            Step::run_when(
                When::Of(SubjectKind::Role),
                "Detach the policy. This can be undone with `aws iam attach-role-policy`. For a role of IAM Identity Center, \
                 take it from the permission set instead.",
                "aws iam detach-role-policy --role-name {role} --policy-arn arn:{partition}:iam::aws:policy/AWSCloudShellFullAccess",
            ),
        ],
        console: "IAM > Policies > AWSCloudShellFullAccess > Entities attached > {name} > Detach",
    },
    page: include_str!("cloudshell_full_access.md"),
    judge: Judge::Identity(judge),
};

fn judge(identity: &Identity<'_>, cx: &Context<'_>) -> Judged {
    let attached = identity.attached().seen()?;
    let Some(policy) = attached.iter().find(|policy| policy.is_of_aws("AWSCloudShellFullAccess")) else {
        return Ok(Verdict::PASS);
    };
    let noun = match identity {
        Identity::User(_) => "user",
        Identity::Group(_) => "group",
        Identity::Role(_) => "role",
    };
    cx.fail(format!("{noun} {} has AWSCloudShellFullAccess attached", identity.name()))
        .at(policy.source)
        .judged()
}
