//! Resources of every type that is asked about: how they are made, and who gets into them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::front::environment;
use super::moto::python;

/// Makes them all in moto; gives back the names that AWS chose.
pub(crate) fn create(moto: &str) -> BTreeMap<String, String> {
    let made = python().args(["-c", include_str!("resources.py")]).envs(environment(moto)).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    serde_json::from_slice(&made.stdout).unwrap()
}

/// Who gets in from outside: resource, principal and actions. A name in capitals is one that AWS chose.
pub(crate) const LET_IN: [(&str, &str, &str); 25] = [
    ("arn:aws:backup:HERE:backup-vault:shared", OTHER, "backup:CopyIntoBackupVault"),
    ("arn:aws:dynamodb:HERE:table/orders", OTHER, "dynamodb:GetItem"),
    ("STREAM", OTHER, "dynamodb:GetRecords"),
    ("arn:aws:ec2:eu-west-1::snapshot/SNAPSHOT", OTHER, "ec2:CopySnapshot ec2:CreateVolume"),
    ("arn:aws:ecr:HERE:repository/team/app", OTHER, "ecr:BatchGetImage"),
    ("arn:aws:elasticfilesystem:HERE:file-system/SYSTEM", OTHER, "elasticfilesystem:ClientMount"),
    ("arn:aws:es:HERE:domain/search", OTHER, "es:ESHttpGet"),
    ("arn:aws:events:HERE:event-bus/orders", OTHER, "events:PutEvents"),
    ("arn:aws:glacier:HERE:vaults/shared", OTHER, "glacier:InitiateJob"),
    ("arn:aws:glue:HERE:catalog", OTHER, "glue:GetTable"),
    ("arn:aws:kinesis:HERE:stream/clicks", OTHER, "kinesis:GetRecords"),
    ("arn:aws:kinesis:HERE:stream/clicks/consumer/partner", OTHER, "kinesis:SubscribeToShard"),
    ("arn:aws:kms:HERE:key/KEY", OTHER, "kms:Decrypt"),
    ("arn:aws:kms:HERE:key/KEY", "arn:aws:iam::444455556666:role/reader", "kms:Encrypt"),
    ("arn:aws:lambda:HERE:function:work", OTHER, "lambda:InvokeFunction"),
    ("arn:aws:lambda:HERE:layer:tools:1", OTHER, "lambda:GetLayerVersion"),
    (
        "arn:aws:rds:HERE:cluster-snapshot:of-many",
        "*",
        "rds:CopyDBClusterSnapshot rds:RestoreDBClusterFromSnapshot",
    ),
    ("arn:aws:rds:HERE:snapshot:of-one", OTHER, "rds:CopyDBSnapshot rds:RestoreDBInstanceFromDBSnapshot"),
    ("arn:aws:s3:::listed", "*", "s3:ListBucket*"),
    ("arn:aws:s3:::shared", OTHER, "s3:GetObject"),
    ("arn:aws:s3:HERE:accesspoint/partner", OTHER, "s3:GetObject"),
    ("arn:aws:s3express:HERE:bucket/fast--euw1-az1--x-s3", OTHER, "s3express:CreateSession"),
    ("SECRET", OTHER, "secretsmanager:GetSecretValue"),
    ("arn:aws:sns:HERE:news", OTHER, "sns:Subscribe"),
    ("arn:aws:sqs:HERE:jobs", OTHER, "sqs:SendMessage"),
];

/// Who would get in, were it not blocked.
pub(crate) const KEPT_OUT: [(&str, &str, &str); 1] = [("arn:aws:s3:::shut", "*", "s3:GetObject")];

/// What `resources.py` keeps in a secret, and its password of databases.
pub(crate) const SECRETS: [&str; 2] = ["EXAMPLE-of-a-secret", "EXAMPLE-of-a-password"];

const OTHER: &str = "444455556666";

/// Files of a snapshot, and the AWS CLI commands that print the same. The AWS CLI looks for access points and directory buckets
/// at hosts that the loopback has not, and of a catalogue or a domain it prints much else.
const BY_HAND: [(&str, &str); 24] = [
    (
        "dynamodb-table/orders",
        "dynamodb get-resource-policy --resource-arn arn:aws:dynamodb:HERE:table/orders",
    ),
    (
        "ec2-snapshot/SNAPSHOT",
        "ec2 describe-snapshot-attribute --attribute createVolumePermission --snapshot-id SNAPSHOT",
    ),
    ("ecr-repository/team%2Fapp", "ecr get-repository-policy --repository-name team/app"),
    ("efs-file-system/SYSTEM", "efs describe-file-system-policy --file-system-id SYSTEM"),
    ("event-bus/orders", "events describe-event-bus --name orders"),
    ("backup-vault/shared", "backup get-backup-vault-access-policy --backup-vault-name shared"),
    ("glacier-vault/shared", "glacier get-vault-access-policy --account-id - --vault-name shared"),
    (
        "kinesis-stream/clicks",
        "kinesis get-resource-policy --resource-arn arn:aws:kinesis:HERE:stream/clicks",
    ),
    ("kinesis-stream/own", "kinesis get-resource-policy --resource-arn arn:aws:kinesis:HERE:stream/own"),
    ("kms-key/KEY", "kms get-key-policy --key-id KEY --policy-name default"),
    ("kms-key-grants/KEY", "kms list-grants --key-id KEY"),
    ("lambda-function/work", "lambda get-policy --function-name work"),
    (
        "lambda-layer-version/tools%3A1",
        "lambda get-layer-version-policy --layer-name tools --version-number 1",
    ),
    (
        "rds-db-cluster-snapshot/of-many",
        "rds describe-db-cluster-snapshot-attributes --db-cluster-snapshot-identifier of-many",
    ),
    ("rds-db-snapshot/of-one", "rds describe-db-snapshot-attributes --db-snapshot-identifier of-one"),
    ("rds-db-snapshot/own", "rds describe-db-snapshot-attributes --db-snapshot-identifier own"),
    ("s3-bucket/shared", "s3api get-bucket-policy --bucket shared"),
    ("s3-bucket/shut", "s3api get-bucket-policy --bucket shut"),
    ("s3-bucket-acl/listed", "s3api get-bucket-acl --bucket listed"),
    ("s3-bucket-acl/own", "s3api get-bucket-acl --bucket own"),
    ("s3-bucket-public-access-block/shut", "s3api get-public-access-block --bucket shut"),
    ("secret/prod%2Fdb", "secretsmanager get-resource-policy --secret-id SECRET"),
    ("sns-topic/news", "sns get-topic-attributes --topic-arn arn:aws:sns:HERE:news"),
    ("sqs-queue/jobs", "sqs get-queue-attributes --queue-url QUEUE --attribute-names QueueArn Policy"),
];

/// The commands for a snapshot by hand: the path of the file and the words.
pub(crate) fn commands(made: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let commands = BY_HAND.iter();
    commands
        .map(|(file, words)| {
            let path = format!("resource-policies/eu-west-1/{file}.json");
            (named(&path, made), named(words, made))
        })
        .collect()
}

/// With the names that AWS chose.
pub(crate) fn named(text: &str, made: &BTreeMap<String, String>) -> String {
    let text = text.replace("HERE", "eu-west-1:111122223333");
    made.iter().fold(text, |text, (name, chosen)| text.replace(name, chosen))
}

/// What the verb `external` tells: whom it lets in, and whom something keeps out.
pub(crate) fn told(external: &Value) -> [BTreeSet<(String, String, String)>; 2] {
    let resources = external["accounts"][0]["resources"].as_array().unwrap();
    let mut told = [BTreeSet::new(), BTreeSet::new()];
    for resource in resources {
        assert_eq!(resource["unknown"], Value::Array(Vec::new()), "{resource}");
        for finding in resource["findings"].as_array().unwrap() {
            let actions: Vec<&str> =
                finding["action"].as_array().unwrap().iter().map(|action| action.as_str().unwrap()).collect();
            let is_blocked = !finding["blocked_by"].is_null();
            assert_eq!(finding["exact"], true, "{finding}");
            told[usize::from(is_blocked)].insert((
                resource["resource"].as_str().unwrap().to_owned(),
                finding["principal"]["AWS"].as_str().unwrap().to_owned(),
                actions.join(" "),
            ));
        }
    }
    told
}
