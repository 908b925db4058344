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

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use fake::account::{json, xml};
use fake::{Fake, Reply, SECRET, TOKEN};
use iam_core::evidence::{Given, assemble};
use iam_core::input::InputFile;
use iam_fetch::{Ended, Error, Progress, Silent, Step, Stop, Summary, collectors, fetch};
use serde_json::Value;
use tempfile::TempDir;

fn fetched(fake: &Fake, folder: &Path, only: &[&str]) -> Summary {
    fetch(&fake.request(folder, only), &Silent, &Stop::default()).unwrap()
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

#[test]
fn a_full_fetch_makes_exactly_the_calls_that_the_policy_allows() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let mut request = fake.request(folder.path(), &[]);
    request.regions.clear();
    let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
    assert_eq!(summary.shortfalls, []);

    let policy: Value = serde_json::from_str(&iam_fetch::permissions(&[], &[]).unwrap()).unwrap();
    let allowed: BTreeSet<&str> = policy["Statement"][0]["Action"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action.as_str().unwrap())
        .collect();
    let calls = collectors().iter().flat_map(|collector| collector.calls);
    let listing = iam_fetch::Call { operation: "ListRegions", action: "account:ListRegions" };
    let known: Vec<iam_fetch::Call> = calls.copied().chain([listing]).collect();
    let mut used = BTreeSet::new();
    for asked in fake.asked() {
        // AWS answers this to everybody.
        if asked.operation == "GetCallerIdentity" {
            continue;
        }
        let service = if asked.service == "monitoring" { "cloudwatch" } else { &asked.service };
        // Two calls of S3 share a name.
        let is_of_account = asked.path.starts_with("/v20180820/configuration");
        let call = known.iter().find(|call| {
            call.operation == asked.operation
                && call.service() == service
                && (call.operation != "GetPublicAccessBlock"
                    || call.action.ends_with("GetAccountPublicAccessBlock") == is_of_account)
        });
        let call = call
            .unwrap_or_else(|| panic!("undeclared: {} {} {}", asked.service, asked.operation, asked.path));
        used.insert(call.action);
    }
    assert_eq!(used, allowed);
}

#[test]
fn every_file_is_declared_private_and_free_of_secrets() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let snapshot = folder.path().join("new/account");
    fetched(&fake, &snapshot, &[]);

    let declared: Vec<&str> = collectors().iter().flat_map(|collector| collector.files).copied().collect();
    let matches = |file: &str, pattern: &str| {
        let (file, pattern): (Vec<&str>, Vec<&str>) =
            (file.split('/').collect(), pattern.split('/').collect());
        file.len() == pattern.len()
            && file.iter().zip(&pattern).all(|(own, pattern)| pattern.starts_with('<') || own == pattern)
    };
    for file in files(&snapshot) {
        let is_declared = file == "manifest.json" || declared.iter().any(|pattern| matches(&file, pattern));
        assert!(is_declared, "{file}");
        let text = fs::read_to_string(snapshot.join(&file)).unwrap();
        for secret in [SECRET, TOKEN, "AKIAIOSFODNN7EXAMPLE"] {
            assert!(!text.contains(secret), "{file}");
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&snapshot), 0o700);
        assert_eq!(mode(&snapshot.join("access-keys")), 0o700);
        for file in files(&snapshot) {
            assert_eq!(mode(&snapshot.join(&file)), 0o600, "{file}");
        }
    }
}

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
    assert_eq!(account.id().unwrap().to_string(), fake::account::ACCOUNT);
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
        ("glue-catalog", 1),
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

/// What AWS refuses is a gap that names what to allow, one for all Regions and resources, whichever call it is.
#[test]
fn every_refusal_is_a_gap_that_names_the_permission() {
    let calls =
        collectors().iter().filter(|collector| collector.by_default).flat_map(|collector| collector.calls);
    // One refusal in each of a few fetches, as one refusal keeps others from being made.
    let (lists, others): (Vec<iam_fetch::Call>, Vec<iam_fetch::Call>) = calls
        .copied()
        .partition(|call| call.operation.starts_with("List") || call.operation.starts_with("Describe"));
    let (first, second): (Vec<iam_fetch::Call>, Vec<iam_fetch::Call>) = lists
        .into_iter()
        .partition(|call| call.service() == "organizations" || call.operation == "ListUsers");
    let (roots, first): (Vec<iam_fetch::Call>, Vec<iam_fetch::Call>) =
        first.into_iter().partition(|call| ["DescribeOrganization", "ListRoots"].contains(&call.operation));
    for refused in [others, second, first, roots] {
        let names: Vec<(&str, &str)> = refused
            .iter()
            .map(|call| {
                (call.operation, if call.service() == "cloudwatch" { "monitoring" } else { call.service() })
            })
            .collect();
        let fake = Fake::account(move |asked| {
            names.contains(&(asked.operation.as_str(), asked.service.as_str())).then(|| asked.denied())
        });
        let folder = TempDir::new().unwrap();
        let mut request = fake.request(folder.path(), &[]);
        request.pace.attempts = 1;
        fetch(&request, &Silent, &Stop::default()).unwrap();
        let files = files(folder.path()).into_iter().map(|path| {
            let bytes = fs::read(folder.path().join(&path)).unwrap();
            (InputFile { path: format!("account/{path}"), bytes }, Given::InFolder)
        });
        let evidence = assemble(files.collect());
        let told: Vec<String> =
            evidence.accounts[0].gaps().iter().map(|gap| format!("{}; {}", gap.what, gap.remedy)).collect();
        let manifest = read(folder.path(), "manifest.json");
        for call in manifest["calls"].as_array().unwrap().iter().filter(|call| call["status"] == "denied") {
            let permission = call["permission"].as_str().unwrap();
            let count = told.iter().filter(|told| told.contains(&format!("allow {permission} and"))).count();
            assert!(count >= 1, "{call}: {told:#?}");
        }
    }
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
fn resource_policies_keep_the_shape_of_their_service_and_know_of_none() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let summary = fetched(&fake, folder.path(), &["resource-policies"]);
    assert_eq!(summary.shortfalls, []);
    let read = |file: &str| read(folder.path(), &format!("resource-policies/eu-west-1/{file}.json"));
    assert!(read("s3-bucket/logs")["Policy"].as_str().unwrap().contains("2012-10-17"));
    assert_eq!(read("s3-bucket/bare")["Policy"], "");
    assert_eq!(read("kms-key/k-1")["PolicyName"], "default");
    assert_eq!(read("sqs-queue/jobs")["Attributes"]["QueueArn"], "arn:aws:sqs:eu-west-1:111122223333:jobs");
    assert!(read("sns-topic/alarms")["Attributes"]["Policy"].is_string());
    assert_eq!(read("lambda-function/open")["RevisionId"], "r");
    assert_eq!(read("lambda-function/closed")["Policy"], "");
    assert!(read("secret/prod%2Fdb").get("ResourcePolicy").is_none());
    assert_eq!(read("ecr-repository/app")["policyText"], "");
    assert_eq!(read("event-bus/default")["Name"], "default");
    assert_eq!(read("lambda-layer-version/shared%3A2")["RevisionId"], "r");
    assert_eq!(read("lambda-layer-version/shared%3A1")["Policy"], "");
    assert_eq!(read("s3-bucket-policy-status/logs")["PolicyStatus"]["IsPublic"], true);
    assert_eq!(read("s3-bucket-policy-status/bare")["PolicyStatus"]["IsPublic"], false);
    let block = |file: &str, name: &str| read(file)["PublicAccessBlockConfiguration"][name].clone();
    assert_eq!(block("s3-bucket-public-access-block/logs", "RestrictPublicBuckets"), true);
    assert_eq!(block("s3-bucket-public-access-block/logs", "IgnorePublicAcls"), false);
    assert_eq!(block("s3-bucket-public-access-block/bare", "BlockPublicPolicy"), false);
    assert_eq!(block("s3-account-public-access-block/111122223333", "BlockPublicPolicy"), true);
    assert_eq!(block("s3-account-public-access-block/111122223333", "RestrictPublicBuckets"), false);
    let grant = &read("s3-bucket-acl/logs")["Grants"][0];
    assert_eq!(grant["Grantee"]["URI"], "http://acs.amazonaws.com/groups/global/AllUsers");
    assert_eq!((&grant["Grantee"]["Type"], &grant["Permission"]), (&"Group".into(), &"READ".into()));
    let grant = &read("kms-key-grants/k-1")["Grants"][0];
    assert_eq!(grant["CreationDate"], "2026-01-15T08:00:00+00:00");
    assert_eq!(grant["Constraints"]["EncryptionContextSubset"]["a"], "1");
}

#[test]
fn services_without_a_typed_client_are_read_page_by_page_and_know_of_none() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let summary = fetched(&fake, folder.path(), &["resource-policies"]);
    assert_eq!(summary.shortfalls, []);
    let read = |file: &str| read(folder.path(), &format!("resource-policies/eu-west-1/{file}.json"));
    let policy = "{\"Version\": \"2012-10-17\", \"Statement\": []}";
    for (file, pointer, expected) in [
        ("dynamodb-table/orders", "/Policy", policy),
        ("dynamodb-table/orders", "/RevisionId", "1768464000000"),
        ("dynamodb-table/people", "/Policy", ""),
        ("dynamodb-stream/orders%2Fstream%2F2026-01-15T08%3A00%3A00.000", "/Policy", ""),
        ("efs-file-system/fs-1", "/Policy", policy),
        ("efs-file-system/fs-2", "/Policy", ""),
        ("efs-file-system/fs-2", "/FileSystemId", "fs-2"),
        ("rds-db-snapshot/rds%3Aa", "/DBSnapshotAttributesResult/DBSnapshotIdentifier", "rds:a"),
        ("rds-db-snapshot/b", "/DBSnapshotAttributesResult/DBSnapshotAttributes/0/AttributeValues/0", "all"),
        (
            "rds-db-cluster-snapshot/b",
            "/DBClusterSnapshotAttributesResult/DBClusterSnapshotAttributes/0/AttributeName",
            "restore",
        ),
        ("ec2-snapshot/snap-1", "/CreateVolumePermissions/0/Group", "all"),
        ("ec2-snapshot/snap-1", "/CreateVolumePermissions/1/UserId", "444455556666"),
        ("ec2-snapshot/snap-2", "/SnapshotId", "snap-2"),
        ("glue-catalog/catalog", "/PolicyInJson", policy),
        ("backup-vault/shared", "/Policy", policy),
        ("backup-vault/Default", "/Policy", ""),
        (
            "backup-vault/Default",
            "/BackupVaultArn",
            "arn:aws:backup:eu-west-1:111122223333:backup-vault:Default",
        ),
        ("opensearch-domain/search", "/DomainStatus/AccessPolicies", policy),
        ("s3-access-point/open", "/Policy", policy),
        ("s3-access-point/bare", "/Policy", ""),
        ("s3-access-point-settings/open", "/Bucket", "logs"),
        ("s3-access-point-settings/open", "/NetworkOrigin", "Internet"),
        ("s3-access-point-settings/bare", "/VpcConfiguration/VpcId", "vpc-1"),
        ("s3-directory-bucket/fast--euw1-az1--x-s3", "/Policy", policy),
    ] {
        assert_eq!(read(file).pointer(pointer), Some(&expected.into()), "{file} {pointer}");
    }
    assert_eq!(read("ec2-snapshot/snap-2")["CreateVolumePermissions"], Value::Array(Vec::new()));
    assert!(read("opensearch-domain/search")["DomainStatus"].get("ClusterConfig").is_none());
}

#[test]
fn the_organisation_is_written_with_its_policies() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &["organization"]);
    let read = |file: &str| read(folder.path(), &format!("organizations/{file}.json"));
    assert_eq!(read("organization")["Organization"]["Id"], "o-example1234");
    assert_eq!(read("accounts")["Accounts"][0]["JoinedTimestamp"], "2026-01-15T08:00:00+00:00");
    let children = |file: &str| read(&format!("children/{file}"))["Children"].as_array().unwrap().clone();
    assert_eq!(children("r-ab12/organizational-units")[0]["Id"], "ou-ab12-11111111");
    assert_eq!(children("ou-ab12-11111111/accounts")[0]["Id"], "444455556666");
    assert_eq!(children("ou-ab12-11111111/organizational-units").len(), 0);
    assert_eq!(read("policies/p-FullAWSAccess")["Policy"]["PolicySummary"]["AwsManaged"], true);
    assert_eq!(read("targets/p-FullAWSAccess")["Targets"][0]["TargetId"], "r-ab12");
    assert!(!folder.path().join("organizations/resource-control-policies.json").exists(), "there are none");

    let fake = Fake::account(|asked| {
        (asked.operation == "DescribeOrganization")
            .then(|| asked.error(400, "AWSOrganizationsNotInUseException", "no"))
    });
    let folder = TempDir::new().unwrap();
    let summary = fetched(&fake, folder.path(), &["organization"]);
    assert_eq!(summary.shortfalls, [], "an account of no organisation lacks nothing");
    assert_eq!(fake.count("ListAccounts"), 0);
}

#[test]
fn a_member_account_is_refused_once_and_told_who_may_ask() {
    let member = || {
        Fake::account(|asked| match asked.operation.as_str() {
            "DescribeOrganization" => Some(json(
                "{\"Organization\": {\"Id\": \"o-example1234\", \"MasterAccountId\": \"777788889999\"}}",
            )),
            _ if asked.service == "organizations" => Some(asked.denied()),
            _ => None,
        })
    };
    let (fake, folder) = (member(), TempDir::new().unwrap());
    let summary = fetched(&fake, folder.path(), &["organization"]);
    let told: Vec<(&str, bool)> =
        summary.shortfalls.iter().map(|told| (told.call.as_str(), told.is_denied)).collect();
    assert_eq!(told, [("organizations:ListRoots", true)]);
    let why =
        "AccessDeniedException: only the management account and delegated administrators may ask: User: ";
    assert!(summary.shortfalls[0].error.starts_with(why), "{}", summary.shortfalls[0].error);

    let (fake, folder) = (member(), TempDir::new().unwrap());
    let request = iam_fetch::Request { is_member: true, ..fake.request(folder.path(), &["organization"]) };
    let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
    assert_eq!(summary.shortfalls, [], "another snapshot tells of the organisation");
    assert!(folder.path().join("organizations/organization.json").exists());
    assert_eq!(fake.count("ListRoots"), 0);
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

/// What happens to one collector when AWS answers otherwise.
struct Case {
    name: &'static str,
    collector: &'static str,
    /// The operation that answers otherwise.
    operation: &'static str,
    answer: fn(&fake::Asked) -> Reply,
    /// What the manifest says of it.
    status: &'static str,
    error: &'static str,
    /// Whether there is a file.
    file: bool,
}

#[test]
fn other_answers_stand_in_the_manifest() {
    let cases = [
        Case {
            name: "denied",
            collector: "account-summary",
            operation: "GetAccountSummary",
            answer: fake::Asked::denied,
            status: "denied",
            error: "AccessDenied: User: arn:aws:iam::111122223333:user/auditor is not authorized to perform: iam:GetAccountSummary",
            file: false,
        },
        Case {
            name: "throttled until patience ends",
            collector: "account-aliases",
            operation: "ListAccountAliases",
            answer: |asked| asked.error(400, "Throttling", "Rate exceeded"),
            status: "failed",
            error: "Throttling: Rate exceeded",
            file: false,
        },
        Case {
            name: "a page of an emulator",
            collector: "virtual-mfa-devices",
            operation: "ListVirtualMFADevices",
            answer: fake::account::unexpected,
            status: "failed",
            error: "Http500: the answer is not one that AWS gives",
            file: false,
        },
        Case {
            name: "no XML",
            collector: "server-certificates",
            operation: "ListServerCertificates",
            answer: |_| Reply::ok("text/xml", "<ListServerCerti"),
            status: "failed",
            error: "UnreadableAnswer",
            file: false,
        },
        Case {
            name: "cut off",
            collector: "account-aliases",
            operation: "ListAccountAliases",
            answer: |asked| Reply { cut: true, ..fake::account::answer(asked) },
            status: "failed",
            error: "",
            file: false,
        },
        Case {
            name: "slower than anybody waits",
            collector: "account-aliases",
            operation: "ListAccountAliases",
            answer: |asked| fake::account::answer(asked).after(Duration::from_secs(30)),
            status: "failed",
            error: "Timeout",
            file: false,
        },
        Case {
            name: "an empty list",
            collector: "virtual-mfa-devices",
            operation: "ListVirtualMFADevices",
            answer: |_| {
                xml("iam", "ListVirtualMFADevices", "<VirtualMFADevices/><IsTruncated>false</IsTruncated>")
            },
            status: "complete",
            error: "",
            file: true,
        },
        Case {
            name: "no password policy is an answer",
            collector: "account-password-policy",
            operation: "GetAccountPasswordPolicy",
            answer: |asked| {
                asked.error(
                    404,
                    "NoSuchEntity",
                    "The Password Policy with domain name 111122223333 cannot be found.",
                )
            },
            status: "complete",
            error: "NoSuchEntity",
            file: true,
        },
        Case {
            name: "a member account is an answer",
            collector: "organizations-features",
            operation: "ListOrganizationsFeatures",
            answer: |asked| asked.error(400, "AccountNotManagementOrDelegatedAdministrator", "no"),
            status: "complete",
            error: "AccountNotManagementOrDelegatedAdministrator",
            file: true,
        },
        Case {
            name: "the second page is denied",
            collector: "account-authorization-details",
            operation: "GetAccountAuthorizationDetails",
            answer: |asked| match asked.field("Marker") {
                "" => {
                    let first = fake::account::answer(asked);
                    let text = String::from_utf8(first.body.clone()).unwrap();
                    let text = text.replace(
                        "<IsTruncated>false</IsTruncated>",
                        "<IsTruncated>true</IsTruncated><Marker>m</Marker>",
                    );
                    Reply { body: text.into(), ..first }
                }
                _ => asked.error(400, "ValidationError", "bad marker"),
            },
            status: "partial",
            error: "ValidationError: bad marker",
            file: true,
        },
        Case {
            name: "analyzers are denied",
            collector: "access-analyzer",
            operation: "ListAnalyzers",
            answer: fake::Asked::denied,
            status: "denied",
            error: "AccessDenied",
            file: false,
        },
    ];
    for case in cases {
        let (operation, answer) = (case.operation, case.answer);
        let fake = Fake::account(move |asked| (asked.operation == operation).then(|| answer(asked)));
        let folder = TempDir::new().unwrap();
        let mut request = fake.request(folder.path(), &[case.collector]);
        request.pace.call_timeout = Duration::from_millis(500);
        request.pace.attempts = 2;
        let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
        let (file, status, error) = entry(folder.path(), operation);
        assert_eq!(status, case.status, "{}: {error}", case.name);
        assert!(error.starts_with(case.error), "{}: {error}", case.name);
        assert_eq!(folder.path().join(&file).exists(), case.file, "{}", case.name);
        assert_eq!(summary.shortfalls.is_empty(), case.status == "complete", "{}", case.name);
        assert_eq!(summary.ended, Ended::Finished, "{}", case.name);
    }
}

#[test]
fn refusals_are_kept_in_the_words_that_iam_core_knows() {
    let fake = Fake::account(|asked| {
        let code = match asked.operation.as_str() {
            "GetAccountPasswordPolicy" => "NoSuchEntity",
            "ListOrganizationsFeatures" => "OrganizationNotFoundException",
            _ => return None,
        };
        Some(asked.error(404, code, "there is none"))
    });
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &["account-password-policy", "organizations-features"]);
    for file in ["account-password-policy.json", "organizations-features.json"] {
        let read =
            iam_core::input::read(fs::read(folder.path().join(file)).unwrap(), iam_core::fact::FileId(0));
        let read = read.unwrap().unwrap();
        assert!(
            !matches!(read.parsed, iam_core::input::Parsed::CallError(_)),
            "{file}: an answer, not a failure"
        );
    }
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

type Replies = fn(usize) -> &'static str;

#[test]
fn the_credential_report_is_waited_for_but_not_for_ever() {
    let state = |state: &str| xml("iam", "GenerateCredentialReport", &format!("<State>{state}</State>"));
    // Name, the answers to Generate, those to Get, and what the manifest says of both. The last answer is given again.
    let cases: [(&str, Replies, Replies, [&str; 2]); 6] = [
        ("made at once", |_| "COMPLETE", |_| "ok", ["complete", "complete"]),
        (
            "made after a while",
            |n| ["STARTED", "INPROGRESS", "COMPLETE"][n.min(2)],
            |_| "ok",
            ["complete", "complete"],
        ),
        ("never made, an old one is there", |_| "INPROGRESS", |_| "ok", ["failed", "complete"]),
        ("never made", |_| "INPROGRESS", |_| "ReportInProgress", ["failed", "failed"]),
        ("not allowed to make one", |_| "AccessDenied", |_| "ok", ["denied", "complete"]),
        ("too many, and none there", |_| "LimitExceeded", |_| "ReportNotPresent", ["failed", "failed"]),
    ];
    for (name, generate, get, expected) in cases {
        let (generated, got) = (Mutex::new(0), Mutex::new(0));
        let fake = Fake::account(move |asked| {
            let next = |count: &Mutex<usize>| {
                let mut count = count.lock().unwrap();
                *count += 1;
                *count - 1
            };
            match asked.operation.as_str() {
                "GenerateCredentialReport" => Some(match generate(next(&generated)) {
                    code @ ("AccessDenied" | "LimitExceeded") => asked.error(409, code, ""),
                    word => state(word),
                }),
                "GetCredentialReport" => match get(next(&got)) {
                    "ok" => None,
                    code => Some(asked.error(410, code, "")),
                },
                _ => None,
            }
        });
        let folder = TempDir::new().unwrap();
        fetched(&fake, folder.path(), &["credential-report"]);
        let status = |operation| entry(folder.path(), operation).1;
        assert_eq!([status("GenerateCredentialReport"), status("GetCredentialReport")], expected, "{name}");
        assert!(fake.count("GenerateCredentialReport") < 20, "{name}: pauses grow");
    }
}

#[test]
fn jobs_are_waited_for_page_by_page_and_one_that_fails_costs_only_itself() {
    let asked_before = Mutex::new(BTreeSet::new());
    let fake = Fake::account(move |asked| {
        if asked.operation != "GetServiceLastAccessedDetails" {
            return None;
        }
        let job = asked.field("JobId").to_owned();
        let inner = match (job.as_str(), asked.field("Marker")) {
            ("anna", _) if asked_before.lock().unwrap().insert(job.clone()) => {
                "<JobStatus>IN_PROGRESS</JobStatus><JobCreationDate>2026-01-15T08:00:00Z</JobCreationDate><IsTruncated>false</IsTruncated>"
            }
            ("anna", "") => {
                "<JobStatus>COMPLETED</JobStatus><JobType>ACTION_LEVEL</JobType><JobCreationDate>2026-01-15T08:00:00Z</JobCreationDate><ServicesLastAccessed/><JobCompletionDate>2026-01-15T08:00:01Z</JobCompletionDate><IsTruncated>true</IsTruncated><Marker>two</Marker>"
            }
            ("deploy", _) => {
                "<JobStatus>FAILED</JobStatus><JobCreationDate>2026-01-15T08:00:00Z</JobCreationDate><JobCompletionDate>2026-01-15T08:00:01Z</JobCompletionDate><IsTruncated>false</IsTruncated><Error><Message>broken</Message><Code>E</Code></Error>"
            }
            ("app", _) => {
                "<JobStatus>IN_PROGRESS</JobStatus><JobCreationDate>2026-01-15T08:00:00Z</JobCreationDate><IsTruncated>false</IsTruncated>"
            }
            _ => return None,
        };
        Some(xml("iam", "GetServiceLastAccessedDetails", inner))
    });
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &["service-last-accessed"]);
    let told = entries(folder.path(), "GetServiceLastAccessedDetails");
    let told: Vec<(&str, &str, &str)> =
        told.iter().map(|(file, status, error)| (file.as_str(), status.as_str(), error.as_str())).collect();
    assert_eq!(
        told,
        [
            ("service-last-accessed/group/admins.json", "complete", ""),
            ("service-last-accessed/policy/own.json", "complete", ""),
            (
                "service-last-accessed/role/app.json",
                "failed",
                "JobInProgress: AWS did not finish the report within 1 s"
            ),
            ("service-last-accessed/user/anna.json", "complete", ""),
            ("service-last-accessed/user/deploy.json", "partial", "E: broken"),
        ]
    );
    let anna = read(folder.path(), "service-last-accessed/user/anna.json");
    assert_eq!(anna["pages"].as_array().unwrap().len(), 2);
    assert_eq!(anna["pages"][0]["IsTruncated"], true);
}

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
        "ListStreams",
        "ListTables",
        "ListTopics",
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
            .then(|| fake::account::answer(asked).after(Duration::from_secs(2)))
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
fn a_throttled_call_is_made_again() {
    let refused = Mutex::new(false);
    let fake = Fake::account(move |asked| {
        let is_first =
            asked.operation == "GetAccountSummary" && !std::mem::replace(&mut *refused.lock().unwrap(), true);
        is_first.then(|| asked.error(400, "Throttling", "Rate exceeded"))
    });
    let folder = TempDir::new().unwrap();
    let summary = fetched(&fake, folder.path(), &["account-summary"]);
    assert_eq!(summary.shortfalls, []);
    assert_eq!(fake.count("GetAccountSummary"), 2);
    assert_eq!(summary.requests, 3, "with the question who asks");
}

#[test]
fn secrets_that_aws_repeats_are_not_kept() {
    let fake = Fake::account(|asked| {
        (asked.operation == "GetAccountSummary").then(|| {
            let message = format!("The request signature does not match.\n\nx-amz-security-token:{TOKEN}\n");
            asked.error(403, "SignatureDoesNotMatch", &message)
        })
    });
    let folder = TempDir::new().unwrap();
    let summary = fetched(&fake, folder.path(), &["account-summary"]);
    assert!(!format!("{summary:?}").contains(TOKEN));
    assert!(!fs::read_to_string(folder.path().join("manifest.json")).unwrap().contains(TOKEN));
    assert!(!format!("{:?}", fake.request(folder.path(), &[])).contains(SECRET));
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

#[test]
fn directories_that_hold_something_else_are_refused() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("letter.txt"), "Dear diary").unwrap();
    let of = |folder: &Path| fetch(&fake.request(folder, &["account-summary"]), &Silent, &Stop::default());
    assert!(matches!(of(folder.path()), Err(Error::NotEmpty { .. })));

    let other = TempDir::new().unwrap();
    of(other.path()).unwrap();
    let manifest = fs::read_to_string(other.path().join("manifest.json")).unwrap();
    fs::write(other.path().join("manifest.json"), manifest.replace("111122223333", "444455556666")).unwrap();
    assert!(matches!(of(other.path()), Err(Error::OtherAccount { .. })));

    fs::write(other.path().join("manifest.json"), "{").unwrap();
    assert!(matches!(of(other.path()), Err(Error::Directory { .. })));
}

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
    let failed = fetch(&fake.request(&snapshot, &["no-such"]), &Silent, &Stop::default());
    assert!(matches!(failed, Err(Error::NoSuchCollector { .. })));
}

#[test]
fn names_of_collectors_are_unique_and_their_policies_are_documents() {
    let names: BTreeSet<&str> = collectors().iter().map(|collector| collector.name).collect();
    assert_eq!(names.len(), collectors().len());
    assert!(default_collectors().contains(&"credential-report"));
    for collector in collectors() {
        let policy = iam_fetch::permissions(&[collector.name.to_owned()], &["eu-west-1".to_owned()]).unwrap();
        let policy: Value = serde_json::from_str(&policy).unwrap();
        let actions = policy["Statement"][0]["Action"].as_array().unwrap();
        let declared: BTreeSet<&str> = collector.calls.iter().map(|call| call.action).collect();
        assert_eq!(actions.iter().map(|action| action.as_str().unwrap()).collect::<BTreeSet<_>>(), declared);
    }
}
