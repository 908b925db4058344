//! Smaller policies: what goes, what stays, and that the new policy is proven whatever the old one looks like.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

#[expect(dead_code, reason = "nothing is judged here")]
mod testdata;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use iam_core::evidence::{Evidence, Given};
use iam_core::fact::{Days, parse_time};
use iam_core::input::InputFile;
use iam_core::rightsize::{
    Level, OptOut, Options, Outcome, RightSized, base_text, from_trail, rewrite, right_size,
};
use iam_core::usage::{self, Usage, Whom};
use iam_policy::catalogue::{ActionSet, Catalogue};
use iam_policy::context::Context;
use iam_policy::document::{Document, PolicyKind};
use iam_policy::evaluate::{Answer, PolicySet, evaluate};
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};
use iam_policy::symbolic::{Settings, compare};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

const NOW: &str = "2026-01-15T08:00:05Z";

fn options() -> Options {
    Options {
        whom: Whom::default(),
        level: Level::Action,
        opt_out: OptOut { sid_prefix: "NOREPO".into(), ..OptOut::default() },
        with_pass_role: false,
        shrink: false,
        split: false,
        replace_aws_managed: false,
    }
}

fn plan(evidence: &Evidence, options: &Options) -> Vec<RightSized> {
    let asked = usage::Options { as_of: parse_time(NOW).unwrap(), window: Days(90) };
    right_size(&mut Usage::of(&evidence.accounts[0], asked).unwrap(), options)
}

fn shown(all: &[RightSized]) -> String {
    let mut out = String::new();
    for own in all {
        writeln!(out, "{} {}, policy {}", own.owner.kind, own.owner.name, own.policy).unwrap();
        match &own.outcome {
            Outcome::Smaller(text) => writeln!(out, "{text}").unwrap(),
            other => writeln!(out, "{other:?}").unwrap(),
        }
        let removed: Vec<String> =
            removed(std::slice::from_ref(own)).into_iter().filter(|name| !name.starts_with("s3:")).collect();
        writeln!(out, "removed {}, of them not s3: {removed:?}", own.removed_count()).unwrap();
        for kept in &own.kept {
            writeln!(out, "kept {}: {}", kept.count, kept.why).unwrap();
        }
        own.notes.iter().for_each(|note| writeln!(out, "note: {note}").unwrap());
    }
    out
}

#[test]
fn the_role_that_administers_eks() {
    let evidence = testdata::evidence(testdata::folder("accounts/eks-admin-role"));
    insta::assert_snapshot!("eks-admin-role", shown(&plan(&evidence, &options())));
    let asked = usage::Options { as_of: parse_time(NOW).unwrap(), window: Days(90) };
    let fresh = from_trail(&evidence.accounts[0], asked, "arn:aws:iam::111122223333:role/EKSAdminRole");
    let fresh = format!("{}\n{}", fresh.text.unwrap(), fresh.notes.join("\n"));
    insta::assert_snapshot!("eks-admin-role-from-trail", fresh);
}

#[test]
fn at_service_level_a_used_service_keeps_all_its_actions() {
    let evidence = testdata::evidence(testdata::folder("accounts/eks-admin-role"));
    let all = plan(&evidence, &Options { level: Level::Service, ..options() });
    let removed = removed(&all[..1]);
    let services: BTreeSet<&str> = removed.iter().map(|name| name.split(':').next().unwrap()).collect();
    assert_eq!(services, BTreeSet::from(["s3"]));
}

// ---- shared and managed policies ----

fn user(name: &str, groups: &[&str]) -> Value {
    json!({"UserName": name, "UserId": format!("AIDA{}EXAMPLE", name.to_uppercase()), "Path": "/", "CreateDate": "2024-01-01T08:00:00Z",
        "Arn": format!("arn:aws:iam::111122223333:user/{name}"), "GroupList": groups, "UserPolicyList": [], "AttachedManagedPolicies": [],
        "Tags": []})
}

fn report(kind: &str, name: &str, tracked: &[(&str, bool)]) -> (String, Value) {
    let arn = format!("arn:aws:iam::111122223333:{kind}/{name}");
    let actions: Vec<Value> = tracked
        .iter()
        .map(|(action, used)| {
            if *used {
                json!({"ActionName": action, "LastAccessedTime": "2026-01-10T08:00:00Z"})
            } else {
                json!({"ActionName": action})
            }
        })
        .collect();
    let row = json!({"ServiceNamespace": "iam", "ServiceName": "IAM", "LastAuthenticated": "2026-01-10T08:00:00Z", "TrackedActionsLastAccessed": actions});
    let page = json!({"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "JobCreationDate": "2026-01-15T08:00:00Z",
        "JobCompletionDate": "2026-01-15T08:00:00Z", "IsTruncated": false, "ServicesLastAccessed": [row]});
    (
        format!("{kind}-{name}.json"),
        json!({"format": "iam-audit/service-last-accessed", "version": 1, "principal": arn, "pages": [page]}),
    )
}

/// A managed policy with one user and a group of two.
fn shared(reports: &[(String, Value)], bounds: u64) -> Vec<RightSized> {
    let arn = "arn:aws:iam::111122223333:policy/shared";
    let attached = json!([{"PolicyName": "shared", "PolicyArn": arn}]);
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iam:GetUser", "iam:CreateUser", "iam:DeleteUser"], "Resource": "*"}]});
    let mut direct = user("anna", &[]);
    direct["AttachedManagedPolicies"] = attached.clone();
    let details = json!({
        "UserDetailList": [direct, user("bert", &["ops"]), user("carl", &["ops"])],
        "GroupDetailList": [{"GroupName": "ops", "GroupId": "AGPAOPSEXAMPLE", "Arn": "arn:aws:iam::111122223333:group/ops", "Path": "/",
            "CreateDate": "2024-01-01T08:00:00Z", "GroupPolicyList": [], "AttachedManagedPolicies": attached}],
        "RoleDetailList": [],
        "Policies": [{"PolicyName": "shared", "PolicyId": "ANPASHAREDEXAMPLE", "Arn": arn, "Path": "/", "DefaultVersionId": "v1",
            "AttachmentCount": 2, "PermissionsBoundaryUsageCount": bounds, "CreateDate": "2024-01-01T08:00:00Z",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2024-01-01T08:00:00Z", "Document": document}]}],
    });
    let summary = json!({"SummaryMap": {"Users": 3, "Groups": 1, "Roles": 0, "Policies": 1}});
    let mut files = vec![("details.json".to_owned(), details), ("summary.json".to_owned(), summary)];
    files.extend(reports.iter().cloned());
    let files = files.into_iter().map(|(path, content)| {
        (InputFile { path, bytes: serde_json::to_vec(&content).unwrap() }, Given::InFolder)
    });
    let evidence = testdata::evidence(files.collect());
    assert_eq!(evidence.accounts.len(), 1);
    plan(&evidence, &options())
}

fn removed(all: &[RightSized]) -> Vec<String> {
    let catalogue = Catalogue::embedded();
    let ids = all.iter().flat_map(|own| &own.removed).flat_map(|removed| &removed.actions);
    ids.map(|id| catalogue.by_id(*id).unwrap().to_string()).collect()
}

#[test]
fn a_shared_policy_loses_only_what_nobody_uses() {
    let get = [("GetUser", true), ("CreateUser", false), ("DeleteUser", false)];
    let create = [("GetUser", false), ("CreateUser", true), ("DeleteUser", false)];
    let all = [report("user", "anna", &get), report("user", "bert", &create), report("user", "carl", &get)];
    assert_eq!(removed(&shared(&all, 0)), ["iam:DeleteUser"]);
    // Of somebody nothing is known.
    assert_eq!(removed(&shared(&all[..2], 0)), [""; 0]);
    // The report about the policy itself knows everybody.
    let policy = report("policy", "shared", &get);
    assert_eq!(removed(&shared(std::slice::from_ref(&policy), 0)), ["iam:CreateUser", "iam:DeleteUser"]);
    // What bounds somebody must not shrink.
    let bounding = shared(&all, 1);
    assert!(matches!(bounding[0].outcome, Outcome::Untouched(_)), "{:?}", bounding[0].outcome);
}

#[test]
fn what_only_service_linked_roles_have_is_left_alone() {
    let arn = "arn:aws:iam::111122223333:policy/linked";
    let unused = report("role", "AWSServiceRoleForExample", &[("GetUser", false), ("CreateUser", false)]);
    let plan_with = |path: &str| {
        let attached = json!([{"PolicyName": "linked", "PolicyArn": arn}]);
        let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["iam:GetUser", "iam:CreateUser"],
            "Resource": "*"}]});
        let inline = json!([{"PolicyName": "own", "PolicyDocument": document}]);
        let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "example.amazonaws.com"},
            "Action": "sts:AssumeRole"}]});
        let role = format!("arn:aws:iam::111122223333:role{path}AWSServiceRoleForExample");
        let details = json!({
            "UserDetailList": [user("anna", &[])], "GroupDetailList": [],
            "RoleDetailList": [{"RoleName": "AWSServiceRoleForExample", "RoleId": "AROALINKEDEXAMPLE", "Path": path, "Arn": role,
                "CreateDate": "2024-01-01T08:00:00Z", "AssumeRolePolicyDocument": trust, "InstanceProfileList": [],
                "RolePolicyList": inline, "AttachedManagedPolicies": attached, "RoleLastUsed": {}, "Tags": []}],
            "Policies": [{"PolicyName": "linked", "PolicyId": "ANPALINKEDEXAMPLE", "Arn": arn, "Path": "/", "DefaultVersionId": "v1",
                "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "CreateDate": "2024-01-01T08:00:00Z",
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": "2024-01-01T08:00:00Z",
                    "Document": document}]}],
        });
        let summary = json!({"SummaryMap": {"Users": 1, "Groups": 0, "Roles": 1, "Policies": 1}});
        let mut unused = unused.clone();
        unused.1["principal"] = json!(role);
        let files = [("details.json".to_owned(), details), ("summary.json".to_owned(), summary), unused];
        let files = files.into_iter().map(|(path, content)| {
            (InputFile { path, bytes: serde_json::to_vec(&content).unwrap() }, Given::InFolder)
        });
        plan(&testdata::evidence(files.collect()), &options())
    };
    // A role of the customer's with the same name and the same use loses both.
    assert_eq!(removed(&plan_with("/")).len(), 4);
    let linked = plan_with("/aws-service-role/example.amazonaws.com/");
    assert_eq!(removed(&linked), [""; 0], "{}", shown(&linked));
    assert!(linked.iter().all(|own| &*own.policy != "own"), "{}", shown(&linked));
}

// ---- laws ----

const PATTERNS: [&str; 12] = [
    "sqs:*",
    "sqs:Send*",
    "SQS:listqueues",
    "sqs:*Queue",
    "sts:AssumeRole",
    "sts:*",
    "s3:GetObject",
    "s3:Get*",
    "iam:PassRole",
    "s?s:*",
    "sqs:NoSuchAction",
    "kms:De*",
];
const RESOURCES: [&str; 4] = [
    "*",
    "arn:aws:s3:::bucket/*",
    "arn:aws:sqs:eu-west-1:111122223333:queue",
    "arn:aws:iam::111122223333:role/r",
];

fn statement() -> impl Strategy<Value = Value> {
    let patterns = proptest::collection::vec(proptest::sample::select(&PATTERNS[..]), 1..5);
    (any::<bool>(), 0..6_u8, patterns, proptest::sample::select(&RESOURCES[..]), any::<bool>(), any::<bool>())
        .prop_map(|(denies, negated, patterns, resource, is_bare, has_condition)| {
            let key = if negated == 0 { "NotAction" } else { "Action" };
            let mut statement =
                json!({"Effect": if denies && negated < 4 { "Deny" } else { "Allow" }, "Resource": resource});
            statement[key] = if is_bare { json!(patterns[0]) } else { json!(patterns) };
            if has_condition {
                statement["Condition"] = json!({"Bool": {"aws:SecureTransport": "true"}});
            }
            statement
        })
}

fn document() -> impl Strategy<Value = String> {
    let statements = proptest::collection::vec(statement(), 1..5);
    (statements, any::<bool>()).prop_map(|(statements, is_pretty)| {
        let document = json!({"Version": "2012-10-17", "Statement": statements});
        if is_pretty { serde_json::to_string_pretty(&document).unwrap() } else { document.to_string() }
    })
}

fn strength(policy: Option<&Policy>, action: &str, resource: Option<&str>) -> u8 {
    let principal = Principal::user("arn:aws:iam::111122223333:user/anna").unwrap();
    let parts = RequestParts::new(principal, action.parse().unwrap(), Context::open());
    let request = Request::new(match resource {
        Some(resource) => parts.on(resource),
        None => parts,
    })
    .unwrap();
    let set = policy.map_or_else(PolicySet::new, |policy| PolicySet::new().with(policy));
    match evaluate(&request, &set).answer {
        Answer::Allowed { .. } => 2,
        Answer::Depends { .. } => 1,
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96, rng_seed: RngSeed::Fixed(20_260_115), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn a_smaller_policy_allows_what_stays_and_nothing_new(text in document(), seed in any::<u64>(), shrink in any::<bool>()) {
        let catalogue = Catalogue::embedded();
        let text = base_text(&text);
        let old = Document::parse(&text).unwrap();
        // Every third action or so goes, whichever.
        let going: ActionSet = ["sqs", "sts", "s3", "iam", "kms"]
            .iter()
            .flat_map(|service| catalogue.service(service).unwrap().actions())
            .filter(|action| (u64::from(action.id().number()) ^ seed) % 3 == 0)
            .map(|action| action.id())
            .collect();
        let goes = |_: usize, _: &iam_policy::document::Statement, _: &ActionSet| going.clone();
        let rewritten = rewrite(catalogue, &text, &old, shrink, goes);
        let new = rewritten.text.as_deref().map(|text| Document::parse(text).unwrap());
        let compile = |document: &Document| Policy::compile("p", PolicyKind::Identity, document);
        let (before, after) = (compile(&old), new.as_ref().map(compile));
        let mut by_not_action = ActionSet::new();
        for statement in old.statements.iter().filter(|statement| statement.allows() && statement.action.negated) {
            let except = statement.action.patterns.iter().fold(ActionSet::new(), |all, own| all.union(&catalogue.expand(&own.value)));
            by_not_action.union_with(&catalogue.all().difference(&except));
        }
        for name in ["sqs:SendMessage", "sqs:ListQueues", "sqs:CreateQueue", "sqs:NoSuchAction", "sts:AssumeRole", "s3:GetObject",
            "s3:GetBucketAcl", "iam:PassRole", "kms:Decrypt", "sns:Publish"] {
            for resource in [None, Some("arn:aws:s3:::bucket/key"), Some("arn:aws:sqs:eu-west-1:111122223333:queue")] {
                let (was, is) = (strength(Some(&before), name, resource), strength(after.as_ref(), name, resource));
                prop_assert!(is <= was, "{name} grew");
                // What the catalogue does not have falls with the wildcard that allowed it.
                let Some(action) = catalogue.find(name).known() else { continue };
                if !going.contains(action.id()) {
                    prop_assert_eq!(is, was, "{} fell", name);
                } else if !by_not_action.contains(action.id()) {
                    prop_assert_eq!(is, 0, "{} is still there", name);
                }
            }
        }
        // Of all requests there is none that only the smaller policy allows. New patterns admit what is not there yet.
        if let Some(after) = after.as_ref().filter(|_| !shrink) {
            prop_assert!(!compare(&before, after, &Settings::default()).new_access.is_witnessed());
        }
        // Untouched statements stand as they stood, and a second time nothing changes.
        if let (Some(text_after), Some(new)) = (&rewritten.text, &new) {
            for (index, statement) in old.statements.iter().enumerate() {
                if !rewritten.removed.contains_key(&index) {
                    prop_assert!(text_after.contains(statement.at.0.of(&text)));
                }
            }
            let again = rewrite(catalogue, text_after, new, shrink, goes);
            prop_assert_eq!(again.text.as_ref(), Some(text_after));
            prop_assert!(again.removed.is_empty());
        }
    }
}
