//! What actions, resources and principals match.

use iam_policy::document::PolicyKind;
use iam_policy::principal::Principal;

use crate::{
    ALL, ANNA, BUILD, DEPLOY, FOREIGN_QUEUE, FRED, OBJECT, QUEUE, ROOT, TARGET, allow, ask, deny, to,
};

/// Page "IAM JSON policy elements: Action".
#[test]
fn actions_match_in_any_case_with_wildcards_anywhere() {
    let check = |pattern: &str, expected: bool| {
        let text = allow(&format!(r#""Action": "{pattern}", "Resource": "*""#));
        assert_eq!(ask(ANNA, "s3:GetObject", OBJECT).identity(&text).is_allowed(), expected, "{pattern}");
    };
    for pattern in
        ["*", "s3:*", "S3:GETOBJECT", "s3:Get?bject", "s3:*Object", "s3:G*t*j*", "*:GetObject", "s?:Get*"]
    {
        check(pattern, true);
    }
    for pattern in
        ["s3:GetObjects", "s3:Get", "s3:", "s3", "", "ec2:*", "s3:Get Object", "s3:GetObject,s3:PutObject"]
    {
        check(pattern, false);
    }
}

/// Page "IAM JSON policy elements: `NotAction`"; what matches nothing excludes nothing.
#[test]
fn not_action_is_everything_else() {
    let text = |pattern: &str| allow(&format!(r#""NotAction": ["{pattern}", "iam:*"], "Resource": "*""#));
    assert!(!ask(ANNA, "s3:GetObject", OBJECT).identity(&text("s3:*")).is_allowed());
    assert!(ask(ANNA, "s3:GetObject", OBJECT).identity(&text("ec2:*")).is_allowed());
    assert!(ask(ANNA, "s3:GetObject", OBJECT).identity(&text("s3:Get Object")).is_allowed());
}

/// Page "IAM JSON policy elements: Resource".
#[test]
fn resources_match_by_field_and_case() {
    let check = |pattern: &str, resource: &str, expected: bool| {
        let text = allow(&format!(r#""Action": "*", "Resource": "{pattern}""#));
        let action = if resource.is_empty() { "s3:ListAllMyBuckets" } else { "s3:GetObject" };
        assert_eq!(
            ask(ANNA, action, resource).identity(&text).is_allowed(),
            expected,
            "{pattern} {resource}"
        );
    };
    for pattern in [
        "*",
        "arn:aws:s3:::bucket/*",
        "arn:aws:s3:::*plan",
        "arn:*:s?:::bucket/*",
        "arn:aws:s3",
        "arn:aws:s3:*",
    ] {
        check(pattern, OBJECT, true);
    }
    for pattern in [
        "arn:aws:s3:::Bucket/*",
        "arn:aws:s3:::bucket",
        "arn:aws:s3:::bucket/?",
        "bucket/anna/plan",
        "",
        "arn:aws:sqs",
    ] {
        check(pattern, OBJECT, false);
    }
    check("*", "", true);
    check("arn:*", "", false);
    check("arn:aws:s*:*:*:*", QUEUE, true);
    check("arn:aws:sqs:eu-west-1:111122223333:*", FOREIGN_QUEUE, false);
}

/// Page "IAM JSON policy elements: `NotResource`".
#[test]
fn not_resource_is_what_no_pattern_matches() {
    let text =
        allow(r#""Action": "*", "NotResource": ["arn:aws:s3:::other/*", "arn:aws:s3:::bucket/anna/*"]"#);
    ask(ANNA, "s3:GetObject", OBJECT).identity(&text).is("missing [Identity]");
    ask(ANNA, "s3:GetObject", "arn:aws:s3:::bucket/bert/plan").identity(&text).is("allowed");
}

/// Page "AWS JSON policy elements: Principal".
#[test]
fn principals_are_named_exactly() {
    let check = |principal: &str, named: &str, expected: bool| {
        let asked = ask(principal, "sqs:SendMessage", QUEUE).resource(&to(named));
        assert_eq!(asked.is_allowed(), expected, "{principal} {named}");
    };
    for (principal, named) in [
        (ANNA, r#""*""#),
        (ANNA, r#"{"AWS": "*"}"#),
        (ANNA, r#"{"AWS": "arn:aws:iam::111122223333:user/anna"}"#),
        (BUILD, r#"{"AWS": "arn:aws:iam::111122223333:role/Deploy"}"#),
        (BUILD, r#"{"AWS": "arn:aws:sts::111122223333:assumed-role/Deploy/build"}"#),
        (FRED, r#"{"AWS": "arn:aws:sts::111122223333:federated-user/fred"}"#),
        ("anonymous", r#""*""#),
        ("anonymous", r#"{"AWS": "*"}"#),
        ("ec2.amazonaws.com", r#""*""#),
        (
            "ec2.amazonaws.com",
            r#"{"AWS": "111122223333", "Service": ["s3.amazonaws.com", "ec2.amazonaws.com"]}"#,
        ),
    ] {
        check(principal, named, true);
    }
    for (principal, named) in [
        (ANNA, r#"{"AWS": "arn:aws:iam::111122223333:user/*"}"#),
        (ANNA, r#"{"AWS": "arn:aws:iam::111122223333:user/Anna"}"#),
        (ANNA, r#"{"AWS": "AIDAEXAMPLEEXAMPLE"}"#),
        (ANNA, r#"{"Service": "ec2.amazonaws.com"}"#),
        (BUILD, r#"{"AWS": "arn:aws:sts::111122223333:assumed-role/Deploy/other"}"#),
        ("anonymous", r#"{"AWS": "111122223333"}"#),
    ] {
        check(principal, named, false);
    }
}

/// Page "AWS JSON policy elements: Principal", "AWS account principals": the account is all its principals, and delegates.
#[test]
fn an_account_stands_for_all_its_principals() {
    for named in [r#"{"AWS": "111122223333"}"#, r#"{"AWS": "arn:aws:iam::111122223333:root"}"#] {
        for principal in [ANNA, BUILD, ROOT] {
            ask(principal, "sqs:SendMessage", FOREIGN_QUEUE).identity(ALL).resource(&to(named)).is("allowed");
        }
        ask(ANNA, "sqs:SendMessage", FOREIGN_QUEUE).resource(&to(named)).is("missing [Identity]");
    }
}

/// Page "AWS JSON policy elements: Principal", "Canonical user ids in S3".
#[test]
fn a_canonical_user_is_an_account() {
    let text = to(r#"{"CanonicalUser": "79a59df900b949e5"}"#);
    let asked = ask(ANNA, "s3:GetObject", OBJECT).owned_by("444455556666").identity(ALL).resource(&text);
    asked.clone().canonical("79a59df900b949e5").is("allowed");
    asked.clone().canonical("other").is("missing [Resource]");
    asked.is("depends on {CanonicalUser}");
}

/// Page "AWS JSON policy elements: Principal", "Federated principals": exact, never by prefix.
#[test]
fn providers_are_named_exactly() {
    let check = |named: &str, expected: &str| {
        let text = allow(&format!(
            r#""Principal": {{"Federated": "{named}"}}, "Action": "sts:AssumeRoleWithWebIdentity""#
        ));
        ask("federated:accounts.google.com", "sts:AssumeRoleWithWebIdentity", TARGET)
            .policy(PolicyKind::Trust, &text)
            .is(expected);
    };
    check("accounts.google.com", "allowed");
    check("accounts.google.com.evil.example", "missing [Resource]");
    check("accounts.google", "missing [Resource]");
    check("*", "missing [Resource]");
}

/// Page "AWS JSON policy elements: `NotPrincipal`".
#[test]
fn not_principal_spares_only_whom_it_lists_with_account_and_role() {
    let check = |principal: &str, listed: &str, expected: &str| {
        let text = deny(&format!(r#""NotPrincipal": {{"AWS": [{listed}]}}, "Action": "*", "Resource": "*""#));
        ask(principal, "sqs:SendMessage", QUEUE).identity(ALL).resource(&text).is(expected);
    };
    let account = format!(r#""{ROOT}""#);
    check(ANNA, &format!(r#""{ANNA}", "{ROOT}""#), "allowed");
    check(ANNA, &account, "denied");
    check(BUILD, &format!(r#""{BUILD}", "{DEPLOY}", "{ROOT}""#), "allowed");
    check(BUILD, &format!(r#""{DEPLOY}", "{ROOT}""#), "denied");
    check(BUILD, &format!(r#""{BUILD}", "{ROOT}""#), "denied");
    check(ROOT, &account, "allowed");
    check(ANNA, r#""*""#, "allowed");
}

/// Page "AWS JSON policy elements: `NotPrincipal`": principals with a permissions boundary are always denied.
#[test]
fn not_principal_always_hits_principals_with_a_boundary() {
    let text =
        deny(&format!(r#""NotPrincipal": {{"AWS": ["{ANNA}", "{ROOT}"]}}, "Action": "*", "Resource": "*""#));
    let asked = ask(ANNA, "sqs:SendMessage", QUEUE).identity(ALL).resource(&text);
    asked.clone().is("allowed");
    asked.policy(PolicyKind::Boundary, ALL).is("denied");
}

/// Page "AWS global condition context keys", `aws:PrincipalArn`: wildcards work, and a session has the ARN of its role.
#[test]
fn the_key_of_the_principal_takes_wildcards_and_means_the_role() {
    let text = allow(
        r#""Principal": "*", "Action": "*", "Resource": "*",
           "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Dep*"}}"#,
    );
    ask(BUILD, "sqs:SendMessage", QUEUE).resource(&text).is("allowed");
    ask(ANNA, "sqs:SendMessage", QUEUE).resource(&text).is("missing [Identity]");
}

/// Page "AWS STS federated user session principals": the user's ARN reaches its sessions, whoever they are.
#[test]
fn federated_sessions_are_reached_through_their_user_too() {
    let fred = |user| Principal::federated_user(FRED, user).unwrap();
    let named = to(&format!(r#"{{"AWS": "{ANNA}"}}"#));
    let asked = ask(FRED, "sqs:SendMessage", QUEUE).resource(&named).policy(PolicyKind::Session, ALL);
    asked.clone().by(fred(Some(ANNA))).is("allowed");
    asked.clone().by(fred(None)).is("depends on {FederatingUser}");
    asked.by(fred(Some("arn:aws:iam::111122223333:user/bert"))).is("missing [Identity]");
}
