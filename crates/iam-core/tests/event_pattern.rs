//! The event patterns of EventBridge: what they match, what is wrong with them, and laws.

use std::collections::BTreeMap;

use iam_core::monitoring::event_pattern::{Comparison, EventPattern, Field, Fields, Matcher, Text};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

fn event() -> Value {
    json!({
        "source": "aws.signin", "detail-type": "AWS Console Sign In via CloudTrail", "account": "111122223333",
        "resources": [],
        "detail": {
            "eventName": "ConsoleLogin", "sourceIPAddress": "198.51.100.7", "size": 300, "readOnly": false, "nothing": null,
            "userIdentity": {"type": "Root"},
            "tags": ["red", "green"],
            "items": [{"name": "a", "port": 22}, {"name": "b", "port": 443}]
        }
    })
}

#[test]
fn patterns_match_what_they_say() {
    for (pattern, expected) in [
        (json!({"source": ["aws.signin"]}), true),
        (json!({"source": ["aws.ec2", "aws.signin"]}), true),
        (json!({"source": ["aws.SIGNIN"]}), false),
        (json!({"source": [{"equals-ignore-case": "aws.SIGNIN"}]}), true),
        (json!({"source": ["aws.signin"], "account": ["444455556666"]}), false),
        (json!({"source": [{"prefix": "aws."}]}), true),
        (json!({"source": [{"prefix": {"equals-ignore-case": "AWS."}}]}), true),
        (json!({"source": [{"suffix": "signin"}]}), true),
        (json!({"source": [{"suffix": {"equals-ignore-case": "SIGN"}}]}), false),
        (json!({"source": [{"wildcard": "aws.*"}]}), true),
        (json!({"source": [{"wildcard": "*.ec2"}]}), false),
        (json!({"source": [{"anything-but": "aws.ec2"}]}), true),
        (json!({"source": [{"anything-but": ["aws.ec2", "aws.signin"]}]}), false),
        (json!({"source": [{"anything-but": {"prefix": "aws."}}]}), false),
        (json!({"source": [{"anything-but": {"prefix": ["custom.", "own."]}}]}), true),
        (json!({"source": [{"anything-but": {"suffix": "ec2"}}]}), true),
        (json!({"source": [{"anything-but": {"equals-ignore-case": "AWS.SIGNIN"}}]}), false),
        (json!({"source": [{"anything-but": {"wildcard": "aws.*"}}]}), false),
        // What is not there is not anything.
        (json!({"absent": [{"anything-but": "x"}]}), false),
        (json!({"absent": [{"exists": false}]}), true),
        (json!({"absent": [{"exists": false}, "x"]}), true),
        (json!({"absent": {"below": [{"exists": false}]}}), true),
        (json!({"source": [{"exists": true}]}), true),
        (json!({"source": [{"exists": false}]}), false),
        (json!({"detail": [{"exists": true}]}), false),
        (json!({"resources": [{"exists": true}]}), false),
        (json!({"detail": {"nothing": [null]}}), true),
        (json!({"detail": {"nothing": [""]}}), false),
        (json!({"detail": {"readOnly": [false]}}), true),
        (json!({"detail": {"readOnly": ["false"]}}), false),
        (json!({"detail": {"size": [300]}}), true),
        (json!({"detail": {"size": [300.0]}}), true),
        (json!({"detail": {"size": ["300"]}}), false),
        (json!({"detail": {"size": [{"numeric": [">", 0, "<=", 300]}]}}), true),
        (json!({"detail": {"size": [{"numeric": ["<", 300]}]}}), false),
        (json!({"detail": {"size": [{"numeric": ["=", 300]}]}}), true),
        (json!({"detail": {"size": [{"anything-but": [300]}]}}), false),
        (json!({"detail": {"sourceIPAddress": [{"cidr": "198.51.100.0/24"}]}}), true),
        (json!({"detail": {"sourceIPAddress": [{"cidr": "198.51.101.0/24"}]}}), false),
        (json!({"detail": {"sourceIPAddress": [{"cidr": "0.0.0.0/0"}]}}), true),
        (json!({"detail": {"sourceIPAddress": [{"cidr": "::/0"}]}}), false),
        (json!({"source": [{"cidr": "0.0.0.0/0"}]}), false),
        (json!({"detail": {"tags": ["green"]}}), true),
        (json!({"detail": {"tags": ["blue"]}}), false),
        (json!({"detail": {"items": {"name": ["b"], "port": [443]}}}), true),
        (json!({"detail": {"items": {"name": ["a"], "port": [443]}}}), false),
        (json!({"$or": [{"source": ["aws.ec2"]}, {"detail": {"eventName": ["ConsoleLogin"]}}]}), true),
        (json!({"source": ["aws.ec2"], "$or": [{"account": ["111122223333"]}, {"source": ["x"]}]}), false),
        (json!({"detail": {"$or": [{"size": [1]}, {"readOnly": [true]}]}}), false),
    ] {
        let parsed =
            EventPattern::parse(&pattern.to_string()).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(parsed.matches(&event()), expected, "{pattern}");
    }
}

#[test]
fn errors_name_the_place() {
    for (pattern, expected) in [
        ("", "line 1 column 0: expected JSON"),
        ("{\"a\": [1}", "line 1 column 9: expected JSON"),
        ("[]", "line 1: expected a JSON object"),
        ("{}", "the pattern: found `{}`, expected an object with fields"),
        (r#"{"a": "x"}"#, "/a: found `\"x\"`, expected an object, or a list of values"),
        (r#"{"a": []}"#, "/a: found `[]`, expected an object, or a list of values"),
        (r#"{"a": [["x"]]}"#, "/a: found `[\"x\"]`, expected a text, a number or a comparison"),
        (
            r#"{"a": [{"like": "x"}]}"#,
            "/a/like: found `\"x\"`, expected a comparison that is known: prefix, suffix, anything-but, numeric ...",
        ),
        (r#"{"a": [{"prefix": 1}]}"#, "/a/prefix: found `1`, expected a text"),
        (r#"{"a": [{"exists": "x"}]}"#, "/a/exists: found `\"x\"`, expected `true` or `false`"),
        (
            r#"{"a": [{"numeric": [">"]}]}"#,
            "/a/numeric: found `[\">\"]`, expected a list of one or two comparisons, such as [\">\", 0, \"<=\", 5]",
        ),
        (
            r#"{"a": [{"cidr": "10.0.0.0/33"}]}"#,
            "/a/cidr: found `\"10.0.0.0/33\"`, expected a block of addresses such as 10.0.0.0/24",
        ),
        (
            r#"{"a/b": {"c": [{"anything-but": {"exists": true}}]}}"#,
            "/a~1b/c/anything-but: found `{\"exists\":true}`, expected prefix, suffix, equals-ignore-case or wildcard",
        ),
        (
            r#"{"$or": [{"a": ["x"]}]}"#,
            "/$or: found `[{\"a\":[\"x\"]}]`, expected a list of at least two alternatives",
        ),
    ] {
        assert_eq!(EventPattern::parse(pattern).unwrap_err().to_string(), expected, "{pattern}");
    }
    let deep = format!("{}1{}", "{\"a\":".repeat(500), "}".repeat(500));
    assert!(EventPattern::parse(&deep).is_err());
    assert!(EventPattern::parse(&format!("{{\"a\": [\"{}\"]}}", "x".repeat(EventPattern::LONGEST))).is_err());
}

fn text() -> impl Strategy<Value = Text> {
    ("[ -~ä]{0,6}", any::<bool>()).prop_map(|(text, ignores_case)| Text { text, ignores_case })
}

/// A number that JSON's reader reads to the last bit.
fn number() -> impl Strategy<Value = f64> {
    any::<i32>().prop_map(|quarters| f64::from(quarters) / 4.0)
}

fn plain() -> impl Strategy<Value = Matcher> {
    prop_oneof![
        "[ -~ä]{0,6}".prop_map(|text| Matcher::Equals(json!(text))),
        any::<bool>().prop_map(|flag| Matcher::Equals(json!(flag))),
        Just(Matcher::Equals(Value::Null)),
        number().prop_map(Matcher::Number),
    ]
}

fn matcher() -> impl Strategy<Value = Matcher> {
    let comparison = prop::sample::select(vec![
        Comparison::Equal,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ]);
    prop_oneof![
        plain(),
        text().prop_map(Matcher::Prefix),
        text().prop_map(Matcher::Suffix),
        "[ -~]{0,6}".prop_map(Matcher::EqualsIgnoreCase),
        "[a-z*]{0,6}".prop_map(Matcher::Wildcard),
        any::<bool>().prop_map(Matcher::Exists),
        (any::<u32>(), 0..=32_u8)
            .prop_map(|(address, length)| Matcher::Cidr(std::net::IpAddr::V4(address.into()), length)),
        vec((comparison, number()), 1..3).prop_map(Matcher::Numeric),
        vec(plain(), 1..3).prop_map(Matcher::AnythingBut),
        vec(text().prop_map(Matcher::Prefix), 1..3).prop_map(Matcher::AnythingBut),
        vec("[a-z*]{0,6}".prop_map(Matcher::Wildcard), 1..3).prop_map(Matcher::AnythingBut),
    ]
}

fn fields() -> impl Strategy<Value = Fields> {
    let name = || prop::sample::select(vec!["source", "detail", "eventName", "size", "tags", "absent"]);
    let own = |map: BTreeMap<&str, Field>| -> BTreeMap<String, Field> {
        map.into_iter().map(|(name, field)| (name.to_owned(), field)).collect()
    };
    let leaf = btree_map(name(), vec(matcher(), 1..3).prop_map(Field::Any), 1..4)
        .prop_map(move |fields| Fields { fields: own(fields), choice: Vec::new() });
    leaf.prop_recursive(3, 16, 3, move |inner| {
        let field =
            prop_oneof![inner.clone().prop_map(Field::Object), vec(matcher(), 1..3).prop_map(Field::Any),];
        let choice = prop_oneof![Just(Vec::new()), vec(inner, 2..3)];
        (btree_map(name(), field, 1..3), choice)
            .prop_map(move |(fields, choice)| Fields { fields: own(fields), choice })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, rng_seed: RngSeed::Fixed(20_260_115), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "[ -~ä]{0,40}", start in prop::sample::select(vec!["", "{\"a\": [", "{\"a\": [{\"anything-but\": ", "{\"$or\": ["])) {
        if let Ok(pattern) = EventPattern::parse(&format!("{start}{text}")) {
            let _ = pattern.matches(&event());
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same(fields in fields()) {
        let pattern = EventPattern(fields);
        let text = pattern.to_string();
        prop_assert_eq!(EventPattern::parse(&text), Ok(pattern), "{}", text);
    }

    #[test]
    fn a_further_field_matches_less_and_a_further_value_more(fields in fields(), more in fields()) {
        let matches = |fields: &Fields| EventPattern(fields.clone()).matches(&event());
        let mut narrower = fields.clone();
        for (name, field) in &more.fields {
            narrower.fields.entry(name.clone()).or_insert_with(|| field.clone());
        }
        prop_assert!(matches(&fields) || !matches(&narrower));
        let mut wider = fields.clone();
        for field in wider.fields.values_mut() {
            if let Field::Any(matchers) = field {
                matchers.push(Matcher::Exists(true));
                matchers.reverse();
            }
        }
        prop_assert!(!matches(&fields) || matches(&wider));
    }
}
