use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::candidate::Candidate;
use super::details::{self, Known};
use super::grouping::Group;
use super::last_accessed::{self, Boards};
use super::shelf::{Found, FoundReport, Shelf};
use super::{Hints, access_analyzer, instance_profiles, listings, monitoring, organization, resources};
use crate::evidence::account::UserListings;
use crate::evidence::{
    AccessAnalyzer, Account, Identities, InstanceProfileUse, LastAccessedReports, Monitoring, Organization,
    ReadFile, Supplied,
};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source};
use crate::ident::{AccountId, Arn};
use crate::input::access_keys::ListedAccessKey;
use crate::input::authorization_details::AuthorizationDetails;
use crate::input::credential_report::CredentialReport;
use crate::input::manifest::{Call, Manifest, Status};
use crate::input::mfa_devices::{MfaDevice, VirtualMfaDevice};
use crate::input::server_certificates::ServerCertificate;
use crate::input::service_specific_credentials::ServiceSpecificCredential;
use crate::input::{Artefact, Listing, Parsed, quoted};

/// Joins the files of one account.
pub(super) fn join(group: Group, hints: Hints<'_>) -> Account {
    let partition = group.files.iter().find_map(|candidate| candidate.account()?.1).unwrap_or_default();
    let mut missing = Missing::default();
    let (shelf, files) = shelved(group.files, &mut missing);
    missing.because_of_manifests(&shelf.manifests);
    missing.because_of_other_calls(&shelf.manifests);
    missing.because_of_promises(&shelf.manifests, &files);

    let account_summary_time = time_of(&shelf.manifests, Artefact::AccountSummary);
    let manifest_finished =
        shelf.manifests.iter().filter_map(|manifest| manifest.finished.known().ok().flatten()).max();
    let credential_report = missing.newest_report(shelf.credential_reports);
    let account_summary = missing.only(Artefact::AccountSummary, shelf.account_summaries);
    let password_policy = missing.only(Artefact::PasswordPolicy, shelf.password_policies);
    let virtual_mfa_devices = missing.only(Artefact::VirtualMfaDevices, shelf.virtual_mfa_devices);
    let organizations_features = missing.only(Artefact::OrganizationsFeatures, shelf.organizations_features);
    let alias = missing.only(Artefact::AccountAliases, shelf.account_aliases);
    let server_certificates = missing.only(Artefact::ServerCertificates, shelf.server_certificates);
    let service_specific_credentials = missing.merged(shelf.service_specific_credentials);
    let mut virtual_mfa_devices =
        virtual_mfa_devices.map(|listing| missing.pages_of(Artefact::VirtualMfaDevices, listing));
    if let Ok(listing) = &mut virtual_mfa_devices {
        missing.because_of_users(listing, shelf.mfa_devices.iter().flat_map(|(_, listing)| &listing.items));
        missing.because_of_owners(listing, group.id);
    }
    let mut server_certificates =
        server_certificates.map(|listing| missing.pages_of(Artefact::ServerCertificates, listing));
    if let (Ok(listing), Ok(summary)) = (&mut server_certificates, &account_summary) {
        missing.because_of_summary(listing, &summary.server_certificates);
    }
    let mut providers =
        |artefact, found| missing.only(artefact, found).map(|listing| missing.pages_of(artefact, listing));
    let saml_providers = providers(Artefact::SamlProviders, shelf.saml_providers);
    let open_id_connect_providers =
        providers(Artefact::OpenIdConnectProviders, shelf.open_id_connect_providers);
    let known = Known {
        account: group.id,
        summary: account_summary.as_deref().ok(),
        report: credential_report.as_deref().ok(),
        failed: missing.failed.get(&Artefact::AuthorizationDetails).cloned(),
    };
    let identities = missing.identities(shelf.authorization_details, &known);
    let last_accessed =
        missing.last_accessed(shelf.last_accessed, hints.principal, identities.as_deref().ok());
    let credential_owners = match (&service_specific_credentials, &credential_report) {
        (Ok(listing), Ok(report)) => owners(listing, report),
        _ => BTreeMap::new(),
    };
    let monitoring = missing.monitoring(shelf.monitoring, &shelf.manifests);
    let owner = resources::Owner { account: group.id, partition: &partition, hint: hints.resource };
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let (resources, unplaced) = resources::join(shelf.resources, &owner, &shelf.manifests, &paths);
    missing.gaps.extend(unplaced);
    let mut account = Account {
        id: group.id,
        partition,
        alias: alias.ok().flatten(),
        location: group.location,
        manifest_finished,
        account_summary_time,
        credential_report,
        account_summary,
        password_policy,
        virtual_mfa_devices,
        organizations_features,
        organization_of_run: None,
        server_certificates,
        identities,
        last_accessed,
        organizations_access_reports: shelf.organizations_access_reports,
        saml_providers,
        open_id_connect_providers,
        instance_profile_use: missing.instance_profile_use(shelf.instance_profiles, &shelf.manifests),
        organization: Ok(missing.organization(shelf.organization)),
        credential_owners,
        service_specific_credentials,
        users: BTreeMap::new(),
        no_access_keys: missing.gap_for(Artefact::AccessKeys),
        no_last_used: missing.gap_for(Artefact::AccessKeyLastUsed),
        no_mfa_devices: missing.gap_for(Artefact::MfaDevices),
        activity: Err(missing.gap_for(Artefact::CloudTrail)),
        monitoring: Arc::new(monitoring),
        monitoring_of_run: Arc::default(),
        access_analyzer: missing.access_analyzer(shelf.access_analyzer, &shelf.manifests, &files),
        access_analyzer_of_run: Arc::default(),
        regions_asked: shelf.manifests.iter().flat_map(|manifest| manifest.regions.clone()).collect(),
        resources,
        files,
        gaps: Vec::new(),
    };
    let names = names_for_empty_lists(
        account.credential_report.as_deref().ok(),
        &shelf.access_keys,
        &shelf.mfa_devices,
    );
    missing.gaps.extend(listings::add_access_keys(&mut account.users, shelf.access_keys, &names));
    missing.gaps.extend(listings::add_mfa_devices(&mut account.users, shelf.mfa_devices, &names));
    missing.gaps.extend(listings::add_last_used(&mut account.users, shelf.access_keys_last_used));
    listings::add_uploaded(&mut account.users, shelf.signing_certificates, shelf.ssh_public_keys);
    account.gaps = shelf.gaps.into_iter().chain(missing.gaps).collect();
    account
}

/// What the files hold, by artefact, and the files. What could not be read is missing.
fn shelved(candidates: Vec<Candidate>, missing: &mut Missing) -> (Shelf, Vec<ReadFile>) {
    let (mut shelf, mut files) = (Shelf::default(), Vec::new());
    for Candidate { file, content, .. } in candidates {
        let stored = match content {
            Ok((parsed, gaps)) => shelf.put(&file, parsed, gaps).map_err(|error| {
                let permission = file.artefact.permission_for(&error.operation);
                let remedy = call_again(error.reason(), &permission, file.artefact);
                (error.reason(), error.what(), remedy)
            }),
            Err(error) => Err((error.reason(), error.to_string(), error.remedy().to_owned())),
        };
        if let Err((reason, what, remedy)) = stored {
            let gap = missing.because_of_file(file.artefact, file.id, reason, &what, &remedy);
            if file.artefact.is_of_access_analyzer() {
                shelf.access_analyzer.failed.push((file.path.clone(), file.artefact, Arc::clone(&gap)));
            }
            if file.artefact.is_of_resources() {
                shelf.resources.damaged.push((file.path.clone(), file.artefact, gap));
            }
        }
        files.push(file);
    }
    (shelf, files)
}

/// The names of the report's users, where some list is empty and so names nobody.
fn names_for_empty_lists(
    report: Option<&CredentialReport>,
    access_keys: &[(String, Listing<ListedAccessKey>)],
    mfa_devices: &[(String, Listing<MfaDevice>)],
) -> BTreeSet<String> {
    let has_empty_list = access_keys.iter().any(|(_, listing)| listing.items.is_empty())
        || mfa_devices.iter().any(|(_, listing)| listing.items.is_empty());
    let report = report.filter(|_| has_empty_list);
    report.iter().flat_map(|report| report.users()).map(|row| UserListings::key(row.user())).collect()
}

/// The ARNs of those who have service-specific credentials, by name.
fn owners(
    listing: &Listing<ServiceSpecificCredential>,
    report: &CredentialReport,
) -> BTreeMap<String, String> {
    let names: BTreeSet<String> =
        listing.items.iter().map(|credential| UserListings::key(&credential.user_name)).collect();
    if names.is_empty() {
        return BTreeMap::new();
    }
    let users = report.users().map(|row| (UserListings::key(row.user()), row.arn()));
    users.filter(|(name, _)| names.contains(name)).map(|(name, arn)| (name, arn.to_owned())).collect()
}

/// What to do about a call that gave no answer.
fn call_again(reason: Reason, permission: &str, artefact: Artefact) -> String {
    let allow = if reason == Reason::Denied { format!("allow {permission} and ") } else { String::new() };
    format!("{allow}run `{}` again", artefact.command())
}

fn time_of(manifests: &[Manifest], artefact: Artefact) -> Option<DateTime<Utc>> {
    let calls = manifests.iter().flat_map(|manifest| &manifest.calls);
    calls.filter(|call| call.operation == artefact.operation()).filter_map(|call| call.time).max()
}

/// Artefacts that are not there, or not whole, and why.
#[derive(Default)]
struct Missing {
    gaps: Vec<Arc<Gap>>,
    failed: BTreeMap<Artefact, Arc<Gap>>,
}

impl Missing {
    /// One listing of service-specific credentials made of several.
    fn merged(
        &self,
        found: Vec<Listing<ServiceSpecificCredential>>,
    ) -> Supplied<Listing<ServiceSpecificCredential>> {
        match listings::merged(found) {
            Some(listing) => Ok(self.pages_of(Artefact::ServiceSpecificCredentials, listing)),
            None => Err(self.gap_for(Artefact::ServiceSpecificCredentials)),
        }
    }

    /// Who would notice.
    fn monitoring(&mut self, answers: Vec<(String, Parsed)>, manifests: &[Manifest]) -> Monitoring {
        let cut = self.cut_files(manifests);
        let (monitoring, unplaced) = monitoring::join(answers, &self.failed, &cut);
        self.gaps.extend(unplaced);
        monitoring
    }

    /// Which instances have which instance profile.
    fn instance_profile_use(
        &mut self,
        answers: Vec<instance_profiles::Answer>,
        manifests: &[Manifest],
    ) -> InstanceProfileUse {
        let cut = self.cut_files(manifests);
        let failed = self.failed.get(&Artefact::InstanceProfileAssociations).cloned();
        let (used, unplaced) = instance_profiles::join(answers, failed, &cut);
        self.gaps.extend(unplaced);
        used
    }

    /// What is known of the organisation.
    fn organization(&mut self, board: organization::Board) -> Arc<Organization> {
        let (organization, unclear) = organization::join(board);
        self.gaps.extend(unclear);
        Arc::new(organization)
    }

    /// What Access Analyzer says.
    fn access_analyzer(
        &mut self,
        board: access_analyzer::Board,
        manifests: &[Manifest],
        files: &[ReadFile],
    ) -> Arc<AccessAnalyzer> {
        let (access_analyzer, unclear) = access_analyzer::join(board, manifests, files);
        self.gaps.extend(unclear);
        Arc::new(access_analyzer)
    }

    /// Reports of last uses, and those that are not there.
    fn last_accessed(
        &mut self,
        boards: Boards,
        hint: Option<&str>,
        identities: Option<&Identities>,
    ) -> LastAccessedReports {
        let no_report = self.gap_for(Artefact::ServiceLastAccessed);
        let (reports, gaps) = last_accessed::join(boards, hint, identities, no_report);
        self.gaps.extend(gaps);
        reports
    }

    fn because_of_file(
        &mut self,
        artefact: Artefact,
        file: FileId,
        reason: Reason,
        what: &str,
        remedy: &str,
    ) -> Arc<Gap> {
        let gap = self.gap(reason, artefact, Some(file), what, remedy);
        self.failed.insert(artefact, Arc::clone(&gap));
        gap
    }

    /// Calls that a manifest says failed, and whose file is therefore missing or incomplete.
    fn because_of_manifests(&mut self, manifests: &[Manifest]) {
        let mut told = BTreeSet::new();
        for call in manifests.iter().flat_map(|manifest| &manifest.calls) {
            let (Some(artefact), Some(reason)) = (call.artefact(), call.status.reason()) else { continue };
            let is_own = call.operation == artefact.operation();
            // A file with AWS's own words about the same call has said it already; other calls need other permissions.
            if self.failed.contains_key(&artefact) && (is_own || !told.insert(&call.operation)) {
                continue;
            }
            let error = call.error.as_deref().map(|error| format!(": {}", quoted(error))).unwrap_or_default();
            let status = if reason == Reason::Denied { "was denied" } else { "did not finish" };
            let what = format!("manifest.json says that {} {status}{error}", call.operation);
            let permission = call.permission.clone();
            let permission = permission.unwrap_or_else(|| artefact.permission_for(&call.operation));
            let remedy = call_again(reason, &permission, artefact);
            let gap = self.gap(reason, artefact, None, &what, &remedy);
            // Without a new report there is still the one that AWS keeps.
            if is_own {
                self.failed.insert(artefact, gap);
            }
        }
    }

    /// Calls that a manifest says failed and that answer with no artefact of ours, or one about a single resource. Lists of
    /// things to ask about are among them: without one, nobody knows what was not asked. One gap tells of all Regions and
    /// things.
    fn because_of_other_calls(&mut self, manifests: &[Manifest]) {
        let mut failed: BTreeMap<(String, Option<&str>, Reason), (&Call, usize)> = BTreeMap::new();
        for call in manifests.iter().flat_map(|manifest| &manifest.calls) {
            let (None, Some(reason)) = (call.artefact(), call.status.reason()) else { continue };
            let known = failed.entry((call.name(), call.permission.as_deref(), reason));
            known.or_insert((call, 0)).1 += 1;
        }
        for ((name, _, reason), (call, count)) in failed {
            let name = quoted(&name);
            let error = call.error.as_deref().map(|error| format!(": {}", quoted(error))).unwrap_or_default();
            let status = if reason == Reason::Denied { "was denied" } else { "did not finish" };
            let times = if count == 1 { String::new() } else { format!(" {count} times") };
            self.gaps.push(Arc::new(Gap {
                reason,
                artefact: None,
                source: None,
                what: format!("manifest.json says that {name} {status}{times}{error}").into(),
                remedy: call.again().into(),
            }));
        }
    }

    /// The answers of which a manifest says that pages are missing.
    fn cut_files(&self, manifests: &[Manifest]) -> Vec<(String, Arc<Gap>)> {
        let calls = manifests.iter().flat_map(|manifest| &manifest.calls);
        calls
            .filter(|call| call.status == Status::Partial)
            .filter_map(|call| {
                let gap = self.failed.get(&call.artefact()?)?;
                Some((call.file.clone()?, Arc::clone(gap)))
            })
            .collect()
    }

    /// Answers that a manifest says are there, and that are not.
    fn because_of_promises(&mut self, manifests: &[Manifest], files: &[ReadFile]) {
        for call in manifests.iter().flat_map(|manifest| &manifest.calls) {
            let (Some(artefact), Status::Complete, Some(promised)) =
                (call.artefact(), call.status, &call.file)
            else {
                continue;
            };
            let is_it = |file: &ReadFile| {
                let above = file.path.strip_suffix(promised.as_str());
                above.is_some_and(|above| above.is_empty() || above.ends_with('/'))
            };
            // Records are folded elsewhere and are not among the files.
            if artefact == Artefact::CloudTrail || files.iter().any(is_it) {
                continue;
            }
            let what = format!("manifest.json names {}, which is missing", quoted(promised));
            let remedy = "hand in the whole snapshot directory, or take the snapshot again";
            let gap = self.gap(Reason::CutOff, artefact, None, &what, remedy);
            self.failed.entry(artefact).or_insert(gap);
        }
    }

    /// A list of all virtual devices that lacks one which a user has was filtered, as by `--assignment-status`.
    fn because_of_users<'d>(
        &mut self,
        listing: &mut Listing<VirtualMfaDevice>,
        of_users: impl Iterator<Item = &'d MfaDevice>,
    ) {
        if listing.incomplete.is_some() {
            return;
        }
        let listed: BTreeSet<&str> = listing
            .items
            .iter()
            .filter_map(|device| Some(device.serial_number.seen().ok()?.as_str()))
            .collect();
        let mut serials = of_users.filter_map(|device| Some(device.serial_number.seen().ok()?.as_str()));
        let Some(lacking) = serials.find(|serial| serial.contains(":mfa/") && !listed.contains(serial))
        else {
            return;
        };
        let name = lacking.rsplit('/').next().unwrap_or_default();
        let artefact = Artefact::VirtualMfaDevices;
        let what = format!(
            "the {} lacks the device {}, which is a user's by list-mfa-devices",
            artefact.noun(),
            quoted(name)
        );
        let remedy = format!("run `{}` without a filter, and both at the same time", artefact.command());
        listing.incomplete =
            Some(self.gap(Reason::Contradiction, artefact, Some(listing.file), &what, &remedy));
    }

    /// A list of this account's devices whose owner is in another account is damaged or mixed.
    fn because_of_owners(&mut self, listing: &mut Listing<VirtualMfaDevice>, id: Option<AccountId>) {
        let Some(id) = id else { return };
        for device in &mut listing.items {
            let Fact::Seen(Some(owner), source) = &device.user_arn else { continue };
            if Arn::parse(owner).is_ok_and(|arn| arn.account() == Ok(id)) {
                continue;
            }
            let gap = Arc::new(Gap {
                reason: Reason::Contradiction,
                artefact: Some(Artefact::VirtualMfaDevices),
                source: Some(*source),
                what: format!("a virtual MFA device of account {id} names an owner in another account")
                    .into(),
                remedy: format!("save the output of `{}` again", Artefact::VirtualMfaDevices.command())
                    .into(),
            });
            self.gaps.push(Arc::clone(&gap));
            device.user_arn = Fact::Unknown(gap);
        }
    }

    /// A list that is shorter than AWS's own count.
    fn because_of_summary(&mut self, listing: &mut Listing<ServerCertificate>, counted: &Fact<u64>) {
        let listed = u64::try_from(listing.items.len()).unwrap_or(u64::MAX);
        let Ok(counted) = counted.known() else { return };
        if counted <= listed || listing.incomplete.is_some() {
            return;
        }
        let artefact = Artefact::ServerCertificates;
        let what = format!(
            "the account summary counts {counted} server certificates, the {} holds {listed}",
            artefact.noun()
        );
        let remedy = format!("run `{}` without a filter, and both at the same time", artefact.command());
        listing.incomplete =
            Some(self.gap(Reason::Contradiction, artefact, Some(listing.file), &what, &remedy));
    }

    fn gap(
        &mut self,
        reason: Reason,
        artefact: Artefact,
        file: Option<FileId>,
        what: &str,
        remedy: &str,
    ) -> Arc<Gap> {
        let gap = Arc::new(Gap {
            reason,
            artefact: Some(artefact),
            source: file.map(|file| Source { file, place: Place::File }),
            what: what.into(),
            remedy: remedy.into(),
        });
        self.gaps.push(Arc::clone(&gap));
        gap
    }

    /// The gap for an artefact that is not there. That nobody handed it in is no fault, and is listed only where a check
    /// asks for it.
    fn gap_for(&self, artefact: Artefact) -> Arc<Gap> {
        self.failed.get(&artefact).cloned().unwrap_or_else(|| {
            Arc::new(Gap {
                reason: Reason::NotSupplied,
                artefact: Some(artefact),
                source: None,
                what: artefact.not_handed_in().into(),
                remedy: format!("add the output of `{}`", artefact.command()).into(),
            })
        })
    }

    /// A manifest can say that pages are missing from a file that looks whole.
    fn pages_of<T>(&self, artefact: Artefact, listing: Listing<T>) -> Listing<T> {
        let incomplete = self.failed.get(&artefact).cloned().or(listing.incomplete);
        Listing { incomplete, ..listing }
    }

    /// The one artefact of its kind. Files with the same bytes are one; of files that differ none is better.
    fn only<T>(&mut self, artefact: Artefact, mut found: Vec<Found<T>>) -> Supplied<T> {
        found.sort_by_key(|found| (found.sha256, found.file));
        found.dedup_by_key(|found| found.sha256);
        if let [first, _, ..] = found.as_slice() {
            let (file, count) = (first.file, found.len());
            let what = format!("{count} differing files hold the {} of the same account", artefact.noun());
            let remedy = "hand in the newest one only";
            return Err(self.gap(Reason::Contradiction, artefact, Some(file), &what, remedy));
        }
        found.pop().map(|found| found.value).ok_or_else(|| self.gap_for(artefact))
    }

    /// All pages of the account authorization details as one.
    fn identities(
        &mut self,
        pages: Vec<Found<Box<AuthorizationDetails>>>,
        known: &Known<'_>,
    ) -> Supplied<Box<Identities>> {
        let Some((identities, gaps)) = details::join(pages, known) else {
            return Err(self.gap_for(Artefact::AuthorizationDetails));
        };
        self.gaps.extend(gaps);
        Ok(Box::new(identities))
    }

    /// Of several credential reports the newest counts, if all say when they were generated.
    fn newest_report(&mut self, mut found: Vec<Found<FoundReport>>) -> Supplied<Box<CredentialReport>> {
        let generated = |found: &Found<FoundReport>| found.value.0.generated().known().ok();
        found.sort_by_key(|found| (generated(found), found.sha256, found.file));
        found.dedup_by_key(|found| found.sha256);
        let is_clear = found.iter().map(generated).is_sorted_by(|a, b| a.is_some() && a < b);
        if is_clear && let Some(newest) = found.pop() {
            for older in found {
                self.gap(
                    Reason::NotSupplied,
                    Artefact::CredentialReport,
                    Some(older.file),
                    "an older credential report of the same account is not used",
                    "hand in the newest one only",
                );
            }
            return Ok(self.used(newest.value));
        }
        self.only(Artefact::CredentialReport, found).map(|found| self.used(found))
    }

    /// The report that counts; only what is missing from it is missing.
    fn used(&mut self, (report, gaps): FoundReport) -> Box<CredentialReport> {
        self.gaps.extend(gaps);
        report
    }
}
