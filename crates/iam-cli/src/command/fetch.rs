use std::path::{Path, PathBuf};

use crate::arguments::{Fetch, Live};
use crate::exit::Exit;
#[cfg(feature = "live")]
use crate::live;

/// A snapshot that is thrown away with this, unless it is to be kept.
pub(crate) struct Fetched {
    path: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl Fetched {
    pub(crate) fn path(&self) -> PathBuf {
        self.path.clone()
    }
}

/// Takes a snapshot.
pub(crate) fn run(arguments: &Fetch) -> anyhow::Result<Exit> {
    #[cfg(feature = "live")]
    return live::run(arguments);
    #[cfg(not(feature = "live"))]
    {
        let _ = arguments;
        no_network()
    }
}

/// Takes a snapshot for `check`, if it asks for one: into the folder to be saved, else into one that only its owner can read.
pub(crate) fn for_check(arguments: &Live) -> anyhow::Result<Option<Fetched>> {
    if !arguments.is_wanted {
        return Ok(None);
    }
    let temporary = if arguments.save.is_none() { Some(tempfile::tempdir()?) } else { None };
    // The last part is what reports call the place that the files came from.
    let own = temporary.as_ref().map(|temporary| temporary.path().join("live"));
    let path = arguments.save.clone().or(own).unwrap_or_default();
    take(arguments, &path)?;
    Ok(Some(Fetched { path, _temporary: temporary }))
}

#[cfg(feature = "live")]
fn take(arguments: &Live, folder: &Path) -> anyhow::Result<()> {
    live::for_check(arguments, folder)
}

#[cfg(not(feature = "live"))]
fn take(_: &Live, _: &Path) -> anyhow::Result<()> {
    no_network()
}

#[cfg(not(feature = "live"))]
pub(super) fn no_network<T>() -> anyhow::Result<T> {
    anyhow::bail!(
        "this build of iam-audit has no network code; `cargo install --path crates/iam-cli --features live` makes one that has"
    )
}
