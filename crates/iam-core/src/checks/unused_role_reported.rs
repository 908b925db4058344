#![doc = include_str!("unused_role_reported.md")]

use chrono::{DateTime, Utc};

use super::analyzer_findings::{PUT_ASIDE, advisor, last, resource, standing, unused};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::ReportedFinding;
use crate::input::Artefact;
use crate::input::access_analyzer::{FindingDetail, FindingKind};

pub(super) static CHECK: Check = Check {
    id: CheckId("unused-role-reported"),
    since: "0.1.0",
    title: "Role that Access Analyzer found unused",
    severity: Severity::Medium,
    severity_reason: "rights that are open to all whom it trusts and that nobody needs",
    enabled: true,
    needs: &[Artefact::AnalyzerFindings, Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "What runs once a quarter or in an emergency only looks unused. Its next run fails.",
        steps: &[Step::SEE_ROLE, Step::think("Ask whom the role was made for."), Step::CLOSE_ROLE, PUT_ASIDE],
        console: "IAM > Access Analyzer > Unused access",
    },
    page: include_str!("unused_role_reported.md"),
    judge: Judge::AnalyzerFinding { kinds: &[FindingKind::UnusedRole], each: judge },
};

fn judge(reported: &ReportedFinding, cx: &Context<'_>) -> Judged {
    standing(reported, || {
        let last = reported.finding.details().find_map(|detail| match detail {
            FindingDetail::UnusedRole { last_accessed } => Some(format!(", {}", last(cx, *last_accessed))),
            _ => None,
        });
        let message = format!("{} is not used{}", resource(reported), last.unwrap_or_default());
        unused(cx, reported, &message, known_use(reported, cx)).judged()
    })
}

/// The latest use that the account authorization details and the last accessed report tell.
fn known_use(reported: &ReportedFinding, cx: &Context<'_>) -> Option<(&'static str, DateTime<Utc>)> {
    let arn = reported.finding.resource.as_deref()?;
    let role = cx.account().identities().ok().and_then(|identities| identities.role(arn).ok());
    let by_details = role.and_then(|role| Some(role.detail.last_used.known().ok()??.at));
    let by_report = advisor(cx, reported).and_then(|report| {
        report.services.values().filter_map(|service| Some(service.last.as_ref()?.at)).max()
    });
    let by_details = by_details.map(|at| ("the account authorization details", at));
    let by_report = by_report.map(|at| ("the last accessed report", at));
    [by_details, by_report].into_iter().flatten().max_by_key(|(_, at)| *at)
}
