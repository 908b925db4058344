#![doc = include_str!("role_confused_deputy.md")]

use iam_policy::condition::{Comparison, Operator, Test};
use iam_policy::pattern::PrincipalPattern;

use super::policy_statements::cite;
use super::trusts::{Opening, PUT_TRUST, SAVE_TRUST, Trust, told};
use crate::check::{
    Check, CheckId, Context, Count, Judge, Judged, Mappings, Param, Remedy, Severity, Step, Verdict,
};
use crate::evidence::Role;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("role-confused-deputy"),
    since: "0.1.0",
    title: "Role that a service may use for anybody",
    severity: Severity::Medium,
    severity_reason: "whoever can make the service act may reach the role through it, from another account as well",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[&STRICT],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "The service is refused where it acts for a resource that the condition does not name. Some services check the role before they have a resource: begin with aws:SourceAccount.",
        steps: &[
            SAVE_TRUST,
            Step::think(
                "Require aws:SourceAccount to be this account, and aws:SourceArn to be the resources that use the role where they \
                 are known. Look up in the documentation of the service which of the two it sends.",
            ),
            PUT_TRUST,
        ],
        console: "IAM > Roles > {role} > Trust relationships > Edit trust policy",
    },
    page: include_str!("role_confused_deputy.md"),
    judge: Judge::Role(judge),
};

static STRICT: Param<Count> = Param::new(
    "strict",
    || Count(0),
    (0, 1),
    "1: the condition has to name an account, an organization or a resource, and to hold only for requests that have the key",
);

/// Services that hand the role's credentials to the customer's own code and are not known to send the keys.
const WITHOUT_SOURCE: [&str; 5] = ["ec2", "ec2fleet", "edgelambda", "lambda", "spotfleet"];

/// The keys that say for whom a service acts. Source: IAM User Guide, "The confused deputy problem".
const SOURCES: [&str; 4] = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"];

fn judge(role: &Role<'_>, cx: &Context<'_>) -> Judged {
    let trust = Trust::of(role)?;
    let is_strict = cx.get(&STRICT) == Count(1);
    if trust.openings(|one| matches!(one, PrincipalPattern::Service(_))).is_empty() {
        return Ok(Verdict::not_applicable("it trusts no service"));
    }
    let mut open = trust.openings(sends_source);
    if open.is_empty() {
        return Ok(Verdict::not_applicable("the services that it trusts do not say for whom they act"));
    }
    open.retain(|opening| opening.allows("AssumeRole") && !is_limited(opening, is_strict));
    if open.is_empty() {
        return Ok(Verdict::PASS);
    }
    let principals = open.iter().flat_map(Opening::principals).filter(|one| sends_source(one));
    let failure = cx.fail(format!(
        "role {} can be used by {} whomever the service acts for",
        role.detail.name,
        told(principals)
    ));
    cite(failure, trust.document, open.iter().map(|opening| opening.cited)).judged()
}

fn sends_source(principal: &PrincipalPattern) -> bool {
    let PrincipalPattern::Service(name) = principal else { return false };
    let short = name.split('.').next().unwrap_or_default();
    !WITHOUT_SOURCE.contains(&short)
}

fn is_limited(opening: &Opening<'_>, is_strict: bool) -> bool {
    let is_source = |key: &str| SOURCES.contains(&key);
    if is_strict {
        return opening
            .required
            .iter()
            .any(|required| is_source(required.test.key.folded()) && required.pins());
    }
    let own = opening.cited.statement.conditions.iter();
    let is_test = |test: &Test| {
        let compares =
            |operator: Operator| !operator.comparison.is_negated() && operator.comparison != Comparison::Null;
        is_source(test.key.folded()) && test.operator.is_some_and(compares)
    };
    own.into_iter().any(is_test)
        || opening.required.iter().any(|required| is_source(required.test.key.folded()))
}
