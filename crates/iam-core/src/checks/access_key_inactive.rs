#![doc = include_str!("access_key_inactive.md")]

use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::{AccessKey, User};
use crate::fact::Days;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("access-key-inactive"),
    since: "0.1.0",
    title: "Inactive access key that was never deleted",
    severity: Severity::Low,
    severity_reason: "one call makes a forgotten key work again",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[&MAX_KEPT],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing that works today breaks, but a deleted key never comes back. Make sure that nobody means to go back \
               to it.",
        steps: &[
            Step::FIND_KEY_ID,
            Step::run(
                "See when the key was last used, and for what.",
                "aws iam get-access-key-last-used --access-key-id {key}",
            ),
            Step::run(
                "Delete it. This cannot be undone.",
                "aws iam delete-access-key --user-name {user} --access-key-id {key}",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Access keys > Actions > Delete",
    },
    page: include_str!("access_key_inactive.md"),
    judge: Judge::AccessKey(judge),
};

static MAX_KEPT: Param<Days> = Param::new(
    "max-kept-days",
    || Days(90),
    (0, 3_650),
    "fails when an inactive key was neither made nor used within this time",
);

fn judge(key: &AccessKey<'_>, user: &User<'_>, cx: &Context<'_>) -> Judged {
    if key.active.known()? {
        return Ok(Verdict::not_applicable("the key is active"));
    }
    if key.created.known() == Ok(None) {
        return Ok(Verdict::not_applicable("there is no key"));
    }
    let limit = cx.get(&MAX_KEPT);
    let is_recent = |time| cx.age(time) <= limit.delta();
    let created = key.created.known().ok().flatten();
    let recorded_use = key.last_used.known().ok().flatten();
    // Either one alone is enough to pass.
    if created.into_iter().chain(recorded_use).any(is_recent) {
        return Ok(Verdict::PASS);
    }
    // What was used long ago was made before that; only without a use its date has to be known.
    if recorded_use.is_none() {
        key.created.known()?;
    }
    let last_used = key.last_used.known()?;
    let made = created.map_or_else(String::new, |created| format!("was made {} ", cx.ago(created)));
    let last_use = last_used.map_or_else(
        || "has never been seen in use".to_owned(),
        |time| format!("was last used {}", cx.ago(time)),
    );
    let (name, limit) = (cx.key_name(key), limit.0);
    cx.fail(format!(
        "{name} of {} is inactive, {made}and {last_use}: idle for longer than the limit of {limit} d",
        user.name
    ))
    .because(&key.active)
    .because(&key.created)
    .because(&key.last_used)
    .judged()
}
