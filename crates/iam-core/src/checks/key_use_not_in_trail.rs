#![doc = include_str!("key_use_not_in_trail.md")]

use super::key_in_trail;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{AccessKey, AccountActivity, User};
use crate::fact::shown_time;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("key-use-not-in-trail"),
    since: "0.1.0",
    title: "Reported use of a key of which CloudTrail holds no trace",
    severity: Severity::Info,
    severity_reason: "the records do not hold everything that keys do",
    enabled: true,
    needs: &[Artefact::CloudTrail, Artefact::CredentialReport],
    params: &[],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Nothing breaks. Data events cost money for each event.",
        steps: &[
            Step::run(
                "See what the trails record: a trail without data events does not show reads and writes of objects, items and messages.",
                "aws cloudtrail describe-trails",
            ),
            Step::run(
                "See which events a trail selects.",
                "aws cloudtrail get-event-selectors --trail-name TRAIL_NAME",
            ),
            Step::think(
                "Have data events recorded for what matters, and make sure that no files are missing: `aws cloudtrail validate-logs` finds gaps in what CloudTrail delivered.",
            ),
        ],
        console: "CloudTrail > Trails > the trail > Data events > Edit",
    },
    page: include_str!("key_use_not_in_trail.md"),
    judge: Judge::AccessKeyActivity(judge),
};

/// AWS keeps the last use of a key to within 15 minutes, here in seconds. Source: IAM User Guide, "Generate credential
/// reports for your AWS account".
const EXACT_TO: i64 = 900;

/// Uses that are nearer to the reported one than this, in seconds, are taken for it.
const DAY: i64 = 86_400;

/// Seconds of a quarter of a day.
const QUARTER: i64 = 21_600;

fn judge(key: &AccessKey<'_>, user: &User<'_>, activity: &AccountActivity, cx: &Context<'_>) -> Judged {
    let Some(reported) = key.last_used.known()? else {
        return Ok(Verdict::not_applicable("no use is reported"));
    };
    let region = match key.last_used_region.known().ok().flatten() {
        Some(region) => region,
        // Global services.
        None => activity.global_region()?,
    };
    let seen = activity.region(region)?.all;
    let at = reported.timestamp();
    if at < seen.first.saturating_add(EXACT_TO) || seen.last.saturating_sub(EXACT_TO) < at {
        activity.complete_principals()?;
        return Ok(Verdict::not_applicable(format!(
            "the reported use lies outside of the records of {region}"
        )));
    }
    let of_key = key.id.and_then(|id| activity.key(id.full()));
    let of_user = user.arn.and_then(|arn| activity.user(arn));
    let is_near = |second: i64| second.abs_diff(at) <= DAY.unsigned_abs();
    let key_was_near = of_key.is_some_and(|used| key_in_trail::moments(used).any(is_near));
    let user_was_near = of_user.is_some_and(|user| {
        // All that is known of most events is the quarter of the day.
        user.quarters.keys().any(|quarter| {
            let start = i64::from(*quarter) * QUARTER;
            start <= at.saturating_add(DAY) && at.saturating_sub(DAY) < start + QUARTER
        })
    });
    if key_was_near || user_was_near {
        return Ok(Verdict::pass("the records show the user at work within a day of it"));
    }
    activity.complete_principals()?;
    if of_user.is_some_and(|user| user.quarters_are_cut) {
        return Err(activity.too_much(user.name, "the days"));
    }
    let service = match key.last_used_service.known() {
        Ok(Some(service)) => format!(" for {service}"),
        _ => String::new(),
    };
    cx.fail(format!(
        "{} of {} was last used {}{service} in {region} by the report; the CloudTrail records show nothing of {} within a day of \
         that",
        cx.key_name(key),
        user.name,
        shown_time(reported),
        user.name
    ))
    .because(&key.last_used)
    .because(&key.last_used_region)
    .because(&key.last_used_service)
    .judged()
}
