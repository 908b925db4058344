use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::account::UserListings;
use super::{Account, ReadFile, Supplied};
use crate::fact::{FileId, Gap, Place, Reason, Source};
use crate::ident::{AccessKeyId, AccountId, Arn, Partition};
use crate::input::manifest::Manifest;
use crate::input::organizations_features::OrganizationsFeatures;
use crate::input::{self, Artefact, InputError, InputFile, Parsed, Read, quoted};

/// How a file came to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Named itself: it must be an artefact, and together with the other named files it tells of one account, unless
    /// these hold reports of several.
    ByName,
    /// Found in a folder that was named. Other files may lie there too.
    InFolder,
}

/// All accounts of a run.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The accounts, by id and then by location.
    pub accounts: Vec<Account>,
    /// Files that were not used for any account.
    pub unused: Vec<UnusedFile>,
}

/// A file that was handed in but tells nothing about any account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnusedFile {
    /// Its path.
    pub path: String,
    /// Why it was not used.
    pub why: String,
    /// What to do, if it is a fault.
    pub remedy: String,
    /// Whether this is a fault, rather than a file that just lies in the same folder.
    pub is_fault: bool,
}

/// Reads files, sorts them by account and joins what belongs together. The order of the files does not matter.
///
/// Files found in folders belong to the nearest folder above them that holds an artefact of the account itself (a
/// credential report, a summary, a manifest ...), so that a folder of account folders is an organisation.
///
/// ```
/// use iam_core::evidence::{Given, assemble};
/// use iam_core::input::InputFile;
///
/// let csv = "user,arn,mfa_active\n<root_account>,arn:aws:iam::111122223333:root,true\n";
/// let file = InputFile { path: "report.csv".into(), bytes: csv.into() };
/// let evidence = assemble(vec![(file, Given::ByName)]);
/// assert_eq!(evidence.accounts[0].id().unwrap().to_string(), "111122223333");
/// ```
pub fn assemble(mut files: Vec<(InputFile, Given)>) -> Evidence {
    files.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path).then_with(|| a.bytes.cmp(&b.bytes)));
    let mut unused = Vec::new();
    let mut candidates = Vec::new();
    for (id, (file, given)) in (0..).map(FileId).zip(files) {
        match Candidate::read(id, file, given) {
            Ok(candidate) => candidates.push(candidate),
            Err(file) => unused.push(file),
        }
    }
    let mut accounts = Vec::new();
    for (folder, candidates) in by_folder(candidates) {
        for group in by_account(folder, candidates, &mut unused) {
            accounts.push(join(group));
        }
    }
    accounts.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.location.cmp(&b.location)));
    share_organization(&mut accounts);
    unused.sort();
    Evidence { accounts, unused }
}

/// A file that is an artefact, usable or not.
struct Candidate {
    given: Given,
    file: ReadFile,
    content: Result<(Parsed, Vec<Arc<Gap>>), InputError>,
}

/// The files of one account.
struct Group {
    location: String,
    id: Option<AccountId>,
    files: Vec<Candidate>,
}

impl Candidate {
    fn read(id: FileId, file: InputFile, given: Given) -> Result<Self, UnusedFile> {
        let InputFile { path, bytes } = file;
        let sha256 = Sha256::digest(&bytes).into();
        let read_file =
            |path, artefact, document| ReadFile { id, path, artefact, sha256, generated: None, document };
        match input::read(bytes, id) {
            Ok(Some(Read { artefact, parsed, gaps, document })) => {
                let mut file = read_file(path, artefact, document);
                if let Parsed::CredentialReport(report) = &parsed {
                    file.generated = report.generated().known().ok();
                }
                Ok(Self { given, file, content: Ok((parsed, gaps)) })
            }
            Ok(None) => Err(UnusedFile {
                path,
                why: "not recognised as the output of any call that iam-audit reads".to_owned(),
                remedy: "see `iam-audit check --help` for the calls".to_owned(),
                is_fault: given == Given::ByName,
            }),
            Err(error) => match error.artefact() {
                Some(artefact) => {
                    Ok(Self { given, file: read_file(path, artefact, None), content: Err(error) })
                }
                None => {
                    // Broken JSON in a folder may well be the artefact that someone counts on.
                    let (why, remedy) = (error.to_string(), error.remedy().to_owned());
                    Err(UnusedFile { path, why, remedy, is_fault: true })
                }
            },
        }
    }

    /// The account that the content names, and its partition where it tells that too.
    fn account(&self) -> Option<(AccountId, Option<Partition>)> {
        let of_arn = |arn: &str| {
            let arn = Arn::parse(arn).ok()?;
            Some((arn.account().ok()?, Some(arn.partition())))
        };
        match &self.content.as_ref().ok()?.0 {
            Parsed::CredentialReport(report) => {
                report.account().map(|(id, partition)| (id, Some(partition.clone())))
            }
            Parsed::VirtualMfaDevices(listing) => {
                listing.items.iter().find_map(|device| of_arn(device.serial_number.seen().ok()?))
            }
            Parsed::ServerCertificates(listing) => {
                listing.items.iter().find_map(|certificate| of_arn(&certificate.arn))
            }
            Parsed::Manifest(manifest) => manifest.account.map(|id| (id, manifest.partition.clone())),
            _ => None,
        }
    }

    /// Whether such a file stands for an account rather than for one of its users.
    fn marks_account(&self) -> bool {
        !matches!(
            self.file.artefact,
            Artefact::MfaDevices
                | Artefact::AccessKeys
                | Artefact::AccessKeyLastUsed
                | Artefact::ServiceSpecificCredentials
                | Artefact::SigningCertificates
                | Artefact::SshPublicKeys
        )
    }

    fn folder(&self) -> &str {
        self.file.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// Files by account folder; the files that were named themselves make one group.
fn by_folder(candidates: Vec<Candidate>) -> BTreeMap<Option<String>, Vec<Candidate>> {
    let account_folders: std::collections::BTreeSet<String> = candidates
        .iter()
        .filter(|candidate| candidate.given == Given::InFolder && candidate.marks_account())
        .map(|candidate| candidate.folder().to_owned())
        .collect();
    let mut groups: BTreeMap<Option<String>, Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates {
        let group = (candidate.given == Given::InFolder).then(|| {
            let own = candidate.folder();
            // A relative path ends in the folder that has no name, the one that was handed in itself.
            let above = std::iter::successors(Some(own), |folder| {
                let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
                (!folder.is_empty()).then_some(above)
            });
            above.into_iter().find(|folder| account_folders.contains(*folder)).unwrap_or(own).to_owned()
        });
        groups.entry(group).or_default().push(candidate);
    }
    groups
}

/// Splits a group that holds reports of several accounts. Files that then name no account cannot be used.
fn by_account(
    folder: Option<String>,
    candidates: Vec<Candidate>,
    unused: &mut Vec<UnusedFile>,
) -> Vec<Group> {
    let ids: std::collections::BTreeSet<AccountId> =
        candidates.iter().filter_map(|candidate| Some(candidate.account()?.0)).collect();
    if ids.len() <= 1 {
        let location = folder
            .map(|folder| if folder.is_empty() { ".".to_owned() } else { folder })
            .or_else(|| Some(candidates.first()?.file.path.clone()))
            .unwrap_or_default();
        return vec![Group { location, id: ids.first().copied(), files: candidates }];
    }
    let mut groups: BTreeMap<AccountId, Group> = BTreeMap::new();
    for candidate in candidates {
        match candidate.account() {
            Some((id, _)) => {
                let group =
                    || Group { location: candidate.file.path.clone(), id: Some(id), files: Vec::new() };
                groups.entry(id).or_insert_with(group).files.push(candidate);
            }
            None => unused.push(UnusedFile {
                why: format!(
                    "the {} does not say which of {} accounts it is about",
                    candidate.file.artefact.noun(),
                    ids.len()
                ),
                remedy: "keep the files of each account in a folder of their own".to_owned(),
                is_fault: true,
                path: candidate.file.path,
            }),
        }
    }
    groups.into_values().collect()
}

/// Joins the files of one account.
fn join(group: Group) -> Account {
    let mut joining = Joining { gaps: Vec::new(), manifests: Vec::new(), calls_failed: BTreeMap::new() };
    let partition = group.files.iter().find_map(|candidate| candidate.account()?.1).unwrap_or_default();
    let mut files = Vec::new();
    let mut singles: BTreeMap<Artefact, Vec<(FileId, [u8; 32], Parsed)>> = BTreeMap::new();
    let mut listings: Vec<(String, Parsed)> = Vec::new();
    for Candidate { file, content, .. } in group.files {
        match content {
            Ok((Parsed::CallError(error), _)) => {
                let gap = joining.gap(
                    error.reason(),
                    file.artefact,
                    file.id,
                    error.what(),
                    may_call(file.artefact),
                );
                joining.calls_failed.insert(file.artefact, gap);
            }
            Ok((Parsed::Manifest(manifest), gaps)) => {
                joining.gaps.extend(gaps);
                joining.manifests.push(manifest);
            }
            Ok((parsed, gaps)) => {
                joining.gaps.extend(gaps);
                if is_per_user(&parsed) {
                    listings.push((file.path.clone(), parsed));
                } else {
                    singles.entry(file.artefact).or_default().push((file.id, file.sha256, parsed));
                }
            }
            Err(error) => {
                let gap = joining.gap(
                    error.reason(),
                    file.artefact,
                    file.id,
                    error.to_string(),
                    error.remedy().to_owned(),
                );
                joining.calls_failed.insert(file.artefact, gap);
            }
        }
        files.push(file);
    }
    joining.read_manifests();

    let mut take = |artefact| joining.one(artefact, singles.remove(&artefact).unwrap_or_default());
    let credential_report = take(Artefact::CredentialReport);
    let account_summary = take(Artefact::AccountSummary);
    let password_policy = take(Artefact::PasswordPolicy);
    let virtual_mfa_devices = take(Artefact::VirtualMfaDevices);
    let organizations_features = take(Artefact::OrganizationsFeatures);
    let alias = take(Artefact::AccountAliases);
    let server_certificates = take(Artefact::ServerCertificates);
    let mut account = Account {
        id: group.id,
        partition,
        alias: variant(alias, |parsed| match parsed {
            Parsed::AccountAlias(alias) => Some(alias),
            _ => None,
        })
        .ok()
        .flatten(),
        location: group.location,
        manifest_finished: joining.finished(),
        account_summary_time: joining.time_of(Artefact::AccountSummary),
        credential_report: variant(credential_report, |parsed| match parsed {
            Parsed::CredentialReport(report) => Some(report),
            _ => None,
        }),
        account_summary: variant(account_summary, |parsed| match parsed {
            Parsed::AccountSummary(summary) => Some(summary),
            _ => None,
        }),
        password_policy: variant(password_policy, |parsed| match parsed {
            Parsed::PasswordPolicy(policy) => Some(policy),
            _ => None,
        }),
        virtual_mfa_devices: variant(virtual_mfa_devices, |parsed| match parsed {
            Parsed::VirtualMfaDevices(listing) => Some(listing),
            _ => None,
        }),
        organizations_features: variant(organizations_features, |parsed| match parsed {
            Parsed::OrganizationsFeatures(features) => Some(features),
            _ => None,
        }),
        organization_of_run: None,
        server_certificates: variant(server_certificates, |parsed| match parsed {
            Parsed::ServerCertificates(listing) => Some(listing),
            _ => None,
        }),
        service_specific_credentials: joining.missing(Artefact::ServiceSpecificCredentials),
        users: BTreeMap::new(),
        no_access_keys: joining.gap_for(Artefact::AccessKeys),
        no_last_used: joining.gap_for(Artefact::AccessKeyLastUsed),
        no_mfa_devices: joining.gap_for(Artefact::MfaDevices),
        files,
        gaps: Vec::new(),
    };
    // A manifest can say that pages are missing from a file that looks whole.
    if let (Ok(listing), Some(gap)) =
        (&mut account.virtual_mfa_devices, joining.calls_failed.get(&Artefact::VirtualMfaDevices))
    {
        listing.incomplete = Some(Arc::clone(gap));
    }
    if let (Ok(listing), Some(gap)) =
        (&mut account.server_certificates, joining.calls_failed.get(&Artefact::ServerCertificates))
    {
        listing.incomplete = Some(Arc::clone(gap));
    }
    for (path, listing) in listings {
        account.add_listing(&path, listing, &mut joining);
    }
    account.gaps = joining.gaps;
    account
}

/// Takes the variant that belongs to an artefact; the artefact already tells which one it is.
fn variant<T>(supplied: Supplied<Parsed>, take: impl FnOnce(Parsed) -> Option<T>) -> Supplied<T> {
    supplied.and_then(|parsed| {
        take(parsed).ok_or_else(|| {
            Arc::new(Gap {
                reason: Reason::Internal,
                artefact: None,
                source: None,
                what: "an artefact was read as another one".into(),
                remedy: "report this as a defect of iam-audit".into(),
            })
        })
    })
}

fn is_per_user(parsed: &Parsed) -> bool {
    matches!(
        parsed,
        Parsed::MfaDevices(_)
            | Parsed::AccessKeys(_)
            | Parsed::AccessKeyLastUsed(_)
            | Parsed::ServiceSpecificCredentials(_)
            | Parsed::SigningCertificates(_)
            | Parsed::SshPublicKeys(_)
    )
}

fn may_call(artefact: Artefact) -> String {
    format!("allow {} and run `{}` again", artefact.permission(), artefact.command())
}

/// What accumulates while an account is joined.
struct Joining {
    gaps: Vec<Arc<Gap>>,
    manifests: Vec<Manifest>,
    /// Artefacts whose file says that the call failed, or cannot be used.
    calls_failed: BTreeMap<Artefact, Arc<Gap>>,
}

impl Joining {
    fn gap(
        &mut self,
        reason: Reason,
        artefact: Artefact,
        file: FileId,
        what: String,
        remedy: String,
    ) -> Arc<Gap> {
        let gap = Arc::new(Gap {
            reason,
            artefact: Some(artefact),
            source: Some(Source { file, place: Place::File }),
            what: what.into(),
            remedy: remedy.into(),
        });
        self.gaps.push(Arc::clone(&gap));
        gap
    }

    /// Calls that the manifest says failed, and whose file is therefore missing or incomplete.
    fn read_manifests(&mut self) {
        for call in self.manifests.iter().flat_map(|manifest| &manifest.calls) {
            let (Some(artefact), Some(reason)) =
                (Artefact::of_operation(&call.operation), call.status.reason())
            else {
                continue;
            };
            let error = call.error.as_deref().map(|error| format!(": {}", quoted(error))).unwrap_or_default();
            let status = match reason {
                Reason::Denied => "was denied",
                _ => "did not finish",
            };
            let gap = Arc::new(Gap {
                reason,
                artefact: Some(artefact),
                source: None,
                what: format!("manifest.json says that {} {status}{error}", call.operation).into(),
                remedy: may_call(artefact).into(),
            });
            self.gaps.push(Arc::clone(&gap));
            self.calls_failed.entry(artefact).or_insert(gap);
        }
    }

    fn finished(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.manifests.iter().filter_map(|manifest| manifest.finished.known().ok().flatten()).max()
    }

    fn time_of(&self, artefact: Artefact) -> Option<chrono::DateTime<chrono::Utc>> {
        let calls = self.manifests.iter().flat_map(|manifest| &manifest.calls);
        calls.filter(|call| call.operation == artefact.operation()).filter_map(|call| call.time).max()
    }

    /// The gap for an artefact that is not there.
    fn gap_for(&self, artefact: Artefact) -> Arc<Gap> {
        self.calls_failed.get(&artefact).cloned().unwrap_or_else(|| {
            Arc::new(Gap {
                reason: Reason::NotSupplied,
                artefact: Some(artefact),
                source: None,
                what: format!("no {} was handed in", artefact.noun()).into(),
                remedy: format!("add the output of `{}`", artefact.command()).into(),
            })
        })
    }

    fn missing<T>(&self, artefact: Artefact) -> Supplied<T> {
        Err(self.gap_for(artefact))
    }

    /// The one file of an artefact. Of several reports the newest counts; of several others none, unless they are equal.
    fn one(&mut self, artefact: Artefact, mut files: Vec<(FileId, [u8; 32], Parsed)>) -> Supplied<Parsed> {
        files.dedup_by_key(|(_, sha256, _)| *sha256);
        if files.len() > 1 {
            let generated = |parsed: &Parsed| match parsed {
                Parsed::CredentialReport(report) => report.generated().known().ok(),
                _ => None,
            };
            files.sort_by_key(|(_, _, parsed)| generated(parsed));
            let is_clear = files
                .iter()
                .map(|(_, _, parsed)| generated(parsed))
                .is_sorted_by(|a, b| a.is_some() && a < b);
            let first = files.first().map_or(FileId(0), |(id, ..)| *id);
            let what = if is_clear {
                "an older credential report of the same account is not used".to_owned()
            } else {
                format!("{} differing files hold the {} of the same account", files.len(), artefact.noun())
            };
            let reason = if is_clear { Reason::NotSupplied } else { Reason::Contradiction };
            let gap = self.gap(reason, artefact, first, what, "hand in the newest one only".to_owned());
            if !is_clear {
                return Err(gap);
            }
        }
        match files.pop() {
            Some((_, _, parsed)) => Ok(parsed),
            None => self.missing(artefact),
        }
    }
}

impl Account {
    fn add_listing(&mut self, path: &str, parsed: Parsed, joining: &mut Joining) {
        match parsed {
            Parsed::AccessKeys(listing) => {
                let listed = listing.incomplete.clone().map_or(Ok(()), Err);
                for key in listing.items {
                    let user = self.listings_of(&key.user_name);
                    if user.access_keys_listed.as_ref().is_none_or(Result::is_ok) {
                        user.access_keys_listed = Some(listed.clone());
                    }
                    if !user.access_keys.iter().any(|other| other.id == key.id) {
                        user.access_keys.push(key);
                    }
                }
            }
            Parsed::MfaDevices(listing) => {
                let incomplete = listing.incomplete.clone();
                for device in listing.items {
                    let user = self.listings_of(&device.user_name);
                    match (&incomplete, &mut user.mfa_devices) {
                        (Some(gap), devices) => *devices = Some(Err(Arc::clone(gap))),
                        (None, None) => user.mfa_devices = Some(Ok(vec![device])),
                        (None, Some(Ok(devices))) => devices.push(device),
                        (None, Some(Err(_))) => {}
                    }
                }
            }
            Parsed::AccessKeyLastUsed(used) => {
                // AWS's answer does not name the key, so that the file's name has to.
                let stem =
                    path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
                if AccessKeyId::looks_like_one(stem) {
                    self.listings_of(&used.user_name).last_used.push((stem.to_owned(), used));
                } else {
                    joining.gaps.push(Arc::new(Gap {
                        reason: Reason::Malformed,
                        artefact: Some(Artefact::AccessKeyLastUsed),
                        source: used.at.source().map(|source| Source { place: Place::File, ..source }),
                        what: "the answer does not say which access key it is about".into(),
                        remedy: "name the file after the key's id, such as AKIAIOSFODNN7EXAMPLE.json".into(),
                    }));
                }
            }
            Parsed::ServiceSpecificCredentials(listing) => match &mut self.service_specific_credentials {
                Ok(listings) => listings.push(listing),
                missing => *missing = Ok(vec![listing]),
            },
            Parsed::SigningCertificates(listing) => {
                for certificate in listing.items {
                    self.listings_of(&certificate.user_name).signing_certificates.push(certificate);
                }
            }
            Parsed::SshPublicKeys(listing) => {
                for key in listing.items {
                    self.listings_of(&key.user_name).ssh_public_keys.push(key);
                }
            }
            _ => {}
        }
    }

    fn listings_of(&mut self, user: &str) -> &mut UserListings {
        self.users.entry(user.to_owned()).or_default()
    }
}

/// A member account may not ask what its organisation manages centrally; the management account's answer in the same run
/// tells it. When several answers differ, nothing tells which of them is about the member.
fn share_organization(accounts: &mut [Account]) {
    let said = |account: &Account| match &account.organizations_features {
        Ok(
            features @ OrganizationsFeatures::Enabled {
                organization,
                root_credentials_management,
                root_sessions,
            },
        ) => {
            let said =
                (organization.clone(), root_credentials_management.known().ok(), root_sessions.known().ok());
            Some((said, features.clone()))
        }
        _ => None,
    };
    let mut answers = accounts.iter().filter_map(said);
    let enabled = answers
        .next()
        .filter(|(first, _)| answers.all(|(other, _)| other == *first))
        .map(|(_, features)| features);
    for account in accounts {
        if matches!(account.organizations_features, Ok(OrganizationsFeatures::Member(_))) {
            account.organization_of_run.clone_from(&enabled);
        }
    }
}
