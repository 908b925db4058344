//! Where results go: standard output, or a file that appears whole or not at all.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context as _;
use tempfile::NamedTempFile;

use crate::arguments::{Color, Output};

/// Columns when nobody tells how wide the terminal is.
const USUAL_WIDTH: usize = 100;

impl Output {
    /// Lets `write` fill the output.
    pub(crate) fn write(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
        match &self.output {
            None => {
                let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
                write(&mut out)?;
                out.flush()?;
            }
            Some(path) => {
                let failed = || format!("cannot write {}", path.display());
                let folder =
                    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
                let mut file = BufWriter::new(NamedTempFile::new_in(folder).with_context(failed)?);
                write(&mut file).with_context(failed)?;
                file.into_inner()
                    .map_err(io::IntoInnerError::into_error)
                    .with_context(failed)?
                    .persist(path)
                    .with_context(failed)?;
            }
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
