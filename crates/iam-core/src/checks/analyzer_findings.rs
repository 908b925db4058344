//! What the checks on findings of IAM Access Analyzer share.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::check::{Context, Failure, Judged, Severity, Step, Verdict};
use crate::evidence::{LastAccessed, ReportSubject, ReportedFinding};
use crate::fact::{Gap, Reason};
use crate::input::Artefact;
use crate::input::access_analyzer::{Access, FindingStatus};

/// Texts of a finding are cut to this many characters.
const LONGEST: usize = 120;

/// How many of several things are named.
const MOST: usize = 3;

/// Shows a finding whole.
pub(super) const SEE_FINDING: Step = Step::run(
    "See the finding with all its details. Its id stands in the message; the analyzer is the one of that Region.",
    "aws accessanalyzer get-finding-v2 --analyzer-arn ANALYZER_ARN --id FINDING_ID",
);

/// Archives a finding about access that is meant.
pub(super) const PUT_ASIDE: Step = Step::run(
    "Where the access is meant, put the finding aside. It can be undone with the status ACTIVE.",
    "aws accessanalyzer update-findings --analyzer-arn ANALYZER_ARN --ids FINDING_ID --status ARCHIVED",
);

/// Judges a finding that stands. For one that was put aside or is gone the question does not arise, and of a resource at which
/// AWS could not look nothing is stated.
pub(super) fn standing(reported: &ReportedFinding, judge: impl FnOnce() -> Judged) -> Judged {
    let finding = &reported.finding;
    match &finding.status {
        FindingStatus::Resolved => return Ok(Verdict::not_applicable("the finding is resolved")),
        FindingStatus::Archived => return Ok(Verdict::not_applicable("the finding is archived")),
        FindingStatus::Other(word) => {
            let what = format!("the status {} of the finding {} is not understood", cut(word), finding.id);
            return Err(untold(reported, Reason::Malformed, what));
        }
        FindingStatus::Active => {}
    }
    if let Some(error) = &finding.error {
        let what = format!("Access Analyzer could not look at {}: {}", resource(reported), cut(error));
        let reason = if &**error == "ACCESS_DENIED" { Reason::Denied } else { Reason::CutOff };
        return Err(untold(reported, reason, what));
    }
    judge()
}

/// The gap of a finding that does not tell something.
pub(super) fn untold(reported: &ReportedFinding, reason: Reason, what: String) -> Arc<Gap> {
    Arc::new(Gap {
        reason,
        artefact: Some(Artefact::AnalyzerFindings),
        source: Some(reported.source),
        what: what.into(),
        remedy: "run `aws accessanalyzer get-finding-v2 --analyzer-arn ANALYZER_ARN --id FINDING_ID` for it"
            .into(),
    })
}

/// The failure with its proof; the message goes on with when and where it was found.
pub(super) fn failed(cx: &Context<'_>, reported: &ReportedFinding, message: &str) -> Failure {
    let mut failure = cx.fail(format!("{message}; {}", seen(cx, reported))).at(reported.source);
    let others = reported.sightings.iter().filter(|sighting| sighting.source != reported.source);
    for sighting in others.take(MOST) {
        failure = failure.at(sighting.source);
    }
    failure
}

/// `found 2026-01-01 (14 d ago) in eu-west-1, finding f-1`
fn seen(cx: &Context<'_>, reported: &ReportedFinding) -> String {
    let found = reported.finding.created.known().map(|at| cx.ago(at));
    let found = found.unwrap_or_else(|_| "at an unknown time".to_owned());
    let place = match reported.regions().as_slice() {
        [] => String::new(),
        [one] => format!(" in {one}"),
        [first, others @ ..] => {
            let regions = if others.len() == 1 { "Region" } else { "Regions" };
            format!(" in {first} and {} other {regions}", others.len())
        }
    };
    format!("found {found}{place}, finding {}", cut(&reported.finding.id))
}

/// The resource as messages name it: users and roles by name, everything else by type and ARN.
pub(super) fn resource(reported: &ReportedFinding) -> String {
    let finding = &reported.finding;
    let Some(arn) = &finding.resource else {
        return format!("a resource of the type {}", cut(&finding.resource_type));
    };
    let name = cut(arn.rsplit('/').next().unwrap_or_default());
    match &*finding.resource_type {
        "AWS::IAM::Role" => format!("role {name}"),
        "AWS::IAM::User" => format!("user {name}"),
        kind => format!("{} {}", cut(kind.trim_start_matches("AWS::")), cut(arn)),
    }
}

/// Who has access: `everybody`, or the principals.
pub(super) fn who(access: &Access) -> String {
    if access.principal.values().any(|who| &**who == "*") {
        return "everybody".to_owned();
    }
    let names: Vec<&str> = access.principal.values().map(|who| &**who).collect();
    if names.is_empty() { "somebody".to_owned() } else { some(&names) }
}

/// What may be done: `s3:GetObject, s3:ListBucket and 2 more`.
pub(super) fn actions(access: &Access) -> String {
    let actions: Vec<&str> = access.actions.iter().map(|action| &**action).collect();
    if actions.is_empty() { "do something with".to_owned() } else { some(&actions) }
}

/// ` if aws:SourceIp is 203.0.113.0/24`; empty without conditions.
pub(super) fn condition(access: &Access) -> String {
    let pairs: Vec<String> =
        access.condition.iter().map(|(key, value)| format!("{key} is {value}")).collect();
    if pairs.is_empty() {
        return String::new();
    }
    let pairs: Vec<&str> = pairs.iter().map(String::as_str).collect();
    format!(" if {}", some(&pairs))
}

/// That policies of the organisation were not taken into account, where there are some.
pub(super) fn restriction(word: Option<&str>, policies: &str) -> String {
    match word {
        Some("APPLICABLE") => format!(", before {policies}, which may forbid some of it"),
        Some("FAILED_TO_EVALUATE_RCP" | "FAILED_TO_EVALUATE_SCP") => {
            format!(", but for {policies}, which AWS could not evaluate")
        }
        _ => String::new(),
    }
}

/// The first few of several names, and how many more there are.
pub(super) fn some(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(MOST).map(|name| cut(name)).collect();
    let more = names.len().saturating_sub(shown.len());
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// The text, cut to what is shown.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
    }
}

/// Whether a use that another source knows of contradicts a finding that says that there was none: it lies within the time
/// that the finding tells of, or after it.
pub(super) fn contradicts(cx: &Context<'_>, reported: &ReportedFinding, used: DateTime<Utc>) -> bool {
    let looked = reported.finding.analyzed.or(reported.finding.updated);
    let looked = looked.unwrap_or_else(|| reported.finding.created.known().unwrap_or(cx.as_of()));
    let since = cx.account().access_analyzer().period(reported);
    let since = since.and_then(|period| looked.checked_sub_signed(period)).unwrap_or(looked);
    used > since
}

/// The failure about something that is said to be unused, with what another source says of its use.
pub(super) fn unused(
    cx: &Context<'_>,
    reported: &ReportedFinding,
    message: &str,
    other: Option<(&str, DateTime<Utc>)>,
) -> Failure {
    let Some((source, used)) = other else { return failed(cx, reported, message) };
    if !contradicts(cx, reported, used) {
        let agrees = format!("{message}; by {source} too it was last used {}", cx.ago(used));
        return failed(cx, reported, &agrees);
    }
    let message = format!("{message}; but by {source} it was used {}", cx.ago(used));
    failed(cx, reported, &message).inferred().severity(Severity::Info, "another source tells of a use")
}

/// ` last used 2025-01-01 (379 d ago)`, or that AWS knows of no use.
pub(super) fn last(cx: &Context<'_>, at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "without a recorded use".to_owned(), |at| format!("last used {}", cx.ago(at)))
}

/// The report of last uses of the user or role that a finding is about.
pub(super) fn advisor<'a>(cx: &Context<'a>, reported: &ReportedFinding) -> Option<&'a LastAccessed> {
    let subject = ReportSubject::of_arn(reported.finding.resource.as_deref()?)?;
    cx.account().last_accessed().of(&subject).ok()
}
