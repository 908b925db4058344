use std::io::Write as _;

use clap::CommandFactory as _;

use crate::arguments::{Arguments, Completions};
use crate::exit::Exit;

/// Prints a completion script.
pub(crate) fn run(arguments: &Completions) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "iam-audit", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Exit::Clean)
}
