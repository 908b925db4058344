//! Paths with `*`, `?`, `[...]`, and `**` for folders of any depth.
//!
//! Written out, a part of a pattern may lead through a link, as in a shell. `**` follows none: links that lead in circles
//! would make the number of paths endless.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use glob::Pattern;
use walkdir::WalkDir;

/// What a pattern stands for.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    /// The paths that match, in order, some maybe twice.
    pub(crate) paths: Vec<PathBuf>,
    /// Folders that could not be listed.
    pub(crate) failed: Vec<(PathBuf, io::Error)>,
}

/// Expands a pattern; `None` if it is none.
pub(crate) fn expand(path: &Path, stop: &AtomicBool) -> Option<Expanded> {
    let parts: Vec<Part> = path.components().map(Part::of).collect::<Option<_>>()?;
    if !parts.iter().any(|part| matches!(part, Part::Matching(_) | Part::AnyDepth)) {
        return None;
    }
    let mut expansion = Expansion { expanded: Expanded::default(), stop };
    expansion.descend(Path::new(""), &parts);
    Some(expansion.expanded)
}

/// A part of a pattern.
enum Part {
    Literal(PathBuf),
    Matching(Pattern),
    AnyDepth,
}

impl Part {
    fn of(component: Component<'_>) -> Option<Self> {
        let literal = Self::Literal(PathBuf::from(component.as_os_str()));
        let Component::Normal(name) = component else { return Some(literal) };
        match name.to_str() {
            Some("**") => Some(Self::AnyDepth),
            Some(name) if name.contains(['*', '?', '[']) => Pattern::new(name).ok().map(Self::Matching),
            _ => Some(literal),
        }
    }
}

struct Expansion<'s> {
    expanded: Expanded,
    stop: &'s AtomicBool,
}

impl Expansion<'_> {
    fn descend(&mut self, folder: &Path, parts: &[Part]) {
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        match parts {
            [] => self.expanded.paths.push(folder.to_owned()),
            [Part::Literal(name), rest @ ..] => {
                let path = folder.join(name);
                if path.symlink_metadata().is_ok() {
                    self.descend(&path, rest);
                }
            }
            [Part::Matching(pattern), rest @ ..] => {
                for path in self.list(folder) {
                    let matches =
                        path.file_name().is_some_and(|name| pattern.matches(&name.to_string_lossy()));
                    if matches && (rest.is_empty() || path.is_dir()) {
                        self.descend(&path, rest);
                    }
                }
            }
            [Part::AnyDepth] => self.expanded.paths.push(folder_or_here(folder).to_owned()),
            [Part::AnyDepth, rest @ ..] => {
                let rest = match rest.iter().position(|part| !matches!(part, Part::AnyDepth)) {
                    Some(next) => rest.get(next..).unwrap_or_default(),
                    None => return self.expanded.paths.push(folder_or_here(folder).to_owned()),
                };
                for entry in WalkDir::new(folder_or_here(folder)).sort_by_file_name() {
                    match entry {
                        Ok(entry) if entry.file_type().is_dir() => self.descend(entry.path(), rest),
                        Ok(_) => {}
                        // A folder that cannot be listed fails again when it is listed for what matches in it.
                        Err(error) if error.depth() > 0 && error.path().is_some() => {}
                        Err(error) => {
                            let path = error.path().unwrap_or(folder).to_owned();
                            self.expanded.failed.push((path, error.into()));
                        }
                    }
                }
            }
        }
    }

    /// What is in a folder, by name.
    fn list(&mut self, folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder_or_here(folder))
            .and_then(|entries| entries.map(|entry| Ok(folder.join(entry?.file_name()))).collect());
        match entries {
            Ok(paths) => {
                let mut paths: Vec<PathBuf> = paths;
                paths.sort_unstable();
                paths
            }
            Err(error) => {
                self.expanded.failed.push((folder.to_owned(), error));
                Vec::new()
            }
        }
    }
}

fn folder_or_here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}
