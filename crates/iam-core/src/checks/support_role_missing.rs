#![doc = include_str!("support_role_missing.md")]

use super::role_with_policy;
use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::Account;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("support-role-missing"),
    since: "0.1.0",
    title: "No role for AWS Support cases",
    severity: Severity::Low,
    severity_reason: "in an incident nobody may open a case without wider rights",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.17", "1.16", "2.16", "2.15"),
        security_hub: &["IAM.18"],
        ..Mappings::NONE
    },
    remedy: Remedy {
        risk: "Nothing breaks. Whoever may assume the role can read and open support cases.",
        steps: &[
            Step::think(
                "Write into trust.json who may assume the role: those who handle incidents, with MFA.",
            ),
            Step::run(
                "Make the role. This can be undone with `aws iam delete-role`.",
                "aws iam create-role --role-name support --assume-role-policy-document file://trust.json",
            ),
            Step::run(
                "Attach the policy. This can be undone with `aws iam detach-role-policy`.",
                "aws iam attach-role-policy --role-name support --policy-arn arn:{partition}:iam::aws:policy/AWSSupportAccess",
            ),
        ],
        console: "IAM > Roles > Create role",
    },
    page: include_str!("support_role_missing.md"),
    judge: Judge::Account(judge),
};

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    role_with_policy::judge(account, "AWSSupportAccess", cx)
}
