#![doc = include_str!("password_policy_reuse.md")]

use super::password_policy::{CONSOLE, STEPS, weighed};
use crate::check::{
    Check, CheckId, Cis, Context, Count, Judge, Judged, Mappings, Param, Remedy, Severity, Verdict,
};
use crate::evidence::Account;
use crate::input::Artefact;
use crate::input::password_policy::PasswordPolicy;

pub(super) static CHECK: Check = Check {
    id: CheckId("password-policy-reuse"),
    since: "0.1.0",
    title: "Password policy that allows earlier passwords again",
    severity: Severity::Medium,
    severity_reason: "a leaked password that was changed can come back",
    enabled: true,
    needs: &[Artefact::PasswordPolicy, Artefact::CredentialReport],
    params: &[&REMEMBER],
    mappings: Mappings {
        cis: Cis::at("1.9", "1.8", "2.8", "2.9"),
        security_hub: &["IAM.16", "IAM.7", "IAM.10"],
        pci_dss: &[],
        attack: &["T1078", "T1110"],
    },
    remedy: Remedy {
        risk: "Passwords in use stay valid. Users who go round in a few passwords have to think of new ones.",
        steps: STEPS,
        console: CONSOLE,
    },
    page: include_str!("password_policy_reuse.md"),
    judge: Judge::Account(judge),
};

static REMEMBER: Param<Count> =
    Param::new("remember", || Count(24), (1, 24), "fails when fewer earlier passwords than this are refused");

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    let least = u64::from(cx.get(&REMEMBER).0);
    let failure = match account.password_policy()? {
        PasswordPolicy::NotSet(source) => cx
            .fail(format!(
                "no password policy is set, so that every earlier password is allowed again; limit {least}"
            ))
            .at(*source),
        PasswordPolicy::Set(rules) => {
            let refused = rules.reuse_prevention.known()?.unwrap_or(0);
            if refused >= least {
                return Ok(Verdict::PASS);
            }
            let message = match refused {
                0 => format!("the password policy allows every earlier password again; limit {least}"),
                1 => format!("the password policy refuses only the last password; limit {least}"),
                _ => format!("the password policy refuses only the last {refused} passwords; limit {least}"),
            };
            cx.fail(message).because(&rules.reuse_prevention)
        }
    };
    weighed(failure, account).judged()
}
