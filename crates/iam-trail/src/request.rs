use std::num::NonZeroUsize;
use std::path::PathBuf;

use iam_core::cloudtrail::{Activity, Limits, Selection};

/// What to read, and what to make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Files; folders, with everything below them; `-` for standard input. A path that does not exist may be a pattern with
    /// `*`, `**`, `?` and `[...]`.
    pub paths: Vec<PathBuf>,
    /// More files and folders, taken as they are written: no patterns, no standard input.
    pub listed: Vec<PathBuf>,
    /// Which records count. Files of which the path says that they hold none of these are not read.
    pub selection: Selection,
    /// How much is kept.
    pub limits: Limits,
    /// Whether records with the same `eventID` in the same account count once, as where an account's own trail lies beside
    /// that of the organisation. Memory then grows with the number of events.
    pub deduplicate: bool,
    /// How many threads read; `None` for as many as the machine has processors.
    pub threads: Option<NonZeroUsize>,
    /// Of each file, at most so many bytes are read, decompressed.
    pub largest_file: u64,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            listed: Vec::new(),
            selection: Selection::default(),
            limits: Limits::default(),
            deduplicate: false,
            threads: None,
            largest_file: 4 * 1024 * 1024 * 1024,
        }
    }
}

impl Request {
    /// An activity into which nothing has been folded: no selection is its own, as parts say themselves what was selected.
    pub(crate) fn nothing_yet(&self) -> Activity {
        let mut activity = Activity::empty(Selection::default(), self.limits);
        activity.selections.clear();
        activity
    }
}

/// Is told how far the work is, by the threads that do it.
pub trait Progress: Sync {
    /// Everything has been listed: so many files, of so many bytes on disk.
    fn planned(&self, files: u64, bytes: u64);

    /// So much more has been read: bytes on disk, bytes decompressed, records.
    fn read(&self, compressed: u64, decompressed: u64, records: u64);
}

/// Nobody watches.
impl Progress for () {
    fn planned(&self, _files: u64, _bytes: u64) {}

    fn read(&self, _compressed: u64, _decompressed: u64, _records: u64) {}
}
