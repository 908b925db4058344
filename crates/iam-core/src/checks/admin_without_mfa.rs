#![doc = include_str!("admin_without_mfa.md")]

use std::sync::Arc;

use super::{principal_admin, slots};
use crate::access::{Administrator, Deciding};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{Identity, Supplied, User};
use crate::fact::{Fact, Gap};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("admin-without-mfa"),
    since: "0.1.0",
    title: "Administrator without MFA",
    severity: Severity::High,
    severity_reason: "one leaked password or key opens the account",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails, Artefact::CredentialReport],
    params: &[],
    mappings: Mappings { attack: &["T1078", "T1098", "T1550"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "None for the user. Access keys go on working without MFA until a policy asks for it.",
        steps: &[
            Step::think(
                "Have the user assign an MFA device, best a passkey or security key. That can be undone.",
            ),
            Step::run(
                "See where full access comes from, and take it away until there is a device, if it is not needed at once. That can be \
                 undone with `aws iam attach-user-policy` and `aws iam add-user-to-group`.",
                "aws iam list-attached-user-policies --user-name {user}",
            ),
            Step::think(
                "Ask for MFA in the policy (aws:MultiFactorAuthPresent), so that a key alone is not enough.",
            ),
        ],
        console: "IAM > Users > {name} > Security credentials > Multi-factor authentication (MFA) > Assign MFA device",
    },
    page: include_str!("admin_without_mfa.md"),
    judge: Judge::User(judge),
};

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    let credentials = credentials(user, cx);
    if credentials.as_ref().is_ok_and(Vec::is_empty) {
        return Ok(Verdict::not_applicable("the user has neither a password nor an active key"));
    }
    // Each of these alone decides, whatever is not known of the other.
    if user.mfa_active.known() == Ok(true) {
        return Ok(Verdict::PASS);
    }
    let Some((is_certain, deciding)) = administrator(user, cx)? else {
        return Ok(Verdict::PASS);
    };
    user.mfa_active.known()?;
    let credentials = credentials?;
    let names: Vec<&str> = credentials.iter().map(|(name, _)| &**name).collect();
    let told = principal_admin::told(is_certain, &deciding);
    let failure = cx.fail(format!("user {} {told}, and has {} without MFA", user.name, names.join(" and ")));
    let failure = if is_certain {
        failure
    } else {
        failure.severity(Severity::Medium, "an administrator only under a condition")
    };
    let failure = credentials
        .iter()
        .fold(failure.because(&user.mfa_active), |failure, (_, works)| failure.because(works));
    deciding.iter().fold(failure, |failure, one| failure.at(one.source)).judged()
}

/// Whether the user is one for certain, and by which statements; `None` if it is not one.
fn administrator<'u>(user: &User<'u>, cx: &Context<'_>) -> Supplied<Option<(bool, Vec<Deciding<'u>>)>> {
    let detail = user.detail.clone()?;
    Ok(match Administrator::of(&Identity::User(detail), cx.ceiling(), cx.catalogue())? {
        Administrator::Certain(deciding) => Some((true, deciding)),
        Administrator::Depends(deciding) => Some((false, deciding)),
        Administrator::No => None,
    })
}

/// The password and the keys that work. One that does is enough, whatever is not known of the others.
fn credentials<'u>(user: &'u User<'_>, cx: &Context<'_>) -> Result<Vec<(String, &'u Fact<bool>)>, Arc<Gap>> {
    let mut working = Vec::new();
    if user.password_enabled.known() == Ok(true) {
        working.push(("a password".to_owned(), &user.password_enabled));
    }
    let keys = slots::of(user)?;
    for key in keys.clone().filter(|key| key.active.known() == Ok(true)) {
        working.push((format!("active {}", cx.key_name(key)), &key.active));
    }
    if working.is_empty() {
        user.password_enabled.seen()?;
        keys.into_iter().try_for_each(|key| key.active.seen().map(drop))?;
    }
    Ok(working)
}
