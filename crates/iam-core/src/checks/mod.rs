//! The checks: one file and one page each, and this list.

mod access_analyzer_inactive;
mod access_analyzer_missing;
mod access_key_created_at_setup;
mod access_key_created_for_other;
mod access_key_inactive;
mod access_key_old;
mod access_key_unused;
mod access_unused;
mod action_unused;
mod admin_without_mfa;
mod analyzer_findings;
mod analyzer_findings_unattended;
mod archive_rule_broad;
mod archived_public_access;
mod bucket_policy_changes_unmonitored;
mod calls_in_a_day;
mod central_root;
mod cloudshell_full_access;
mod config_changes_unmonitored;
mod console_login_without_mfa;
mod console_mfa_not_hardware;
mod console_password_old;
mod console_password_unused;
mod console_without_mfa;
mod credential_report_stale;
mod credentials_beyond_report;
mod denied_calls_unmonitored;
mod denied_enumeration;
mod densest;
mod deny_on_group_resource;
mod enumeration_burst;
mod escalation_burst;
mod evidence_disagrees;
mod external_access;
mod federation_missing;
mod gateway_changes_unmonitored;
mod group_empty;
mod iam_resource_untagged;
mod inline_policy_present;
mod instance_role_without_instances;
mod internal_access_reported;
mod key_deletion_unmonitored;
mod key_in_trail;
mod key_quarantined;
mod key_use_not_in_report;
mod key_use_not_in_trail;
mod long_lived_key_for_services;
mod machine_user_with_password;
mod managed_policy_unused;
mod member_root_credentials_present;
mod mfa_device_unassigned;
mod network_acl_changes_unmonitored;
mod organization_changes_unmonitored;
mod outside;
mod password_policy;
mod password_policy_no_expiry;
mod password_policy_no_lowercase;
mod password_policy_no_number;
mod password_policy_no_symbol;
mod password_policy_no_uppercase;
mod password_policy_reuse;
mod password_policy_short;
mod password_rotation_overdue;
mod policy_admin;
mod policy_allow_notaction;
mod policy_assume_role_any;
mod policy_changes_unmonitored;
mod policy_decrypt_all_keys;
mod policy_passrole_any;
mod policy_sensitive_action_on_all;
mod policy_sensitive_without_mfa;
mod policy_service_wildcard;
mod policy_statements;
mod principal_admin;
mod principal_can_escalate;
mod quarantine;
mod quarantine_policy_attached;
mod report_incomplete;
mod resource_not_analyzed;
mod resource_public;
mod resource_shared_outside;
mod rights_beyond_one_service;
mod role_confused_deputy;
mod role_cross_account_broad;
mod role_cross_account_unprotected;
mod role_federated_unrestricted;
mod role_trust_without_mfa;
mod role_trusts_anyone;
mod role_trusts_itself;
mod role_unused;
mod role_with_policy;
mod root_access_key_active;
mod root_access_key_created;
mod root_access_key_inactive;
mod root_activity;
mod root_assumed_centrally;
mod root_central_actions_disabled;
mod root_console_login;
mod root_console_login_failed;
mod root_credentials_management_disabled;
mod root_events;
mod root_mfa_changed;
mod root_mfa_not_hardware;
mod root_password_changed;
mod root_signing_certificate;
mod root_summary;
mod root_use_unmonitored;
mod root_used_recently;
mod root_without_mfa;
mod route_changes_unmonitored;
mod security_audit_role_missing;
mod security_group_changes_unmonitored;
mod sensitive_actions;
mod server_certificate_expired;
mod service_credential_without_expiry;
mod service_unused;
mod signin_failures_unmonitored;
mod signin_without_mfa_unmonitored;
mod signing_certificate_active;
mod signing_certificate_inactive;
mod single_event;
mod slots;
mod sts_global_token_v1;
mod support_role_missing;
mod told;
mod trail_changes_unmonitored;
mod trusted_providers;
mod trusts;
mod two_active_access_keys;
mod unused_access_analyzer_missing;
mod unused_grants;
mod unused_key_reported;
mod unused_password_reported;
mod unused_permission_reported;
mod unused_role_reported;
mod user_policy_attached_directly;
mod user_with_password_and_keys;
mod user_without_group;
mod user_without_mfa;
mod vpc_changes_unmonitored;
mod waiver_expired;
mod waiver_unused;
mod watch;
mod watch_alarm;
mod watch_chain;
mod watch_controls;
mod watch_events;
mod watch_reach;
mod watch_rules;
mod watch_selectors;
mod watch_shapes;

pub(crate) use external_access::worse_than_usual;
pub(crate) use single_event::failed_by;

use crate::check::Check;

/// Every check, in the order in which they are listed and run.
pub const ALL: &[&Check] = &[
    &root_access_key_active::CHECK,
    &root_without_mfa::CHECK,
    &root_mfa_not_hardware::CHECK,
    &root_used_recently::CHECK,
    &root_access_key_inactive::CHECK,
    &root_signing_certificate::CHECK,
    &root_credentials_management_disabled::CHECK,
    &root_central_actions_disabled::CHECK,
    &member_root_credentials_present::CHECK,
    &console_without_mfa::CHECK,
    &user_without_mfa::CHECK,
    &console_mfa_not_hardware::CHECK,
    &console_password_unused::CHECK,
    &console_password_old::CHECK,
    &password_rotation_overdue::CHECK,
    &user_with_password_and_keys::CHECK,
    &machine_user_with_password::CHECK,
    &mfa_device_unassigned::CHECK,
    &access_key_unused::CHECK,
    &access_key_old::CHECK,
    &access_key_inactive::CHECK,
    &two_active_access_keys::CHECK,
    &access_key_created_at_setup::CHECK,
    &long_lived_key_for_services::CHECK,
    &credentials_beyond_report::CHECK,
    &service_credential_without_expiry::CHECK,
    &signing_certificate_active::CHECK,
    &signing_certificate_inactive::CHECK,
    &server_certificate_expired::CHECK,
    &password_policy_short::CHECK,
    &password_policy_reuse::CHECK,
    &password_policy_no_uppercase::CHECK,
    &password_policy_no_lowercase::CHECK,
    &password_policy_no_symbol::CHECK,
    &password_policy_no_number::CHECK,
    &password_policy_no_expiry::CHECK,
    &sts_global_token_v1::CHECK,
    &user_policy_attached_directly::CHECK,
    &inline_policy_present::CHECK,
    &user_without_group::CHECK,
    &group_empty::CHECK,
    &support_role_missing::CHECK,
    &security_audit_role_missing::CHECK,
    &federation_missing::CHECK,
    &iam_resource_untagged::CHECK,
    &cloudshell_full_access::CHECK,
    &principal_can_escalate::CHECK,
    &policy_admin::CHECK,
    &principal_admin::CHECK,
    &admin_without_mfa::CHECK,
    &policy_service_wildcard::CHECK,
    &policy_decrypt_all_keys::CHECK,
    &policy_allow_notaction::CHECK,
    &policy_passrole_any::CHECK,
    &policy_assume_role_any::CHECK,
    &policy_sensitive_action_on_all::CHECK,
    &policy_sensitive_without_mfa::CHECK,
    &deny_on_group_resource::CHECK,
    &managed_policy_unused::CHECK,
    &role_unused::CHECK,
    &instance_role_without_instances::CHECK,
    &role_trusts_anyone::CHECK,
    &role_federated_unrestricted::CHECK,
    &role_cross_account_broad::CHECK,
    &role_cross_account_unprotected::CHECK,
    &role_trust_without_mfa::CHECK,
    &rights_beyond_one_service::CHECK,
    &role_confused_deputy::CHECK,
    &role_trusts_itself::CHECK,
    &resource_public::CHECK,
    &resource_shared_outside::CHECK,
    &access_unused::CHECK,
    &service_unused::CHECK,
    &action_unused::CHECK,
    &access_analyzer_missing::CHECK,
    &access_analyzer_inactive::CHECK,
    &unused_access_analyzer_missing::CHECK,
    &external_access::CHECK,
    &archived_public_access::CHECK,
    &archive_rule_broad::CHECK,
    &internal_access_reported::CHECK,
    &unused_role_reported::CHECK,
    &unused_key_reported::CHECK,
    &unused_password_reported::CHECK,
    &unused_permission_reported::CHECK,
    &resource_not_analyzed::CHECK,
    &analyzer_findings_unattended::CHECK,
    &quarantine_policy_attached::CHECK,
    &root_activity::CHECK,
    &root_assumed_centrally::CHECK,
    &root_console_login::CHECK,
    &root_console_login_failed::CHECK,
    &root_access_key_created::CHECK,
    &root_password_changed::CHECK,
    &root_mfa_changed::CHECK,
    &console_login_without_mfa::CHECK,
    &access_key_created_for_other::CHECK,
    &key_quarantined::CHECK,
    &denied_enumeration::CHECK,
    &enumeration_burst::CHECK,
    &escalation_burst::CHECK,
    &key_use_not_in_report::CHECK,
    &key_use_not_in_trail::CHECK,
    &root_use_unmonitored::CHECK,
    &signin_without_mfa_unmonitored::CHECK,
    &policy_changes_unmonitored::CHECK,
    &trail_changes_unmonitored::CHECK,
    &signin_failures_unmonitored::CHECK,
    &denied_calls_unmonitored::CHECK,
    &key_deletion_unmonitored::CHECK,
    &bucket_policy_changes_unmonitored::CHECK,
    &config_changes_unmonitored::CHECK,
    &security_group_changes_unmonitored::CHECK,
    &network_acl_changes_unmonitored::CHECK,
    &gateway_changes_unmonitored::CHECK,
    &route_changes_unmonitored::CHECK,
    &vpc_changes_unmonitored::CHECK,
    &organization_changes_unmonitored::CHECK,
    &credential_report_stale::CHECK,
    &report_incomplete::CHECK,
    &evidence_disagrees::CHECK,
    &waiver_expired::CHECK,
    &waiver_unused::CHECK,
];

/// The check with this id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.id.as_str() == id)
}

/// The checks on how well root is kept: those on root, but for what its CloudTrail records show, which is told by
/// [`crate::root_use`].
pub fn of_root() -> Vec<&'static Check> {
    let is_of_root = |check: &&&Check| {
        let id = check.id.as_str();
        let reads_more_than_trail = check.needs != [crate::input::Artefact::CloudTrail];
        (id.starts_with("root-") || id.starts_with("member-root-")) && reads_more_than_trail
    };
    ALL.iter().filter(is_of_root).copied().collect()
}

/// The id that looks most like `id`, for a hint; `None` when none comes near.
pub fn nearest(id: &str) -> Option<&'static str> {
    crate::audit::nearest(id, ALL.iter().map(|check| check.id.as_str()))
}
