#![doc = include_str!("user_without_mfa.md")]

use std::sync::Arc;

use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::checks::slots;
use crate::evidence::User;
use crate::fact::{Fact, Gap};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("user-without-mfa"),
    since: "0.1.0",
    title: "User without MFA",
    severity: Severity::Low,
    severity_reason: "only helps key users whose policies ask for a session with MFA",
    enabled: false,
    needs: &[Artefact::CredentialReport],
    params: &[],
    mappings: Mappings { cis: Cis::NONE, security_hub: &["IAM.19"], pci_dss: &[], attack: &[] },
    remedy: Remedy {
        risk: "Registering a device breaks nothing. Programs stop working only where a policy begins to ask for MFA.",
        steps: &[
            Step::run(
                "See whether the user has registered a device since the report was made.",
                "aws iam list-mfa-devices --user-name {user}",
            ),
            Step::think(
                "For a person, register a passkey, a security key or an authenticator app, and have the policies ask for MFA.",
            ),
            Step::think("For a program, replace the user by a role, which has no secret to protect."),
        ],
        console: "IAM > Users > {user} > Security credentials > Multi-factor authentication > Assign MFA device",
    },
    page: include_str!("user_without_mfa.md"),
    judge: Judge::User(judge),
};

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    let usable = usable(user, cx);
    if usable == Ok(None) {
        return Ok(Verdict::not_applicable("the user has no usable credential"));
    }
    // With a device it does not matter which credentials work.
    if user.mfa_active.known() == Ok(true) {
        return Ok(Verdict::PASS);
    }
    let Some((credential, works)) = usable? else {
        return Ok(Verdict::not_applicable("the user has no usable credential"));
    };
    user.mfa_active.known()?;
    cx.fail(format!("{} has {credential} and no MFA device", user.name))
        .because(&user.mfa_active)
        .because(works)
        .judged()
}

/// The first credential that works; `None` when none does, and the gap when that cannot be told.
fn usable<'u>(user: &'u User<'_>, cx: &Context<'_>) -> Result<Option<(String, &'u Fact<bool>)>, Arc<Gap>> {
    let works = |fact: &Fact<bool>| fact.known() == Ok(true);
    let keys = slots::of(user)?;
    let certificates = user.signing_certificates.iter();
    if works(&user.password_enabled) {
        return Ok(Some(("a console password".to_owned(), &user.password_enabled)));
    }
    if let Some(key) = keys.clone().find(|key| works(&key.active)) {
        return Ok(Some((format!("active {}", cx.key_name(key)), &key.active)));
    }
    if let Some(certificate) = certificates.clone().find(|certificate| works(&certificate.active)) {
        let name = format!("active signing certificate {}", certificate.slot);
        return Ok(Some((name, &certificate.active)));
    }
    user.password_enabled.seen()?;
    keys.into_iter().try_for_each(|key| key.active.seen().map(drop))?;
    certificates.into_iter().try_for_each(|certificate| certificate.active.seen().map(drop))?;
    Ok(None)
}
