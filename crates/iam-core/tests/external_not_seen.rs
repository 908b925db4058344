//! What was not seen, or is about something else, is never "nobody gets in".

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;

use iam_core::evidence::{Evidence, Given, assemble};
use iam_core::external::{Question, external};
use iam_core::input::InputFile;
use iam_core::who_can::who_can;

const MANIFEST: &str = r#"{"tool": "aws", "account": "111122223333", "partition": "aws", "calls": []}"#;
const BLOCKS: &str = r#"{"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": true,
    "BlockPublicPolicy": true, "RestrictPublicBuckets": true}}"#;
const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";

fn evidence(files: &[(&str, String)]) -> Evidence {
    let manifest = [("manifest.json", MANIFEST.to_owned())];
    let files = manifest.iter().chain(files).map(|(name, text)| {
        (InputFile { path: format!("a/{name}"), bytes: text.clone().into_bytes() }, Given::InFolder)
    });
    assemble(files.collect())
}

/// Findings as `in PRINCIPAL`, blocked ones as `blocked`, then what is not known, a line each.
fn told(files: &[(&str, String)]) -> String {
    let evidence = evidence(files);
    let account = &evidence.accounts[0];
    let mut told = String::new();
    for resource in external(account, &Question::of(account)).resources {
        for finding in &resource.findings {
            let word = if finding.blocked_by.is_some() { "blocked" } else { "in" };
            writeln!(told, "{word} {}", finding.principal).unwrap();
            finding.depends_on.iter().for_each(|on| writeln!(told, "  on {on}").unwrap());
        }
        for open in resource.failed() {
            let word = if open.is_public { "public" } else { "unknown" };
            writeln!(told, "{word}: {}", open.why).unwrap();
        }
    }
    told
}

#[track_caller]
fn check(case: &str, files: &[(&str, String)], expected: &str) {
    let told = told(files);
    assert!(told.contains(expected), "{case}: found {told}, expected {expected}");
    assert!(!expected.is_empty() || told.is_empty(), "{case}: {told}");
}

fn policy(principal: &str, action: &str, resource: &str, condition: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {principal}, "Action": "{action}",
        "Resource": "{resource}"{condition}}}]}}"#
    )
}

#[test]
fn a_policy_about_another_resource_is_no_answer() {
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:api";
    let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
    let bus = "arn:aws:events:eu-west-1:111122223333";
    let open = |action: &str, resource: &str| policy(r#""*""#, action, resource, "");
    for (name, text, expected) in [
        (
            "eu-west-1/lambda-function/api-policy.json",
            open("lambda:*", function),
            "unknown: the policy is about",
        ),
        ("us-east-1/lambda-function/api.json", open("lambda:*", function), "unknown: the policy is about"),
        (
            "eu-west-1/s3-bucket/reports-policy.json",
            open("s3:*", "arn:aws:s3:::reports/*"),
            "unknown: the policy",
        ),
        (
            "eu-west-1/s3-bucket/reports (1).json",
            open("s3:*", "arn:aws:s3:::reports"),
            "unknown: the policy is",
        ),
        ("eu-west-1/dynamodb-table/orders-policy.json", open("dynamodb:*", table), "not about this table"),
        ("eu-west-1/s3-bucket/reports.json", open("s3:*", "arn:aws:s3:::rep*"), "in *"),
        ("eu-west-1/s3-bucket/reports.json", open("s3:*", "*"), "in *"),
        ("eu-west-1/lambda-function/api.json", open("lambda:*", &format!("{function}:live")), "in *"),
        ("eu-west-1/event-bus/b.json", open("events:*", &format!("{bus}:rule/b/x")), "in *"),
        (
            "eu-west-1/event-bus/b.json",
            open("events:*", &format!("{bus}:rule/c/x")),
            "unknown: the policy is",
        ),
    ] {
        check(name, &[(&format!("resource-policies/{name}"), text)], expected);
    }
}

#[test]
fn a_public_access_block_counts_for_the_account_that_its_file_names() {
    let bucket = ("resource-policies/eu-west-1/s3-bucket/b.json", policy(r#""*""#, "s3:GetObject", "*", ""));
    let block =
        |name: &str| format!("resource-policies/us-east-1/s3-account-public-access-block/{name}.json");
    for (name, expected) in [
        ("111122223333", "blocked *"),
        ("444455556666", "in *\n  on RestrictPublicBuckets"),
        ("account", "in *\n  on RestrictPublicBuckets"),
    ] {
        let files = [bucket.clone(), (&*block(name), BLOCKS.to_owned())];
        check(name, &files, expected);
        let gaps = &evidence(&files).accounts[0];
        assert_eq!(gaps.gaps().is_empty(), name == "111122223333", "{:?}", gaps.gaps());
    }
    // The right one counts beside a wrong one.
    let (own, other) = (block("111122223333"), block("000"));
    check("both", &[bucket, (&own, BLOCKS.to_owned()), (&other, BLOCKS.to_owned())], "blocked *");
}

#[test]
fn what_s3_says_is_public_is_open_without_its_policy() {
    let status = |is_public: bool| {
        let text = format!(r#"{{"PolicyStatus": {{"IsPublic": {is_public}}}}}"#);
        ("resource-policies/eu-west-1/s3-bucket-policy-status/b.json", text)
    };
    let none = BLOCKS.replace("true", "false");
    let blocks = |bucket: &str| {
        [
            ("resource-policies/eu-west-1/s3-bucket-public-access-block/b.json", bucket.to_owned()),
            ("resource-policies/us-east-1/s3-account-public-access-block/111122223333.json", none.clone()),
        ]
    };
    let [a, b] = blocks(&none);
    check("public", &[status(true), a.clone(), b.clone()], "public: S3 says");
    check("not public", &[status(false), a, b], "");
    let [a, b] = blocks(BLOCKS);
    check("blocked", &[status(true), a, b], "unknown: S3 says");
}

#[test]
fn a_block_is_certain_only_where_s3_has_a_rule_for_the_key() {
    let block = ("resource-policies/eu-west-1/s3-bucket-public-access-block/b.json", BLOCKS.to_owned());
    let with = |key: &str, value: &str| {
        let condition = format!(r#", "Condition": {{"StringLike": {{"{key}": "{value}"}}}}"#);
        ("resource-policies/eu-west-1/s3-bucket/b.json", policy(r#""*""#, "s3:GetObject", "*", &condition))
    };
    for (key, value, expected) in [
        ("aws:PrincipalAccount", "444455556666", "on whether S3 takes the policy for public"),
        ("aws:PrincipalOrgPaths", "o-example1234/*", "on whether S3 takes the policy for public"),
        ("aws:VpceAccount", "444455556666", "on whether S3 takes the policy for public"),
        ("aws:SourceVpc", "vpc-*", "blocked *"),
        ("aws:SourceVpc", "vpc-1", "in *"),
    ] {
        check(key, &[with(key, value), block.clone()], expected);
    }
    let status = (
        "resource-policies/eu-west-1/s3-bucket-policy-status/b.json",
        r#"{"PolicyStatus": {"IsPublic": true}}"#.to_owned(),
    );
    check("said by S3", &[with("aws:PrincipalAccount", "444455556666"), block, status], "blocked *");
}

/// Source: AWS STS API Reference, "`GetFederationToken`": whoever asks for the session chooses the policy that it has.
#[test]
fn a_session_of_a_federated_user_gets_in_where_it_is_named() {
    let session = "arn:aws:sts::444455556666:federated-user/bob";
    let bucket = |principal: &str, more: &str| {
        ("resource-policies/eu-west-1/s3-bucket/b.json", policy(principal, "s3:GetObject", "*", more))
    };
    let acl = (
        "resource-policies/eu-west-1/s3-bucket-acl/b.json",
        r#"{"Owner": {"ID": "x"}, "Grants": []}"#.to_owned(),
    );
    let by_arn = format!(r#", "Condition": {{"ArnEquals": {{"aws:PrincipalArn": "{session}"}}}}"#);
    for (principal, more) in [(format!(r#"{{"AWS": "{session}"}}"#), ""), (r#""*""#.to_owned(), &*by_arn)] {
        let told = told(&[bucket(&principal, more), acl.clone()]);
        assert!(told.starts_with("in "), "{told}");
        assert!(!told.contains("the evaluator"), "{told}");
    }
    let own = r#"{"AWS": "arn:aws:sts::111122223333:federated-user/bob"}"#;
    check("of the own account", &[bucket(own, ""), acl], "");
}

#[test]
fn what_is_shared_in_other_ways_is_not_lost() {
    let snapshot = |attributes: &str| {
        let text = format!(
            r#"{{"DBSnapshotAttributesResult": {{"DBSnapshotIdentifier": "s", "DBSnapshotAttributes": [{attributes}]}}}}"#
        );
        ("resource-policies/eu-west-1/rds-db-snapshot/s.json", text)
    };
    check("no attribute", &[snapshot("")], "unknown: ");
    check("renamed", &[snapshot(r#"{"AttributeName": "Restore", "AttributeValues": ["all"]}"#)], "unknown: ");
    check("empty", &[snapshot(r#"{"AttributeName": "restore", "AttributeValues": []}"#)], "");
    let bad = snapshot(r#"{"AttributeName": "restore", "AttributeValues": ["12", "444455556666"]}"#);
    check("good beside bad", std::slice::from_ref(&bad), "in 444455556666");
    check("bad beside good", &[bad], "unknown: ");
    let federated = policy(r#"{"Federated": "cognito-identity.amazonaws.com"}"#, "s3:*", "*", "");
    check(
        "provider",
        &[("resource-policies/eu-west-1/s3-bucket/b.json", federated)],
        "names an identity provider",
    );
    let grants = (
        "resource-policies/eu-west-1/kms-key-grants/1234abcd.json",
        grants("arn:aws:iam::444455556666:user/bot.amazonaws.com"),
    );
    check("no service", &[grants], "in arn:aws:iam::444455556666:user/bot.amazonaws.com");
    for folder in ["s3-bucket-acl", "s3-bucket"] {
        for text in ["", "{\"Grants\": [", r#"{"Owner": {"ID": "x"}}"#] {
            let path = format!("resource-policies/eu-west-1/{folder}/b.json");
            check(folder, &[(&path, text.to_owned())], "unknown: ");
        }
    }
}

fn grants(grantee: &str) -> String {
    format!(
        r#"{{"Grants": [{{"KeyId": "{KEY}", "GrantId": "g1", "GranteePrincipal": "{grantee}", "Operations": ["Decrypt"], "Name": "n"}}]}}"#
    )
}

#[test]
fn who_can_counts_grants_and_names_what_may_stop_it() {
    let role = r#"{"UserDetailList": [], "GroupDetailList": [], "Policies": [], "IsTruncated": false, "RoleDetailList": [
        {"Path": "/", "RoleName": "x", "RoleId": "AROAX", "Arn": "arn:aws:iam::111122223333:role/x",
         "CreateDate": "2024-03-01T09:00:00+00:00", "InstanceProfileList": [], "AttachedManagedPolicies": [], "Tags": [],
         "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}, "RolePolicyList": []}]}"#;
    let details = ("account-authorization-details.json", role.to_owned());
    let key = policy(r#"{"AWS": "arn:aws:iam::111122223333:root"}"#, "kms:*", "*", "");
    let key = ("resource-policies/eu-west-1/kms-key/1234abcd.json", key);
    let grant = (
        "resource-policies/eu-west-1/kms-key-grants/1234abcd.json",
        grants("arn:aws:iam::111122223333:role/x"),
    );
    let control = |content: &str| {
        let content =
            serde_json::to_string(&format!(r#"{{"Version": "2012-10-17", "Statement": [{content}]}}"#))
                .unwrap();
        let text = format!(
            r#"{{"Policy": {{"PolicySummary": {{"Id": "p-example1", "Arn": "arn:aws:organizations::444455556666:policy/o-example1234/service_control_policy/p-example1",
            "Name": "bound", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": false}}, "Content": {content}}}}}"#
        );
        ("organizations-policies/p-example1.json", text)
    };
    let ask = |files: &[(&str, String)], resource: &str| {
        let evidence = evidence(files);
        who_can(&evidence.accounts[0], &"kms:Decrypt".parse().unwrap(), resource)
    };
    let found = ask(&[details.clone(), key.clone(), grant.clone()], KEY);
    let by_grant = found.able.iter().find(|able| able.arn.ends_with("role/x")).unwrap();
    assert!(by_grant.depends_on.is_empty() && by_grant.by[0].sid.as_deref() == Some("n"), "{by_grant:?}");
    let of_grants = |gap: &std::sync::Arc<iam_core::fact::Gap>| gap.what.contains("grants");
    assert!(!found.unseen.iter().any(of_grants), "{:?}", found.unseen);
    let found = ask(&[details.clone(), key.clone()], KEY);
    assert!(found.able.iter().all(|able| !able.arn.ends_with("role/x")));
    assert!(found.unseen.iter().any(|gap| gap.what.contains("grants")), "{:?}", found.unseen);
    let alias = ask(&[details.clone(), key.clone()], "arn:aws:kms:eu-west-1:111122223333:alias/foo");
    assert!(alias.unseen.iter().any(|gap| gap.what.contains("stands for")), "{:?}", alias.unseen);
    for (statement, is_named) in [
        (r#"{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}"#, true),
        (r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#, false),
        (r#"{"Effect": "Deny", "Action": "kms:*", "Resource": "*"}"#, true),
        (r#"{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#, false),
        (
            r#"{"Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}}"#,
            true,
        ),
    ] {
        let found = ask(&[details.clone(), key.clone(), grant.clone(), control(statement)], KEY);
        let named = found.able.iter().find(|able| able.arn.ends_with("role/x")).unwrap();
        assert_eq!(!named.limited_by.is_empty(), is_named, "{statement}: {named:?}");
    }
}
