#![doc = include_str!("rights_beyond_one_service.md")]

use std::sync::Arc;

use super::unused_grants::{created, whom};
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::{LastAccessed, ReportSubjectKind};
use crate::fact::{Days, shown_date};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("rights-beyond-one-service"),
    since: "0.1.0",
    title: "User or role that only ever calls one service, with rights to others",
    severity: Severity::Info,
    severity_reason: "a purpose that is so narrow is easy to bound; the services that are not used are told of by themselves",
    enabled: true,
    needs: &[Artefact::ServiceLastAccessed, Artefact::AuthorizationDetails],
    params: &[&MIN_AGE],
    mappings: Mappings { cis: Cis::NONE, security_hub: &[], pci_dss: &[], attack: &["T1078"] },
    remedy: Remedy {
        risk: "What runs once a quarter or in an emergency only looks unused.",
        steps: &[
            Step::think("Ask whether the work is done with this one service."),
            Step::think(
                "Take the other services out of the policies; `iam-audit rightsize --level service` writes the smaller ones.",
            ),
            Step::think("Keep the old version of each policy until nobody has missed anything."),
        ],
        console: "IAM > {name} > Last Accessed",
    },
    page: include_str!("rights_beyond_one_service.md"),
    judge: Judge::LastAccessed(judge),
};

static MIN_AGE: Param<Days> = Param::new(
    "min-age-days",
    || Days(90),
    (0, 400),
    "passes when the user or role was made less than this long before the report",
);

fn judge(report: &LastAccessed, cx: &Context<'_>) -> Judged {
    if matches!(report.subject.kind, ReportSubjectKind::Group | ReportSubjectKind::Policy) {
        return Ok(Verdict::not_applicable("only users and roles have credentials"));
    }
    let mut used = report.services.values().filter_map(|row| Some((row, row.last.as_ref()?)));
    let first = used.next();
    // Two are enough, whatever else the report does not tell.
    if used.next().is_some() {
        return Ok(Verdict::PASS);
    }
    if let Some(gap) = &report.incomplete {
        return Err(Arc::clone(gap));
    }
    let Some((row, last)) = first else {
        return Ok(Verdict::not_applicable("no service was used"));
    };
    let granted = report.services.len();
    if granted == 1 {
        return Ok(Verdict::pass("no other service is granted"));
    }
    let age = report.completed.signed_duration_since(created(report, cx)?);
    if age < cx.get(&MIN_AGE).delta() {
        return Ok(Verdict::pass("it was made lately"));
    }
    let message = format!(
        "{} used nothing but {} (last {}) of {granted} services that are granted to it, in the 400 d that AWS keeps",
        whom(report),
        row.namespace,
        shown_date(last.at)
    );
    cx.fail(message).at(last.source).judged()
}
