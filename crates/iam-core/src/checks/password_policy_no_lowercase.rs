#![doc = include_str!("password_policy_no_lowercase.md")]

use super::password_policy::{CONSOLE, STEPS, judge_required};
use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity};
use crate::evidence::Account;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("password-policy-no-lowercase"),
    since: "0.1.0",
    title: "Password policy that requires no small letter",
    severity: Severity::Low,
    severity_reason: "the length of passwords counts for more",
    enabled: true,
    needs: &[Artefact::PasswordPolicy, Artefact::CredentialReport],
    params: &[],
    mappings: Mappings {
        cis: Cis::NONE,
        security_hub: &["IAM.12", "IAM.7", "IAM.10"],
        pci_dss: &[],
        attack: &["T1078", "T1110"],
    },
    remedy: Remedy {
        risk: "Passwords in use stay valid; the rule counts when a user next changes the password. Scripts that make \
               passwords may leave the small letter out.",
        steps: STEPS,
        console: CONSOLE,
    },
    page: include_str!("password_policy_no_lowercase.md"),
    judge: Judge::Account(judge),
};

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    judge_required(account, cx, "small letter", |rules| &rules.require_lowercase)
}
