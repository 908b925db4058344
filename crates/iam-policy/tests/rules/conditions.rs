//! Conditions. Pages "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or values" and
//! "Set operators for multivalued context keys".

use iam_policy::context::ContextValue;

use crate::{ANNA, Ask, OBJECT, allow, ask};

/// The request under a condition, given as JSON.
fn under(condition: &str) -> Ask {
    let text = allow(&format!(r#""Action": "*", "Resource": "*", "Condition": {condition}"#));
    ask(ANNA, "s3:GetObject", OBJECT).identity(&text)
}

#[track_caller]
fn check(operator: &str, wanted: &str, value: &str, expected: bool) {
    let asked = under(&format!(r#"{{"{operator}": {{"svc:key": "{wanted}"}}}}"#)).key("svc:key", value);
    assert_eq!(asked.is_allowed(), expected, "{operator} {wanted:?} {value:?}");
}

#[test]
fn all_operators_and_keys_have_to_hold() {
    let condition = r#"{"StringEquals": {"svc:a": "1", "svc:b": "2"}, "StringLike": {"svc:c": "3"}}"#;
    let asked = |c| under(condition).key("svc:a", "1").key("svc:b", "2").key("svc:c", c);
    asked("3").is("allowed");
    asked("4").is("missing [Identity]");
}

#[test]
fn one_value_has_to_match_and_under_negation_none_may() {
    let one = |operator: &str, value: &str| {
        under(&format!(r#"{{"{operator}": {{"svc:key": ["a", "b"]}}}}"#)).key("svc:key", value).is_allowed()
    };
    assert!(one("StringEquals", "b"));
    assert!(!one("StringEquals", "c"));
    assert!(!one("StringNotEquals", "b"));
    assert!(one("StringNotEquals", "c"));
}

#[test]
fn key_names_are_the_same_in_any_case() {
    under(r#"{"StringEquals": {"AWS:principaltag/TEAM": "red"}}"#)
        .key("aws:PrincipalTag/Team", "red")
        .is("allowed");
}

#[test]
fn operators_are_understood_in_any_case() {
    check("stringequals", "a", "a", true);
}

#[test]
fn strings() {
    check("StringEquals", "a*", "a*", true);
    check("StringEquals", "a*", "ab", false);
    check("StringEquals", "a", "A", false);
    check("StringEqualsIgnoreCase", "aB", "Ab", true);
    check("StringEqualsIgnoreCase", "a*", "ab", false);
    check("StringNotEqualsIgnoreCase", "aB", "Ab", false);
    check("StringLike", "a?c*", "abcd", true);
    check("StringLike", "a*", "Ab", false);
    check("StringNotLike", "a*", "ab", false);
}

#[test]
fn arns_by_field() {
    let topic = "arn:aws:sns:eu-west-1:111122223333:topic:sub/x";
    for operator in ["ArnLike", "ArnEquals"] {
        check(operator, topic, topic, true);
        check(operator, "arn:*:sns:eu-*:*:top*", topic, true);
        check(operator, "arn:aws:sns:*:topic:sub/x", topic, false);
        check(operator, "arn:aws:SNS:*:*:*", topic, false);
        check(operator, "*", topic, false);
        check(operator, "arn:aws:sns:*:*:*", "topic", false);
    }
    for operator in ["ArnNotLike", "ArnNotEquals"] {
        check(operator, "arn:*:sns:*:*:*", topic, false);
        check(operator, "arn:*:sqs:*:*:*", topic, true);
        check(operator, "arn:*:sns:*:*:*", "topic", true);
    }
}

#[test]
fn numbers_are_decimal_and_exact() {
    check("NumericEquals", "10", "1.0e1", true);
    check("NumericEquals", "9007199254740993", "9007199254740992", false);
    check("NumericNotEquals", "0.3", "0.30", false);
    check("NumericLessThan", "10", "9", true);
    check("NumericLessThan", "10", "10", false);
    check("NumericLessThanEquals", "10", "10", true);
    check("NumericGreaterThan", "-2", "-1", true);
    check("NumericGreaterThanEquals", "10", "9.99", false);
    check("NumericLessThan", "10", "nine", false);
}

#[test]
fn dates_are_instants() {
    check("DateEquals", "2026-01-01T00:00:00Z", "1767225600", true);
    check("DateNotEquals", "2026-01-01", "2026-01-01T01:00:00+01:00", false);
    check("DateLessThan", "2026-01-02", "2026-01-01T23:59:59Z", true);
    check("DateLessThanEquals", "2026-01-01", "2026-01-01T00:00:00Z", true);
    check("DateGreaterThan", "2026-01-01", "1767225601", true);
    check("DateGreaterThanEquals", "2026-01-01", "2025-12-31", false);
    check("DateGreaterThan", "2026-*", "2027-01-01", false);
}

#[test]
fn truth_values_have_no_case() {
    check("Bool", "true", "TRUE", true);
    check("Bool", "False", "false", true);
    check("Bool", "true", "false", false);
    check("Bool", "yes", "yes", false);
}

#[test]
fn bytes_are_compared_not_their_text() {
    check("BinaryEquals", "AQID", "AQID", true);
    check("BinaryEquals", "AQID", "aqid", false);
    check("BinaryEquals", "!", "!", false);
}

#[test]
fn addresses_are_numbers_and_versions_are_apart() {
    check("IpAddress", "203.0.113.0/24", "203.0.113.200", true);
    check("IpAddress", "203.0.113.0/24", "203.0.114.1", false);
    check("IpAddress", "203.0.113.7", "203.0.113.7", true);
    check("IpAddress", "2001:db8::/32", "2001:0DB8:0:0::1", true);
    check("IpAddress", "2001:db8::1", "2001:db8:0:0::1", true);
    check("IpAddress", "0.0.0.0/0", "2001:db8::1", false);
    check("NotIpAddress", "0.0.0.0/0", "2001:db8::1", true);
    check("NotIpAddress", "203.0.113.0/24", "203.0.113.200", false);
}

#[test]
fn null_asks_whether_the_key_is_there() {
    let null = |wanted: &str| under(&format!(r#"{{"Null": {{"svc:key": {wanted}}}}}"#));
    null(r#""true""#).is("allowed");
    null(r#""false""#).is("missing [Identity]");
    null(r#""true""#).key("svc:key", "").is("missing [Identity]");
    null("false").key("svc:key", "x").is("allowed");
    null(r#"["true", "false"]"#).said("svc:key", ContextValue::Unknown).is("allowed");
    null(r#""false""#).said("svc:key", ContextValue::Present).is("allowed");
}

#[test]
fn an_absent_key_fails_positive_operators_and_holds_negated_ones() {
    for (operator, expected) in [
        ("StringEquals", false),
        ("StringNotEquals", true),
        ("ArnNotLike", true),
        ("NotIpAddress", true),
        ("NumericLessThan", false),
        ("NumericNotEquals", true),
        ("Bool", false),
        ("StringEqualsIfExists", true),
        ("StringNotEqualsIfExists", true),
        ("ForAllValues:StringEquals", true),
        ("ForAllValues:StringNotEquals", true),
        ("ForAnyValue:StringEquals", false),
        ("ForAnyValue:StringNotEquals", false),
        ("ForAnyValue:StringLikeIfExists", true),
    ] {
        let asked = under(&format!(r#"{{"{operator}": {{"svc:key": "10"}}}}"#));
        assert_eq!(asked.is_allowed(), expected, "{operator}");
        // Values that amount to nothing count as absent for set operators.
        if operator.starts_with("For") {
            assert_eq!(asked.clone().keys("svc:key", &[]).is_allowed(), expected, "{operator}");
            assert_eq!(asked.clone().keys("svc:key", &[""]).is_allowed(), expected, "{operator}");
            assert_eq!(asked.key("svc:key", "").is_allowed(), expected, "{operator}");
        }
    }
}

#[test]
fn set_operators_ask_all_or_any_value_of_the_request() {
    let check = |operator: &str, values: &[&str], expected: bool| {
        let asked = under(&format!(r#"{{"{operator}": {{"svc:key": ["a", "b"]}}}}"#)).keys("svc:key", values);
        assert_eq!(asked.is_allowed(), expected, "{operator} {values:?}");
    };
    check("ForAllValues:StringEquals", &["a", "b", "a"], true);
    check("ForAllValues:StringEquals", &["a", "c"], false);
    check("ForAnyValue:StringEquals", &["a", "c"], true);
    check("ForAnyValue:StringEquals", &["c", "d"], false);
    check("ForAnyValue:StringNotEquals", &["a", "c"], true);
    check("ForAllValues:StringNotEquals", &["a", "c"], false);
    check("ForAllValues:StringNotEquals", &["c", "d"], true);
    let number = under(r#"{"ForAnyValue:NumericLessThan": {"svc:key": "5"}}"#);
    number.keys("svc:key", &["9", "4"]).is("allowed");
}

#[test]
fn set_operators_take_a_single_value_as_a_set_of_one() {
    check("ForAllValues:StringEquals", "a", "a", true);
    check("ForAnyValue:StringEquals", "a", "b", false);
}

#[test]
fn no_value_in_the_policy_matches_nothing() {
    let none = |operator: &str| under(&format!(r#"{{"{operator}": {{"svc:key": []}}}}"#)).key("svc:key", "a");
    none("StringEquals").is("missing [Identity]");
    none("StringNotEquals").is("allowed");
}
