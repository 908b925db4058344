//! What granted against used, and smaller policies, cost in a large account: 2,000 roles with five policies each, a last accessed
//! report for every role, and the activity of ten million events.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on fails"
)]

use std::sync::Arc;

use divan::Bencher;
use iam_core::cloudtrail::{
    Activity, Call, Coverage, EventKinds, Limits, Place, Principal, PrincipalActivity, PrincipalKind, Sample,
    Selection, Tallies, Tally, Usage as CallUsage,
};
use iam_core::evidence::{Evidence, Given, assemble};
use iam_core::fact::{Days, parse_time};
use iam_core::input::InputFile;
use iam_core::rightsize::{Level, OptOut, Options, Outcome, right_size};
use iam_core::usage::{self, Usage, Whom};
use iam_policy::catalogue::Catalogue;
use serde_json::{Value, json};

const ROLES: usize = 2_000;
const MANAGED: usize = 1_000;
const CALLS_OF_A_ROLE: usize = 50;
const EVENTS_OF_A_CALL: u64 = 100;
const ACCOUNT: &str = "111122223333";
const NOW: &str = "2026-01-15T08:00:00Z";
const DAY: i64 = 86_400;
const SERVICES: [&str; 12] = [
    "ec2",
    "s3",
    "iam",
    "rds",
    "lambda",
    "dynamodb",
    "cloudformation",
    "ecs",
    "eks",
    "kms",
    "sqs",
    "secretsmanager",
];

fn main() {
    divan::main();
}

/// The actions of a service by name, as the catalogue has them.
fn names(service: &str) -> Vec<&'static str> {
    Catalogue::embedded().service(service).unwrap().actions().map(|action| action.name()).collect()
}

/// A policy of three statements: a list, a pattern of a service's beginning, and a whole service. One in fifty is of an administrator.
fn document(number: usize) -> Value {
    if number % 50 == 7 {
        return json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    }
    let service = |offset: usize| SERVICES[(number + offset) % SERVICES.len()];
    let list: Vec<String> = names(service(0))
        .into_iter()
        .skip(number % 7)
        .step_by(3)
        .take(12)
        .map(|name| format!("{}:{name}", service(0)))
        .collect();
    json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "List", "Effect": "Allow", "Action": list, "Resource": "*"},
        {"Sid": "Look", "Effect": "Allow", "Action": [format!("{}:Describe*", service(1)), format!("{}:List*", service(1))], "Resource": "*"},
        {"Sid": "All", "Effect": "Allow", "Action": format!("{}:*", service(2)), "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        {"Sid": "Never", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]})
}

fn arn(role: usize) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/r{role}")
}

fn details() -> Value {
    let made = "2024-01-10T08:00:00+00:00";
    let attached = |number: usize| {
        let name = format!("p{}", number % MANAGED);
        json!({"PolicyName": name, "PolicyArn": format!("arn:aws:iam::{ACCOUNT}:policy/{name}")})
    };
    let roles: Vec<Value> = (0..ROLES)
        .map(|role| {
            let inline: Vec<Value> = policies(role)[..3]
                .iter()
                .map(|number| json!({"PolicyName": format!("own{number}"), "PolicyDocument": document(*number)}))
                .collect();
            json!({"RoleName": format!("r{role}"), "RoleId": "AROAEXAMPLE", "Arn": arn(role), "Path": "/", "CreateDate": made,
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}, "InstanceProfileList": [],
                "AttachedManagedPolicies": [attached(role), attached(role * 3 + 1)], "RolePolicyList": inline,
                "RoleLastUsed": {"LastUsedDate": "2026-01-14T08:00:00+00:00", "Region": "eu-west-1"}})
        })
        .collect();
    let policies: Vec<Value> = (0..MANAGED)
        .map(|policy| {
            json!({"PolicyName": format!("p{policy}"), "PolicyId": "ANPAEXAMPLE", "Arn": format!("arn:aws:iam::{ACCOUNT}:policy/p{policy}"),
                "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 4, "PermissionsBoundaryUsageCount": 0, "CreateDate": made,
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": made, "Document": document(policy * 7)}]})
        })
        .collect();
    json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": policies})
}

/// The calls of a role: the actions of two services, from some place on.
fn calls(role: usize) -> impl Iterator<Item = (&'static str, &'static str)> {
    (0..2).flat_map(move |offset| {
        let service = SERVICES[(role + offset) % SERVICES.len()];
        names(service)
            .into_iter()
            .cycle()
            .skip(role % 11)
            .take(CALLS_OF_A_ROLE / 2)
            .map(move |name| (service, name))
    })
}

/// The numbers of a role's policies: three embedded, two managed.
fn policies(role: usize) -> [usize; 5] {
    [role * 3, role * 3 + 1, role * 3 + 2, role % MANAGED * 7, (role * 3 + 1) % MANAGED * 7]
}

/// Whether a role is granted anything of a service.
fn is_granted(role: usize, service: &str) -> bool {
    policies(role).into_iter().any(|number| {
        number % 50 == 7 || (0..3).any(|offset| SERVICES[(number + offset) % SERVICES.len()] == service)
    })
}

fn report(role: usize) -> Value {
    let used: Vec<(&str, &str)> = calls(role).collect();
    let last = "2026-01-14T08:00:00Z";
    let rows: Vec<Value> = SERVICES
        .iter()
        .filter(|service| is_granted(role, service))
        .map(|service| {
            let actions: Vec<Value> = names(service)
                .into_iter()
                .map(|name| {
                    if used.contains(&(*service, name)) {
                        json!({"ActionName": name, "LastAccessedTime": last})
                    } else {
                        json!({"ActionName": name})
                    }
                })
                .collect();
            let mut row = json!({"ServiceNamespace": service, "ServiceName": service, "TrackedActionsLastAccessed": actions});
            if used.iter().any(|(own, _)| own == service) {
                row["LastAuthenticated"] = json!(last);
            }
            row
        })
        .collect();
    let page = json!({"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "JobCreationDate": NOW, "JobCompletionDate": NOW,
        "IsTruncated": false, "ServicesLastAccessed": rows});
    json!({"format": "iam-audit/service-last-accessed", "version": 1, "principal": arn(role), "pages": [page]})
}

/// What ten million events over 200 days come to.
fn activity() -> Activity {
    let end = parse_time(NOW).unwrap().timestamp();
    let begin = end - 200 * DAY;
    let mut activity = Activity::empty(Selection::default(), Limits::default());
    let days = (begin / DAY..=end / DAY).map(|day| (i32::try_from(day).unwrap(), 25_000)).collect();
    let all = ROLES as u64 * CALLS_OF_A_ROLE as u64 * EVENTS_OF_A_CALL;
    for region in ["eu-west-1", "us-east-1"] {
        let tally = Tally { count: all / 2, first: begin, last: end };
        let coverage =
            Coverage { all: tally, reads: all / 4, writes: all / 4, data: 0, days: Clone::clone(&days) };
        activity.coverage.add(Place { account: ACCOUNT.into(), region: region.into() }, coverage);
    }
    for role in 0..ROLES {
        let mut own = PrincipalActivity::default();
        for (number, (service, name)) in calls(role).enumerate() {
            let mut resources = Sample::default();
            for resource in 0..6 {
                resources
                    .add(&format!("arn:aws:{service}:eu-west-1:{ACCOUNT}:thing/{role}-{number}-{resource}"));
            }
            let used = Tally { count: EVENTS_OF_A_CALL, first: begin, last: end - 3_600 };
            let tallies = Tallies { used, ..Tallies::default() };
            let call = Call { source: format!("{service}.amazonaws.com").into(), name: name.into() };
            own.all.merge(tallies);
            own.calls.add(
                call,
                CallUsage {
                    tallies,
                    kinds: EventKinds::API_CALL,
                    resources,
                    with_resources: EVENTS_OF_A_CALL,
                    ..CallUsage::default()
                },
            );
        }
        let principal =
            Principal { kind: PrincipalKind::Role, account: ACCOUNT.into(), name: Arc::from(arn(role)) };
        activity.principals.add(principal, own);
    }
    assert_eq!(activity.all().used.count, 10_000_000);
    activity
}

fn evidence() -> Evidence {
    let file = |path: String, content: &Value| {
        (InputFile { path, bytes: content.to_string().into_bytes() }, Given::InFolder)
    };
    let mut files = vec![file("account-authorization-details.json".to_owned(), &details())];
    files.extend(
        (0..ROLES).map(|role| file(format!("service-last-accessed/role/r{role}.json"), &report(role))),
    );
    let mut evidence = assemble(files);
    evidence.join_activity(activity());
    assert_eq!(evidence.unused, []);
    evidence
}

fn asked() -> usage::Options {
    usage::Options { as_of: parse_time(NOW).unwrap(), window: Days(90) }
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn usage_of_everybody(bencher: Bencher<'_, '_>) {
    let evidence = evidence();
    bencher.bench_local(|| {
        let mut actions = 0;
        let mut usage = Usage::of(&evidence.accounts[0], asked()).unwrap();
        usage.for_each(&Whom::default(), |own| actions += own.action_counts().all());
        assert!(actions > ROLES * 100);
        actions
    });
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn smaller_policies(bencher: Bencher<'_, '_>) {
    let evidence = evidence();
    let options = Options {
        whom: Whom::default(),
        level: Level::Action,
        opt_out: OptOut::default(),
        with_pass_role: false,
        shrink: false,
        split: false,
        replace_aws_managed: false,
    };
    bencher.bench_local(|| {
        let all = right_size(&mut Usage::of(&evidence.accounts[0], asked()).unwrap(), &options);
        let smaller = all.iter().filter(|own| matches!(own.outcome, Outcome::Smaller(_))).count();
        assert!(smaller > ROLES);
        all
    });
}
