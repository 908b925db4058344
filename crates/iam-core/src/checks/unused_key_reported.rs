#![doc = include_str!("unused_key_reported.md")]

use super::analyzer_findings::{PUT_ASIDE, failed, last, resource, standing, unused};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::ReportedFinding;
use crate::input::Artefact;
use crate::input::access_analyzer::{FindingDetail, FindingKind};

pub(super) static CHECK: Check = Check {
    id: CheckId("unused-key-reported"),
    since: "0.1.0",
    title: "Access key that Access Analyzer found unused",
    severity: Severity::Medium,
    severity_reason: "a long-lived secret that nobody would miss, and whose theft nobody would notice",
    enabled: true,
    needs: &[Artefact::AnalyzerFindings, Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "What runs once a quarter or in an emergency only looks unused. Its next run fails.",
        steps: &[
            Step::LIST_KEYS,
            Step::run(
                "Switch it off. It can be undone with the status Active.",
                "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
            ),
            PUT_ASIDE,
        ],
        console: "IAM > Users > {user} > Security credentials > Access keys",
    },
    page: include_str!("unused_key_reported.md"),
    judge: Judge::AnalyzerFinding { kinds: &[FindingKind::UnusedAccessKey], each: judge },
};

fn judge(reported: &ReportedFinding, cx: &Context<'_>) -> Judged {
    standing(reported, || {
        let key = reported.finding.details().find_map(|detail| match detail {
            FindingDetail::UnusedAccessKey { id, last_accessed } => Some((id, *last_accessed)),
            _ => None,
        });
        let Some((id, at)) = key else {
            let message = format!(
                "an access key of {} is not used, in details that were not handed in",
                resource(reported)
            );
            return failed(cx, reported, &message).judged();
        };
        let user = reported.finding.resource.as_deref().and_then(|arn| cx.user(arn));
        let own = user.as_ref().and_then(|user| user.access_keys.iter().find(|key| key.id == Some(id)));
        let last_used = own.and_then(|key| key.last_used.known().ok().flatten());
        let source = match own.and_then(|key| key.slot) {
            Some(_) => "the credential report",
            None => "GetAccessKeyLastUsed",
        };
        let is_off = own.is_some_and(|key| key.active.known() == Ok(false));
        let off = if is_off { "; it is switched off already" } else { "" };
        let key = cx.key_id(id.full());
        let message =
            format!("access key {key} of {} is not used, {}{off}", resource(reported), last(cx, at));
        let failure = unused(cx, reported, &message, last_used.map(|at| (source, at)));
        let failure =
            if is_off { failure.severity(Severity::Low, "it is switched off already") } else { failure };
        failure.judged()
    })
}
