#![doc = include_str!("credential_report_stale.md")]

use chrono::TimeDelta;

use crate::check::{
    Check, CheckId, Context, Hours, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::Account;
use crate::fact::shown_time;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("credential-report-stale"),
    since: "0.1.0",
    title: "Old credential report",
    severity: Severity::Info,
    severity_reason: "the findings may be about a state that has passed",
    enabled: true,
    needs: &[Artefact::CredentialReport],
    params: &[&MAX_REPORT],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing breaks.",
        steps: &[Step::GENERATE_REPORT, Step::FETCH_REPORT],
        console: "IAM > Credential report > Download credentials report",
    },
    page: include_str!("credential_report_stale.md"),
    judge: Judge::Account(judge),
};

static MAX_REPORT: Param<Hours> = Param::new(
    "max-report-hours",
    || Hours(4),
    (1, 87_600),
    "fails when the report was generated longer ago than this",
);

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    let limit = cx.get(&MAX_REPORT);
    let limit_length = TimeDelta::try_hours(i64::from(limit.0)).unwrap_or(TimeDelta::MAX);
    let report = account.credential_report()?;
    let generated = report.generated();
    // A report cannot be older than the newest moment in it; a bare CSV can be proven fresh, but never stale.
    if generated.known().is_err()
        && report.latest().is_some_and(|latest| latest <= cx.as_of() && cx.age(latest) <= limit_length)
    {
        return Ok(Verdict::pass("a moment in the report is younger than the limit"));
    }
    let at = generated.known()?;
    let age = cx.age(at);
    if age <= limit_length {
        return Ok(Verdict::PASS);
    }
    // For showing only: full hours, and minutes and seconds where they decide.
    let (hours, minutes, seconds) = (age.num_hours(), age.num_minutes() % 60, age.num_seconds() % 60);
    cx.fail(format!(
        "the credential report was generated {}, {hours}:{minutes:02}:{seconds:02} h before the as-of; limit {} h; changes \
         since then do not show in it",
        shown_time(at),
        limit.0
    ))
    .because(generated)
    .judged()
}
