use aws_sdk_iam::types::MfaDevice;

use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::json::{Json, object};
use crate::principals::LIST_USERS;
use crate::run::{Halt, Run};

const LIST: Call = Call { operation: "ListMFADevices", action: "iam:ListMFADevices" };

pub(super) static COLLECTOR: Collector = Collector {
    name: "mfa-devices",
    about: "the MFA devices of each user",
    calls: &[LIST_USERS, LIST],
    files: &["mfa-devices/<user>.json"],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    run.for_each_user(&LIST, "mfa-devices", "MFADevices", async |user, items| {
        let stream = run.aws.iam().list_mfa_devices().user_name(user).into_paginator().send();
        pages(stream, |page| items.extend(page.mfa_devices().iter().map(device))).await
    })
    .await
}

fn device(device: &MfaDevice) -> Json {
    object()
        .with("UserName", device.user_name())
        .with("SerialNumber", device.serial_number())
        .with("EnableDate", device.enable_date())
        .into()
}
