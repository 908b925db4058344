#![doc = include_str!("console_without_mfa.md")]

use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::User;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("console-without-mfa"),
    since: "0.1.0",
    title: "Console password without MFA",
    severity: Severity::High,
    severity_reason: "one guessed or phished password is enough to sign in",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.10", "1.9", "2.9", "2.10"),
        security_hub: &["IAM.5"],
        pci_dss: &["8.4.1", "8.4.2", "8.4.3"],
        attack: &["T1078", "T1098", "T1556", "T1550", "T1110", "T1040", "T1538"],
    },
    remedy: Remedy {
        risk: "Registering a device breaks nothing. Taking the password away locks the person out of the console.",
        steps: &[
            Step::run(
                "See whether the user has registered a device since the report was made.",
                "aws iam list-mfa-devices --user-name {user}",
            ),
            Step::think(
                "Ask the user to sign in and register a passkey, a security key or an authenticator app.",
            ),
            Step::run(
                "If nobody answers, take the password away. This can be undone with `aws iam create-login-profile` and a new \
                 password.",
                "aws iam delete-login-profile --user-name {user}",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Multi-factor authentication > Assign MFA device",
    },
    page: include_str!("console_without_mfa.md"),
    judge: Judge::User(judge),
};

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    if user.password_enabled.known() == Ok(false) {
        return Ok(Verdict::not_applicable("the user has no password"));
    }
    // With a device it does not matter whether there is a password.
    if user.mfa_active.known() == Ok(true) {
        return Ok(Verdict::PASS);
    }
    user.password_enabled.known()?;
    user.mfa_active.known()?;
    cx.fail(format!("{} has a console password and no MFA device", user.name))
        .because(&user.mfa_active)
        .because(&user.password_enabled)
        .judged()
}
