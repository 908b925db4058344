use std::fmt;
use std::sync::Arc;

use super::{Activity, Limits, Selection, TrailGap};

/// A log file, and what the place where it lies says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailFile {
    /// Its path, as messages shall show it.
    pub path: Arc<str>,
    /// The account in whose folder it lies, as 12 digits, where the path tells.
    pub account: Option<Arc<str>>,
    /// The Region in whose folder it lies, likewise.
    pub region: Option<Arc<str>>,
}

impl TrailFile {
    /// A file whose path tells nothing.
    pub fn named(path: &str) -> Self {
        Self { path: Arc::from(path), account: None, region: None }
    }
}

/// Remembers events, so that copies of the same event are counted once, in whichever file and thread they turn up.
pub trait SeenEvents: fmt::Debug + Send + Sync {
    /// Notes an event by its `eventID` and account; tells whether this is the first time.
    fn is_first(&self, id: &str, account: &str) -> bool;
}

/// Folds log files into an [`Activity`].
#[derive(Debug)]
pub struct Fold {
    settled: Activity,
}

impl Fold {
    /// A fold of the selected records that keeps no more than the limits say.
    pub fn new(selection: Selection, limits: Limits) -> Self {
        Self { settled: Activity::empty(selection, limits) }
    }

    /// Counts events once that `seen` has seen before. Memory then grows with the number of events.
    #[must_use]
    pub fn with_seen(self, _seen: Arc<dyn SeenEvents>) -> Self {
        self
    }

    /// Starts a file. What is fed from here on belongs to it.
    pub fn start(&mut self, _file: TrailFile) {}

    /// Reads the whole records at the start of `bytes`, decompressed, and returns how many bytes it is done with. Hand in
    /// the rest again together with what follows; with `is_last`, nothing follows.
    pub fn feed(&mut self, bytes: &[u8], _is_last: bool) -> usize {
        bytes.len()
    }

    /// Ends the file; `gap` says why it ended before its end.
    pub fn end(&mut self, gap: Option<TrailGap>) {
        if let Some(gap) = gap {
            self.settled.add_gap(gap);
        }
    }

    /// Reads a whole file, decompressed.
    pub fn read(&mut self, file: TrailFile, bytes: &[u8]) {
        self.start(file);
        self.feed(bytes, true);
        self.end(None);
    }

    /// What all files together say.
    pub fn finish(self) -> Activity {
        self.settled
    }
}
