#![doc = include_str!("mfa_device_unassigned.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Account;
use crate::input::Artefact;
use crate::input::mfa_devices::VirtualMfaDevice;

pub(super) static CHECK: Check = Check {
    id: CheckId("mfa-device-unassigned"),
    since: "0.1.0",
    title: "MFA device that belongs to nobody",
    severity: Severity::Info,
    severity_reason: "a leftover that gives access to nothing",
    enabled: true,
    needs: &[Artefact::VirtualMfaDevices, Artefact::AccountSummary],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Somebody may be setting the device up at this moment. AWS refuses to delete a device that somebody uses.",
        steps: &[
            Step::run(
                "See which devices nobody uses.",
                "aws iam list-virtual-mfa-devices --assignment-status Unassigned",
            ),
            Step::run(
                "Delete the device. This cannot be undone; a new one is made in a minute.",
                "aws iam delete-virtual-mfa-device --serial-number {serial}",
            ),
        ],
        console: "The console shows assigned devices only: use the command, or AWS CloudShell",
    },
    page: include_str!("mfa_device_unassigned.md"),
    judge: Judge::VirtualMfaDevice { each: judge, account: Some(judge_account) },
};

fn judge(device: &VirtualMfaDevice, cx: &Context<'_>) -> Judged {
    if device.user_arn.known()?.is_some() {
        return Ok(Verdict::PASS);
    }
    let serial = device.serial_number.known()?;
    let failure = |message| cx.fail(message).because(&device.serial_number).because(&device.user_arn);
    if serial.ends_with(":mfa/root-account-mfa-device") {
        return failure(format!(
            "virtual MFA device {serial} names no user; by its name it is root's, perhaps from a set-up that was not finished"
        ))
        .inferred()
        .judged();
    }
    failure(format!("virtual MFA device {serial} belongs to no user")).judged()
}

fn judge_account(account: &Account, cx: &Context<'_>) -> Judged {
    let listed = account.virtual_mfa_devices().and_then(|listing| listing.complete());
    let Err(not_listed) = listed else {
        return Ok(Verdict::not_applicable("every virtual device is listed"));
    };
    // Only the totals are left. Hardware devices exist for AWS only as long as somebody uses them.
    let Ok(summary) = account.account_summary() else {
        return Err(not_listed);
    };
    let (devices, in_use) = (summary.mfa_devices.known()?, summary.mfa_devices_in_use.known()?);
    if devices <= in_use {
        return Ok(Verdict::pass("the account summary counts no device without a user"));
    }
    cx.fail(format!("the account summary counts {devices} MFA devices, of which {in_use} are in use"))
        .because(&summary.mfa_devices)
        .because(&summary.mfa_devices_in_use)
        .judged()
}
