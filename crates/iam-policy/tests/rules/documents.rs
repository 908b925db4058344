//! Which elements make a policy. Page "Grammar of the IAM JSON policy language".

use iam_policy::document::{Document, PolicyKind};

use crate::{ANNA, OBJECT, QUEUE, TARGET, allow, ask};

#[test]
fn a_statement_stands_alone_or_in_a_list_and_so_does_every_value() {
    let statement = r#"{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}"#;
    for text in [format!(r#"{{"Statement": {statement}}}"#), format!(r#"{{"Statement": [{statement}]}}"#)] {
        ask(ANNA, "s3:GetObject", OBJECT).identity(&text).is("allowed");
    }
}

#[test]
fn a_key_twice_in_one_object_is_an_error() {
    let text = r#"{"Statement": {"Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*"}}"#;
    assert!(Document::parse(text).is_err());
}

#[test]
fn versions_and_effects_are_exact() {
    for (version, effect) in [("2012-10-18", "Allow"), ("2012-10-17", "allow"), ("2012-10-17", "Permit")] {
        let statement = format!(r#"{{"Effect": "{effect}", "Action": "*", "Resource": "*"}}"#);
        let text = format!(r#"{{"Version": "{version}", "Statement": {statement}}}"#);
        assert!(Document::parse(&text).is_err(), "{text}");
    }
}

#[test]
fn elements_exclude_their_opposites() {
    for (one, other) in [("Action", "NotAction"), ("Resource", "NotResource")] {
        let text = allow(&format!(r#""Action": "*", "{one}": "*", "{other}": "*""#));
        assert!(Document::parse(&text).is_err(), "{text}");
    }
}

/// Page "IAM JSON policy elements: Condition": values may be numbers or truth values, and their text is compared.
#[test]
fn values_of_conditions_are_compared_as_text() {
    let text = allow(
        r#""Action": "*", "Resource": "*",
           "Condition": {"Bool": {"aws:SecureTransport": true}, "NumericLessThan": {"s3:max-keys": 10}}"#,
    );
    ask(ANNA, "s3:GetObject", OBJECT)
        .key("aws:SecureTransport", "true")
        .key("s3:max-keys", "9")
        .identity(&text)
        .is("allowed");
}

#[test]
fn what_a_kind_of_policy_does_not_have_makes_it_unclear() {
    let refused = "depends on {Rule(RefusedStatement)}";
    let with_principal = allow(r#""Principal": "*", "Action": "*", "Resource": "*""#);
    ask(ANNA, "sqs:SendMessage", QUEUE).identity(&with_principal).is(refused);
    ask(ANNA, "sqs:SendMessage", QUEUE).identity(&allow(r#""Action": "*""#)).is(refused);
    ask(ANNA, "sqs:SendMessage", QUEUE).resource(crate::ALL).is(refused);
    ask(ANNA, "sts:AssumeRole", TARGET).policy(PolicyKind::Trust, &with_principal).is(refused);
    let strange =
        allow(r#""Action": "*", "Resource": "*", "Condition": {"StringSame": {"aws:username": "anna"}}"#);
    ask(ANNA, "sqs:SendMessage", QUEUE).identity(&strange).is(refused);
}

/// Page "Resource": in a resource policy the element may be absent and means the resource itself.
#[test]
fn a_resource_policy_without_resource_is_about_its_resource() {
    let text = allow(r#""Principal": {"AWS": "111122223333"}, "Action": "sqs:*""#);
    ask("arn:aws:iam::444455556666:user/bert", "sqs:SendMessage", QUEUE)
        .identity(crate::ALL)
        .resource(&text)
        .is("missing [Resource]");
    let text = allow(r#""Principal": "*", "Action": "sqs:*""#);
    ask(ANNA, "sqs:SendMessage", QUEUE).resource(&text).is("allowed");
}
