#![doc = include_str!("role_cross_account_unprotected.md")]

use iam_policy::pattern::PrincipalPattern;

use super::policy_statements::cite;
use super::trusts::{Opening, PUT_TRUST, SAVE_TRUST, Trust, told};
use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Patterns, Remedy, Severity, Step, Verdict,
};
use crate::evidence::Role;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("role-cross-account-unprotected"),
    since: "0.1.0",
    title: "Role of which another account needs no external id and no MFA",
    severity: Severity::Medium,
    severity_reason: "a confused or broken-into account is enough; nothing tells its callers apart",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[&TRUSTED],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Callers of the other account that do not send the external id, or sign in without MFA, are refused. Let them send it first: it is ignored until it is required.",
        steps: &[
            SAVE_TRUST,
            Step::think(
                "For a company that works for many customers, agree on an external id that it sends for you alone, and require it \
                 with sts:ExternalId under StringEquals. For people, require aws:MultiFactorAuthPresent to be true.",
            ),
            PUT_TRUST,
        ],
        console: "IAM > Roles > {role} > Trust relationships > Edit trust policy",
    },
    page: include_str!("role_cross_account_unprotected.md"),
    judge: Judge::Role(judge),
};

static TRUSTED: Param<Patterns> = Param::new(
    "trusted-accounts",
    Patterns::default,
    (0, 0),
    "ids of accounts that are as trusted as this one, with `*` for any text and `?` for one character",
);

fn judge(role: &Role<'_>, cx: &Context<'_>) -> Judged {
    let trust = Trust::of(role)?;
    let trusted = cx.get(&TRUSTED);
    let account = |one: &PrincipalPattern| trust.other_account(one).map(|account| account.to_string());
    let is_other = |one: &PrincipalPattern| account(one).is_some();
    let openings = trust.openings(is_other);
    if openings.is_empty() {
        return Ok(Verdict::not_applicable("it trusts no other account"));
    }
    let is_meant = |one: &PrincipalPattern| account(one).is_some_and(|account| !trusted.matches(&account));
    let mut open: Vec<Opening<'_>> = trust.openings(is_meant);
    if open.is_empty() {
        return Ok(Verdict::pass("the settings trust the accounts"));
    }
    open.retain(|opening| {
        opening.allows("AssumeRole") && !opening.requires_mfa() && !opening.requires_external_id()
    });
    if open.is_empty() {
        return Ok(Verdict::PASS);
    }
    let principals = open.iter().flat_map(Opening::principals).filter(|one| is_meant(one));
    let failure = cx.fail(format!(
        "role {} can be assumed by {} without an external id and without MFA",
        role.detail.name,
        told(principals)
    ));
    cite(failure, trust.document, open.iter().map(|opening| opening.cited)).judged()
}
