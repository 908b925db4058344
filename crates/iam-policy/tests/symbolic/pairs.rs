//! Pairs of policies of which it is known whether the second allows anything new.

use iam_policy::document::PolicyKind;
use iam_policy::symbolic::{Axioms, Outcome, Settings, compare};

use crate::policy;

/// A statement for all principals, actions and resources, but for what is said.
fn statement(elements: &str) -> String {
    let or = |name: &str, default: &str| {
        if elements.contains(name) { String::new() } else { format!(r#", "{name}": {default}"#) }
    };
    let rest = [
        if elements.contains(r#""Effect""#) { String::new() } else { r#""Effect": "Allow", "#.to_owned() },
        elements.to_owned(),
        or("Principal", r#""*""#),
        or("Action", r#""*""#),
        or("Resource", r#""*""#),
    ];
    format!("{{{}}}", rest.concat())
}

fn outcome(existing: &[&str], new: &[&str], settings: &Settings) -> Outcome {
    let [existing, new] = [existing, new].map(|statements| {
        let statements: Vec<String> = statements.iter().map(|elements| statement(elements)).collect();
        policy(PolicyKind::Resource, &statements.join(","))
    });
    compare(&existing, &new, settings).new_access
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Never { .. } => "no",
        Outcome::Witnessed(_) => "yes",
        Outcome::Possible { .. } => "depends",
        Outcome::Undetermined(_) => "undetermined",
    }
}

#[test]
fn what_is_new_is_known() {
    let check = |expected: &str, existing: &[&str], new: &[&str]| {
        let outcome = outcome(existing, new, &Settings::default());
        assert_eq!(word(&outcome), expected, "{existing:?} {new:?}: {outcome}");
    };
    let all = r#""Action": "s3:*""#;
    let no_put = r#""Effect": "Deny", "Action": "s3:Put*""#;
    check("yes", &[all, no_put], &[all]);
    check("no", &[all], &[all, no_put]);
    check("no", &[r#""NotAction": "s3:Put*""#], &[r#""Action": "s3:Get*""#]);

    // Sessions are those of their role, and one of them is not the others.
    let role = r#""Principal": {"AWS": "arn:aws:iam::111122223333:role/ci/Deploy"}"#;
    let build = r#""Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/Deploy/build"}"#;
    let other = r#""Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/Deploy/other"}"#;
    let account = r#""Principal": {"AWS": "111122223333"}"#;
    check("yes", &[build], &[role]);
    check("yes", &[build], &[other]);
    check("no", &[account], &[build]);
    check("yes", &[role], &[account]);
    // The session of a role of this name is of that role, if it has that path: an account has one role of a name.
    check("depends", &[role], &[build]);
    check("yes", &[account], &[r#""Principal": {"AWS": "*"}"#]);
    check("no", &[r#""Principal": "*""#], &[r#""Principal": {"AWS": "*"}"#]);

    // `*` may reach beyond its field, or not.
    let deep = r#""Resource": "arn:aws:sqs:eu-west-1:111122223333:z:q""#;
    check("depends", &[r#""Resource": "arn:aws:sqs:*:*:q""#], &[deep]);
    check(
        "depends",
        &[r#""NotResource": ["arn:aws:sqs:*:*:q", "arn:aws:sqs:eu-west-1:111122223333:z:q"]"#],
        &[r#""NotResource": "arn:aws:sqs:*:*:q""#],
    );
    check("yes", &[r#""Resource": "arn:aws:sqs:*:*:*""#], &[r#""Resource": "arn:aws:s3:::*""#]);

    // Keys with many values, with one, without, and absent.
    let tags = |operator: &str, value: &str| {
        format!(r#""Condition": {{"{operator}": {{"aws:TagKeys": "{value}"}}}}"#)
    };
    let (present, absent) = (tags("Null", "false"), tags("Null", "true"));
    let (all_a, some_other) =
        (tags("ForAllValues:StringEquals", "a"), tags("ForAnyValue:StringNotEquals", "a"));
    check("no", &[&all_a, &some_other], &[&present]);
    check("no", &[&all_a, &some_other], &[&absent]);
    check("no", &[&present, &absent], &[all]);
    check("yes", &[&some_other], &[&tags("ForAnyValue:StringLike", "*")]);
    check("depends", &[&tags("ForAnyValue:StringLike", "*")], &[&present]);

    // Variables.
    let home = r#""Principal": {"AWS": "*"}, "Resource": "arn:aws:s3:::home/${aws:username}/*""#;
    check("no", &[r#""Resource": "arn:aws:s3:::home/*""#], &[home]);
    check("no", &[home], &[home]);
    check("yes", &[home], &[r#""Resource": "arn:aws:s3:::home/*""#]);
    check("yes", &[r#""Resource": "arn:aws:s3:::home/x/*""#], &[home]);
    check("yes", &[&absent, all], &[&tags("ForAllValues:StringLike", "${aws:username}")]);

    // Values that decide together.
    let number = |operator: &str, value: &str| {
        format!(r#""Condition": {{"{operator}": {{"s3:max-keys": "{value}"}}}}"#)
    };
    check("no", &[&number("NumericLessThanEquals", "10")], &[&number("NumericLessThan", "10.0")]);
    check("yes", &[&number("NumericLessThan", "10")], &[&number("NumericLessThanEquals", "10")]);
    let account_is =
        |value: &str| format!(r#""Condition": {{"StringLike": {{"aws:PrincipalAccount": "{value}"}}}}"#);
    check("no", &[account], &[&format!(r#""Principal": {{"AWS": "*"}}, {}"#, account_is("111122223333"))]);
    check("yes", &[account], &[&format!(r#""Principal": {{"AWS": "*"}}, {}"#, account_is("1111*"))]);
}

/// Each of these is about requests that cannot be, as one axiom says and no other.
#[test]
fn every_axiom_can_be_switched_off() {
    let nothing = r#""Action": "none:none""#;
    let all = Axioms::default();
    for (axioms, condition) in [
        (Axioms { network: false, ..all }, r#""Null": {"aws:SourceVpc": "false", "aws:SourceIp": "false"}"#),
        (Axioms { network: false, ..all }, r#""Null": {"aws:SourceVpc": "false", "aws:SourceVpce": "true"}"#),
        (
            Axioms { organization: false, ..all },
            r#""Null": {"aws:PrincipalOrgID": "true"}, "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*"}"#,
        ),
        (
            Axioms { organization: false, ..all },
            r#""StringEquals": {"aws:PrincipalOrgID": "o-1"}, "ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-2/*"},
               "Null": {"aws:PrincipalOrgPaths": "false"}, "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "*"}"#,
        ),
        (
            Axioms { sources: false, ..all },
            r#""StringEquals": {"aws:SourceAccount": "111122223333"},
               "ArnLike": {"aws:SourceArn": "arn:aws:sns:*:444455556666:*"}"#,
        ),
        (
            Axioms { callers: false, ..all },
            r#""StringEquals": {"aws:PrincipalType": "User"}, "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}"#,
        ),
        (Axioms { callers: false, ..all }, r#""Null": {"aws:SecureTransport": "true"}"#),
    ] {
        let new = format!(r#""Principal": {{"AWS": "*"}}, "Condition": {{{condition}}}"#);
        let with = outcome(&[nothing], &[&new], &Settings::default());
        assert_eq!(word(&with), "no", "{condition}");
        let without = outcome(&[nothing], &[&new], &Settings { axioms, ..Settings::default() });
        assert_ne!(word(&without), "no", "{condition}");
    }
}
