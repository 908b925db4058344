#![doc = include_str!("external_access.md")]

use super::analyzer_findings::{
    PUT_ASIDE, SEE_FINDING, actions, condition, failed, resource, restriction, standing, who,
};
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
            SEE_FINDING,
            Step::think(
                "Where nobody knows why the access is there, take it out of the policy, access control list or share that grants it; keep a copy of what was there.",
            ),
            PUT_ASIDE,
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
        match worse_than_usual(is_public, &finding.resource_type, access.condition.is_empty()) {
            Some((severity, why)) => failure.severity(severity, why).judged(),
            None => failure.judged(),
        }
    })
}

/// How bad access from outside is where it is worse than this check says in general.
pub(crate) fn worse_than_usual(
    is_public: bool,
    resource_type: &str,
    is_unconditional: bool,
) -> Option<(Severity, &'static str)> {
    match (is_public, OPENING.contains(&resource_type), is_unconditional) {
        (true, true, _) => Some((Severity::Critical, "everybody gets at what opens other things")),
        (true, false, _) => Some((Severity::High, "everybody gets in")),
        (false, true, true) => {
            Some((Severity::High, "an outsider gets at what opens other things, under no condition"))
        }
        (false, _, _) => None,
    }
}
