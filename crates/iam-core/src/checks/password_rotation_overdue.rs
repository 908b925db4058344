#![doc = include_str!("password_rotation_overdue.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::User;
use crate::input::Artefact;
use crate::input::password_policy::PasswordPolicy;

pub(super) static CHECK: Check = Check {
    id: CheckId("password-rotation-overdue"),
    since: "0.1.0",
    title: "Password past its rotation date",
    severity: Severity::Low,
    severity_reason: "the account's own password policy is not met",
    enabled: true,
    needs: &[Artefact::CredentialReport, Artefact::PasswordPolicy],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "A user without `iam:ChangePassword` cannot change the password, also not at the first sign-in after a reset, and \
               needs an administrator.",
        steps: &[
            Step::run(
                "See whether the user still has a password.",
                "aws iam get-login-profile --user-name {user}",
            ),
            Step::run(
                "If the console lets the user in, it asks for a new password. If the policy locks expired users out, set a new \
                 one and hand it over. The present password cannot be brought back.",
                "aws iam update-login-profile --user-name {user} --password NEW_PASSWORD --password-reset-required",
            ),
            Step::run(
                "If nobody needs it, take the password away. This can be undone with `aws iam create-login-profile` and a \
                 new password.",
                "aws iam delete-login-profile --user-name {user}",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Console sign-in > Manage console access > Reset password",
    },
    page: include_str!("password_rotation_overdue.md"),
    judge: Judge::User(judge),
};

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    if !user.password_enabled.known()? {
        return Ok(Verdict::not_applicable("the user has no password"));
    }
    let Some(due) = user.password_next_rotation.known()? else {
        return Ok(Verdict::pass("the password does not expire"));
    };
    if due > cx.as_of() {
        return Ok(Verdict::PASS);
    }
    let mut message = format!("the password of {} was due for a change {}", user.name, cx.ago(due));
    let hard_expiry = match cx.account().password_policy() {
        Ok(PasswordPolicy::Set(rules)) if rules.hard_expiry.known() == Ok(true) => Some(&rules.hard_expiry),
        _ => None,
    };
    if hard_expiry.is_some() {
        message
            .push_str("; the policy's hard expiry locks the user out until an administrator sets a new one");
    }
    let failure = cx.fail(message).because(&user.password_next_rotation).because(&user.password_enabled);
    match hard_expiry {
        Some(hard_expiry) => failure.because(hard_expiry).judged(),
        None => failure.judged(),
    }
}
