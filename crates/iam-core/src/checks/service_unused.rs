#![doc = include_str!("service_unused.md")]

use super::unused_grants::{Sieve, whom};
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::LastAccessed;
use crate::fact::Days;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("service-unused"),
    since: "0.1.0",
    title: "Granted services that are not used",
    severity: Severity::Low,
    severity_reason: "rights that nobody needs help whoever steals the credentials, and nobody else",
    enabled: true,
    needs: &[Artefact::ServiceLastAccessed, Artefact::AuthorizationDetails],
    params: &[&MAX_IDLE],
    mappings: Mappings { cis: Cis::NONE, security_hub: &[], pci_dss: &[], attack: &["T1078"] },
    remedy: Remedy {
        risk: "What runs once a quarter or in an emergency only looks unused.",
        steps: &[
            Step::think("Ask who works with these rights whether a service is needed for rare work."),
            Step::think(
                "Take the services out of the policies; `iam-audit rightsize` writes the smaller ones.",
            ),
            Step::think("Keep the old version of each policy until nobody has missed anything."),
        ],
        console: "IAM > {name} > Last Accessed",
    },
    page: include_str!("service_unused.md"),
    judge: Judge::LastAccessed(judge),
};

static MAX_IDLE: Param<Days> = Param::new(
    "max-idle-days",
    || Days(90),
    (0, 400),
    "fails when the last use lies more than this long before the report; AWS keeps 400 days",
);

fn judge(report: &LastAccessed, cx: &Context<'_>) -> Judged {
    let limit = cx.get(&MAX_IDLE);
    let mut sieve = Sieve::new(report, limit, cx);
    for row in report.services.values() {
        sieve.add(row.namespace.to_string(), row.last.as_ref(), row.source);
    }
    if sieve.unused.is_empty() {
        return match sieve.gap {
            Some(gap) => Err(gap),
            None => Ok(Verdict::pass(sieve.pass("no service is granted"))),
        };
    }
    let message = format!(
        "{} did not use {} of {} granted services in the {} d before its report: {}",
        whom(report),
        sieve.unused.len(),
        sieve.seen,
        limit.0,
        sieve.told()
    );
    sieve.cite(cx.fail(message)).judged()
}
