#![doc = include_str!("root_mfa_not_hardware.md")]

use std::sync::Arc;

use super::root_summary::decision;
use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{Account, Root};
use crate::fact::Gap;
use crate::ident::{Arn, Partition};
use crate::input::Artefact;
use crate::input::mfa_devices::VirtualMfaDevice;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-mfa-not-hardware"),
    since: "0.1.0",
    title: "Root user without hardware MFA",
    severity: Severity::High,
    severity_reason: "a software token can be copied or restored from a backup",
    enabled: true,
    needs: &[Artefact::CredentialReport, Artefact::AccountSummary, Artefact::VirtualMfaDevices],
    params: &[],
    mappings: Mappings {
        cis: Cis::at("1.6", "1.5", "2.5", "2.6"),
        security_hub: &["IAM.6"],
        pci_dss: &["8.4.1", "8.4.2", "8.4.3"],
        attack: &["T1078", "T1098", "T1556", "T1550", "T1110", "T1040"],
    },
    remedy: Remedy {
        risk: "Root without any device is worse than root with a virtual one: register the hardware device first, sign in with \
               it once, and only then remove the virtual one.",
        steps: &[
            Step::think(
                "Sign in as root and register a FIDO2 security key or a hardware TOTP token, then a second one.",
            ),
            Step::think("Sign out and sign in again with the new device."),
            Step::run(
                "Find the virtual device of root, by its user or, where AWS names none, by its name.",
                "aws iam list-virtual-mfa-devices --output text \
                 --query \"VirtualMFADevices[].[SerialNumber,User.Arn]\"",
            ),
            Step::think(
                "Signed in as root, remove the virtual device. This cannot be undone, only set up anew. If it is not among root's \
                 devices there, it is a left-over: see `mfa-device-unassigned`.",
            ),
        ],
        console: "Sign in as root > account name > Security credentials > Multi-factor authentication > Assign MFA device",
    },
    page: include_str!("root_mfa_not_hardware.md"),
    judge: Judge::Root(judge),
};

fn judge(root: &Root<'_>, cx: &Context<'_>) -> Judged {
    if *cx.account().partition() == Partition::GovCloud {
        return Ok(Verdict::not_applicable("root cannot sign in to the console in GovCloud"));
    }
    if root.password_present.known() == Ok(false) {
        return Ok(Verdict::pass("root has no password to sign in with"));
    }
    let note = |about| decision(root, about);
    let note = || note("an MFA device").or_else(|| note("a password")).unwrap_or_default();
    match (root.mfa_active.known(), virtual_device(cx.account())) {
        (Ok(false), _) => {
            root.password_present.known()?;
            cx.fail(format!("root has a password and no MFA device of any kind{}", note()))
                .because(&root.mfa_active)
                .because(&root.password_present)
                .judged()
        }
        (_, Ok(Some(found))) => {
            root.password_present.known()?;
            let (RootDevice::OfRoot(device) | RootDevice::ByName(device)) = found;
            let serial = device.serial_number.known().unwrap_or_default();
            let failure = match found {
                RootDevice::OfRoot(_) => cx.fail(format!(
                    "root can sign in with the virtual MFA device {serial}; a hardware device beside it would not change \
                     that{}",
                    note()
                )),
                RootDevice::ByName(_) => cx
                    .fail(format!(
                        "the virtual MFA device {serial} is root's by its name; AWS names no user of it, so that it may also \
                         be a left-over of a set-up that was not finished{}",
                        note()
                    ))
                    .inferred(),
            };
            failure
                .because(&device.serial_number)
                .because(&device.user_arn)
                .because(&root.password_present)
                .judged()
        }
        (Err(gap), _) | (_, Err(gap)) => Err(gap),
        // True with or without a password.
        (Ok(true), Ok(None)) => Ok(Verdict::pass(
            "MFA is on and no virtual device is root's, so that it must be a hardware device or a passkey",
        )),
    }
}

/// A virtual device that lets root sign in.
#[derive(Clone, Copy)]
enum RootDevice<'a> {
    /// AWS says that its user is root.
    OfRoot(&'a VirtualMfaDevice),
    /// AWS names no user, and the device has the name that AWS gives to root's own.
    ByName(&'a VirtualMfaDevice),
}

/// The virtual device that belongs to root, `None` when the whole listing shows none.
fn virtual_device(account: &Account) -> Result<Option<RootDevice<'_>>, Arc<Gap>> {
    let listing = account.virtual_mfa_devices()?;
    let mut unclear = listing.complete().map(drop);
    let mut by_name = None;
    for device in &listing.items {
        match of_root(device, account) {
            Ok(Some(of_root @ RootDevice::OfRoot(_))) => return Ok(Some(of_root)),
            Ok(Some(it)) => by_name = Some(it),
            Ok(None) => {}
            Err(gap) => unclear = unclear.and(Err(gap)),
        }
    }
    if by_name.is_some() {
        return Ok(by_name);
    }
    unclear.map(|()| None)
}

/// The user decides. Where AWS names none, the name that AWS gives to root's own device does.
fn of_root<'a>(device: &'a VirtualMfaDevice, account: &Account) -> Result<Option<RootDevice<'a>>, Arc<Gap>> {
    let of_account = |arn: &Arn<'_>| account.id().is_none_or(|id| arn.account() == Ok(id));
    if let Some(user) = device.user_arn.known()? {
        let is_root = Arn::parse(&user).is_ok_and(|arn| arn.is_root() && of_account(&arn));
        return Ok(is_root.then_some(RootDevice::OfRoot(device)));
    }
    let serial = device.serial_number.known()?;
    let is_named_so = Arn::parse(&serial).is_ok_and(|arn| {
        arn.service == "iam" && arn.resource == "mfa/root-account-mfa-device" && of_account(&arn)
    });
    Ok(is_named_so.then_some(RootDevice::ByName(device)))
}
