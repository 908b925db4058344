//! The checks: one file and one page each, and this list.

mod access_key_unused;
mod central_root;
mod credential_report_stale;
mod evidence_disagrees;
mod member_root_credentials_present;
mod mfa_device_unassigned;
mod report_incomplete;
mod root_access_key_active;
mod root_access_key_inactive;
mod root_central_actions_disabled;
mod root_credentials_management_disabled;
mod root_mfa_not_hardware;
mod root_signing_certificate;
mod root_summary;
mod root_used_recently;
mod root_without_mfa;
mod sts_global_token_v1;

use crate::check::Check;

/// Every check, in the order in which they are listed and run.
pub const ALL: &[&Check] = &[
    &root_access_key_active::CHECK,
    &root_access_key_inactive::CHECK,
    &root_without_mfa::CHECK,
    &root_mfa_not_hardware::CHECK,
    &root_used_recently::CHECK,
    &root_signing_certificate::CHECK,
    &root_credentials_management_disabled::CHECK,
    &root_central_actions_disabled::CHECK,
    &member_root_credentials_present::CHECK,
    &access_key_unused::CHECK,
    &sts_global_token_v1::CHECK,
    &mfa_device_unassigned::CHECK,
    &credential_report_stale::CHECK,
    &report_incomplete::CHECK,
    &evidence_disagrees::CHECK,
];

/// The check with this id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.id.as_str() == id)
}
