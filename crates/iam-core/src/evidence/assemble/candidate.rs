use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::resources::{account_folder, is_placed};
use super::{Given, Hints, UnusedFile};
use crate::evidence::ReadFile;
use crate::fact::{FileId, Gap};
use crate::ident::{AccountId, Arn, Partition};
use crate::input::{self, Artefact, InputError, InputFile, Parsed, Read};

/// A file that is an artefact, usable or not.
pub(super) struct Candidate {
    pub(super) given: Given,
    pub(super) file: ReadFile,
    pub(super) content: Result<(Parsed, Vec<Arc<Gap>>), InputError>,
}

/// Whether a file in a folder that is not recognised was meant to be an artefact: by its name, or because it should hold
/// JSON or CSV and holds something else, such as a shell's or the AWS CLI's complaint. JSON of some other shape is somebody
/// else's.
fn is_meant_as_artefact(path: &str, bytes: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_data = ["json", "csv"].iter().any(|own| extension.eq_ignore_ascii_case(own));
    let is_other_json = bytes.trim_ascii_start().starts_with(b"{") && bytes.contains(&b'"');
    // There files are named after resources, which may be called as an artefact is.
    let is_named = !path.contains("resource-policies/")
        && (Artefact::named(stem).is_some()
            || Artefact::named(name.split('.').next().unwrap_or_default()).is_some());
    is_named || is_data && !is_other_json
}

impl Candidate {
    pub(super) fn read(
        id: FileId,
        file: InputFile,
        given: Given,
        hints: Hints<'_>,
    ) -> Result<Self, UnusedFile> {
        let InputFile { path, bytes } = file;
        let is_meant = given == Given::ByName || is_meant_as_artefact(&path, &bytes);
        // RFC 1952, section 2.3.1.
        let is_gzip = bytes.starts_with(&[0x1F, 0x8B]);
        let sha256 = Sha256::digest(&bytes).into();
        let read_file =
            |path, artefact, document| ReadFile { id, path, artefact, sha256, generated: None, document };
        match input::read(bytes, id) {
            // Policies without anything around them are often somebody else's.
            Ok(Some(Read { parsed: Parsed::ResourceAnswer(answer), .. }))
                if answer.about.arn.is_none()
                    && given == Given::InFolder
                    && hints.resource.is_none()
                    && !path.contains("resource-policies/") =>
            {
                let why = "a policy that does not say which resource it belongs to".to_owned();
                Err(UnusedFile { path, why, remedy: String::new(), is_fault: false })
            }
            Ok(Some(Read { artefact, parsed, gaps, document })) => {
                let mut file = read_file(path, artefact, document);
                if let Parsed::CredentialReport(report) = &parsed {
                    file.generated = report.generated().known().ok();
                }
                Ok(Self { given, file, content: Ok((parsed, gaps)) })
            }
            Ok(None) if is_placed(&path) => {
                let error = InputError::new(
                    Some(Artefact::ResourcePolicy),
                    "not recognised as an answer about who gets into a resource",
                    "save the output of the AWS CLI command again",
                );
                let file = read_file(path, Artefact::ResourcePolicy, None);
                Ok(Self { given, file, content: Err(error) })
            }
            Ok(None) => {
                let (why, remedy) = if is_gzip {
                    ("compressed with gzip", "unpack it first")
                } else {
                    (
                        "not recognised as the output of any call that iam-audit reads",
                        "see `iam-audit check --help` for the calls",
                    )
                };
                Err(UnusedFile { path, why: why.to_owned(), remedy: remedy.to_owned(), is_fault: is_meant })
            }
            Err(error) => {
                let claimed = error.artefact().filter(|artefact| artefact.is_of_resources());
                if is_placed(&path) {
                    let artefact = claimed.unwrap_or(Artefact::ResourcePolicy);
                    return Ok(Self { given, file: read_file(path, artefact, None), content: Err(error) });
                }
                if let Some(artefact) = error.artefact() {
                    return Ok(Self { given, file: read_file(path, artefact, None), content: Err(error) });
                }
                // Broken JSON in a folder may well be the artefact that someone counts on.
                let (why, remedy) = (error.to_string(), error.remedy().to_owned());
                Err(UnusedFile { path, why, remedy, is_fault: true })
            }
        }
    }

    /// The account that the content names, and its partition where it tells that too.
    pub(super) fn account(&self) -> Option<(AccountId, Option<Partition>)> {
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
            Parsed::AuthorizationDetails(page) => {
                let users = page.users.items.iter().map(|user| &*user.arn);
                let groups = page.groups.items.iter().map(|group| &*group.arn);
                let roles = page.roles.items.iter().map(|role| &*role.arn);
                let policies = page.policies.items.iter().map(|policy| &*policy.arn);
                users.chain(groups).chain(roles).chain(policies).find_map(of_arn)
            }
            Parsed::SamlProviders(listing) | Parsed::OpenIdConnectProviders(listing) => {
                listing.items.iter().find_map(|provider| of_arn(&provider.arn))
            }
            Parsed::InstanceProfileAssociations(listing) => {
                listing.items.iter().find_map(|item| of_arn(&item.value.profile))
            }
            Parsed::ServiceLastAccessed(report) => report
                .principal
                .as_deref()
                .into_iter()
                .chain(
                    report
                        .pages
                        .iter()
                        .flat_map(|page| &page.services)
                        .filter_map(|service| service.last.as_ref()?.entity.as_deref()),
                )
                .find_map(of_arn),
            Parsed::LastAccessedEntities(listing) => {
                listing.items.iter().find_map(|entity| of_arn(&entity.arn))
            }
            // An organisation's trail is the management account's.
            Parsed::Trails(listing) => {
                let own = listing.items.iter().find(|trail| !trail.value.is_organization);
                own.and_then(|trail| of_arn(&trail.value.arn))
            }
            Parsed::Alarms(alarms) => alarms.metric.items.iter().find_map(|alarm| of_arn(&alarm.value.arn)),
            Parsed::EventRules(listing) => listing.items.iter().find_map(|rule| of_arn(&rule.value.arn)),
            Parsed::Analyzers(answer) => {
                answer.of.iter().flat_map(|of| &of.items).find_map(|analyzer| of_arn(&analyzer.value.arn))
            }
            Parsed::ArchiveRules(answer) => answer.of.iter().find_map(|of| of_arn(of.analyzer.as_deref()?)),
            Parsed::AnalyzerFindings(answer) => {
                answer.of.iter().find_map(|of| of_arn(of.analyzer.as_deref()?))
            }
            Parsed::ResourceAnswer(answer) => {
                let of_arn = answer.about.arn.as_deref().and_then(of_arn);
                of_arn.or_else(|| Some((answer.about.account?, None)))
            }
            Parsed::Manifest(manifest) => manifest.account.map(|id| (id, manifest.partition.clone())),
            _ => None,
        }
    }

    /// Whether such a file stands for an account rather than for one of its users or Regions, or for an organisation.
    pub(super) fn marks_account(&self) -> bool {
        !self.file.artefact.is_of_monitoring()
            && !self.file.artefact.is_of_access_analyzer()
            && !self.file.artefact.is_of_resources()
            && !matches!(
                self.file.artefact,
                Artefact::MfaDevices
                    | Artefact::AccessKeys
                    | Artefact::AccessKeyLastUsed
                    | Artefact::ServiceSpecificCredentials
                    | Artefact::SigningCertificates
                    | Artefact::SshPublicKeys
                    | Artefact::InstanceProfileAssociations
                    | Artefact::OrganizationsPolicies
                    | Artefact::OrganizationsPolicy
                    | Artefact::OrganizationsTargets
                    | Artefact::Organization
                    | Artefact::OrganizationsTree
                    | Artefact::ServiceLastAccessed
                    | Artefact::LastAccessedEntities
                    | Artefact::OrganizationsAccessReport
                    | Artefact::PoliciesGrantingServiceAccess
            )
    }

    /// The folder that the file lies in; above `monitoring` and its like, where it lies in such a folder.
    pub(super) fn folder(&self) -> &str {
        let path = self.file.path.as_str();
        let own_folder = if self.file.artefact.is_of_monitoring() {
            Some(("/monitoring/", "monitoring/"))
        } else if self.file.artefact.is_of_access_analyzer() {
            Some(("/access-analyzer/", "access-analyzer/"))
        } else if self.file.artefact == Artefact::InstanceProfileAssociations {
            Some(("/instance-profiles/", "instance-profiles/"))
        } else {
            None
        };
        if let Some((within, at_start)) = own_folder {
            if let Some((above, _)) = path.rsplit_once(within) {
                return above;
            }
            if path.starts_with(at_start) {
                return "";
            }
        }
        if self.file.artefact.is_of_resources()
            && let Some(above) = account_folder(path)
        {
            return above;
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // Folders of answers about single principals lie in that of the account.
        let per_principal = [
            Artefact::ServiceLastAccessed,
            Artefact::LastAccessedEntities,
            Artefact::PoliciesGrantingServiceAccess,
        ];
        if !per_principal.contains(&self.file.artefact) {
            return folder;
        }
        let own = self.file.artefact.name();
        let mut above = std::iter::successors(Some(folder), |folder| Some(folder.rsplit_once('/')?.0));
        let own = above.find(|folder| folder.rsplit('/').next() == Some(own));
        own.map_or(folder, |own| own.rsplit_once('/').map_or("", |(account, _)| account))
    }
}
