#![doc = include_str!("password_policy_no_expiry.md")]

use super::password_policy::{CONSOLE, KEEP_A_COPY, weighed};
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::Account;
use crate::fact::Days;
use crate::input::Artefact;
use crate::input::password_policy::PasswordPolicy;

pub(super) static CHECK: Check = Check {
    id: CheckId("password-policy-no-expiry"),
    since: "0.1.0",
    title: "Password policy that lets passwords grow old",
    severity: Severity::Low,
    severity_reason: "a leaked password works for as long as nobody changes it",
    enabled: true,
    needs: &[Artefact::PasswordPolicy, Artefact::CredentialReport],
    params: &[&MAX_AGE],
    mappings: Mappings {
        cis: Cis::NONE,
        security_hub: &["IAM.17", "IAM.7", "IAM.10"],
        pci_dss: &["8.3.6", "8.6.3"],
        attack: &["T1078", "T1110"],
    },
    remedy: Remedy {
        risk: "Passwords older than the limit expire at once: their users have to choose a new one at the next sign-in. With \
               --hard-expiry, or where users may not change their password, they are locked out instead.",
        steps: &[
            KEEP_A_COPY,
            Step::run(
                "Replace the whole policy. Each option that the command does not name is reset to its default, so write the \
                 command from the copy. For DAYS put the limit of the finding, or what the copy says if that is fewer; for \
                 LENGTH and COUNT what the copy says or what the settings ask for (14 and 24 unless changed), whichever is \
                 greater. Add --hard-expiry if the copy has it. Leave out a --require option only if neither the copy nor a \
                 finding asks for it, and --allow-users-to-change-password if the copy says false. To undo it, run it with \
                 the values of the copy, or `aws iam delete-account-password-policy` if there was none.",
                "aws iam update-account-password-policy --max-password-age DAYS --minimum-password-length LENGTH \
                 --password-reuse-prevention COUNT --require-uppercase-characters --require-lowercase-characters \
                 --require-symbols --require-numbers --allow-users-to-change-password",
            ),
        ],
        console: CONSOLE,
    },
    page: include_str!("password_policy_no_expiry.md"),
    judge: Judge::Account(judge),
};

static MAX_AGE: Param<Days> =
    Param::new("max-age-days", || Days(90), (1, 1_095), "fails when passwords live for longer than this");

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    let limit = cx.get(&MAX_AGE).0;
    let failure = match account.password_policy()? {
        PasswordPolicy::NotSet(source) => cx
            .fail(format!("no password policy is set, so that passwords never expire; limit {limit} d"))
            .at(*source),
        PasswordPolicy::Set(rules) => {
            if rules.expire_passwords.known() == Ok(false) {
                cx.fail(format!("passwords never expire; limit {limit} d")).because(&rules.expire_passwords)
            } else {
                // Zero is AWS's word for never. Source: IAM API Reference, `UpdateAccountPasswordPolicy`.
                match rules.max_age_days.known()?.filter(|days| *days > 0) {
                    Some(days) if days <= u64::from(limit) => {
                        rules.expire_passwords.known()?;
                        return Ok(Verdict::PASS);
                    }
                    Some(days) => cx.fail(format!("passwords expire after {days} d; limit {limit} d")),
                    None => cx.fail(format!(
                        "the password policy sets no age at which passwords expire; limit {limit} d"
                    )),
                }
                .because(&rules.max_age_days)
            }
        }
    };
    weighed(failure, account).judged()
}
