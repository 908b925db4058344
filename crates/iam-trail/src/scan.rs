use std::cmp::Reverse;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use iam_core::cloudtrail::{Activity, SeenEvents, TrailGap};
use iam_core::fact::Reason;

use crate::discover::{Discovery, Found, Given, PassedOver, Places, discover};
use crate::request::{Progress, Request};
use crate::seen::Seen;
use crate::shown;
use crate::worker::{Shared, Worked, work};

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

/// Files of this size, compressed, are begun before all others.
const LARGE: u64 = 4 * 1024 * 1024;

/// Reads everything that was asked for. What cannot be read is a gap of the activity, and the rest goes on.
///
/// Once `stop` is set, what is in memory is finished and no other file is begun. What is missing then is a gap as well.
///
/// The result does not depend on the number of threads.
pub fn scan(request: &Request, progress: &dyn Progress, stop: &AtomicBool) -> Scan {
    let Discovery { mut files, places, mut passed_over, activity: unlisted, is_stopped: is_unlisted } =
        discover(request, stop);
    let threads = threads(request, files.len());
    measure(&mut files, &places, threads, stop);
    // Large ones first, so that no thread is left with one at the end; standard input may be larger still. All others as
    // they lie: files of one account, Region and day tell of the same principals, which are then still in the
    // processor's cache.
    files.sort_unstable_by(|a, b| {
        let order = |file: &Found| {
            let is_large = file.size >= LARGE;
            (
                Reverse(file.given == Given::AsInput),
                Reverse(is_large),
                Reverse(if is_large { file.size } else { 0 }),
            )
        };
        order(a).cmp(&order(b)).then_with(|| a.cmp(b))
    });
    let planned = files.len() as u64;
    progress.planned(planned, files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.size)));

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
    let mut activity = request.nothing_yet();
    let mut parts = 0;
    for part in worked {
        activity.merge(part.activity);
        is_stopped |= part.is_stopped;
        passed_over.no_logs += part.no_logs;
        parts += part.parts;
    }
    // Copies are told within a part, never between parts, nor between a part and a log file.
    activity.files.deduplicated &= parts <= 1 && (parts == 0 || !request.deduplicate);
    activity.merge(unlisted);
    if activity.selections.is_empty() {
        activity.selections.insert(request.selection.clone());
    }
    // Parts may bring any counts.
    let by_path = passed_over.not_selected + passed_over.insights + passed_over.aggregated;
    activity.files.digests = activity.files.digests.saturating_add(passed_over.digests);
    activity.files.passed_over = activity.files.passed_over.saturating_add(by_path);
    if failed > 0 {
        let what = format!("{failed} of the threads failed, and what they had read is lost");
        activity.add_gap(gap(request, Reason::Internal, &what));
    }
    if is_unlisted {
        activity.add_gap(gap(request, Reason::CutOff, "stopped before all files were listed"));
    }
    let unread_files = files.iter().skip(shared.next.load(Ordering::Relaxed));
    for file in unread_files.take(request.limits.gaps.saturating_add(1)) {
        let file = places.trail_file(file).path;
        let what = "not read: the work was stopped before".into();
        activity.add_gap(TrailGap { file, offset: None, reason: Reason::CutOff, what });
    }
    Scan { activity, planned, unread, interrupted: is_stopped, passed_over }
}

fn threads(request: &Request, files: usize) -> usize {
    let wanted = request.threads.or_else(|| thread::available_parallelism().ok());
    wanted.map_or(1, NonZeroUsize::get).min(files).max(1)
}

/// Asks for the sizes of all files, with so many threads: in large archives that takes as long as listing them.
fn measure(files: &mut [Found], places: &Places, threads: usize, stop: &AtomicBool) {
    let share = files.len().div_ceil(threads).max(1_000);
    thread::scope(|scope| {
        let mut shares = files.chunks_mut(share);
        let own = shares.next();
        for files in shares {
            // Without the thread the sizes stay unknown. They serve the order and the progress, nothing else.
            let _ = thread::Builder::new().spawn_scoped(scope, || places.measure(files, stop));
        }
        if let Some(files) = own {
            places.measure(files, stop);
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
