//! Granted against used, by what findings of IAM Access Analyzer state: what they prove, and for which time.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

#[expect(dead_code, reason = "nothing is judged here")]
mod testdata;

use iam_core::evidence::Given;
use iam_core::fact::{Days, parse_time, shown_date};
use iam_core::input::InputFile;
use iam_core::usage::{Options, Usage, UsageSource, Vote};
use iam_policy::catalogue::Catalogue;
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const ANALYZER: &str = "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/unused";

fn details() -> Value {
    let statement = json!({"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ListQueues", "iam:PassRole"], "Resource": "*"});
    let role = json!({"RoleName": "app", "RoleId": "AROAAPPEXAMPLE", "Arn": ROLE, "Path": "/", "CreateDate": "2024-01-01T08:00:00Z",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}, "InstanceProfileList": [], "AttachedManagedPolicies": [],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}]});
    json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": []})
}

/// The analyzer with this age, if its settings are known.
fn analyzer(age: Option<u32>) -> Value {
    let mut analyzer = json!({"arn": ANALYZER, "name": "unused", "type": "ACCOUNT_UNUSED_ACCESS", "status": "ACTIVE",
        "createdAt": "2025-01-01T00:00:00Z"});
    if let Some(age) = age {
        analyzer["configuration"] = json!({"unusedAccess": {"unusedAccessAge": age}});
    }
    json!({"analyzers": [analyzer]})
}

fn finding(kind: &str, resource: &str, status: &str, analyzed: &str, detail: &Value) -> Value {
    json!({"id": format!("f-{kind}-{analyzed}"), "findingType": kind, "status": status, "resourceType": "AWS::IAM::Role", "resource": resource,
        "resourceOwnerAccount": "111122223333", "createdAt": "2025-06-01T00:00:00Z", "analyzedAt": analyzed, "updatedAt": analyzed,
        "findingDetails": [detail]})
}

fn permission(actions: &Value, last: Option<&str>) -> Value {
    let mut detail = json!({"serviceNamespace": "sqs"});
    if !actions.is_null() {
        detail["actions"] = actions.clone();
    }
    if let Some(last) = last {
        detail["lastAccessed"] = json!(last);
    }
    json!({"unusedPermissionDetails": detail})
}

/// `sqs:ListQueues unused since 2025-10-01`: what the findings say of each action, in their order.
#[track_caller]
fn check(age: Option<u32>, findings: &[Value], expected: &[&str]) {
    let listed = json!({"format": "iam-audit/access-analyzer-findings", "version": 1, "region": "eu-west-1",
        "analyzers": [{"analyzerArn": ANALYZER, "findings": findings}]});
    let files = [("details.json", details()), ("analyzers.json", analyzer(age)), ("findings.json", listed)];
    let files = files.into_iter().map(|(path, content)| {
        (InputFile { path: path.to_owned(), bytes: serde_json::to_vec(&content).unwrap() }, Given::InFolder)
    });
    let evidence = testdata::evidence(files.collect());
    assert_eq!(evidence.unused, []);
    let asked = Options { as_of: parse_time("2026-01-15T00:00:00Z").unwrap(), window: Days(90) };
    let mut usage = Usage::of(&evidence.accounts[0], asked).unwrap();
    let role = usage.principals().next().unwrap();
    let usage = usage.of_principal(&role);
    let mut shown = Vec::new();
    for action in usage.services.iter().flat_map(|service| &service.actions) {
        let name = Catalogue::embedded().by_id(action.id).unwrap().to_string();
        let (_, vote) =
            action.votes.by_source().find(|(source, _)| *source == UsageSource::AccessAnalyzer).unwrap();
        shown.push(match vote {
            Vote::Used { at, .. } => format!("{name} used {}", shown_date(at)),
            Vote::Unused { since, was_used } => {
                format!("{name} unused {} {}", if was_used { "after" } else { "since" }, shown_date(since))
            }
            Vote::Silent(why) => format!("{name} {why}"),
            other => format!("{name} {other:?}"),
        });
    }
    shown.sort();
    assert_eq!(shown, expected);
}

const LOOKED: &str = "2026-01-14T00:00:00Z";
const PASS_ROLE: &str = "iam:PassRole PassRole is no call";

#[test]
fn a_finding_proves_disuse_for_its_age_and_no_longer() {
    let whole = [finding("UnusedPermission", ROLE, "ACTIVE", LOOKED, &permission(&Value::Null, None))];
    let since = ["sqs:ListQueues unused since 2025-10-16", "sqs:SendMessage unused since 2025-10-16"];
    let short = ["sqs:ListQueues shorter than the window", "sqs:SendMessage shorter than the window"];
    check(Some(90), &whole, &[&[PASS_ROLE][..], &since].concat());
    check(Some(89), &whole, &[&[PASS_ROLE][..], &short].concat());
    check(None, &whole, &[&[PASS_ROLE][..], &short].concat());
}

#[test]
fn a_finding_about_actions_says_nothing_of_others() {
    let actions = json!([{"action": "ListQueues"}]);
    let some = [finding("UnusedPermission", ROLE, "ACTIVE", LOOKED, &permission(&actions, None))];
    check(
        Some(90),
        &some,
        &[PASS_ROLE, "sqs:ListQueues unused since 2025-10-16", "sqs:SendMessage does not list it"],
    );
    let other = "arn:aws:iam::111122223333:role/other";
    let others = [finding("UnusedPermission", other, "ACTIVE", LOOKED, &permission(&actions, None))];
    check(
        Some(90),
        &others,
        &[PASS_ROLE, "sqs:ListQueues does not list it", "sqs:SendMessage does not list it"],
    );
}

#[test]
fn a_last_use_within_the_window_is_a_use() {
    let actions = json!([
        {"action": "ListQueues", "lastAccessed": "2025-12-01T00:00:00Z"},
        {"action": "SendMessage", "lastAccessed": "2025-03-01T00:00:00Z"}]);
    let some = [finding("UnusedPermission", ROLE, "ACTIVE", LOOKED, &permission(&actions, None))];
    check(
        Some(30),
        &some,
        &[PASS_ROLE, "sqs:ListQueues used 2025-12-01", "sqs:SendMessage unused after 2025-03-01"],
    );
    // Of a service, it is not told which action that was.
    let whole = permission(&Value::Null, Some("2025-12-01T00:00:00Z"));
    let whole = [finding("UnusedPermission", ROLE, "ACTIVE", LOOKED, &whole)];
    check(
        Some(30),
        &whole,
        &[PASS_ROLE, "sqs:ListQueues does not track it", "sqs:SendMessage does not track it"],
    );
}

#[test]
fn old_and_resolved_findings_prove_nothing() {
    let whole = permission(&Value::Null, None);
    let old = [finding("UnusedPermission", ROLE, "ACTIVE", "2025-10-01T00:00:00Z", &whole)];
    check(
        Some(90),
        &old,
        &[PASS_ROLE, "sqs:ListQueues ends before the window", "sqs:SendMessage ends before the window"],
    );
    let resolved = [finding("UnusedPermission", ROLE, "RESOLVED", LOOKED, &whole)];
    let silent =
        ["iam:PassRole not handed in", "sqs:ListQueues not handed in", "sqs:SendMessage not handed in"];
    check(Some(90), &resolved, &silent);
    // Put aside is not gone.
    let archived = [finding("UnusedPermission", ROLE, "ARCHIVED", LOOKED, &whole)];
    let since = ["sqs:ListQueues unused since 2025-10-16", "sqs:SendMessage unused since 2025-10-16"];
    check(Some(90), &archived, &[&[PASS_ROLE][..], &since].concat());
}

#[test]
fn a_role_that_is_not_used_uses_nothing() {
    let detail = json!({"unusedIamRoleDetails": {"lastAccessed": "2025-02-01T00:00:00Z"}});
    let role = [finding("UnusedIAMRole", ROLE, "ACTIVE", LOOKED, &detail)];
    check(
        Some(90),
        &role,
        &[PASS_ROLE, "sqs:ListQueues unused after 2025-02-01", "sqs:SendMessage unused after 2025-02-01"],
    );
}
