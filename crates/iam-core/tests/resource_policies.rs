//! Which resource an answer is about, and what is known of it.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

use iam_core::evidence::{Account, Given, Hints, assemble_with};
use iam_core::input::InputFile;
use iam_core::input::resource_policies::{Grantee, ResourceKind, SharedWith};

const MANIFEST: &str = r#"{"tool": "iam-audit", "account": "111122223333", "partition": "aws", "calls": []}"#;
const OPEN: &str = r#"{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"*\", \"Resource\": \"*\"}]}"#;

/// An account of these files, in a folder with a manifest unless one is among them.
fn account(files: &[(&str, &str)]) -> Account {
    account_with(files, Hints::default())
}

fn account_with(files: &[(&str, &str)], hints: Hints<'_>) -> Account {
    let manifest = [("manifest.json", MANIFEST)].into_iter();
    let manifest = manifest.filter(|_| files.iter().all(|(name, _)| *name != "manifest.json"));
    let files = files.iter().copied().chain(manifest).map(|(name, text)| {
        let text = text.replace("POLICY", OPEN);
        let name = format!("snapshot/{name}");
        (InputFile { path: name, bytes: text.into_bytes() }, Given::InFolder)
    });
    let mut evidence = assemble_with(files.collect(), hints);
    assert_eq!(evidence.accounts.len(), 1, "{:?}", evidence.accounts);
    evidence.accounts.pop().unwrap()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one entry for each shape")]
fn every_shape_is_read_and_says_or_stands_where_it_belongs() {
    let arn = |rest: &str| format!("arn:aws:{rest}");
    for (path, text, kind, expected) in [
        ("s3-bucket/logs", r#"{"Policy": "POLICY"}"#, ResourceKind::Bucket, arn("s3:::logs")),
        (
            "s3-bucket/a.b",
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#,
            ResourceKind::Bucket,
            arn("s3:::a.b"),
        ),
        (
            "kms-key/1234abcd",
            r#"{"Policy": "POLICY", "PolicyName": "default"}"#,
            ResourceKind::Key,
            arn("kms:eu-west-1:111122223333:key/1234abcd"),
        ),
        (
            "lambda-function/api",
            r#"{"Policy": "POLICY", "RevisionId": "r"}"#,
            ResourceKind::Function,
            arn("lambda:eu-west-1:111122223333:function:api"),
        ),
        (
            "lambda-layer-version/tools%3A3",
            r#"{"Policy": "POLICY", "RevisionId": "r"}"#,
            ResourceKind::LayerVersion,
            arn("lambda:eu-west-1:111122223333:layer:tools:3"),
        ),
        (
            "anything/jobs",
            r#"{"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:111122223333:jobs", "Policy": "POLICY"}}"#,
            ResourceKind::Queue,
            arn("sqs:eu-west-1:111122223333:jobs"),
        ),
        (
            "sns-topic/alarms",
            r#"{"Attributes": {"TopicArn": "arn:aws:sns:eu-west-1:111122223333:alarms", "Owner": "111122223333", "Policy": "POLICY"}}"#,
            ResourceKind::Topic,
            arn("sns:eu-west-1:111122223333:alarms"),
        ),
        (
            "secret/prod%2Fdb",
            r#"{"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf", "Name": "prod/db", "ResourcePolicy": "POLICY"}"#,
            ResourceKind::Secret,
            arn("secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf"),
        ),
        (
            "efs-file-system/x",
            r#"{"FileSystemId": "fs-12345678", "Policy": "POLICY"}"#,
            ResourceKind::FileSystem,
            arn("elasticfilesystem:eu-west-1:111122223333:file-system/fs-12345678"),
        ),
        (
            "ecr-repository/team%2Fapp",
            r#"{"registryId": "111122223333", "repositoryName": "team/app", "policyText": "POLICY"}"#,
            ResourceKind::Repository,
            arn("ecr:eu-west-1:111122223333:repository/team/app"),
        ),
        (
            "glacier-vault/old",
            r#"{"policy": {"Policy": "POLICY"}}"#,
            ResourceKind::Vault,
            arn("glacier:eu-west-1:111122223333:vaults/old"),
        ),
        (
            "glue-catalog/default",
            r#"{"PolicyInJson": "POLICY", "PolicyHash": "h"}"#,
            ResourceKind::DataCatalog,
            arn("glue:eu-west-1:111122223333:catalog"),
        ),
        (
            "dynamodb-table/orders",
            r#"{"Policy": "POLICY", "RevisionId": "r"}"#,
            ResourceKind::Table,
            arn("dynamodb:eu-west-1:111122223333:table/orders"),
        ),
        (
            "dynamodb-stream/orders%2Fstream%2F2026-01-15",
            r#"{"Policy": "POLICY"}"#,
            ResourceKind::TableStream,
            arn("dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-15"),
        ),
        (
            "kinesis-stream/clicks",
            r#"{"Policy": "POLICY"}"#,
            ResourceKind::DataStream,
            arn("kinesis:eu-west-1:111122223333:stream/clicks"),
        ),
        (
            "kinesis-stream-consumer/clicks%2Fconsumer%2Fpartner%3A1768464000",
            r#"{"Policy": "POLICY"}"#,
            ResourceKind::StreamConsumer,
            arn("kinesis:eu-west-1:111122223333:stream/clicks/consumer/partner:1768464000"),
        ),
        (
            "opensearch-domain/search",
            r#"{"DomainStatus": {"ARN": "arn:aws:es:eu-west-1:111122223333:domain/search", "AccessPolicies": "POLICY"}}"#,
            ResourceKind::SearchDomain,
            arn("es:eu-west-1:111122223333:domain/search"),
        ),
        (
            "opensearch-domain/search",
            r#"{"DomainConfig": {"AccessPolicies": {"Options": "POLICY", "Status": {}}}}"#,
            ResourceKind::SearchDomain,
            arn("es:eu-west-1:111122223333:domain/search"),
        ),
        (
            "backup-vault/x",
            r#"{"BackupVaultName": "x", "BackupVaultArn": "arn:aws:backup:eu-west-1:111122223333:backup-vault:x", "Policy": "POLICY"}"#,
            ResourceKind::BackupVault,
            arn("backup:eu-west-1:111122223333:backup-vault:x"),
        ),
        (
            "codeartifact-domain/d",
            r#"{"policy": {"resourceArn": "arn:aws:codeartifact:eu-west-1:111122223333:domain/d", "revision": "1", "document": "POLICY"}}"#,
            ResourceKind::ArtifactDomain,
            arn("codeartifact:eu-west-1:111122223333:domain/d"),
        ),
        (
            "event-bus/orders",
            r#"{"Name": "orders", "Arn": "arn:aws:events:eu-west-1:111122223333:event-bus/orders", "Policy": "POLICY"}"#,
            ResourceKind::EventBus,
            arn("events:eu-west-1:111122223333:event-bus/orders"),
        ),
    ] {
        let account = account(&[(&format!("resource-policies/eu-west-1/{path}.json"), text)]);
        assert_eq!(account.gaps(), [], "{path}");
        let resource = account.resources().named(&expected).unwrap_or_else(|| panic!("{path}: {account:?}"));
        assert_eq!(resource.kind, kind, "{path}");
        assert_eq!(resource.account, account.id(), "{path}");
        assert_eq!(resource.region.as_deref(), Some("eu-west-1"), "{path}");
        let policy = resource.policy().unwrap().unwrap();
        assert_eq!(policy.policy().unwrap().statements().count(), 1, "{path}");
    }
}

#[test]
fn nothing_is_a_policy_too() {
    for (path, text) in [
        ("s3-bucket/a", r#"{"Policy": ""}"#),
        ("lambda-function/a", r#"{"Policy": ""}"#),
        (
            "secret/a",
            r#"{"ARN": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf", "Name": "a"}"#,
        ),
        ("sqs-queue/a", r#"{"Attributes": {"QueueArn": "arn:aws:sqs:eu-west-1:111122223333:a"}}"#),
        ("ecr-repository/a", r#"{"registryId": "111122223333", "repositoryName": "a", "policyText": ""}"#),
        ("kinesis-stream/a", r#"{"Policy": "{}"}"#),
        ("glacier-vault/a", r#"{"policy": {"Policy": ""}}"#),
        (
            "s3-bucket/a",
            "An error occurred (NoSuchBucketPolicy) when calling the GetBucketPolicy operation: The bucket policy does not exist",
        ),
        (
            "lambda-function/a",
            "An error occurred (ResourceNotFoundException) when calling the GetPolicy operation: The resource you requested does not exist.",
        ),
    ] {
        let account = account(&[(&format!("resource-policies/eu-west-1/{path}.json"), text)]);
        assert_eq!(account.gaps(), [], "{path}");
        let resource = account.resources().iter().next().unwrap();
        assert!(resource.policy().unwrap().is_none(), "{path}");
    }
}

#[test]
fn what_belongs_to_one_resource_is_joined() {
    let account = account(&[
        ("resource-policies/eu-west-1/s3-bucket/web.json", r#"{"Policy": "POLICY"}"#),
        (
            "resource-policies/eu-west-1/s3-bucket-acl/web.json",
            r#"{"Owner": {"ID": "79a5"}, "Grants": [
                {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"},
                {"Grantee": {"Type": "CanonicalUser", "ID": "79a5"}, "Permission": "FULL_CONTROL"}]}"#,
        ),
        (
            "resource-policies/eu-west-1/s3-bucket-public-access-block/web.json",
            r#"{"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": false}}"#,
        ),
        (
            "resource-policies/eu-west-1/s3-bucket-policy-status/web.json",
            r#"{"PolicyStatus": {"IsPublic": true}}"#,
        ),
        (
            "resource-policies/us-east-1/s3-account-public-access-block/111122223333.json",
            r#"{"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}}"#,
        ),
        ("resource-policies/eu-west-1/kms-key/k.json", r#"{"Policy": "POLICY", "PolicyName": "default"}"#),
        (
            "resource-policies/eu-west-1/kms-key-grants/k.json",
            r#"{"Grants": [{"KeyId": "arn:aws:kms:eu-west-1:111122223333:key/k", "GrantId": "g", "Name": "",
                "GranteePrincipal": "arn:aws:iam::444455556666:role/app", "IssuingAccount": "arn:aws:iam::111122223333:root",
                "Operations": ["Decrypt"], "Constraints": {"EncryptionContextSubset": {"app": "shop"}}}], "Truncated": false}"#,
        ),
        (
            "resource-policies/eu-west-1/ec2-snapshot/snap-1.json",
            r#"{"SnapshotId": "snap-1", "CreateVolumePermissions": [{"Group": "all"}, {"UserId": "444455556666"}]}"#,
        ),
        (
            "resource-policies/eu-west-1/rds-db-snapshot/s.json",
            r#"{"DBSnapshotAttributesResult": {"DBSnapshotIdentifier": "s", "DBSnapshotAttributes": [
                {"AttributeName": "restore", "AttributeValues": ["all"]}]}}"#,
        ),
        (
            "resource-policies/eu-west-1/rds-db-cluster-snapshot/c.json",
            r#"{"DBClusterSnapshotAttributesResult": {"DBClusterSnapshotIdentifier": "c", "DBClusterSnapshotAttributes": [
                {"AttributeName": "restore", "AttributeValues": ["444455556666"]}]}}"#,
        ),
    ]);
    assert_eq!(account.gaps(), []);
    assert_eq!(account.resources().iter().count(), 5);
    let bucket = account.resources().named("arn:aws:s3:::web").unwrap();
    assert!(bucket.policy().unwrap().is_some());
    assert_eq!(bucket.acl().unwrap().grants.items[0].grantee, Grantee::Everyone);
    assert_eq!(bucket.public_access_block().unwrap().block_acls.known(), Ok(true));
    assert_eq!(bucket.public_access_block().unwrap().restrict_buckets.known(), Ok(false));
    assert_eq!(bucket.is_public_by_s3(), Ok(true));
    assert_eq!(account.resources().account_block().unwrap().restrict_buckets.known(), Ok(true));
    let key = account.resources().named("arn:aws:kms:eu-west-1:111122223333:key/k").unwrap();
    let grants = key.grants().unwrap();
    assert_eq!(&*grants.items[0].operations[0], "Decrypt");
    assert!(!grants.items[0].constraints.as_ref().unwrap().is_exact);
    let shared = |arn: &str| {
        let shares = account.resources().named(arn).unwrap().shares().unwrap();
        shares.items.iter().map(|share| share.with).collect::<Vec<_>>()
    };
    let other = SharedWith::Account("444455556666".parse().unwrap());
    assert_eq!(shared("arn:aws:ec2:eu-west-1::snapshot/snap-1"), [SharedWith::Everyone, other]);
    assert_eq!(shared("arn:aws:rds:eu-west-1:111122223333:snapshot:s"), [SharedWith::Everyone]);
    assert_eq!(shared("arn:aws:rds:eu-west-1:111122223333:cluster-snapshot:c"), [other]);
}

#[test]
fn what_was_not_read_is_a_gap_of_that_resource() {
    for (text, what) in [
        (r#"{"Policy": "POLICY""#, "EOF while parsing"),
        (r#"{"Policy": 5}"#, "not recognised as an answer"),
        (r#"{"Policy": "{]"}"#, "the policy cannot be understood"),
        ("", "the file is empty"),
        ("{}", "not recognised as an answer"),
        (
            "An error occurred (AccessDenied) when calling the GetBucketPolicy operation: no",
            "AWS answered `AccessDenied`",
        ),
    ] {
        let account = account(&[("resource-policies/eu-west-1/s3-bucket/web.json", text)]);
        let bucket =
            account.resources().named("arn:aws:s3:::web").unwrap_or_else(|| panic!("{text}: {account:?}"));
        let policy = bucket.policy().and_then(|policy| policy.map(|policy| policy.policy()).transpose());
        let gap = policy.expect_err(text);
        assert!(gap.what.contains(what), "{text}: {}", gap.what);
    }
    for (text, part) in [
        (r#"{"Owner": {"ID": "a"}, "Grants": [{"Grantee": {}, "Permission": "READ"}]}"#, "s3-bucket-acl"),
        (r#"{"Owner": {"ID": "a"}, "Grants": [{"Grantee": {"ID": "b"}}]}"#, "s3-bucket-acl"),
    ] {
        let account = account(&[(&format!("resource-policies/eu-west-1/{part}/web.json"), text)]);
        let bucket = account.resources().named("arn:aws:s3:::web").unwrap();
        assert!(bucket.acl().unwrap().grants.complete().is_err(), "{text}");
        assert!(!account.gaps().is_empty());
    }
}

#[test]
fn a_manifest_tells_of_resources_that_were_not_read() {
    let manifest = r#"{"tool": "iam-audit", "account": "111122223333", "partition": "aws", "calls": [
        {"operation": "ListBuckets", "region": "eu-west-1", "status": "complete"},
        {"operation": "GetBucketPolicy", "region": "eu-west-1", "status": "denied", "error": "no",
         "file": "resource-policies/eu-west-1/s3-bucket/closed.json"},
        {"operation": "GetBucketPolicy", "region": "eu-west-1", "status": "complete",
         "file": "resource-policies/eu-west-1/s3-bucket/lost.json"},
        {"operation": "GetBucketPolicy", "region": "eu-west-1", "status": "complete",
         "file": "resource-policies/eu-west-1/s3-bucket/open.json"},
        {"operation": "ListKeys", "region": "eu-west-1", "status": "denied", "error": "no"}]}"#;
    let account = account(&[
        ("manifest.json", manifest),
        ("resource-policies/eu-west-1/s3-bucket/open.json", r#"{"Policy": "POLICY"}"#),
    ]);
    let resources = account.resources();
    let policy = |name: &str| resources.named(&format!("arn:aws:s3:::{name}")).unwrap().policy();
    assert!(policy("open").unwrap().is_some());
    assert!(policy("closed").is_err());
    assert!(policy("lost").is_err());
    assert!(resources.is_listed(ResourceKind::Bucket));
    assert!(!resources.is_listed(ResourceKind::Key));
    let unlisted: Vec<_> = resources.unlisted().iter().map(|unlisted| unlisted.kind).collect();
    assert_eq!(unlisted, [ResourceKind::Key]);
}

#[test]
fn an_answer_without_a_place_is_told_or_hinted() {
    let policy = ("resource-policies/bucket.json", r#"{"Policy": "POLICY"}"#);
    let lost = account(&[policy]);
    assert!(
        lost.gaps().iter().any(|gap| gap.what.contains("does not say which resource")),
        "{:?}",
        lost.gaps()
    );
    assert!(lost.resources().is_empty());
    let hints = Hints { resource: Some("arn:aws:s3:::web"), ..Hints::default() };
    let hinted = account_with(&[policy], hints);
    assert!(hinted.resources().named("arn:aws:s3:::web").unwrap().policy().unwrap().is_some());
    let elsewhere = account(&[("terraform/policy.json", r#"{"Statement": [{"Effect": "Allow"}]}"#)]);
    assert_eq!(elsewhere.gaps(), [], "somebody else's file");
}

#[test]
fn two_files_that_differ_are_not_believed() {
    let denied = r#"{"Policy": "{\"Statement\": []}"}"#;
    let account = account(&[
        ("resource-policies/eu-west-1/s3-bucket/web.json", r#"{"Policy": "POLICY"}"#),
        ("resource-policies/eu-west-2/s3-bucket/web.json", denied),
    ]);
    assert!(account.resources().named("arn:aws:s3:::web").unwrap().policy().is_err());
    assert!(
        account.gaps().iter().any(|gap| gap.what.contains("differ") || gap.what.contains("different things"))
    );
}
