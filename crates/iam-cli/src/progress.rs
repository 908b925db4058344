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

/// How far a fetch is: a bar on a terminal, else a line now and then.
#[cfg(feature = "live")]
pub(crate) struct Steps {
    bar: ProgressBar,
    last_line: std::cell::Cell<Option<Duration>>,
}

/// How often a line is written where nobody watches.
#[cfg(feature = "live")]
const LINE_EVERY: Duration = Duration::from_secs(10);

#[cfg(feature = "live")]
impl Steps {
    pub(crate) fn new() -> Self {
        let is_watched = std::io::stderr().is_terminal();
        let target = if is_watched { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = "{wide_bar} {pos}/{len}  {msg}  {per_sec}, {eta} to go";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, last_line: std::cell::Cell::new(None) }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(feature = "live")]
impl iam_fetch::Progress for Steps {
    fn planned(&self, steps: u64) {
        self.bar.inc_length(steps);
    }

    fn done(&self, step: &iam_fetch::Step<'_>) {
        self.bar.inc(1);
        let region = step.region.map(|region| format!(" in {region}")).unwrap_or_default();
        self.bar.set_message(format!("{}{region}", step.operation));
        if !self.bar.is_hidden() {
            return;
        }
        let elapsed = self.bar.elapsed();
        if self.last_line.get().is_none_or(|last| elapsed >= last + LINE_EVERY) {
            self.last_line.set(Some(elapsed));
            let (done, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
            anstream::eprintln!(
                "{done} of {all} answers, {} s, {}{region}",
                elapsed.as_secs(),
                step.operation
            );
        }
    }

    fn note(&self, text: &str) {
        self.bar.suspend(|| anstream::eprintln!("note: {}", text.escape_debug()));
    }
}
