#![doc = include_str!("access_unused.md")]

use super::unused_grants::{Sieve, whom};
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::LastAccessed;
use crate::fact::Days;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("access-unused"),
    since: "0.1.0",
    title: "User, group, role or policy whose rights nobody uses",
    severity: Severity::Medium,
    severity_reason: "all of its rights can go, and each of them only serves whoever steals the credentials",
    enabled: true,
    needs: &[Artefact::ServiceLastAccessed, Artefact::AuthorizationDetails],
    params: &[&MAX_IDLE],
    mappings: Mappings { cis: Cis::NONE, security_hub: &[], pci_dss: &[], attack: &["T1078"] },
    remedy: Remedy {
        risk: "What runs once a quarter or in an emergency only looks unused.",
        steps: &[
            Step::think("Ask whom it was made for."),
            Step::think("Detach its policies and keep a copy of the embedded ones. This can be undone."),
            Step::think("When nobody has missed it, delete it. This cannot be undone."),
        ],
        console: "IAM > {name} > Last Accessed",
    },
    page: include_str!("access_unused.md"),
    judge: Judge::LastAccessed(judge),
};

static MAX_IDLE: Param<Days> = Param::new(
    "max-idle-days",
    || Days(90),
    (0, 400),
    "fails when the last use of anything lies more than this long before the report; AWS keeps 400 days",
);

fn judge(report: &LastAccessed, cx: &Context<'_>) -> Judged {
    let limit = cx.get(&MAX_IDLE);
    let mut sieve = Sieve::new(report, limit, cx);
    for row in report.services.values() {
        sieve.add(row.namespace.to_string(), row.last.as_ref(), row.source);
    }
    // One service in use is enough, whatever else the report does not tell.
    let is_used = sieve.seen > sieve.unused.len()
        && report.services.values().any(|row| {
            row.last
                .as_ref()
                .is_some_and(|last| report.completed.signed_duration_since(last.at) <= limit.delta())
        });
    if is_used {
        return Ok(Verdict::PASS);
    }
    if let Some(gap) = sieve.gap {
        return Err(gap);
    }
    if sieve.unused.is_empty() {
        return Ok(Verdict::pass(sieve.pass("no service is granted")));
    }
    let last = sieve.unused.iter().filter_map(|unused| unused.last).max();
    let last = last.map_or_else(
        || "nothing in the 400 d that AWS keeps".to_owned(),
        |last| format!("last on {}", crate::fact::shown_date(last)),
    );
    let services = match sieve.seen {
        1 => "the one service that is granted to it".to_owned(),
        seen => format!("any of the {seen} services that are granted to it"),
    };
    let message =
        format!("{} did not use {services} in the {} d before its report: {last}", whom(report), limit.0);
    sieve.cite(cx.fail(message)).judged()
}
