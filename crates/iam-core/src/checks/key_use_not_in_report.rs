#![doc = include_str!("key_use_not_in_report.md")]

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::key_in_trail;
use super::told::moment;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{AccessKey, AccountActivity, User};
use crate::fact::{Gap, Reason, shown_time};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("key-use-not-in-report"),
    since: "0.1.0",
    title: "Key in use that the credential report calls idle",
    severity: Severity::Medium,
    severity_reason: "whoever relies on the report takes the key for unused",
    enabled: true,
    needs: &[Artefact::CloudTrail, Artefact::CredentialReport],
    params: &[],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Nothing breaks by looking.",
        steps: &[
            Step::FIND_KEY_ID,
            Step::run(
                "Ask AWS for the last use of the key.",
                "aws iam get-access-key-last-used --access-key-id {key}",
            ),
            Step::GENERATE_REPORT,
            Step::FETCH_REPORT,
            Step::think(
                "If both still differ, rely on CloudTrail. A credential report that was changed on its way would look the same.",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Access keys",
    },
    page: include_str!("key_use_not_in_report.md"),
    judge: Judge::AccessKeyActivity(judge),
};

/// The report is made anew after four hours, and the last use of a key is kept to within 15 minutes. Source: IAM User
/// Guide, "Generate credential reports for your AWS account".
const LAG: i64 = 4 * 3_600 + 15 * 60;

/// Uses that are nearer to the reported one than this, in seconds, are taken for it.
const DAY: i64 = 86_400;

fn judge(key: &AccessKey<'_>, user: &User<'_>, activity: &AccountActivity, cx: &Context<'_>) -> Judged {
    let Some(seen) = key_in_trail::used(key, user, activity)? else {
        let window = activity.complete_principals()?;
        return Ok(Verdict::not_applicable(format!("no use {window}")));
    };
    let reported = key.last_used.known()?;
    let told = told_at(key, cx)?;
    let known_until = told.timestamp().saturating_sub(LAG);
    let all = seen.tallies.all();
    if all.first > known_until {
        activity.complete_principals()?;
        return Ok(Verdict::not_applicable("every use is newer than what the report can know"));
    }
    let made = key.created.known().ok().flatten().map(|created| created.timestamp());
    let is_unreported = |second: &i64| {
        *second <= known_until
            && made.is_none_or(|made| *second >= made)
            && reported.is_none_or(|reported| *second > reported.timestamp().saturating_add(DAY))
    };
    if let Some(second) = key_in_trail::moments(seen).filter(is_unreported).max() {
        let what = match &seen.latest {
            Some((latest, service, region)) if *latest == second => format!(" ({service} in {region})"),
            _ => String::new(),
        };
        let said = match reported {
            Some(reported) => format!("the report says {}", shown_time(reported)),
            None => "the report says never".to_owned(),
        };
        let message = format!(
            "{} of {} was in use at {}{what} by CloudTrail; {said}",
            cx.key_name(key),
            user.name,
            moment(second)
        );
        return cx.fail(message).because(&key.last_used).judged();
    }
    let is_fresh = |reported: DateTime<Utc>| reported.timestamp().saturating_add(DAY) >= known_until;
    if all.last > known_until && !reported.is_some_and(is_fresh) {
        // Of a use before and one after, those between are not kept one by one.
        return Err(Arc::new(Gap {
            reason: Reason::NotSupplied,
            artefact: Some(Artefact::CloudTrail),
            source: None,
            what: "the CloudTrail records go on after the credential report was made, and only the first and the last use of \
                   a key are kept"
                .into(),
            remedy: "hand in the records up to the moment of the report".into(),
        }));
    }
    let window = activity.complete_principals()?;
    Ok(Verdict::pass(format!("report and CloudTrail agree {window}")))
}

/// When the last use was told: by the report, or by a listing of the same snapshot.
fn told_at(key: &AccessKey<'_>, cx: &Context<'_>) -> Result<DateTime<Utc>, Arc<Gap>> {
    if key.slot.is_none()
        && let Some(taken) = cx.account().taken()
    {
        return Ok(taken.at);
    }
    let report = cx.account().credential_report()?;
    // Not older than the newest moment in it.
    report.generated().known().or_else(|gap| report.latest().ok_or(gap))
}
