#![doc = include_str!("access_key_created_at_setup.md")]

use chrono::TimeDelta;

use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Seconds, Severity, Step, Verdict,
};
use crate::evidence::{AccessKey, User};
use crate::fact::Days;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("access-key-created-at-setup"),
    since: "0.1.0",
    title: "Access key made together with its console user",
    severity: Severity::Low,
    severity_reason: "an unattended key that nobody asked for",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[&WINDOW, &GRACE],
    mappings: Mappings {
        cis: Cis { v1_4: Some("1.11"), v5_0: Some("1.10"), v6_0: Some("2.10"), v7_0: None },
        security_hub: &[],
        pci_dss: &[],
        attack: &["T1078", "T1550"],
    },
    remedy: Remedy {
        risk: "If the key is in use, whatever uses it stops. The finding says when it was last used.",
        steps: &[
            Step::FIND_KEY_ID,
            Step::run(
                "Deactivate the key. This can be undone with --status Active.",
                "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
            ),
            Step::DELETE_KEY,
            Step::think(
                "If the user does need a key, let the user make it, and keep it where it is needed only.",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Access keys > Actions > Deactivate",
    },
    page: include_str!("access_key_created_at_setup.md"),
    judge: Judge::AccessKey(judge),
};

static WINDOW: Param<Seconds> = Param::new(
    "window-seconds",
    || Seconds(10),
    (0, 86_400),
    "fails when key and user were made this far apart or closer",
);

static GRACE: Param<Days> =
    Param::new("grace-days", || Days(1), (0, 3_650), "passes while the key is younger than this");

fn judge(key: &AccessKey<'_>, user: &User<'_>, cx: &Context<'_>) -> Judged {
    // Either one alone settles that the question does not arise.
    if key.active.known() == Ok(false) {
        return Ok(Verdict::not_applicable("the key is inactive"));
    }
    if user.password_enabled.known() == Ok(false) {
        return Ok(Verdict::not_applicable("the user has no password"));
    }
    key.active.known()?;
    user.password_enabled.known()?;
    let Some(created) = key.created.known()? else {
        return Ok(Verdict::not_applicable("there is no key"));
    };
    let (window, grace) = (cx.get(&WINDOW), cx.get(&GRACE));
    if cx.age(created) < grace.delta() {
        return Ok(Verdict::pass("the key is younger than the grace period"));
    }
    let later = created.signed_duration_since(user.created.known()?);
    let window = TimeDelta::try_seconds(i64::from(window.0)).unwrap_or(TimeDelta::MAX);
    if later.abs() > window {
        return Ok(Verdict::PASS);
    }
    let apart = match (later.num_seconds(), later < TimeDelta::zero()) {
        (0, _) => "in the same second as the user".to_owned(),
        (seconds, false) => format!("{seconds} s after the user"),
        (seconds, true) => format!("{} s before the user", seconds.abs()),
    };
    let last_use = match key.last_used.known() {
        Ok(Some(time)) => format!("was last used {}", cx.ago(time)),
        Ok(None) => "has never been seen in use".to_owned(),
        Err(_) => "its use is unknown".to_owned(),
    };
    let (name, ago) = (cx.key_name(key), cx.ago(created));
    cx.fail(format!(
        "{name} of {} was made {ago}, {apart}, and {last_use}; window {} s",
        user.name,
        window.num_seconds()
    ))
    .because(&key.created)
    .because(&user.created)
    .because(&user.password_enabled)
    .because(&key.last_used)
    .judged()
}
