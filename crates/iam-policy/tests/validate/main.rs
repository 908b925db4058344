//! Validation: each code where it belongs and where it nearly does, all issues at once, nothing that panics.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod cases;
mod laws;
mod sound;

use std::collections::BTreeSet;

use cases::{CASES, written};
use iam_policy::catalogue::Catalogue;
use iam_policy::document::PolicyKind;
use iam_policy::issue::{Issue, IssueCode};
use iam_policy::validate::{AttachedType, validate, validate_attached};

pub(crate) fn issues(text: &str, kind: PolicyKind) -> Vec<Issue> {
    validate(text, kind, Catalogue::embedded()).issues
}

fn codes(issues: &[Issue]) -> Vec<IssueCode> {
    issues.iter().map(|issue| issue.code).collect()
}

#[test]
fn each_code_stands_where_it_belongs_and_not_where_it_nearly_does() {
    let mut wrong = Vec::new();
    for case in CASES {
        let (bad, good) = (written(case.bad), written(case.good));
        let found = issues(&bad, case.kind);
        if !found.iter().any(|issue| issue.code == case.code && issue.span.of(&bad) == case.at) {
            let found: Vec<_> =
                found.iter().map(|issue| format!("{} at {}", issue.code, issue.span.of(&bad))).collect();
            wrong.push(format!("{} is not at {} of {bad}\n    but {found:?}", case.code, case.at));
        }
        let found = issues(&good, case.kind);
        if codes(&found).contains(&case.code) {
            wrong.push(format!("{} is in {good}", case.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Codes whose cases are too large for a table; each has a test of its own.
const ELSEWHERE: &[IssueCode] = &[
    IssueCode::TooLarge,
    IssueCode::CheckIncomplete,
    IssueCode::UnsupportedResourceArn,
    IssueCode::IdentityPolicySize,
    IssueCode::SessionPolicySize,
    IssueCode::ResourcePolicySize,
    IssueCode::TrustPolicySize,
    IssueCode::ScpSize,
    IssueCode::RcpSize,
];

#[test]
fn every_code_has_a_case() {
    let tested: BTreeSet<IssueCode> =
        CASES.iter().map(|case| case.code).chain(ELSEWHERE.iter().copied()).collect();
    let untested: Vec<&IssueCode> = IssueCode::ALL.iter().filter(|code| !tested.contains(code)).collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn codes_are_told_apart_and_say_what_to_do() {
    let names: BTreeSet<&str> = IssueCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), IssueCode::ALL.len());
    for code in IssueCode::ALL {
        assert_eq!(IssueCode::named(code.as_str()), Some(*code));
        for text in [code.summary(), code.help()] {
            assert!(text.ends_with('.') && text.len() > 10, "{code}: {text}");
        }
    }
}

#[test]
fn sizes_are_told_at_the_limit_and_not_below() {
    for (code, kind, most, counts_blanks) in [
        (IssueCode::IdentityPolicySize, PolicyKind::Identity, 6_144, false),
        (IssueCode::IdentityPolicySize, PolicyKind::Boundary, 6_144, false),
        (IssueCode::SessionPolicySize, PolicyKind::Session, 2_048, true),
        (IssueCode::TrustPolicySize, PolicyKind::Trust, 2_048, false),
        (IssueCode::ScpSize, PolicyKind::ServiceControl, 5_120, true),
        (IssueCode::RcpSize, PolicyKind::ResourceControl, 5_120, true),
        (IssueCode::ResourcePolicySize, PolicyKind::Resource, 20_480, true),
        (IssueCode::ResourcePolicySize, PolicyKind::VpcEndpoint, 20_480, true),
    ] {
        let empty = r#"{"Version":"2012-10-17","Id":"","Statement":[]}"#;
        let of_size = |size: usize| {
            empty.replace(r#""Id":"""#, &format!(r#""Id":"{}""#, "x".repeat(size - empty.len())))
        };
        let blank = |size: usize| of_size(size).replace(':', ":  ");
        assert!(!codes(&issues(&of_size(most), kind)).contains(&code), "{kind} at the limit");
        assert!(codes(&issues(&of_size(most + 1), kind)).contains(&code), "{kind} over the limit");
        assert_eq!(codes(&issues(&blank(most), kind)).contains(&code), counts_blanks, "{kind}: blanks");
    }
    let text = " ".repeat(1 << 20) + "{}";
    assert_eq!(codes(&issues(&text, PolicyKind::Identity)), [IssueCode::TooLarge]);
}

#[test]
fn what_the_type_of_the_resource_lacks_is_told_where_the_type_is_known() {
    use AttachedType::{AccessPoint, Bucket, MultiRegionAccessPoint, ObjectLambdaAccessPoint, Table};
    let check = |attached_to: AttachedType, action: &str, resource: &str, expected: &[IssueCode]| {
        let text = written(&format!(r#"+ WHO,"Action":"{action}","Resource":"{resource}""#));
        let found = validate_attached(&text, attached_to, Catalogue::embedded()).issues;
        let wanted = [IssueCode::UnsupportedResourceArn, IssueCode::UnsupportedActionInPolicy];
        let found: Vec<IssueCode> = codes(&found).into_iter().filter(|code| wanted.contains(code)).collect();
        assert_eq!(found, expected, "{attached_to} {action} {resource}");
        assert!(codes(&issues(&text, PolicyKind::Resource)).iter().all(|code| !wanted.contains(code)));
    };
    let (arn, other) = ([IssueCode::UnsupportedResourceArn], [IssueCode::UnsupportedActionInPolicy]);
    check(Bucket, "s3:GetObject", "arn:aws:s3:::reports/*", &[]);
    check(Bucket, "s3:ListBucket", "arn:aws:s3:::reports", &[]);
    check(Bucket, "s3:*", "*", &[]);
    check(Bucket, "s3:GetObject", "arn:aws:s3:eu-west-1:111122223333:accesspoint/app/object/*", &arn);
    check(Bucket, "s3:GetObject", "arn:aws:sqs:eu-west-1:111122223333:jobs", &arn);
    check(Bucket, "s3:ListAllMyBuckets", "arn:aws:s3:::reports", &other);
    check(Bucket, "sqs:SendMessage", "arn:aws:s3:::reports", &other);
    check(AccessPoint, "s3:GetObject", "arn:aws:s3:eu-west-1:111122223333:accesspoint/app/object/*", &[]);
    check(AccessPoint, "s3:GetObject", "arn:aws:s3:::reports/*", &arn);
    check(
        MultiRegionAccessPoint,
        "s3:GetObject",
        "arn:aws:s3::111122223333:accesspoint/app.mrap/object/*",
        &[],
    );
    check(MultiRegionAccessPoint, "s3:GetObject", "arn:aws:s3:::reports/*", &arn);
    check(
        ObjectLambdaAccessPoint,
        "s3-object-lambda:GetObject",
        "arn:aws:s3-object-lambda:eu-west-1:111122223333:accesspoint/app",
        &[],
    );
    check(
        ObjectLambdaAccessPoint,
        "s3:GetObject",
        "arn:aws:s3-object-lambda:eu-west-1:111122223333:accesspoint/app",
        &other,
    );
    check(Table, "dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/*", &[]);
    check(Table, "dynamodb:GetItem", "arn:aws:s3:::reports/*", &arn);
    check(Table, "dynamodb:ListTables", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders", &other);
    for attached_to in AttachedType::ALL {
        assert_eq!(attached_to.as_str().parse(), Ok(*attached_to));
    }
    assert!("AWS::S3::Bukkit".parse::<AttachedType>().is_err());
}

#[test]
fn what_is_too_much_to_compare_is_said() {
    let actions: Vec<String> = (0..12_000).map(|number| format!("\"s3:*{number}*\"")).collect();
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":[{}],"Resource":"*"}}}}"#,
        actions.join(",")
    );
    let found = issues(&text, PolicyKind::Identity);
    assert_eq!(found[0].code, IssueCode::CheckIncomplete);
    assert!(found.len() <= 1_001);
    assert!(!codes(&issues(&written("+ @"), PolicyKind::Identity)).contains(&IssueCode::CheckIncomplete));
}

#[test]
fn all_issues_come_at_once_in_the_order_of_the_text() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "allow", "Action": "s3:GetObjct", "Resource": "arn:aws:s3:::b/*"},
    {"Effect": "Allow", "Action": ["ec2:RunInstance", 7], "Resource": "*"},
    {"Effect": "Allow", "Action": "ec2:*", "Resource": "arn:aws:ec2:eu-west-9:1:vpc/*", "Condition": {"Bol": {}}}
  ]
}"#;
    let found = issues(text, PolicyKind::Identity);
    let lines: Vec<String> = found.iter().map(|issue| issue.in_text(text)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_was_probably_meant_is_said() {
    for (short, kind, code, help) in [
        (
            r#"+ "Action":"s3:GetObjct","Resource":"*""#,
            PolicyKind::Identity,
            IssueCode::InvalidAction,
            "did you mean `s3:GetObject`?",
        ),
        (
            r#"+ "Action":"s3","Resource":"*""#,
            PolicyKind::Identity,
            IssueCode::InvalidAction,
            "write `s3:*` for all actions of the service",
        ),
        (
            r#"+ "Action":" s3:GetObject","Resource":"*""#,
            PolicyKind::Identity,
            IssueCode::InvalidServiceInAction,
            "did you mean `s3:GetObject`?",
        ),
        (
            r#"+ "Action":"ecc2:RunInstances","Resource":"*""#,
            PolicyKind::Identity,
            IssueCode::InvalidServiceInAction,
            "did you mean `ec2:RunInstances`?",
        ),
        (
            r#"+ @,C{"stringequalsifexists":{"aws:username":"a"}}"#,
            PolicyKind::Identity,
            IssueCode::InvalidConditionOperator,
            "write `StringEqualsIfExists`",
        ),
        (
            r#"+ @,C{"Bool":{"aws:SecureTransprt":"a"}}"#,
            PolicyKind::Identity,
            IssueCode::InvalidGlobalConditionKey,
            "did you mean `aws:SecureTransport`?",
        ),
        (
            r#"+ @,C{"StringEquals":{"username":"a"}}"#,
            PolicyKind::Identity,
            IssueCode::InvalidConditionKeyFormat,
            "did you mean `aws:username`?",
        ),
        (
            r#"+ "Action":"*","Resource":"arn:aws:sqs:eu-wst-1:111122223333:q""#,
            PolicyKind::Identity,
            IssueCode::InvalidArnRegion,
            "did you mean `eu-west-1`",
        ),
        (
            r#"+ "Action":"*","Resource":"arn:aws:iam::1111-2222-3333:role/r""#,
            PolicyKind::Identity,
            IssueCode::InvalidArnAccount,
            "write `111122223333`",
        ),
        (
            r#"+ "Action":"*","Resource":"arn:aws:iam::111122223333:roles/r""#,
            PolicyKind::Identity,
            IssueCode::InvalidArnResource,
            "did you mean `role/",
        ),
        (
            r#"+ @,C{"IpAddress":{"aws:SourceIp":"203.0.113.7/24"}}"#,
            PolicyKind::Identity,
            IssueCode::ImproveIpRange,
            "write `203.0.113.0/24`",
        ),
        (
            r#"+ "Principal":{"Service":"Lambda"},"Action":"sts:AssumeRole""#,
            PolicyKind::Trust,
            IssueCode::InvalidServicePrincipalFormat,
            "write `lambda.amazonaws.com`",
        ),
    ] {
        let found = issues(&written(short), kind);
        let issue =
            found.iter().find(|issue| issue.code == code).unwrap_or_else(|| panic!("{code} in {short}"));
        assert!(issue.help().starts_with(help), "{short}: {}", issue.help());
    }
}

#[test]
fn unknown_names_come_with_the_date_of_the_catalogue() {
    let date = Catalogue::embedded().data_date().unwrap();
    for short in [
        r#"+ "Action":"s3:GetObjct","Resource":"*""#,
        r#"+ "Action":"ecc2:RunInstances","Resource":"*""#,
        r#"+ @,C{"Bool":{"aws:SecureTransprt":"a"}}"#,
        r#"+ "Action":"*","Resource":"arn:aws:simple-storage:::b""#,
    ] {
        let found = issues(&written(short), PolicyKind::Identity);
        assert!(found.iter().any(|issue| issue.message.contains(date)), "{short}: {found:?}");
    }
}

#[test]
fn the_likely_kind() {
    for (short, kind) in [
        ("+ @", PolicyKind::Identity),
        ("+ WHO,@", PolicyKind::Resource),
        ("+ TRUST", PolicyKind::Trust),
        (r#"+ TRUST,"Resource":"*""#, PolicyKind::Resource),
        (r#"+ WHO,"Action":"s3:GetObject""#, PolicyKind::Resource),
    ] {
        let document = iam_policy::document::Document::parse(&written(short)).unwrap();
        assert_eq!(PolicyKind::likely(&document), kind, "{short}");
    }
}

#[test]
fn places_never_point_into_a_character() {
    for text in ["\u{fffd}P", "{\"Statement\": \u{1f600}}", "{}\u{e9}"] {
        for issue in issues(text, PolicyKind::Identity) {
            assert!(text.is_char_boundary(issue.span.start as usize), "{text}: {issue:?}");
        }
    }
}
