#![doc = include_str!("key_quarantined.md")]

use super::quarantine::{REMEDY, is_quarantine};
use super::told::{citing, told};
use crate::check::{About, Check, CheckId, Context, Judge, Judged, Mappings, Severity};
use crate::cloudtrail::{Event, EventClass};
use crate::evidence::AccountActivity;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("key-quarantined"),
    since: "0.1.0",
    title: "Quarantined by AWS because of a leaked key",
    severity: Severity::High,
    severity_reason: "AWS has found an access key of the user in public",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[],
    mappings: Mappings { attack: &["T1552"], ..Mappings::NONE },
    remedy: REMEDY,
    page: include_str!("key_quarantined.md"),
    judge: Judge::Events { classes: &[EventClass::Change, EventClass::Root], about, each },
};

fn about(event: &Event) -> Option<About> {
    if !is_quarantine(event.requested("policyArn")?) {
        return None;
    }
    let named = |path| event.requested(path).map(Into::into);
    if event.is("iam", "AttachUserPolicy") {
        named("userName").map(About::User)
    } else if event.is("iam", "AttachRolePolicy") {
        named("roleName").map(About::Role)
    } else if event.is("iam", "AttachGroupPolicy") {
        named("groupName").map(About::Group)
    } else {
        None
    }
}

fn each(events: &[&Event], _: &AccountActivity, cx: &Context<'_>) -> Judged {
    let was_attached = events.iter().any(|event| event.error_code.is_empty());
    let said = if was_attached { "was attached" } else { "was to be attached, which failed" };
    citing(cx.fail(format!("the quarantine policy of AWS {said}: {}", told(events))), events).judged()
}
