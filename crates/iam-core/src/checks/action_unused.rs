#![doc = include_str!("action_unused.md")]

use std::sync::Arc;

use iam_policy::catalogue::Catalogue;

use super::unused_grants::{Sieve, whom};
use crate::check::{
    Check, CheckId, Cis, Context, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::LastAccessed;
use crate::fact::{Days, Gap, Reason};
use crate::input::Artefact;
use crate::input::service_last_accessed::Granularity;
use crate::usage::is_privileged;

pub(super) static CHECK: Check = Check {
    id: CheckId("action-unused"),
    since: "0.1.0",
    title: "Granted actions that are not used",
    severity: Severity::Low,
    severity_reason: "rights that nobody needs help whoever steals the credentials, and nobody else",
    enabled: true,
    needs: &[Artefact::ServiceLastAccessed, Artefact::AuthorizationDetails],
    params: &[&MAX_IDLE],
    mappings: Mappings { cis: Cis::NONE, security_hub: &[], pci_dss: &[], attack: &["T1078"] },
    remedy: Remedy {
        risk: "What runs once a quarter or in an emergency only looks unused.",
        steps: &[
            Step::think("Ask who works with these rights whether an action is needed for rare work."),
            Step::think(
                "Take the actions out of the policies; `iam-audit rightsize` writes the smaller ones.",
            ),
            Step::think("Keep the old version of each policy until nobody has missed anything."),
        ],
        console: "IAM > {name} > Last Accessed",
    },
    page: include_str!("action_unused.md"),
    judge: Judge::LastAccessed(judge),
};

static MAX_IDLE: Param<Days> = Param::new(
    "max-idle-days",
    || Days(90),
    (0, 400),
    "fails when the last use lies more than this long before the report; AWS keeps 400 days",
);

fn judge(report: &LastAccessed, cx: &Context<'_>) -> Judged {
    if report.granularity == Granularity::Service {
        return Err(Arc::new(Gap {
            reason: Reason::NotSupplied,
            artefact: Some(Artefact::ServiceLastAccessed),
            source: Some(report.source),
            what: format!("the last accessed report of {} tells of services only", whom(report)).into(),
            remedy: "have it made with --granularity ACTION_LEVEL".into(),
        }));
    }
    let limit = cx.get(&MAX_IDLE);
    let mut sieve = Sieve::new(report, limit, cx);
    let catalogue = Catalogue::embedded();
    let privileged = |name: &str| catalogue.find(name).known().is_some_and(|action| is_privileged(&action));
    for row in report.services.values() {
        for action in &row.actions {
            sieve.add(format!("{}:{}", row.namespace, action.name), action.last.as_deref(), action.source);
        }
        if let Some(gap) = &row.actions_incomplete {
            sieve.gap.get_or_insert_with(|| Arc::clone(gap));
        }
    }
    if sieve.unused.is_empty() {
        return match sieve.gap {
            Some(gap) => Err(gap),
            None => Ok(Verdict::pass(sieve.pass("no action is granted that AWS tracks"))),
        };
    }
    // What changes permissions comes first.
    sieve.unused.sort_by_key(|unused| !privileged(&unused.name));
    let worst = sieve.unused.iter().filter(|unused| privileged(&unused.name)).count();
    let among = if worst == 0 { String::new() } else { format!(", {worst} of them over permissions") };
    let message = format!(
        "{} did not use {} of {} granted and tracked actions{among} in the {} d before its report: {}",
        whom(report),
        sieve.unused.len(),
        sieve.seen,
        limit.0,
        sieve.told()
    );
    let failure = sieve.cite(cx.fail(message));
    if worst == 0 {
        return failure.judged();
    }
    failure.severity(Severity::Medium, "some of them change who may do what").judged()
}
