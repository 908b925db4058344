#![doc = include_str!("policy_passrole_any.md")]

use iam_policy::condition::{Test, Values};
use iam_policy::glob::Glob;
use iam_policy::permissions::{Scope, allowances};
use iam_policy::policy::Statement;

use super::policy_statements::{CONSOLE, Ladder, Rung, exempt, replace_after};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::CustomerPolicy;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("policy-passrole-any"),
    since: "0.1.0",
    title: "Policy that allows passing any role",
    severity: Severity::High,
    severity_reason: "whoever has it and can start something in any service gets what the strongest role may do",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Services that get roles which the smaller policy does not name can no longer be set up with it.",
        steps: &replace_after(Step::think(
            "Find out which roles are passed to which services, and name both (Resource and iam:PassedToService).",
        )),
        console: CONSOLE,
    },
    page: include_str!("policy_passrole_any.md"),
    judge: Judge::Policy(judge),
};

const LADDER: Ladder = Ladder {
    noun: "role",
    part: "an account",
    everywhere: Rung::own(Severity::High, Severity::Medium),
    account: Rung::own(Severity::High, Severity::Medium),
    some: Some(Rung::lowered(Severity::Low, "roles by a pattern only", Severity::Low)),
};

fn judge(policy: &CustomerPolicy<'_>, cx: &Context<'_>) -> Judged {
    let document = policy.document()?;
    let said = document.policy()?;
    if let Some(why) = exempt(policy, said, cx.catalogue())? {
        return Ok(Verdict::not_applicable(why));
    }
    let found = allowances([said], "iam:PassRole", Scope::ROLES);
    let found = found.into_iter().filter(|one| !names_services(one.statement.statement));
    LADDER.judge(policy, document, found.map(|one| ("iam:PassRole", one)), cx)
}

/// Whether the statement lets roles be passed to some services only. Every request to pass a role has the key. Source: IAM User
/// Guide, "Available keys for IAM".
fn names_services(statement: &Statement) -> bool {
    statement.conditions.iter().any(|test| test.key.folded() == "iam:passedtoservice" && limits(test))
}

fn limits(test: &Test) -> bool {
    let is_positive = test.operator.is_some_and(|operator| !operator.comparison.is_negated());
    match &test.values {
        Values::Texts(texts) => is_positive && !texts.iter().any(|text| text.glob().is_none_or(Glob::is_any)),
        _ => false,
    }
}
