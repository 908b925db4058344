//! End to end against an emulator of AWS: what is created there is what the audit tells.
//!
//! `cargo xtask test` installs moto and the AWS CLI, and names their place in `IAM_AUDIT_EMULATOR`. A thin front adds what
//! moto lacks: root's row of the credential report, Access Analyzer, last-accessed jobs, CloudTrail's event history, and some
//! policies of resources.

#![cfg(feature = "live")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

#[path = "../../iam-fetch/tests/fake/mod.rs"]
mod fake;
mod support;

mod emulator {
    pub(crate) mod by_hand;
    pub(crate) mod front;
    pub(crate) mod moto;
    pub(crate) mod people;
    pub(crate) mod resources;
}

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use emulator::front::environment;
use emulator::moto::Moto;
use emulator::{by_hand, front, people, resources};
use serde_json::Value;
use support::{Ran, root, run_in};
use tempfile::TempDir;

/// The findings of a report: check and subject.
fn findings(ran: &Ran) -> BTreeSet<(String, String)> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["accounts"][0]["findings"].as_array().unwrap().iter();
    findings.map(|finding| (text(&finding["check"]), text(&finding["subject"]["name"]))).collect()
}

#[test]
#[ignore = "needs an emulator; cargo xtask test installs it"]
fn what_was_created_is_what_the_audit_tells() {
    let moto = Moto::start();
    let secrets = people::fill(moto.port);
    let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let front = front::start(moto.port, &now);
    let endpoint = front.endpoint();
    let folder = TempDir::new().unwrap();
    let fetched = folder.path().join("fetched");

    let ran = run_in(&root(), &["fetch", "-o", fetched.to_str().unwrap()], &environment(&endpoint), "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    keeps_no_secret(&fetched, &ran, &secrets);
    let as_of = ["--format", "json", "--as-of", &now];
    let check = |path: &Path| {
        run_in(
            &root(),
            &[&["check", path.to_str().unwrap()][..], &as_of].concat(),
            &environment(&endpoint),
            "",
        )
    };
    let told = findings(&check(&fetched));
    let expected = [("console-without-mfa", "bob"), ("two-active-access-keys", "deploy")];
    for (finding, subject) in expected {
        let is_told = told.iter().any(|(check, name)| check == finding && name.contains(subject));
        assert!(is_told, "{finding} of {subject}: {told:?}");
    }
    assert!(
        !told.iter().any(|(check, name)| check == "console-without-mfa" && name.contains("anna")),
        "{told:?}"
    );
    assert!(told.iter().any(|(check, _)| check == "password-policy-short"), "{told:?}");

    let read = |file: &str| fs::read_to_string(fetched.join(file)).unwrap();
    assert!(read("access-keys/old.json").contains("\"Status\": \"Inactive\""));
    assert!(!read("virtual-mfa-devices.json").contains(SECRET_FIELDS[0]));
    let details: Value = serde_json::from_str(&read("account-authorization-details.json")).unwrap();
    assert_eq!(details["RoleDetailList"][0]["AttachedManagedPolicies"][0]["PolicyName"], "reads");

    let written = folder.path().join("by-hand");
    by_hand::write(&endpoint, &written, &people::commands());
    same_files(&fetched, &written);
    assert_eq!(findings(&check(&written)), findings(&check(&only(&fetched, &written, folder.path()))));
}

#[test]
#[ignore = "needs an emulator; cargo xtask test installs it"]
fn who_was_let_in_is_whom_external_tells() {
    let moto = Moto::start();
    people::fill(moto.port);
    let made = resources::create(&format!("http://127.0.0.1:{}", moto.port));
    let front = front::start(moto.port, "2026-01-15T08:00:00+00:00");
    let endpoint = front.endpoint();
    let folder = TempDir::new().unwrap();
    let fetched = folder.path().join("fetched");
    let run = |words: &[&str]| run_in(&root(), words, &environment(&endpoint), "");
    let collectors = "resource-policies,account-authorization-details";
    let place = fetched.to_str().unwrap();
    let ran = run(&["fetch", "-o", place, "--regions", "eu-west-1", "--only", collectors]);
    assert_eq!(ran.code, 0, "{}", ran.err);

    let external = |folder: &Path| -> Value {
        let ran = run(&["external", folder.to_str().unwrap(), "--format", "json"]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    };
    let told = external(&fetched);
    let expected = |list: &[(&str, &str, &str)]| -> BTreeSet<(String, String, String)> {
        let own = |text: &str| resources::named(text, &made);
        list.iter().map(|(resource, who, what)| (own(resource), own(who), own(what))).collect()
    };
    let [let_in, kept_out] = resources::told(&told);
    assert_eq!(let_in, expected(&resources::LET_IN));
    assert_eq!(kept_out, expected(&resources::KEPT_OUT));

    // Each type that a fetch asks about is among them.
    let manifest: Value = serde_json::from_slice(&fs::read(fetched.join("manifest.json")).unwrap()).unwrap();
    assert!(manifest["calls"].as_array().unwrap().iter().all(|call| call["status"] == "complete"));
    let files = files(&fetched);
    for kind in iam_core::input::resource_policies::ResourceKind::ALL {
        let is_asked = !["codeartifact-domain", "cloudtrail-event-data-store"].contains(&kind.folder());
        let folder = Path::new("resource-policies/eu-west-1").join(kind.folder());
        assert_eq!(files.iter().any(|file| file.starts_with(&folder)), is_asked, "{kind}");
        let is_let_in = told["accounts"][0]["resources"].as_array().unwrap().iter().any(|resource| {
            resource["resource_type"] == kind.as_str() && resource["findings"] != Value::Array(Vec::new())
        });
        assert_eq!(is_let_in, is_asked, "{kind}");
    }
    keeps_no_secret(&fetched, &ran, &resources::SECRETS.map(str::to_owned));

    let written = folder.path().join("by-hand");
    by_hand::write(&endpoint, &written, &resources::commands(&made));
    same_files(&fetched, &written);
    let same = only(&fetched, &written, folder.path());
    let resources = |folder: &Path| external(folder)["accounts"][0]["resources"].clone();
    assert_eq!(resources(&written), resources(&same));
}

/// What is secret of that which was created stands neither in the snapshot nor in what a fetch says; nor do our own keys.
fn keeps_no_secret(fetched: &Path, ran: &Ran, secrets: &[String]) {
    for file in files(fetched) {
        let text = fs::read_to_string(fetched.join(&file)).unwrap() + &ran.out + &ran.err;
        for secret in secrets.iter().map(String::as_str).chain([fake::SECRET]) {
            assert!(!text.contains(secret), "{}", file.display());
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| entry.path().strip_prefix(folder).unwrap().to_owned()).collect()
}

/// Every file that the AWS CLI wrote says the same in the snapshot. Of a resource, the snapshot keeps only who gets in.
fn same_files(fetched: &Path, by_hand: &Path) {
    let mut differ = Vec::new();
    for file in files(by_hand) {
        let read = |folder: &Path| -> Value {
            let bytes =
                fs::read(folder.join(&file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            normal(serde_json::from_slice(&bytes).unwrap())
        };
        let (kept, mut printed) = (read(fetched), read(by_hand));
        if file.starts_with("resource-policies") {
            printed = part(printed, &kept);
        }
        if kept != printed {
            differ.push(format!("{}: {kept} {printed}", file.display()));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// The fields of a value that another one has.
fn part(value: Value, other: &Value) -> Value {
    match (value, other) {
        (Value::Object(fields), Value::Object(others)) => {
            let both = fields.into_iter().filter_map(|(name, value)| Some((others.get(&name)?, name, value)));
            both.map(|(other, name, value)| (name, part(value, other))).collect()
        }
        (value, _) => value,
    }
}

/// The seeds of virtual MFA devices, which moto sends at any time and AWS once. A fetch leaves them out.
const SECRET_FIELDS: [&str; 2] = ["Base32StringSeed", "QRCodePNG"];

/// Times in one form: the AWS CLI's first version writes them as they come, its second one as we do.
fn normal(value: Value) -> Value {
    match value {
        Value::String(text) => match chrono::DateTime::parse_from_rfc3339(&text) {
            Ok(time) => Value::String(time.to_utc().to_rfc3339()),
            Err(_) => Value::String(text),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(normal).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| match value.as_f64() {
                Some(seconds) if name.ends_with("Date") => {
                    let seconds = std::time::Duration::from_secs_f64(seconds);
                    let time = chrono::DateTime::UNIX_EPOCH + seconds;
                    (name, Value::String(time.to_rfc3339()))
                }
                _ => (name, value),
            });
            let kept = fields.filter(|(name, _)| !SECRET_FIELDS.contains(&name.as_str()));
            kept.map(|(name, value)| (name, normal(value))).collect()
        }
        other => other,
    }
}

/// The snapshot without what the other one lacks.
fn only(fetched: &Path, by_hand: &Path, folder: &Path) -> PathBuf {
    let part = folder.join("part");
    for file in files(by_hand) {
        let path = part.join(&file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(fetched.join(&file), path).unwrap();
    }
    part
}
