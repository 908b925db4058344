//! Reads folders of `testdata/` and audits them.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails like one")]

use std::path::{Path, PathBuf};

use iam_core::audit::{AsOf, AsOfFrom, Keep, Report, Settings, audit};
use iam_core::check::Check;
use iam_core::checks;
use iam_core::cloudtrail::{Fold, Limits, Selection, TrailFile};
use iam_core::evidence::{Evidence, Given, assemble};
use iam_core::fact::parse_time;
use iam_core::ident::KeyIdDisplay;
use iam_core::input::InputFile;

/// The moment that most of the test data tells of.
pub(crate) const NOW: &str = "2026-01-15T08:00:00Z";

/// `testdata/` and a path in it.
pub(crate) fn path(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(inside)
}

/// The names of the folders in a folder of `testdata/`, sorted.
#[expect(clippy::disallowed_methods, reason = "tests read the test data from disk")]
pub(crate) fn names(inside: &str) -> Vec<String> {
    let entries = std::fs::read_dir(path(inside)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The files of a folder of `testdata/` and of the folders in it, with paths relative to it.
pub(crate) fn folder(inside: &str) -> Vec<(InputFile, Given)> {
    let mut files = Vec::new();
    collect(&path(inside), "", &mut files);
    assert!(!files.is_empty(), "testdata/{inside} holds no files");
    files
}

#[expect(clippy::disallowed_methods, reason = "tests read the test data from disk")]
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(InputFile, Given)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            let bytes = std::fs::read(entry.path()).unwrap();
            files.push((InputFile { path, bytes }, Given::InFolder));
        }
    }
}

/// Whether the file lies in a folder of CloudTrail records.
pub(crate) fn is_trail(file: &InputFile) -> bool {
    file.path.starts_with("cloudtrail/") || file.path.contains("/cloudtrail/")
}

/// Joins the files, and folds those of CloudTrail if there are any.
pub(crate) fn evidence(files: Vec<(InputFile, Given)>) -> Evidence {
    let (trail, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(file, _)| is_trail(file));
    let mut evidence = assemble(files);
    if !trail.is_empty() {
        let mut fold = Fold::new(Selection::default(), Limits::default());
        for (file, _) in trail {
            fold.read(TrailFile::named(&file.path), &file.bytes);
        }
        evidence.join_activity(fold.finish());
    }
    evidence
}

/// Settings that run every check, list every verdict and show whole key ids.
pub(crate) fn everything() -> Settings {
    let mut settings = Settings { keep: Keep::All, key_ids: KeyIdDisplay::Full, ..Settings::default() };
    for check in checks::ALL {
        settings.checks.entry(check.id.to_string()).or_default().enabled = Some(true);
    }
    settings
}

/// Judges the files as of the moment they tell themselves, and otherwise as of [`NOW`].
pub(crate) fn judge(files: Vec<(InputFile, Given)>, checks: &[&'static Check]) -> Report {
    let as_of = AsOf { at: parse_time(NOW).unwrap(), from: AsOfFrom::Now };
    audit(&evidence(files), checks, &everything(), as_of)
}
