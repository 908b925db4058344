//! Exit codes. They are part of the interface: scripts rely on them.

use std::io;
use std::process::ExitCode;

use iam_core::audit::Outcome;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0
    Clean,
    /// 1: a finding at or above the limit.
    Findings,
    /// 2: wrong usage or settings.
    Usage,
    /// 3: no artefact was recognised.
    NothingAudited,
    /// 4: something was not seen.
    Gaps,
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::Clean,
            Outcome::Findings => Self::Findings,
            Outcome::Gaps => Self::Gaps,
            Outcome::NothingAudited => Self::NothingAudited,
        }
    }
}

/// Ends the run: prints an error with its causes, except when the reader of our output has just gone away.
pub(crate) fn code(result: anyhow::Result<Exit>) -> ExitCode {
    let exit = result.unwrap_or_else(|error| {
        let is_broken_pipe = error
            .chain()
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe);
        if is_broken_pipe {
            return Exit::Clean;
        }
        anstream::eprintln!("error: {error:#}");
        Exit::Usage
    });
    match exit {
        Exit::Clean => ExitCode::SUCCESS,
        Exit::Findings => ExitCode::from(1),
        Exit::Usage => ExitCode::from(2),
        Exit::NothingAudited => ExitCode::from(3),
        Exit::Gaps => ExitCode::from(4),
    }
}
