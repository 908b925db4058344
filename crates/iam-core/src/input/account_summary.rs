//! `aws iam get-account-summary`: totals and quotas, live at the time of the call.

use std::sync::Arc;

use serde_json::Value;

use super::{Artefact, json::Reader};
use crate::fact::{Fact, FileId, Gap};

/// The totals that the checks use. Source: IAM API Reference, `GetAccountSummary`.
#[derive(Debug, Clone)]
pub struct AccountSummary {
    /// IAM users in the account.
    pub users: Fact<u64>,
    /// Groups of IAM users.
    pub groups: Fact<u64>,
    /// Roles in the account.
    pub roles: Fact<u64>,
    /// Managed policies of the customer.
    pub policies: Fact<u64>,
    /// Identity providers, of SAML and OpenID Connect.
    pub providers: Fact<u64>,
    /// Whether root has an MFA device of any kind.
    pub root_mfa_enabled: Fact<bool>,
    /// Whether root has a console password.
    pub root_password_present: Fact<bool>,
    /// Whether root has access keys. Whether AWS counts inactive ones is not documented.
    pub root_access_keys_present: Fact<bool>,
    /// Whether root has X.509 signing certificates.
    pub root_signing_certificates_present: Fact<bool>,
    /// MFA devices known to the account.
    pub mfa_devices: Fact<u64>,
    /// MFA devices that someone uses.
    pub mfa_devices_in_use: Fact<u64>,
    /// TLS certificates kept in IAM.
    pub server_certificates: Fact<u64>,
    /// Version, 1 or 2, of the tokens that the global STS endpoint issues.
    pub global_endpoint_token_version: Fact<u64>,
}

pub(super) fn read(document: &Value, file: FileId) -> (Option<AccountSummary>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::AccountSummary, file);
    let summary = reader.object(document, "SummaryMap").map(|item| {
        let mut number = |field| reader.quiet_number(item, field);
        AccountSummary {
            users: number("Users"),
            groups: number("Groups"),
            roles: number("Roles"),
            policies: number("Policies"),
            providers: number("Providers"),
            root_mfa_enabled: number("AccountMFAEnabled").map(|count| count > 0),
            root_password_present: number("AccountPasswordPresent").map(|count| count > 0),
            root_access_keys_present: number("AccountAccessKeysPresent").map(|count| count > 0),
            root_signing_certificates_present: number("AccountSigningCertificatesPresent")
                .map(|count| count > 0),
            mfa_devices: number("MFADevices"),
            mfa_devices_in_use: number("MFADevicesInUse"),
            server_certificates: number("ServerCertificates"),
            global_endpoint_token_version: number("GlobalEndpointTokenVersion"),
        }
    });
    (summary, reader.into_gaps())
}
