use std::collections::BTreeSet;

use iam_policy::catalogue::{ActionSet, Catalogue};
use iam_policy::context::{ContextValue, Key};
use iam_policy::document::{PolicyKind, PrincipalKind};
use iam_policy::glob::{Case, Glob};
use iam_policy::pattern::PrincipalPattern;
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use iam_policy::symbolic::{
    Access, AttachedTo, ExternalAccess, ExternalFinding, Limit, Settings, TRUSTED_KEYS, Zone, external,
    external_concise, fixed_values, reachable,
};
use proptest::prelude::*;

use crate::oracle::{allows, may_allow, requests};
use crate::{config, made_up, policy};

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
    let access =
        external(&[&policy], &Access::default(), &zone(), TRUSTED_KEYS, &Settings::default()).unwrap();
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
            "* aws:SourceVpc=vpc-a",
            "* aws:PrincipalOrgID=o-2",
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
    check(everybody, r#""StringLike": {"aws:SourceVpc": "vpc-*"}"#, true, true);
    check(everybody, r#""StringLike": {"aws:SourceVpc": "*"}"#, true, true);
    check(everybody, r#""IpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#, false, false);
    check(everybody, r#""IpAddress": {"aws:SourceIp": "0.0.0.0/1"}"#, true, true);
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
    check(everybody, r#""StringEquals": {"aws:SourceArn": "arn:aws:s3:::${aws:username}"}"#, true, true);
}

/// What outsiders can have of their own keeps nobody out: a principal, organization, VPC or topic whose id AWS made for them and
/// whose name they chose, half of all addresses, an account with a provider that gives everybody one. Source: AWS IAM User
/// Guide, "AWS global condition context keys".
#[test]
fn what_everybody_can_have_lets_everybody_in() {
    let check = |principal: &str, action: &str, condition: &str, is_public: bool| {
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "{action}", "Resource": "*",
                "Condition": {{{condition}}}}}"#
        );
        let policy = policy(PolicyKind::Resource, &statement);
        let (outcome, _) = reachable(&policy, TRUSTED_KEYS, &Settings::default()).unwrap();
        assert_eq!(outcome.is_witnessed(), is_public, "{statement}: {outcome}");
        assert_eq!(outcome.is_never(), !is_public, "{statement}: {outcome}");
        let access = external(&[&policy], &Access::default(), &zone(), TRUSTED_KEYS, &Settings::default());
        let findings = access.unwrap().findings;
        assert_eq!(findings.iter().any(|finding| finding.is_public), is_public, "external: {statement}");
    };
    let send = |condition: &str, is_public: bool| check(r#""*""#, "sqs:SendMessage", condition, is_public);
    send(r#""StringLike": {"aws:PrincipalArn": "arn:*"}"#, true);
    send(r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"}"#, true);
    send(r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/*"}"#, false);
    send(r#""IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}"#, true);
    send(r#""IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}"#, false);
    send(r#""StringLike": {"aws:PrincipalAccount": "1*"}"#, true);
    send(r#""StringLike": {"aws:PrincipalOrgID": "o-*"}"#, true);
    send(r#""StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}"#, false);
    send(r#""ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-*"}"#, true);
    send(r#""ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-*"}"#, false);
    send(r#""ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}"#, true);
    send(r#""ArnLike": {"aws:SourceArn": "arn:aws:sns:*:444455556666:*"}"#, false);
    // One of two conditions is enough to keep them out, also on the same key.
    send(
        r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"}, "StringEquals": {"aws:PrincipalOrgID": "o-1"}"#,
        false,
    );
    send(
        r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"},
           "StringLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:*"}"#,
        false,
    );
    let role = r#"{"AWS": "*"}"#;
    check(
        role,
        "sts:AssumeRole",
        r#""ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/AWSReservedSSO*"}"#,
        true,
    );
    let assume = |host: &str, condition: &str, is_public: bool| {
        let provider = format!(r#"{{"Federated": "{host}"}}"#);
        check(&provider, "sts:AssumeRoleWithWebIdentity", condition, is_public);
    };
    let github = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let claim = |claim: &str, text: &str| {
        format!(r#""StringLike": {{"token.actions.githubusercontent.com:{claim}": "{text}"}}"#)
    };
    assume(github, &claim("aud", "sts.amazonaws.com"), true);
    assume(github, &claim("sub", "repo:*"), true);
    assume(github, &claim("sub", "repo:octo/*"), false);
    assume(github, &claim("repository_owner", "octo"), false);
    assume("cognito-identity.amazonaws.com", "", true);
    assume(
        "cognito-identity.amazonaws.com",
        r#""StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:12345678-ffff"}"#,
        false,
    );
    assume("accounts.google.com", "", true);
    assume("accounts.google.com", r#""StringEquals": {"accounts.google.com:aud": "app"}"#, false);
    assume("arn:aws:iam::111122223333:saml-provider/Corp", "", false);
    assume("arn:aws:iam::111122223333:oidc-provider/login.example.com", "", false);
}

type Question =
    for<'p> fn(&[&'p Policy], &Access, &Zone, &[&str], &Settings) -> Result<ExternalAccess<'p>, Limit>;

fn is_from_outside(request: &Request) -> bool {
    let is_own = |key: &str| request.context().value(&Key::new(key)) == &ContextValue::single("111122223333");
    !matches!(request.principal(), Principal::Service(_))
        && request.principal().account().is_none_or(|account| account.to_string() != "111122223333")
        && !is_own("aws:SourceAccount")
        && !is_own("aws:SourceOwner")
        && !matches!(request.context().value(&Key::new("aws:SourceArn")),
            ContextValue::Single(arn) if arn.split(':').nth(4) == Some("111122223333"))
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn what_two_policies_allow_together_both_allow(
        one in made_up::statements(PolicyKind::Resource),
        other in made_up::statements(PolicyKind::Resource),
    ) {
        let [one, other] = [one, other].map(|statements| made_up::policy(PolicyKind::Resource, &statements));
        let ask = external(&[&one, &other], &Access::default(), &zone(), TRUSTED_KEYS, &Settings::default());
        // What is too large to say is said to be.
        let Ok(ExternalAccess { findings, undecided }) = ask else { return Ok(()) };
        let both = |request: &Request| allows(&one, request).and(|| allows(&other, request));
        for finding in &findings {
            prop_assert!(is_from_outside(&finding.witness));
            prop_assert_eq!(both(&finding.witness).is_true(), finding.depends_on.is_empty());
            prop_assert!(!both(&finding.witness).is_false());
            for policy in [&one, &other] {
                prop_assert!(finding.through.iter().any(|cited| std::ptr::eq(cited.policy, policy)));
            }
        }
        let said: Vec<Said> = findings.iter().map(Said::of).collect();
        for request in requests(PolicyKind::Resource, &[&one, &other]) {
            if undecided.is_empty() && is_from_outside(&request) && both(&request).is_true() {
                prop_assert!(said.iter().any(|said| said.covers(&request)), "missed {:?}", request);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn findings_are_true_and_none_is_missing(statements in made_up::statements(PolicyKind::Resource)) {
        let policy = made_up::policy(PolicyKind::Resource, &statements);
        let ask = |question: Question| {
            let access = question(&[&policy], &Access::default(), &zone(), TRUSTED_KEYS, &Settings::default());
            access.map_err(|limit| TestCaseError::fail(limit.to_string()))
        };
        let ExternalAccess { findings, undecided } = ask(external)?;
        for finding in &findings {
            prop_assert!(is_from_outside(&finding.witness));
            let truth = allows(&policy, &finding.witness);
            prop_assert_eq!(truth.is_true(), finding.depends_on.is_empty());
            prop_assert!(!truth.is_false() && !finding.through.is_empty());
        }
        if findings.is_empty() && undecided.is_empty() {
            for request in requests(PolicyKind::Resource, &[&policy]) {
                let is_found = is_from_outside(&request) && may_allow(&policy, &request);
                prop_assert!(!is_found, "missed {:?}", request);
            }
        }
        let concise = ask(external_concise)?.findings;
        prop_assert_eq!(concise.is_empty(), findings.is_empty());
        for one in &concise {
            let is_same = |other: &&ExternalFinding<'_>| shown(one) == shown(other);
            let other = findings.iter().find(is_same);
            prop_assert!(other.is_some(), "{} is new", shown(one));
            let is_known = |action: &String| other.is_some_and(|other| covers_actions(&other.actions, action));
            prop_assert!(one.actions.iter().all(is_known));
        }
        let findings: Vec<Said> = findings.iter().map(Said::of).collect();
        let concise: Vec<Said> = concise.iter().map(Said::of).collect();
        for request in requests(PolicyKind::Resource, &[&policy]) {
            if is_from_outside(&request) && allows(&policy, &request).is_true() {
                prop_assert!(findings.iter().any(|said| said.covers(&request)), "missed {:?}", request);
                prop_assert!(concise.iter().any(|said| said.covers(&request)), "too concise {:?}", request);
            }
        }
    }
}

/// The actions that exist and those that do not.
struct Actions(ActionSet, Vec<String>);

impl Actions {
    fn of(patterns: &[String]) -> Self {
        let catalogue = Catalogue::embedded();
        let known =
            patterns.iter().fold(ActionSet::new(), |all, pattern| all.union(&catalogue.expand(pattern)));
        Self(known, patterns.to_vec())
    }

    fn cover(&self, action: &str) -> bool {
        let own = Catalogue::embedded().expand(action);
        // Of an action that does not exist the patterns alone tell.
        let is_meant = |pattern: &String| Glob::parse(pattern, Case::Folded).matches(action);
        if own.is_empty() { self.1.iter().any(is_meant) } else { own.is_subset(&self.0) }
    }
}

fn covers_actions(patterns: &[String], action: &str) -> bool {
    Actions::of(patterns).cover(action)
}

/// What a finding says, read from its words alone.
struct Said {
    principal: Option<[PrincipalPattern; 3]>,
    actions: Actions,
    /// For each condition the ways to read it.
    conditions: Vec<Vec<Policy>>,
}

impl Said {
    fn of(finding: &ExternalFinding<'_>) -> Self {
        let kinds = [PrincipalKind::Aws, PrincipalKind::Federated, PrincipalKind::CanonicalUser];
        let ways = |(key, value): &(Key, String)| {
            let is_many = if key.is_multivalued() { "ForAnyValue:" } else { "" };
            let operators = ["StringLike", "StringEqualsIgnoreCase", "ArnLike", "IpAddress"].into_iter();
            let test = |operator| {
                format!(
                    r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
                        "Condition": {{"{is_many}{operator}": {{"{key}": "{value}"}}}}}}"#
                )
            };
            operators.map(|operator| policy(PolicyKind::Resource, &test(operator))).collect()
        };
        Self {
            principal: finding
                .principal
                .as_ref()
                .map(|name| kinds.map(|kind| PrincipalPattern::parse(kind, name))),
            actions: Actions::of(&finding.actions),
            conditions: finding.condition.iter().map(ways).collect(),
        }
    }

    fn covers(&self, request: &Request) -> bool {
        let is_named = |pattern: &PrincipalPattern| {
            !pattern.matches(request.principal(), request.canonical_user()).1.is_false()
        };
        let somewhere = anywhere(request);
        self.principal.as_ref().is_none_or(|patterns| patterns.iter().any(is_named))
            && self.conditions.iter().all(|ways| ways.iter().any(|way| allows(way, &somewhere).is_true()))
            && self.actions.cover(&request.action().to_string())
    }
}

/// The request on some resource, as a statement needs one.
fn anywhere(request: &Request) -> Request {
    let parts =
        RequestParts::new(request.principal().clone(), request.action().clone(), request.given().clone());
    Request::new(parts.on("arn:aws:s3:::a")).unwrap()
}

#[test]
fn each_finding_has_its_own_actions() {
    let policy = policy(
        PolicyKind::Resource,
        r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"},
           {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"},
           {"Effect": "Allow", "Principal": {"AWS": "777788889999"}, "Action": "s3:*", "Resource": "*"},
           {"Effect": "Deny", "Principal": {"AWS": "777788889999"}, "Action": "s3:PutObject", "Resource": "*"}"#,
    );
    let bucket = Access::new(["s3:*"], ["arn:aws:s3:::web", "arn:aws:s3:::web/*"]);
    let access = external(&[&policy], &bucket, &zone(), TRUSTED_KEYS, &Settings::default()).unwrap();
    let found: Vec<(String, bool, bool, bool)> = access
        .findings
        .iter()
        .map(|finding| {
            let has = |action| covers_actions(&finding.actions, action);
            assert!(finding.witness.resource().unwrap().starts_with("arn:aws:s3:::web"));
            (shown(finding), has("s3:GetObject"), has("s3:PutObject"), has("s3:DeleteObject"))
        })
        .collect();
    assert_eq!(
        found,
        [
            ("* public".to_owned(), true, false, false),
            ("444455556666".to_owned(), false, true, false),
            ("777788889999".to_owned(), false, false, true),
        ]
    );
}

#[test]
fn what_is_asked_about_is_all_that_counts() {
    let policy = policy(
        PolicyKind::Resource,
        r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::other/*"}"#,
    );
    let ask = |actions: &str, resource: &str| {
        let access = Access::new([actions], [resource]);
        external(&[&policy], &access, &zone(), TRUSTED_KEYS, &Settings::default()).unwrap().findings.len()
    };
    assert_eq!(ask("s3:*", "arn:aws:s3:::web"), 0, "the policy is about another bucket");
    assert_eq!(ask("s3:*", "arn:aws:s3:::other/*"), 1);
}

#[test]
fn what_services_do_for_the_zone_is_no_news() {
    let allow = |condition: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "*"}}, "Action": "sns:Publish", "Resource": "*",
                "Condition": {{{condition}}}}}"#
        )
    };
    check(&allow(r#""StringEquals": {"aws:SourceOwner": "111122223333"}"#), &[]);
    check(&allow(r#""StringEquals": {"aws:SourceAccount": "111122223333"}"#), &[]);
    check(
        &allow(r#""Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}"#),
        &["* elasticfilesystem:AccessedViaMountTarget=true"],
    );
    check(&allow(r#""ArnLike": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:alarms"}"#), &[]);
    check(
        &allow(r#""StringEquals": {"aws:SourceOwner": "444455556666"}"#),
        &["* aws:SourceOwner=444455556666"],
    );
    check(&allow(r#""StringEqualsIfExists": {"aws:SourceOwner": "111122223333"}"#), &["* public"]);
}

/// Sessions have no user name, so that the element leaves no resource in for them; but a request may name none.
#[test]
fn a_variable_in_not_resource_says_nothing_of_requests_without_a_resource() {
    check(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "NotResource": "arn:aws:s3:::a/${aws:username}",
            "Condition": {"StringNotEquals": {"aws:PrincipalType": "User"}}}"#,
        &["* public"],
    );
}

/// Also where another statement asks about the key of the variable.
#[test]
fn a_variable_in_a_resource_opens_what_the_other_statements_leave() {
    check(
        r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::a/${aws:PrincipalTag/team}/*"},
           {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*",
            "Condition": {"StringLike": {"aws:PrincipalTag/team": "o-*"}, "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}"#,
        &["* public", "* aws:PrincipalOrgID=o-a1b2c3d4e5"],
    );
}
