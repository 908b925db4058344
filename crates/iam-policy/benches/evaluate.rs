//! What it costs to decide one request of a principal with twenty policies, and to make the policies ready.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on fails"
)]

use std::fmt::Write as _;

use divan::{Bencher, black_box};
use iam_policy::context::{Context, ContextValue};
use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::{Answer, PolicySet, evaluate};
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};

const SERVICES: [&str; 20] = [
    "ec2",
    "s3",
    "rds",
    "sqs",
    "sns",
    "iam",
    "lambda",
    "dynamodb",
    "logs",
    "events",
    "kms",
    "ecs",
    "ecr",
    "eks",
    "glue",
    "athena",
    "states",
    "batch",
    "route53",
    "cloudfront",
];

fn main() {
    divan::main();
}

/// A policy of the size of AWS's managed ones for one service: five statements with ten actions each, some of them with
/// conditions and variables.
fn text(service: &str) -> String {
    let mut text = r#"{"Version": "2012-10-17", "Statement": ["#.to_owned();
    for (number, verb) in ["Get", "List", "Create", "Update", "Delete"].iter().enumerate() {
        let actions: Vec<String> =
            ["Object", "Item", "Queue", "Topic", "Function", "Table", "Log*", "Cluster", "Policy", "Zone*"]
                .iter()
                .map(|noun| format!("\"{service}:{verb}{noun}\""))
                .collect();
        let comma = if number == 0 { "" } else { "," };
        let effect = if *verb == "Delete" { "Deny" } else { "Allow" };
        write!(
            text,
            r#"{comma}{{"Sid": "{verb}", "Effect": "{effect}", "Action": [{}],
              "Resource": ["arn:aws:{service}:*:111122223333:app-*", "arn:aws:{service}:::${{aws:username}}/*"],
              "Condition": {{"StringEquals": {{"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
                             "BoolIfExists": {{"aws:MultiFactorAuthPresent": "true"}}}}}}"#,
            actions.join(", ")
        )
        .unwrap();
    }
    text + "]}"
}

fn policies() -> Vec<Policy> {
    let compile = |service: &&str| {
        Policy::compile(service, PolicyKind::Identity, &Document::parse(&text(service)).unwrap())
    };
    SERVICES.iter().map(compile).collect()
}

fn request(action: &str, context: Context) -> Request {
    let anna = Principal::user("arn:aws:iam::111122223333:user/anna").unwrap();
    let parts = RequestParts::new(anna, action.parse().unwrap(), context).on("arn:aws:s3:::anna/plan");
    Request::new(parts.owned_by("111122223333".parse().unwrap())).unwrap()
}

fn known() -> Context {
    Context::closed().with("aws:RequestedRegion", ContextValue::single("eu-west-1"))
}

#[divan::bench]
fn allowed(bencher: Bencher<'_, '_>) {
    let policies = policies();
    let set = policies.iter().fold(PolicySet::new(), PolicySet::with);
    let request = request("s3:GetObject", known());
    assert!(evaluate(&request, &set).is_allowed());
    bencher.bench_local(|| evaluate(black_box(&request), black_box(&set)).is_allowed());
}

#[divan::bench]
fn denied_because_nothing_allows(bencher: Bencher<'_, '_>) {
    let policies = policies();
    let set = policies.iter().fold(PolicySet::new(), PolicySet::with);
    let request = request("s3:PutObject", known());
    assert!(evaluate(&request, &set).is_denied());
    bencher.bench_local(|| evaluate(black_box(&request), black_box(&set)).is_denied());
}

#[divan::bench]
fn depends_on_keys(bencher: Bencher<'_, '_>) {
    let policies = policies();
    let set = policies.iter().fold(PolicySet::new(), PolicySet::with);
    let request = request("s3:GetObject", Context::open());
    assert!(matches!(evaluate(&request, &set).answer, Answer::Depends { .. }));
    bencher.bench_local(|| evaluate(black_box(&request), black_box(&set)).is_denied());
}

#[divan::bench]
fn ask_another_question(bencher: Bencher<'_, '_>) {
    let mut request = request("s3:GetObject", known());
    let account = request.resource_account();
    bencher.bench_local(move || {
        let action = black_box("s3:PutObject").parse().unwrap();
        request.ask(action, Some("arn:aws:s3:::anna/plan"), account).unwrap();
    });
}

#[divan::bench]
fn parse_and_compile_one_policy(bencher: Bencher<'_, '_>) {
    let text = text("s3");
    bencher.bench_local(|| {
        Policy::compile("s3", PolicyKind::Identity, &Document::parse(black_box(&text)).unwrap())
    });
}
