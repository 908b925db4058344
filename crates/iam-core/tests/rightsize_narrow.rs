//! Narrower policies and fresh ones: whatever the records show, and in whatever words calls name what they are about, all that
//! was done stays allowed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

#[expect(dead_code, reason = "nothing is judged here")]
mod testdata;

use chrono::TimeDelta;
use iam_core::evidence::{Evidence, Given};
use iam_core::fact::{Days, parse_time};
use iam_core::input::InputFile;
use iam_core::rightsize::{FromTrail, Level, OptOut, Options, RightSized, from_trail, right_size};
use iam_core::usage::{self, Usage, Whom};
use iam_policy::context::Context;
use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::{Answer, PolicySet, evaluate};
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

const NOW: &str = "2026-01-15T08:00:00Z";
const APP: &str = "arn:aws:iam::111122223333:role/app";

/// A call, what it asks for, and on what that is: the action and its resource.
#[derive(Debug, Clone)]
struct Event {
    source: &'static str,
    call: &'static str,
    parameters: Value,
    resources: Vec<String>,
    action: &'static str,
    about: String,
}

fn arn(service: &str, rest: &str) -> String {
    let region = if service == "iam" { "" } else { "eu-west-1" };
    format!("arn:aws:{service}:{region}:111122223333:{rest}")
}

/// A secret by its ARN, or by its name.
fn secret(number: u8, by_arn: bool) -> Event {
    let about = arn("secretsmanager", &format!("secret:s{number}-abcdef"));
    let id = if by_arn { about.clone() } else { format!("s{number}") };
    let (source, call) = ("secretsmanager", "GetSecretValue");
    Event {
        source,
        call,
        parameters: json!({"secretId": id}),
        resources: vec![],
        action: "secretsmanager:GetSecretValue",
        about,
    }
}

/// A secret by its name, with a key by its ARN.
fn put_secret(number: u8) -> Event {
    let about = arn("secretsmanager", &format!("secret:s{number}-abcdef"));
    let parameters = json!({"secretId": format!("s{number}"), "kmsKeyId": arn("kms", "key/1")});
    let (source, call) = ("secretsmanager", "UpdateSecret");
    Event { source, call, parameters, resources: vec![], action: "secretsmanager:UpdateSecret", about }
}

/// A function by its ARN or name, which may be handed a role.
fn function(number: u8, by_arn: bool, role: Option<u8>) -> Event {
    let about = arn("lambda", &format!("function:f{number}"));
    let name = if by_arn { about.clone() } else { format!("f{number}") };
    let mut parameters = json!({"functionName": name});
    if let Some(role) = role {
        parameters["role"] = arn("iam", &format!("role/run{role}")).into();
    }
    let (source, call) = ("lambda", "UpdateFunctionConfiguration20150331v2");
    Event { source, call, parameters, resources: vec![], action: "lambda:UpdateFunctionConfiguration", about }
}

/// An item of a table, which the record shows, by an index, which it does not.
fn query(number: u8, by_index: bool) -> Event {
    let table = arn("dynamodb", &format!("table/t{number}"));
    let about = if by_index { format!("{table}/index/i") } else { table.clone() };
    Event {
        source: "dynamodb",
        call: "Query",
        parameters: Value::Null,
        resources: vec![table],
        action: "dynamodb:Query",
        about,
    }
}

/// An object: the record shows the bucket as well.
fn object(number: u8) -> Event {
    let bucket = format!("arn:aws:s3:::b{}", number % 2);
    let about = format!("{bucket}/key{number}");
    let resources = vec![about.clone(), bucket];
    Event {
        source: "s3",
        call: "PutObject",
        parameters: Value::Null,
        resources,
        action: "s3:PutObject",
        about,
    }
}

/// Several objects at once: the record shows the bucket alone.
fn delete(number: u8, is_alone: bool) -> Event {
    let bucket = format!("arn:aws:s3:::b{}", number % 2);
    let about = format!("{bucket}/key{number}");
    let (call, resources) = if is_alone {
        ("DeleteObject", vec![about.clone(), bucket])
    } else {
        ("DeleteObjects", vec![bucket])
    };
    Event { source: "s3", call, parameters: Value::Null, resources, action: "s3:DeleteObject", about }
}

/// A role by its name or, as a made-up call has it, by its ARN.
fn role(number: u8, by_arn: bool) -> Event {
    let about = arn("iam", &format!("role/r{number}"));
    let name = if by_arn { about.clone() } else { format!("r{number}") };
    Event {
        source: "iam",
        call: "GetRole",
        parameters: json!({"roleName": name}),
        resources: vec![],
        action: "iam:GetRole",
        about,
    }
}

/// A hundred days with a record of somebody each, and these events on one of them.
fn trail(events: &[Event]) -> Value {
    let end = parse_time(NOW).unwrap();
    let record = |role: &str, day: usize, event: &Event| {
        let time = end - TimeDelta::days(i64::try_from(day % 100).unwrap()) - TimeDelta::hours(1);
        let issuer = json!({"type": "Role", "arn": format!("arn:aws:iam::111122223333:role/{role}"), "accountId": "111122223333"});
        let resources: Vec<Value> = event.resources.iter().map(|arn| json!({"ARN": arn})).collect();
        let is_data = matches!(event.call, "Query" | "PutObject" | "DeleteObject" | "DeleteObjects");
        json!({
            "eventVersion": "1.11", "eventTime": time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "eventSource": format!("{}.amazonaws.com", event.source), "eventName": event.call,
            "awsRegion": if day % 2 == 0 { "us-east-1" } else { "eu-west-1" }, "eventType": "AwsApiCall",
            "eventCategory": if is_data { "Data" } else { "Management" }, "recipientAccountId": "111122223333",
            "eventID": format!("{role}-{day}-{}", event.call), "readOnly": event.call.starts_with("Get"),
            "sourceIPAddress": "198.51.100.7", "requestParameters": event.parameters, "resources": resources,
            "userIdentity": {"type": "AssumedRole", "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/s"),
                "accountId": "111122223333", "sessionContext": {"sessionIssuer": issuer}},
        })
    };
    let other = role(0, false);
    let mut records: Vec<Value> = (0..100).map(|day| record("web", day, &other)).collect();
    let writing = Event { call: "CreateRole", ..other };
    records.extend((0..2).map(|day| record("web", day, &writing)));
    records.extend(events.iter().enumerate().map(|(day, event)| record("app", day, event)));
    json!({"Records": records})
}

fn evidence(events: &[Event]) -> Evidence {
    let actions = [
        "secretsmanager:*",
        "lambda:*",
        "dynamodb:Query",
        "s3:PutObject",
        "s3:DeleteObject",
        "iam:GetRole",
        "iam:PassRole",
    ];
    let statement = json!({"Sid": "All", "Effect": "Allow", "Action": actions, "Resource": "*"});
    let details = json!({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [
        {"RoleName": "app", "RoleId": "AROAAPPEXAMPLE", "Arn": APP, "Path": "/", "CreateDate": "2024-01-01T08:00:00Z",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}, "InstanceProfileList": [],
            "AttachedManagedPolicies": [], "Tags": [],
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}]}]});
    let files = [("details.json", details), ("cloudtrail/records.json", trail(events))];
    let files = files.into_iter().map(|(path, content)| {
        (InputFile { path: path.to_owned(), bytes: serde_json::to_vec(&content).unwrap() }, Given::InFolder)
    });
    let evidence = testdata::evidence(files.collect());
    assert_eq!(evidence.unused, []);
    evidence
}

/// What becomes of the policy of the role, and the fresh one.
fn policies(events: &[Event]) -> (RightSized, FromTrail) {
    let evidence = evidence(events);
    let asked = usage::Options { as_of: parse_time(NOW).unwrap(), window: Days(90) };
    let options = Options {
        whom: Whom::default(),
        level: Level::Resource,
        opt_out: OptOut::default(),
        with_pass_role: false,
        shrink: false,
        split: false,
        replace_aws_managed: false,
    };
    let mut usage = Usage::of(&evidence.accounts[0], asked).unwrap();
    let own = right_size(&mut usage, &options).remove(0);
    (own, from_trail(&evidence.accounts[0], asked, APP))
}

fn allows(policy: &str, action: &str, resource: &str) -> bool {
    let policy = Policy::compile("own", PolicyKind::Identity, &Document::parse(policy).unwrap());
    let principal = Principal::role_session(APP, None).unwrap();
    let parts = RequestParts::new(principal, action.parse().unwrap(), Context::open()).on(resource);
    let request = Request::new(parts).unwrap();
    matches!(
        evaluate(&request, &PolicySet::new().with(&policy)).answer,
        Answer::Allowed { .. } | Answer::Depends { .. }
    )
}

/// What a narrowed policy and a fresh one say about an action: its resources.
fn resources(policy: Option<&str>, action: &str) -> String {
    let Some(policy) = policy else { return String::new() };
    let document = Document::parse(policy).unwrap();
    let mut found = Vec::new();
    // The statement without what was narrowed keeps its name.
    for statement in document.statements.iter().filter(|own| own.sid() != Some("All")) {
        if statement.action.patterns.iter().any(|pattern| *pattern.value == *action) {
            found.extend(
                statement.resource.iter().flat_map(|own| &own.patterns).map(|own| own.value.to_string()),
            );
        }
    }
    found.join(" ").replace(":eu-west-1:111122223333:", ":").replace("arn:aws:", "")
}

#[track_caller]
fn check(events: &[Event], action: &str, narrowed: &str, fresh: &str, why: &str) {
    let (own, from) = policies(events);
    assert_eq!(resources(own.narrowed.as_deref(), action), narrowed, "{:?}", own.notes);
    assert_eq!(resources(from.text.as_deref(), action), fresh, "{:?}", from.notes);
    let is_said = |notes: &[String], why: &str| {
        why.is_empty() || notes.iter().any(|note| note.contains(action) && note.contains(why))
    };
    assert!(is_said(&from.notes, why), "{:?}", from.notes);
    // Data events are not narrowed whatever they show.
    let is_data = || is_said(&own.notes, "needs data events");
    assert!(!narrowed.is_empty() || is_said(&own.notes, why) || is_data(), "{:?}", own.notes);
}

#[test]
fn what_calls_name_otherwise_keeps_an_action_wide() {
    let (get, update, pass) =
        ("secretsmanager:GetSecretValue", "lambda:UpdateFunctionConfiguration", "iam:PassRole");
    let some = "some calls do not tell the ARN";
    let none = "the calls do not tell the ARN";
    let more = "the calls may be about more than the ARNs that they tell";
    let both = "secretsmanager:secret:s1-abcdef secretsmanager:secret:s2-abcdef";
    check(&[secret(1, true), secret(2, true)], get, both, both, "");
    check(&[secret(1, true), secret(2, false)], get, "", "*", some);
    check(&[secret(1, false)], get, "", "*", none);
    check(&[put_secret(1)], "secretsmanager:UpdateSecret", "", "*", none);
    check(&[function(1, true, None)], update, "lambda:function:f1", "lambda:function:f1", "");
    check(&[function(1, true, None), function(2, false, Some(1))], update, "", "*", more);
    check(
        &[function(1, true, Some(1)), function(1, true, None)],
        pass,
        "iam::111122223333:role/run1",
        "iam::111122223333:role/run1",
        "",
    );
    check(
        &[function(1, true, Some(1)), function(2, false, None)],
        pass,
        "",
        "iam::111122223333:role/*",
        some,
    );
    check(&[query(1, true)], "dynamodb:Query", "", "dynamodb:table/t1 dynamodb:table/t1/index/*", "");
    check(&[object(1), object(2)], "s3:PutObject", "", "s3:::b0/key2 s3:::b1/key1", "");
    check(&[delete(1, true)], "s3:DeleteObject", "", "s3:::b1/key1", "");
    check(&[delete(1, true), delete(3, false)], "s3:DeleteObject", "", "*", none);
}

fn event() -> impl Strategy<Value = Event> {
    let number = 0_u8..4;
    (0..8_u8, number, any::<bool>(), proptest::option::of(0_u8..2)).prop_map(
        |(kind, number, by_arn, passed)| match kind {
            0 | 1 => secret(number, by_arn),
            2 => put_secret(number),
            3 => function(number, by_arn, passed),
            4 => query(number, by_arn),
            5 => object(number),
            6 => delete(number, by_arn),
            _ => role(number, by_arn),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(23), ..ProptestConfig::default() })]

    #[test]
    fn all_that_was_done_stays_allowed(events in proptest::collection::vec(event(), 1..12)) {
        let (own, from) = policies(&events);
        prop_assert!(!own.notes.iter().any(|note| note.contains("please report")), "{:?}", own.notes);
        for policy in own.narrowed.iter().chain(&from.text) {
            for event in &events {
                prop_assert!(allows(policy, event.action, &event.about), "{policy} {event:?}");
                if let Some(role) = event.parameters["role"].as_str() {
                    prop_assert!(allows(policy, "iam:PassRole", role), "{policy} {event:?}");
                }
            }
        }
    }
}
