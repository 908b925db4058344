#![doc = include_str!("long_lived_key_for_services.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::checks::slots;
use crate::evidence::{AccessKey, User};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("long-lived-key-for-services"),
    since: "0.1.0",
    title: "Long-lived access key used for AWS services",
    severity: Severity::Info,
    severity_reason: "a role would do the same work with keys that expire by themselves",
    enabled: false,
    needs: &[Artefact::CredentialReport],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "The work stops if the role may do less than the user. Change over first, then deactivate the key.",
        steps: &[
            Step::think(
                "Give the program a role: of the instance, function or container it runs in, through IAM Roles Anywhere, or \
                 through the identity provider of the build system.",
            ),
            Step::LIST_KEYS,
            Step::run(
                "Deactivate the key when its last use stays in the past. This can be undone with --status Active.",
                "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
            ),
            Step::DELETE_KEY,
        ],
        console: "IAM > Users > {user} > Security credentials > Access keys",
    },
    page: include_str!("long_lived_key_for_services.md"),
    judge: Judge::User(judge),
};

/// Services that a key has to call on the way to a role, or to look after itself.
const MEANT_FOR_KEYS: [&str; 2] = ["iam", "sts"];

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    let slots = slots::of(user)?;
    let working: Vec<(&AccessKey<'_>, &str)> = slots
        .clone()
        .filter(|key| key.active.known() == Ok(true))
        .filter_map(|key| Some((key, key.last_used_service.known().ok()??)))
        .filter(|(_, service)| !MEANT_FOR_KEYS.iter().any(|meant| service.eq_ignore_ascii_case(meant)))
        .collect();
    if working.is_empty() {
        let mut has_key = false;
        for key in slots {
            if key.active.known()? {
                has_key = true;
                key.last_used_service.known()?;
            }
        }
        return Ok(if has_key {
            Verdict::PASS
        } else {
            Verdict::not_applicable("the user has no active access key")
        });
    }
    let working_for: Vec<String> = working
        .iter()
        .map(|(key, service)| {
            let time = key.last_used.known().ok().flatten();
            let ago = time.map(|time| format!(", last {}", cx.ago(time))).unwrap_or_default();
            format!("{} for {service}{ago}", cx.key_name(key))
        })
        .collect();
    let failure = cx.fail(format!("{} uses {}", user.name, working_for.join(" and ")));
    working
        .iter()
        .fold(failure, |failure, (key, _)| {
            failure.because(&key.last_used_service).because(&key.last_used).because(&key.active)
        })
        .judged()
}
