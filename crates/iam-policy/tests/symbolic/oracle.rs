//! The plain way: many requests, one after the other.

use std::collections::BTreeSet;

use iam_policy::context::{Context, ContextValue, Key};
use iam_policy::document::PolicyKind;
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use iam_policy::truth::{Doubt, Truth};

const CALLERS: &[&str] = &[
    "arn:aws:iam::111122223333:user/anna",
    "arn:aws:iam::444455556666:user/dev/bert",
    "arn:aws:iam::777788889999:user/anna",
    "arn:aws:iam::111122223333:user/x/a",
    "arn:aws:sts::111122223333:assumed-role/Deploy/build",
    "arn:aws:sts::111122223333:assumed-role/Deploy/other",
    "arn:aws:sts::444455556666:assumed-role/Deploy/build",
    "arn:aws:iam::444455556666:root",
    "arn:aws:sts::111122223333:federated-user/anna",
    "ec2.amazonaws.com",
    "s3.amazonaws.com",
    "federated:accounts.google.com",
    "federated:accounts.google.com.evil.example",
    "anonymous",
];
const ACTIONS: &[&str] = &[
    "s3:GetObject",
    "s3:PutObject",
    "s3:GetBucketAcl",
    "iam:GetUser",
    "sqs:SendMessage",
    "sts:AssumeRoleWithSAML",
];
const RESOURCES: &[Option<&str>] = &[
    None,
    Some("arn:aws:s3:::a"),
    Some("arn:aws:s3:::a/x"),
    Some("arn:aws:s3:::a/anna"),
    Some("arn:aws:s3:::a/red/x"),
    Some("arn:aws:s3:::b/x"),
    Some("arn:aws:sqs:eu-west-1:111122223333:q"),
    Some("arn:aws:sqs:eu-west-1:444455556666:q"),
    Some("arn:aws:sqs:eu-west-1:444455556666:z:q"),
    Some("arn:aws:sns:eu-west-1:444455556666:z"),
];

fn values(key: &Key) -> Vec<ContextValue> {
    let set = |values: &[&str]| ContextValue::set(values.iter().copied());
    let singles: &[&str] = match key.folded() {
        "aws:tagkeys" => {
            return vec![ContextValue::Absent, set(&[]), set(&["a"]), set(&["a", "b"]), set(&["c"])];
        }
        "aws:principalorgpaths" => {
            return vec![ContextValue::Absent, set(&["o-1/r/"]), set(&["o-2/a"]), set(&["o-1/r/", "o-1/q/"])];
        }
        "aws:principalorgid" | "s3:prefix" => &["o-1", "o-2", "O-1", "o-3", "anna"],
        "aws:principaltag/team" => &["red", "Red", "o-9", "r", "anna", "ared"],
        "aws:sourcearn" => &["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:iam::111122223333:role/x"],
        "aws:sourceip" => &["10.0.0.1", "10.1.0.1", "203.0.113.9", "2001:db8::1"],
        "s3:max-keys" => &["-2", "-1", "9", "10", "10.2", "10.5", "100"],
        "aws:currenttime" => {
            &["2023-12-31T00:00:00Z", "2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z", "2025-01-01"]
        }
        "aws:securetransport" | "aws:multifactorauthpresent" => &["true", "false"],
        "aws:sourcevpc" | "aws:sourcevpce" => &["vpc-1", "vpc-2", "vpc-3"],
        "aws:sourceaccount" => &["111122223333", "444455556666"],
        "app:blob" => &["QUJD", "QQ==", "QUI="],
        _ => &[],
    };
    // Every request has these.
    let is_always_there = matches!(key.folded(), "aws:currenttime" | "aws:securetransport");
    let absent = (!is_always_there).then_some(ContextValue::Absent);
    singles.iter().map(|value| ContextValue::single(value)).chain(absent).collect()
}

/// Whether a context goes against what is known of requests.
fn is_possible(context: &Context) -> bool {
    let is_there = |key: &str| !matches!(context.value(&Key::new(key)), ContextValue::Absent);
    let single = |key: &str| match context.value(&Key::new(key)) {
        ContextValue::Single(value) => value.to_string(),
        _ => String::new(),
    };
    let paths = match context.value(&Key::new("aws:PrincipalOrgPaths")) {
        ContextValue::Set(paths) => paths.clone(),
        _ => Vec::new(),
    };
    let organization = single("aws:PrincipalOrgID");
    let source = single("aws:SourceArn");
    let source_account = source.split(':').nth(4).unwrap_or_default();
    is_there("aws:SourceVpc") == is_there("aws:SourceVpce")
        && !(is_there("aws:SourceVpc") && is_there("aws:SourceIp"))
        && is_there("aws:PrincipalOrgID") == is_there("aws:PrincipalOrgPaths")
        && paths.iter().all(|path| path.starts_with(&format!("{organization}/")))
        && (source_account.is_empty()
            || !is_there("aws:SourceAccount")
            || source_account == single("aws:SourceAccount"))
}

/// Every request over few words in which only what the policies look at differs.
pub(crate) fn requests(kind: PolicyKind, policies: &[&Policy]) -> Vec<Request> {
    let tests =
        policies.iter().flat_map(|policy| policy.statements()).flat_map(|cited| &*cited.statement.conditions);
    let mut keys: BTreeSet<Key> = tests.map(|test| test.key.clone()).collect();
    // Keys of which one says something of the other.
    for pair in [["aws:SourceVpc", "aws:SourceVpce"], ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"]] {
        if pair.iter().any(|key| keys.contains(&Key::new(key))) {
            keys.extend(pair.map(Key::new));
        }
    }
    let derived =
        ["aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:username"].map(Key::new);
    keys.retain(|key| !derived.contains(key));
    // Variables.
    keys.insert(Key::new("aws:PrincipalTag/team"));
    let mut contexts = vec![Context::closed()];
    for key in &keys {
        let values = values(key);
        contexts = contexts
            .iter()
            .flat_map(|context| values.iter().map(|value| context.clone().with(key.clone(), value.clone())))
            .collect();
    }
    contexts.retain(is_possible);
    // Enough to be found, few enough to be looked at.
    let step = contexts.len() / 6 + 1;
    let mut requests = Vec::new();
    for caller in CALLERS {
        let principal = Principal::parse(caller).unwrap();
        let is_bound =
            matches!(principal, Principal::User(_) | Principal::RoleSession(_) | Principal::FederatedUser(_));
        if !kind.has_principal() && !is_bound {
            continue;
        }
        for (number, action) in ACTIONS.iter().enumerate() {
            if matches!(principal, Principal::Federated(_)) && !action.starts_with("sts:") {
                continue;
            }
            for (other, resource) in RESOURCES.iter().enumerate() {
                for context in contexts.iter().skip((number + other) % step).step_by(step) {
                    let mut parts =
                        RequestParts::new(principal.clone(), action.parse().unwrap(), context.clone());
                    parts.resource = resource.map(Into::into);
                    requests.extend(Request::new(parts));
                }
            }
        }
    }
    requests
}

/// Whether a policy alone allows a request.
pub(crate) fn allows(policy: &Policy, request: &Request) -> Truth {
    Truth::all([matches(policy, request, true), !matches(policy, request, false)])
}

/// Whether a policy alone may allow a request, under one reading of AWS's rules that is the same for all its statements: where
/// `Allow` and `Deny` stand in the same doubt, the search may know more than truth shows, and nothing is claimed.
pub(crate) fn may_allow(policy: &Policy, request: &Request) -> bool {
    let [allowed, denied] = [true, false].map(|allow| matches(policy, request, allow));
    let is_shared = matches!((&allowed, &denied), (Truth::Unknown(one), Truth::Unknown(other)) if !one.is_disjoint(other));
    !is_shared && may_hold(&Truth::all([allowed, !denied]))
}

/// Whether a statement that allows, or one that denies, means the request.
fn matches(policy: &Policy, request: &Request, allow: bool) -> Truth {
    let statements = policy.statements().filter(|cited| cited.statement.allows() == allow);
    Truth::any(statements.map(|cited| {
        let named = cited.statement.namings(request, &Truth::False).into_iter().map(|(_, named)| named);
        Truth::all([cited.statement.covers_question(request), Truth::any(named)])
    }))
}

/// Whether it holds, at least as AWS may read its rules. A request of which a key is not known proves nothing.
pub(crate) fn may_hold(truth: &Truth) -> bool {
    match truth {
        Truth::True => true,
        Truth::False => false,
        Truth::Unknown(doubts) => doubts.iter().all(|doubt| matches!(doubt, Doubt::Rule(_))),
    }
}
