use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Given, UnusedFile};
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

impl Candidate {
    pub(super) fn read(id: FileId, file: InputFile, given: Given) -> Result<Self, UnusedFile> {
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
            Err(error) => {
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
            Parsed::Manifest(manifest) => manifest.account.map(|id| (id, manifest.partition.clone())),
            _ => None,
        }
    }

    /// Whether such a file stands for an account rather than for one of its users.
    pub(super) fn marks_account(&self) -> bool {
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

    pub(super) fn folder(&self) -> &str {
        self.file.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}
