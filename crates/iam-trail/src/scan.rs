use std::cmp::Reverse;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use iam_core::cloudtrail::{Activity, Limits, SeenEvents, Selection, TrailGap};
use iam_core::fact::Reason;

use crate::discover::{Discovery, Found, Given, Places, discover};
use crate::seen::Seen;
use crate::shown;
use crate::worker::{Shared, Worked, unfolded, work};

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

/// What an archive says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// What was done, and what could not be read.
    pub activity: Activity,
    /// Files that were listed to be read.
    pub planned: u64,
    /// Files among them that were not begun, as the work was stopped.
    pub unread: u64,
    /// Whether the work was stopped before its end.
    pub interrupted: bool,
    /// Files that were not read on purpose.
    pub passed_over: PassedOver,
}

/// Files that were not read on purpose, by why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PassedOver {
    /// The path says that nothing in them is selected.
    pub not_selected: u64,
    /// Digest files.
    pub digests: u64,
    /// Files of CloudTrail Insights.
    pub insights: u64,
    /// Files of aggregated events.
    pub aggregated: u64,
    /// Files of other services in the same bucket.
    pub others: u64,
    /// Files found in folders that hold something else by their content.
    pub no_logs: u64,
}

/// Reads everything that was asked for. What cannot be read is a gap of the activity, and the rest goes on.
///
/// With `stop` set the files that are being read are finished as far as they are in memory, and no others are begun.
///
/// The result does not depend on the number of threads.
pub fn scan(request: &Request, progress: &dyn Progress, stop: &AtomicBool) -> Scan {
    let Discovery { mut files, places, mut passed_over, activity: unlisted, is_stopped: is_unlisted } =
        discover(request, stop);
    let threads = threads(request, files.len());
    measure(&mut files, &places, threads);
    // The largest first, so that no thread is left with a large one at the end. Standard input may be larger still.
    files.sort_unstable_by(|a, b| {
        let order = |file: &Found| (Reverse(file.given == Given::AsInput), Reverse(file.size));
        order(a).cmp(&order(b)).then_with(|| a.cmp(b))
    });
    let planned = files.len() as u64;
    progress.planned(planned, files.iter().map(|file| file.size).sum());

    let shared = Shared {
        request,
        files: &files,
        places: &places,
        next: AtomicUsize::new(0),
        stop,
        progress,
        seen: request.deduplicate.then(|| Arc::new(Seen::new()) as Arc<dyn SeenEvents>),
    };
    let (worked, failed) = run(&shared, threads);
    let unread = planned.saturating_sub(shared.next.load(Ordering::Relaxed) as u64);

    let mut is_stopped = is_unlisted || unread > 0;
    let mut activity = unfolded(request);
    for part in worked {
        activity.merge(part.activity);
        is_stopped |= part.is_stopped;
        passed_over.no_logs += part.no_logs;
    }
    activity.merge(unlisted);
    if activity.selections.is_empty() {
        activity.selections.insert(request.selection.clone());
    }
    activity.files.digests += passed_over.digests;
    activity.files.passed_over += passed_over.not_selected + passed_over.insights + passed_over.aggregated;
    if failed > 0 {
        let what = format!("{failed} of the threads failed, and what they had read is lost");
        activity.add_gap(gap(request, Reason::Internal, &what));
    }
    if is_unlisted {
        activity.add_gap(gap(request, Reason::CutOff, "stopped before all files were listed"));
    } else if unread > 0 {
        let what = format!("stopped: {unread} of {planned} files were not read");
        activity.add_gap(gap(request, Reason::CutOff, &what));
    }
    Scan { activity, planned, unread, interrupted: is_stopped, passed_over }
}

fn threads(request: &Request, files: usize) -> usize {
    let wanted = request.threads.or_else(|| thread::available_parallelism().ok());
    wanted.map_or(1, NonZeroUsize::get).min(files).max(1)
}

/// Asks for the sizes of all files, with so many threads: in large archives that takes as long as listing them.
fn measure(files: &mut [Found], places: &Places, threads: usize) {
    let share = files.len().div_ceil(threads).max(1_000);
    thread::scope(|scope| {
        let mut shares = files.chunks_mut(share);
        let own = shares.next();
        for files in shares {
            // Without the thread the sizes stay unknown. They serve the order and the progress, nothing else.
            let _ = thread::Builder::new().spawn_scoped(scope, || places.measure(files));
        }
        if let Some(files) = own {
            places.measure(files);
        }
    });
}

/// Works with so many threads, this one among them; returns what they made and how many failed.
fn run(shared: &Shared<'_>, threads: usize) -> (Vec<Worked>, usize) {
    thread::scope(|scope| {
        // A thread that cannot be started is done without.
        let others: Vec<_> = (1..threads)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, || work(shared)).ok())
            .collect();
        let mut worked = vec![work(shared)];
        let mut failed = 0;
        for other in others {
            match other.join() {
                Ok(made) => worked.push(made),
                Err(_) => failed += 1,
            }
        }
        (worked, failed)
    })
}

/// A gap of the request as a whole.
fn gap(request: &Request, reason: Reason, what: &str) -> TrailGap {
    let mut paths = request.paths.iter().chain(&request.listed);
    let file = match (paths.next(), paths.count()) {
        (Some(path), 0) if path.as_os_str() == "-" => shown::INPUT.to_owned(),
        (Some(path), 0) => shown::given(path),
        (_, more) => format!("{} paths", more + 1),
    };
    TrailGap { file: file.into(), offset: None, reason, what: what.into() }
}
