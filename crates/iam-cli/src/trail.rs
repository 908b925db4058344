//! From paths to the activity in CloudTrail log files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use iam_trail::{Request, Scan, scan};

use crate::interrupt;
use crate::progress::Bar;

/// Reads log files with a progress bar. Ctrl-C ends the reading and keeps what was read; a second one ends the program.
pub(crate) fn read(request: &Request) -> anyhow::Result<Scan> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    interrupt::on_ctrl_c(move || stopped.store(true, Ordering::Relaxed))?;
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
