use aws_sdk_iam::types::VirtualMfaDevice;

use super::authorization_details::{boundary, tag};
use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::json::{Json, object};
use crate::run::{Halt, Run};

const LIST: Call = Call { operation: "ListVirtualMFADevices", action: "iam:ListVirtualMFADevices" };
const FILE: &str = "virtual-mfa-devices.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "virtual-mfa-devices",
    about: "the account's virtual MFA devices and whose they are",
    calls: &[LIST],
    files: &[FILE],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    run.list(LIST.kept_in(FILE), "VirtualMFADevices", async |items| {
        let stream = run.aws.iam().list_virtual_mfa_devices().into_paginator().send();
        pages(stream, |page| items.extend(page.virtual_mfa_devices().iter().map(device))).await
    })
    .await
}

/// A device. The seed that its codes are computed from is a secret, and is left out even if AWS should send it.
fn device(device: &VirtualMfaDevice) -> Json {
    let user = device.user().map(|user| {
        object()
            .with("Path", user.path())
            .with("UserName", user.user_name())
            .with("UserId", user.user_id())
            .with("Arn", user.arn())
            .with("CreateDate", user.create_date())
            .maybe("PasswordLastUsed", user.password_last_used())
            .maybe("PermissionsBoundary", user.permissions_boundary().map(boundary))
            .maybe_list("Tags", user.tags.as_ref(), tag)
    });
    object()
        .with("SerialNumber", device.serial_number())
        .maybe("User", user)
        .maybe("EnableDate", device.enable_date())
        .maybe_list("Tags", device.tags.as_ref(), tag)
        .into()
}
