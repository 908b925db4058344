//! Mistakes that other engines made or make. The pages are those cited beside the rules.

use iam_policy::document::{Document, PolicyKind};

use crate::{ALL, ANNA, FOREIGN_QUEUE, OBJECT, QUEUE, ROOT, TARGET, allow, ask, deny, to};

#[test]
fn a_missing_variable_is_not_the_empty_text() {
    let text = allow(r#""Action": "*", "Resource": "arn:aws:s3:::bucket/${aws:PrincipalTag/None}anna/plan""#);
    ask(ANNA, "s3:GetObject", OBJECT).identity(&text).is("missing [Identity]");
}

#[test]
fn a_star_in_the_value_of_a_variable_is_no_wildcard_and_nothing_is_expanded_twice() {
    let text = allow(r#""Action": "*", "Resource": "arn:aws:s3:::bucket/${aws:PrincipalTag/Home}/plan""#);
    for value in ["*", "????", "${aws:username}"] {
        ask(ANNA, "s3:GetObject", OBJECT)
            .key("aws:PrincipalTag/Home", value)
            .identity(&text)
            .is("missing [Identity]");
    }
    let condition = allow(
        r#""Action": "*", "Resource": "*", "Condition": {"StringLike": {"s3:prefix": "${aws:PrincipalTag/Home}"}}"#,
    );
    let asked = ask(ANNA, "s3:GetObject", OBJECT).key("aws:PrincipalTag/Home", "*").identity(&condition);
    asked.clone().key("s3:prefix", "x").is("missing [Identity]");
    asked.key("s3:prefix", "*").is("allowed");
}

#[test]
fn documents_of_2008_have_no_variables() {
    for version in [r#""Version": "2008-10-17","#, ""] {
        let statement =
            r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::bucket/${aws:username}/*"}"#;
        let text = format!(r#"{{{version} "Statement": {statement}}}"#);
        ask(ANNA, "s3:GetObject", OBJECT).identity(&text).is("missing [Identity]");
        ask(ANNA, "s3:GetObject", "arn:aws:s3:::bucket/${aws:username}/x").identity(&text).is("allowed");
    }
}

#[test]
fn arn_operators_keep_to_fields_and_arn_equals_has_wildcards() {
    let check = |operator: &str, pattern: &str, expected: bool| {
        let text = allow(&format!(
            r#""Action": "*", "Resource": "*", "Condition": {{"{operator}": {{"aws:SourceArn": "{pattern}"}}}}"#
        ));
        let asked = ask(ANNA, "s3:GetObject", OBJECT).key("aws:SourceArn", QUEUE).identity(&text);
        assert_eq!(asked.is_allowed(), expected, "{operator} {pattern}");
    };
    check("ArnLike", "arn:aws:sqs:*:queue", false);
    check("ArnEquals", "arn:aws:sqs:*:*:qu*", true);
}

#[test]
fn wildcards_in_names_of_principals_and_prefixes_of_providers_match_nobody() {
    ask(ANNA, "sqs:SendMessage", QUEUE)
        .resource(&to(r#"{"AWS": "arn:aws:iam::111122223333:user/*"}"#))
        .is("missing [Identity]");
    let evil = allow(
        r#""Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity""#,
    );
    ask("federated:accounts.google.com.evil.example", "sts:AssumeRoleWithWebIdentity", TARGET)
        .policy(PolicyKind::Trust, &evil)
        .is("missing [Resource]");
}

#[test]
fn an_account_covers_its_users() {
    ask(ANNA, "sqs:SendMessage", FOREIGN_QUEUE)
        .identity(ALL)
        .resource(&to(&format!(r#"{{"AWS": "{ROOT}"}}"#)))
        .is("allowed");
}

#[test]
fn negated_operators_hold_without_key_or_variable_so_that_denials_do_not_fail_open() {
    for condition in [
        r#"{"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}"#,
        r#"{"StringNotEquals": {"aws:username": "${aws:PrincipalTag/Owner}"}}"#,
    ] {
        let text = deny(&format!(r#""Action": "*", "Resource": "*", "Condition": {condition}"#));
        ask(ANNA, "s3:GetObject", OBJECT).identity(ALL).identity(&text).is("denied");
    }
}

#[test]
fn one_service_control_policy_of_a_level_is_enough() {
    let only_s3 = allow(r#""Action": "s3:*", "Resource": "*""#);
    ask(ANNA, "sqs:SendMessage", QUEUE).identity(ALL).level(&[&only_s3, ALL]).is("allowed");
}

#[test]
fn epochs_are_seconds_addresses_numbers_and_base64_bytes() {
    let check = |operator: &str, wanted: &str, value: &str, expected: bool| {
        let text = allow(&format!(
            r#""Action": "*", "Resource": "*", "Condition": {{"{operator}": {{"svc:key": "{wanted}"}}}}"#
        ));
        let asked = ask(ANNA, "s3:GetObject", OBJECT).key("svc:key", value).identity(&text);
        assert_eq!(asked.is_allowed(), expected, "{operator} {wanted} {value}");
    };
    check("DateEquals", "2024-01-01T00:00:00Z", "1704067200", true);
    check("DateLessThan", "2030-01-01", "1704067200000", false);
    check("IpAddress", "2001:db8::1/128", "2001:DB8:0:0:0:0:0:1", true);
    check("BinaryEquals", "AQID", "aqid", false);
}

#[test]
fn a_limited_deny_takes_away_no_more_than_it_says() {
    let conditional =
        deny(r#""Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}"#);
    let limited = deny(r#""Action": "*", "Resource": "arn:aws:s3:::other/*""#);
    ask(ANNA, "s3:GetObject", OBJECT)
        .key("aws:SecureTransport", "true")
        .identity(ALL)
        .identity(&conditional)
        .identity(&limited)
        .is("allowed");
}

#[test]
fn valid_input_is_not_refused() {
    for text in [
        to(r#"{"AWS": "111122223333", "Service": "ec2.amazonaws.com", "Federated": "accounts.google.com"}"#),
        allow(r#""Action": "*", "Resource": "arn:aws:sqs""#),
        allow(r#""Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole""#),
    ] {
        assert!(Document::parse(&text).is_ok(), "{text}");
    }
    let number = allow(
        r#""Action": "*", "Resource": "arn:aws:sqs", "Condition": {"ForAnyValue:NumericEquals": {"svc:sizes": 5}}"#,
    );
    ask(ANNA, "sqs:SendMessage", QUEUE).keys("svc:sizes", &["4", "5"]).identity(&number).is("allowed");
}
