//! Exit codes. They are part of the interface: scripts rely on them.

use std::io;
use std::process::ExitCode;

use iam_core::audit::Outcome;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing at or above the limit was found.
    Clean,
    /// A finding at or above the limit.
    Findings,
    /// Wrong usage or settings.
    Usage,
    /// No artefact was recognised.
    NothingAudited,
    /// Something was not seen.
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

impl Exit {
    /// The number that the shell sees.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::NothingAudited => 3,
            Self::Gaps => 4,
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
    ExitCode::from(exit.number())
}
