use std::sync::Arc;

use super::last_accessed::Boards;
use super::{access_analyzer, instance_profiles, organization, resources};
use crate::evidence::ReadFile;
use crate::fact::{FileId, Gap};
use crate::input::access_keys::{AccessKeyLastUsed, ListedAccessKey};
use crate::input::account_summary::AccountSummary;
use crate::input::authorization_details::AuthorizationDetails;
use crate::input::call_error::CallError;
use crate::input::credential_report::CredentialReport;
use crate::input::identity_providers::IdentityProvider;
use crate::input::manifest::Manifest;
use crate::input::mfa_devices::{MfaDevice, VirtualMfaDevice};
use crate::input::organizations_access_report::OrganizationsAccessReport;
use crate::input::organizations_features::OrganizationsFeatures;
use crate::input::password_policy::PasswordPolicy;
use crate::input::server_certificates::ServerCertificate;
use crate::input::service_specific_credentials::ServiceSpecificCredential;
use crate::input::user_credentials::UploadedCredential;
use crate::input::{Listing, Parsed};

/// The artefacts of one account, each kind on its own board. There should be one of each kind of the upper half; any
/// number of the lower, some with the path of their file, which tells what the answer leaves out.
#[derive(Default)]
pub(super) struct Shelf {
    pub(super) credential_reports: Vec<Found<FoundReport>>,
    pub(super) account_summaries: Vec<Found<Box<AccountSummary>>>,
    pub(super) password_policies: Vec<Found<PasswordPolicy>>,
    pub(super) virtual_mfa_devices: Vec<Found<Listing<VirtualMfaDevice>>>,
    pub(super) organizations_features: Vec<Found<OrganizationsFeatures>>,
    pub(super) account_aliases: Vec<Found<Option<String>>>,
    pub(super) server_certificates: Vec<Found<Listing<ServerCertificate>>>,
    pub(super) saml_providers: Vec<Found<Listing<IdentityProvider>>>,
    pub(super) open_id_connect_providers: Vec<Found<Listing<IdentityProvider>>>,

    pub(super) mfa_devices: Vec<(String, Listing<MfaDevice>)>,
    pub(super) access_keys: Vec<(String, Listing<ListedAccessKey>)>,
    pub(super) access_keys_last_used: Vec<(String, AccessKeyLastUsed)>,
    pub(super) service_specific_credentials: Vec<Listing<ServiceSpecificCredential>>,
    pub(super) signing_certificates: Vec<UploadedCredential>,
    pub(super) ssh_public_keys: Vec<UploadedCredential>,
    pub(super) authorization_details: Vec<Found<Box<AuthorizationDetails>>>,
    pub(super) instance_profiles: Vec<instance_profiles::Answer>,
    pub(super) organization: organization::Board,
    pub(super) last_accessed: Boards,
    pub(super) organizations_access_reports: Vec<OrganizationsAccessReport>,
    pub(super) manifests: Vec<Manifest>,
    /// What tells who would notice, with the paths of the files.
    pub(super) monitoring: Vec<(String, Parsed)>,
    /// What tells of IAM Access Analyzer.
    pub(super) access_analyzer: access_analyzer::Board,
    pub(super) resources: resources::Board,

    /// What in the files could not be used, apart from the credential reports.
    pub(super) gaps: Vec<Arc<Gap>>,
}

/// A credential report and what in it could not be used, which is of no interest where another report is used.
pub(super) type FoundReport = (Box<CredentialReport>, Vec<Arc<Gap>>);

/// An artefact and the file it came from.
pub(super) struct Found<T> {
    pub(super) file: FileId,
    pub(super) sha256: [u8; 32],
    pub(super) value: T,
}

impl Shelf {
    /// Puts an artefact on its board. The message of a failed call is given back: it is no artefact.
    pub(super) fn put(
        &mut self,
        file: &ReadFile,
        parsed: Parsed,
        mut gaps: Vec<Arc<Gap>>,
    ) -> Result<(), CallError> {
        match parsed {
            Parsed::CredentialReport(report) => {
                self.credential_reports.push(Found::in_file(file, (report, std::mem::take(&mut gaps))));
            }
            Parsed::AccountSummary(summary) => self.account_summaries.push(Found::in_file(file, summary)),
            Parsed::PasswordPolicy(policy) => self.password_policies.push(Found::in_file(file, policy)),
            Parsed::VirtualMfaDevices(listing) => {
                self.virtual_mfa_devices.push(Found::in_file(file, listing));
            }
            Parsed::OrganizationsFeatures(features) => {
                self.organizations_features.push(Found::in_file(file, features));
            }
            Parsed::AccountAlias(alias) => self.account_aliases.push(Found::in_file(file, alias)),
            Parsed::ServerCertificates(listing) => {
                self.server_certificates.push(Found::in_file(file, listing));
            }
            Parsed::MfaDevices(listing) => self.mfa_devices.push((file.path.clone(), listing)),
            Parsed::AccessKeys(listing) => self.access_keys.push((file.path.clone(), listing)),
            Parsed::AccessKeyLastUsed(used) => self.access_keys_last_used.push((file.path.clone(), used)),
            Parsed::ServiceSpecificCredentials(listing) => self.service_specific_credentials.push(listing),
            Parsed::SigningCertificates(listing) => self.signing_certificates.extend(listing.items),
            Parsed::SshPublicKeys(listing) => self.ssh_public_keys.extend(listing.items),
            Parsed::AuthorizationDetails(page) => {
                self.authorization_details.push(Found::in_file(file, page));
            }
            Parsed::SamlProviders(listing) => self.saml_providers.push(Found::in_file(file, listing)),
            Parsed::OpenIdConnectProviders(listing) => {
                self.open_id_connect_providers.push(Found::in_file(file, listing));
            }
            Parsed::InstanceProfileAssociations(listing) => {
                self.instance_profiles.push((file.path.clone(), listing));
            }
            parsed @ (Parsed::OrganizationsPolicies(_)
            | Parsed::OrganizationsPolicy(_)
            | Parsed::OrganizationsTargets(_)
            | Parsed::Organization(_)
            | Parsed::OrganizationsTree(_)) => self.organization.put(&file.path, parsed),
            Parsed::EventTargets(listing) if organization::is_without_targets(&file.path, &listing) => {
                self.organization.put(&file.path, Parsed::EventTargets(listing));
            }
            Parsed::ServiceLastAccessed(report) => {
                self.last_accessed.reports.push((file.path.clone(), Found::in_file(file, *report)));
            }
            Parsed::LastAccessedEntities(listing) => {
                self.last_accessed.entities.push((file.path.clone(), listing));
            }
            Parsed::PoliciesGrantingServiceAccess(listing) => {
                self.last_accessed.policies.push((file.path.clone(), listing));
            }
            Parsed::OrganizationsAccessReport(report) => self.organizations_access_reports.push(*report),
            Parsed::Manifest(manifest) => self.manifests.push(manifest),
            parsed @ (Parsed::Trails(_)
            | Parsed::TrailStatus(_)
            | Parsed::TrailSelectors(_)
            | Parsed::MetricFilters(_)
            | Parsed::Alarms(_)
            | Parsed::Subscriptions(_)
            | Parsed::EventRules(_)
            | Parsed::EventTargets(_)) => self.monitoring.push((file.path.clone(), parsed)),
            parsed @ (Parsed::Analyzers(_) | Parsed::ArchiveRules(_) | Parsed::AnalyzerFindings(_)) => {
                self.access_analyzer.put(&file.path, parsed);
            }
            Parsed::ResourceAnswer(answer) => {
                self.resources.answers.push((file.path.clone(), file.sha256, *answer));
            }
            Parsed::CallError(error) => return Err(error),
        }
        self.gaps.extend(gaps);
        Ok(())
    }
}

impl<T> Found<T> {
    fn in_file(file: &ReadFile, value: T) -> Self {
        Self { file: file.id, sha256: file.sha256, value }
    }
}
