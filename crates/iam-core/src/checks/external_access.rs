#![doc = include_str!("external_access.md")]

use super::analyzer_findings::{actions, condition, failed, resource, restriction, standing, who};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::ReportedFinding;
use crate::input::Artefact;
use crate::input::access_analyzer::{FindingDetail, FindingKind};

pub(super) static CHECK: Check = Check {
    id: CheckId("external-access"),
    since: "0.1.0",
    title: "Access from outside that Access Analyzer found",
    severity: Severity::Medium,
    severity_reason: "somebody outside the account or organisation gets in",
    enabled: true,
    needs: &[Artefact::AnalyzerFindings, Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Partners and services may live on the access. Ask who they are before you take it away.",
        steps: &[
            Step::run(
                "See the finding with all its details. Its id stands in the message; the analyzer is the one of that Region.",
                "aws accessanalyzer get-finding-v2 --analyzer-arn ANALYZER_ARN --id FINDING_ID",
            ),
            Step::think(
                "Where nobody knows why the access is there, take it out of the policy, access control list or share that grants it; keep a copy of what was there.",
            ),
            Step::run(
                "Where the access is meant, put the finding aside. It can be undone with the status ACTIVE.",
                "aws accessanalyzer update-findings --analyzer-arn ANALYZER_ARN --ids FINDING_ID --status ARCHIVED",
            ),
        ],
        console: "IAM > Access Analyzer > External access",
    },
    page: include_str!("external_access.md"),
    judge: Judge::AnalyzerFinding { kinds: &[FindingKind::ExternalAccess], each: judge },
};

/// What opens more than itself: who takes a role acts with its rights, and keys and secrets open other things.
const OPENING: &[&str] = &["AWS::IAM::Role", "AWS::KMS::Key", "AWS::SecretsManager::Secret"];

fn judge(reported: &ReportedFinding, cx: &Context<'_>) -> Judged {
    standing(reported, || {
        let finding = &reported.finding;
        let opens = OPENING.contains(&&*finding.resource_type);
        let access = finding.details().find_map(|detail| match detail {
            FindingDetail::External(access) => Some(access),
            _ => None,
        });
        let Some(access) = access else {
            let message = format!(
                "somebody outside has access to {}, in details that were not handed in",
                resource(reported)
            );
            return failed(cx, reported, &message).judged();
        };
        let is_public = reported.is_public() == Some(true);
        let who = if is_public { "everybody".to_owned() } else { who(access) };
        let message = format!(
            "{who} may {} on {}{}{}",
            actions(access),
            resource(reported),
            condition(access),
            restriction(access.resource_control.as_deref(), "resource control policies")
        );
        let failure = failed(cx, reported, &message);
        let failure = match (is_public, opens, access.condition.is_empty()) {
            (true, true, _) => {
                failure.severity(Severity::Critical, "everybody gets at what opens other things")
            }
            (true, false, _) => failure.severity(Severity::High, "everybody gets in"),
            (false, true, true) => failure
                .severity(Severity::High, "an outsider gets at what opens other things, under no condition"),
            (false, _, _) => failure,
        };
        failure.judged()
    })
}
