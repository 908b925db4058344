//! `policy eval`, as a user runs it.

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

use serde_json::{Value, json};
use support::{Ran, root, run_in};

const ANNA: &str = "arn:aws:iam::111122223333:user/anna";
const PLAN: &str = "arn:aws:s3:::plans/anna/a.txt";

/// Runs `policy eval` on the test data's policy of developers.
fn eval(principal: &str, resource: &str, more: &[&str]) -> Ran {
    let fixed =
        ["policy", "eval", "--action", "s3:GetObject", "--identity", "testdata/policies/developers.json"];
    let asked = ["--principal", principal, "--resource", resource];
    let arguments: Vec<&str> = fixed.iter().chain(&asked).chain(more).copied().collect();
    run_in(&root(), &arguments, &[("COLUMNS", "100")], "")
}

#[test]
fn each_answer_has_an_exit_code_and_a_reason() {
    for (resource, more, code) in [
        (PLAN, &["--context", "aws:SourceIp=203.0.113.7"] as &[_], 0),
        (PLAN, &["--context", "aws:SourceIp=198.51.100.7"], 1),
        ("arn:aws:s3:::plans/bert/a.txt", &["--context", "aws:SourceIp=203.0.113.7"], 1),
        (PLAN, &[], 4),
        (PLAN, &["--absent", "aws:SourceIp"], 1),
        (PLAN, &["--closed"], 1),
    ] {
        let ran = eval(ANNA, resource, more);
        assert_eq!(ran.code, code, "{more:?}: {}", ran.all());
    }
    insta::assert_snapshot!(eval(ANNA, PLAN, &[]).all());
}

#[test]
fn json_says_the_same_and_keeps_to_its_schema() {
    let path = root().join("docs/schema/policy-evaluation-v1.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (more, answer, code) in [
        (&["--context", "aws:SourceIp=203.0.113.7"] as &[_], "allowed", 0),
        (&["--absent", "aws:SourceIp"], "explicitly-denied", 1),
        (&[], "depends", 4),
    ] {
        let ran = eval(ANNA, PLAN, &[&["--format", "json"], more].concat());
        let document: Value = serde_json::from_str(&ran.out).unwrap();
        assert!(validator.is_valid(&document), "{}", ran.out);
        assert_eq!((document["answer"].as_str(), ran.code), (Some(answer), code));
        assert_eq!(document["exit_code"], code);
    }
    let ran = eval(ANNA, PLAN, &["--format", "json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["depends_on"][0]["key"], "aws:SourceIp");
    assert_eq!(document["because"][0]["statement"]["place"], "testdata/policies/developers.json:10:5");
}

#[test]
fn a_snapshot_gives_the_policies_of_both_sides() {
    let ask = |principal: &str, role: &str| {
        let role = format!("arn:aws:iam::123456789012:role/{role}");
        let principal = format!("arn:aws:iam::123456789012:{principal}");
        let arguments = [
            "policy",
            "eval",
            "--snapshot",
            "testdata/accounts/grown",
            "--action",
            "sts:AssumeRole",
            "--principal",
            &principal,
            "--resource",
            &role,
            "--closed",
        ];
        run_in(&root(), &arguments, &[("COLUMNS", "100")], "")
    };
    insta::assert_snapshot!(ask("user/ci/build", "deployer").all());
    let nobody = ask("user/nobody", "deployer");
    assert_eq!(nobody.code, 2);
    assert!(nobody.err.contains("nobody"), "{}", nobody.err);
}

#[test]
fn policies_of_the_organization_that_may_be_attached_make_the_answer_depend_on_them() {
    let check = |kind: &str, is_of_aws: bool, more: &[&str], code: i32, says: &str| {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &Value| {
            fs::write(folder.path().join(name), content.to_string()).unwrap();
        };
        let allow = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}});
        write(
            "full.json",
            &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}),
        );
        write(
            "account-authorization-details.json",
            &json!({"UserDetailList": [{"UserName": "anna", "GroupList": [],
            "Arn": "arn:aws:iam::111122223333:user/anna", "AttachedManagedPolicies": [],
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": allow}]}],
            "GroupDetailList": [], "RoleDetailList": [], "Policies": []}),
        );
        write(
            "policy.json",
            &json!({"Policy": {"PolicySummary": {"Id": "p-example1", "Name": "guard", "Type": kind, "AwsManaged": is_of_aws,
            "Arn": "arn:aws:organizations::444455556666:policy/o-example1/x/p-example1"},
            "Content": "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\",\"Action\":\"iam:*\",\"Resource\":\"*\"}}"}}),
        );
        let question = [
            "policy",
            "eval",
            "--snapshot",
            ".",
            "--principal",
            ANNA,
            "--action",
            "s3:GetObject",
            "--resource",
            "arn:aws:s3:::plans/a.txt",
            "--closed",
        ];
        let ran = run_in(folder.path(), &[&question, more].concat(), &[("COLUMNS", "200")], "");
        assert_eq!(ran.code, code, "{kind} {more:?}: {}", ran.all());
        assert_eq!(ran.out.contains("whom they are attached to"), !says.is_empty(), "{}", ran.all());
        assert!(ran.out.contains(says), "{}", ran.all());
    };
    let (control, resource) = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY");
    check(control, false, &[], 4, "--scp");
    check(control, true, &[], 0, "");
    check(control, false, &["--scp", "full.json"], 0, "");
    check(resource, false, &[], 4, "--rcp");
    check(resource, false, &["--scp", "full.json"], 4, "--rcp");
    check("TAG_POLICY", false, &[], 0, "");
}

#[test]
fn wrong_usage_says_what_was_expected() {
    for (principal, resource, more, expected) in [
        ("anna", PLAN, &[] as &[_], "--principal: found the principal `anna`"),
        (ANNA, "plans", &[], "found the resource `plans`, expected an ARN"),
        (ANNA, PLAN, &["--context", "aws:SourceIp"], "expected KEY=VALUE"),
        (ANNA, PLAN, &["--context", "aws:username=bert"], "aws:username"),
        (ANNA, PLAN, &["--context", "a:b=c", "--absent", "A:B"], "--absent"),
        (ANNA, PLAN, &["--resource-account", "1"], "--resource-account"),
        (ANNA, PLAN, &["--scp", "no-such-file.json"], "no-such-file.json"),
        (ANNA, PLAN, &["--scp", "Cargo.toml"], "Cargo.toml:1:"),
        (ANNA, PLAN, &["--snapshot", "testdata/accounts/clean/no"], "--snapshot"),
    ] {
        let ran = eval(principal, resource, more);
        assert_eq!(ran.code, 2, "{}", ran.all());
        assert!(ran.out.is_empty(), "{}", ran.out);
        assert!(ran.err.contains(expected), "{expected}: {}", ran.err);
    }
}

#[test]
fn hostile_names_are_shown_and_not_obeyed() {
    let ran = eval(ANNA, "arn:aws:s3:::plans/\u{1b}[2J\u{202e}x", &[]);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']), "{}", ran.out);
}

#[test]
fn the_examples_of_the_help_work() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(root().join("testdata/policies/developers.json"), folder.path().join("policy.json")).unwrap();
    let details = r#"{"UserDetailList": [{"UserName": "build", "Arn": "arn:aws:iam::111122223333:user/build", "GroupList": [],
        "AttachedManagedPolicies": []}], "GroupDetailList": [], "RoleDetailList": [{"RoleName": "deploy",
        "Arn": "arn:aws:iam::111122223333:role/deploy", "Path": "/", "InstanceProfileList": [], "RolePolicyList": [],
        "AttachedManagedPolicies": [], "RoleLastUsed": {}, "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:user/build"}, "Action": "sts:AssumeRole",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}}}], "Policies": []}"#;
    fs::create_dir(folder.path().join("account")).unwrap();
    fs::write(folder.path().join("account/account-authorization-details.json"), details).unwrap();
    let help = run_in(&root(), &["policy", "eval", "--help"], &[("COLUMNS", "200")], "").out;
    let help = help.replace("\\\n", " ");
    let examples = help.lines().filter_map(|line| line.trim().strip_prefix("iam-audit "));
    let codes: Vec<i32> = examples
        .map(|example| {
            let words = example.split_whitespace().map(|word| word.trim_matches('\''));
            run_in(folder.path(), &words.collect::<Vec<_>>(), &[], "").code
        })
        .collect();
    // The first policy is about the own folder of each user, and not about this file.
    assert_eq!(codes, [1, 0, 0]);
}

/// Runs `policy eval` with a policy that allows everything.
fn under_everything(principal: &str, action: &str, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let all =
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
    fs::write(folder.path().join("all.json"), all).unwrap();
    let fixed = ["policy", "eval", "--identity", "all.json", "--principal", principal, "--action", action];
    run_in(folder.path(), &[&fixed, more].concat(), &[("COLUMNS", "200")], "")
}

/// AWS Key Management Service Developer Guide, "Key policies in AWS KMS": every KMS key has exactly one key policy.
#[test]
fn a_policy_that_always_exists_is_missed() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let ran = under_everything(ANNA, "kms:Decrypt", &["--resource", key]);
    assert_eq!(ran.code, 4);
    assert!(ran.out.contains("the key policy was not handed in"), "{}", ran.out);
    let role = "arn:aws:iam::111122223333:role/app";
    let ran = under_everything(ANNA, "sts:AssumeRole", &["--resource", role]);
    assert_eq!(ran.code, 4);
    assert!(ran.out.contains("the trust policy of the role was not handed in"), "{}", ran.out);
    let root = "arn:aws:iam::111122223333:root";
    let ran = under_everything(root, "sts:AssumeRole", &["--resource", role]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("root users cannot assume roles"), "{}", ran.out);
}

#[test]
fn what_the_catalogue_does_not_know_is_said() {
    let bucket = "arn:aws:s3:::plans";
    for (action, more, said) in [
        ("s3:GetObjekt", &["--resource", "arn:aws:s3:::plans/a"] as &[_], "did you mean `s3:GetObject`?"),
        (
            "s3:ListBucket",
            &["--resource", bucket, "--context", "aws:SourceIpp=203.0.113.7"],
            "no condition key `aws:SourceIpp`",
        ),
        (
            "s3:ListBucket",
            &["--resource", "arn:aws:sqs:eu-west-1:111122223333:q"],
            "does not work on this kind of resource",
        ),
        ("s3:ListAllMyBuckets", &["--resource", bucket], "leave --resource out"),
        ("s3:GetObject", &["--resource", "arn:aws:s3:::plans/*"], "are taken as characters"),
    ] {
        let ran = under_everything(ANNA, action, more);
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let ran = under_everything(ANNA, "s3:ListBucket", &["--resource", bucket]);
    assert!(!ran.out.contains("catalogue") && !ran.out.contains("does not work"), "{}", ran.out);
    let ran = under_everything(ANNA, "s3:ListAllMyBuckets", &["--resource", "*"]);
    assert_eq!(ran.code, 2);
    assert!(ran.all().contains("leave the option out"), "{}", ran.all());
}

/// IAM User Guide, "IAM identifiers": the ARN of a session does not say the path of the role, and an account has one role of a name.
#[test]
fn a_snapshot_tells_the_path_of_the_role_of_a_session() {
    let snapshot = root().join("testdata/accounts/grown/account-authorization-details.json");
    let text = fs::read_to_string(&snapshot).unwrap_or_default();
    let details: Value = serde_json::from_str(&text).unwrap();
    let roles = details["RoleDetailList"].as_array().unwrap();
    let is_own = |path: &str| path != "/" && !path.starts_with("/aws-service-role/");
    let role = roles.iter().find(|role| is_own(role["Path"].as_str().unwrap())).expect("a role with a path");
    let arn = role["Arn"].as_str().unwrap();
    let account = arn.split(':').nth(4).unwrap();
    let session = format!("arn:aws:sts::{account}:assumed-role/{}/anna", role["RoleName"].as_str().unwrap());
    let scp = tempfile::tempdir().unwrap();
    let path = scp.path().join("scp.json");
    let unless = format!(
        r#"{{"Version": "2012-10-17", "Statement": [
            {{"Effect": "Allow", "Action": "*", "Resource": "*"}}, {{"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {{"ArnEquals": {{"aws:PrincipalArn": "{arn}"}}}}}}]}}"#
    );
    fs::write(&path, unless).unwrap();
    let path = path.to_string_lossy().into_owned();
    let ask =
        |more: &[&str]| under_everything(&session, "iam:ListUsers", &[&["--scp", &path], more].concat());
    assert!(ask(&[]).out.contains("depends"), "{}", ask(&[]).all());
    let known = ask(&["--context", &format!("aws:PrincipalArn={arn}")]);
    assert!(known.out.contains("explicitly denied"), "{}", known.all());
    let known = ask(&["--snapshot", &snapshot.to_string_lossy()]);
    assert!(known.out.contains("explicitly denied"), "{}", known.all());
    let other = ask(&["--context", &format!("aws:PrincipalArn=arn:aws:iam::{account}:role/other")]);
    assert_eq!(other.code, 2, "{}", other.all());
}
