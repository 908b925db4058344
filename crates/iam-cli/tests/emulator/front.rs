//! What stands in front of moto: it answers what moto has no room for, in AWS's shapes, and hands everything else on.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::moto::handed_on;
use crate::fake::{Asked, Fake, Reply, account};

/// An account whose credential report was made at this time.
pub(crate) fn start(port: u16, now: &str) -> Fake {
    let now = now.to_owned();
    Fake::start(move |asked| answer(port, &now, asked))
}

fn answer(port: u16, now: &str, asked: &Asked) -> Reply {
    if let Some(reply) = without_moto(asked) {
        return reply;
    }
    match asked.operation.as_str() {
        "GetCredentialReport" => with_root(&handed_on(port, &asked.raw), now),
        "ListOrganizationsFeatures"
        | "ListServiceSpecificCredentials"
        | "GenerateServiceLastAccessedDetails"
        | "GetServiceLastAccessedDetails"
        | "LookupEvents"
        | "DescribeAlarms"
        | "ListSubscriptionsByTopic"
        | "ListRegions" => account::answer(asked),
        // AWS ends the names of these elements with another word; to moto all access points are in one Region.
        "ListAccessPoints" | "GetAccessPoint" | "GetAccessPointPolicy" => {
            let reply = handed_on(port, &asked.raw);
            let text = String::from_utf8(reply.body.clone()).unwrap();
            let (is, ought) = (format!("{}Response", asked.operation), format!("{}Result", asked.operation));
            let text = text.replace(&is, &ought).replace("arn:aws:s3:us-east-1:", "arn:aws:s3:eu-west-1:");
            Reply { body: text.into(), ..reply }
        }
        _ if asked.service == "access-analyzer" => account::answer(asked),
        _ => handed_on(port, &asked.raw),
    }
}

/// Who gets into what moto cannot hold: it has no directory buckets, no policies of vaults of AWS Backup and of Glacier, and
/// looks for the policies of table streams and stream consumers under the names of tables and streams.
fn without_moto(asked: &Asked) -> Option<Reply> {
    let policy = |action: &str, resource: &str| {
        json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": action, "Resource": resource
        }]})
        .to_string()
    };
    let json = |value: serde_json::Value| account::json(&value.to_string());
    Some(match (asked.service.as_str(), asked.operation.as_str()) {
        ("s3express", "ListDirectoryBuckets") => account::answer(asked),
        ("s3express", "GetBucketPolicy") => {
            Reply::ok("application/json", policy("s3express:CreateSession", "*"))
        }
        ("dynamodb", "GetResourcePolicy") if asked.field("ResourceArn").contains("/stream/") => json(
            json!({"Policy": policy("dynamodb:GetRecords", asked.field("ResourceArn")), "RevisionId": "r"}),
        ),
        ("kinesis", "GetResourcePolicy") if asked.field("ResourceARN").contains("/consumer/") => {
            json(json!({"Policy": policy("kinesis:SubscribeToShard", asked.field("ResourceARN"))}))
        }
        ("backup", "GetBackupVaultAccessPolicy") if asked.path.contains("/shared/") => json(json!({
            "BackupVaultName": "shared", "BackupVaultArn": "arn:aws:backup:eu-west-1:111122223333:backup-vault:shared",
            "Policy": policy("backup:CopyIntoBackupVault", "*")
        })),
        ("glacier", "GetVaultAccessPolicy") if asked.path.contains("/shared/") => json(json!({
            "Policy": policy("glacier:InitiateJob", "arn:aws:glacier:eu-west-1:111122223333:vaults/shared")
        })),
        ("backup", "GetBackupVaultAccessPolicy") | ("glacier", "GetVaultAccessPolicy") => {
            asked.error(404, "ResourceNotFoundException", "there is none")
        }
        _ => return None,
    })
}

/// The report with root's row, made just now.
fn with_root(reply: &Reply, now: &str) -> Reply {
    let text = String::from_utf8(reply.body.clone()).unwrap();
    let Some((before, rest)) = text.split_once("<Content>") else { return reply.clone() };
    let (content, after) = rest.split_once("</Content>").unwrap();
    let report = String::from_utf8(STANDARD.decode(content.trim()).unwrap()).unwrap();
    let (header, users) = report.split_once('\n').unwrap();
    let root = account::REPORT.lines().nth(1).unwrap();
    let content = STANDARD.encode(format!("{header}\n{root}\n{}", users.trim_end()));
    let (between, _) = after.split_once("<GeneratedTime>").unwrap();
    let (_, end) = after.split_once("</GeneratedTime>").unwrap();
    let body =
        format!("{before}<Content>{content}</Content>{between}<GeneratedTime>{now}</GeneratedTime>{end}");
    Reply { body: body.into(), ..reply.clone() }
}

/// How a client finds it.
pub(crate) fn environment(endpoint: &str) -> Vec<(&str, &str)> {
    vec![
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", crate::fake::SECRET),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_REGION", "eu-west-1"),
        ("COLUMNS", "100"),
    ]
}
