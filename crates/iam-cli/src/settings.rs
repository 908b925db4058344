//! The settings file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use iam_core::audit::Settings;
use iam_core::checks;

use crate::arguments::Config;
use crate::files;

/// The file that is read without being asked for.
const USUAL_NAME: &str = "iam-audit.toml";

impl Config {
    /// The settings file as reports name it.
    pub(crate) fn shown(&self) -> String {
        self.config.as_deref().map_or_else(|| USUAL_NAME.to_owned(), files::shown)
    }
}

/// Reads the settings; an error lists every fault of the file.
pub(crate) fn read(path: Option<&PathBuf>) -> anyhow::Result<Settings> {
    let is_asked_for = path.is_some();
    let path = path.map_or(Path::new(USUAL_NAME), PathBuf::as_path);
    let text = fs::read_to_string(path);
    if !is_asked_for && text.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(Settings::default());
    }
    let text = text.with_context(|| format!("cannot read the settings {}", path.display()))?;
    match Settings::parse(&text, checks::ALL) {
        Ok(settings) => Ok(Settings { file: Some(files::shown(path)), ..settings }),
        Err(problems) => {
            let problems: Vec<String> = problems.iter().map(|problem| format!("  {problem}")).collect();
            bail!("the settings {} are not valid\n{}", path.display(), problems.join("\n"))
        }
    }
}
