//! Smaller policies: what is to stay although nobody used it, dividing what is too long, and proposals from records.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

#[expect(dead_code, reason = "nothing is judged here")]
mod testdata;

use std::fmt::Write as _;

use chrono::TimeDelta;
use iam_core::audit::Settings;
use iam_core::checks;
use iam_core::evidence::{Evidence, Given};
use iam_core::fact::{Days, parse_time};
use iam_core::input::InputFile;
use iam_core::rightsize::{Level, OptOut, Options, Outcome, RightSized, TagMatch, right_size};
use iam_core::usage::{self, Usage, Whom};
use iam_policy::catalogue::{ActionId, Catalogue};
use iam_policy::document::Document;
use iam_policy::pattern::ActionPattern;
use serde_json::{Value, json};

const NOW: &str = "2026-01-15T08:00:00Z";
const APP: &str = "arn:aws:iam::111122223333:role/app";

fn options() -> Options {
    Options {
        whom: Whom::default(),
        level: Level::Action,
        opt_out: OptOut::default(),
        with_pass_role: false,
        shrink: false,
        split: false,
        replace_aws_managed: false,
    }
}

fn role(policy: &Value, tags: &Value) -> Value {
    json!({"RoleName": "app", "RoleId": "AROAAPPEXAMPLE", "Arn": APP, "Path": "/", "CreateDate": "2024-01-01T08:00:00Z",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}, "InstanceProfileList": [], "AttachedManagedPolicies": [],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": policy}}], "Tags": tags})
}

/// A report about the role of one service: actions, and whether they were used.
fn report(service: &str, tracked: &[(&str, bool)]) -> Value {
    let used = "2026-01-14T08:00:00Z";
    let actions: Vec<Value> = tracked
        .iter()
        .map(|(name, is_used)| {
            if *is_used {
                json!({"ActionName": name, "LastAccessedTime": used})
            } else {
                json!({"ActionName": name})
            }
        })
        .collect();
    let row = json!({"ServiceNamespace": service, "ServiceName": service, "LastAuthenticated": used, "TrackedActionsLastAccessed": actions});
    let page = json!({"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "JobCreationDate": NOW, "JobCompletionDate": NOW,
        "IsTruncated": false, "ServicesLastAccessed": [row]});
    json!({"format": "iam-audit/service-last-accessed", "version": 1, "principal": APP, "pages": [page]})
}

fn evidence(role: &Value, others: &[(&str, &Value)]) -> Evidence {
    let details =
        json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": []});
    let mut files = vec![("details.json", &details)];
    files.extend(others);
    let files = files.into_iter().map(|(path, content)| {
        (InputFile { path: path.to_owned(), bytes: serde_json::to_vec(content).unwrap() }, Given::InFolder)
    });
    let evidence = testdata::evidence(files.collect());
    assert_eq!(evidence.unused, []);
    evidence
}

fn plan(evidence: &Evidence, options: &Options) -> RightSized {
    let asked = usage::Options { as_of: parse_time(NOW).unwrap(), window: Days(90) };
    let mut usage = Usage::of(&evidence.accounts[0], asked).unwrap();
    right_size(&mut usage, options).into_iter().next().unwrap()
}

fn names(ids: &[ActionId]) -> String {
    let catalogue = Catalogue::embedded();
    let names: Vec<String> = ids.iter().map(|id| catalogue.by_id(*id).unwrap().to_string()).collect();
    names.join(" ")
}

fn removed(own: &RightSized) -> String {
    names(&own.removed.iter().flat_map(|removed| removed.actions.clone()).collect::<Vec<_>>())
}

// ---- what is to stay ----

fn users() -> Value {
    json!([{"Effect": "Allow", "Action": ["iam:GetUser", "iam:CreateUser", "iam:DeleteUser"], "Resource": "*"}])
}

fn users_report() -> Value {
    report("iam", &[("GetUser", true), ("CreateUser", false), ("DeleteUser", false)])
}

#[test]
fn a_tag_keeps_all_policies_of_a_role() {
    let report = users_report();
    let tagged = json!([{"Key": "rightsize", "Value": "keep"}]);
    for (tags, tag, is_kept) in [
        (&tagged, "rightsize=keep", true),
        (&tagged, "rightsize", true),
        (&tagged, "rightsize=", false),
        (&tagged, "Rightsize", false),
        (&json!([]), "rightsize", false),
        // Tags that were not seen may be the one.
        (&json!("damaged"), "rightsize", true),
    ] {
        let evidence = evidence(&role(&users(), tags), &[("report.json", &report)]);
        let opt_out = OptOut { tag: Some(TagMatch::parse(tag)), ..OptOut::default() };
        let own = plan(&evidence, &Options { opt_out, ..options() });
        assert_eq!(matches!(own.outcome, Outcome::Untouched(_)), is_kept, "{tags} {tag} {:?}", own.outcome);
        assert_eq!(removed(&own).is_empty(), is_kept);
    }
}

#[test]
fn the_settings_keep_what_they_name_until_a_day() {
    let report = users_report();
    let evidence = evidence(&role(&users(), &json!([])), &[("report.json", &report)]);
    let all = "iam:CreateUser iam:DeleteUser";
    for (entry, went, idle) in [
        ("subject = \"*:role/app\"\nuntil = 2026-01-15", "", 0),
        ("subject = \"*:role/app\"\nuntil = 2026-01-14", all, 1),
        ("subject = \"*:role/other\"\nuntil = 2026-01-15", all, 1),
        ("subject = \"*:role/app\"\nactions = [\"iam:Create*\"]\nuntil = 2026-01-15", "iam:DeleteUser", 0),
        ("subject = \"*:role/app\"\nactions = [\"s3:*\"]\nuntil = 2026-01-15", all, 0),
    ] {
        let text = format!("[[rightsize.keep]]\n{entry}\nreason = \"restores once a year\"\n");
        let exemptions = Settings::parse(&text, checks::ALL).unwrap().rightsize_keep;
        let opt_out = OptOut { exemptions, ..OptOut::default() };
        let asked = usage::Options { as_of: parse_time(NOW).unwrap(), window: Days(90) };
        let usage = Usage::of(&evidence.accounts[0], asked).unwrap();
        assert_eq!(opt_out.idle(&usage).len(), idle, "{entry}");
        let own = plan(&evidence, &Options { opt_out, ..options() });
        assert_eq!(removed(&own), went, "{entry}");
    }
}

#[test]
fn faults_in_what_the_settings_keep_are_all_told() {
    let problems = |text: &str| -> Vec<String> {
        Settings::parse(text, checks::ALL).unwrap_err().iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        problems("[[rightsize.keep]]\nsubject = \"*\"\nactions = [\"all\"]\nuntill = 2026-01-15\n"),
        [
            "line 1 column 1: this entry has no `reason`, which every one needs",
            "line 1 column 1: this entry has no `until`, which every one needs",
            "line 3 column 11: expected a list of actions such as [\"s3:Get*\"]",
            "line 4 column 1: there is no key of what rightsize keeps `untill`; did you mean `until`?",
        ]
    );
    assert_eq!(
        problems("[rightsize]\nkeeps = 1\n"),
        ["line 2 column 1: there is no key of rightsize `keeps`; did you mean `keep`?"]
    );
}

// ---- what is too long ----

#[test]
fn a_policy_that_becomes_too_long_is_divided_on_request() {
    let policy = json!([{"Sid": "All", "Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "ec2:TerminateInstances", "Resource": "*"}]);
    let report = report("ec2", &[("RunInstances", true), ("DeleteVpc", false)]);
    let evidence = evidence(&role(&policy, &json!([])), &[("report.json", &report)]);
    let own = plan(&evidence, &options());
    assert!(matches!(own.outcome, Outcome::TooLarge { limit: 10_240, .. }), "{:?}", own.outcome);
    let own = plan(&evidence, &Options { split: true, ..options() });
    let Outcome::Split(parts) = &own.outcome else { panic!("{:?}", own.outcome) };
    let mut allowed = Vec::new();
    let mut denials = 0;
    for part in parts {
        assert!(part.chars().filter(|own| !own.is_whitespace()).count() <= 6_144);
        for statement in &Document::parse(part).unwrap().statements {
            denials += usize::from(!statement.allows());
            if statement.allows() {
                allowed.extend(statement.action.patterns.iter().map(|own| ActionPattern::parse(&own.value)));
            }
        }
    }
    assert_eq!(denials, 1);
    for action in Catalogue::embedded().service("ec2").unwrap().actions() {
        let is_allowed = allowed.iter().any(|pattern| pattern.matches("ec2", action.name()));
        assert_eq!(is_allowed, action.name() != "DeleteVpc", "{action}");
    }
}

// ---- proposals ----

/// A hundred days of records in two Regions; `calls` are made on each of them.
fn trail(calls: &[(&str, &str, Value)]) -> Value {
    let end = parse_time(NOW).unwrap();
    let mut records = Vec::new();
    for day in 0..100 {
        let time = end - TimeDelta::days(day) - TimeDelta::hours(1);
        let time = time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let other = ("sts", "GetCallerIdentity", Value::Null);
        for (number, (source, name, parameters)) in calls.iter().chain([&other]).enumerate() {
            let region = if *source == "sts" || *source == "iam" { "us-east-1" } else { "eu-west-1" };
            let issuer = json!({"type": "Role", "arn": APP, "accountId": "111122223333"});
            records.push(json!({
                "eventVersion": "1.11", "eventTime": time, "eventSource": format!("{source}.amazonaws.com"), "eventName": name,
                "awsRegion": region, "eventType": "AwsApiCall", "eventCategory": "Management", "recipientAccountId": "111122223333",
                "eventID": format!("{day}-{number}"), "readOnly": name.starts_with("Get") || name.starts_with("Describe"),
                "sourceIPAddress": "198.51.100.7", "requestParameters": parameters,
                "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/app/s",
                    "accountId": "111122223333", "sessionContext": {"sessionIssuer": issuer}},
            }));
        }
    }
    json!({"Records": records})
}

fn shown(own: &RightSized) -> String {
    let mut out = String::new();
    for proposal in &own.proposals {
        let (actions, resources) = (names(&proposal.actions), proposal.resources.join(" "));
        let sid = proposal.sid.as_deref().unwrap_or_default();
        let passed_to = proposal.passed_to.join(" ");
        writeln!(out, "{sid}: {actions} on {resources} for {passed_to:?}, {} calls", proposal.count).unwrap();
    }
    own.notes.iter().for_each(|note| writeln!(out, "note: {note}").unwrap());
    write!(out, "{}", own.narrowed.as_deref().unwrap_or("nothing narrowed")).unwrap();
    out
}

#[test]
fn actions_are_narrowed_to_what_records_show_all_of() {
    let secret = |number: u32| json!({"secretId": format!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:s{number:02}-abcdef")});
    let mut calls = vec![
        ("secretsmanager", "GetSecretValue", secret(1)),
        ("secretsmanager", "GetSecretValue", secret(2)),
        ("lambda", "CreateFunction20150331", json!({"role": "arn:aws:iam::111122223333:role/lambda/run"})),
        ("ec2", "TerminateInstances", json!({"instancesSet": {"items": [{"instanceId": "i-1"}]}})),
        ("s3", "GetObject", json!({"x": "arn:aws:s3:::bucket/key"})),
    ];
    // More than a summary of records keeps.
    calls.extend((0..20).map(|number| ("secretsmanager", "DescribeSecret", secret(number))));
    let policy = json!([
        {"Sid": "Secrets", "Effect": "Allow", "Action": ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
            "Resource": "arn:aws:secretsmanager:*:111122223333:secret:*"},
        {"Sid": "Functions", "Effect": "Allow", "Action": ["lambda:CreateFunction", "iam:PassRole"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["ec2:TerminateInstances", "s3:GetObject"], "Resource": "*"},
        {"Sid": "Named", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue",
            "Resource": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s01-abcdef"}]);
    let trail = trail(&calls);
    let evidence = evidence(&role(&policy, &json!([])), &[("cloudtrail/records.json", &trail)]);
    let own = plan(&evidence, &Options { level: Level::Resource, ..options() });
    assert_eq!(own.outcome, Outcome::Unchanged);
    insta::assert_snapshot!("narrowed", shown(&own));
    // Whatever the level, it is told where roles are passed; nothing is changed.
    let own = plan(&evidence, &options());
    assert_eq!(own.proposals.len(), 1);
    assert_eq!((names(&own.proposals[0].actions).as_str(), own.narrowed), ("iam:PassRole", None));
}

#[test]
fn records_that_do_not_show_the_window_narrow_nothing() {
    let calls = [("iam", "GetRole", json!({"x": "arn:aws:iam::111122223333:role/a"}))];
    let policy = json!([{"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*"}]);
    let mut trail = trail(&calls);
    let level = Level::Resource;
    let narrowed = |trail: &Value, policy: &Value| {
        let evidence = evidence(&role(policy, &json!([])), &[("cloudtrail/records.json", trail)]);
        plan(&evidence, &Options { level, ..options() }).narrowed.is_some()
    };
    assert!(narrowed(&trail, &policy));
    for (key, value) in
        [("NotAction", json!("s3:*")), ("Resource", json!("arn:aws:iam::111122223333:role/${aws:username}"))]
    {
        let mut other = policy.clone();
        if key == "NotAction" {
            other[0].as_object_mut().unwrap().remove("Action");
        }
        other[0][key] = value;
        assert!(!narrowed(&trail, &other), "{key}");
    }
    trail["Records"].as_array_mut().unwrap().truncate(20);
    assert!(!narrowed(&trail, &policy));
}
