#![doc = include_str!("unused_permission_reported.md")]

use chrono::{DateTime, Utc};

use super::analyzer_findings::{PUT_ASIDE, SEE_FINDING, advisor, failed, resource, some, standing, unused};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::ReportedFinding;
use crate::input::Artefact;
use crate::input::access_analyzer::{FindingDetail, FindingKind};

pub(super) static CHECK: Check = Check {
    id: CheckId("unused-permission-reported"),
    since: "0.1.0",
    title: "Permissions that Access Analyzer found unused",
    severity: Severity::Low,
    severity_reason: "rights that nobody needs help whoever steals the credentials, and nobody else",
    enabled: true,
    needs: &[Artefact::AnalyzerFindings, Artefact::Analyzers],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "What runs once a quarter or in an emergency only looks unused. Its next run fails.",
        steps: &[
            SEE_FINDING,
            Step::think(
                "Take the services and actions out of the policies; `iam-audit rightsize` writes the smaller ones. Keep the old version of each policy until nobody has missed anything.",
            ),
            PUT_ASIDE,
        ],
        console: "IAM > Access Analyzer > Unused access",
    },
    page: include_str!("unused_permission_reported.md"),
    judge: Judge::AnalyzerFinding { kinds: &[FindingKind::UnusedPermission], each: judge },
};

fn judge(reported: &ReportedFinding, cx: &Context<'_>) -> Judged {
    standing(reported, || {
        let (mut whole, mut some_of, mut count) = (Vec::new(), Vec::new(), 0_usize);
        for detail in reported.finding.details() {
            match detail {
                FindingDetail::UnusedPermission { service, actions, .. } if actions.is_empty() => {
                    whole.push(&**service);
                }
                FindingDetail::UnusedPermission { service, actions, .. } => {
                    count += actions.len();
                    some_of.push(&**service);
                }
                _ => {}
            }
        }
        if whole.is_empty() && some_of.is_empty() {
            let message = format!(
                "{} does not use all that it may, in details that were not handed in",
                resource(reported)
            );
            return failed(cx, reported, &message).judged();
        }
        let mut what = Vec::new();
        if !whole.is_empty() {
            let services = if whole.len() == 1 { "service" } else { "services" };
            what.push(format!("{} {services} ({})", whole.len(), some(&whole)));
        }
        if !some_of.is_empty() {
            let actions = if count == 1 { "action" } else { "actions" };
            what.push(format!("{count} {actions} of others ({})", some(&some_of)));
        }
        let message = format!("{} does not use {}", resource(reported), what.join(" and "));
        unused(cx, reported, &message, known_use(reported, &whole, cx)).judged()
    })
}

/// The latest use of one of these services that the last accessed report tells.
fn known_use(
    reported: &ReportedFinding,
    services: &[&str],
    cx: &Context<'_>,
) -> Option<(&'static str, DateTime<Utc>)> {
    let report = advisor(cx, reported)?;
    let used = services.iter().filter_map(|service| Some(report.service(service)?.last.as_ref()?.at));
    Some(("the last accessed report", used.max()?))
}
