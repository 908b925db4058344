#![doc = include_str!("console_password_old.md")]

use std::sync::Arc;

use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::User;
use crate::fact::{Days, Gap, Reason};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("console-password-old"),
    since: "0.1.0",
    title: "Old console password",
    severity: Severity::Low,
    severity_reason: "an old password has had more time to leak",
    enabled: false,
    needs: &[Artefact::CredentialReport],
    params: &[&MAX_AGE],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "A user without `iam:ChangePassword` cannot change the password and needs an administrator.",
        steps: &[
            Step::think("Ask the user to change the password under Security credentials."),
            Step::run(
                "Or have the console ask for a new one at the next sign-in. This can be undone with \
                 --no-password-reset-required.",
                "aws iam update-login-profile --user-name {user} --password-reset-required",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Console sign-in > Manage console access > Reset password",
    },
    page: include_str!("console_password_old.md"),
    judge: Judge::User(judge),
};

static MAX_AGE: Param<Days> =
    Param::new("max-age-days", || Days(365), (1, 3_650), "fails when the password is older than this");

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    if !user.password_enabled.known()? {
        return Ok(Verdict::not_applicable("the user has no password"));
    }
    let Some(set) = user.password_last_changed.known()? else {
        return Err(Arc::new(Gap {
            reason: Reason::Contradiction,
            artefact: Some(Artefact::CredentialReport),
            source: user.password_last_changed.source(),
            what: "column `password_enabled` is `true`, but column `password_last_changed` holds no date"
                .into(),
            remedy: "download the report again; if it stays, ask AWS Support".into(),
        }));
    };
    let limit = cx.get(&MAX_AGE);
    if cx.age(set) <= limit.delta() {
        return Ok(Verdict::PASS);
    }
    let (ago, limit) = (cx.ago(set), limit.0);
    cx.fail(format!("the password of {} was set {ago}, older than the limit of {limit} d", user.name))
        .because(&user.password_last_changed)
        .because(&user.password_enabled)
        .judged()
}
