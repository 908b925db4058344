//! `iam-audit rightsize --emit`: the steps for policies that cannot be changed where they stand, and the way back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Ran, run_in};

const ACCOUNT: &str = "arn:aws:iam::111122223333";
const OF_AWS: &str = "arn:aws:iam::aws:policy/AmazonEKSMade";

fn role(name: &str, attached: &[&str], inline: &Value) -> Value {
    let attached: Vec<Value> =
        attached.iter().map(|arn| json!({"PolicyName": arn.rsplit('/').next(), "PolicyArn": arn})).collect();
    json!({"RoleName": name, "RoleId": "AROAEXAMPLE", "Arn": format!("{ACCOUNT}:role/{name}"), "Path": "/",
        "CreateDate": "2024-01-01T08:00:00Z", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "RoleLastUsed": {"LastUsedDate": "2026-01-14T08:00:00Z", "Region": "eu-west-1"}, "InstanceProfileList": [], "AttachedManagedPolicies": attached, "RolePolicyList": inline, "Tags": []})
}

fn managed(arn: &str, attachments: u64, actions: &Value) -> Value {
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]});
    json!({"PolicyName": arn.rsplit('/').next(), "PolicyId": "ANPAEXAMPLE", "Arn": arn, "Path": "/", "DefaultVersionId": "v3",
        "AttachmentCount": attachments, "PermissionsBoundaryUsageCount": 0, "CreateDate": "2024-01-01T08:00:00Z",
        "PolicyVersionList": [{"VersionId": "v3", "IsDefaultVersion": true, "CreateDate": "2024-01-01T08:00:00Z", "Document": document}]})
}

fn report(name: &str) -> Value {
    let used = "2026-01-14T08:00:00Z";
    let page = json!({"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "JobCreationDate": "2026-01-15T08:00:00Z",
        "JobCompletionDate": "2026-01-15T08:00:00Z", "IsTruncated": false, "ServicesLastAccessed": [
            {"ServiceNamespace": "eks", "ServiceName": "EKS", "LastAuthenticated": used, "TrackedActionsLastAccessed": [
                {"ActionName": "DescribeCluster", "LastAccessedTime": used}, {"ActionName": "DeleteCluster"}]},
            {"ServiceNamespace": "ec2", "ServiceName": "EC2", "LastAuthenticated": used, "TrackedActionsLastAccessed": [
                {"ActionName": "RunInstances", "LastAccessedTime": used}, {"ActionName": "DeleteVpc"}]},
            {"ServiceNamespace": "s3", "ServiceName": "S3"}]});
    json!({"format": "iam-audit/service-last-accessed", "version": 1, "principal": format!("{ACCOUNT}:role/{name}"), "pages": [page]})
}

/// Two roles with a policy of AWS; one with a long embedded policy and one of the customer's that nobody uses.
fn account(folder: &Path) {
    let own = format!("{ACCOUNT}:policy/buckets");
    let ec2 = json!([{"PolicyName": "ec2", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
        {"Sid": "All", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}}]);
    let details = json!({
        "UserDetailList": [], "GroupDetailList": [],
        "RoleDetailList": [role("auditor", &[OF_AWS], &json!([])), role("builder", &[OF_AWS, &own], &ec2)],
        "Policies": [managed(OF_AWS, 2, &json!(["eks:DescribeCluster", "eks:DeleteCluster"])), managed(&own, 1, &json!(["s3:ListAllMyBuckets"]))]});
    let summary = json!({"SummaryMap": {"Users": 0, "Groups": 0, "Roles": 2, "Policies": 1}});
    for (name, content) in [
        ("details.json", details),
        ("summary.json", summary),
        ("first.json", report("auditor")),
        ("second.json", report("builder")),
    ] {
        fs::write(folder.join(name), content.to_string()).unwrap();
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let arguments = [&["rightsize", ".", "--as-of", "2026-01-15T08:00:00Z"], arguments].concat();
    run_in(folder, &arguments, &[], "")
}

/// Without the lists of hundreds of actions.
fn short(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start_matches(['+', ' ']).starts_with("\"ec2:"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_replaces_is_attached_before_what_is_replaced_goes() {
    let folder = tempfile::tempdir().unwrap();
    account(folder.path());
    let options = ["--replace-aws-managed", "--split"];
    let out = tempfile::tempdir().unwrap();
    let files = ["--emit-policies", out.path().to_str().unwrap()];
    let cli = run(folder.path(), &[&options[..], &["--emit", "cli"], &files].concat());
    assert_eq!(cli.code, 0, "{}", cli.err);
    insta::assert_snapshot!("steps_cli", cli.out);
    // Each file that a command names is there.
    let named: std::collections::BTreeSet<&str> =
        cli.out.split("file://").skip(1).filter_map(|rest| rest.split_whitespace().next()).collect();
    for file in &named {
        assert!(out.path().join(file).is_file(), "{file}");
    }
    let terraform = run(folder.path(), &[&options[..], &["--emit", "terraform"]].concat());
    insta::assert_snapshot!("steps_terraform", short(&terraform.out));
    let human = run(folder.path(), &options);
    insta::assert_snapshot!("steps_human", short(&human.out));
}

#[test]
fn without_being_asked_for_nothing_is_replaced_or_divided() {
    let folder = tempfile::tempdir().unwrap();
    account(folder.path());
    let ran = run(folder.path(), &["--emit", "cli"]);
    assert!(!ran.out.contains("create-policy"), "{}", ran.out);
    let json: Value = serde_json::from_str(&run(folder.path(), &["--format", "json"]).out).unwrap();
    let policies = json["accounts"][0]["policies"].as_array().unwrap();
    let outcomes: Vec<&str> = policies.iter().map(|own| own["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["too-large", "superfluous", "untouched"]);
    assert_eq!(policies[2]["held_by"][1]["name"], "builder");
}

#[test]
fn the_settings_are_read() {
    let folder = tempfile::tempdir().unwrap();
    account(folder.path());
    let entry =
        "[[rightsize.keep]]\nsubject = \"*:policy/buckets\"\nuntil = 2026-06-30\nreason = \"restores\"\n";
    fs::write(folder.path().join("iam-audit.toml"), entry).unwrap();
    let ran = run(folder.path(), &[]);
    assert!(
        ran.out.contains("# not rewritten: the settings ask for it until 2026-06-30: restores"),
        "{}",
        ran.out
    );
    fs::write(folder.path().join("iam-audit.toml"), entry.replace("buckets", "nothing")).unwrap();
    let ran = run(folder.path(), &[]);
    assert!(
        ran.out.contains("# settings, line 1: *:policy/nothing is nobody in this account"),
        "{}",
        ran.out
    );
}
