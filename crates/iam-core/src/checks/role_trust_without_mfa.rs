#![doc = include_str!("role_trust_without_mfa.md")]

use iam_policy::arn::Arn;
use iam_policy::pattern::PrincipalPattern;

use super::policy_statements::cite;
use super::trusts::{Opening, PUT_TRUST, SAVE_TRUST, Trust, told};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Role;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("role-trust-without-mfa"),
    since: "0.1.0",
    title: "Role that people may assume without MFA",
    severity: Severity::Low,
    severity_reason: "a password or an access key alone opens it",
    enabled: false,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Who signed in without MFA is refused, and so are access keys without a session of GetSessionToken. Programs cannot use MFA: give them roles of their own.",
        steps: &[
            SAVE_TRUST,
            Step::think(
                "Require aws:MultiFactorAuthPresent to be true, under Bool, in the statements that let people in.",
            ),
            PUT_TRUST,
        ],
        console: "IAM > Roles > {role} > Trust relationships > Edit trust policy",
    },
    page: include_str!("role_trust_without_mfa.md"),
    judge: Judge::Role(judge),
};

fn judge(role: &Role<'_>, cx: &Context<'_>) -> Judged {
    let trust = Trust::of(role)?;
    let mut openings = trust.openings(may_be_person);
    openings.retain(|opening| opening.allows("AssumeRole"));
    if openings.is_empty() {
        return Ok(Verdict::not_applicable("it trusts no account and no user"));
    }
    openings.retain(|opening| !opening.requires_mfa());
    if openings.is_empty() {
        return Ok(Verdict::PASS);
    }
    let principals = openings.iter().flat_map(Opening::principals).filter(|one| may_be_person(one));
    let failure =
        cx.fail(format!("role {} can be assumed by {} without MFA", role.detail.name, told(principals)));
    cite(failure, trust.document, openings.iter().map(|opening| opening.cited)).judged()
}

/// Whether people may be among those whom a principal stands for. Sessions of roles never have a multi-factor sign-in.
fn may_be_person(principal: &PrincipalPattern) -> bool {
    match principal {
        PrincipalPattern::Everyone | PrincipalPattern::EveryAws | PrincipalPattern::Account(_) => true,
        PrincipalPattern::Arn(text) => Arn::parse(text).is_ok_and(|arn| arn.resource.starts_with("user/")),
        _ => false,
    }
}
