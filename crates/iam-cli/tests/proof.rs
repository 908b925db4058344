//! `policy compare`, `policy granted` and `policy public`, as a user runs them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Ran, root, run_in};

const OLD: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"}]}"#;
const NARROWER: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectTagging"], "Resource": "arn:aws:s3:::reports/2026/*"}]}"#;
const WIDER: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"},
    {"Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
     "Condition": {"StringLike": {"iam:PassedToService": "*.amazonaws.com"}}}]}"#;
const BY_VARIABLE: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/${aws:PrincipalTag/team}*"},
    {"Effect": "Deny", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::reports/${aws:PrincipalTag/team}x"}]}"#;
const PUBLIC_BUCKET: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Sid": "Web", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*"}]}"#;
const BUCKET_OF_VPCS: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::site/*",
     "Condition": {"StringLike": {"aws:SourceVpc": "vpc-0123456789abcdef?"}}}]}"#;
const PIPELINE: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
     "Action": "sts:AssumeRoleWithWebIdentity",
     "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:example/app:ref:refs/heads/main"}}}]}"#;

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    run_in(folder, arguments, &[("COLUMNS", "100")], "")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("old.json", OLD),
        ("narrower.json", NARROWER),
        ("new.json", WIDER),
        ("variable.json", BY_VARIABLE),
        ("bucket.json", PUBLIC_BUCKET),
        ("vpcs.json", BUCKET_OF_VPCS),
        ("pipeline.json", PIPELINE),
        ("policy.json", WIDER),
        ("broken.json", r#"{"Statement": [{"Effect": "Perhaps"}]}"#),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn nothing_new_is_proved_and_new_access_is_shown() {
    let folder = folder();
    let narrower = run(folder.path(), &["policy", "compare", "old.json", "narrower.json"]);
    assert_eq!(narrower.code, 0);
    let wider = run(folder.path(), &["policy", "compare", "old.json", "new.json"]);
    assert_eq!(wider.code, 1);
    insta::assert_snapshot!([narrower.all(), wider.all()].join("\n"));
}

#[test]
fn access_that_is_not_granted_is_proved_and_granted_access_is_shown() {
    let folder = folder();
    let ask = |arguments: &[&str]| run(folder.path(), &[&["policy", "granted"], arguments].concat());
    let not = ask(&["new.json", "--action", "iam:Create*", "--action", "s3:Put*"]);
    let any = ask(&["new.json", "--action", "iam:Create*", "--action", "iam:PassRole"]);
    let perhaps = ask(&["variable.json", "--resource", "arn:aws:s3:::reports/*x"]);
    assert_eq!([not.code, any.code, perhaps.code], [0, 1, 4]);
    insta::assert_snapshot!([not.all(), any.all(), perhaps.all()].join("\n"));
}

#[test]
fn access_is_asked_for_by_actions_resources_or_both() {
    let folder = folder();
    let check = |actions: &[&str], resources: &[&str], code: i32| {
        let mut arguments = vec!["policy", "granted", "new.json"];
        arguments.extend(actions.iter().flat_map(|action| ["--action", *action]));
        arguments.extend(resources.iter().flat_map(|resource| ["--resource", *resource]));
        assert_eq!(run(folder.path(), &arguments).code, code, "{arguments:?}");
        // The other way to say it.
        let access = format!("{}/{}", actions.join(","), resources.join(","));
        let eval = ["policy", "eval", "--not-granted", &access, "--identity", "new.json"];
        assert_eq!(run(folder.path(), &eval).code, code, "{access}");
    };
    check(&["s3:GetObject"], &["arn:aws:s3:::reports/a"], 1);
    check(&["s3:GetObject"], &["arn:aws:s3:::payroll/a"], 0);
    check(&["s3:GetObject"], &["arn:aws:s3:::payroll/a", "arn:aws:s3:::reports/*"], 1);
    check(&["s3:PutObject"], &["*"], 0);
    check(&["*"], &[], 1);
    check(&[], &["arn:aws:s3:::reports/a"], 1);
    check(&[], &["arn:aws:iam::111122223333:role/app"], 1);
    check(&[], &["arn:aws:sqs:eu-west-1:111122223333:jobs"], 1);
    check(&["sqs:*"], &["arn:aws:sqs:eu-west-1:111122223333:jobs"], 0);
}

#[test]
fn access_that_no_request_has_is_asked_back() {
    let folder = folder();
    let check = |arguments: &[&str], code: i32, says: &str| {
        let ran = run(folder.path(), &[&["policy"], arguments].concat());
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.all());
        assert!(ran.err.contains(says), "{arguments:?}: {}", ran.err);
    };
    let granted = ["granted", "new.json"];
    let ask = |rest: &[&'static str]| [&granted[..], rest].concat();
    check(&ask(&[]), 2, "--action");
    check(&ask(&["--action", "PassRole"]), 2, "expected `service:Action`");
    check(&ask(&["--action", "s3:GetObject, s3:PutObject"]), 2, "expected `service:Action`");
    check(&ask(&["--action", "s3:GetObject", "--resource", "reports/*"]), 2, "expected `arn:");
    check(&ask(&["--action", "sqs:SendMesage"]), 0, "did you mean `sqs:SendMessage`?");
    check(&["granted", "missing.json", "--action", "*"], 3, "missing.json");
    check(&["granted", "broken.json", "--action", "*"], 3, "broken.json:1:");
    let eval = ["eval", "--not-granted"];
    let ask = |rest: &[&'static str]| [&eval[..], rest].concat();
    check(&ask(&["iam:PassRole", "--identity", "new.json"]), 2, "expected ACTIONS/RESOURCES");
    check(&ask(&["/", "--identity", "new.json"]), 2, "name an action or a resource");
    check(&ask(&["*/*"]), 2, "hand in the policy");
    check(&ask(&["*/*", "--identity", "new.json", "--scp", "old.json"]), 2, "found 2");
    check(&ask(&["*/*", "--identity", "new.json", "--action", "s3:GetObject"]), 2, "cannot be used with");
    check(&["eval", "--identity", "new.json"], 2, "--principal");
}

#[test]
fn both_notions_of_public_are_told_apart() {
    let folder = folder();
    let bucket = "AWS::S3::Bucket";
    let public = run(folder.path(), &["policy", "public", "--type", bucket, "bucket.json"]);
    let by_text = run(folder.path(), &["policy", "public", "--type", bucket, "vpcs.json"]);
    let trust = "AWS::IAM::AssumeRolePolicyDocument";
    let not = run(folder.path(), &["policy", "public", "--type", trust, "pipeline.json"]);
    assert_eq!([public.code, by_text.code, not.code], [1, 1, 0]);
    insta::assert_snapshot!([public.all(), by_text.all(), not.all()].join("\n"));
}

#[test]
fn json_follows_its_schema() {
    let schema = fs::read_to_string(root().join("docs/schema/policy-proof-v1.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let folder = folder();
    let check = |arguments: &[&str], code: u8, answer: &str| {
        let arguments = [&["policy"], arguments, &["--format", "json"]].concat();
        let ran = run(folder.path(), &arguments);
        let document: Value = serde_json::from_str(&ran.out).unwrap();
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{arguments:?}: {errors:?}");
        assert_eq!(i64::from(code), document["exit_code"].as_i64().unwrap(), "{arguments:?}");
        assert_eq!((i64::from(ran.code), document["answer"].as_str().unwrap()), (i64::from(code), answer));
        assert_eq!(document["witness"].is_object(), answer == "yes", "{arguments:?}");
    };
    check(&["compare", "old.json", "narrower.json"], 0, "no");
    check(&["compare", "old.json", "new.json"], 1, "yes");
    check(&["granted", "new.json", "--action", "iam:PassRole"], 1, "yes");
    check(&["granted", "new.json", "--resource", "arn:aws:s3:::payroll/*", "--action", "s3:*"], 0, "no");
    check(&["public", "--type", "AWS::S3::Bucket", "bucket.json"], 1, "yes");
    check(&["public", "--type", "AWS::S3::Bucket", "vpcs.json"], 1, "no");
    check(&["public", "--type", "AWS::SQS::Queue", "vpcs.json"], 0, "no");
}

#[test]
fn what_cannot_be_read_or_said_is_no_pass() {
    let folder = folder();
    let code = |arguments: &[&str]| run(folder.path(), arguments).code;
    assert_eq!(code(&["policy", "compare", "old.json", "broken.json"]), 3);
    assert_eq!(code(&["policy", "compare", "missing.json", "new.json"]), 3);
    assert_eq!(code(&["policy", "compare", "-", "-"]), 2);
    assert_eq!(code(&["policy", "public", "--type", "AWS::S3::Bukkit", "bucket.json"]), 2);
    assert_eq!(code(&["policy", "compare", "old.json", "new.json", "-o", "new.json"]), 2);
    let broken = run(folder.path(), &["policy", "public", "--type", "AWS::S3::Bucket", "broken.json"]);
    assert_eq!(broken.code, 3);
    assert!(broken.err.contains("broken.json:1:"), "{}", broken.err);
}

#[test]
fn the_examples_of_the_help_work() {
    let folder = folder();
    for verb in ["compare", "granted", "public"] {
        let help = run_in(&root(), &["policy", verb, "--help"], &[("COLUMNS", "200")], "").out;
        let examples: Vec<&str> =
            help.lines().filter_map(|line| line.split_once("  iam-audit ")).map(|(_, it)| it).collect();
        assert!(!examples.is_empty());
        for example in examples {
            let ran = run(
                folder.path(),
                &example.split_whitespace().map(|word| word.trim_matches('\'')).collect::<Vec<_>>(),
            );
            assert!(matches!(ran.code, 0 | 1) && ran.err.is_empty(), "{example}: {}", ran.all());
        }
    }
}

/// IAM User Guide, "AWS JSON policy elements: Principal", "AWS account principals".
#[test]
fn who_needs_no_identity_policy_any_more_is_told() {
    let folder = folder();
    let key = |principal: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [
                {{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "kms:*", "Resource": "*"}}]}}"#
        )
    };
    fs::write(folder.path().join("account.json"), key("111122223333")).unwrap();
    // As `aws kms get-key-policy` prints it.
    let anna = serde_json::json!({"Policy": key("arn:aws:iam::111122223333:user/anna")});
    fs::write(folder.path().join("anna.json"), anna.to_string()).unwrap();
    let ran = run(folder.path(), &["policy", "compare", "account.json", "anna.json"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("need no identity policy any more"), "{}", ran.out);
    let json = run(folder.path(), &["policy", "compare", "account.json", "anna.json", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(document["answer"], "no");
    assert_eq!(document["undelegated"]["principal"], "arn:aws:iam::111122223333:user/anna");
}

/// What the AWS CLI prints around a policy is no part of it, and places stay those of the file.
#[test]
fn policies_are_taken_out_of_what_the_aws_cli_prints() {
    let folder = folder();
    let inner: Value = serde_json::from_str(WIDER).unwrap();
    let text = serde_json::json!(WIDER);
    for wrapped in [
        serde_json::json!({"PolicyVersion": {"Document": inner, "VersionId": "v1"}}),
        serde_json::json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": inner}),
        serde_json::json!({"Policy": {"PolicySummary": {"Id": "p-1"}, "Content": text}}),
        text.clone(),
    ] {
        fs::write(folder.path().join("wrapped.json"), wrapped.to_string()).unwrap();
        let ran = run(folder.path(), &["policy", "granted", "wrapped.json", "--action", "iam:PassRole"]);
        assert_eq!(ran.code, 1, "{wrapped}: {}", ran.all());
    }
    // Two policies are none.
    let two = serde_json::json!({"PolicyDocument": inner, "Policy": text});
    fs::write(folder.path().join("wrapped.json"), two.to_string()).unwrap();
    let ran = run(folder.path(), &["policy", "granted", "wrapped.json", "--action", "iam:PassRole"]);
    assert_eq!(ran.code, 3, "{}", ran.all());
    let role = "{\"Role\": {\n  \"AssumeRolePolicyDocument\":\n    {\"Version\": \"2012-10-17\", \"Statement\": []}}}";
    fs::write(folder.path().join("role.json"), role).unwrap();
    let ran = run(folder.path(), &["policy", "validate", "role.json"]);
    assert!(ran.out.contains("role.json:3:44: error MISSING_STATEMENT"), "{}", ran.out);
}
