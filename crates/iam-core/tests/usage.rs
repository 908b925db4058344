//! Granted against used: what each source says of an action, and what they say together.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

#[expect(dead_code, reason = "nothing is judged here")]
mod testdata;

use std::fmt::Write as _;

use iam_core::evidence::{Evidence, Given};
use iam_core::fact::{Days, parse_time, shown_date};
use iam_core::input::InputFile;
use iam_core::usage::{GrantUsage, Options, State, Usage, UsageSource, Vote};
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";

fn options(as_of: &str, days: u32) -> Options {
    Options { as_of: parse_time(as_of).unwrap(), window: Days(days) }
}

fn role(name: &str, created: &str, actions: &Value, last_used: Option<&str>) -> Value {
    let mut role = json!({
        "RoleName": name, "RoleId": "AROAEXAMPLE", "Arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"), "Path": "/",
        "CreateDate": created, "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "InstanceProfileList": [], "AttachedManagedPolicies": [],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": actions}}],
    });
    if let Some(last) = last_used {
        role["RoleLastUsed"] =
            if last.is_empty() { json!({}) } else { json!({"LastUsedDate": last, "Region": "eu-west-1"}) };
    }
    role
}

fn allow(actions: &Value) -> Value {
    json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}])
}

fn details(roles: &[Value]) -> (String, Value) {
    let details =
        json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": roles, "Policies": []});
    ("account-authorization-details.json".to_owned(), details)
}

fn report(name: &str, completed: &str, services: &Value) -> (String, Value) {
    let page = json!({"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "JobCreationDate": completed,
        "JobCompletionDate": completed, "IsTruncated": false, "ServicesLastAccessed": services});
    (format!("service-last-accessed/role/{name}.json"), page)
}

/// What matters of a record, in the order of `trail`'s template.
type RecordOf<'r> = (&'r str, &'r str, &'r str, &'r str, &'r str, Option<&'r str>);

/// One record a line, in two Regions.
fn trail(records: &[RecordOf<'_>]) -> (String, Value) {
    let records: Vec<Value> = records
        .iter()
        .map(|(role, time, source, name, region, error)| {
            let issuer = json!({"type": "Role", "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"), "accountId": ACCOUNT});
            json!({
                "eventVersion": "1.11", "eventTime": time, "eventSource": format!("{source}.amazonaws.com"), "eventName": name,
                "awsRegion": region, "eventType": "AwsApiCall", "eventCategory": "Management", "recipientAccountId": ACCOUNT,
                "eventID": format!("{role}{time}{name}"), "readOnly": name.starts_with("Get") || name.starts_with("List"),
                "errorCode": error, "sourceIPAddress": "198.51.100.7", "requestParameters": null,
                "userIdentity": {"type": "AssumedRole", "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/s"),
                    "accountId": ACCOUNT, "sessionContext": {"sessionIssuer": issuer}},
            })
        })
        .collect();
    ("cloudtrail/records.json".to_owned(), json!({"Records": records}))
}

fn evidence(files: &[(String, Value)]) -> Evidence {
    let files = files.iter().map(|(path, content)| {
        let bytes = serde_json::to_vec(content).unwrap();
        (InputFile { path: path.clone(), bytes }, Given::InFolder)
    });
    let evidence = testdata::evidence(files.collect());
    assert_eq!(evidence.unused, []);
    assert_eq!(evidence.accounts.len(), 1);
    evidence
}

fn usage(evidence: &Evidence, options: Options) -> Vec<GrantUsage> {
    let mut usage = Usage::of(&evidence.accounts[0], options).unwrap();
    let principals: Vec<_> = usage.principals().collect();
    principals.iter().map(|principal| usage.of_principal(principal)).collect()
}

/// `iam:GetRole used 2026-01-02 by last-accessed`
fn shown(usage: &GrantUsage) -> Vec<String> {
    let catalogue = iam_policy::catalogue::Catalogue::embedded();
    let mut shown = Vec::new();
    for service in &usage.services {
        for action in &service.actions {
            let mut line = format!("{} {}", catalogue.by_id(action.id).unwrap(), action.state);
            if let Some(last) = action.votes.last() {
                write!(line, " {}", shown_date(last)).unwrap();
            }
            // What Access Analyzer says has tests of its own.
            let deciding = action.votes.deciding();
            for (source, vote) in deciding.filter(|(source, _)| *source != UsageSource::AccessAnalyzer) {
                match vote {
                    Vote::Silent(why) => write!(line, "; {source}: {why}").unwrap(),
                    Vote::Possible { .. } => write!(line, "; {source}: possible").unwrap(),
                    _ => write!(line, "; {source}").unwrap(),
                }
            }
            shown.push(line);
        }
    }
    shown.sort();
    shown
}

#[track_caller]
fn check(files: &[(String, Value)], options: Options, expected: &[&str]) {
    let evidence = evidence(files);
    let all = usage(&evidence, options);
    assert_eq!(shown(&all[0]), expected);
}

const NOW: &str = "2026-01-15T08:00:00Z";
const OLD: &str = "2024-01-01T08:00:00Z";

#[test]
fn a_report_tells_used_from_unused_from_untracked() {
    let services = json!([
        {"ServiceNamespace": "iam", "ServiceName": "IAM", "LastAuthenticated": "2026-01-10T08:00:00Z", "TrackedActionsLastAccessed": [
            {"ActionName": "GetRole", "LastAccessedTime": "2026-01-10T08:00:00Z"}, {"ActionName": "CreateRole"},
            {"ActionName": "ListRoles", "LastAccessedTime": "2025-06-01T08:00:00Z"}]},
        {"ServiceNamespace": "s3", "ServiceName": "S3"},
    ]);
    let actions = json!([
        "iam:GetRole",
        "iam:CreateRole",
        "iam:ListRoles",
        "iam:TagRole",
        "iam:PassRole",
        "s3:GetObject",
        "sqs:SendMessage"
    ]);
    let files = [details(&[role("app", OLD, &allow(&actions), None)]), report("app", NOW, &services)];
    check(
        &files,
        options(NOW, 90),
        &[
            "iam:CreateRole unused; last-accessed",
            "iam:GetRole used 2026-01-10; last-accessed",
            "iam:ListRoles unused 2025-06-01; last-accessed",
            "iam:PassRole unknown; last-accessed: PassRole is no call; cloudtrail: not handed in; role-last-used: not handed in",
            "iam:TagRole unknown; last-accessed: does not track it; cloudtrail: not handed in; role-last-used: not handed in",
            "s3:GetObject unused; last-accessed",
            "sqs:SendMessage unknown; last-accessed: does not list it; cloudtrail: not handed in; role-last-used: not handed in",
        ],
    );
}

#[test]
fn a_window_that_was_not_seen_proves_no_disuse() {
    let unused = json!([{"ServiceNamespace": "s3", "ServiceName": "S3"}]);
    let s3 = json!("s3:GetObject");
    let silent = |why: &str| {
        format!(
            "s3:GetObject unknown; last-accessed: {why}; cloudtrail: not handed in; role-last-used: not handed in"
        )
    };
    for (created, completed, days, expected) in [
        (OLD, NOW, 90, "s3:GetObject unused; last-accessed".to_owned()),
        (OLD, NOW, 400, "s3:GetObject unused; last-accessed".to_owned()),
        (OLD, NOW, 401, silent("shorter than the window")),
        ("2025-10-17T08:00:00Z", NOW, 90, "s3:GetObject unused; last-accessed".to_owned()),
        ("2025-10-17T08:00:01Z", NOW, 90, silent("principal too young")),
        (OLD, "2025-10-17T07:59:59Z", 90, silent("ends before the window")),
    ] {
        let files = [details(&[role("app", created, &allow(&s3), None)]), report("app", completed, &unused)];
        check(&files, options(NOW, days), &[&expected]);
    }
}

#[test]
fn a_role_that_nobody_was_in_did_nothing() {
    let actions = json!(["iam:PassRole", "sqs:SendMessage"]);
    for (last, expected) in [
        ("", ["iam:PassRole unused; role-last-used", "sqs:SendMessage unused; role-last-used"]),
        (
            "2025-06-01T08:00:00Z",
            [
                "iam:PassRole unused 2025-06-01; role-last-used",
                "sqs:SendMessage unused 2025-06-01; role-last-used",
            ],
        ),
    ] {
        let app = role("app", OLD, &allow(&actions), Some(last));
        // The details carry no date: another role shows that they are new enough.
        check(
            &[details(&[app.clone(), role("web", OLD, &json!([]), Some(NOW))])],
            options(NOW, 90),
            &expected,
        );
        let old = [
            "iam:PassRole unknown; last-accessed: not handed in; cloudtrail: not handed in; role-last-used: ends before the window",
            "sqs:SendMessage unknown; last-accessed: not handed in; cloudtrail: not handed in; role-last-used: ends before the window",
        ];
        check(&[details(&[app])], options(NOW, 90), &old);
    }
}

/// No case of these has anything unused, as something tells of a use that the source of the disuse did not see.
#[test]
fn a_use_silences_what_did_not_see_it() {
    let service = |last: Option<&str>| {
        let mut row = json!({"ServiceNamespace": "s3", "ServiceName": "S3"});
        if let Some(last) = last {
            row["LastAuthenticated"] = last.into();
        }
        json!([row])
    };
    let statements = allow(&json!(["s3:GetObject", "s3:PutObject"]));
    let app = |last| details(&[role("app", OLD, &statements, last), role("web", OLD, &json!([]), Some(NOW))]);
    let listed = [("app", "2026-01-14T08:00:00Z", "s3", "ListBuckets", "eu-west-1", None)];
    let cases = [
        ("stale details", vec![app(Some("2025-06-01T08:00:00Z")), report("app", NOW, &service(Some(NOW)))]),
        ("no use in stale details", vec![app(Some("")), report("app", NOW, &service(Some(NOW)))]),
        ("details against records", vec![app(Some("2025-06-01T08:00:00Z")), trail(&listed)]),
        (
            "old report",
            vec![app(None), report("app", "2025-12-20T08:00:00Z", &service(None)), trail(&listed)],
        ),
    ];
    for (name, files) in &cases {
        let lines = shown(&usage(&evidence(files), options(NOW, 90))[0]);
        assert_eq!(lines.len(), 2, "{name}");
        assert!(lines.iter().all(|line| line.contains(" unknown")), "{name}: {lines:?}");
    }
}

/// A policy that a role has, a report about the policy that is older than what the role did, and AWS's list of who used it.
#[test]
fn a_use_by_a_holder_silences_what_is_said_of_the_policy() {
    let arn = format!("arn:aws:iam::{ACCOUNT}:policy/shared");
    let mut app = role("app", OLD, &json!([]), None);
    app["AttachedManagedPolicies"] = json!([{"PolicyName": "shared", "PolicyArn": arn}]);
    let (path, mut content) = details(&[app]);
    content["Policies"] = json!([{"PolicyName": "shared", "PolicyId": "ANPAEXAMPLE", "Arn": arn, "Path": "/",
        "DefaultVersionId": "v1", "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true,
        "CreateDate": OLD, "UpdateDate": OLD, "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true,
            "CreateDate": OLD, "Document": {"Version": "2012-10-17", "Statement": allow(&json!("s3:PutObject"))}}]}]);
    let never = json!([{"ServiceNamespace": "s3", "ServiceName": "S3"}]);
    let (_, of_policy) = report("", "2025-12-20T08:00:00Z", &never);
    let of_policy = ("service-last-accessed/policy/shared.json".to_owned(), of_policy);
    let lately =
        json!([{"ServiceNamespace": "s3", "ServiceName": "S3", "LastAuthenticated": "2026-01-14T08:00:00Z"}]);
    let state = |files: &[(String, Value)]| {
        let evidence = evidence(files);
        let mut usage = Usage::of(&evidence.accounts[0], options(NOW, 90)).unwrap();
        let policy = usage.policies().next().unwrap();
        usage.of_policy(&policy).services[0].actions[0].state
    };
    let details = (path, content);
    assert_eq!(state(&[details.clone(), of_policy.clone()]), State::Unused);
    assert_eq!(state(&[details, of_policy, report("app", NOW, &lately)]), State::Unknown);
}

/// Whatever a use is added to, it takes no permission away: over all small combinations of sources and moments.
#[test]
fn adding_a_use_adds_no_removal() {
    let moments = [None, Some("2025-12-01T08:00:00Z"), Some("2026-01-14T08:00:00Z")];
    let statements = allow(&json!(["s3:GetObject", "s3:PutBucketAcl", "sqs:CreateQueue", "sqs:TagQueue"]));
    let unused = |[in_details, in_report, in_records]: [Option<&str>; 3], completed: &str| {
        let s3 = json!({"ServiceNamespace": "s3", "ServiceName": "S3"});
        let mut sqs = json!({"ServiceNamespace": "sqs", "ServiceName": "SQS", "TrackedActionsLastAccessed": [
            {"ActionName": "CreateQueue"}, {"ActionName": "TagQueue"}]});
        if let Some(at) = in_report {
            sqs["LastAuthenticated"] = at.into();
            sqs["TrackedActionsLastAccessed"][0]["LastAccessedTime"] = at.into();
        }
        // Records of somebody else, so that what the records cover stays the same.
        let mut records = vec![
            ("web", "2025-11-30T08:00:00Z", "s3", "ListBuckets", "eu-west-1", None),
            ("web", "2026-01-14T08:00:00Z", "s3", "ListBuckets", "us-east-1", None),
        ];
        records.extend(in_records.map(|at| ("app", at, "s3", "CreateBucket", "eu-west-1", None)));
        let app = role("app", OLD, &statements, Some(in_details.unwrap_or_default()));
        let files = [
            details(&[app, role("web", OLD, &json!([]), Some(NOW))]),
            report("app", completed, &json!([s3, sqs])),
            trail(&records),
        ];
        let lines = shown(&usage(&evidence(&files), options(NOW, 90))[0]).into_iter();
        let names = lines
            .filter(|line| line.contains(" unused"))
            .map(|line| line.split(' ').next().unwrap().to_owned());
        names.collect::<std::collections::BTreeSet<String>>()
    };
    for completed in ["2025-12-20T08:00:00Z", NOW] {
        for at in 0..27 {
            let uses = [moments[at % 3], moments[at / 3 % 3], moments[at / 9]];
            // A report does not tell of what came after it.
            if uses[1].is_some_and(|used| used > completed) {
                continue;
            }
            let all = unused(uses, completed);
            for source in 0..3 {
                let mut fewer = uses;
                fewer[source] = None;
                let before = unused(fewer, completed);
                assert!(all.is_subset(&before), "{uses:?} {completed}: {all:?} beyond {before:?}");
            }
        }
    }
}

#[test]
fn records_tell_used_from_attempted_from_unused() {
    let actions = json!([
        "iam:CreateUser",
        "iam:DeleteUser",
        "iam:GetUser",
        "iam:ListUsers",
        "s3:GetObject",
        "kinesis:PutRecord",
        "kms:Decrypt",
        "sts:AssumeRole"
    ]);
    let roles = [role("app", OLD, &allow(&actions), None)];
    // Something every day, in two Regions.
    let mut days: Vec<(String, &str)> = Vec::new();
    let start = parse_time("2025-10-10T08:00:00Z").unwrap();
    for day in 0..=97 {
        let time = start + chrono::TimeDelta::try_days(day).unwrap();
        days.push((iam_core::fact::shown_time(time), if day % 2 == 0 { "us-east-1" } else { "eu-west-1" }));
    }
    let mut records: Vec<RecordOf<'_>> = days
        .iter()
        .map(|(time, region)| ("other", time.as_str(), "sts", "GetCallerIdentity", *region, None))
        .collect();
    records.push(("other", "2026-01-15T07:00:00Z", "iam", "CreateRole", "us-east-1", None));
    records.push(("app", "2026-01-10T08:00:00Z", "iam", "CreateUser", "us-east-1", None));
    records.push(("app", "2026-01-10T08:00:00Z", "iam", "DeleteUser", "us-east-1", Some("AccessDenied")));
    records.push((
        "app",
        "2025-10-12T08:00:00Z",
        "iam",
        "GetUser",
        "us-east-1",
        Some("NoSuchEntityException"),
    ));
    let files = [details(&roles), trail(&records)];
    let silent = |action: &str, why: &str| {
        format!(
            "{action} unknown; last-accessed: not handed in; cloudtrail: {why}; role-last-used: not handed in"
        )
    };
    check(
        &files,
        options(NOW, 90),
        &[
            "iam:CreateUser used 2026-01-10; cloudtrail",
            "iam:DeleteUser attempted 2026-01-10; cloudtrail",
            "iam:GetUser unused 2025-10-12; cloudtrail",
            "iam:ListUsers unused; cloudtrail",
            &silent("kinesis:PutRecord", "may not be logged"),
            &silent("kms:Decrypt", "may not be logged"),
            &silent("s3:GetObject", "needs data events"),
            "sts:AssumeRole unused; cloudtrail",
        ],
    );
    // A day without any record may be a file that is missing.
    records.retain(|(_, time, ..)| !time.starts_with("2025-12-24"));
    let evidence = evidence(&[details(&roles), trail(&records)]);
    let states: Vec<State> = usage(&evidence, options(NOW, 90))[0]
        .services
        .iter()
        .flat_map(|service| &service.actions)
        .map(|action| action.state)
        .collect();
    assert!(!states.contains(&State::Unused), "{states:?}");
}

#[test]
fn an_unconditional_denial_is_not_granted_and_a_conditional_one_is() {
    let statements = json!([
        {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ListQueues", "sqs:NoSuchAction"], "Resource": "*"},
        {"Effect": "Deny", "Action": "sqs:List*", "Resource": "*"},
        {"Effect": "Deny", "Action": "sqs:Send*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ]);
    let evidence = evidence(&[details(&[role("app", OLD, &statements, None)])]);
    let usage = &usage(&evidence, options(NOW, 90))[0];
    let names: Vec<String> =
        shown(usage).iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["sqs:SendMessage"]);
    assert_eq!(usage.unknown_names, ["sqs:NoSuchAction".into()]);
}

#[test]
fn the_role_that_administers_eks() {
    let evidence = testdata::evidence(testdata::folder("accounts/eks-admin-role"));
    let all = usage(&evidence, options("2026-01-15T08:00:05Z", 90));
    let mut out = String::new();
    for service in &all[0].services {
        let counts = service.counts();
        let last = service.last.map(shown_date).unwrap_or_default();
        writeln!(out, "{} {} {last} {counts:?}", service.prefix, service.state).unwrap();
    }
    let lines = shown(&all[0]);
    let lines = lines.iter().filter(|line| !line.starts_with("s3:") && !line.starts_with("rds:"));
    lines.for_each(|line| writeln!(out, "{line}").unwrap());
    insta::assert_snapshot!("eks-admin-role", out);
}
