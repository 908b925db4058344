#![doc = include_str!("credentials_beyond_report.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::checks::slots;
use crate::evidence::{AccessKey, User};
use crate::input::{Artefact, quoted};

pub(super) static CHECK: Check = Check {
    id: CheckId("credentials-beyond-report"),
    since: "0.1.0",
    title: "Credentials that the report does not show",
    severity: Severity::Medium,
    severity_reason: "nobody reviews a credential that no report shows",
    enabled: true,
    needs: &[Artefact::CredentialReport, Artefact::AccessKeys],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing breaks by looking. Deactivate a key before deleting it.",
        steps: &[
            Step::run(
                "List all access keys of the user, and hand the output to iam-audit.",
                "aws iam list-access-keys --user-name {user}",
            ),
            Step::run(
                "List all signing certificates of the user.",
                "aws iam list-signing-certificates --user-name {user}",
            ),
            Step::think("Deactivate those that nobody needs. Delete them when nobody has missed them."),
        ],
        console: "IAM > Users > {user} > Security credentials",
    },
    page: include_str!("credentials_beyond_report.md"),
    judge: Judge::User(judge),
};

/// Words that AWS writes in other columns where there is nothing to say.
const NOTHING: [&str; 4] = ["", "N/A", "no_information", "not_supported"];

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    // Without a row there is nothing that a key could lie beyond.
    let slots = slots::of(user)?;
    let note = user.additional_credentials_info.known().ok();
    let note = note.filter(|note| {
        !NOTHING
            .iter()
            .any(|nothing| note.trim().eq_ignore_ascii_case(nothing))
    });
    let is_beyond = |key: &&AccessKey<'_>| key.slot.is_none() && !key.may_be_in_slot;
    let beyond: Vec<&AccessKey<'_>> = user.access_keys.iter().filter(is_beyond).collect();
    if note.is_none() && beyond.is_empty() {
        // A listed key may be the one in a slot whose date cannot be read, or may not.
        slots
            .into_iter()
            .try_for_each(|key| key.created.seen().map(drop))?;
        user.access_keys_listed.clone()?;
        return Ok(Verdict::PASS);
    }
    let mut parts = Vec::new();
    if !beyond.is_empty() {
        let names: Vec<String> = beyond.iter().map(|key| cx.key_name(key)).collect();
        parts.push(format!("the report does not show {}", names.join(" and ")));
    }
    if let Some(note) = note {
        parts.push(format!(
            "the report says that it leaves out credentials: {}",
            quoted(note)
        ));
    }
    let mut failure = cx.fail(format!("{}: {}", user.name, parts.join("; ")));
    if note.is_some() {
        failure = failure.because(&user.additional_credentials_info);
    }
    failure = beyond
        .iter()
        .fold(failure, |failure, key| failure.because(&key.created));
    match user.source {
        Some(row) => failure.at(row).judged(),
        None => failure.judged(),
    }
}
