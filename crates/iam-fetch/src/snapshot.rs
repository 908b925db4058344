//! The snapshot directory: files that appear whole or not at all, readable by their owner only, and the manifest that tells
//! which calls stand behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, SubsecRound as _, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::collector::Call;
use crate::error::Error;
use crate::failure::{Failure, Kind};
use crate::json::printed;

const MANIFEST: &str = "manifest.json";

/// How often the manifest is written while calls are made. What was fetched after that is fetched again by the next run.
const MANIFEST_EVERY: Duration = Duration::from_secs(1);

/// How long a snapshot can be gone on with. Its answers should be of about the same time.
const GOES_ON_FOR: TimeDelta = TimeDelta::days(1);

/// A directory that is being filled.
#[derive(Debug)]
pub(crate) struct Snapshot {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    head: Head,
    calls: BTreeMap<Key, Entry>,
    written: Option<Instant>,
    /// When an earlier run was finished, as long as this one has nothing new.
    finished_before: Option<DateTime<Utc>>,
}

/// What the manifest says about the whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) tool: String,
    pub(crate) account: String,
    pub(crate) partition: String,
    /// As whom the calls were made.
    pub(crate) caller: String,
    pub(crate) regions: BTreeSet<String>,
    pub(crate) started: DateTime<Utc>,
    pub(crate) finished: Option<DateTime<Utc>>,
}

/// A call is known by its operation and the file that its answer stands in, or what it was about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    operation: String,
    region: Option<String>,
    file: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    operation: String,
    #[serde(default)]
    service: String,
    /// What has to be allowed; it is not always called like the operation.
    #[serde(default)]
    permission: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    file: Option<String>,
    status: Status,
    time: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Complete,
    Partial,
    Denied,
    Failed,
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    #[serde(flatten)]
    head: Head,
    calls: Vec<Entry>,
}

/// Where and what a call was, for the manifest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made<'m> {
    pub(crate) call: &'m Call,
    pub(crate) region: Option<&'m str>,
    pub(crate) file: Option<&'m str>,
}

impl Snapshot {
    /// Opens a new or empty directory, or one that an earlier run began for the same account.
    pub(crate) fn open(folder: &Path, head: Head) -> Result<Self, Error> {
        let failed = |what, error| Error::Directory { path: folder.to_owned(), what, error };
        owners_only()
            .recursive(true)
            .create(folder)
            .map_err(|error| failed("cannot make the directory", error))?;
        let state = match fs::read(folder.join(MANIFEST)) {
            Ok(bytes) => {
                let begun: Manifest = serde_json::from_slice(&bytes)
                    .map_err(|error| failed("cannot read the manifest of an earlier run", error.into()))?;
                if begun.head.account != head.account {
                    return Err(Error::OtherAccount { found: begun.head.account, own: head.account });
                }
                if head.started - begun.head.started > GOES_ON_FOR {
                    return Err(Error::Old { path: folder.to_owned(), started: begun.head.started });
                }
                let finished_before = begun.head.finished;
                let calls = begun.calls.into_iter().map(|entry| (entry.key(), entry)).collect();
                let regions = begun.head.regions.union(&head.regions).cloned().collect();
                let head = Head { started: begun.head.started, regions, ..head };
                State { head, calls, written: None, finished_before }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut entries =
                    fs::read_dir(folder).map_err(|error| failed("cannot look into the directory", error))?;
                if entries.next().is_some() {
                    return Err(Error::NotEmpty { path: folder.to_owned() });
                }
                State { head, calls: BTreeMap::new(), written: None, finished_before: None }
            }
            Err(error) => return Err(failed("cannot read the manifest of an earlier run", error)),
        };
        let snapshot = Self { folder: folder.to_owned(), state: Mutex::new(state) };
        snapshot.flush(None)?;
        Ok(snapshot)
    }

    /// Whether an earlier run has this answer.
    pub(crate) fn has(&self, made: Made<'_>) -> bool {
        let is_complete =
            self.state().calls.get(&made.key()).is_some_and(|entry| entry.status == Status::Complete);
        is_complete && made.file.is_none_or(|file| self.folder.join(file).is_file())
    }

    /// Whether a file was written.
    pub(crate) fn exists(&self, file: &str) -> bool {
        self.folder.join(file).is_file()
    }

    /// The bytes of a file that was written.
    pub(crate) fn read(&self, file: &str) -> io::Result<Vec<u8>> {
        fs::read(self.folder.join(file))
    }

    /// Writes a file that appears whole or not at all.
    pub(crate) fn write(&self, file: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(file);
        let failed = |error| Error::Directory { path: path.clone(), what: "cannot write", error };
        let folder = path.parent().unwrap_or(&self.folder);
        owners_only().recursive(true).create(folder).map_err(failed)?;
        // Temporary files are made for their owner only.
        let mut temporary = NamedTempFile::new_in(folder).map_err(failed)?;
        temporary.write_all(bytes).map_err(failed)?;
        temporary.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Notes how a call ended.
    pub(crate) fn note(&self, made: Made<'_>, status: Status, error: Option<String>) -> Result<(), Error> {
        let entry = Entry {
            operation: made.call.operation.to_owned(),
            service: made.call.service().to_owned(),
            permission: made.call.action.to_owned(),
            region: made.region.map(str::to_owned),
            file: made.file.map(str::to_owned),
            status,
            time: now(),
            error,
        };
        let is_due = {
            let mut state = self.state();
            state.calls.insert(made.key(), entry);
            state.finished_before = None;
            state.written.is_none_or(|written| written.elapsed() >= MANIFEST_EVERY)
        };
        if is_due { self.flush(None) } else { Ok(()) }
    }

    /// Takes a call out of the manifest.
    pub(crate) fn forget(&self, made: Made<'_>) {
        self.state().calls.remove(&made.key());
    }

    /// Writes the manifest as it stands; with a moment when nothing is left to do.
    pub(crate) fn flush(&self, finished: Option<DateTime<Utc>>) -> Result<(), Error> {
        let bytes = {
            let mut state = self.state();
            state.head.finished = state.finished_before.or(finished);
            state.written = Some(Instant::now());
            let manifest =
                Manifest { head: state.head.clone(), calls: state.calls.values().cloned().collect() };
            printed(&manifest).map_err(|error| Error::Directory {
                path: self.folder.join(MANIFEST),
                what: "cannot write",
                error: error.into(),
            })?
        };
        self.write(MANIFEST, &bytes)
    }

    /// The calls that gave no whole answer, for people.
    pub(crate) fn shortfalls(&self) -> Vec<(String, Option<String>, Status, String)> {
        let state = self.state();
        let entries = state.calls.values().filter(|entry| entry.status != Status::Complete);
        entries
            .map(|entry| {
                let call = format!("{}:{}", entry.service, entry.operation);
                (call, entry.region.clone(), entry.status, entry.error.clone().unwrap_or_default())
            })
            .collect()
    }

    /// How many calls stand in the manifest as complete.
    pub(crate) fn complete(&self) -> usize {
        self.state().calls.values().filter(|entry| entry.status == Status::Complete).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Status {
    /// How a call ended that failed before its first page, or after it.
    pub(crate) fn of(failure: &Failure, has_pages: bool) -> Self {
        match failure.kind {
            Kind::Denied => Self::Denied,
            _ if has_pages => Self::Partial,
            _ => Self::Failed,
        }
    }
}

impl Made<'_> {
    fn key(&self) -> Key {
        Key {
            operation: self.call.operation.to_owned(),
            region: self.region.map(str::to_owned),
            file: self.file.map(str::to_owned),
        }
    }
}

impl Entry {
    fn key(&self) -> Key {
        Key { operation: self.operation.clone(), region: self.region.clone(), file: self.file.clone() }
    }
}

/// The current moment, to the second. The clock is read nowhere else.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(0)
}

/// The same as text.
pub(crate) fn moment() -> String {
    now().to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn owners_only() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
