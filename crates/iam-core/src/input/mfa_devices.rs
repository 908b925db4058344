//! `aws iam list-virtual-mfa-devices` and `aws iam list-mfa-devices`.

use std::sync::Arc;

use serde_json::Value;

use super::Artefact;
use super::json::{Item, Listing, Reader};
use crate::fact::{Fact, FileId, Gap};
use crate::ident::Arn;

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
            user_arn: owner(reader, item),
        })
    });
    (listing, reader.into_gaps())
}

/// A device without `User` belongs to nobody. With it, only an ARN tells to whom: a damaged one must not make root's device
/// look like somebody else's.
fn owner(reader: &mut Reader, item: Item<'_>) -> Fact<Option<String>> {
    const EXPECTED: &str = "the ARN of an IAM user or of root";
    let read = |text: &str| is_owner(text).then(|| text.to_owned());
    if reader.has_object(item, "User") {
        reader.text_that(item, "User/Arn", EXPECTED, read).map(Some)
    } else {
        reader.optional_text(item, "User/Arn")
    }
}

fn is_owner(text: &str) -> bool {
    let Ok(arn) = Arn::parse(text) else { return false };
    let is_user =
        arn.resource.strip_prefix("user/").is_some_and(|name| !name.is_empty() && !name.ends_with('/'));
    let names_someone = is_user || arn.is_root();
    arn.service == "iam"
        && arn.region.is_empty()
        && arn.account().is_ok()
        && names_someone
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

pub(super) fn read_of_user(document: &Value, file: FileId) -> (Listing<MfaDevice>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::MfaDevices, file);
    let listing = reader.listing(document, "MFADevices", |reader, item| {
        let user_name = reader.text(item, "UserName").known().ok()?;
        Some(MfaDevice { user_name, serial_number: reader.text(item, "SerialNumber") })
    });
    (listing, reader.into_gaps())
}
