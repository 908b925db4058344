#![doc = include_str!("security_audit_role_missing.md")]

use super::role_with_policy;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::Account;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("security-audit-role-missing"),
    since: "0.1.0",
    title: "No role for security audits",
    severity: Severity::Info,
    severity_reason: "auditors get wider rights than they need",
    enabled: false,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing breaks. Whoever may assume the role can read the configuration of all services.",
        steps: &[
            Step::think("Write into trust.json who may assume the role: the auditors, with MFA."),
            Step::run(
                "Make the role. This can be undone with `aws iam delete-role`.",
                "aws iam create-role --role-name security-audit --assume-role-policy-document file://trust.json",
            ),
            Step::run(
                "Attach the policy. This can be undone with `aws iam detach-role-policy`.",
                "aws iam attach-role-policy --role-name security-audit --policy-arn arn:{partition}:iam::aws:policy/SecurityAudit",
            ),
        ],
        console: "IAM > Roles > Create role",
    },
    page: include_str!("security_audit_role_missing.md"),
    judge: Judge::Account(judge),
};

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    role_with_policy::judge(account, "SecurityAudit", cx)
}
