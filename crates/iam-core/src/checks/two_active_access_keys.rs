#![doc = include_str!("two_active_access_keys.md")]

use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::checks::slots;
use crate::evidence::{AccessKey, User};
use crate::fact::Days;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("two-active-access-keys"),
    since: "0.1.0",
    title: "User with two active access keys",
    severity: Severity::Low,
    severity_reason: "a second key doubles what can leak and leaves no room for a rotation",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[&OVERLAP],
    mappings: Mappings {
        cis: Cis { v1_4: Some("1.13"), v5_0: Some("1.12"), v6_0: Some("2.12"), v7_0: None },
        security_hub: &[],
        pci_dss: &[],
        attack: &["T1078", "T1550"],
    },
    remedy: Remedy {
        risk: "Programs that hold the deactivated key stop. Look at the last use of both keys first.",
        steps: &[
            Step::LIST_KEYS,
            Step::run(
                "See which of the keys is used, and for what. Ask once for each key.",
                "aws iam get-access-key-last-used --access-key-id {key}",
            ),
            Step::run(
                "Deactivate the one that can go. This can be undone with --status Active.",
                "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
            ),
            Step::DELETE_KEY,
        ],
        console: "IAM > Users > {user} > Security credentials > Access keys > Actions > Deactivate",
    },
    page: include_str!("two_active_access_keys.md"),
    judge: Judge::User(judge),
};

static OVERLAP: Param<Days> = Param::new(
    "overlap-days",
    || Days(0),
    (0, 3_650),
    "fails when the newer key is this old or older; raise it to allow rotations",
);

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    let slots: Vec<&AccessKey<'_>> = slots::of(user)?.collect();
    if slots.iter().any(|key| key.active.known() == Ok(false)) {
        return Ok(Verdict::PASS);
    }
    slots.iter().try_for_each(|key| key.active.seen().map(drop))?;
    let overlap = cx.get(&OVERLAP);
    let made = |key: &&&AccessKey<'_>| key.created.known().ok().flatten();
    let newest = slots.iter().max_by_key(made);
    // A key of unknown age may be the newer one: it can only make the overlap shorter.
    let is_short = newest
        .and_then(|key| key.created.known().ok().flatten())
        .is_some_and(|newest| cx.age(newest) < overlap.delta());
    if is_short {
        return Ok(Verdict::PASS);
    }
    // No age is below zero, so that without an allowed overlap the dates do not matter.
    if overlap.0 > 0 {
        slots.iter().try_for_each(|key| key.created.seen().map(drop))?;
    }
    let dates: Vec<String> = slots
        .iter()
        .map(|key| match key.created.known() {
            Ok(Some(made)) => format!("{} made {}", cx.key_name(key), cx.ago(made)),
            _ => format!("{} of unknown age", cx.key_name(key)),
        })
        .collect();
    let allowed = if overlap.0 == 0 { String::new() } else { format!("; allowed overlap {} d", overlap.0) };
    let failure =
        cx.fail(format!("{} has two active access keys: {}{allowed}", user.name, dates.join(" and ")));
    slots.iter().fold(failure, |failure, key| failure.because(&key.active).because(&key.created)).judged()
}
