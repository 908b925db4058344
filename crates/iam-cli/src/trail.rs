//! From paths to the activity in CloudTrail log files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Context as _;
use iam_trail::{Request, Scan, scan};

use crate::progress::Bar;

/// Reads log files with a progress bar. Ctrl-C ends the reading and keeps what was read; a second one ends the program.
pub(crate) fn read(request: &Request) -> anyhow::Result<Scan> {
    let stop = Arc::new(AtomicBool::new(false));
    let presses = AtomicUsize::new(0);
    let stopped = Arc::clone(&stop);
    let handler = move || {
        stopped.store(true, Ordering::Relaxed);
        if presses.fetch_add(1, Ordering::Relaxed) > 0 {
            // 128 + SIGINT, as shells say it.
            #[expect(clippy::exit, reason = "whoever asks twice does not want to wait")]
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(handler).context("cannot watch for Ctrl-C")?;
    let bar = Bar::new();
    let scanned = scan(request, &bar, &stop);
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
