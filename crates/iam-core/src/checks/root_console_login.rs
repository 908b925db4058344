#![doc = include_str!("root_console_login.md")]

use super::root_events::Looked;
use super::told::counted;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::cloudtrail::{Event, EventClass};
use crate::evidence::Root;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-console-login"),
    since: "0.1.0",
    title: "Root user signed in to the console",
    severity: Severity::High,
    severity_reason: "whoever sits there can do everything",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
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
        ],
        console: "CloudTrail > Event history > Lookup attributes: User name = root",
    },
    page: include_str!("root_console_login.md"),
    judge: Judge::Root(judge),
};

pub(super) static LOOKED: Looked = Looked {
    classes: &[EventClass::Root],
    is_wanted: |event: &Event| event.sign_in().is_some_and(|sign_in| sign_in.success),
    none: "root did not sign in to the console",
};

fn judge(_: &Root<'_>, cx: &Context<'_>) -> Judged {
    LOOKED.judge(cx, |events| {
        let mfa = |used| {
            let same = events.iter().filter(|event| event.sign_in().and_then(|sign_in| sign_in.mfa) == used);
            same.count()
        };
        let how = match (mfa(Some(true)), mfa(Some(false))) {
            (with, 0) if with == events.len() => "with MFA".to_owned(),
            (_, 0) => "not all of them known to be with MFA".to_owned(),
            (0, without) if without == events.len() => "without MFA".to_owned(),
            (_, without) => format!("{without} of them without MFA"),
        };
        format!("{} of root to the console, {how}", counted(events.len(), "sign-in"))
    })
}
