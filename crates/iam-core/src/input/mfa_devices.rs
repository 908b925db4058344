//! `aws iam list-virtual-mfa-devices` and `aws iam list-mfa-devices`.

use std::sync::Arc;

use serde_json::Value;

use super::{Artefact, json::Listing, json::Reader};
use crate::fact::{Fact, FileId, Gap};

/// A virtual device of the account. Source: IAM API Reference, `VirtualMFADevice`.
#[derive(Debug, Clone)]
pub struct VirtualMfaDevice {
    /// The device's serial number, which for virtual devices is an ARN.
    pub serial_number: Fact<String>,
    /// The ARN of the user it belongs to; `None` for a device that nobody uses.
    pub user_arn: Fact<Option<String>>,
}

/// A device of one user. Source: IAM API Reference, `MFADevice`.
#[derive(Debug, Clone)]
pub struct MfaDevice {
    /// The user.
    pub user_name: String,
    /// An ARN for virtual, SMS and FIDO devices; the maker's number for TOTP tokens.
    pub serial_number: Fact<String>,
}

pub(super) fn read_virtual(document: &Value, file: FileId) -> (Listing<VirtualMfaDevice>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::VirtualMfaDevices, file);
    let listing = reader.listing(document, "VirtualMFADevices", |reader, item| {
        Some(VirtualMfaDevice {
            serial_number: reader.text(item, "SerialNumber"),
            user_arn: reader.optional_text(item, "User/Arn"),
        })
    });
    (listing, reader.into_gaps())
}

pub(super) fn read_of_user(document: &Value, file: FileId) -> (Listing<MfaDevice>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::MfaDevices, file);
    let listing = reader.listing(document, "MFADevices", |reader, item| {
        let user_name = reader.text(item, "UserName").known().ok()?;
        Some(MfaDevice { user_name, serial_number: reader.text(item, "SerialNumber") })
    });
    (listing, reader.into_gaps())
}
