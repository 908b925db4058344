//! What has to be there before the first answer: an identity, Regions, a directory.

use std::fs;
use std::path::Path;

use iam_fetch::{Ended, Error, Silent, Stop, fetch};
use tempfile::TempDir;

use crate::fake::Fake;
use crate::fake::account::json;

#[test]
fn without_an_identity_nothing_is_written() {
    let fake = Fake::account(|asked| {
        (asked.service == "sts").then(|| {
            asked.error(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
        })
    });
    let folder = TempDir::new().unwrap();
    let snapshot = folder.path().join("account");
    let failed = fetch(&fake.request(&snapshot, &[]), &Silent, &Stop::default());
    assert!(matches!(failed, Err(Error::Credentials { .. })), "{failed:?}");
    assert!(!snapshot.exists());
    let busy = Fake::account(|asked| {
        (asked.service == "sts").then(|| asked.error(503, "ServiceUnavailable", "try again"))
    });
    let mut request = busy.request(&snapshot, &[]);
    request.pace.attempts = 8;
    assert!(matches!(fetch(&request, &Silent, &Stop::default()), Err(Error::Credentials { .. })));
    assert_eq!(busy.count("GetCallerIdentity"), 3, "nobody waits long to be told");
    let failed = fetch(&fake.request(&snapshot, &["no-such"]), &Silent, &Stop::default());
    assert!(matches!(failed, Err(Error::NoSuchCollector { .. })));
}

#[test]
fn regions_are_those_of_the_account_and_one_that_fails_costs_only_itself() {
    let fake = Fake::account(|asked| match asked.operation.as_str() {
        "ListRegions" => {
            Some(json("{\"Regions\": [{\"RegionName\": \"eu-west-1\"}, {\"RegionName\": \"me-south-1\"}]}"))
        }
        _ if asked.region == "me-south-1" => Some(asked.error(
            403,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )),
        _ => None,
    });
    let folder = TempDir::new().unwrap();
    let mut request = fake.request(folder.path(), &["access-analyzer"]);
    request.regions.clear();
    let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
    assert_eq!(summary.ended, Ended::Finished);
    assert_eq!(summary.regions, ["eu-west-1", "me-south-1"]);
    assert_eq!(summary.shortfalls.len(), 1);
    assert_eq!(summary.shortfalls[0].region.as_deref(), Some("me-south-1"));
    assert!(folder.path().join("access-analyzer/eu-west-1/findings.json").exists());
}

#[test]
fn directories_that_hold_something_else_are_refused() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("letter.txt"), "Dear diary").unwrap();
    let of = |folder: &Path| fetch(&fake.request(folder, &["account-summary"]), &Silent, &Stop::default());
    assert!(matches!(of(folder.path()), Err(Error::NotEmpty { .. })));
    assert!(matches!(of(&folder.path().join("letter.txt")), Err(Error::Directory { .. })));
    assert!(matches!(of(&folder.path().join("letter.txt/below")), Err(Error::Directory { .. })));
    assert_eq!(fs::read_to_string(folder.path().join("letter.txt")).unwrap(), "Dear diary");

    let other = TempDir::new().unwrap();
    of(other.path()).unwrap();
    let manifest = fs::read_to_string(other.path().join("manifest.json")).unwrap();
    fs::write(other.path().join("manifest.json"), manifest.replace("111122223333", "444455556666")).unwrap();
    assert!(matches!(of(other.path()), Err(Error::OtherAccount { .. })));

    fs::write(other.path().join("manifest.json"), "{").unwrap();
    assert!(matches!(of(other.path()), Err(Error::Directory { .. })));
}
