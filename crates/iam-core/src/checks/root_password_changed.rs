#![doc = include_str!("root_password_changed.md")]

use super::root_events::Looked;
use super::told::counted;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::cloudtrail::{Event, EventClass};
use crate::evidence::Root;
use crate::input::Artefact;
use crate::root_use::is_about_root;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-password-changed"),
    since: "0.1.0",
    title: "Password of root changed",
    severity: Severity::High,
    severity_reason: "whoever changes the password of root takes the account over, or just has",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[],
    mappings: Mappings { attack: &["T1098"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Nothing breaks by looking.",
        steps: &[
            Step::run(
                "See what root did around that time. The event history keeps 90 days; root's sign-ins and what it did to IAM are in \
                 {region}.",
                "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=Username,AttributeValue=root",
            ),
            Step::think(
                "Ask the owner of root's mailbox whether it was them. If not, recover the password at once, and then secure the mailbox.",
            ),
            Step::think(
                "If the account cannot be reached any more, ask AWS Support for help with a compromised account.",
            ),
        ],
        console: "CloudTrail > Event history > Lookup attributes: User name = root",
    },
    page: include_str!("root_password_changed.md"),
    judge: Judge::Root(judge),
};

pub(super) static LOOKED: Looked =
    Looked { classes: &[EventClass::Root], is_wanted, none: "the password of root was not changed" };

/// The console's own words, and the calls by which a session of `sts:AssumeRoot` allows or removes a password.
fn is_wanted(event: &Event) -> bool {
    let by_console = ["PasswordUpdated", "PasswordRecoveryCompleted"]
        .iter()
        .any(|name| event.is("signin", name) && event.responded(name) == Some("Success"));
    let by_call = ["CreateLoginProfile", "UpdateLoginProfile", "DeleteLoginProfile"]
        .iter()
        .any(|name| event.is("iam", name) && event.error_code.is_empty() && is_about_root(event));
    by_console || by_call
}

fn judge(_: &Root<'_>, cx: &Context<'_>) -> Judged {
    LOOKED.judge(cx, |events| format!("{} of the password of root", counted(events.len(), "change")))
}
