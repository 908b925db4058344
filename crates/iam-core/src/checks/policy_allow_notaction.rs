#![doc = include_str!("policy_allow_notaction.md")]

use iam_policy::permissions::OnEverything;
use iam_policy::policy::{Statement, StatementRef};

use super::policy_statements::{CONSOLE, cite, conditions, exempt, replace_after};
use super::sensitive_actions::{spelled, told};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::CustomerPolicy;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("policy-allow-notaction"),
    since: "0.1.0",
    title: "Policy that allows everything but a few actions",
    severity: Severity::Medium,
    severity_reason: "it grants actions that do not exist yet",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Whatever relied on a permission that the smaller policy lacks stops working. Keep the old text until a full cycle of the work has passed.",
        steps: &replace_after(Step::think(
            "See which services the holders use (IAM > Access Advisor), and list their actions under Action.",
        )),
        console: CONSOLE,
    },
    page: include_str!("policy_allow_notaction.md"),
    judge: Judge::Policy(judge),
};

fn judge(policy: &CustomerPolicy<'_>, cx: &Context<'_>) -> Judged {
    let document = policy.document()?;
    let said = document.policy()?;
    if let Some(why) = exempt(policy, said, cx.catalogue())? {
        return Ok(Verdict::not_applicable(why));
    }
    let catalogue = cx.catalogue();
    let denied = OnEverything::of([said], catalogue).denied;
    let grants_something = |statement: &Statement| !statement.actions.known(catalogue).is_subset(&denied);
    let found: Vec<StatementRef<'_>> = said
        .statements()
        .filter(|cited| cited.statement.allows() && cited.statement.actions.negated)
        .filter(|cited| cited.statement.resources.is_some() && grants_something(cited.statement))
        .collect();
    let worst =
        |cited: &&StatementRef<'_>| (cited.statement.is_on_everything(), !cited.statement.is_conditional());
    let Some(cited) = found.iter().max_by_key(worst) else {
        return Ok(Verdict::PASS);
    };
    let left_out: Vec<String> =
        cited.statement.actions.values.iter().map(|pattern| spelled(pattern, catalogue)).collect();
    let left_out = told(left_out.iter().map(|one| &**one));
    let message = format!("{policy} allows every action but {left_out} (NotAction)");
    let failure = match worst(&cited) {
        (true, true) => cx.fail(format!("{message} on everything")),
        (true, false) => {
            let conditions = conditions([*cited]);
            cx.fail(format!("{message} on everything, depending on {conditions}"))
                .severity(Severity::Low, "only under a condition")
        }
        (false, _) => {
            cx.fail(format!("{message} on some resources")).severity(Severity::Low, "on some resources only")
        }
    };
    cite(failure, document, found.iter().copied()).judged()
}
