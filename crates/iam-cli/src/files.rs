//! From paths to bytes. What the bytes mean is decided elsewhere.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use iam_core::evidence::{Evidence, Given, Hints, UnusedFile, assemble_with};
use iam_core::input::{InputFile, may_be_artefact};
use iam_trail::{Request, may_hold_records};
use walkdir::WalkDir;

/// Larger files are refused: no account's artefact comes near this.
const LARGEST_FILE: u64 = 2 * 1024 * 1024 * 1024;

/// Larger events and reports of ours are refused. An event has 256 KB at most.
const LARGEST_MESSAGE: u64 = 64 * 1024 * 1024;

/// How much of a file found in a folder is looked at before all of it is read.
const FIRST_BYTES: u64 = 4_096;

/// What is read, and how.
#[derive(Clone, Copy, Default)]
pub(crate) struct Reading<'a> {
    pub(crate) paths: &'a [PathBuf],
    /// What the caller knows of files that do not say it.
    pub(crate) hints: Hints<'a>,
    /// Where the output goes, which may be none of the log files.
    pub(crate) output: Option<&'a Path>,
    /// Whether copies of an event in the log files count once.
    pub(crate) deduplicate: bool,
}

impl<'a> Reading<'a> {
    pub(crate) fn of(paths: &'a [PathBuf]) -> Self {
        Self { paths, ..Self::default() }
    }

    /// Reads all artefacts that the paths name. What cannot be read is listed among the unused files, and the rest goes on.
    pub(crate) fn artefacts(self) -> Evidence {
        read(self.paths, self.hints).0
    }

    /// Reads CloudTrail log files as well.
    pub(crate) fn with_trail(self) -> anyhow::Result<Evidence> {
        let (mut evidence, listed) = read(self.paths, self.hints);
        if listed.is_empty() {
            return Ok(evidence);
        }
        if let Some(output) = self.output {
            crate::output::spare(output, listed.iter())?;
        }
        let request = Request { listed, deduplicate: self.deduplicate, ..Request::default() };
        evidence.join_activity(crate::trail::read(&request)?.activity);
        Ok(evidence)
    }
}

/// Says which files should have been used and were not; tells whether there is an account at all.
pub(crate) fn has_account(evidence: &Evidence) -> bool {
    warn_of_unused(evidence);
    if evidence.accounts.is_empty() {
        anstream::eprintln!("error: no artefact of an account was recognised");
    }
    !evidence.accounts.is_empty()
}

/// Says which files should have been used and were not.
pub(crate) fn warn_of_unused(evidence: &Evidence) {
    for file in evidence.unused.iter().filter(|file| file.is_fault) {
        anstream::eprintln!("warning: {}: {}", file.path.escape_debug(), file.why);
    }
}

/// The artefacts, and the CloudTrail log files, which are not read here but named.
fn read(paths: &[PathBuf], hints: Hints<'_>) -> (Evidence, Vec<PathBuf>) {
    let mut found = Found::default();
    for path in without_overlaps(paths) {
        if path.as_os_str() == "-" {
            found.keep("stdin".to_owned(), Given::ByName, read_all(io::stdin().lock(), 0));
        } else if path.is_dir() {
            found.walk(path);
        } else if is_trail(path) {
            found.trail.push(path.clone());
        } else {
            found.keep(shown(path), Given::ByName, read_file(path));
        }
    }
    let mut evidence = assemble_with(found.files, hints);
    evidence.unused.extend(found.unused);
    evidence.unused.sort();
    (evidence, found.trail)
}

/// Reads one file of a kind that is small; `-` is standard input.
pub(crate) fn read_one(path: &Path) -> anyhow::Result<Vec<u8>> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let limit = LARGEST_MESSAGE + 1;
        if path.as_os_str() == "-" {
            io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
        } else {
            File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        }
        if bytes.len() as u64 > LARGEST_MESSAGE {
            return Err(io::Error::other("larger than 64 MiB"));
        }
        Ok(bytes)
    };
    read().with_context(|| format!("cannot read {}", path.display()))
}

/// Whether a file holds CloudTrail records. In archives of millions of files the name has to do.
fn is_trail(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.contains("_CloudTrail_") || may_hold_records(path).unwrap_or(false)
}

/// Paths that lie below another given path are read with that one, and not twice.
fn without_overlaps(paths: &[PathBuf]) -> Vec<&PathBuf> {
    let real: Vec<Option<PathBuf>> = paths.iter().map(|path| path.canonicalize().ok()).collect();
    let is_below = |own: usize| {
        let Some(Some(path)) = real.get(own) else { return false };
        real.iter().enumerate().any(|(index, other)| {
            other.as_ref().is_some_and(|other| {
                index != own && path.starts_with(other) && (path != other || index < own)
            })
        })
    };
    paths.iter().enumerate().filter(|(index, _)| !is_below(*index)).map(|(_, path)| path).collect()
}

#[derive(Default)]
struct Found {
    files: Vec<(InputFile, Given)>,
    unused: Vec<UnusedFile>,
    folders: Vec<String>,
    trail: Vec<PathBuf>,
}

impl Found {
    /// The folder's name in messages. Two folders that would have the same one are told apart, as their names also tell
    /// which account a file belongs to.
    fn name_of(&mut self, folder: &Path) -> String {
        let shown = shown(folder);
        let same = self.folders.iter().filter(|name| **name == shown).count();
        self.folders.push(shown.clone());
        if same == 0 { shown } else { format!("{shown} ({})", same + 1) }
    }

    fn keep(&mut self, path: String, given: Given, read: io::Result<Vec<u8>>) {
        match read {
            Ok(bytes) => self.files.push((InputFile { path, bytes }, given)),
            Err(error) => {
                self.refuse(path, format!("cannot be read: {error}"), "check the path and its permissions");
            }
        }
    }

    fn refuse(&mut self, path: String, why: String, remedy: &str) {
        self.unused.push(UnusedFile { path, why, remedy: remedy.to_owned(), is_fault: true });
    }

    /// Keeps every file below a folder that may be an artefact; links are followed.
    fn walk(&mut self, folder: &Path) {
        let name = self.name_of(folder);
        let before = self.files.len() + self.trail.len();
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().map_or_else(|| name.clone(), shown);
                    self.keep(path, Given::InFolder, Err(error.into()));
                    continue;
                }
            };
            let inside = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let path = join(&name, &shown(inside));
            if entry.file_type().is_file() && is_trail(entry.path()) {
                self.trail.push(entry.into_path());
            } else if entry.file_type().is_file() {
                match may_be_worth_reading(entry.path()) {
                    Ok(true) => self.keep(path, Given::InFolder, read_file(entry.path())),
                    Ok(false) => self.unused.push(UnusedFile {
                        path,
                        why: "not recognised as the output of any call that iam-audit reads".to_owned(),
                        remedy: String::new(),
                        is_fault: false,
                    }),
                    Err(error) => self.keep(path, Given::InFolder, Err(error)),
                }
            } else if !entry.file_type().is_dir() {
                self.refuse(path, "is neither a file nor a folder".to_owned(), "hand in files and folders");
            }
        }
        if self.files.len() + self.trail.len() == before {
            let name = if name.is_empty() { ".".to_owned() } else { name };
            self.refuse(name, "holds no file that could be an artefact".to_owned(), "check the path");
        }
    }
}

fn may_be_worth_reading(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(FIRST_BYTES).read_to_end(&mut start)?;
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    Ok(may_be_artefact(&name, &start))
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len().min(LARGEST_FILE);
    read_all(file, usize::try_from(size).unwrap_or(0))
}

/// Reads a source of about this size.
fn read_all(source: impl Read, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size + 1);
    source.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(io::Error::other("larger than 2 GiB"));
    }
    Ok(bytes)
}

/// The path as reports show it: with `/`, and relative where it lies below the current folder, so that a report does not
/// tell where on the machine it was made.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).ok();
    let path = match below {
        Some(below) => below,
        None if path.is_absolute() => path.file_name().map_or(path, Path::new),
        None => path,
    };
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn join(folder: &str, inside: &str) -> String {
    if folder.is_empty() { inside.to_owned() } else { format!("{folder}/{inside}") }
}
