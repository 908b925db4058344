#![doc = include_str!("policy_service_wildcard.md")]

use iam_policy::catalogue::{ActionSet, Catalogue};
use iam_policy::pattern::ActionPattern;
use iam_policy::permissions::OnEverything;
use iam_policy::policy::{Policy, StatementRef};

use super::policy_statements::{CONSOLE, cite, conditions, exempt, replace_after};
use super::sensitive_actions::told;
use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Patterns, Remedy, Severity, Step, Verdict,
};
use crate::evidence::CustomerPolicy;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("policy-service-wildcard"),
    since: "0.1.0",
    title: "Policy that allows all actions of a service",
    severity: Severity::Low,
    severity_reason: "more than its holders need, and what the service will learn tomorrow",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[&SENSITIVE],
    mappings: Mappings {
        security_hub: &["IAM.21"],
        pci_dss: &["3.5.1.1", "3.6.1", "3.7", "4.2.1", "7.2", "7.3", "8.2.7", "8.2.8", "8.3.4"],
        attack: &["T1078", "T1648", "T1098", "T1578", "T1550", "T1580"],
        ..Mappings::NONE
    },
    remedy: Remedy {
        risk: "Whatever relied on an action that the smaller policy lacks stops working. Keep the old text until a full cycle of the work has passed.",
        steps: &replace_after(Step::think(
            "See which actions of the service the holders use (IAM > Access Advisor, CloudTrail).",
        )),
        console: CONSOLE,
    },
    page: include_str!("policy_service_wildcard.md"),
    judge: Judge::Policy(judge),
};

static SENSITIVE: Param<Patterns> = Param::new(
    "sensitive-services",
    || Patterns(["kms", "cloudtrail", "iam", "sts", "organizations"].map(str::to_owned).to_vec()),
    (0, 0),
    "services whose whole is medium instead of low, by the prefix of their actions",
);

fn judge(policy: &CustomerPolicy<'_>, cx: &Context<'_>) -> Judged {
    let document = policy.document()?;
    let said = document.policy()?;
    if let Some(why) = exempt(policy, said, cx.catalogue())? {
        return Ok(Verdict::not_applicable(why));
    }
    let whole = WholeServices::of(said, cx.catalogue());
    let sensitive = cx.get(&SENSITIVE);
    let (certain, names) =
        if whole.certain.is_empty() { (false, &whole.possible) } else { (true, &whole.certain) };
    if names.is_empty() {
        return Ok(Verdict::PASS);
    }
    let (worst, others) = names.iter().partition::<Vec<&str>, _>(|prefix| sensitive.matches(prefix));
    let is_sensitive = !worst.is_empty();
    let listed = told(worst.into_iter().chain(others));
    let mut message = match names.len() {
        1 => format!("{policy} allows all actions of {listed} on everything"),
        many => format!("{policy} allows all actions of {many} services on everything: {listed}"),
    };
    if !certain {
        message = format!("{message}, depending on {}", conditions(granting(said)));
    }
    let failure = cx.fail(message);
    let failure = match (is_sensitive, certain) {
        (true, true) => failure.severity(Severity::Medium, "a sensitive service is among them"),
        (true, false) => failure.severity(Severity::Low, "a sensitive service, but only under a condition"),
        (false, true) => failure,
        (false, false) => failure.severity(Severity::Info, "only under a condition"),
    };
    cite(failure, document, granting(said)).judged()
}

/// Services by the prefix of their actions, all of which are allowed on everything.
struct WholeServices<'c> {
    /// Whatever the circumstances.
    certain: Vec<&'c str>,
    /// In some circumstances at least.
    possible: Vec<&'c str>,
}

impl<'c> WholeServices<'c> {
    fn of(said: &Policy, catalogue: &'c Catalogue) -> Self {
        let mut whole = Self { certain: Vec::new(), possible: Vec::new() };
        if granting(said).next().is_none() {
            return whole;
        }
        let allowed = OnEverything::of([said], catalogue);
        for service in catalogue.services() {
            let all: ActionSet = service.all();
            if all.is_empty() || !all.is_subset(&allowed.possible) || !is_by_pattern(said, service.prefix()) {
                continue;
            }
            whole.possible.push(service.prefix());
            if all.is_subset(&allowed.certain) {
                whole.certain.push(service.prefix());
            }
        }
        whole
    }
}

/// The statements that allow something on everything by wildcard or exclusion, and those that deny it under conditions.
fn granting(said: &Policy) -> impl Iterator<Item = StatementRef<'_>> {
    said.statements().filter(|cited| {
        let statement = cited.statement;
        let is_wide = statement.actions.negated || statement.actions.values.iter().any(is_wild);
        statement.is_on_everything() && if statement.allows() { is_wide } else { statement.is_conditional() }
    })
}

/// Whether some of a service comes by wildcard or exclusion. Who names each action of a small service means just these.
fn is_by_pattern(said: &Policy, prefix: &str) -> bool {
    granting(said).filter(|cited| cited.statement.allows()).any(|cited| {
        let actions = &cited.statement.actions;
        let is_about = |pattern: &ActionPattern| match pattern {
            ActionPattern::Every => true,
            ActionPattern::Named { service, .. } => service.matches(prefix),
            ActionPattern::Nothing => false,
        };
        actions.negated || actions.values.iter().any(|pattern| is_wild(pattern) && is_about(pattern))
    })
}

fn is_wild(pattern: &ActionPattern) -> bool {
    match pattern {
        ActionPattern::Every => true,
        ActionPattern::Named { name, .. } => name.only_text().is_none(),
        ActionPattern::Nothing => false,
    }
}
