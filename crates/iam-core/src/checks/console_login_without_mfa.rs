#![doc = include_str!("console_login_without_mfa.md")]

use std::sync::Arc;

use super::told::{citing, counted, told};
use crate::check::{
    About, Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, SubjectKind, Verdict,
    When,
};
use crate::cloudtrail::{Event, EventClass, PrincipalKind};
use crate::evidence::AccountActivity;
use crate::fact::{Gap, Reason};
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("console-login-without-mfa"),
    since: "0.1.0",
    title: "Sign-in to the console without MFA",
    severity: Severity::High,
    severity_reason: "a leaked password is enough to do the same from anywhere",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Whoever has no device can no longer sign in once MFA is required.",
        steps: &[
            Step::run_when(
                When::Of(SubjectKind::Root),
                "See which devices root has: sign in as root, in CloudShell.",
                "aws iam list-mfa-devices",
            ),
            Step::run_when(
                When::Of(SubjectKind::User),
                "See which devices the user has.",
                "aws iam list-mfa-devices --user-name {user}",
            ),
            Step::think("Have the user register a passkey or security key under Security credentials."),
            Step::think(
                "Let a policy deny everything but registering a device without MFA, for all users; or give people access through IAM Identity Center.",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Assign MFA device",
    },
    page: include_str!("console_login_without_mfa.md"),
    judge: Judge::Events { classes: &[EventClass::SignIn, EventClass::Root], about, each },
};

pub(super) fn about(event: &Event) -> Option<About> {
    event.sign_in().filter(|sign_in| sign_in.success && !sign_in.federated)?;
    match event.principal.kind {
        PrincipalKind::Root => Some(About::Root),
        PrincipalKind::User => Some(About::User(event.principal.last_name().into())),
        _ => None,
    }
}

fn each(events: &[&Event], activity: &AccountActivity, cx: &Context<'_>) -> Judged {
    let mfa = |event: &Event| event.sign_in().and_then(|sign_in| sign_in.mfa);
    let without: Vec<&Event> = events.iter().copied().filter(|event| mfa(event) == Some(false)).collect();
    if !without.is_empty() {
        let message = format!("{} without MFA: {}", counted(without.len(), "sign-in"), told(&without));
        return citing(cx.fail(message), &without).judged();
    }
    if let Some(silent) = events.iter().find(|event| mfa(event).is_none()) {
        return Err(Arc::new(Gap {
            reason: Reason::NotSupplied,
            artefact: Some(Artefact::CloudTrail),
            source: None,
            what: format!("a sign-in does not say whether MFA was used: {}", told(&[silent])).into(),
            remedy: "ask the person, or look at the user's devices with list-mfa-devices".into(),
        }));
    }
    let window = activity.complete_globally(&[EventClass::SignIn, EventClass::Root])?;
    Ok(Verdict::pass(format!("always with MFA {window}")))
}
