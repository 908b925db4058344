#![doc = include_str!("policy_sensitive_action_on_all.md")]

use iam_policy::permissions::{Allowance, Reach, Scope, allowances};

use super::policy_statements::{CONSOLE, cite, conditions, exempt, replace_after};
use super::sensitive_actions;
use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Patterns, Remedy, Severity, Step, Verdict,
};
use crate::evidence::CustomerPolicy;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("policy-sensitive-action-on-all"),
    since: "0.1.0",
    title: "Policy that allows a sensitive action on everything",
    severity: Severity::Medium,
    severity_reason: "it commits or exposes the account with nothing in between",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[&ACTIONS],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Whoever needs the action has to get it in another way.",
        steps: &replace_after(Step::think("Find out who uses the action and give it to a role of its own.")),
        console: CONSOLE,
    },
    page: include_str!("policy_sensitive_action_on_all.md"),
    judge: Judge::Policy(judge),
};

static ACTIONS: Param<Patterns> = Param::new(
    "actions",
    || Patterns(vec!["aws-marketplace:Subscribe".to_owned()]),
    (0, 0),
    "the sensitive actions, as in policies; `*` stands for any text",
);

fn judge(policy: &CustomerPolicy<'_>, cx: &Context<'_>) -> Judged {
    let document = policy.document()?;
    let said = document.policy()?;
    if let Some(why) = exempt(policy, said, cx.catalogue())? {
        return Ok(Verdict::not_applicable(why));
    }
    let actions = sensitive_actions::listed(&cx.get(&ACTIONS), "actions", cx.catalogue())?;
    let allowed = |action: &str| -> Vec<Allowance<'_>> {
        let found = allowances([said], action, Scope::Everything).into_iter();
        found.filter(|one| one.reach == Reach::Everywhere).collect()
    };
    let found: Vec<(String, Vec<Allowance<'_>>)> = actions
        .into_iter()
        .map(|action| (allowed(&action), action))
        .filter(|(allowed, _)| !allowed.is_empty())
        .map(|(allowed, action)| (action, allowed))
        .collect();
    if found.is_empty() {
        return Ok(Verdict::PASS);
    }
    let names = sensitive_actions::told(found.iter().map(|(action, _)| &**action));
    let every = || found.iter().flat_map(|(_, allowed)| allowed);
    let failure = if found.iter().any(|(_, allowed)| allowed.iter().any(|one| !one.is_conditional())) {
        cx.fail(format!("{policy} allows {names} on everything"))
    } else {
        let conditions = conditions(every().flat_map(Allowance::conditional));
        cx.fail(format!("{policy} allows {names} on everything, depending on {conditions}"))
            .severity(Severity::Low, "only under a condition")
    };
    cite(failure, document, every().flat_map(Allowance::conditional)).judged()
}
