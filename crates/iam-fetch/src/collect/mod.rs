//! One file per collector, and the list of them.

pub(crate) mod access_analyzer;
mod access_keys;
mod account_aliases;
mod account_summary;
mod authorization_details;
mod cloudtrail_archive;
mod cloudtrail_events;
mod credential_report;
mod instance_profiles;
mod mfa_devices;
mod monitoring;
pub(crate) mod organization;
mod organizations_features;
mod password_policy;
pub(crate) mod regions;
mod resource_policies;
mod server_certificates;
mod service_last_accessed;
mod service_specific_credentials;
mod uploaded;
mod virtual_mfa_devices;

use crate::collector::{Call, Collector};

/// Every collector.
pub(crate) static ALL: &[&Collector] = &[
    &credential_report::COLLECTOR,
    &account_summary::COLLECTOR,
    &password_policy::COLLECTOR,
    &virtual_mfa_devices::COLLECTOR,
    &organizations_features::COLLECTOR,
    &account_aliases::COLLECTOR,
    &authorization_details::COLLECTOR,
    &server_certificates::COLLECTOR,
    &service_specific_credentials::COLLECTOR,
    &access_keys::COLLECTOR,
    &mfa_devices::COLLECTOR,
    &uploaded::SIGNING_CERTIFICATES,
    &uploaded::SSH_PUBLIC_KEYS,
    &service_last_accessed::COLLECTOR,
    &access_analyzer::COLLECTOR,
    &monitoring::COLLECTOR,
    &instance_profiles::COLLECTOR,
    &organization::COLLECTOR,
    &resource_policies::COLLECTOR,
    &cloudtrail_events::COLLECTOR,
    &cloudtrail_archive::COLLECTOR,
];

/// Calls that are made around the collectors of Regions, when no Regions are named.
pub(crate) static AROUND: &[Call] = &[regions::LIST];
