//! Ctrl-C: the first asks the work that is under way to come to an end, the second ends the program.

use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::Context as _;

type Action = Box<dyn Fn() + Send>;

/// What the next Ctrl-C does; nothing is left after it.
static NEXT: Mutex<Option<Action>> = Mutex::new(None);

/// Lets the next Ctrl-C do this, in place of what was set before.
pub(crate) fn on_ctrl_c(action: impl Fn() + Send + 'static) -> anyhow::Result<()> {
    static WATCHED: OnceLock<Result<(), String>> = OnceLock::new();
    *NEXT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(action));
    let watched = WATCHED.get_or_init(|| ctrlc::set_handler(pressed).map_err(|error| error.to_string()));
    watched.clone().map_err(anyhow::Error::msg).context("cannot watch for Ctrl-C")
}

fn pressed() {
    let Some(action) = NEXT.lock().unwrap_or_else(PoisonError::into_inner).take() else {
        // 128 + SIGINT, as shells say it.
        #[expect(clippy::exit, reason = "whoever asks twice does not want to wait")]
        std::process::exit(130);
    };
    action();
}
