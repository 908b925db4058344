//! Who gets into resources, in the shape of each service.

use serde_json::Value;
use tempfile::TempDir;

use crate::fake::Fake;
use crate::{entries, fetched, read};

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
        ("glacier-vault/shared", "/policy/Policy", policy),
        ("glacier-vault/bare", "/policy/Policy", ""),
        ("kinesis-stream/clicks", "/Policy", policy),
        ("kinesis-stream/bare", "/Policy", "{}"),
        ("kinesis-stream-consumer/clicks%2Fconsumer%2Fpartner%3A1768464000", "/Policy", policy),
    ] {
        assert_eq!(read(file).pointer(pointer), Some(&expected.into()), "{file} {pointer}");
    }
    assert_eq!(read("ec2-snapshot/snap-2")["CreateVolumePermissions"], Value::Array(Vec::new()));
    assert!(read("opensearch-domain/search")["DomainStatus"].get("ClusterConfig").is_none());
}

/// Whoever does not see all streams does not see all consumers either, and is not told that there are no others.
#[test]
fn consumers_are_known_as_far_as_streams_are() {
    for (refused_page, expected) in [("", None), ("two", Some("denied"))] {
        let fake = Fake::account(move |asked| {
            let is_it = (asked.service.as_str(), asked.operation.as_str()) == ("kinesis", "ListStreams")
                && asked.field("NextToken") == refused_page;
            is_it.then(|| asked.denied())
        });
        let folder = TempDir::new().unwrap();
        fetched(&fake, folder.path(), &["resource-policies"]);
        let told: Vec<String> =
            entries(folder.path(), "ListStreamConsumers").into_iter().map(|(_, status, _)| status).collect();
        assert_eq!(told, Vec::from_iter(expected), "{refused_page}");
    }
}
