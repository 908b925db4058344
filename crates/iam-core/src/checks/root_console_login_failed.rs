#![doc = include_str!("root_console_login_failed.md")]

use super::densest::Densest;
use super::root_events::Looked;
use super::told::{citing, moment, told};
use crate::check::{
    Check, CheckId, Context, Count, Judge, Judged, Mappings, Minutes, Param, Remedy, Severity, Step,
};
use crate::cloudtrail::{Event, EventClass};
use crate::evidence::Root;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-console-login-failed"),
    since: "0.1.0",
    title: "Many failed sign-ins as root",
    severity: Severity::High,
    severity_reason: "somebody guesses the password of root, or has it and lacks the second factor",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[&FAILURES, &WITHIN],
    mappings: Mappings { attack: &["T1110"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Nothing breaks.",
        steps: &[
            Step::run(
                "See all sign-ins of that time.",
                "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=EventName,AttributeValue=ConsoleLogin",
            ),
            Step::think(
                "Ask those who know the password. If it was none of them, change it, and make sure that root has MFA.",
            ),
            Step::think(
                "In an organisation, delete root's password of member accounts: see `member-root-credentials-present`.",
            ),
        ],
        console: "CloudTrail > Event history > Lookup attributes: Event name = ConsoleLogin",
    },
    page: include_str!("root_console_login_failed.md"),
    judge: Judge::Root(judge),
};

static FAILURES: Param<Count> =
    Param::new("failures", || Count(5), (1, 1_000), "fails from this many failed sign-ins of root on");

static WITHIN: Param<Minutes> = Param::new(
    "within-minutes",
    || Minutes(15),
    (1, 1_440),
    "counts sign-ins together that are this far apart or nearer",
);

static LOOKED: Looked = Looked {
    classes: &[EventClass::FailedSignIn],
    is_wanted: |event: &Event| event.sign_in().is_some_and(|sign_in| !sign_in.success),
    none: "no such burst of failed sign-ins",
};

fn judge(_: &Root<'_>, cx: &Context<'_>) -> Judged {
    let (limit, within) = (cx.get(&FAILURES), cx.get(&WITHIN));
    let events = LOOKED.events(cx)?;
    let moments: Vec<(i64, u64)> = events.iter().map(|event| (event.second, 1)).collect();
    let densest = Densest::of(&moments, i64::from(within.0) * 60);
    let Some(densest) = densest.filter(|densest| densest.count >= u64::from(limit.0)) else {
        return LOOKED.pass(cx);
    };
    let burst = events.into_iter().filter(|event| (densest.first..=densest.last).contains(&event.second));
    let burst: Vec<&Event> = burst.collect();
    let message = format!(
        "{} failed sign-ins of root between {} and {}: {}; limit {} within {} min",
        densest.count,
        moment(densest.first),
        moment(densest.last),
        told(&burst),
        limit.0,
        within.0
    );
    citing(cx.fail(message), &burst).judged()
}
