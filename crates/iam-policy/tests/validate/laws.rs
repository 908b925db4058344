//! Laws over made-up texts.

use iam_policy::catalogue::Catalogue;
use iam_policy::document::PolicyKind;
use iam_policy::issue::IssueKind;
use iam_policy::validate::validate;
use proptest::prelude::*;

/// Words that mean something somewhere in a policy, and such that nearly do.
const WORDS: &[&str] = &[
    "*",
    "?",
    "s3:GetObject",
    "s3:Get*",
    "S3:",
    ":",
    "iam:PassRole",
    "*:*",
    "sts:AssumeRole",
    "arn:aws:s3:::b/*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam:::",
    "arn:::::",
    "arn:${",
    "${aws:username}",
    "${}",
    "${a, 'b",
    "111122223333",
    "AROAIOSFODNN7EXAMPLE",
    "lambda.amazonaws.com",
    "accounts.google.com",
    "true",
    "7",
    "2026-01-01",
    "10.0.0.1/8",
    "é",
    "\u{1f600}",
    "repo:o/r:*",
    "eu-west-1",
    "vpc-1",
    "",
];

const KEYS: &[&str] = &[
    "aws:SourceIp",
    "aws:TagKeys",
    "aws:PrincipalTag/",
    "aws:ResourceTag/é",
    "s3:prefix",
    "kms:ViaService",
    "nowhere:key",
    ":",
    "",
    "token.actions.githubusercontent.com:sub",
    "aws:RequestTag/a",
    "aws:SourceOrgID",
    "aws:é",
];

const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringLike",
    "ForAllValues:StringNotLikeIfExists",
    "ForAnyValue:ArnLike",
    "NumericLessThan",
    "DateEquals",
    "Bool",
    "BinaryEquals",
    "NotIpAddress",
    "IpAddress",
    "Null",
    "NullIfExists",
    "ForAnyValue:",
    "é",
    "",
];

fn word(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![9 => prop::sample::select(words).prop_map(str::to_owned), 1 => ".{0,6}"]
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn list() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        12 => word(WORDS).prop_map(|word| quoted(&word)),
        1 => Just("7".to_owned()),
        1 => Just("null".to_owned()),
        1 => Just("true".to_owned()),
    ];
    prop::collection::vec(value, 0..4).prop_map(|values| format!("[{}]", values.join(",")))
}

fn member(name: &'static [&'static str]) -> impl Strategy<Value = String> {
    (prop::sample::select(name), list()).prop_map(|(name, list)| format!("{}:{list}", quoted(name)))
}

fn statement() -> impl Strategy<Value = String> {
    let principal = prop_oneof![
        Just(String::new()),
        Just(r#""Principal":"*","#.to_owned()),
        member(&["AWS", "Service", "Federated", "CanonicalUser", "Aws"])
            .prop_map(|entry| format!(r#""Principal":{{{entry}}},"#)),
        member(&["AWS", "Service"]).prop_map(|entry| format!(r#""NotPrincipal":{{{entry}}},"#)),
    ];
    let condition = prop_oneof![
        Just(String::new()),
        (word(OPERATORS), word(KEYS), list(), word(KEYS), list()).prop_map(
            |(operator, key, values, other, more)| {
                let (operator, key, other) = (quoted(&operator), quoted(&key), quoted(&other));
                format!(r#","Condition":{{{operator}:{{{key}:{values},{other}:{more}}}}}"#)
            }
        ),
    ];
    let sid =
        prop_oneof![Just(String::new()), word(WORDS).prop_map(|sid| format!(r#""Sid":{},"#, quoted(&sid)))];
    (
        sid,
        prop::sample::select(&["Allow", "Deny", "allow"][..]),
        principal,
        member(&["Action", "NotAction", "Actions"]),
        prop_oneof![
            Just(String::new()),
            member(&["Resource", "NotResource"]).prop_map(|member| format!(",{member}"))
        ],
        condition,
    )
        .prop_map(|(sid, effect, principal, action, resource, condition)| {
            format!(r#"{{{sid}"Effect":"{effect}",{principal}{action}{resource}{condition}}}"#)
        })
}

fn policy() -> impl Strategy<Value = String> {
    let version = prop::sample::select(&["", r#""Version":"2012-10-17","#, r#""Version":"2008-10-17","#][..]);
    (version, prop::collection::vec(statement(), 0..4))
        .prop_map(|(version, statements)| format!(r#"{{{version}"Statement":[{}]}}"#, statements.join(",")))
}

fn check(text: &str) {
    for kind in PolicyKind::ALL {
        let validation = validate(text, *kind, Catalogue::embedded());
        for issue in &validation.issues {
            let (start, end) = (issue.span.start as usize, issue.span.end as usize);
            assert!(text.get(start..end).is_some(), "{}: {start}..{end} of {text}", issue.code);
            assert!(
                !issue.message.is_empty() && !issue.message.ends_with('.'),
                "{}: {}",
                issue.code,
                issue.message
            );
        }
        assert!(validation.issues.is_sorted_by_key(|issue| issue.span), "{text}");
        assert!(
            validation.is_readable
                || validation.issues.iter().any(|issue| issue.code.kind() == IssueKind::Error)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_bytes_are_validated(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_between_brackets_is_validated(text in "\\{[\"a-zA-Z:,*$\\{\\}\\[\\] ]{0,60}\\}") {
        check(&text);
    }

    #[test]
    fn anything_like_a_policy_is_validated(text in policy()) {
        check(&text);
    }

    #[test]
    fn blanks_between_words_change_places_only(text in policy()) {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) else { return Ok(()) };
        // Sizes apart, which count blanks for some kinds, and orders, which a map of JSON does not keep.
        let (compact, pretty) = (serde_json::to_string(&value).unwrap(), serde_json::to_string_pretty(&value).unwrap());
        let told = |text: &str| -> Vec<String> {
            let issues = super::issues(text, PolicyKind::Identity);
            issues.iter().map(|issue| format!("{}: {} at {}", issue.code, issue.message, serde_less(issue.span.of(text)))).collect()
        };
        prop_assert_eq!(told(&compact), told(&pretty));
    }
}

/// The text without blanks, so that objects compare however they are written.
fn serde_less(text: &str) -> String {
    text.split_whitespace().collect()
}
