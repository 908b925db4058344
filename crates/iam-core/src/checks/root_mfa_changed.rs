#![doc = include_str!("root_mfa_changed.md")]

use super::root_events::Looked;
use super::told::counted;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::cloudtrail::{Event, EventClass};
use crate::evidence::Root;
use crate::input::Artefact;
use crate::root_use::is_about_root;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-mfa-changed"),
    since: "0.1.0",
    title: "MFA of root changed",
    severity: Severity::High,
    severity_reason: "without its second factor, the password alone opens the whole account",
    enabled: true,
    needs: &[Artefact::CloudTrail],
    params: &[],
    mappings: Mappings { attack: &["T1098", "T1556"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "Nothing breaks by looking.",
        steps: &[
            Step::run(
                "See what root did around that time. The event history keeps 90 days; root's sign-ins and what it did to IAM are in \
                 {region}.",
                "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=Username,AttributeValue=root",
            ),
            Step::think(
                "Sign in as root and compare the registered devices with those that you own. Remove what nobody knows, and register two of your own.",
            ),
        ],
        console: "Sign in as root > account name > Security credentials > Multi-factor authentication",
    },
    page: include_str!("root_mfa_changed.md"),
    judge: Judge::Root(judge),
};

pub(super) static LOOKED: Looked =
    Looked { classes: &[EventClass::Root], is_wanted, none: "the MFA devices of root were not changed" };

/// The name that AWS gives to root's own virtual device.
const DEVICE_OF_ROOT: &str = "root-account-mfa-device";

fn is_wanted(event: &Event) -> bool {
    let is_one =
        |names: &[&str]| names.iter().any(|name| event.is("iam", name)) && event.error_code.is_empty();
    let is_of_root = ["virtualMFADeviceName", "serialNumber"]
        .iter()
        .any(|path| event.requested(path).is_some_and(|name| name.ends_with(DEVICE_OF_ROOT)));
    is_one(&["EnableMFADevice", "DeactivateMFADevice", "ResyncMFADevice"])
        && (is_about_root(event) || is_of_root)
        || is_one(&["CreateVirtualMFADevice", "DeleteVirtualMFADevice"]) && is_of_root
}

fn judge(_: &Root<'_>, cx: &Context<'_>) -> Judged {
    LOOKED.judge(cx, |events| format!("{} of the MFA devices of root", counted(events.len(), "change")))
}
