//! A use that one source tells of silences the sources that did not see it: reports of last uses, lists of who used a policy,
//! findings of Access Analyzer, last uses of roles, records.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

#[expect(dead_code, reason = "nothing is judged here")]
mod testdata;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use iam_core::evidence::{Evidence, Given};
use iam_core::fact::{Days, parse_time, shown_time};
use iam_core::input::InputFile;
use iam_core::rightsize::{Level, OptOut, Options, right_size};
use iam_core::usage::{self, Usage, Whom};
use iam_policy::catalogue::{ActionId, Catalogue};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";
const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const ANALYZER: &str = "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/unused";
const WINDOW: u32 = 90;

/// A source that looked some days ago, and the use that it saw, if any, as many days ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    looked: i64,
    used: Option<i64>,
}

#[expect(clippy::unnecessary_wraps, reason = "a source may be missing")]
fn looked(looked: i64) -> Option<Seen> {
    Some(Seen { looked, used: None })
}

#[expect(clippy::unnecessary_wraps, reason = "a source may be missing")]
fn saw(looked: i64, used: i64) -> Option<Seen> {
    Some(Seen { looked, used: Some(used) })
}

/// What there is about a role that is granted `iam:CreateUser`, `iam:DeleteUser` and `sqs:ListQueues`, by a policy of its own
/// and by one that it shares with nobody. The uses of IAM are of `iam:CreateUser` where a source tells actions apart.
#[derive(Debug, Clone, Default)]
struct Sources {
    /// The last use of the role in the account authorization details, which are of today.
    details: Option<Seen>,
    /// The report about the role: services only.
    services: Option<Seen>,
    /// The report about the role: IAM's actions as well.
    actions: Option<Seen>,
    /// The list of those who used IAM through the policy.
    entities: Option<Seen>,
    /// A finding about the role as a whole.
    role_found: Option<Seen>,
    /// A finding about IAM as a whole.
    service_found: Option<Seen>,
    /// A finding about `iam:CreateUser`.
    action_found: Option<Seen>,
    /// Records of 100 days that end when they were looked at.
    records: Option<Seen>,
    /// A session of the role in these records.
    assumed: Option<Seen>,
}

impl Sources {
    fn each(&self) -> [Option<Seen>; 9] {
        [
            self.details,
            self.services,
            self.actions,
            self.entities,
            self.role_found,
            self.service_found,
            self.action_found,
            self.records,
            self.assumed,
        ]
    }

    /// The same without what one source saw; `None` where it saw nothing.
    fn without_use(&self, at: usize) -> Option<Self> {
        let mut less = self.clone();
        let own = [
            &mut less.details,
            &mut less.services,
            &mut less.actions,
            &mut less.entities,
            &mut less.role_found,
            &mut less.service_found,
            &mut less.action_found,
            &mut less.records,
            &mut less.assumed,
        ];
        own.into_iter().nth(at)?.as_mut()?.used.take()?;
        Some(less)
    }

    fn evidence(&self) -> Evidence {
        let mut files = vec![("account-authorization-details.json".to_owned(), self.authorization_details())];
        if let Some(seen) = self.actions.or(self.services) {
            files.push(("service-last-accessed/role/app.json".to_owned(), self.report(seen)));
        }
        if let Some(seen) = self.entities {
            let mut entity = json!({"EntityInfo": {"Arn": ROLE, "Name": "app", "Type": "ROLE", "Id": "AROAAPPEXAMPLE", "Path": "/"}});
            set(&mut entity, "LastAuthenticated", seen.used);
            let list = json!({"JobStatus": "COMPLETED", "JobCreationDate": ago(seen.looked), "JobCompletionDate": ago(seen.looked),
                "IsTruncated": false, "EntityDetailsList": [entity]});
            files.push(("service-last-accessed-entities/policy/shared/iam.json".to_owned(), list));
        }
        if self.role_found.or(self.service_found).or(self.action_found).is_some() {
            files.push(("analyzers.json".to_owned(), analyzers()));
            files.push(("findings.json".to_owned(), self.findings()));
        }
        if self.records.or(self.assumed).is_some() {
            files.push(("cloudtrail/records.json".to_owned(), self.trail()));
        }
        let files = files.into_iter().map(|(path, content)| {
            (InputFile { path, bytes: serde_json::to_vec(&content).unwrap() }, Given::InFolder)
        });
        let evidence = testdata::evidence(files.collect());
        assert_eq!(evidence.unused, []);
        assert_eq!(evidence.accounts.len(), 1);
        evidence
    }

    fn authorization_details(&self) -> Value {
        let arn = format!("arn:aws:iam::{ACCOUNT}:policy/shared");
        let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*",
            "Action": ["iam:CreateUser", "iam:DeleteUser", "sqs:ListQueues"]}]});
        let role = |name: &str, own: &Value| {
            json!({"RoleName": name, "RoleId": format!("AROA{}EXAMPLE", name.to_uppercase()), "Path": "/", "CreateDate": ago(1000),
                "Arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"), "InstanceProfileList": [], "RolePolicyList": own,
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}, "AttachedManagedPolicies": [], "Tags": []})
        };
        let mut app = role("app", &json!([{"PolicyName": "own", "PolicyDocument": document}]));
        app["AttachedManagedPolicies"] = json!([{"PolicyName": "shared", "PolicyArn": arn}]);
        if let Some(seen) = self.details {
            app["RoleLastUsed"] = json!({});
            set(&mut app["RoleLastUsed"], "LastUsedDate", seen.used);
        }
        // The details carry no date: another role shows that they are of today.
        let mut web = role("web", &json!([]));
        web["RoleLastUsed"] = json!({"LastUsedDate": ago(0), "Region": "eu-west-1"});
        json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [app, web],
            "Policies": [{"PolicyName": "shared", "PolicyId": "ANPASHAREDEXAMPLE", "Arn": arn, "Path": "/", "DefaultVersionId": "v1",
                "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "IsAttachable": true, "CreateDate": ago(1000),
                "UpdateDate": ago(1000), "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": ago(1000),
                    "Document": document}]}]})
    }

    fn report(&self, seen: Seen) -> Value {
        let mut iam = json!({"ServiceNamespace": "iam", "ServiceName": "IAM"});
        set(&mut iam, "LastAuthenticated", seen.used);
        if self.actions.is_some() {
            let mut create = json!({"ActionName": "CreateUser"});
            set(&mut create, "LastAccessedTime", seen.used);
            iam["TrackedActionsLastAccessed"] = json!([create, {"ActionName": "DeleteUser"}]);
        }
        json!({"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "JobCreationDate": ago(seen.looked),
            "JobCompletionDate": ago(seen.looked), "IsTruncated": false,
            "ServicesLastAccessed": [iam, {"ServiceNamespace": "sqs", "ServiceName": "SQS"}]})
    }

    fn findings(&self) -> Value {
        let finding = |kind: &str, seen: Seen, detail: Value| {
            json!({"id": format!("f-{kind}-{}", detail), "findingType": kind, "status": "ACTIVE", "resourceType": "AWS::IAM::Role",
                "resource": ROLE, "resourceOwnerAccount": ACCOUNT, "createdAt": ago(seen.looked), "analyzedAt": ago(seen.looked),
                "updatedAt": ago(seen.looked), "findingDetails": [detail]})
        };
        let mut all = Vec::new();
        if let Some(seen) = self.role_found {
            let mut detail = json!({});
            set(&mut detail, "lastAccessed", seen.used);
            all.push(finding("UnusedIAMRole", seen, json!({"unusedIamRoleDetails": detail})));
        }
        if let Some(seen) = self.service_found {
            let mut detail = json!({"serviceNamespace": "iam"});
            set(&mut detail, "lastAccessed", seen.used);
            all.push(finding("UnusedPermission", seen, json!({"unusedPermissionDetails": detail})));
        }
        if let Some(seen) = self.action_found {
            let mut action = json!({"action": "CreateUser"});
            set(&mut action, "lastAccessed", seen.used);
            let detail = json!({"serviceNamespace": "iam", "actions": [action]});
            all.push(finding("UnusedPermission", seen, json!({"unusedPermissionDetails": detail})));
        }
        json!({"format": "iam-audit/access-analyzer-findings", "version": 1, "region": "eu-west-1",
            "analyzers": [{"analyzerArn": ANALYZER, "findings": all}]})
    }

    /// Something every day in two Regions, by somebody else, so that what the records cover hangs on nobody's use.
    fn trail(&self) -> Value {
        let end = self.records.or(self.assumed).unwrap().looked;
        let mut records = Vec::new();
        for day in (end..=end + 100).rev() {
            records.push(record("web", day, "sqs", "ListQueues", "eu-west-1"));
            records.push(record("web", day, "iam", "CreateRole", "us-east-1"));
        }
        records.extend(
            self.records
                .and_then(|seen| seen.used)
                .map(|day| record("app", day, "iam", "CreateUser", "us-east-1")),
        );
        records.extend(self.assumed.and_then(|seen| seen.used).map(|day| {
            let mut assuming = record("web", day, "sts", "AssumeRole", "eu-west-1");
            assuming["requestParameters"] = json!({"roleArn": ROLE, "roleSessionName": "s"});
            assuming["resources"] = json!([{"accountId": ACCOUNT, "type": "AWS::IAM::Role", "ARN": ROLE}]);
            assuming
        }));
        json!({"Records": records})
    }
}

fn analyzers() -> Value {
    json!({"analyzers": [{"arn": ANALYZER, "name": "unused", "type": "ACCOUNT_UNUSED_ACCESS", "status": "ACTIVE",
        "createdAt": ago(1000), "configuration": {"unusedAccess": {"unusedAccessAge": WINDOW}}}]})
}

fn record(role: &str, day: i64, service: &str, name: &str, region: &str) -> Value {
    let issuer =
        json!({"type": "Role", "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"), "accountId": ACCOUNT});
    json!({"eventVersion": "1.11", "eventTime": ago(day), "eventSource": format!("{service}.amazonaws.com"), "eventName": name,
        "awsRegion": region, "eventType": "AwsApiCall", "eventCategory": "Management", "recipientAccountId": ACCOUNT,
        "eventID": format!("{role}{day}{name}"), "readOnly": name.starts_with("List"), "sourceIPAddress": "198.51.100.7",
        "requestParameters": null,
        "userIdentity": {"type": "AssumedRole", "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/s"),
            "accountId": ACCOUNT, "sessionContext": {"sessionIssuer": issuer}}})
}

fn today() -> DateTime<Utc> {
    parse_time("2026-01-15T08:00:00Z").unwrap()
}

fn ago(days: i64) -> String {
    shown_time(today() - TimeDelta::try_days(days).unwrap())
}

fn set(value: &mut Value, key: &str, day: Option<i64>) {
    if let Some(day) = day {
        value[key] = ago(day).into();
    }
}

fn asked() -> usage::Options {
    usage::Options { as_of: today(), window: Days(WINDOW) }
}

fn name(id: ActionId) -> String {
    Catalogue::embedded().by_id(id).unwrap().to_string()
}

/// The states of `iam:CreateUser`, `iam:DeleteUser` and `sqs:ListQueues`.
fn states(sources: &Sources) -> [&'static str; 3] {
    let evidence = sources.evidence();
    let mut usage = Usage::of(&evidence.accounts[0], asked()).unwrap();
    let app = usage.principals().find(|principal| principal.arn() == ROLE).unwrap();
    let usage = usage.of_principal(&app);
    let mut states: Vec<(String, &str)> = Vec::new();
    for action in usage.services.iter().flat_map(|service| &service.actions) {
        states.push((name(action.id), action.state.as_str()));
    }
    states.sort();
    let names: Vec<&str> = states.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["iam:CreateUser", "iam:DeleteUser", "sqs:ListQueues"]);
    [states[0].1, states[1].1, states[2].1]
}

/// The actions that policies lose.
fn removed(sources: &Sources) -> BTreeSet<String> {
    let options = Options {
        whom: Whom::default(),
        level: Level::Action,
        opt_out: OptOut::default(),
        with_pass_role: false,
        shrink: false,
        split: false,
        replace_aws_managed: false,
    };
    let evidence = sources.evidence();
    let all = right_size(&mut Usage::of(&evidence.accounts[0], asked()).unwrap(), &options);
    all.iter().flat_map(|own| &own.removed).flat_map(|removed| &removed.actions).map(|id| name(*id)).collect()
}

#[track_caller]
fn check(sources: &Sources, expected: [&str; 3]) {
    assert_eq!(states(sources), expected, "{sources:?}");
}

#[test]
fn a_use_silences_what_did_not_see_it() {
    let none = Sources::default();
    let (used, unused, unknown) = ("used", "unused", "unknown");
    // A report of last month, and a use since then that each of the others tells of.
    let report = Sources { services: looked(30), ..none.clone() };
    check(&report, [unused, unused, unused]);
    check(&Sources { entities: saw(1, 10), ..report.clone() }, [unknown, unknown, unused]);
    check(&Sources { service_found: saw(1, 10), ..report.clone() }, [unknown, unknown, unused]);
    check(&Sources { action_found: saw(1, 10), ..report.clone() }, [used, unknown, unused]);
    check(&Sources { records: saw(0, 10), ..report.clone() }, [used, unused, unused]);
    // Nothing tells what the role was used for.
    check(&Sources { role_found: saw(1, 10), ..report.clone() }, [unknown, unknown, unknown]);
    check(&Sources { details: saw(0, 10), ..report.clone() }, [unknown, unknown, unknown]);
    check(&Sources { details: saw(0, 29), ..report.clone() }, [unused, unused, unused]);
    // Records show what it was used for, as far as they show it at all.
    check(&Sources { assumed: saw(5, 10), ..report.clone() }, [unused, unused, unused]);
    check(&Sources { role_found: saw(1, 3), assumed: looked(5), ..report }, [unknown, unknown, unknown]);

    // A report that tells actions apart saw the use, before it was made; a service as a whole did not rest.
    check(&Sources { actions: looked(5), entities: saw(1, 10), ..none.clone() }, [unused, unused, unused]);
    check(&Sources { actions: looked(20), entities: saw(1, 10), ..none.clone() }, [unknown, unknown, unused]);
    check(&Sources { services: looked(5), entities: saw(1, 10), ..none.clone() }, [unknown, unknown, unused]);
    check(&Sources { services: looked(5), entities: saw(5, 95), ..none.clone() }, [unknown, unknown, unused]);
    check(&Sources { services: looked(5), entities: saw(5, 96), ..none.clone() }, [unused, unused, unused]);

    // Findings about the role, about a service and about an action.
    let role = Sources { role_found: looked(20), ..none.clone() };
    check(&role, [unused, unused, unused]);
    check(&Sources { entities: saw(1, 40), ..role.clone() }, [unknown, unknown, unknown]);
    check(&Sources { services: saw(1, 40), ..role }, [unknown, unknown, unused]);
    let service = Sources { service_found: looked(20), ..none.clone() };
    check(&service, [unused, unused, unknown]);
    check(&Sources { entities: saw(1, 40), ..service.clone() }, [unknown, unknown, unknown]);
    check(&Sources { actions: saw(1, 40), ..service }, [used, unused, unused]);
    let action = Sources { action_found: looked(20), ..none.clone() };
    check(&action, [unused, unknown, unknown]);
    check(&Sources { entities: saw(1, 40), ..action.clone() }, [unused, unknown, unknown]);
    check(&Sources { entities: saw(1, 10), ..action }, [unknown, unknown, unknown]);

    // The last use of the role.
    let details = Sources { details: looked(0), ..none };
    check(&details, [unused, unused, unused]);
    for other in [
        Sources { entities: saw(1, 40), ..details.clone() },
        Sources { service_found: saw(1, 40), ..details.clone() },
        Sources { role_found: saw(1, 40), ..details.clone() },
    ] {
        check(&other, [unknown, unknown, unknown]);
    }
}

fn seen() -> impl Strategy<Value = Option<Seen>> {
    let used = prop_oneof![Just(None), (0_i64..WINDOW.into()).prop_map(Some)];
    let seen = (0_i64..60, used).prop_map(|(looked, used)| {
        let used = used.map(|used| used.max(looked));
        Seen { looked, used: used.filter(|used| used - looked <= i64::from(WINDOW)) }
    });
    proptest::option::of(seen)
}

fn sources() -> impl Strategy<Value = Sources> {
    let all = (seen(), seen(), seen(), seen(), seen(), seen(), seen(), seen(), seen());
    all.prop_map(
        |(
            details,
            services,
            actions,
            entities,
            role_found,
            service_found,
            action_found,
            records,
            assumed,
        )| {
            // Both are of the same records.
            let assumed = records.zip(assumed).map(|(records, assumed)| Seen {
                looked: records.looked,
                used: assumed.used.map(|used| used.max(records.looked)),
            });
            let services = services.filter(|_| actions.is_none());
            let details = details.map(|seen| Seen { looked: 0, ..seen });
            Sources {
                details,
                services,
                actions,
                entities,
                role_found,
                service_found,
                action_found,
                records,
                assumed,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, rng_seed: RngSeed::Fixed(11), ..ProptestConfig::default() })]

    /// One more use in the window makes nothing unused, and takes nothing away.
    #[test]
    fn a_use_adds_no_removal(sources in sources()) {
        let all = removed(&sources);
        for at in 0..sources.each().len() {
            let Some(less) = sources.without_use(at) else { continue };
            let before = removed(&less);
            prop_assert!(all.is_subset(&before), "{all:?} beyond {before:?} of {less:?}");
        }
    }

    /// Nothing goes of which a source tells a use within its window; nor anything of a service that was at work after the
    /// others had looked, as far as nothing tells what it was at.
    #[test]
    fn what_was_used_stays(sources in sources()) {
        let removed = removed(&sources);
        let is_used = |seen: Option<Seen>| seen.is_some_and(|seen| seen.used.is_some());
        if is_used(sources.actions) || is_used(sources.action_found) || is_used(sources.records) {
            prop_assert!(!removed.contains("iam:CreateUser"), "{removed:?}");
        }
        let told = [sources.actions, sources.records, sources.action_found];
        let ends = told.into_iter().chain([sources.services, sources.service_found, sources.role_found]);
        let newest = ends.flatten().map(|seen| seen.looked).min();
        let untold = [sources.services, sources.entities, sources.service_found];
        let untold = untold.into_iter().flatten().filter_map(|seen| seen.used).min();
        if untold.is_some_and(|used| newest.is_none_or(|newest| used < newest)) {
            prop_assert!(!removed.iter().any(|name| name.starts_with("iam:")), "{removed:?}");
        }
    }
}
