//! Policy variables. Page "IAM policy elements: Variables and tags".

use iam_policy::context::ContextValue;

use crate::{ALL, ANNA, Ask, OBJECT, allow, ask, deny};

fn on(pattern: &str) -> Ask {
    let text = allow(&format!(r#""Action": "*", "Resource": "{pattern}""#));
    ask(ANNA, "s3:GetObject", OBJECT).identity(&text)
}

#[test]
fn values_stand_in_place_of_variables() {
    on("arn:aws:s3:::bucket/${aws:username}/*").is("allowed");
    on("arn:aws:s3:::bucket/${AWS:UserName}/*").is("allowed");
    on("arn:aws:s3:::bucket/${aws:PrincipalTag/Home}/*").key("aws:principaltag/home", "anna").is("allowed");
    on("arn:aws:s3:::bucket/${aws:PrincipalTag/Home}/*")
        .key("aws:PrincipalTag/Home", "bert")
        .is("missing [Identity]");
}

#[test]
fn a_default_stands_in_when_there_is_no_value() {
    on("arn:aws:s3:::bucket/${aws:PrincipalTag/Home, 'anna'}/*").is("allowed");
    on("arn:aws:s3:::bucket/${aws:PrincipalTag/Home,'anna'}/*")
        .key("aws:PrincipalTag/Home", "bert")
        .is("missing [Identity]");
}

#[test]
fn special_characters_are_escaped_by_variables() {
    let star = |pattern: &str| {
        let text = allow(&format!(r#""Action": "*", "Resource": "arn:aws:s3:::bucket/{pattern}""#));
        ask(ANNA, "s3:GetObject", "arn:aws:s3:::bucket/*?$").identity(&text).is_allowed()
    };
    assert!(star("${*}${?}${$}"));
    assert!(!star("${*}${*}${*}"));
    on("arn:aws:s3:::bucket/${*}").is("missing [Identity]");
}

#[test]
fn variables_stand_only_behind_the_fifth_colon_of_a_resource() {
    let text = allow(r#""Action": "*", "Resource": "arn:aws:s3:${aws:username}::bucket/*""#);
    ask(ANNA, "s3:GetObject", "arn:aws:s3:anna::bucket/x")
        .owned_by("111122223333")
        .identity(&text)
        .is("missing [Identity]");
}

#[test]
fn what_only_looks_like_a_variable_is_text() {
    let text = allow(r#""Action": "*", "Resource": "arn:aws:s3:::bucket/${""#);
    ask(ANNA, "s3:GetObject", "arn:aws:s3:::bucket/${").identity(&text).is("allowed");
}

#[test]
fn variables_work_in_string_and_arn_operators() {
    let check = |operator: &str, key: &str, value: &str, pattern: &str, expected: bool| {
        let text = allow(&format!(
            r#""Action": "*", "Resource": "*", "Condition": {{"{operator}": {{"{key}": "{pattern}"}}}}"#
        ));
        let asked = ask(ANNA, "s3:GetObject", OBJECT).key(key, value).identity(&text);
        assert_eq!(asked.is_allowed(), expected, "{operator} {pattern}");
    };
    check("StringEquals", "s3:prefix", "anna", "${aws:username}", true);
    check("StringLike", "s3:prefix", "anna/x", "${aws:username}/*", true);
    check("StringEqualsIgnoreCase", "s3:prefix", "ANNA", "${aws:username}", true);
    check("ArnLike", "aws:SourceArn", ANNA, "arn:aws:iam::${aws:PrincipalAccount}:user/*", true);
    check("ArnEquals", "aws:SourceArn", ANNA, "${aws:PrincipalArn}", true);
    check("NumericEquals", "s3:max-keys", "111122223333", "${aws:PrincipalAccount}", false);
}

#[test]
fn without_a_value_the_resource_elements_match_nothing() {
    on("arn:aws:s3:::bucket/anna/plan${aws:PrincipalTag/None}").is("missing [Identity]");
    let text = allow(r#""Action": "*", "NotResource": "arn:aws:s3:::other/${aws:PrincipalTag/None}""#);
    ask(ANNA, "s3:GetObject", OBJECT).identity(&text).is("missing [Identity]");
}

#[test]
fn without_a_value_positive_operators_fail_and_negated_ones_hold() {
    let condition = |operator: &str| {
        let test = format!(r#"{{"{operator}": {{"s3:prefix": "${{aws:PrincipalTag/Team}}"}}}}"#);
        deny(&format!(r#""Action": "*", "Resource": "*", "Condition": {test}"#))
    };
    for (operator, expected) in [
        ("StringEquals", "allowed"),
        ("StringLike", "allowed"),
        ("StringNotEquals", "denied"),
        ("StringNotLike", "denied"),
    ] {
        ask(ANNA, "s3:GetObject", OBJECT)
            .key("s3:prefix", "red")
            .identity(ALL)
            .identity(&condition(operator))
            .is(expected);
    }
}

#[test]
fn multivalued_keys_have_no_place_in_variables() {
    on("arn:aws:s3:::bucket/${aws:TagKeys}/*").keys("aws:TagKeys", &["anna"]).is("missing [Identity]");
    on("arn:aws:s3:::bucket/${aws:TagKeys, 'anna'}/*").keys("aws:TagKeys", &["bert"]).is("allowed");
}

#[test]
fn values_that_are_not_known_make_a_match_unknown_only_where_one_is_possible() {
    let unknown = |pattern: &str| on(pattern).said("aws:PrincipalTag/Home", ContextValue::Unknown);
    unknown("arn:aws:s3:::bucket/${aws:PrincipalTag/Home}/plan")
        .is("depends on {Key(Key(aws:PrincipalTag/Home))}");
    unknown("arn:aws:s3:::other/${aws:PrincipalTag/Home}/plan").is("missing [Identity]");
    let text = allow(r#""Action": "*", "NotResource": "arn:aws:s3:::other/${aws:PrincipalTag/Home}""#);
    let asked = ask(ANNA, "s3:GetObject", OBJECT).identity(&text);
    asked.clone().said("aws:PrincipalTag/Home", ContextValue::Present).is("allowed");
    asked
        .said("aws:PrincipalTag/Home", ContextValue::Unknown)
        .is("depends on {Key(Key(aws:PrincipalTag/Home))}");
}
