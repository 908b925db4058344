#![doc = include_str!("policy_assume_role_any.md")]

use iam_policy::permissions::{Scope, allowances};

use super::policy_statements::{CONSOLE, Ladder, Rung, exempt, replace_after};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::CustomerPolicy;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("policy-assume-role-any"),
    since: "0.1.0",
    title: "Policy that allows assuming any role",
    severity: Severity::High,
    severity_reason: "whoever has it becomes any role whose trust policy lets the account in",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings { attack: &["T1078", "T1098", "T1606", "T1040", "T1580"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Roles that the smaller policy does not name can no longer be assumed with it.",
        steps: &replace_after(Step::think(
            "Find out which roles the holders assume: CloudTrail's AssumeRole events name them.",
        )),
        console: CONSOLE,
    },
    page: include_str!("policy_assume_role_any.md"),
    judge: Judge::Policy(judge),
};

const LADDER: Ladder = Ladder {
    noun: "role",
    part: "an account",
    everywhere: Rung::own(Severity::High, Severity::Medium),
    account: Rung::lowered(Severity::Medium, "the roles of some accounts only", Severity::Low),
    some: Some(Rung::lowered(Severity::Low, "roles by a pattern only", Severity::Low)),
};

fn judge(policy: &CustomerPolicy<'_>, cx: &Context<'_>) -> Judged {
    let document = policy.document()?;
    let said = document.policy()?;
    if let Some(why) = exempt(policy, said, cx.catalogue())? {
        return Ok(Verdict::not_applicable(why));
    }
    let found = allowances([said], "sts:AssumeRole", Scope::ROLES);
    LADDER.judge(policy, document, found.into_iter().map(|one| ("sts:AssumeRole", one)), cx)
}
