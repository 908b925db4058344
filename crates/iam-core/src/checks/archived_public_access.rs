#![doc = include_str!("archived_public_access.md")]

use super::analyzer_findings::{SEE_FINDING, cut, failed, resource, standing, untold};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::ReportedFinding;
use crate::fact::Reason;
use crate::input::Artefact;
use crate::input::access_analyzer::{FindingKind, FindingStatus};

pub(super) static CHECK: Check = Check {
    id: CheckId("archived-public-access"),
    since: "0.1.0",
    title: "Public access in an archived finding",
    severity: Severity::Low,
    severity_reason: "somebody put it aside, or a rule did that nobody meant for it",
    enabled: false,
    needs: &[Artefact::AnalyzerFindings, Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Sites and downloads for everybody are meant to be public.",
        steps: &[
            SEE_FINDING,
            Step::think(
                "Ask whether the resource is meant to be public. If an archive rule put the finding aside, give the rule the criterion isPublic = false.",
            ),
            Step::run(
                "Where it is not meant, take the finding up again, and then mend the policy. It can be undone with the status ARCHIVED.",
                "aws accessanalyzer update-findings --analyzer-arn ANALYZER_ARN --ids FINDING_ID --status ACTIVE",
            ),
        ],
        console: "IAM > Access Analyzer > External access > Archived",
    },
    page: include_str!("archived_public_access.md"),
    judge: Judge::AnalyzerFinding { kinds: &[FindingKind::ExternalAccess], each: judge },
};

fn judge(reported: &ReportedFinding, cx: &Context<'_>) -> Judged {
    let finding = &reported.finding;
    match finding.status {
        FindingStatus::Archived if finding.error.is_none() => {}
        FindingStatus::Active | FindingStatus::Resolved | FindingStatus::Archived => {
            return Ok(Verdict::not_applicable("not archived"));
        }
        FindingStatus::Other(_) => return standing(reported, || Ok(Verdict::PASS)),
    }
    match reported.is_public() {
        Some(true) => {
            let message =
                format!("an archived finding says that everybody has access to {}", resource(reported));
            failed(cx, reported, &message).judged()
        }
        Some(false) => Ok(Verdict::PASS),
        None => {
            let what = format!(
                "nothing tells whether the archived finding {} is about public access",
                cut(&finding.id)
            );
            Err(untold(reported, Reason::NotSupplied, what))
        }
    }
}
