//! From paths to the activity in CloudTrail log files.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Context as _;
use iam_trail::{Request, Scan, scan};

use crate::progress::Bar;

/// Reads log files with a progress bar. Ctrl-C ends the reading and keeps what was read; a second one ends the program.
pub(crate) fn read(request: &Request) -> anyhow::Result<Scan> {
    let stop = stop()?;
    let bar = Bar::new();
    let scanned = scan(request, &bar, stop);
    bar.finish();
    if scanned.interrupted {
        anstream::eprintln!(
            "note: stopped; {} of {} files were not read, and what follows counts the others",
            scanned.unread,
            scanned.planned
        );
    }
    Ok(scanned)
}

/// What Ctrl-C sets, for all that is read in this run.
fn stop() -> anyhow::Result<&'static AtomicBool> {
    static STOP: AtomicBool = AtomicBool::new(false);
    static WATCHED: OnceLock<()> = OnceLock::new();
    if WATCHED.set(()).is_err() {
        return Ok(&STOP);
    }
    let presses = AtomicUsize::new(0);
    let handler = move || {
        STOP.store(true, Ordering::Relaxed);
        if presses.fetch_add(1, Ordering::Relaxed) > 0 {
            // 128 + SIGINT, as shells say it.
            #[expect(clippy::exit, reason = "whoever asks twice does not want to wait")]
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(handler).context("cannot watch for Ctrl-C")?;
    Ok(&STOP)
}
