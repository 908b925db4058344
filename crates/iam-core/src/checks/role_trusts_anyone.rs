#![doc = include_str!("role_trusts_anyone.md")]

use iam_policy::pattern::PrincipalPattern;

use super::policy_statements::{cite, conditions};
use super::trusts::{Opening, PUT_TRUST, Requirement, SAVE_TRUST, Trust};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Role;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("role-trusts-anyone"),
    since: "0.1.0",
    title: "Role that anybody may assume",
    severity: Severity::Critical,
    severity_reason: "any AWS account in the world can take the role and all its rights",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Whoever assumes the role today and is not named in the new trust policy is locked out. CloudTrail shows who did: look for AssumeRole with this role.",
        steps: &[
            SAVE_TRUST,
            Step::think(
                "Name the accounts, roles or users that need the role as its principals. Where they are many, keep them to your \
                 organization with aws:PrincipalOrgID under StringEquals.",
            ),
            PUT_TRUST,
        ],
        console: "IAM > Roles > {role} > Trust relationships > Edit trust policy",
    },
    page: include_str!("role_trusts_anyone.md"),
    judge: Judge::Role(judge),
};

fn judge(role: &Role<'_>, cx: &Context<'_>) -> Judged {
    let trust = Trust::of(role)?;
    let is_anyone =
        |one: &PrincipalPattern| matches!(one, PrincipalPattern::Everyone | PrincipalPattern::EveryAws);
    let openings = trust.openings(is_anyone);
    let Some(first) = openings.first() else { return Ok(Verdict::PASS) };
    let open: Vec<&Opening<'_>> =
        openings.iter().filter(|opening| !opening.required.iter().any(Requirement::pins)).collect();
    if open.is_empty() {
        let pin = first.required.iter().find(|required| required.pins());
        let key = pin.map(|required| required.test.key.to_string()).unwrap_or_default();
        return Ok(Verdict::pass(format!("everybody is trusted, of whom {key} leaves those who are named")));
    }
    let cited = || open.iter().map(|opening| opening.cited);
    let conditions = conditions(cited());
    let role = &role.detail.name;
    let failure = if conditions.is_empty() {
        cx.fail(format!("role {role} can be assumed by anybody"))
    } else {
        cx.fail(format!("role {role} can be assumed by anybody who meets {conditions}, which names nobody"))
    };
    let failure = if open.iter().all(|opening| opening.required.iter().any(Requirement::is_hurdle)) {
        failure.severity(Severity::High, "only those who know a value or come from a network")
    } else {
        failure
    };
    cite(failure, trust.document, cited()).judged()
}
