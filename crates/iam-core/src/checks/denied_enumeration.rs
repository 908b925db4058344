#![doc = include_str!("denied_enumeration.md")]

use super::densest::Densest;
use super::told::moment;
use crate::check::{
    Check, CheckId, Context, Count, Judge, Judged, Mappings, Minutes, Param, Remedy, Severity, Step, Verdict,
};
use crate::cloudtrail::PrincipalKind;
use crate::evidence::ActivePrincipal;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("denied-enumeration"),
    since: "0.1.0",
    title: "IAM user refused many reads in a short time",
    severity: Severity::Info,
    severity_reason: "somebody may try out what a leaked key allows",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[&CALLS, &WITHIN],
    mappings: Mappings { attack: &["T1087", "T1580"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Nothing breaks by looking. A job that lost a permission looks the same.",
        steps: &[
            Step::run(
                "See what the user did, in every Region in use.",
                "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=Username,AttributeValue={user}",
            ),
            Step::LIST_KEYS,
            Step::run(
                "If nobody knows of it, deactivate the key that was used. This can be undone with --status Active.",
                "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
            ),
        ],
        console: "CloudTrail > Event history > Lookup attributes: User name = {user}",
    },
    page: include_str!("denied_enumeration.md"),
    judge: Judge::Principal { kinds: &[PrincipalKind::User], each },
};

static CALLS: Param<Count> = Param::new(
    "calls",
    || Count(15),
    (1, 100_000),
    "fails from this many refused List, Get and Describe calls on",
);

static WITHIN: Param<Minutes> = Param::new(
    "within-minutes",
    || Minutes(10),
    (1, 1_440),
    "counts calls together that are this far apart or nearer",
);

fn each(active: &ActivePrincipal<'_>, cx: &Context<'_>) -> Judged {
    let (limit, within) = (cx.get(&CALLS), cx.get(&WITHIN));
    let denied = &active.activity.denied_reads;
    let moments: Vec<(i64, u64)> =
        denied.iter().map(|(second, count)| (*second, u64::from(*count))).collect();
    let densest = Densest::of(&moments, i64::from(within.0) * 60);
    let Some(densest) = densest.filter(|densest| densest.count >= u64::from(limit.0)) else {
        let activity = cx.activity()?;
        if denied.len() >= activity.limits().quarters {
            return Err(activity.too_much(&active.principal.name, "refused calls"));
        }
        return Ok(Verdict::pass(format!("no such burst {}", activity.complete_principals()?)));
    };
    let message = format!(
        "{} was refused {} List, Get and Describe calls between {} and {}; limit {} within {} min",
        active.principal.last_name(),
        densest.count,
        moment(densest.first),
        moment(densest.last),
        limit.0,
        within.0
    );
    active
        .activity
        .denied_read
        .iter()
        .fold(cx.fail(message), |failure, example| failure.example(example))
        .judged()
}
