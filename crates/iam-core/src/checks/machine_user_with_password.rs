#![doc = include_str!("machine_user_with_password.md")]

use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Patterns, Remedy, Severity, Step, Verdict,
};
use crate::evidence::User;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("machine-user-with-password"),
    since: "0.1.0",
    title: "Machine user with a console password",
    severity: Severity::Medium,
    severity_reason: "a second way in that no person looks after",
    enabled: false,
    needs: &[Artefact::CredentialReport, Artefact::AuthorizationDetails],
    params: &[&USER_PATTERNS, &GROUP_PATTERNS],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "A person who signs in as this user is locked out of the console. The access keys keep working.",
        steps: &[
            Step::run(
                "See whether the user still has a password, and since when.",
                "aws iam get-login-profile --user-name {user}",
            ),
            Step::run(
                "Take the password away. This can be undone with `aws iam create-login-profile` and a new password.",
                "aws iam delete-login-profile --user-name {user}",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Console sign-in > Manage console access > Disable",
    },
    page: include_str!("machine_user_with_password.md"),
    judge: Judge::User(judge),
};

static USER_PATTERNS: Param<Patterns> = Param::new(
    "user-patterns",
    Patterns::default,
    (0, 0),
    "names of machine users, with `*` for any text and `?` for one character",
);

static GROUP_PATTERNS: Param<Patterns> = Param::new(
    "group-patterns",
    Patterns::default,
    (0, 0),
    "names of groups whose members are machines, with `*` for any text and `?` for one character",
);

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    let (users, groups) = (cx.get(&USER_PATTERNS), cx.get(&GROUP_PATTERNS));
    if users.0.is_empty() && groups.0.is_empty() {
        return Ok(Verdict::not_applicable("no machine users are named in the settings"));
    }
    let mut via = None;
    if !users.matches(user.name) {
        if groups.0.is_empty() {
            return Ok(Verdict::not_applicable("the name is not one of a machine user"));
        }
        if user.password_enabled.known() == Ok(false) {
            return Ok(Verdict::pass("the user has no password"));
        }
        let own = &user.detail.as_ref().map_err(std::sync::Arc::clone)?.detail.groups;
        let Some(group) = own.seen()?.iter().find(|group| groups.matches(group)) else {
            return Ok(Verdict::not_applicable("neither the name nor a group is one of a machine user"));
        };
        via = Some((group, own));
    }
    if !user.password_enabled.known()? {
        return Ok(Verdict::PASS);
    }
    match via {
        None => cx.fail(format!("machine user {} has a console password", user.name)),
        Some((group, own)) => cx
            .fail(format!(
                "user {} of group {group}, which is for machines, has a console password",
                user.name
            ))
            .because(own),
    }
    .because(&user.password_enabled)
    .judged()
}
