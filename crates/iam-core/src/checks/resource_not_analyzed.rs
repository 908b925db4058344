#![doc = include_str!("resource_not_analyzed.md")]

use super::analyzer_findings::{SEE_FINDING, cut, failed, resource, standing};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::ReportedFinding;
use crate::input::Artefact;
use crate::input::access_analyzer::{FindingKind, FindingStatus};

pub(super) static CHECK: Check = Check {
    id: CheckId("resource-not-analyzed"),
    since: "0.1.0",
    title: "Resource at which Access Analyzer could not look",
    severity: Severity::Low,
    severity_reason: "whatever is open there, nobody learns of it",
    enabled: true,
    needs: &[Artefact::AnalyzerFindings, Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "A policy that denies the service-linked role may do so on purpose.",
        steps: &[
            SEE_FINDING,
            Step::think(
                "ACCESS_DENIED: let the role AWSServiceRoleForAccessAnalyzer read the policy of the resource; a denial for everybody in it also denies that role. INTERNAL_ERROR: let it look once more. Limits: fewer principals have to reach the resource.",
            ),
            Step::run(
                "Let it look again.",
                "aws accessanalyzer start-resource-scan --analyzer-arn ANALYZER_ARN --resource-arn RESOURCE_ARN",
            ),
        ],
        console: "IAM > Access Analyzer > Resources",
    },
    page: include_str!("resource_not_analyzed.md"),
    judge: Judge::AnalyzerFinding { kinds: KINDS, each: judge },
};

const KINDS: &[FindingKind] = &[
    FindingKind::ExternalAccess,
    FindingKind::InternalAccess,
    FindingKind::UnusedRole,
    FindingKind::UnusedAccessKey,
    FindingKind::UnusedPassword,
    FindingKind::UnusedPermission,
];

fn judge(reported: &ReportedFinding, cx: &Context<'_>) -> Judged {
    let finding = &reported.finding;
    let Some(error) = &finding.error else { return Ok(Verdict::PASS) };
    match &finding.status {
        FindingStatus::Resolved => return Ok(Verdict::not_applicable("the finding is resolved")),
        FindingStatus::Other(_) => return standing(reported, || Ok(Verdict::PASS)),
        FindingStatus::Active | FindingStatus::Archived => {}
    }
    let why = match &**error {
        "ACCESS_DENIED" => "access was denied",
        "INTERNAL_ERROR" => "of an internal error",
        "PRINCIPAL_LIMIT_EXCEEDED" => "more than 3,000 principals reach it",
        "PRINCIPAL_ERRORS_LIMIT_EXCEEDED" => "too many principals could not be looked at",
        _ => "of an error that is not understood",
    };
    let message =
        format!("Access Analyzer could not look at {}, because {why} ({})", resource(reported), cut(error));
    failed(cx, reported, &message).judged()
}
