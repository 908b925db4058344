#![doc = include_str!("internal_access_reported.md")]

use super::analyzer_findings::{
    PUT_ASIDE, SEE_FINDING, actions, condition, failed, resource, restriction, standing, who,
};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::ReportedFinding;
use crate::input::Artefact;
use crate::input::access_analyzer::{FindingDetail, FindingKind};

pub(super) static CHECK: Check = Check {
    id: CheckId("internal-access-reported"),
    since: "0.1.0",
    title: "Access from inside to a watched resource",
    severity: Severity::Low,
    severity_reason: "who reaches what is guarded should be few, and known",
    enabled: true,
    needs: &[Artefact::AnalyzerFindings, Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "The access may be what somebody works with.",
        steps: &[
            SEE_FINDING,
            Step::think(
                "Compare it with the list of those who are meant to reach the resource. Take the others out of its policy, or out of their own.",
            ),
            PUT_ASIDE,
        ],
        console: "IAM > Access Analyzer > Internal access",
    },
    page: include_str!("internal_access_reported.md"),
    judge: Judge::AnalyzerFinding { kinds: &[FindingKind::InternalAccess], each: judge },
};

fn judge(reported: &ReportedFinding, cx: &Context<'_>) -> Judged {
    standing(reported, || {
        let internal = reported.finding.details().find_map(|detail| match detail {
            FindingDetail::Internal(internal) => Some(internal),
            _ => None,
        });
        let Some(internal) = internal else {
            let message = format!(
                "somebody inside has access to {}, in details that were not handed in",
                resource(reported)
            );
            return failed(cx, reported, &message).judged();
        };
        let access = &internal.access;
        let from = match internal.access_type.as_deref() {
            Some("INTRA_ORG") => " from another account of the organisation",
            _ => "",
        };
        let message = format!(
            "{}{from} may {} on {}{}{}{}",
            who(access),
            actions(access),
            resource(reported),
            condition(access),
            restriction(access.resource_control.as_deref(), "resource control policies"),
            restriction(internal.service_control.as_deref(), "service control policies")
        );
        failed(cx, reported, &message).judged()
    })
}
