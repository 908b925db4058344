//! A fetch from an account on the loopback: what it asks, what it writes, and what it does when AWS says no.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test that cannot go on fails"
)]

mod fake;

mod fetch {
    mod artefacts;
    mod beginning;
    mod organization;
    mod permissions;
    mod privacy;
    mod refusals;
    mod resource_policies;
    mod resuming;
    mod waiting;
}

use std::fs;
use std::path::Path;

use fake::Fake;
use iam_fetch::{Silent, Stop, Summary, collectors};
use serde_json::Value;

fn fetched(fake: &Fake, folder: &Path, only: &[&str]) -> Summary {
    iam_fetch::fetch(&fake.request(folder, only), &Silent, &Stop::default()).unwrap()
}

fn read(folder: &Path, file: &str) -> Value {
    let bytes = fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The manifest's entries of an operation: file, status, error.
fn entries(folder: &Path, operation: &str) -> Vec<(String, String, String)> {
    let manifest = read(folder, "manifest.json");
    let text = |call: &Value, field: &str| call[field].as_str().unwrap_or_default().to_owned();
    let calls = manifest["calls"].as_array().unwrap().iter().filter(|call| call["operation"] == operation);
    calls.map(|call| (text(call, "file"), text(call, "status"), text(call, "error"))).collect()
}

fn entry(folder: &Path, operation: &str) -> (String, String, String) {
    let mut entries = entries(folder, operation);
    assert_eq!(entries.len(), 1, "{operation}: {entries:?}");
    entries.remove(0)
}

/// Every file below a folder, by its path in it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

fn default_collectors() -> Vec<&'static str> {
    collectors().iter().filter(|collector| collector.by_default).map(|collector| collector.name).collect()
}
