use std::collections::BTreeSet;

use iam_policy::document::PolicyKind;
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::symbolic::{
    AttachedTo, ExternalAccess, ExternalFinding, Limit, Settings, TRUSTED_KEYS, Zone, external,
    external_concise, fixed_values, reachable,
};
use proptest::prelude::*;

use crate::oracle::{allows, may_hold, requests};
use crate::{made_up, policy};

fn zone() -> Zone {
    Zone { accounts: BTreeSet::from(["111122223333".parse().unwrap()]), organization: None }
}

fn shown(finding: &ExternalFinding<'_>) -> String {
    let conditions = finding.condition.iter().map(|(key, value)| format!(" {key}={value}"));
    let public = if finding.is_public { " public" } else { "" };
    format!("{}{}{public}", finding.principal.as_deref().unwrap_or("*"), conditions.collect::<String>())
}

fn check(statements: &str, expected: &[&str]) {
    let policy = policy(PolicyKind::Resource, statements);
    let access = external(&policy, &zone(), TRUSTED_KEYS, &Settings::default()).unwrap();
    assert!(access.undecided.is_empty());
    assert_eq!(access.findings.iter().map(shown).collect::<Vec<_>>(), expected, "{statements}");
}

/// The worked example of Backes et al., CAV 2020.
#[test]
fn the_example_of_the_paper() {
    let example = r#"
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:SourceVpc": ["vpc-a", "vpc-b"]}}},
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-2"}}},
        {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-b"}, "StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}}"#;
    check(
        example,
        &[
            "* aws:PrincipalOrgID=o-2",
            "* aws:SourceVpc=vpc-a",
            "* aws:PrincipalOrgID=o-1 aws:SourceVpc=vpc-b",
        ],
    );
}

#[test]
fn findings_name_who_and_under_which_condition() {
    let allow = |principal: &str, condition: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:GetObject", "Resource": "*",
                "Condition": {{{condition}}}}}"#
        )
    };
    check(&allow(r#""*""#, ""), &["* public"]);
    check(&allow(r#"{"AWS": "111122223333"}"#, ""), &[]);
    check(&allow(r#"{"Service": "ec2.amazonaws.com"}"#, ""), &[]);
    check(&allow(r#"{"AWS": ["111122223333", "444455556666"]}"#, ""), &["444455556666"]);
    check(
        r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"accounts.google.com:aud": "app"}}}"#,
        &["accounts.google.com accounts.google.com:aud=app"],
    );
    check(
        &allow(r#""*""#, r#""IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "203.0.113.128/25"]}"#),
        &["* aws:SourceIp=203.0.113.0/24"],
    );
    // What a requester may leave out, or choose, is no condition.
    check(&allow(r#""*""#, r#""StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}"#), &["* public"]);
    check(&allow(r#""*""#, r#""ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}"#), &["* public"]);
    check(&allow(r#""*""#, r#""StringNotEquals": {"aws:PrincipalOrgID": "o-1"}"#), &["* public"]);
    check(&allow(r#""*""#, r#""StringEquals": {"aws:UserAgent": "secret"}"#), &["* public"]);
    check(&allow(r#""*""#, r#""StringEquals": {"aws:PrincipalAccount": "111122223333"}"#), &[]);
    // A role is named, and its session gets in.
    check(
        &allow(r#"{"AWS": "arn:aws:iam::444455556666:role/Deploy"}"#, ""),
        &["arn:aws:iam::444455556666:role/Deploy"],
    );
}

#[test]
fn both_notions_of_public() {
    let check = |principal: &str, condition: &str, is_fixed_public: bool, is_reachable: bool| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:GetObject", "Resource": "*",
                "Condition": {{{condition}}}}}"#
        );
        let policy = policy(PolicyKind::Resource, &statement);
        let public = fixed_values(&policy, AttachedTo::Other);
        assert_eq!(!public.is_empty(), is_fixed_public, "fixed values: {statement}");
        let (outcome, through) = reachable(&policy, TRUSTED_KEYS, &Settings::default()).unwrap();
        assert_eq!(outcome.is_witnessed(), is_reachable, "reachable: {statement}");
        assert_eq!(outcome.is_never(), !is_reachable, "reachable: {statement}");
        assert_eq!(through.is_empty(), !is_reachable);
    };
    let everybody = r#""*""#;
    check(everybody, "", true, true);
    check(r#"{"AWS": "*"}"#, "", true, true);
    check(r#"{"AWS": "444455556666"}"#, "", false, false);
    check(everybody, r#""StringEquals": {"aws:SourceVpc": "vpc-1"}"#, false, false);
    check(everybody, r#""StringLike": {"aws:SourceVpc": "vpc-*"}"#, true, false);
    check(everybody, r#""StringLike": {"aws:SourceVpc": "*"}"#, true, true);
    check(everybody, r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#, false, false);
    check(everybody, r#""IpAddress": {"aws:SourceIp": "0.0.0.0/1"}"#, true, false);
    check(everybody, r#""IpAddress": {"aws:SourceIp": "0.0.0.0/0"}"#, true, true);
    check(everybody, r#""IpAddress": {"aws:SourceIp": "10.0.0.0/8"}"#, false, false);
    check(everybody, r#""StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}"#, true, true);
    check(everybody, r#""ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}"#, true, true);
    check(everybody, r#""ForAnyValue:StringEquals": {"aws:PrincipalOrgID": "o-1"}"#, false, false);
    check(everybody, r#""StringNotEquals": {"aws:PrincipalOrgID": "o-1"}"#, true, true);
    check(
        everybody,
        r#""StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:eu-west-1:111122223333:accesspoint/*"}"#,
        false,
        true,
    );
    check(everybody, r#""StringEquals": {"aws:SourceArn": "arn:aws:s3:::${aws:username}"}"#, true, false);
}

type Question = for<'p> fn(&'p Policy, &Zone, &[&str], &Settings) -> Result<ExternalAccess<'p>, Limit>;

fn is_from_outside(principal: &Principal) -> bool {
    !matches!(principal, Principal::Service(_))
        && principal.account().is_none_or(|account| account.to_string() != "111122223333")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn findings_are_true_and_none_is_missing(statements in made_up::statements(PolicyKind::Resource)) {
        let policy = made_up::policy(PolicyKind::Resource, &statements);
        let ask = |question: Question| {
            let access = question(&policy, &zone(), TRUSTED_KEYS, &Settings::default());
            access.map_err(|limit| TestCaseError::fail(limit.to_string()))
        };
        let ExternalAccess { findings, undecided } = ask(external)?;
        for finding in &findings {
            prop_assert!(is_from_outside(finding.witness.principal()));
            let truth = allows(&policy, &finding.witness);
            prop_assert_eq!(truth.is_true(), finding.depends_on.is_empty());
            prop_assert!(!truth.is_false() && !finding.through.is_empty());
        }
        if findings.is_empty() && undecided.is_empty() {
            for request in requests(PolicyKind::Resource, &[&policy]) {
                let is_found = is_from_outside(request.principal()) && may_hold(&allows(&policy, &request));
                prop_assert!(!is_found, "missed {:?}", request);
            }
        }
        let concise = ask(external_concise)?.findings;
        prop_assert_eq!(concise.is_empty(), findings.is_empty());
        prop_assert!(concise.iter().all(|one| findings.iter().any(|other| shown(one) == shown(other))));
    }
}
