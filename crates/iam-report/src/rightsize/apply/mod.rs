//! What applies a smaller policy, and what takes it back: files, commands of the AWS CLI, Terraform.

mod cli;
mod files;
mod replacement;
mod terraform;

use std::io::{self, Write};

pub(super) use files::path_of;
pub use files::{PolicyFile, policy_files};

use super::Account;

/// In which language changes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emit {
    /// Commands of the AWS CLI for a POSIX shell, beside the files of [`policy_files`].
    Cli,
    /// Resources of Terraform's AWS provider.
    Terraform,
}

/// Writes what applies the changes. Proposals are not among them.
///
/// # Errors
///
/// Only what the writer returns.
pub fn emit(accounts: &[Account], how: Emit, out: &mut dyn Write) -> io::Result<()> {
    match how {
        Emit::Cli => cli::write(accounts, out),
        Emit::Terraform => terraform::write(accounts, out),
    }
}
