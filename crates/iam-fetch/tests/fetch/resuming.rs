//! A second run goes on where the first one ended.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use iam_fetch::{Ended, Error, Progress, Silent, Step, Stop, fetch};
use serde_json::Value;
use tempfile::TempDir;

use crate::fake::Fake;
use crate::{entries, fetched, read};

#[test]
fn what_is_there_is_not_fetched_again_and_what_failed_is() {
    let is_denied = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let denied = std::sync::Arc::clone(&is_denied);
    let fake = Fake::account(move |asked| {
        let is_it =
            ["GetAccountSummary", "GenerateServiceLastAccessedDetails"].contains(&asked.operation.as_str());
        (is_it && denied.load(std::sync::atomic::Ordering::Relaxed)).then(|| asked.denied())
    });
    let folder = TempDir::new().unwrap();
    let first = fetched(&fake, folder.path(), &[]);
    assert_eq!(first.shortfalls.len(), 6);
    let before = fake.asked().len();
    is_denied.store(false, std::sync::atomic::Ordering::Relaxed);
    let second = fetched(&fake, folder.path(), &[]);
    assert_eq!(second.shortfalls, []);
    let again: BTreeSet<String> =
        fake.asked()[before..].iter().map(|asked| asked.operation.clone()).collect();
    let expected = [
        "GetCallerIdentity",
        "GetAccountSummary",
        "GenerateServiceLastAccessedDetails",
        "GetServiceLastAccessedDetails",
        "ListUsers",
        "ListGroups",
        "ListRoles",
        "ListPolicies",
        // Lists of resources, and empty ones, stand in no file.
        "DescribeDBClusterSnapshots",
        "DescribeDBSnapshots",
        "DescribeFileSystems",
        "DescribeRepositories",
        "DescribeSnapshots",
        "ListAccessPoints",
        "ListBackupVaults",
        "ListBuckets",
        "ListDirectoryBuckets",
        "ListDomainNames",
        "ListEventBuses",
        "ListFunctions",
        "ListKeys",
        "ListLayerVersions",
        "ListLayers",
        "ListQueues",
        "ListSecrets",
        "ListStreamConsumers",
        "ListStreams",
        "ListTables",
        "ListTopics",
        "ListVaults",
    ];
    assert_eq!(again, expected.into_iter().map(str::to_owned).collect());
}

#[test]
fn expired_credentials_end_the_fetch_and_new_ones_go_on() {
    let fake = Fake::account(|asked| {
        (asked.operation == "ListAccessKeys").then(|| {
            asked.error(403, "ExpiredToken", "The security token included in the request is expired")
        })
    });
    let folder = TempDir::new().unwrap();
    let summary = fetched(&fake, folder.path(), &["account-summary", "access-keys"]);
    let Ended::Expired(why) = summary.ended else { panic!("{:?}", summary.ended) };
    assert!(why.starts_with("ExpiredToken"), "{why}");
    assert!(read(folder.path(), "manifest.json")["finished"].is_null());
    assert_eq!(entries(folder.path(), "ListAccessKeys"), []);

    let fake = Fake::account(|_| None);
    let summary = fetched(&fake, folder.path(), &["account-summary", "access-keys"]);
    assert_eq!(summary.ended, Ended::Finished);
    assert!(read(folder.path(), "manifest.json")["finished"].is_string());
}

/// Asks to stop as soon as something was fetched.
struct Impatient(Stop);

impl Progress for Impatient {
    fn planned(&self, _: u64) {}
    fn done(&self, step: &Step<'_>) {
        if step.operation == "ListAccessKeys" {
            self.0.stop();
        }
    }
    fn note(&self, _: &str) {}
}

#[test]
fn a_fetch_that_was_stopped_leaves_a_directory_that_the_next_one_goes_on_with() {
    let fake = Fake::account(|asked| {
        (asked.operation == "GetAccessKeyLastUsed")
            .then(|| crate::fake::account::answer(asked).after(Duration::from_secs(2)))
    });
    let folder = TempDir::new().unwrap();
    let stop = Stop::default();
    let request = fake.request(folder.path(), &["access-keys"]);
    let summary = fetch(&request, &Impatient(stop.clone()), &stop).unwrap();
    assert_eq!(summary.ended, Ended::Interrupted);
    let known = entries(folder.path(), "ListAccessKeys").len();
    assert!(known > 0);

    let before = fake.count("ListAccessKeys");
    let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
    assert_eq!(summary.ended, Ended::Finished);
    assert_eq!(fake.count("ListAccessKeys") - before, 2 - known);
    assert!(folder.path().join("access-key-last-used/AKIADEPLOY00AEXAMPLE.json").exists());
}

#[test]
fn answers_of_different_days_do_not_mix() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let of = || fetch(&fake.request(folder.path(), &["account-summary"]), &Silent, &Stop::default());
    of().unwrap();
    let set = |name: &str| {
        let mut manifest = read(folder.path(), "manifest.json");
        manifest[name] = Value::from("2026-01-15T08:00:00Z");
        fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    };
    // What says when the evidence was taken stays as it is where nothing was fetched.
    set("finished");
    of().unwrap();
    assert_eq!(fake.count("GetAccountSummary"), 1);
    assert_eq!(read(folder.path(), "manifest.json")["finished"], "2026-01-15T08:00:00Z");

    set("started");
    assert!(matches!(of(), Err(Error::Old { .. })));
}
