//! Where results go: standard output, or a file that appears whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use iam_core::evidence::Account;
use tempfile::NamedTempFile;

use crate::arguments::{Color, Output};
use crate::files;

/// Columns when nobody tells how wide the terminal is.
const USUAL_WIDTH: usize = 100;

impl Output {
    /// Lets `write` fill the output: standard output, a file that appears whole or not at all, or a device or pipe.
    pub(crate) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
        let Some(path) = self.output.as_ref().filter(|path| path.as_os_str() != "-") else {
            return Ok(filled(io::stdout().lock(), write)?);
        };
        let failed = || format!("cannot write {}", path.display());
        // A link stays a link; what it points to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let existing = fs::metadata(&target).ok();
        if existing.as_ref().is_some_and(|existing| !existing.is_file()) {
            let device = OpenOptions::new().write(true).open(&target).with_context(failed)?;
            return filled(device, write).with_context(failed);
        }
        let folder = target.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            bail!("{}: there is no folder {}", failed(), folder.display());
        }
        let file = NamedTempFile::new_in(folder).with_context(failed)?;
        filled(&file, write).with_context(failed)?;
        if let Some(existing) = existing {
            file.as_file().set_permissions(existing.permissions()).with_context(failed)?;
        }
        file.persist(&target).with_context(failed)?;
        Ok(())
    }

    /// Refuses to write over a file that was read.
    pub(crate) fn spare_inputs(&self, accounts: &[Account]) -> anyhow::Result<()> {
        let Some(output) = self.output.as_deref().map(files::shown) else { return Ok(()) };
        let mut inputs = accounts.iter().flat_map(Account::files);
        if inputs.any(|input| input.path == output) {
            bail!("{output} is one of the inputs; write somewhere else");
        }
        Ok(())
    }

    /// Whether to write colours: never into files.
    pub(crate) fn has_color(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                self.output.is_none()
                    && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
            }
        }
    }

    /// Columns to fill.
    pub(crate) fn width(&self) -> usize {
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let terminal = || {
            let is_terminal = self.output.is_none() && io::stdout().is_terminal();
            is_terminal.then(terminal_size::terminal_size).flatten().map(|(width, _)| usize::from(width.0))
        };
        columns.or_else(terminal).unwrap_or(USUAL_WIDTH)
    }
}

fn filled(out: impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    write(&mut out)?;
    out.flush()
}

/// Refuses to write over a file that is named as an input.
pub(crate) fn spare<'p>(output: &Path, mut inputs: impl Iterator<Item = &'p PathBuf>) -> anyhow::Result<()> {
    let Ok(output) = output.canonicalize() else { return Ok(()) };
    if inputs.any(|input| input.canonicalize().is_ok_and(|input| input == output && input.is_file())) {
        bail!("{} is one of the inputs; write somewhere else", output.display());
    }
    Ok(())
}
