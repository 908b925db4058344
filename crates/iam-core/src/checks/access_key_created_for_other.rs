#![doc = include_str!("access_key_created_for_other.md")]

use super::told::{citing, told};
use crate::check::{
    About, Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict,
};
use crate::cloudtrail::{Event, EventClass, PrincipalKind};
use crate::evidence::AccountActivity;
use crate::input::Artefact;
use crate::root_use::is_about_root;

pub(super) static CHECK: Check = Check {
    id: CheckId("access-key-created-for-other"),
    since: "0.1.0",
    title: "Access key made for somebody else",
    severity: Severity::Medium,
    severity_reason: "whoever makes a key for another user can act as that user, and stay when locked out",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[],
    mappings: Mappings { attack: &["T1098"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Automation that rotates keys does this by design. Deactivate first, wait, then delete.",
        steps: &[
            Step::FIND_KEY_ID,
            Step::run(
                "See what the key was used for.",
                "aws iam get-access-key-last-used --access-key-id {key}",
            ),
            Step::run(
                "If nobody knows of the key, deactivate it. This can be undone with --status Active.",
                "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
            ),
            Step::DELETE_KEY,
        ],
        console: "IAM > Users > {user} > Security credentials > Access keys > Actions > Deactivate",
    },
    page: include_str!("access_key_created_for_other.md"),
    judge: Judge::Events { classes: &[EventClass::Change, EventClass::Root], about, each },
};

/// The key that an event made for an IAM user.
pub(super) fn about(event: &Event) -> Option<About> {
    if !event.is("iam", "CreateAccessKey") || !event.error_code.is_empty() {
        return None;
    }
    let user = event.requested("userName").or_else(|| event.responded("accessKey/userName"));
    let user = match event.principal.kind {
        PrincipalKind::User => user.unwrap_or(event.principal.last_name()),
        // Without a name, root makes keys for itself: that is another check.
        _ => user.filter(|_| !is_about_root(event))?,
    };
    // Without the answer, the event itself names the key.
    let id = event.responded("accessKey/accessKeyId").unwrap_or(&event.id);
    Some(About::AccessKey { user: user.into(), id: id.into() })
}

fn each(events: &[&Event], _: &AccountActivity, cx: &Context<'_>) -> Judged {
    let Some(event) = events.iter().find(|event| !is_own(event)) else {
        return Ok(Verdict::pass("made by the user"));
    };
    let owner = match event.requested("userName").unwrap_or_default() {
        name if name.eq_ignore_ascii_case("root") => format!("a user called {name}"),
        name => name.to_owned(),
    };
    let by = match event.principal.kind {
        PrincipalKind::Root => "root".to_owned(),
        PrincipalKind::User => format!("user {}", event.principal.last_name()),
        _ => event.principal.to_string(),
    };
    citing(cx.fail(format!("made for {owner} by {by}: {}", told(events))), events).judged()
}

/// Whether a user made a key for itself.
pub(super) fn is_own(event: &Event) -> bool {
    event.principal.kind == PrincipalKind::User
        && event
            .requested("userName")
            .is_none_or(|user| user.eq_ignore_ascii_case(event.principal.last_name()))
}
