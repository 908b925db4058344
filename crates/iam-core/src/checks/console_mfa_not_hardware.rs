#![doc = include_str!("console_mfa_not_hardware.md")]

use std::sync::Arc;

use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::User;
use crate::fact::{Gap, Reason};
use crate::ident::Arn;
use crate::input::Artefact;
use crate::input::mfa_devices::MfaDevice;

pub(super) static CHECK: Check = Check {
    id: CheckId("console-mfa-not-hardware"),
    since: "0.1.0",
    title: "Console user whose MFA is not hardware",
    severity: Severity::Low,
    severity_reason: "the codes of a virtual device can be phished, and its secret copied",
    enabled: false,
    needs: &[Artefact::CredentialReport, Artefact::MfaDevices],
    params: &[],
    mappings: Mappings {
        cis: Cis::NONE,
        security_hub: &[],
        pci_dss: &[],
        attack: &["T1078", "T1098", "T1556", "T1550", "T1110", "T1040"],
    },
    remedy: Remedy {
        risk: "A user whose only device is taken away signs in with the password alone. Register the new device first.",
        steps: &[
            Step::think(
                "Have the user register a FIDO2 security key beside the present device. Both work side by side.",
            ),
            Step::run(
                "See the devices and their serial numbers.",
                "aws iam list-mfa-devices --user-name {user}",
            ),
            Step::run(
                "Take the old device away when the new one has been used. The user can register it again.",
                "aws iam deactivate-mfa-device --user-name {user} --serial-number SERIAL_NUMBER",
            ),
        ],
        console: "IAM > Users > {user} > Security credentials > Multi-factor authentication > Assign MFA device",
    },
    page: include_str!("console_mfa_not_hardware.md"),
    judge: Judge::User(judge),
};

/// The kinds of devices that their serial numbers tell apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hardware,
    Virtual,
    Sms,
}

fn judge(user: &User<'_>, cx: &Context<'_>) -> Judged {
    if !user.password_enabled.known()? {
        return Ok(Verdict::not_applicable("the user has no password"));
    }
    if !user.mfa_active.known()? {
        return Ok(Verdict::not_applicable("the user has no MFA device: see console-without-mfa"));
    }
    let devices = user.mfa_devices.clone()?;
    let is = |wanted| move |device: &&MfaDevice| kind(device) == Ok(wanted);
    let worst = devices.iter().find(is(Kind::Sms)).or_else(|| devices.iter().find(is(Kind::Virtual)));
    let Some(worst) = worst else {
        devices.iter().try_for_each(|device| kind(device).map(drop))?;
        return Ok(Verdict::PASS);
    };
    let serial = worst.serial_number.known()?;
    let beside = if devices.iter().any(|device| kind(device) == Ok(Kind::Hardware)) {
        ", beside a hardware device"
    } else {
        ""
    };
    let is_sms = kind(worst) == Ok(Kind::Sms);
    let what = if is_sms { "a phone number" } else { "a virtual device" };
    let failure = cx
        .fail(format!("{} signs in with {what} as MFA device, {serial}{beside}", user.name))
        .because(&worst.serial_number)
        .because(&user.password_enabled);
    if is_sms {
        return failure
            .severity(Severity::Medium, "text messages can be redirected to another phone")
            .judged();
    }
    failure.judged()
}

/// Source: IAM API Reference, `MFADevice`: an ARN for virtual devices, the maker's number for hardware. Security keys and
/// passkeys have ARNs as well, with the resource type `u2f`.
fn kind(device: &MfaDevice) -> Result<Kind, Arc<Gap>> {
    let serial = device.serial_number.seen()?;
    if !serial.starts_with("arn:") {
        return Ok(Kind::Hardware);
    }
    let resource = Arn::parse(serial).map(|arn| arn.resource).unwrap_or_default();
    match resource.split('/').next() {
        Some("mfa") => Ok(Kind::Virtual),
        Some("sms-mfa") => Ok(Kind::Sms),
        Some("u2f") => Ok(Kind::Hardware),
        _ => Err(Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(Artefact::MfaDevices),
            source: device.serial_number.source(),
            what: "the serial number is an ARN of no known kind of MFA device".into(),
            remedy: "look the device up in the console; iam-audit may have to learn this kind".into(),
        })),
    }
}
