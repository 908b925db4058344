#![doc = include_str!("user_with_password_and_keys.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::checks::slots;
use crate::evidence::User;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("user-with-password-and-keys"),
    since: "0.1.0",
    title: "User with both a password and access keys",
    severity: Severity::Low,
    severity_reason: "two doors lead to one identity",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Scripts that use the key stop. Look at the key's last use first, and deactivate before deleting.",
        steps: &[
            Step::think(
                "Decide whether a person or a program uses this user. People get short-lived keys from `aws sso login`; \
                 programs get a role.",
            ),
            Step::LIST_KEYS,
            Step::run(
                "For a person, deactivate the key. This can be undone with --status Active.",
                "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
            ),
            Step::run(
                "For a program, take the password away instead. This can be undone with `aws iam create-login-profile` and \
                 a new password.",
                "aws iam delete-login-profile --user-name {user}",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials",
    },
    page: include_str!("user_with_password_and_keys.md"),
    judge: Judge::User(judge),
};

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    if !user.password_enabled.known()? {
        return Ok(Verdict::not_applicable("the user has no password"));
    }
    let keys = slots::active(user)?;
    if keys.is_empty() {
        return Ok(Verdict::PASS);
    }
    let names: Vec<String> = keys.iter().map(|key| cx.key_name(key)).collect();
    let failure = cx.fail(format!("{} has a console password and active {}", user.name, names.join(" and ")));
    keys.iter()
        .fold(failure.because(&user.password_enabled), |failure, key| failure.because(&key.active))
        .judged()
}
