//! The verb `external`, as a user runs it.

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

use serde_json::Value;
use support::{root, run, run_in};

const SHARED: &str = "testdata/accounts/shared";

#[test]
fn an_account_that_shares_resources_of_many_types() {
    for width in ["80", "200"] {
        let ran = run_in(&root(), &["external", SHARED], &[("COLUMNS", width)], "");
        insta::assert_snapshot!(format!("shared_{width}"), ran.all());
    }
    let organization = ["external", SHARED, "--trust", "org", "--org-id", "o-example1234", "--concise"];
    for format in ["human", "json", "csv"] {
        let arguments = [&organization[..], &["--format", format]].concat();
        let ran = run_in(&root(), &arguments, &[("COLUMNS", "100")], "");
        insta::assert_snapshot!(format!("organization_{format}"), ran.all());
    }
}

#[test]
fn every_format_holds_the_same_findings() {
    let document: Value = serde_json::from_str(&run(&["external", SHARED, "--format", "json"]).out).unwrap();
    let resources = document["accounts"][0]["resources"].as_array().unwrap();
    let count = |list: &str| -> usize {
        resources.iter().map(|resource| resource[list].as_array().unwrap().len()).sum()
    };
    let rows = run(&["external", SHARED, "--format", "csv"]).out.lines().count() - 1;
    assert_eq!(rows, count("findings") + count("unknown"));
    for resource in resources {
        for finding in resource["findings"].as_array().unwrap() {
            assert!(!finding["action"].as_array().unwrap().is_empty(), "{finding}");
            assert!(!finding["statements"].as_array().unwrap().is_empty(), "{finding}");
            assert_eq!(finding["exact"], true, "{finding}");
        }
    }
}

#[test]
fn each_answer_has_an_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let bare = |principal: &str| {
        let text = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Principal": {principal}, "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::reports/*"}}}}"#
        );
        fs::write(folder.path().join("policy.json"), text).unwrap();
    };
    let ask = |more: &[&str]| {
        let arguments = ["external", "policy.json", "--resource", "arn:aws:s3:::reports"];
        let arguments = [&arguments[..], more].concat();
        run_in(folder.path(), &arguments, &[("COLUMNS", "100")], "")
    };
    bare(r#"{"AWS": "111122223333"}"#);
    assert_eq!(ask(&["--account", "111122223333"]).code, 0, "{}", ask(&["--account", "111122223333"]).all());
    assert_eq!(ask(&[]).code, 1, "without a zone every account is outside");
    bare(r#""*""#);
    let ran = ask(&["--account", "111122223333"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("anybody"), "{}", ran.out);
    bare("5");
    assert_eq!(ask(&[]).code, 4, "{}", ask(&[]).all());
    assert_eq!(run(&["external", SHARED, "--org-id", "o-example1234"]).code, 2);
    assert_eq!(run(&["external", SHARED, "--trust", "org"]).code, 2, "nothing tells which");
    assert_eq!(run(&["external", "no/such/path"]).code, 3);
}

#[test]
fn who_can_do_one_thing_with_one_resource() {
    let ask = |arguments: &[&str]| run_in(&root(), arguments, &[("COLUMNS", "100")], "");
    let overpowered = "testdata/accounts/overpowered";
    let ran = ask(&["who-can", "iam:PassRole", "arn:aws:iam::444455556666:role/x", overpowered]);
    insta::assert_snapshot!("who_can_human", ran.all());
    let jobs = "arn:aws:sqs:eu-west-1:111122223333:jobs";
    let ran = ask(&["who-can", "sqs:SendMessage", jobs, SHARED, "--format", "json"]);
    insta::assert_snapshot!("who_can_json", ran.all());
    assert_eq!(ask(&["who-can", "nonsense", "arn:aws:s3:::a", SHARED]).code, 2);
    assert_eq!(ask(&["who-can", "s3:GetObject", "a", SHARED]).code, 2);
    assert_eq!(ask(&["who-can", "s3:GetObject", "arn:aws:s3:::a", "no/such/path"]).code, 3);
}

#[test]
fn what_is_about_something_else_or_was_not_read_has_an_exit_code_and_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let ask = |arguments: &[&str]| run_in(folder.path(), arguments, &[("COLUMNS", "100")], "");
    let queue = r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sqs:*", "Resource": "*"}}"#;
    write("queue.json", queue);
    let ran = ask(&["external", "queue.json", "--resource", "arn:aws:sqs:eu-west-1:111122223333:q"]);
    assert_eq!(ran.code, 0, "the account in the ARN owns it: {}", ran.all());
    let ran = ask(&["external", "queue.json", "--resource", "arn:aws:sqs:eu-west-1:444455556666:q"]);
    assert_eq!(ran.code, 1, "{}", ran.all());
    let objects = queue.replace("sqs:*", "s3:GetObject").replace(r#""*""#, r#""arn:aws:s3:::reports/*""#);
    write("bucket.json", &objects);
    let ran = ask(&["external", "bucket.json", "--resource", "arn:aws:s3:::report"]);
    assert_eq!(ran.code, 4, "{}", ran.all());
    assert!(ran.out.contains("not about this"), "{}", ran.out);

    write("a/manifest.json", r#"{"tool": "aws", "account": "111122223333", "calls": []}"#);
    write("a/resource-policies/eu-west-1/sqs-queue/q.json", queue);
    write("a/resource-policies/s3-bucket/b.json", r#"{"Policy": ""}"#);
    write("a/organizations-policies/p-example1.json", r#"{"Policy": {"PolicySummary": {"Id": "p-example1""#);
    let ran = ask(&["external", "a"]);
    assert_eq!(ran.code, 4, "{}", ran.all());
    for part in ["Not read:", "s3-bucket/b.json", "p-example1.json", "remedy"] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let document: Value = serde_json::from_str(&ask(&["external", "a", "--format", "json"]).out).unwrap();
    assert_eq!(document["not_read"].as_array().unwrap().len(), 2, "{document}");

    let jobs = "arn:aws:sqs:eu-west-1:111122223333:q";
    let ran = ask(&["who-can", "sqs:SendMessage", jobs, "a"]);
    assert_eq!(ran.code, 4);
    assert!(ran.out.contains("p-example1.json was not read"), "{}", ran.out);
    assert_eq!(ask(&["who-can", "sqs:SendMessage", "*", "a"]).code, 2);
    assert_eq!(ask(&["who-can", "s3:GetObject", "arn:aws:s3:::b/*", "a"]).code, 2);
}

#[test]
fn a_bare_trust_policy_is_that_of_the_role_that_is_named() {
    const ROLE: &str = "arn:aws:iam::111122223333:role/ops/deploy";
    let trust = |who: &str, more: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {who}, {more}
                "Action": ["sts:AssumeRole", "sts:TagSession"]}}]}}"#
        )
    };
    let other = trust(r#"{"AWS": "444455556666"}"#, "");
    let own = trust(r#"{"AWS": "111122223333"}"#, "");
    let details = |trust: &str| {
        format!(
            r#"{{"UserDetailList": [], "GroupDetailList": [], "Policies": [], "IsTruncated": false, "RoleDetailList": [{{
                "RoleName": "deploy", "RoleId": "AROAEXAMPLEEXAMPLEEXA", "Arn": "{ROLE}", "Path": "/ops/",
                "CreateDate": "2026-01-01T00:00:00Z", "RolePolicyList": [], "AttachedManagedPolicies": [], "Tags": [],
                "AssumeRolePolicyDocument": {trust}}}]}}"#
        )
    };
    let wrapped = serde_json::json!({ "Policy": &other }).to_string();
    let cases: &[(&str, &str, &[&str], i32, &str)] = &[
        ("another account", ROLE, &[&other], 1, "sts:AssumeRole, sts:TagSession"),
        ("the own account", ROLE, &[&own], 0, "1 resource looked at: 0 are open"),
        ("anybody", ROLE, &[&trust(r#""*""#, "")], 1, "anybody"),
        ("in an answer", ROLE, &[&wrapped], 1, "444455556666"),
        ("the same twice", ROLE, &[&other, &other], 1, "444455556666"),
        ("two that differ", ROLE, &[&own, &other], 4, "two files say different things"),
        ("three of which two differ", ROLE, &[&own, &other, &own], 4, "two files say different things"),
        ("as the account tells it", ROLE, &[&other, &details(&other)], 1, "444455556666"),
        ("not as the account tells it", ROLE, &[&own, &details(&other)], 4, "two files say different things"),
        ("with resources", ROLE, &[&trust(r#""*""#, r#""Resource": "*","#)], 4, "names resources"),
        ("of nothing", ROLE, &[r#"{"Policy": ""}"#], 4, "is empty, and every role has one"),
        ("damaged", ROLE, &[&trust("5", "")], 4, "cannot be understood"),
        ("without a principal", ROLE, &[&other.replace("Principal", "Principle")], 4, "cannot be understood"),
        ("another owner", "arn:aws:iam::444455556666:role/deploy", &[&other], 0, "0 are open"),
        ("a user", "arn:aws:iam::111122223333:user/deploy", &[&other], 3, "is neither a role nor a resource"),
        ("no ARN", "deploy", &[&other], 3, "is neither a role nor a resource"),
    ];
    for (case, arn, texts, code, expected) in cases {
        let folder = tempfile::tempdir().unwrap();
        let mut arguments = vec!["external".to_owned(), "--resource".to_owned(), (*arn).to_owned()];
        for (number, text) in texts.iter().enumerate() {
            let name = format!("{number}.json");
            fs::write(folder.path().join(&name), text).unwrap();
            arguments.push(name);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = run_in(folder.path(), &arguments, &[("COLUMNS", "300")], "");
        assert_eq!(ran.code, *code, "{case}: {}", ran.all());
        assert!(ran.all().contains(expected), "{case}: {}", ran.all());
    }
}
