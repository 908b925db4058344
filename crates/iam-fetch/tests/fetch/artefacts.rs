//! What is written, in whose shape, and that it is read again.

use std::collections::BTreeMap;
use std::fs;

use iam_core::evidence::{Given, assemble};
use iam_core::input::InputFile;
use iam_fetch::{Silent, Stop, fetch};
use serde_json::Value;
use tempfile::TempDir;

use crate::fake::Fake;
use crate::fake::account::xml;
use crate::{fetched, files, read};

#[test]
fn iam_core_reads_what_was_written_without_a_gap() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &[]);
    let files = files(folder.path()).into_iter().map(|path| {
        let bytes = fs::read(folder.path().join(&path)).unwrap();
        (InputFile { path: format!("account/{path}"), bytes }, Given::InFolder)
    });
    let evidence = assemble(files.collect());
    assert_eq!(evidence.accounts.len(), 1);
    let account = &evidence.accounts[0];
    assert_eq!(account.id().unwrap().to_string(), crate::fake::account::ACCOUNT);
    assert_eq!(account.users().count(), 2);
    let gaps: Vec<String> = account.gaps().iter().map(|gap| gap.what.to_string()).collect();
    assert_eq!(
        gaps,
        ["the kind of details `detailsOfTomorrow` is not understood"],
        "the only thing that nobody knows"
    );
    assert!(evidence.unused.iter().all(|file| !file.is_fault), "{:?}", evidence.unused);

    // Each file about a resource is known as that.
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for resource in account.resources().iter() {
        *kinds.entry(resource.kind.folder()).or_default() += 1;
        assert!(resource.policy().is_ok(), "{}: {:?}", resource.arn, resource.policy());
        assert_eq!(resource.region.as_deref(), Some("eu-west-1"), "{}", resource.arn);
        if resource.kind.is_shared_by_list() {
            assert_eq!(
                resource.shares().unwrap().items.len(),
                match resource.name() {
                    "snap-1" => 2,
                    "b" => 1,
                    _ => 0,
                },
                "{}",
                resource.arn
            );
        }
        if resource.kind.folder() == "s3-bucket" {
            assert_eq!(resource.acl().unwrap().grants.items.len(), 1);
            assert!(resource.public_access_block().is_ok() && resource.is_public_by_s3().is_ok());
        }
        if resource.kind.folder() == "kms-key" {
            assert_eq!(resource.grants().unwrap().items.len(), 1);
        }
    }
    let expected = [
        ("backup-vault", 2),
        ("dynamodb-stream", 1),
        ("dynamodb-table", 2),
        ("ec2-snapshot", 2),
        ("ecr-repository", 1),
        ("efs-file-system", 2),
        ("event-bus", 1),
        ("glacier-vault", 2),
        ("glue-catalog", 1),
        ("kinesis-stream", 2),
        ("kinesis-stream-consumer", 1),
        ("kms-key", 1),
        ("lambda-function", 2),
        ("lambda-layer-version", 2),
        ("opensearch-domain", 1),
        ("rds-db-cluster-snapshot", 2),
        ("rds-db-snapshot", 2),
        ("s3-access-point", 2),
        ("s3-bucket", 2),
        ("s3-directory-bucket", 1),
        ("secret", 1),
        ("sns-topic", 1),
        ("sqs-queue", 1),
    ];
    assert_eq!(kinds, BTreeMap::from(expected));
    assert!(account.resources().account_block().is_ok());
    assert!(account.resources().unlisted().is_empty());
    let looked_at = expected.map(|(folder, _)| folder);
    for kind in iam_core::input::resource_policies::ResourceKind::ALL {
        // The catalogue of Glue is not listed, as there is one in each Region.
        let is_listed = looked_at.contains(&kind.folder()) && kind.folder() != "glue-catalog";
        assert_eq!(account.resources().is_listed(*kind), is_listed, "{kind}");
    }
    assert_eq!(account.access_analyzer().analyzers().count(), 1);
    assert_eq!(account.access_analyzer().findings().count(), 2);
}

#[test]
fn files_are_what_the_aws_cli_prints() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &[]);
    let text = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
    assert_eq!(
        text("access-keys/deploy.json"),
        "{\n    \"AccessKeyMetadata\": [\n        {\n            \"UserName\": \"deploy\",\n            \
         \"AccessKeyId\": \"AKIADEPLOY00AEXAMPLE\",\n            \"Status\": \"Active\",\n            \
         \"CreateDate\": \"2025-12-20T08:00:00+00:00\"\n        }\n    ]\n}\n"
    );
    assert_eq!(text("mfa-devices/deploy.json"), "{\n    \"MFADevices\": []\n}\n");
    let report = read(folder.path(), "credential-report.json");
    assert_eq!(report["GeneratedTime"], "2026-01-15T08:00:00+00:00");
    assert!(report["Content"].as_str().unwrap().starts_with("dXNlcixhcm4s"));
    let details = read(folder.path(), "account-authorization-details.json");
    let user = &details["UserDetailList"][0];
    assert_eq!(user["UserPolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"], "s3:Get*");
    assert_eq!(user["AttachedManagedPolicies"], Value::Array(Vec::new()));
    assert!(user.get("PermissionsBoundary").is_none());
    let job = read(folder.path(), "service-last-accessed/user/deploy.json");
    assert_eq!(job["principal"], "arn:aws:iam::111122223333:user/ci/deploy");
    assert_eq!(job["granularity"], "ACTION_LEVEL");
    assert_eq!(job["pages"][0]["JobCreationDate"], "2026-01-15T08:00:00.979000+00:00");
    assert_eq!(
        job["pages"][0]["ServicesLastAccessed"][0]["TrackedActionsLastAccessed"][0]["ActionName"],
        "CreateBucket"
    );
}

#[test]
fn access_analyzer_is_written_word_for_word_even_where_the_sdk_does_not_know_it() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &["access-analyzer"]);
    let analyzers = read(folder.path(), "access-analyzer/eu-west-1/analyzers.json");
    assert_eq!(analyzers["analyzers"][0]["newMember"]["of"], "tomorrow");
    let rules = read(folder.path(), "access-analyzer/eu-west-1/archive-rules.json");
    assert_eq!(rules["analyzers"][0]["archiveRules"][0]["ruleName"], "known");
    let findings = read(folder.path(), "access-analyzer/eu-west-1/findings.json");
    let of_analyzer = &findings["analyzers"][0];
    assert_eq!(of_analyzer["analyzerArn"], analyzers["analyzers"][0]["arn"]);
    let first = &of_analyzer["findings"][0];
    assert_eq!(first["findingDetails"].as_array().unwrap().len(), 2, "the details of both pages");
    assert_eq!(first["findingDetails"][1]["detailsOfTomorrow"]["a"], 1);
    assert!(first.get("nextToken").is_none());
    assert_eq!(of_analyzer["findings"][1]["status"], "RESOLVED");
    assert_eq!(fake.count("GetFindingV2"), 2, "resolved findings cost no call");
}

#[test]
fn monitoring_is_written_where_iam_core_looks_for_it() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let mut request = fake.request(folder.path(), &["monitoring"]);
    request.regions = vec!["eu-west-1".to_owned(), "us-east-1".to_owned()];
    fetch(&request, &Silent, &Stop::default()).unwrap();
    let here: Vec<String> =
        files(folder.path()).into_iter().filter(|file| file.contains("/eu-west-1/")).collect();
    assert_eq!(
        here,
        [
            "alarms.json",
            "event-rules.json",
            "event-selectors/all.json",
            "event-targets/root.json",
            "metric-filters.json",
            "subscriptions/alarms.json",
            "subscriptions/events.json",
            "trail-status/all.json",
            "trails.json",
        ]
        .map(|file| format!("monitoring/eu-west-1/{file}"))
    );
    let read = |file: &str| read(folder.path(), &format!("monitoring/eu-west-1/{file}"));
    assert_eq!(read("trails.json")["trailList"][0]["MemberOfTomorrow"], true);
    assert_eq!(read("trail-status/all.json")["StartLoggingTime"], "2026-01-15T08:00:00.500000+00:00");
    assert_eq!(read("event-selectors/all.json")["EventSelectors"][0]["ReadWriteType"], "All");
    assert_eq!(read("alarms.json")["MetricAlarms"][0]["Threshold"], 1.0);
    assert_eq!(read("subscriptions/alarms.json")["Subscriptions"][0]["Endpoint"], "security@example.com");
    assert_eq!(fake.count("GetTrailStatus"), 1, "the trail is asked about in its home only");
}

#[test]
fn the_event_history_is_read_page_by_page() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &["cloudtrail-events"]);
    let events = read(folder.path(), "cloudtrail/eu-west-1/root-events.json");
    assert_eq!(events["Events"].as_array().unwrap().len(), 2);
    assert_eq!(events["Events"][0]["EventTime"], "2026-01-14T10:00:00+00:00");
    assert_eq!(
        read(folder.path(), "cloudtrail/eu-west-1/sign-in-events.json")["Events"],
        Value::Array(Vec::new())
    );
}

#[test]
fn an_archive_is_copied_once_and_stays_in_its_folder() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let mut request = fake.request(folder.path(), &["cloudtrail-archive"]);
    request.archive = Some("s3://logs/AWSLogs".to_owned());
    fetch(&request, &Silent, &Stop::default()).unwrap();
    let archive = [
        "cloudtrail/archive/AWSLogs/%2E%2E/x.json.gz",
        "cloudtrail/archive/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/14/a.json.gz",
        "manifest.json",
    ];
    assert_eq!(files(folder.path()), archive);
    assert_eq!(fs::read(folder.path().join(archive[1])).unwrap(), b"log");
    fetch(&request, &Silent, &Stop::default()).unwrap();
    assert_eq!(fake.count("GetObject"), 2, "not copied again");

    request.archive = None;
    let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
    assert_eq!(summary.shortfalls.len(), 1);
}

#[test]
fn pages_are_joined() {
    let fake = Fake::account(|asked| {
        (asked.operation == "ListVirtualMFADevices").then(|| {
            let device = |name| {
                format!("<member><SerialNumber>arn:aws:iam::111122223333:mfa/{name}</SerialNumber></member>")
            };
            let (name, more) = match asked.field("Marker") {
                "" => ("a", "<IsTruncated>true</IsTruncated><Marker>two</Marker>"),
                "two" => ("b", "<IsTruncated>true</IsTruncated><Marker>three</Marker>"),
                _ => ("c", "<IsTruncated>false</IsTruncated>"),
            };
            xml(
                "iam",
                "ListVirtualMFADevices",
                &format!("<VirtualMFADevices>{}</VirtualMFADevices>{more}", device(name)),
            )
        })
    });
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &["virtual-mfa-devices"]);
    let list = read(folder.path(), "virtual-mfa-devices.json");
    assert_eq!(list["VirtualMFADevices"].as_array().unwrap().len(), 3);
    assert!(list.get("IsTruncated").is_none());
}
