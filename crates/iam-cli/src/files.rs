//! From paths to bytes. What the bytes mean is decided elsewhere.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use iam_core::evidence::{Evidence, Given, UnusedFile, assemble};
use iam_core::input::{InputFile, may_be_artefact};
use walkdir::WalkDir;

/// Larger files are refused: no account's artefact comes near this.
const LARGEST_FILE: u64 = 2 * 1024 * 1024 * 1024;

/// How much of a file found in a folder is looked at before all of it is read.
const FIRST_BYTES: u64 = 4_096;

/// Reads all files that the paths name. What cannot be read is listed among the unused files, and the rest goes on.
pub(crate) fn read(paths: &[PathBuf]) -> Evidence {
    let mut files = Vec::new();
    let mut unreadable = Vec::new();
    let mut keep = |path: String, given, read: io::Result<Option<Vec<u8>>>| match read {
        Ok(Some(bytes)) => files.push((InputFile { path, bytes }, given)),
        Ok(None) => unreadable.push(UnusedFile {
            path,
            why: "not recognised as the output of any call that iam-audit reads".to_owned(),
            remedy: String::new(),
            is_fault: false,
        }),
        Err(error) => unreadable.push(UnusedFile {
            path,
            why: format!("cannot be read: {error}"),
            remedy: "check the path and its permissions".to_owned(),
            is_fault: true,
        }),
    };
    for path in paths {
        if path.as_os_str() == "-" {
            keep("stdin".to_owned(), Given::ByName, read_all(io::stdin().lock(), 0).map(Some));
        } else if path.is_dir() {
            let name = shown(path);
            for entry in WalkDir::new(path).sort_by_file_name() {
                match entry {
                    Ok(entry) if entry.file_type().is_file() => {
                        let inside = entry.path().strip_prefix(path).unwrap_or(entry.path());
                        keep(join(&name, &shown(inside)), Given::InFolder, read_if_artefact(entry.path()));
                    }
                    Ok(_) => {}
                    Err(error) => {
                        let path = error.path().map_or_else(|| name.clone(), shown);
                        keep(path, Given::InFolder, Err(error.into()));
                    }
                }
            }
        } else {
            keep(shown(path), Given::ByName, read_file(path).map(Some));
        }
    }
    let mut evidence = assemble(files);
    evidence.unused.extend(unreadable);
    evidence.unused.sort();
    evidence
}

fn read_if_artefact(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut file = File::open(path)?;
    let mut start = Vec::new();
    file.by_ref().take(FIRST_BYTES).read_to_end(&mut start)?;
    if !may_be_artefact(&start) {
        return Ok(None);
    }
    drop(file);
    read_file(path).map(Some)
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len().min(LARGEST_FILE);
    read_all(file, usize::try_from(size).unwrap_or(0))
}

/// Reads a source of about this size.
fn read_all(source: impl Read, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size + 1);
    source.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(io::Error::other("larger than 2 GiB"));
    }
    Ok(bytes)
}

/// The path as reports show it: with `/`, and relative where it lies below the current folder, so that a report does not
/// tell where on the machine it was made.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).ok();
    let path = match below {
        Some(below) => below,
        None if path.is_absolute() => path.file_name().map_or(path, Path::new),
        None => path,
    };
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn join(folder: &str, inside: &str) -> String {
    if folder.is_empty() { inside.to_owned() } else { format!("{folder}/{inside}") }
}
