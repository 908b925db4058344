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
    let (path, text) = match path {
        Some(path) => (path.as_path(), fs::read_to_string(path)),
        None => (Path::new(USUAL_NAME), fs::read_to_string(USUAL_NAME)),
    };
    let text = match text {
        Err(error) if error.kind() == io::ErrorKind::NotFound && path == Path::new(USUAL_NAME) => {
            return Ok(Settings::default());
        }
        text => text.with_context(|| format!("cannot read the settings {}", path.display()))?,
    };
    match Settings::parse(&text, checks::ALL) {
        Ok(settings) => Ok(Settings { file: Some(files::shown(path)), ..settings }),
        Err(problems) => {
            let problems: Vec<String> = problems.iter().map(|problem| format!("  {problem}")).collect();
            bail!("the settings {} are not valid\n{}", path.display(), problems.join("\n"))
        }
    }
}
