#![doc = include_str!("root_activity.md")]

use super::root_events::Looked;
use super::told::{citing, counted, told};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::cloudtrail::{Event, EventClass};
use crate::evidence::Root;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-activity"),
    since: "0.1.0",
    title: "Root user at work",
    severity: Severity::High,
    severity_reason: "no policy of the account limits what root does",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[],
    mappings: Mappings { attack: &["T1078", "T1098"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Nothing breaks by looking. A few tasks do need root.",
        steps: &[
            Step::run(
                "See what root did around that time. The event history keeps 90 days; root's sign-ins and what it did to IAM are in \
                 {region}.",
                "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=Username,AttributeValue=root",
            ),
            Step::think(
                "If nobody in your team knows of it, treat it as a break-in: change root's password, renew its MFA, delete its access keys.",
            ),
            Step::think(
                "Give the task to a role, or to a user of IAM Identity Center, and lock root's credentials away.",
            ),
        ],
        console: "CloudTrail > Event history > Lookup attributes: User name = root",
    },
    page: include_str!("root_activity.md"),
    judge: Judge::Root(judge),
};

pub(super) static LOOKED: Looked =
    Looked { classes: &[EventClass::Root, EventClass::RootRead], is_wanted, none: "root did nothing" };

/// What root did in person or by its keys. Services that act in its name, the roles that AWS has made for its services,
/// and sessions of `sts:AssumeRoot` are something else. Anybody who knows the address can ask for a new password.
fn is_wanted(event: &Event) -> bool {
    event.invoked_by.is_empty()
        && &*event.event_type != "AwsServiceEvent"
        && !event.is("iam", "CreateServiceLinkedRole")
        && !event.is("signin", "PasswordRecoveryRequested")
        && !event.assumed_root
}

fn judge(_: &Root<'_>, cx: &Context<'_>) -> Judged {
    let mut events = LOOKED.events(cx)?;
    if events.is_empty() {
        let window = cx.activity()?.complete(LOOKED.classes)?;
        return Ok(Verdict::pass(format!("{} {window}", LOOKED.none)));
    }
    // What was more than reading first, however much of the rest there is.
    events.sort_by_key(|event| event.class);
    let writes = events.iter().filter(|event| event.class == EventClass::Root).count();
    let number = counted(events.len(), "event");
    let said = if writes == 0 {
        format!("{number} of root, only reading")
    } else {
        format!("{number} of root, {writes} of them more than reading")
    };
    let failure = citing(cx.fail(format!("{said}: {}", told(&events))), &events);
    if writes == 0 { failure.severity(Severity::Low, "root only read").judged() } else { failure.judged() }
}
