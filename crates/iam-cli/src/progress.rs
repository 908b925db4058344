//! How far a long run is: a bar on standard error, where that is a terminal.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar, and what it counts.
pub(crate) struct Bar {
    bar: ProgressBar,
    events: AtomicU64,
}

impl Bar {
    /// A bar that shows nothing unless somebody sits in front of it.
    pub(crate) fn new() -> Self {
        let is_watched = std::io::stderr().is_terminal();
        let target = if is_watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = "{wide_bar} {bytes}/{total_bytes}  {msg}  {elapsed}, {eta} to go";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, events: AtomicU64::new(0) }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl iam_trail::Progress for Bar {
    fn planned(&self, _files: u64, bytes: u64) {
        self.bar.set_length(bytes);
    }

    fn read(&self, compressed: u64, _decompressed: u64, records: u64) {
        let events = self.events.fetch_add(records, Ordering::Relaxed) + records;
        let seconds = self.bar.elapsed().as_secs().max(1);
        self.bar.inc(compressed);
        self.bar.set_message(format!("{} events, {}/s", HumanCount(events), HumanCount(events / seconds)));
    }
}
