use std::fs;

use anyhow::Context as _;
use clap::CommandFactory as _;

use crate::arguments::{Arguments, Man};
use crate::exit::Exit;

/// Writes one manual page per verb.
pub(crate) fn run(arguments: &Man) -> anyhow::Result<Exit> {
    let failed = || format!("cannot write manual pages to {}", arguments.folder.display());
    fs::create_dir_all(&arguments.folder).with_context(failed)?;
    clap_mangen::generate_to(Arguments::command(), &arguments.folder).with_context(failed)?;
    Ok(Exit::Clean)
}
