#![doc = include_str!("root_assumed_centrally.md")]

use super::root_events::Looked;
use super::told::counted;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::cloudtrail::{Event, EventClass};
use crate::evidence::Root;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-assumed-centrally"),
    since: "0.1.0",
    title: "Root session made by the management account",
    severity: Severity::Medium,
    severity_reason: "whoever made the session stood in another account, and could take root over",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Nothing breaks by looking. Sessions of this kind are how central management of root credentials works.",
        steps: &[
            Step::run(
                "See who made the session: the events stand in the trail of the management account, or of the delegated administrator.",
                "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRoot",
            ),
            Step::think(
                "If nobody there knows of it, take sts:AssumeRoot away from whoever did it, and check root's credentials of this account.",
            ),
        ],
        console: "In the management account: CloudTrail > Event history > Lookup attributes: Event name = AssumeRoot",
    },
    page: include_str!("root_assumed_centrally.md"),
    judge: Judge::Root(judge),
};

pub(super) static LOOKED: Looked = Looked {
    classes: &[EventClass::Root, EventClass::RootRead],
    is_wanted: |event: &Event| event.assumed_root,
    none: "nobody acted as root through sts:AssumeRoot",
};

fn judge(_: &Root<'_>, cx: &Context<'_>) -> Judged {
    LOOKED.judge(cx, |events| format!("{} in sessions of sts:AssumeRoot", counted(events.len(), "event")))
}
