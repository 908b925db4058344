//! From files to accounts: read, sort by account, join.

mod access_analyzer;
mod activity;
mod candidate;
mod details;
mod grouping;
mod instance_profiles;
mod join;
mod last_accessed;
mod listings;
mod monitoring;
mod organization;
mod resources;
mod shelf;

use candidate::Candidate;

use super::{Account, Quote};
use crate::fact::{FileId, Source};
use crate::input::InputFile;

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

impl Evidence {
    /// Whether something that was handed in or asked for could not be seen: a file that cannot be used, or a gap that is a
    /// failure.
    pub fn has_failed(&self) -> bool {
        self.unused.iter().any(|file| file.is_fault)
            || self.accounts.iter().flat_map(Account::gaps).any(|gap| gap.reason.is_failure())
    }

    /// Turns a source into file, place and text, whichever account the file is about.
    pub fn quote(&self, source: Source) -> Option<Quote> {
        self.accounts.iter().find_map(|account| account.quote(source))
    }
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
pub fn assemble(files: Vec<(InputFile, Given)>) -> Evidence {
    assemble_with(files, Hints::default())
}

/// The same, where the caller knows whom reports of last uses are about that do not say it: the user, group, role or policy
/// with the ARN `principal`. AWS's own answers never do.
pub fn assemble_about(files: Vec<(InputFile, Given)>, principal: Option<&str>) -> Evidence {
    assemble_with(files, Hints { principal, ..Hints::default() })
}

/// What the caller knows of files that do not say it themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hints<'a> {
    /// The ARN of the user, group, role or policy that reports of last uses are about.
    pub principal: Option<&'a str>,
    /// The ARN of the resource that a policy is attached to. Most of AWS's answers do not tell it.
    pub resource: Option<&'a str>,
}

/// The same with all hints.
pub fn assemble_with(mut files: Vec<(InputFile, Given)>, hints: Hints<'_>) -> Evidence {
    files.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path).then_with(|| a.bytes.cmp(&b.bytes)));
    let mut unused = Vec::new();
    let mut candidates = Vec::new();
    for (id, (file, given)) in (0..).map(FileId).zip(files) {
        match Candidate::read(id, file, given, hints) {
            Ok(candidate) => candidates.push(candidate),
            Err(file) => unused.push(file),
        }
    }
    let mut accounts = Vec::new();
    for (folder, candidates) in grouping::by_folder(candidates) {
        for group in grouping::by_account(folder, candidates, &mut unused) {
            accounts.push(join::join(group, hints));
        }
    }
    accounts.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| a.location.cmp(&b.location)));
    organization::share(&mut accounts);
    organization::share_policies(&mut accounts);
    organization::share_monitoring(&mut accounts);
    organization::share_access_analyzer(&mut accounts);
    unused.sort();
    Evidence { accounts, unused }
}
