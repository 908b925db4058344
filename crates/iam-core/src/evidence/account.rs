use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    AccessAnalyzer, AccessKey, AccountActivity, DetailedUser, Identities, InstanceProfileUse,
    LastAccessedReports, Monitoring, Organization, Resources, Root, SigningCertificate, Supplied, User,
    agreement,
};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source, shown_time};
use crate::ident::{AccessKeyId, AccountId, Partition};
use crate::input::access_keys::{AccessKeyLastUsed, ListedAccessKey};
use crate::input::account_summary::AccountSummary;
use crate::input::credential_report::{CredentialReport, Row};
use crate::input::identity_providers::IdentityProvider;
use crate::input::mfa_devices::{MfaDevice, VirtualMfaDevice};
use crate::input::organizations_access_report::OrganizationsAccessReport;
use crate::input::organizations_features::OrganizationsFeatures;
use crate::input::password_policy::PasswordPolicy;
use crate::input::server_certificates::ServerCertificate;
use crate::input::service_specific_credentials::ServiceSpecificCredential;
use crate::input::user_credentials::UploadedCredential;
use crate::input::{Artefact, Document, Listing, quoted};

/// All that is known about one account at one time.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "the fields are named after AWS's artefacts")]
pub struct Account {
    pub(super) id: Option<AccountId>,
    pub(super) partition: Partition,
    pub(super) alias: Option<String>,
    pub(super) location: String,
    pub(super) files: Vec<ReadFile>,
    pub(super) gaps: Vec<Arc<Gap>>,
    pub(super) manifest_finished: Option<DateTime<Utc>>,
    pub(super) account_summary_time: Option<DateTime<Utc>>,
    pub(super) credential_report: Supplied<Box<CredentialReport>>,
    pub(super) account_summary: Supplied<Box<AccountSummary>>,
    pub(super) password_policy: Supplied<PasswordPolicy>,
    pub(super) virtual_mfa_devices: Supplied<Listing<VirtualMfaDevice>>,
    pub(super) organizations_features: Supplied<OrganizationsFeatures>,
    pub(super) organization_of_run: Option<OrganizationsFeatures>,
    pub(super) server_certificates: Supplied<Listing<ServerCertificate>>,
    pub(super) service_specific_credentials: Supplied<Listing<ServiceSpecificCredential>>,
    pub(super) identities: Supplied<Box<Identities>>,
    pub(super) last_accessed: LastAccessedReports,
    pub(super) organizations_access_reports: Vec<OrganizationsAccessReport>,
    pub(super) instance_profile_use: InstanceProfileUse,
    pub(super) saml_providers: Supplied<Listing<IdentityProvider>>,
    pub(super) open_id_connect_providers: Supplied<Listing<IdentityProvider>>,
    pub(super) organization: Supplied<Arc<Organization>>,
    /// The ARNs in the report of those who have service-specific credentials, by [`UserListings::key`].
    pub(super) credential_owners: BTreeMap<String, String>,
    /// By [`UserListings::key`].
    pub(super) users: BTreeMap<String, UserListings>,
    pub(super) no_access_keys: Arc<Gap>,
    pub(super) no_last_used: Arc<Gap>,
    pub(super) no_mfa_devices: Arc<Gap>,
    pub(super) activity: Supplied<Box<AccountActivity>>,
    pub(super) monitoring: Arc<Monitoring>,
    /// That of all accounts of the run of which any was handed in.
    pub(super) monitoring_of_run: Arc<BTreeMap<AccountId, Arc<Monitoring>>>,
    pub(super) access_analyzer: Arc<AccessAnalyzer>,
    /// That of all accounts of the run of which any was handed in.
    pub(super) access_analyzer_of_run: Arc<BTreeMap<AccountId, Arc<AccessAnalyzer>>>,
    /// The Regions that a manifest says were asked.
    pub(super) regions_asked: BTreeSet<String>,
    pub(super) resources: Resources,
}

/// What the per-user listings say about one user.
#[derive(Debug, Clone, Default)]
pub(super) struct UserListings {
    /// The user's name, as the listings write it.
    pub(super) name: String,
    pub(super) access_keys: BTreeMap<AccessKeyId, ListedAccessKey>,
    pub(super) access_keys_listed: Option<Supplied<()>>,
    pub(super) last_used: BTreeMap<String, AccessKeyLastUsed>,
    pub(super) mfa_devices: Option<Supplied<Vec<MfaDevice>>>,
    pub(super) signing_certificates: BTreeMap<String, UploadedCredential>,
    pub(super) ssh_public_keys: BTreeMap<String, UploadedCredential>,
}

impl UserListings {
    pub(super) fn of(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// What tells users apart: AWS takes names that differ only in case for the same.
    pub(super) fn key(name: &str) -> String {
        name.to_ascii_lowercase()
    }
}

/// A file that belongs to the account.
#[derive(Debug, Clone)]
pub struct ReadFile {
    /// The number by which sources refer to it.
    pub id: FileId,
    /// Its path, as it was given.
    pub path: String,
    /// What it turned out to be.
    pub artefact: Artefact,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// When AWS made it, where it says so.
    pub generated: Option<DateTime<Utc>>,
    pub(super) document: Option<Document>,
}

/// The moment at which the evidence was taken, and what says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The moment, in UTC.
    pub at: DateTime<Utc>,
    /// What says so.
    pub from: TakenFrom,
}

/// What says when the evidence was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenFrom {
    /// `GeneratedTime` of the credential report.
    CredentialReport,
    /// The manifest of the snapshot directory.
    Manifest,
    /// The latest report of last uses.
    LastAccessed,
}

/// A source turned into words: file, place and the text that stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The file's path.
    pub path: String,
    /// The artefact.
    pub artefact: Artefact,
    /// Column name or JSON pointer; empty for the whole file.
    pub label: String,
    /// The text there, verbatim.
    pub value: String,
    /// Line, first and end column: from 1, end exclusive, in Unicode code points. `None` where the artefact has no lines
    /// of its own in the file.
    pub region: Option<(u32, u32, u32)>,
}

/// The text of a scalar; lists and objects are told by their place alone.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(_) | Value::Array(_) => String::new(),
        scalar => scalar.to_string(),
    }
}

impl Account {
    /// The account's id, where any artefact tells it.
    pub fn id(&self) -> Option<AccountId> {
        self.id
    }

    /// The partition; `aws` where nothing tells it.
    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    /// The account's alias, if known.
    pub fn alias(&self) -> Option<&str> {
        self.alias.as_deref()
    }

    /// The folder or file that the evidence came from.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// The files that were read, by [`ReadFile::id`].
    pub fn files(&self) -> &[ReadFile] {
        &self.files
    }

    /// What could not be read, apart from artefacts that were not handed in.
    pub fn gaps(&self) -> &[Arc<Gap>] {
        &self.gaps
    }

    /// When the evidence was taken: the latest that a report or manifest says.
    pub fn taken(&self) -> Option<Taken> {
        let report = self.credential_report().ok().and_then(|report| report.generated().known().ok());
        let report = report.map(|at| Taken { at, from: TakenFrom::CredentialReport });
        let manifest = self.manifest_finished.map(|at| Taken { at, from: TakenFrom::Manifest });
        let last_accessed = self.last_accessed.latest();
        let last_accessed = last_accessed.map(|at| Taken { at, from: TakenFrom::LastAccessed });
        [report, manifest, last_accessed].into_iter().flatten().max_by_key(|taken| taken.at)
    }

    /// The credential report.
    ///
    /// # Errors
    ///
    /// The gap, as with every artefact below, when it was not supplied or could not be used.
    pub fn credential_report(&self) -> Supplied<&CredentialReport> {
        self.credential_report.as_deref().map_err(Arc::clone)
    }

    /// The account summary.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn account_summary(&self) -> Supplied<&AccountSummary> {
        self.account_summary.as_deref().map_err(Arc::clone)
    }

    /// When the account summary was asked for, where a manifest tells.
    pub fn account_summary_time(&self) -> Option<DateTime<Utc>> {
        self.account_summary_time
    }

    /// The password policy.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn password_policy(&self) -> Supplied<&PasswordPolicy> {
        self.password_policy.as_ref().map_err(Arc::clone)
    }

    /// The virtual MFA devices.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn virtual_mfa_devices(&self) -> Supplied<&Listing<VirtualMfaDevice>> {
        self.virtual_mfa_devices.as_ref().map_err(Arc::clone)
    }

    /// What the organisation manages centrally, as this account was told.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn organizations_features(&self) -> Supplied<&OrganizationsFeatures> {
        self.organizations_features.as_ref().map_err(Arc::clone)
    }

    /// What another account of the same run was told as the management account, when this one is a member.
    pub fn organization_of_run(&self) -> Option<&OrganizationsFeatures> {
        self.organization_of_run.as_ref()
    }

    /// The TLS certificates kept in IAM.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn server_certificates(&self) -> Supplied<&Listing<ServerCertificate>> {
        self.server_certificates.as_ref().map_err(Arc::clone)
    }

    /// The service-specific credentials.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn service_specific_credentials(&self) -> Supplied<&Listing<ServiceSpecificCredential>> {
        self.service_specific_credentials.as_ref().map_err(Arc::clone)
    }

    /// The users, groups, roles and managed policies.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn identities(&self) -> Supplied<&Identities> {
        self.identities.as_deref().map_err(Arc::clone)
    }

    /// The reports of last uses, one for each user, group, role or policy.
    pub fn last_accessed(&self) -> &LastAccessedReports {
        &self.last_accessed
    }

    /// What the accounts of the organisation used of what its policies allow. Which part of the organisation a report is about,
    /// it does not say.
    pub fn organizations_access_reports(&self) -> &[OrganizationsAccessReport] {
        &self.organizations_access_reports
    }

    /// The SAML providers.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn saml_providers(&self) -> Supplied<&Listing<IdentityProvider>> {
        self.saml_providers.as_ref().map_err(Arc::clone)
    }

    /// The OpenID Connect providers.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn open_id_connect_providers(&self) -> Supplied<&Listing<IdentityProvider>> {
        self.open_id_connect_providers.as_ref().map_err(Arc::clone)
    }

    /// What was handed in of its organisation: beside it, or beside another account of the run. Empty where nothing was.
    ///
    /// # Errors
    ///
    /// The gap, where several organisations claim the account.
    pub fn organization(&self) -> Supplied<&Organization> {
        self.organization.as_deref().map_err(Arc::clone)
    }

    /// What IAM Access Analyzer says.
    pub fn access_analyzer(&self) -> &AccessAnalyzer {
        &self.access_analyzer
    }

    /// What it says in each account of the run of which any of it was handed in: an organisation's analyzers stand in one of its
    /// accounts.
    pub fn access_analyzer_of_run(&self) -> &BTreeMap<AccountId, Arc<AccessAnalyzer>> {
        &self.access_analyzer_of_run
    }

    /// The Regions that a manifest says were asked.
    pub fn regions_asked(&self) -> &BTreeSet<String> {
        &self.regions_asked
    }

    /// What CloudTrail records tell about the account.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn activity(&self) -> Supplied<&AccountActivity> {
        self.activity.as_deref().map_err(Arc::clone)
    }

    /// Who would notice what happens in the account, as far as it was handed in.
    pub fn monitoring(&self) -> &Monitoring {
        &self.monitoring
    }

    /// The same of another account of the run, whose log group a trail may deliver to; `None` where nobody handed it in.
    pub fn monitoring_of(&self, account: AccountId) -> Option<&Monitoring> {
        if self.id == Some(account) {
            return Some(&self.monitoring);
        }
        self.monitoring_of_run.get(&account).map(Arc::as_ref)
    }

    /// The resources that say themselves who gets in, as far as they were handed in.
    pub fn resources(&self) -> &Resources {
        &self.resources
    }

    /// The root user.
    pub fn root(&self) -> Root<'_> {
        Root::of(self)
    }

    /// The IAM users: those of the report, then those whom only listings show, by name.
    pub fn users(&self) -> impl Iterator<Item = User<'_>> {
        let rows = self.credential_report.iter().flat_map(|report| report.users());
        rows.map(|row| User::of_row(row, self))
            .chain(self.listed_only().map(|(name, detail, gap)| User::listed(name, detail, self, &gap)))
    }

    /// The ARN of the owner of a service-specific credential, whose listing tells the name alone: not the path. `None` for
    /// an owner whom the report does not show.
    pub fn credential_owner_arn(&self, name: &str) -> Option<&str> {
        self.credential_owners.get(&UserListings::key(name)).map(String::as_str)
    }

    /// Turns a source into file, place and text.
    pub fn quote(&self, source: Source) -> Option<Quote> {
        let file = self.files.binary_search_by_key(&source.file, |file| file.id).ok();
        let file = self.files.get(file?)?;
        let quote = |label: String, value: String, region| Quote {
            path: file.path.clone(),
            artefact: file.artefact,
            label,
            value,
            region,
        };
        match source.place {
            Place::File => Some(quote(String::new(), String::new(), None)),
            Place::Row(_) | Place::Cell { .. } => {
                // A report that is not used is not kept either.
                let Some(report) = self.report_in(source.file) else {
                    return Some(quote(String::new(), String::new(), None));
                };
                let (label, value) = report.cell(source.place).unwrap_or_default();
                let region = if report.is_wrapped() { None } else { report.region(source.place) };
                Some(quote(label.to_owned(), value.to_owned(), region))
            }
            Place::Part { start, end } => {
                let label = "policy".to_owned();
                let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
                let Some(Document::Text(text)) = &file.document else {
                    return Some(quote(label, String::new(), None));
                };
                let words: Vec<&str> = text.part(&range).split_whitespace().collect();
                Some(quote(label, shortened(&words.join(" ")), text.region(&range)))
            }
            Place::Json { .. } | Place::Nested { .. } | Place::Deep { .. } => {
                let pointer = source.place.pointer()?;
                match &file.document {
                    Some(Document::Value(document)) => {
                        let shown = document.pointer(&pointer).map(shown).unwrap_or_default();
                        Some(quote(pointer, shown, None))
                    }
                    Some(Document::Text(text)) => {
                        let Some((value, range)) = text.at(&pointer) else {
                            return Some(quote(pointer, String::new(), None));
                        };
                        let is_scalar = !value.starts_with(['{', '[']);
                        let scalar = is_scalar.then(|| serde_json::from_str(value).ok()).flatten();
                        let shown = scalar.as_ref().map(shown).unwrap_or_default();
                        Some(quote(pointer, shown, text.region(&range)))
                    }
                    None => Some(quote(pointer, String::new(), None)),
                }
            }
        }
    }

    /// The line of the report that a place stands in, counted in the CSV itself even when it came wrapped.
    pub fn report_line(&self, source: Source) -> Option<u32> {
        self.report_in(source.file)?.region(source.place).map(|(line, _, _)| line)
    }

    /// The report in use, if it is the one in this file.
    fn report_in(&self, file: FileId) -> Option<&CredentialReport> {
        self.credential_report.as_deref().ok().filter(|report| report.file() == file)
    }

    pub(super) fn root_row(&self) -> Supplied<Row<'_>> {
        let report = self.credential_report()?;
        report.root().ok_or_else(|| {
            // Several root rows, or one that could not be read, have a gap of their own.
            if let Some(row) = report.unread().iter().find(|row| row.is_root) {
                return Arc::clone(&row.gap);
            }
            Arc::new(Gap {
                reason: Reason::Malformed,
                artefact: Some(Artefact::CredentialReport),
                source: report.rows().next().map(|row| Source { place: Place::File, ..row.source() }),
                what: "the report has no row of the root user".into(),
                remedy: "download the report again and keep all of its rows".into(),
            })
        })
    }

    /// Users whom the report does not show, and why their rows are missing.
    fn listed_only(&self) -> impl Iterator<Item = (&str, Option<DetailedUser<'_>>, Arc<Gap>)> {
        let report = self.credential_report.as_deref();
        let identities = self.identities.as_deref().ok();
        let mut listed: BTreeMap<String, (&str, Option<DetailedUser<'_>>)> = BTreeMap::new();
        for (key, listings) in &self.users {
            listed.insert(key.clone(), (&listings.name, None));
        }
        for user in identities.into_iter().flat_map(Identities::users) {
            listed.insert(UserListings::key(&user.detail.name), (&user.detail.name, Some(user)));
        }
        if let Ok(report) = report
            && !listed.is_empty()
        {
            for row in report.users() {
                listed.remove(&UserListings::key(row.user()));
            }
        }
        let gap = match report {
            Err(gap) => Arc::clone(gap),
            Ok(_) => Arc::new(Gap {
                reason: Reason::Contradiction,
                artefact: Some(Artefact::CredentialReport),
                source: None,
                what: "the credential report has no readable row of a user whom another listing names".into(),
                remedy: "generate a new report; AWS keeps a report for four hours".into(),
            }),
        };
        listed.into_values().map(move |(name, detail)| (name, detail, Arc::clone(&gap)))
    }

    /// The users of the report by ARN, for checks that are told of users elsewhere.
    pub fn rows_by_arn(&self) -> BTreeMap<&str, Row<'_>> {
        let report = self.credential_report.as_deref().ok();
        report.into_iter().flat_map(CredentialReport::users).map(|row| (row.arn(), row)).collect()
    }

    /// The user whom a row of the report shows.
    pub fn user_of_row<'a>(&'a self, row: Row<'a>) -> User<'a> {
        User::of_row(row, self)
    }

    /// The details of a user of the report. A user who was made anew under an old name is another one.
    pub(super) fn detail_of(&self, row: Row<'_>) -> Supplied<DetailedUser<'_>> {
        let user = self.identities()?.user(row.arn())?;
        let (in_report, in_details) = (row.created(), &user.detail.created);
        match (in_report, in_details) {
            (Fact::Seen(in_report, _), Fact::Seen(in_details, source))
                if in_report.timestamp() != in_details.timestamp() =>
            {
                Err(Arc::new(Gap {
                    reason: Reason::Contradiction,
                    artefact: Some(Artefact::AuthorizationDetails),
                    source: Some(*source),
                    what: format!(
                        "user {} was made at {} by the credential report, and at {} by the {}",
                        quoted(row.user()),
                        shown_time(in_report),
                        shown_time(*in_details),
                        Artefact::AuthorizationDetails.noun()
                    )
                    .into(),
                    remedy: "have a new credential report made and list again, both at the same time".into(),
                }))
            }
            _ => Ok(user),
        }
    }

    /// Why a user whom only other listings name has no details.
    pub(super) fn no_detail(&self, name: &str) -> Arc<Gap> {
        match self.identities() {
            Err(gap) => gap,
            Ok(identities) => identities.no_user(name),
        }
    }

    /// What the listings say about a user.
    pub(super) fn listings_of(&self, user: &str) -> Option<&UserListings> {
        // Most reports come alone.
        if self.users.is_empty() { None } else { self.users.get(&UserListings::key(user)) }
    }

    pub(super) fn access_keys_listed(&self, user: &str) -> Supplied<()> {
        let listed = self.listings_of(user).and_then(|listings| listings.access_keys_listed.clone());
        listed.unwrap_or_else(|| Err(Arc::clone(&self.no_access_keys)))
    }

    pub(super) fn mfa_devices_of(&self, user: &str) -> Supplied<&[MfaDevice]> {
        match self.listings_of(user).and_then(|listings| listings.mfa_devices.as_ref()) {
            Some(Ok(devices)) => Ok(devices),
            Some(Err(gap)) => Err(Arc::clone(gap)),
            None => Err(Arc::clone(&self.no_mfa_devices)),
        }
    }

    /// The signing certificates of a row, with the worse state where a listing says otherwise.
    pub(super) fn signing_certificates_of(&self, row: Row<'_>) -> Vec<SigningCertificate> {
        let mut certificates = SigningCertificate::of_row(row);
        if let Some(listings) = self.listings_of(row.user()) {
            let listed = listings.signing_certificates.values();
            agreement::of_signing_certificates(row.user(), &mut certificates, listed);
        }
        certificates.into()
    }

    /// Gives the keys of the report their ids and the worse of two states, and adds the keys that the report does not show.
    ///
    /// A listed key is the one in a slot when no other listed key and no other slot has the same moment of creation, and
    /// when no key is missing from the listing that might have it too.
    pub(super) fn name_access_keys<'a>(&'a self, user: &str, keys: &mut Vec<AccessKey<'a>>) {
        let Some(listings) = self.listings_of(user) else {
            return;
        };
        agreement::of_access_keys(user, keys, listings.access_keys.values());
        let is_complete = matches!(listings.access_keys_listed, Some(Ok(())));
        let mut made_at: BTreeMap<DateTime<Utc>, usize> = BTreeMap::new();
        for at in listings.access_keys.values().filter_map(|listed| listed.created.known().ok()) {
            *made_at.entry(at).or_default() += 1;
        }
        let mut unmatched = Vec::new();
        for listed in listings.access_keys.values() {
            let made_then = |key: &AccessKey<'_>| {
                let of_slot = key.slot.and_then(|_| key.created.known().ok().flatten());
                of_slot.is_some() && of_slot == listed.created.known().ok()
            };
            let twins =
                listed.created.known().ok().and_then(|at| made_at.get(&at)).copied().unwrap_or_default();
            let slots = keys.iter().filter(|key| made_then(key)).count();
            match keys.iter_mut().find(|key| made_then(key)) {
                Some(key) if twins == 1 && slots == 1 && is_complete => key.id = Some(&listed.id),
                Some(_) if slots >= twins => {}
                _ => unmatched.push(listed),
            }
        }
        // A slot whose date cannot be read may hold any of the listed keys; then none of them is certainly a further one.
        let is_uncertain = keys.iter().any(|key| matches!(key.created, Fact::Unknown(_)));
        let no_last_used = Fact::Unknown(Arc::clone(&self.no_last_used));
        for listed in unmatched {
            let last_used = listings.last_used.get(listed.id.full());
            keys.push(AccessKey::listed(listed, last_used, &no_last_used, is_uncertain));
        }
    }
}

/// The beginning of a text, which is as much as a line of a report takes.
fn shortened(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
