#![doc = include_str!("password_policy_short.md")]

use super::password_policy::{CONSOLE, STEPS, weighed};
use crate::check::{
    Check, CheckId, Cis, Context, Count, Judge, Judged, Mappings, Param, Remedy, Severity, Verdict,
};
use crate::evidence::Account;
use crate::input::Artefact;
use crate::input::password_policy::PasswordPolicy;

pub(super) static CHECK: Check = Check {
    id: CheckId("password-policy-short"),
    since: "0.1.0",
    title: "Password policy that allows short passwords",
    severity: Severity::Medium,
    severity_reason: "a short password is found by trying",
    enabled: true,
    needs: &[Artefact::PasswordPolicy, Artefact::CredentialReport],
    params: &[&MIN_LENGTH],
    mappings: Mappings {
        cis: Cis::at("1.8", "1.7", "2.7", "2.8"),
        security_hub: &["IAM.15", "IAM.7", "IAM.10"],
        pci_dss: &[],
        attack: &["T1078", "T1110"],
    },
    remedy: Remedy {
        risk: "Passwords in use stay valid; the length counts when a user next changes the password. Scripts that make \
               passwords may make them too short.",
        steps: STEPS,
        console: CONSOLE,
    },
    page: include_str!("password_policy_short.md"),
    judge: Judge::Account(judge),
};

static MIN_LENGTH: Param<Count> =
    Param::new("min-length", || Count(14), (6, 128), "fails when shorter passwords than this are allowed");

/// Without a policy of the account's own. Source: IAM User Guide, "Set an account password policy for IAM users".
const LENGTH_WITHOUT_POLICY: u64 = 8;

/// In a policy that sets no length. Source: IAM API Reference, `UpdateAccountPasswordPolicy`.
const LENGTH_WHEN_LEFT_OUT: u64 = 6;

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    let least = u64::from(cx.get(&MIN_LENGTH).0);
    let failure = match account.password_policy()? {
        PasswordPolicy::NotSet(source) => {
            if LENGTH_WITHOUT_POLICY >= least {
                return Ok(Verdict::PASS);
            }
            cx.fail(format!(
                "no password policy is set, so that passwords of {LENGTH_WITHOUT_POLICY} characters are allowed; limit {least}"
            ))
            .at(*source)
        }
        PasswordPolicy::Set(rules) => {
            let length = rules.minimum_length.known()?.unwrap_or(LENGTH_WHEN_LEFT_OUT);
            if length >= least {
                return Ok(Verdict::PASS);
            }
            cx.fail(format!("the password policy allows passwords of {length} characters; limit {least}"))
                .because(&rules.minimum_length)
        }
    };
    weighed(failure, account).judged()
}
