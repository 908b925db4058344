//! `fetch` and `check --live` as a user runs them, against an account on the loopback.

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

use std::fs;
use std::path::Path;
use std::time::Duration;

use fake::{Fake, SECRET, TOKEN};
use serde_json::Value;
use support::{Ran, root, run_in};
use tempfile::TempDir;

fn run(fake: &Fake, arguments: &[&str]) -> Ran {
    let endpoint = fake.endpoint();
    let environment = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("AWS_REGION", "eu-west-1"),
        ("COLUMNS", "100"),
    ];
    let ran = run_in(&root(), arguments, &environment, "");
    for text in [&ran.out, &ran.err] {
        assert!(!text.contains(SECRET) && !text.contains(TOKEN), "{text}");
    }
    ran
}

fn findings(ran: &Ran) -> Vec<Value> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    let accounts = report["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 1);
    accounts[0]["findings"].as_array().unwrap().clone()
}

#[test]
fn a_live_check_says_what_a_fetch_and_a_check_say() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let snapshot = folder.path().join("live");
    let snapshot = snapshot.to_str().unwrap();
    let fetched = run(&fake, &["fetch", "-o", snapshot]);
    assert_eq!(fetched.code, 0, "{}", fetched.err);
    assert_eq!(fetched.out, "");
    assert!(
        fetched
            .err
            .contains(" answers of account 111122223333 as arn:aws:iam::111122223333:user/auditor in ")
    );

    let as_of = ["--format", "json", "--as-of", "2026-01-15T08:00:00Z"];
    let offline = run(&fake, &[&["check", snapshot][..], &as_of].concat());
    let saved = folder.path().join("saved/live");
    let live = run(&fake, &[&["check", "--live", "--save", saved.to_str().unwrap()][..], &as_of].concat());
    let unsaved = run(&fake, &[&["check", "--live"][..], &as_of].concat());
    assert_eq!((offline.code, unsaved.code), (live.code, live.code), "{}", live.err);
    assert_eq!(findings(&offline), findings(&live));
    assert_eq!(findings(&offline), findings(&unsaved));
    assert!(saved.join("manifest.json").exists());
    let again = run(&fake, &["check", "--live", "--save", saved.to_str().unwrap()]);
    assert_eq!(again.code, 2, "what is saved is not live any more");
    assert!(again.err.contains("holds a snapshot already"), "{}", again.err);
}

#[test]
fn what_was_denied_is_told_with_the_permission_and_ends_with_four() {
    let fake = Fake::account(|asked| (asked.operation == "ListMFADevices").then(|| asked.denied()));
    let folder = TempDir::new().unwrap();
    let snapshot = folder.path().join("account");
    let snapshot = snapshot.to_str().unwrap();
    let ran = run(&fake, &["fetch", "-o", snapshot, "--only", "mfa-devices,account-summary"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(ran.err.contains("denied: iam:ListMFADevices (2 times): AccessDenied: User: "), "{}", ran.err);
    let checked = run(&fake, &["check", snapshot]);
    assert!(checked.out.contains("ListMFADevices"), "{}", checked.out);
}

#[test]
fn the_policy_and_the_plan_need_no_account() {
    let environment = [("COLUMNS", "100")];
    let policy = run_in(&root(), &["fetch", "--print-policy"], &environment, "");
    assert_eq!((policy.code, policy.err.as_str()), (0, ""));
    insta::assert_snapshot!("policy", policy.out);
    let validated =
        run_in(&root(), &["policy", "validate", "-", "--format", "json"], &environment, &policy.out);
    let validated: Value = serde_json::from_str(&validated.out).unwrap();
    assert_eq!(validated["policies"][0]["issues"], Value::Array(Vec::new()), "{validated}");
    let plan = run_in(&root(), &["fetch", "--dry-run"], &environment, "");
    assert_eq!((plan.code, plan.err.as_str()), (0, ""));
    insta::assert_snapshot!("plan", plan.out);
    let one = run_in(&root(), &["fetch", "--print-policy", "--only", "account-aliases"], &environment, "");
    assert!(
        one.out.contains("iam:ListAccountAliases") && !one.out.contains("account:ListRegions"),
        "{}",
        one.out
    );
}

#[test]
fn wrong_usage_ends_with_two() {
    let fake = Fake::account(|asked| {
        (asked.service == "sts").then(|| asked.error(403, "ExpiredToken", "it is old"))
    });
    let folder = TempDir::new().unwrap();
    let snapshot = folder.path().join("account");
    let snapshot = snapshot.to_str().unwrap();
    for (arguments, message) in [
        (&["fetch"][..], "--output"),
        (
            &["fetch", "-o", snapshot, "--only", "everything"],
            "there is no collector `everything`; there are credential-report,",
        ),
        (&["fetch", "-o", snapshot], "cannot tell whose credentials these are: ExpiredToken: it is old"),
        (&["check", "--live"], "cannot tell whose credentials these are"),
        (&["check", "--save", snapshot], "--live"),
        (&["check"], "<PATH>"),
    ] {
        let ran = run(&fake, arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(message), "{arguments:?}: {}", ran.err);
    }
    assert!(!Path::new(snapshot).exists());
    let nobody = run_in(
        &root(),
        &["fetch", "-o", snapshot],
        &[("AWS_REGION", "eu-west-1"), ("AWS_EC2_METADATA_DISABLED", "true"), ("HOME", snapshot)],
        "",
    );
    assert_eq!(nobody.code, 2);
    assert!(nobody.err.contains("credentials"), "{}", nobody.err);
}

/// As with the AWS CLI: what is said on the command line counts more than the environment.
#[test]
fn a_profile_that_is_named_counts_more_than_keys_in_the_environment() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let text = |profile: &str, id: &str| {
        format!("[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n")
    };
    let credentials = folder.path().join("credentials");
    fs::write(&credentials, text("audit", "AKIAI44QH8DHBEXAMPLE")).unwrap();
    let endpoint = fake.endpoint();
    let run = |profile: &str, snapshot: &str| {
        let snapshot = folder.path().join(snapshot);
        let environment = [
            ("AWS_ENDPOINT_URL", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_SHARED_CREDENTIALS_FILE", credentials.to_str().unwrap()),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_REGION", "eu-west-1"),
        ];
        let arguments = ["fetch", "-o", snapshot.to_str().unwrap(), "--only", "account-summary"];
        run_in(&root(), &[&arguments[..], &["--profile", profile]].concat(), &environment, "")
    };
    assert_eq!(run("audit", "account").code, 0);
    assert!(fake.asked().iter().all(|asked| asked.key == "AKIAI44QH8DHBEXAMPLE"));
    let asked = fake.asked().len();
    let ran = run("no-such", "other");
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("`no-such`"), "{}", ran.err);
    assert_eq!(fake.asked().len(), asked, "nobody else's credentials are used");
}

#[test]
fn an_organisation_is_a_folder_of_accounts() {
    let fake = Fake::account(|asked| match asked.operation.as_str() {
        "AssumeRole" => {
            assert_eq!(asked.field("RoleArn"), "arn:aws:iam::444455556666:role/Audit");
            let credentials = "<Credentials><AccessKeyId>ASIAMEMBER000EXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>";
            Some(fake::account::xml("sts", "AssumeRole", credentials))
        }
        "GetCallerIdentity" if asked.key == "ASIAMEMBER000EXAMPLE" => {
            let caller = "<Arn>arn:aws:sts::444455556666:assumed-role/Audit/iam-audit</Arn><UserId>AROA:x</UserId><Account>444455556666</Account>";
            Some(fake::account::xml("sts", "GetCallerIdentity", caller))
        }
        _ => None,
    });
    let folder = TempDir::new().unwrap();
    let ran = run(
        &fake,
        &["fetch", "-o", folder.path().to_str().unwrap(), "--org", "Audit", "--only", "account-summary"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    for account in ["111122223333", "444455556666"] {
        let manifest = fs::read_to_string(folder.path().join(account).join("manifest.json"));
        let manifest = manifest.unwrap_or_else(|error| panic!("{account}: {error}: {}", ran.err));
        assert!(manifest.contains(&format!("\"account\": \"{account}\"")), "{manifest}");
    }
    assert!(!folder.path().join("777788889999").exists(), "suspended accounts cannot be entered");

    let refused = Fake::account(|asked| (asked.operation == "AssumeRole").then(|| asked.denied()));
    let folder = TempDir::new().unwrap();
    let ran = run(
        &refused,
        &["fetch", "-o", folder.path().to_str().unwrap(), "--org", "Audit", "--only", "account-summary"],
    );
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(ran.err.contains("account 444455556666: cannot tell whose credentials these are"), "{}", ran.err);
    assert!(folder.path().join("111122223333/account-summary.json").exists());

    // The account that nobody saw is an account of the organisation all the same.
    let checked = run(&refused, &["check", folder.path().to_str().unwrap(), "--format", "json"]);
    let report: Value =
        serde_json::from_str(&checked.out).unwrap_or_else(|error| panic!("{error}: {}", checked.err));
    let accounts: Vec<&str> = report["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["id"].as_str().unwrap())
        .collect();
    assert_eq!(accounts, ["111122223333", "444455556666"]);
    let gaps = report["accounts"][1]["gaps"].to_string();
    assert!(gaps.contains("`sts:AssumeRole` was denied") && gaps.contains("allow sts:AssumeRole"), "{gaps}");

    // Once it can be entered, nothing of that is left.
    let ran = run(
        &fake,
        &[
            "fetch",
            "-o",
            folder.path().to_str().unwrap(),
            "--org",
            "Audit",
            "--only",
            "account-summary,organization",
        ],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let manifest = fs::read_to_string(folder.path().join("444455556666/manifest.json")).unwrap();
    assert!(!manifest.contains("AssumeRole") && !manifest.contains("ListRoots"), "{manifest}");
    assert!(folder.path().join("111122223333/organizations/roots.json").exists());
    let checked = run(
        &fake,
        &["check", folder.path().to_str().unwrap(), "--format", "json", "--fail-on-gaps", "failed"],
    );
    let report: Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!(report["accounts"].as_array().unwrap().len(), 2);
    let gaps = report["accounts"][0]["gaps"].to_string();
    assert!(!gaps.contains("denied") && !gaps.contains("did not finish"), "{gaps}");
    let shown = run(&fake, &["check", folder.path().to_str().unwrap()]);
    for account in ["Account 111122223333", "Account 444455556666"] {
        assert!(shown.out.contains(account), "{}", shown.out);
    }
}

/// Runs `analyzer` against an account with one analyzer, `outside`.
fn analyzer(fake: &Fake, arguments: &[&str]) -> Ran {
    run(fake, &[&["analyzer"][..], arguments].concat())
}

#[test]
fn analyzers_are_listed_made_and_deleted() {
    let fake = Fake::account(|asked| match (asked.operation.as_str(), asked.region.as_str()) {
        ("ListRegions", _) => Some(fake::account::json(
            "{\"Regions\": [{\"RegionName\": \"eu-west-1\"}, {\"RegionName\": \"us-east-1\"}]}",
        )),
        ("ListAnalyzers", "us-east-1") => Some(fake::account::json("{\"analyzers\": []}")),
        ("CreateAnalyzer", _) => Some(fake::account::json("{\"arn\": \"arn:new\"}")),
        ("DeleteAnalyzer", _) => Some(fake::account::json("{}")),
        _ => None,
    });
    let cases: [(&[&str], i32, &str); 9] = [
        (&["list"], 0, "eu-west-1\toutside\tACCOUNT\tACTIVE\n"),
        (&["list", "--regions", "all"], 0, "eu-west-1\toutside\tACCOUNT\tACTIVE\nus-east-1\tno analyzer\n"),
        (
            &["create", "--type", "account", "--regions", "all", "--dry-run"],
            0,
            "eu-west-1\toutside\tis there already\nus-east-1\tiam-audit\twould be made as ACCOUNT\n",
        ),
        (
            &["create", "--type", "unused-access", "--unused-age", "60"],
            0,
            "eu-west-1\tiam-audit\tmade: arn:new\n",
        ),
        (&["create", "--type", "SERVICE_ACCESS_ANALYZER"], 2, ""),
        (&["create", "--type", "account", "--unused-age", "60"], 2, ""),
        (
            &["delete", "outside", "--dry-run"],
            0,
            "eu-west-1\toutside\twould be deleted, with its findings and rules\n",
        ),
        (&["delete", "outside"], 2, ""),
        (&["delete", "outside", "--yes"], 0, "eu-west-1\toutside\tdeleted\n"),
    ];
    for (arguments, code, out) in cases {
        let ran = analyzer(&fake, arguments);
        assert_eq!((ran.code, ran.out.as_str()), (code, out), "{arguments:?}: {}", ran.err);
    }
    assert_eq!(
        (fake.count("CreateAnalyzer"), fake.count("DeleteAnalyzer")),
        (1, 1),
        "a dry run changes nothing"
    );
    let created = fake.asked().into_iter().find(|asked| asked.operation == "CreateAnalyzer").unwrap();
    assert_eq!(created.field("type"), "ACCOUNT_UNUSED_ACCESS");
    assert!(created.field("configuration").contains("\"unusedAccessAge\":60"), "{:?}", created.fields);
    let old = analyzer(&fake, &["create", "--type", "SERVICE_ACCESS_ANALYZER"]);
    assert!(
        old.err.contains("AWS has no such type any more; the types are account, organization,"),
        "{}",
        old.err
    );
}

#[test]
fn findings_are_listed_shown_and_archived() {
    let fake = Fake::account(|asked| {
        let changes = ["UpdateFindings", "CreateArchiveRule", "ApplyArchiveRule", "StartResourceScan"];
        changes.contains(&asked.operation.as_str()).then(|| fake::account::json("{}"))
    });
    let role = "arn:aws:iam::111122223333:role/app";
    let scanned = format!("eu-west-1\toutside\tasked to look at {role}\n");
    let listed = format!(
        "eu-west-1\tf-1\tACTIVE\tExternalAccess\t{role}\t2026-01-14T00:00:00+00:00\n\
         eu-west-1\tf-2\tRESOLVED\tExternalAccess\t{role}\t2026-01-14T00:00:00+00:00\n"
    );
    let cases: [(&[&str], i32, &str); 9] = [
        (&["findings", "--status", "all", "--type", "ExternalAccess", "--resource", "role/app"], 0, &listed),
        (&["findings", "--filter", "what"], 2, ""),
        (&["archive", "f-1"], 2, ""),
        (
            &["archive", "f-1", "--reason", "known", "--dry-run"],
            0,
            "eu-west-1\toutside\tf-1\twould be archived\tknown\n",
        ),
        (&["archive", "f-1", "--reason", "known"], 0, "eu-west-1\toutside\tf-1\tarchived\tknown\n"),
        (&["unarchive", "f-1", "--reason", "wrong"], 0, "eu-west-1\toutside\tf-1\tactive again\twrong\n"),
        (
            &["archive-rule", "create", "partner", "--filter", "principal.AWS=444455556666"],
            0,
            "eu-west-1\toutside\tpartner\tmade; `archive-rule apply` archives the findings that there are already\n",
        ),
        (&["archive-rule", "apply", "partner"], 0, "eu-west-1\toutside\tpartner\tapplied\n"),
        (&["scan", role], 0, &scanned),
    ];
    for (arguments, code, out) in cases {
        let ran = analyzer(&fake, arguments);
        assert_eq!((ran.code, ran.out.as_str()), (code, out), "{arguments:?}: {}", ran.err);
    }
    assert_eq!(fake.count("UpdateFindings"), 2, "a dry run changes nothing");
    let filter = fake.asked().into_iter().find(|asked| asked.operation == "ListFindingsV2").unwrap();
    let filter: Value = serde_json::from_str(filter.field("filter")).unwrap();
    assert_eq!(filter["findingType"]["eq"][0], "ExternalAccess");
    assert_eq!(filter["resource"]["contains"][0], "role/app");
    assert!(filter.get("status").is_none());
    let shown = analyzer(&fake, &["show", "f-1"]);
    let shown: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(shown["findingDetails"].as_array().unwrap().len(), 2);
    let rules = analyzer(&fake, &["archive-rule", "list"]);
    assert!(rules.out.contains("\"ruleName\": \"known\""), "{}", rules.out);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_a_folder_that_the_same_command_goes_on_with() {
    use std::process::{Command, Stdio};
    let fake = Fake::account(|asked| {
        (asked.operation == "GetAccessKeyLastUsed")
            .then(|| fake::account::answer(asked).after(Duration::from_secs(5)))
    });
    let folder = TempDir::new().unwrap();
    let snapshot = folder.path().join("account");
    let arguments = ["fetch", "-o", snapshot.to_str().unwrap(), "--only", "access-keys"];
    let child = Command::new(env!("CARGO_BIN_EXE_iam-audit"))
        .args(arguments)
        .env_clear()
        .envs([
            ("AWS_ENDPOINT_URL", fake.endpoint().as_str()),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_REGION", "eu-west-1"),
        ])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while fake.count("GetAccessKeyLastUsed") == 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", id.as_str()]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(4), "{told}");
    assert!(told.contains("stopped; the same command goes on from here"), "{told}");
    let manifest = fs::read_to_string(snapshot.join("manifest.json")).unwrap();
    assert!(manifest.contains("\"finished\": null"), "{manifest}");

    let before = fake.count("ListAccessKeys");
    assert_eq!(run(&fake, &arguments).code, 0);
    assert_eq!(fake.count("ListAccessKeys"), before, "what was there was not asked again");
}
