//! What a file turned out to be.

use std::sync::Arc;

use serde_json::Value;

use super::access_analyzer::{Analyzer, AnalyzerFinding, Answer, ArchiveRule};
use super::access_keys::{AccessKeyLastUsed, ListedAccessKey};
use super::account_summary::AccountSummary;
use super::authorization_details::AuthorizationDetails;
use super::call_error::CallError;
use super::credential_report::CredentialReport;
use super::identity_providers::IdentityProvider;
use super::instance_profile_associations::InstanceProfileAssociation;
use super::last_accessed_entities::EntityAccess;
use super::manifest::Manifest;
use super::mfa_devices::{MfaDevice, VirtualMfaDevice};
use super::monitoring::Placed;
use super::monitoring::alarms::Alarms;
use super::monitoring::event_rules::{EventRule, EventTarget};
use super::monitoring::metric_filters::MetricFilter;
use super::monitoring::subscriptions::Subscription;
use super::monitoring::trail_selectors::TrailSelectors;
use super::monitoring::trails::{Trail, TrailStatus};
use super::organizations_access_report::OrganizationsAccessReport;
use super::organizations_features::OrganizationsFeatures;
use super::organizations_policies::{OrganizationPolicy, OrganizationPolicySummary, PolicyTargets};
use super::organizations_tree::{Branch, DescribedOrganization};
use super::password_policy::PasswordPolicy;
use super::policies_granting_service_access::ServicePolicies;
use super::resource_policies::ResourceAnswer;
use super::server_certificates::ServerCertificate;
use super::service_last_accessed::ServiceLastAccessed;
use super::service_specific_credentials::ServiceSpecificCredential;
use super::user_credentials::UploadedCredential;
use super::{Artefact, JsonText, Listing};
use crate::fact::Gap;

/// What a file turned out to be.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Parsed {
    /// See [`credential_report`](super::credential_report).
    CredentialReport(Box<CredentialReport>),
    /// See [`account_summary`](super::account_summary).
    AccountSummary(Box<AccountSummary>),
    /// See [`password_policy`](super::password_policy).
    PasswordPolicy(PasswordPolicy),
    /// See [`mfa_devices`](super::mfa_devices).
    VirtualMfaDevices(Listing<VirtualMfaDevice>),
    /// See [`mfa_devices`](super::mfa_devices).
    MfaDevices(Listing<MfaDevice>),
    /// See [`organizations_features`](super::organizations_features).
    OrganizationsFeatures(OrganizationsFeatures),
    /// The account's alias, if it has one.
    AccountAlias(Option<String>),
    /// See [`server_certificates`](super::server_certificates).
    ServerCertificates(Listing<ServerCertificate>),
    /// See [`access_keys`](super::access_keys).
    AccessKeys(Listing<ListedAccessKey>),
    /// See [`access_keys`](super::access_keys).
    AccessKeyLastUsed(AccessKeyLastUsed),
    /// See [`service_specific_credentials`](super::service_specific_credentials).
    ServiceSpecificCredentials(Listing<ServiceSpecificCredential>),
    /// See [`user_credentials`](super::user_credentials).
    SigningCertificates(Listing<UploadedCredential>),
    /// See [`user_credentials`](super::user_credentials).
    SshPublicKeys(Listing<UploadedCredential>),
    /// See [`authorization_details`](super::authorization_details).
    AuthorizationDetails(Box<AuthorizationDetails>),
    /// See [`identity_providers`](super::identity_providers).
    SamlProviders(Listing<IdentityProvider>),
    /// See [`identity_providers`](super::identity_providers).
    OpenIdConnectProviders(Listing<IdentityProvider>),
    /// See [`instance_profile_associations`](super::instance_profile_associations).
    InstanceProfileAssociations(Listing<Placed<InstanceProfileAssociation>>),
    /// See [`organizations_policies`](super::organizations_policies).
    OrganizationsPolicies(Listing<OrganizationPolicySummary>),
    /// See [`organizations_policies`](super::organizations_policies).
    OrganizationsPolicy(Box<OrganizationPolicy>),
    /// See [`organizations_policies`](super::organizations_policies).
    OrganizationsTargets(PolicyTargets),
    /// See [`organizations_tree`](super::organizations_tree).
    Organization(DescribedOrganization),
    /// See [`organizations_tree`](super::organizations_tree).
    OrganizationsTree(Branch),
    /// See [`service_last_accessed`](super::service_last_accessed).
    ServiceLastAccessed(Box<ServiceLastAccessed>),
    /// See [`last_accessed_entities`](super::last_accessed_entities).
    LastAccessedEntities(Listing<EntityAccess>),
    /// See [`organizations_access_report`](super::organizations_access_report).
    OrganizationsAccessReport(Box<OrganizationsAccessReport>),
    /// See [`policies_granting_service_access`](super::policies_granting_service_access).
    PoliciesGrantingServiceAccess(Listing<ServicePolicies>),
    /// See [`monitoring::trails`](super::monitoring::trails).
    Trails(Listing<Placed<Trail>>),
    /// See [`monitoring::trails`](super::monitoring::trails).
    TrailStatus(Placed<TrailStatus>),
    /// See [`monitoring::trail_selectors`](super::monitoring::trail_selectors).
    TrailSelectors(Placed<TrailSelectors>),
    /// See [`monitoring::metric_filters`](super::monitoring::metric_filters).
    MetricFilters(Listing<Placed<MetricFilter>>),
    /// See [`monitoring::alarms`](super::monitoring::alarms).
    Alarms(Box<Alarms>),
    /// See [`monitoring::subscriptions`](super::monitoring::subscriptions).
    Subscriptions(Listing<Placed<Subscription>>),
    /// See [`monitoring::event_rules`](super::monitoring::event_rules).
    EventRules(Listing<Placed<EventRule>>),
    /// See [`monitoring::event_rules`](super::monitoring::event_rules).
    EventTargets(Listing<Placed<EventTarget>>),
    /// See [`access_analyzer`](super::access_analyzer).
    Analyzers(Answer<Analyzer>),
    /// See [`access_analyzer`](super::access_analyzer).
    ArchiveRules(Answer<ArchiveRule>),
    /// See [`access_analyzer`](super::access_analyzer).
    AnalyzerFindings(Answer<AnalyzerFinding>),
    /// See [`resource_policies`](super::resource_policies).
    ResourceAnswer(Box<ResourceAnswer>),
    /// See [`manifest`](super::manifest).
    Manifest(Manifest),
    /// AWS refused or failed, and the file holds its message.
    CallError(CallError),
}

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Read {
    /// Which artefact it is.
    pub artefact: Artefact,
    /// Its contents.
    pub parsed: Parsed,
    /// What in it could not be used.
    pub gaps: Vec<Arc<Gap>>,
    /// The JSON it was read from, kept so that proofs can quote it; `None` for a CSV.
    pub document: Option<Document>,
}

/// The JSON of a file.
#[derive(Debug, Clone)]
pub enum Document {
    /// As a value, which small files are.
    Value(Value),
    /// As the text it came in, which tells lines and columns.
    Text(JsonText),
}
