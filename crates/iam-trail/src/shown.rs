//! Paths as messages show them: with `/`, and without telling where on the machine the archive lies.
//!
//! Control characters are left as they are; whoever prints makes them harmless.

use std::path::{Component, Path};

/// Standard input.
pub(crate) const INPUT: &str = "stdin";

/// A path that was handed in: relative where it lies below the current folder, else its last part.
pub(crate) fn given(path: &Path) -> String {
    if path.is_relative() {
        return plain(path);
    }
    let here = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(below) if !here.as_os_str().is_empty() => plain(below),
        _ => plain(path.file_name().map_or(path, Path::new)),
    }
}

/// A path with `/`, without what stands for the root of a file system.
pub(crate) fn plain(path: &Path) -> String {
    let mut plain = String::with_capacity(path.as_os_str().len());
    for part in path.components() {
        let name = match part {
            Component::Normal(name) => name.to_string_lossy(),
            Component::ParentDir => "..".into(),
            _ => continue,
        };
        if !plain.is_empty() {
            plain.push('/');
        }
        plain.push_str(&name);
    }
    plain
}

/// The name of something in a folder.
pub(crate) fn join(folder: &str, inside: &str) -> String {
    match (folder, inside) {
        ("", name) | (name, "") => name.to_owned(),
        _ => [folder, inside].join("/"),
    }
}
