#![doc = include_str!("console_password_unused.md")]

use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::User;
use crate::fact::Days;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("console-password-unused"),
    since: "0.1.0",
    title: "Console password that nobody uses",
    severity: Severity::Medium,
    severity_reason: "a password that nobody misses can be guessed or reused unnoticed",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[&UNUSED_AFTER],
    mappings: Mappings {
        cis: Cis::at("1.12", "1.11", "2.11", "2.11"),
        security_hub: &["IAM.22", "IAM.8"],
        pci_dss: &[],
        attack: &["T1078", "T1550", "T1110"],
    },
    remedy: Remedy {
        risk: "An emergency user is meant to be idle. Give such users a waiver instead of taking their password away.",
        steps: &[
            Step::think("Ask the owner whether the password is still needed."),
            Step::run(
                "Take the password away; access keys stay. This can be undone with `aws iam create-login-profile` and a new \
                 password.",
                "aws iam delete-login-profile --user-name {user}",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Console sign-in > Manage console access > Disable",
    },
    page: include_str!("console_password_unused.md"),
    judge: Judge::User(judge),
};

static UNUSED_AFTER: Param<Days> = Param::new(
    "unused-after-days",
    || Days(45),
    (1, 3_650),
    "fails when the password was not used for this long or longer",
);

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    if !user.password_enabled.known()? {
        return Ok(Verdict::not_applicable("the user has no password"));
    }
    let limit = cx.get(&UNUSED_AFTER);
    let is_recent = |time| cx.age(time) < limit.delta();
    // Nothing can have been idle for longer than its owner exists, whatever else is unknown.
    if user.created.known().is_ok_and(is_recent) {
        return Ok(Verdict::PASS);
    }
    let (user_name, limit) = (user.name, limit.0);
    if let Some(used) = user.password_last_used.known()?.at() {
        if is_recent(used) {
            return Ok(Verdict::PASS);
        }
        return cx
            .fail(format!("{user_name} last signed in with the password {}; limit {limit} d", cx.ago(used)))
            .because(&user.password_last_used)
            .because(&user.password_enabled)
            .judged();
    }
    let (since, failure) = if let Some(set) = user.password_last_changed.known()? {
        let message = format!(
            "the password of {user_name} was set {} and no use of it is recorded; limit {limit} d",
            cx.ago(set)
        );
        (set, cx.fail(message).because(&user.password_last_used).because(&user.password_last_changed))
    } else {
        let created = user.created.known()?;
        let message = format!(
            "{user_name} was created {} and no use of the password is recorded; limit {limit} d",
            cx.ago(created)
        );
        (created, cx.fail(message).because(&user.password_last_used).because(&user.created))
    };
    if is_recent(since) {
        return Ok(Verdict::PASS);
    }
    failure.judged()
}
