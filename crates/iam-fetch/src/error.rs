use std::io;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use thiserror::Error;

/// Why a fetch could not be begun, or not go on. A call that AWS refuses is no error but stands in the manifest.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The snapshot directory cannot be used.
    #[error("{}: {what}: {error}", path.display())]
    Directory {
        /// The directory or a file in it.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// The directory holds other files, among which those of a snapshot would be lost.
    #[error("{}: the directory is neither empty nor a snapshot", path.display())]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// The directory holds a snapshot that was begun long ago: what is old and what is new would look as if they were of one
    /// moment.
    #[error("{}: the snapshot was begun {started}, more than a day ago; fetch into a new directory", path.display())]
    Old {
        /// The directory.
        path: PathBuf,
        /// When it was begun.
        started: DateTime<Utc>,
    },
    /// The directory holds the snapshot of another account.
    #[error("the directory holds a snapshot of account {found}; the credentials are those of {own}")]
    OtherAccount {
        /// The account of the directory.
        found: String,
        /// The account of the credentials.
        own: String,
    },
    /// AWS does not accept the credentials, or there are none.
    #[error("cannot tell whose credentials these are: {why}")]
    Credentials {
        /// AWS's or the SDK's words.
        why: String,
    },
    /// Neither the command line, the environment nor the profile names a Region.
    #[error("no Region is configured; --region, AWS_REGION or the profile names one")]
    NoRegion,
    /// A collector that does not exist.
    #[error("there is no collector `{name}`; there are {known}")]
    NoSuchCollector {
        /// The name that was given.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// AWS refused or failed, and nothing can be done without its answer.
    #[error("{operation}: {why}")]
    Refused {
        /// The API operation.
        operation: &'static str,
        /// AWS's words.
        why: String,
    },
    /// The system gives no event loop.
    #[error("cannot start: {0}")]
    Runtime(io::Error),
}
