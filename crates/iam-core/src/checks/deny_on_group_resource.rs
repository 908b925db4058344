#![doc = include_str!("deny_on_group_resource.md")]

use std::collections::BTreeSet;

use iam_policy::catalogue::{Action, Catalogue};
use iam_policy::pattern::{ActionPattern, ResourcePattern};
use iam_policy::permissions::{Reach, Scope};
use iam_policy::policy::{Statement, StatementRef};

use super::policy_statements::{CONSOLE, cite, replace_after};
use super::sensitive_actions::{spelled, told};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::CustomerPolicy;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("deny-on-group-resource"),
    since: "0.1.0",
    title: "Denial on a group that means its members",
    severity: Severity::Medium,
    severity_reason: "what was to be forbidden is not: a group as a resource is the group, not the users in it",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "The denial starts to work: the users may miss what they should not have had.",
        steps: &replace_after(Step::think(
            "Attach the denial to the group as a policy, with the users or * as its resource. A group's ARN as a resource stands for the group itself.",
        )),
        console: CONSOLE,
    },
    page: include_str!("deny_on_group_resource.md"),
    judge: Judge::Policy(judge),
};

const GROUPS: Scope<'static> = Scope::Type { service: "iam", beginning: "group/" };
const USERS: Scope<'static> = Scope::Type { service: "iam", beginning: "user/" };

fn judge(policy: &CustomerPolicy<'_>, cx: &Context<'_>) -> Judged {
    let document = policy.document()?;
    let said = document.policy()?;
    let mut idle: BTreeSet<String> = BTreeSet::new();
    let mut because: Vec<StatementRef<'_>> = Vec::new();
    for cited in said.statements().filter(|cited| is_denial_on_groups(cited.statement)) {
        let actions = &cited.statement.actions.values;
        let without_effect = actions.iter().filter(|pattern| has_no_effect(pattern, cx.catalogue()));
        let before = idle.len();
        idle.extend(without_effect.map(|pattern| spelled(pattern, cx.catalogue())));
        if idle.len() > before {
            because.push(cited);
        }
    }
    if idle.is_empty() {
        return Ok(Verdict::PASS);
    }
    let actions = told(idle.iter().map(|action| &**action));
    let failure =
        cx.fail(format!("{policy} denies {actions} on a group, which denies nothing to its members"));
    cite(failure, document, because).judged()
}

/// Whether a statement denies listed actions on groups and nothing else.
fn is_denial_on_groups(statement: &Statement) -> bool {
    let is_group = |value: &ResourcePattern| {
        value.reach(GROUPS) > Reach::Nothing && value.reach(USERS) == Reach::Nothing
    };
    let resources = statement.resources.as_ref();
    let only_groups = resources.is_some_and(|resources| {
        !resources.negated && !resources.values.is_empty() && resources.values.iter().all(is_group)
    });
    !statement.allows() && !statement.actions.negated && only_groups
}

/// Whether no action of the pattern is about groups. Of actions that the catalogue does not know, nothing is known.
fn has_no_effect(pattern: &ActionPattern, catalogue: &Catalogue) -> bool {
    let actions = catalogue.expand(&pattern.to_string());
    !actions.is_empty() && !catalogue.members(&actions).any(|action| is_about_groups(&action))
}

fn is_about_groups(action: &Action<'_>) -> bool {
    action.prefix() == "iam"
        && action
            .resources()
            .filter_map(|resource| resource.resource_type())
            .any(|kind| kind.name() == "group")
}
