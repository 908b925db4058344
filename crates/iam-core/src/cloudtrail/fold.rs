use std::fmt;
use std::sync::Arc;

use super::reader::{OpenFile, Sink};
use super::record::Record;
use super::scan::Scanner;
use super::tables::{Looked, Origin, Tables};
use super::{Activity, Limits, Selection, TrailGap};
use crate::fact::Reason;

/// A log file, and what the place where it lies says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailFile {
    /// Its path, as messages shall show it.
    pub path: Arc<str>,
    /// The account in whose folder it lies, as 12 digits, where the path tells.
    pub account: Option<Arc<str>>,
    /// The Region in whose folder it lies, likewise. Records may be of another one: trails that log global services do so
    /// in every Region.
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
///
/// ```
/// use iam_core::cloudtrail::{Fold, Limits, Selection, TrailFile};
///
/// let file = br#"{"Records":[{"userIdentity":{"type":"Root","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333"},
///     "eventTime":"2026-01-15T08:00:00Z","eventSource":"iam.amazonaws.com","eventName":"CreateUser","readOnly":false}]}"#;
/// let mut fold = Fold::new(Selection::default(), Limits::default());
/// fold.read(TrailFile::named("trail.json"), file);
/// let activity = fold.finish();
/// assert_eq!(activity.root_events(None).len(), 1);
/// ```
#[derive(Debug)]
pub struct Fold {
    tables: Tables,
    settled: Activity,
    seen: Option<Arc<dyn SeenEvents>>,
    file: Option<OpenFile>,
}

impl Fold {
    /// A fold of the selected records that keeps no more than the limits say.
    pub fn new(selection: Selection, limits: Limits) -> Self {
        Self {
            tables: Tables::new(selection.clone(), limits, 0),
            settled: Activity::empty(selection, limits),
            seen: None,
            file: None,
        }
    }

    /// Counts an event once only, if `seen` has seen it before. Memory then grows with the number of events.
    #[must_use]
    pub fn with_seen(mut self, seen: Arc<dyn SeenEvents>) -> Self {
        self.seen = Some(seen);
        self
    }

    /// Uses this seed for the tables inside, so that nobody can write records that make them slow. It does not change the
    /// result.
    #[must_use]
    pub fn with_hash_seed(mut self, seed: u64) -> Self {
        let Activity { limits, .. } = self.settled;
        let selection = self.settled.selections.first().cloned().unwrap_or_default();
        self.tables = Tables::new(selection, limits, seed);
        self
    }

    /// Starts a file. What is fed from here on belongs to it.
    pub fn start(&mut self, file: TrailFile) {
        self.tables.start();
        self.file = Some(OpenFile::new(file));
    }

    /// Reads the whole records at the start of `bytes`, decompressed, and returns how many bytes it is done with. Hand in
    /// the rest again together with what follows; with `is_last`, nothing follows.
    pub fn feed(&mut self, bytes: &[u8], is_last: bool) -> usize {
        let Some(mut file) = self.file.take() else { return bytes.len() };
        self.tables.start_piece();
        let used = file.feed(bytes, is_last, self);
        self.file = Some(file);
        if self.tables.is_full() {
            self.settle();
        }
        used
    }

    /// Ends the file; `gap` says why it ended before its end.
    pub fn end(&mut self, gap: Option<TrailGap>) {
        if let Some(file) = self.file.take() {
            let files = self.tables.files();
            files.read += 1;
            files.bytes += file.bytes();
            files.ids.insert(file.id());
        }
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

    /// How many records have been read so far.
    pub fn records(&self) -> u64 {
        self.settled.files.records + self.tables.records()
    }

    /// What all files together say.
    pub fn finish(mut self) -> Activity {
        self.settle();
        self.settled.files.deduplicated = self.seen.is_some();
        self.settled
    }

    fn settle(&mut self) {
        let activity = self.tables.settle();
        self.settled.merge(activity);
    }
}

impl Sink for Fold {
    fn record(&mut self, record: &Record<'_>, origin: Origin<'_>) -> Looked {
        self.tables.look(record, origin, self.seen.as_deref())
    }

    fn usual_record(&mut self, scanner: &mut Scanner<'_>, file: &TrailFile, base: u64) -> Option<Looked> {
        self.tables.look_at_usual(scanner, file, base, self.seen.as_deref())
    }

    fn digest(&mut self) {
        self.tables.files().digests += 1;
    }

    fn gap(&mut self, file: &TrailFile, offset: Option<u64>, reason: Reason, what: String) {
        self.settled.add_gap(TrailGap { file: Arc::clone(&file.path), offset, reason, what: what.into() });
    }
}
