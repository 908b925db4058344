//! Made-up policies over few words, so that they overlap in many ways.

use iam_policy::document::PolicyKind;
use iam_policy::policy::Policy;
use proptest::prelude::*;
use proptest::sample::select;

const ACTIONS: &[&str] = &[
    "*",
    "s3:*",
    "s3:Get*",
    "s3:getobject",
    "s3:PutObject",
    "s3:?et*Acl",
    "iam:*",
    "*:GetUser",
    "s*:*Object",
];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::*/x",
    "arn:aws:s3:::a/${aws:username}",
    "arn:aws:s3:::a/${aws:PrincipalTag/team}/*",
    "arn:aws:sqs:*:*:q",
    "arn:aws:sqs:*:111122223333:*",
    "arn:aws:s*",
];
const PRINCIPALS: &[&str] = &[
    r#""*""#,
    r#"{"AWS": "*"}"#,
    r#"{"AWS": "111122223333"}"#,
    r#"{"AWS": "arn:aws:iam::444455556666:root"}"#,
    r#"{"AWS": ["arn:aws:iam::111122223333:user/anna", "arn:aws:iam::444455556666:user/dev/bert"]}"#,
    r#"{"AWS": "arn:aws:iam::111122223333:role/Deploy"}"#,
    r#"{"AWS": "arn:aws:sts::111122223333:assumed-role/Deploy/build"}"#,
    r#"{"AWS": "AIDAEXAMPLE"}"#,
    r#"{"Service": "ec2.amazonaws.com", "Federated": "accounts.google.com"}"#,
    r#"{"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#,
];

/// Operators with keys and values for them.
const TESTS: &[(&[&str], &[&str], &[&str])] = &[
    (
        &["StringEquals", "StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals"],
        &["aws:PrincipalOrgID", "s3:prefix"],
        &["o-1", "o-2", "O-1"],
    ),
    (
        &["StringLike", "StringNotLike", "StringLikeIfExists"],
        &["aws:PrincipalTag/team", "s3:prefix"],
        &["o-*", "?", "*", "${aws:username}", "a${aws:PrincipalTag/team}"],
    ),
    (&["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"], &["aws:PrincipalTag/team"], &["RED", "red"]),
    (
        &[
            "ForAnyValue:StringEquals",
            "ForAllValues:StringEquals",
            "ForAnyValue:StringNotEquals",
            "ForAllValues:StringLike",
            "ForAllValues:StringNotLike",
            "ForAnyValue:StringLikeIfExists",
            "StringEquals",
        ],
        &["aws:TagKeys", "aws:PrincipalOrgPaths"],
        &["a", "b", "a*", "o-1/*"],
    ),
    (
        &["ArnLike", "ArnNotEquals", "ArnEqualsIfExists"],
        &["aws:PrincipalArn", "aws:SourceArn"],
        &["arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:user/anna", "arn:*:s3:::a", "anna"],
    ),
    (&["IpAddress", "NotIpAddress"], &["aws:SourceIp"], &["10.0.0.0/8", "10.1.0.0/16", "::/0", "nowhere"]),
    (
        &["NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals", "NumericEqualsIfExists"],
        &["s3:max-keys"],
        &["10", "10.5", "-1", "many"],
    ),
    (
        &["DateLessThan", "DateGreaterThanEquals"],
        &["aws:CurrentTime"],
        &["2024-01-01T00:00:00Z", "1704067201"],
    ),
    (&["Bool", "BoolIfExists"], &["aws:SecureTransport", "aws:MultiFactorAuthPresent"], &["true", "false"]),
    (&["Null"], &["aws:SourceIp", "aws:TagKeys", "aws:SourceVpc", "aws:PrincipalOrgID"], &["true", "false"]),
    (&["StringEquals", "StringNotEquals"], &["aws:SourceVpc", "aws:SourceVpce"], &["vpc-1", "vpc-2"]),
    (
        &["StringEquals", "StringLike"],
        &["aws:PrincipalAccount", "aws:SourceAccount"],
        &["111122223333", "1111*", "anonymous"],
    ),
    (&["StringLike"], &["aws:username"], &["anna", "?ert", "*"]),
    (&["StringEquals", "StringNotEquals"], &["aws:PrincipalType"], &["User", "Anonymous"]),
    (&["BinaryEquals"], &["app:blob"], &["QUJD", "QQ=="]),
];

fn listed(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(select(words), 1..4).prop_map(|words| format!("{words:?}"))
}

fn element(name: &'static str, values: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let key = prop_oneof![4 => Just(""), 1 => Just("Not")];
    (key, values).prop_map(move |(not, values)| format!(r#""{not}{name}": {values}"#))
}

fn test() -> impl Strategy<Value = String> {
    select(TESTS).prop_flat_map(|(operators, keys, values)| {
        let values = prop::collection::vec(select(values), 1..3);
        (select(operators), select(keys), values)
            .prop_map(|(operator, key, values)| format!(r#""{operator}": {{"{key}": {values:?}}}"#))
    })
}

fn condition() -> impl Strategy<Value = String> {
    prop::collection::btree_map(0..3u8, test(), 0..3).prop_map(|tests| {
        let mut seen = Vec::new();
        let mut kept = Vec::new();
        for test in tests.into_values() {
            let operator = test.split("\": {").next().unwrap_or_default().to_owned();
            if !seen.contains(&operator) {
                seen.push(operator);
                kept.push(test);
            }
        }
        let tests = kept.join(", ");
        if tests.is_empty() { String::new() } else { format!(r#", "Condition": {{{tests}}}"#) }
    })
}

/// One statement of a kind of policy.
pub(crate) fn statement(kind: PolicyKind, effect: &'static str) -> impl Strategy<Value = String> {
    let principal = element("Principal", select(PRINCIPALS).prop_map(str::to_owned));
    let parts =
        (element("Action", listed(ACTIONS)), element("Resource", listed(RESOURCES)), condition(), principal);
    parts.prop_map(move |(action, resource, condition, principal)| {
        let principal = if kind.has_principal() { format!("{principal}, ") } else { String::new() };
        format!(r#"{{"Effect": "{effect}", {principal}{action}, {resource}{condition}}}"#)
    })
}

/// The statements of a policy of a kind.
pub(crate) fn statements(kind: PolicyKind) -> impl Strategy<Value = Vec<String>> {
    let any = prop_oneof![3 => statement(kind, "Allow").boxed(), 1 => statement(kind, "Deny").boxed()];
    prop::collection::vec(any, 1..4)
}

pub(crate) fn policy(kind: PolicyKind, statements: &[String]) -> Policy {
    crate::policy(kind, &statements.join(","))
}
