#![doc = include_str!("unused_password_reported.md")]

use super::analyzer_findings::{PUT_ASIDE, last, resource, standing, unused};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::{PasswordUse, ReportedFinding};
use crate::input::Artefact;
use crate::input::access_analyzer::{FindingDetail, FindingKind};

pub(super) static CHECK: Check = Check {
    id: CheckId("unused-password-reported"),
    since: "0.1.0",
    title: "Password that Access Analyzer found unused",
    severity: Severity::Medium,
    severity_reason: "a way in that nobody would miss, and whose theft nobody would notice",
    enabled: true,
    needs: &[Artefact::AnalyzerFindings, Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Whoever comes back finds the console closed, and needs a new password.",
        steps: &[
            Step::run("See when it was last used.", "aws iam get-user --user-name {user}"),
            Step::run(
                "Take it away. This cannot be undone; an administrator can set a new one.",
                "aws iam delete-login-profile --user-name {user}",
            ),
            PUT_ASIDE,
        ],
        console: "IAM > Users > {user} > Security credentials > Console sign-in",
    },
    page: include_str!("unused_password_reported.md"),
    judge: Judge::AnalyzerFinding { kinds: &[FindingKind::UnusedPassword], each: judge },
};

fn judge(reported: &ReportedFinding, cx: &Context<'_>) -> Judged {
    standing(reported, || {
        let at = reported.finding.details().find_map(|detail| match detail {
            FindingDetail::UnusedPassword { last_accessed } => Some(*last_accessed),
            _ => None,
        });
        let last = at.map(|at| format!(", {}", last(cx, at))).unwrap_or_default();
        let user = reported.finding.resource.as_deref().and_then(|arn| cx.user(arn));
        let last_used = user.as_ref().and_then(|user| match user.password_last_used.known() {
            Ok(PasswordUse::At(at)) => Some(at),
            _ => None,
        });
        let is_gone = user.is_some_and(|user| user.password_enabled.known() == Ok(false));
        let gone = if is_gone { "; by the credential report there is none any more" } else { "" };
        let message = format!("the password of {} is not used{last}{gone}", resource(reported));
        let failure = unused(cx, reported, &message, last_used.map(|at| ("the credential report", at)));
        let failure = if is_gone { failure.severity(Severity::Info, "it is gone already") } else { failure };
        failure.judged()
    })
}
