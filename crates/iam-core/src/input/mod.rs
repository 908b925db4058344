//! One module per AWS artefact: bytes in, a typed value and gaps out.
//!
//! Files are recognised by what they hold, never by their names. Nothing here joins or judges.

pub mod access_analyzer;
pub mod access_keys;
mod account_aliases;
pub mod account_summary;
mod artefact;
pub mod authorization_details;
pub mod call_error;
pub mod credential_report;
mod error;
pub mod identity_providers;
pub mod instance_profile_associations;
mod json;
mod json_text;
pub mod last_accessed_entities;
pub mod manifest;
pub mod mfa_devices;
pub mod monitoring;
pub mod organizations_access_report;
pub mod organizations_features;
pub mod organizations_policies;
pub mod organizations_tree;
mod parsed;
pub mod password_policy;
pub mod policies_granting_service_access;
mod policy_document;
pub mod resource_policies;
pub mod server_certificates;
pub mod service_last_accessed;
pub mod service_specific_credentials;
mod text;
pub mod user_credentials;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

pub use artefact::Artefact;
pub use error::InputError;
pub(crate) use error::quoted;
pub use json::Listing;
pub(crate) use json::Unambiguous;
pub use json_text::{JsonText, Slice};
pub use parsed::{Document, Parsed, Read};
pub use policy_document::{Form, PolicyDocument};
pub use text::decode as decode_text;

use crate::fact::{FileId, Gap};
use call_error::CallError;
use credential_report::Column;
use json_text::Fields;
use password_policy::PasswordPolicy;

/// A file to be read: where it came from, for messages, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Path with `/` between folders, as messages shall show it.
    pub path: String,
    /// The contents.
    pub bytes: Vec<u8>,
}

/// Top-level keys, with the artefact that has them and no other.
const KEYS: &[(&str, Artefact)] = &[
    ("SummaryMap", Artefact::AccountSummary),
    ("PasswordPolicy", Artefact::PasswordPolicy),
    ("VirtualMFADevices", Artefact::VirtualMfaDevices),
    ("MFADevices", Artefact::MfaDevices),
    ("EnabledFeatures", Artefact::OrganizationsFeatures),
    ("AccountAliases", Artefact::AccountAliases),
    ("ServerCertificateMetadataList", Artefact::ServerCertificates),
    ("AccessKeyMetadata", Artefact::AccessKeys),
    ("AccessKeyLastUsed", Artefact::AccessKeyLastUsed),
    ("ServiceSpecificCredentials", Artefact::ServiceSpecificCredentials),
    ("Certificates", Artefact::SigningCertificates),
    ("SSHPublicKeys", Artefact::SshPublicKeys),
    ("UserDetailList", Artefact::AuthorizationDetails),
    ("GroupDetailList", Artefact::AuthorizationDetails),
    ("RoleDetailList", Artefact::AuthorizationDetails),
    ("PoliciesGrantingServiceAccess", Artefact::PoliciesGrantingServiceAccess),
    ("ServicesLastAccessed", Artefact::ServiceLastAccessed),
    ("EntityDetailsList", Artefact::LastAccessedEntities),
    ("AccessDetails", Artefact::OrganizationsAccessReport),
    ("SAMLProviderList", Artefact::SamlProviders),
    ("OpenIDConnectProviderList", Artefact::OpenIdConnectProviders),
    ("IamInstanceProfileAssociations", Artefact::InstanceProfileAssociations),
    ("trailList", Artefact::Trails),
    ("IsLogging", Artefact::TrailStatus),
    ("EventSelectors", Artefact::TrailSelectors),
    ("AdvancedEventSelectors", Artefact::TrailSelectors),
    ("metricFilters", Artefact::MetricFilters),
    ("MetricAlarms", Artefact::Alarms),
    ("Subscriptions", Artefact::Subscriptions),
    ("Rules", Artefact::EventRules),
    ("Targets", Artefact::EventTargets),
];

/// Keys that other services use too, with a field that each item of ours has.
const SHARED_KEYS: &[(&str, &str)] =
    &[("Subscriptions", "SubscriptionArn"), ("Rules", "Arn"), ("Targets", "Arn")];

/// Recognises a file by its content and reads it. `Ok(None)` means that it is something else altogether.
///
/// # Errors
///
/// [`InputError`] when the file is an artefact, or claims to be, but cannot be used.
///
/// ```
/// use iam_core::fact::FileId;
/// use iam_core::input::{Artefact, read};
///
/// let file = read(br#"{"SummaryMap": {"Users": 3}}"#.to_vec(), FileId(0))?.unwrap();
/// assert_eq!(file.artefact, Artefact::AccountSummary);
/// assert!(read(b"Dear diary".to_vec(), FileId(0))?.is_none());
/// # Ok::<(), iam_core::input::InputError>(())
/// ```
pub fn read(bytes: Vec<u8>, file: FileId) -> Result<Option<Read>, InputError> {
    let start = start_of(&bytes);
    let start = start.trim_start();
    if start.is_empty() {
        return Err(InputError::new(
            None,
            "the file is empty",
            "save the output of the AWS CLI command again",
        ));
    }
    if start.starts_with('{') {
        return read_json(bytes, file);
    }
    if start.starts_with('[') {
        return read_json_list(bytes, file);
    }
    if let Some(error) = CallError::parse(start) {
        return Ok(read_error(error, file));
    }
    if is_report_header(start) || credential_report::looks_like_base64(start) {
        let (report, gaps) = credential_report::parse(bytes, file)?;
        let parsed = Parsed::CredentialReport(Box::new(report));
        return Ok(Some(Read { artefact: Artefact::CredentialReport, parsed, gaps, document: None }));
    }
    match yaml(start) {
        None => Ok(None),
        Some(artefact) => Err(InputError::new(
            Some(artefact),
            "this is YAML, expected JSON",
            format!("save the output of `{}` with --output json", artefact.command()),
        )),
    }
}

/// The artefact that the AWS CLI printed as YAML, known by its first key.
fn yaml(start: &str) -> Option<Artefact> {
    let (key, value) = start.split_once(':')?;
    if key == "Content" && value.contains(credential_report::BASE64_PREFIX) {
        return Some(Artefact::CredentialReport);
    }
    KEYS.iter().find(|(own, _)| *own == key).map(|(_, artefact)| *artefact)
}

/// Whether a file of this name that starts with these bytes (some 4 KiB are enough) may be an artefact or a failed attempt
/// at one, so that callers that walk folders need not read everything that lies there.
pub fn may_be_artefact(name: &str, start: &[u8]) -> bool {
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    if Artefact::named(stem).is_some()
        || ["json", "csv"].iter().any(|own| extension.eq_ignore_ascii_case(own))
    {
        return true;
    }
    let start = start_of(start);
    let start = start.trim_start();
    start.is_empty()
        || start.starts_with('{')
        || is_report_header(start)
        || credential_report::looks_like_base64(start)
        || CallError::parse(start).is_some()
}

/// The artefact that a JSON text claims to be by a key near its start, for texts that cannot be parsed.
fn claim(text: &str) -> Option<Artefact> {
    let start: String = text.chars().take(4_096).collect();
    let has = |key: &str| start.contains(&format!("\"{key}\""));
    if has("Content") && start.contains(credential_report::BASE64_PREFIX) {
        return Some(Artefact::CredentialReport);
    }
    let own = access_analyzer::OWN_KEYS.iter().chain(KEYS);
    own.into_iter().find(|(key, _)| has(key)).map(|(_, artefact)| *artefact)
}

fn start_of(bytes: &[u8]) -> String {
    text::decode(bytes.iter().take(8_192).copied().collect())
}

/// Whether the first line names the columns that every report has, or so many others that it must be what became of one.
/// Semicolons and tabs are no report, but a try at one that deserves an explanation; some programs write quotation marks
/// around every cell.
fn is_report_header(start: &str) -> bool {
    let first_line = start.split(['\r', '\n']).next().unwrap_or_default();
    let names = first_line.split([',', ';', '\t']).map(|name| name.trim_matches(['"', ' ']));
    let columns: BTreeSet<Column> = names.filter_map(Column::named).collect();
    columns.contains(&Column::User) && columns.contains(&Column::Arn) || columns.len() > 3
}

fn read_json(bytes: Vec<u8>, file: FileId) -> Result<Option<Read>, InputError> {
    let text = text::decode(bytes);
    if let Ok(top) = Fields::of(&text)
        && authorization_details::OWN_KEYS.iter().any(|key| top.field(key).is_some())
    {
        let text: Arc<str> = text.as_str().into();
        return Ok(read_details(&text, file));
    }
    let mut document = json::parse(&text, claim(&text))?;
    if document.get("Content").is_some() && document.get("ReportFormat").is_some() {
        // Proofs may quote the time; the content is quoted from the report itself.
        if let Some(fields) = document.as_object_mut() {
            fields.remove("Content");
        }
        let (report, gaps) = credential_report::parse(text.into_bytes(), file)?;
        let parsed = Parsed::CredentialReport(Box::new(report));
        return Ok(Some(Read {
            artefact: Artefact::CredentialReport,
            parsed,
            gaps,
            document: Some(Document::Value(document)),
        }));
    }
    if organizations_policies::is_policy(&document) {
        let (policy, gaps, kept) = organizations_policies::read_policy(&document, text.into(), file)?;
        return Ok(Some(Read {
            artefact: Artefact::OrganizationsPolicy,
            parsed: Parsed::OrganizationsPolicy(Box::new(policy)),
            gaps,
            document: Some(Document::Text(kept)),
        }));
    }
    if let Some(artefact) = recognised_of_organization(&document) {
        let (parsed, gaps) = read_organization(artefact, &document, file)?;
        return Ok(with_gaps(artefact, parsed, gaps, document)?.into());
    }
    if policies_granting_service_access::is_one(&document)
        || last_accessed_entities::is_one(&document)
        || organizations_access_report::is_one(&document)
        || service_last_accessed::is_one(&document)
    {
        return read_last_accessed(document, text, file).map(Some);
    }
    if document.get("calls").is_some() && document.get("tool").is_some() {
        let (manifest, gaps) = manifest::read(&document, file);
        return Ok(with_gaps(Artefact::Manifest, manifest.map(Parsed::Manifest), gaps, document)?.into());
    }
    if let Some(artefact) = access_analyzer::recognised(&document) {
        let (parsed, gaps) = access_analyzer::read(artefact, &document, file);
        return Ok(with_gaps(artefact, Some(parsed), gaps, document)?.into());
    }
    let Some(artefact) = recognised(&document) else {
        let is_of_resource = resource_policies::is_one(&document);
        return is_of_resource.then(|| resource_policies::read(document, text, file)).transpose();
    };
    let (parsed, gaps) = read_recognised(artefact, &document, file);
    Ok(Some(with_gaps(artefact, parsed, gaps, document)?))
}

/// Reads a list of answers, as `jq -s .` makes it of several.
fn read_json_list(bytes: Vec<u8>, file: FileId) -> Result<Option<Read>, InputError> {
    let text = text::decode(bytes);
    // Most lists are somebody else's, and need not be parsed to see that.
    let Some(artefact) = claim(&text).filter(|artefact| *artefact == Artefact::AnalyzerFindings) else {
        return Ok(None);
    };
    let document = json::parse_any(&text, Some(artefact))?;
    if !document.as_array().is_some_and(|list| access_analyzer::is_list_of_findings(list)) {
        return Ok(None);
    }
    let (parsed, gaps) = access_analyzer::read(artefact, &document, file);
    Ok(Some(with_gaps(artefact, Some(parsed), gaps, document)?))
}

/// Reads an artefact that one of its keys has told.
fn read_recognised(artefact: Artefact, document: &Value, file: FileId) -> (Option<Parsed>, Vec<Arc<Gap>>) {
    match artefact {
        Artefact::AccountSummary => optional(account_summary::read(document, file), |summary| {
            Parsed::AccountSummary(Box::new(summary))
        }),
        Artefact::PasswordPolicy => optional(password_policy::read(document, file), Parsed::PasswordPolicy),
        Artefact::VirtualMfaDevices => {
            always(mfa_devices::read_virtual(document, file), Parsed::VirtualMfaDevices)
        }
        Artefact::MfaDevices => always(mfa_devices::read_of_user(document, file), Parsed::MfaDevices),
        Artefact::OrganizationsFeatures => {
            optional(organizations_features::read(document, file), Parsed::OrganizationsFeatures)
        }
        Artefact::AccountAliases => (Some(Parsed::AccountAlias(account_aliases::read(document))), Vec::new()),
        Artefact::ServerCertificates => {
            always(server_certificates::read(document, file), Parsed::ServerCertificates)
        }
        Artefact::AccessKeys => always(access_keys::read_list(document, file), Parsed::AccessKeys),
        Artefact::AccessKeyLastUsed => {
            optional(access_keys::read_last_used(document, file), Parsed::AccessKeyLastUsed)
        }
        Artefact::ServiceSpecificCredentials => {
            always(service_specific_credentials::read(document, file), Parsed::ServiceSpecificCredentials)
        }
        Artefact::SigningCertificates => {
            always(user_credentials::read_certificates(document, file), Parsed::SigningCertificates)
        }
        Artefact::SshPublicKeys => {
            always(user_credentials::read_ssh_keys(document, file), Parsed::SshPublicKeys)
        }
        Artefact::InstanceProfileAssociations => {
            always(instance_profile_associations::read(document, file), Parsed::InstanceProfileAssociations)
        }
        Artefact::Trails => always(monitoring::trails::read(document, file), Parsed::Trails),
        Artefact::TrailStatus => {
            optional(monitoring::trails::read_status(document, file), Parsed::TrailStatus)
        }
        Artefact::TrailSelectors => {
            optional(monitoring::trail_selectors::read(document, file), Parsed::TrailSelectors)
        }
        Artefact::MetricFilters => {
            always(monitoring::metric_filters::read(document, file), Parsed::MetricFilters)
        }
        Artefact::Alarms => {
            always(monitoring::alarms::read(document, file), |alarms| Parsed::Alarms(Box::new(alarms)))
        }
        Artefact::Subscriptions => {
            always(monitoring::subscriptions::read(document, file), Parsed::Subscriptions)
        }
        Artefact::EventRules => always(monitoring::event_rules::read(document, file), Parsed::EventRules),
        Artefact::EventTargets => {
            always(monitoring::event_rules::read_targets(document, file), Parsed::EventTargets)
        }
        Artefact::SamlProviders => {
            always(identity_providers::read_saml(document, file), Parsed::SamlProviders)
        }
        Artefact::OpenIdConnectProviders => {
            always(identity_providers::read_open_id_connect(document, file), Parsed::OpenIdConnectProviders)
        }
        Artefact::CredentialReport
        | Artefact::AuthorizationDetails
        | Artefact::ServiceLastAccessed
        | Artefact::LastAccessedEntities
        | Artefact::OrganizationsAccessReport
        | Artefact::PoliciesGrantingServiceAccess
        | Artefact::OrganizationsPolicies
        | Artefact::OrganizationsPolicy
        | Artefact::OrganizationsTargets
        | Artefact::Organization
        | Artefact::OrganizationsTree
        | Artefact::Analyzers
        | Artefact::ArchiveRules
        | Artefact::AnalyzerFindings
        | Artefact::ResourcePolicy
        | Artefact::BucketAcl
        | Artefact::PublicAccessBlock
        | Artefact::BucketPolicyStatus
        | Artefact::AccessPoint
        | Artefact::KeyGrants
        | Artefact::SnapshotSharing
        | Artefact::Manifest
        | Artefact::CloudTrail => (None, Vec::new()),
    }
}

/// Which answer about an organisation a document is. Other services have the same keys.
fn recognised_of_organization(document: &Value) -> Option<Artefact> {
    if organizations_policies::is_list(document) {
        return Some(Artefact::OrganizationsPolicies);
    }
    if organizations_policies::is_targets(document) {
        return Some(Artefact::OrganizationsTargets);
    }
    if organizations_tree::is_branch(document) {
        return Some(Artefact::OrganizationsTree);
    }
    organizations_tree::is_organization(document).then_some(Artefact::Organization)
}

fn read_organization(
    artefact: Artefact,
    document: &Value,
    file: FileId,
) -> Result<(Option<Parsed>, Vec<Arc<Gap>>), InputError> {
    Ok(match artefact {
        Artefact::OrganizationsPolicies => {
            always(organizations_policies::read_list(document, file), Parsed::OrganizationsPolicies)
        }
        Artefact::OrganizationsTargets => {
            always(organizations_policies::read_targets(document, file), Parsed::OrganizationsTargets)
        }
        Artefact::OrganizationsTree => {
            always(organizations_tree::read_branch(document, file), Parsed::OrganizationsTree)
        }
        _ => always(organizations_tree::read_organization(document, file)?, Parsed::Organization),
    })
}

/// Answers about last uses, which share some of their keys.
fn read_last_accessed(document: Value, text: String, file: FileId) -> Result<Read, InputError> {
    if policies_granting_service_access::is_one(&document) {
        let (listing, gaps) = policies_granting_service_access::read(&document, file);
        let parsed = Some(Parsed::PoliciesGrantingServiceAccess(listing));
        return with_gaps(Artefact::PoliciesGrantingServiceAccess, parsed, gaps, document);
    }
    if last_accessed_entities::is_one(&document) {
        let (listing, gaps) = last_accessed_entities::read(&document, file);
        let parsed = Some(Parsed::LastAccessedEntities(listing));
        return with_gaps(Artefact::LastAccessedEntities, parsed, gaps, document);
    }
    if organizations_access_report::is_one(&document) {
        let (report, gaps) = organizations_access_report::read(&document, file);
        let parsed = report.map(|report| Parsed::OrganizationsAccessReport(Box::new(report)));
        return with_gaps(Artefact::OrganizationsAccessReport, parsed, gaps, document);
    }
    let (report, gaps, kept) = service_last_accessed::read(&document, text.into(), file)?;
    Ok(Read {
        artefact: Artefact::ServiceLastAccessed,
        parsed: Parsed::ServiceLastAccessed(Box::new(report)),
        gaps,
        document: Some(Document::Text(kept)),
    })
}

fn read_details(text: &Arc<str>, file: FileId) -> Option<Read> {
    // The borrowed fields have to come from the text that is kept.
    let top = Fields::of(text).ok()?;
    let (details, gaps, kept) = authorization_details::read(text, &top, file);
    Some(Read {
        artefact: Artefact::AuthorizationDetails,
        parsed: Parsed::AuthorizationDetails(Box::new(details)),
        gaps,
        document: Some(Document::Text(kept)),
    })
}

/// The artefact whose key a document has, unless it is another service's answer with the same key.
fn recognised(document: &Value) -> Option<Artefact> {
    let (key, artefact) = KEYS.iter().find(|(key, _)| document.get(key).is_some())?;
    if let Some((_, field)) = SHARED_KEYS.iter().find(|(shared, _)| shared == key) {
        let first = document.get(key).and_then(|list| list.get(0));
        return first.is_none_or(|first| first.get(field).is_some()).then_some(*artefact);
    }
    // An event data store of CloudTrail Lake has selectors too.
    let is_store = *artefact == Artefact::TrailSelectors && document.get("TrailARN").is_none();
    (!is_store).then_some(*artefact)
}

fn optional<T>(
    read: (Option<T>, Vec<Arc<Gap>>),
    wrap: impl FnOnce(T) -> Parsed,
) -> (Option<Parsed>, Vec<Arc<Gap>>) {
    (read.0.map(wrap), read.1)
}

fn always<T>(read: (T, Vec<Arc<Gap>>), wrap: impl FnOnce(T) -> Parsed) -> (Option<Parsed>, Vec<Arc<Gap>>) {
    (Some(wrap(read.0)), read.1)
}

fn with_gaps(
    artefact: Artefact,
    parsed: Option<Parsed>,
    gaps: Vec<Arc<Gap>>,
    document: Value,
) -> Result<Read, InputError> {
    match parsed {
        Some(parsed) => Ok(Read { artefact, parsed, gaps, document: Some(Document::Value(document)) }),
        None => Err(gaps.first().map_or_else(
            || InputError::new(Some(artefact), "the file cannot be read", "save it again"),
            |gap| InputError::new(Some(artefact), gap.what.to_string(), gap.remedy.to_string()),
        )),
    }
}

/// Some errors are answers: no password policy, no part in an organisation, no policy of a resource.
fn read_error(error: CallError, file: FileId) -> Option<Read> {
    let artefact = error.artefact()?;
    let answer = match artefact {
        Artefact::PasswordPolicy if error.code.starts_with("NoSuchEntity") => {
            let source = crate::fact::Source { file, place: crate::fact::Place::File };
            Some(Parsed::PasswordPolicy(PasswordPolicy::NotSet(source)))
        }
        Artefact::OrganizationsFeatures => {
            organizations_features::of_error(&error.code, file).map(Parsed::OrganizationsFeatures)
        }
        _ if artefact.is_of_resources() => {
            resource_policies::of_error(&error, file).map(|answer| Parsed::ResourceAnswer(Box::new(answer)))
        }
        _ => None,
    };
    let parsed = answer.unwrap_or(Parsed::CallError(error));
    Some(Read { artefact, parsed, gaps: Vec::new(), document: None })
}
