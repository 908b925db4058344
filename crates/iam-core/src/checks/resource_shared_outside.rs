#![doc = include_str!("resource_shared_outside.md")]

use std::collections::BTreeSet;

use super::outside::{access, actions, cite, pass_unless_open, some_of};
use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Patterns, Remedy, Severity, Step,
};
use crate::evidence::Resource;
use crate::external::{Finding, Question, Who};
use crate::input::Artefact;
use crate::input::resource_policies::ResourceKind;

pub(super) static CHECK: Check = Check {
    id: CheckId("resource-shared-outside"),
    since: "0.1.0",
    title: "Resource that others than the account get into",
    severity: Severity::Medium,
    severity_reason: "how well the other account is kept is not ours to decide",
    enabled: true,
    needs: &[Artefact::ResourcePolicy],
    params: &[&TRUSTED],
    mappings: Mappings { attack: &["T1530"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "What the other account does with the resource stops working.",
        steps: &[
            Step::think(
                "Ask who the other account is and what it needs. Put it into `trusted` of the settings where it is right.",
            ),
            Step::think(
                "Otherwise save the policy as it is and take the other account out of it. Putting the saved one back undoes \
                 this.",
            ),
        ],
        console: "The console of the resource > Permissions, Access policy or Modify permissions",
    },
    page: include_str!("resource_shared_outside.md"),
    judge: Judge::Resource(judge),
};

static TRUSTED: Param<Patterns> = Param::new(
    "trusted",
    Patterns::default,
    (0, 0),
    "ids of accounts and organizations that may get in, without wildcards; without any, only the account itself",
);

fn judge(resource: &Resource, cx: &Context<'_>) -> Judged {
    let trusted = cx.get(&TRUSTED).0;
    let accounts: BTreeSet<_> = trusted.iter().filter_map(|id| id.parse().ok()).collect();
    let organizations: Vec<&str> =
        trusted.iter().map(String::as_str).filter(|id| id.starts_with("o-")).collect();
    let question = Question::of(cx.account()).trusting(&accounts);
    let question = match organizations.as_slice() {
        [first, ..] => question.trusting_organization(first),
        [] => question,
    };
    let access = access(resource, &question, cx);
    // What anybody may do is another check's.
    let shared: Vec<&Finding> = access
        .in_force()
        .filter(|finding| !finding.is_public && !is_of_organization(finding, &organizations))
        .collect();
    if shared.is_empty() {
        return pass_unless_open(&access);
    }
    let whom: BTreeSet<String> = shared.iter().map(|finding| who(finding)).collect();
    let whom: Vec<&str> = whom.iter().map(String::as_str).collect();
    let message = format!(
        "{} may do {} with the {} {}",
        some_of(&whom),
        actions(&shared),
        resource.kind.noun(),
        resource.name()
    );
    let failure = cite(cx.fail(message), shared);
    if matches!(resource.kind, ResourceKind::Key | ResourceKind::Secret) {
        return failure.severity(Severity::High, "it guards other data").judged();
    }
    failure.judged()
}

fn is_of_organization(finding: &Finding, organizations: &[&str]) -> bool {
    finding
        .condition
        .iter()
        .any(|(key, id)| key.folded() == "aws:principalorgid" && organizations.contains(&id.as_str()))
}

fn who(finding: &Finding) -> String {
    let conditions = finding.condition.iter().map(|(key, value)| format!("{key} {value}"));
    let conditions = conditions.collect::<Vec<_>>().join(" and ");
    match (&finding.principal, conditions.as_str()) {
        (Who::Anyone, conditions) => format!("anybody with {conditions}"),
        (who, "") => who.to_string(),
        (who, conditions) => format!("{who} with {conditions}"),
    }
}
