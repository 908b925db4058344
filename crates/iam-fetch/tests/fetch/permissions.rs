//! What is asked is what the policy allows.

use std::collections::BTreeSet;

use iam_fetch::{Silent, Stop, collectors, fetch};
use serde_json::Value;
use tempfile::TempDir;

use crate::default_collectors;
use crate::fake::Fake;

#[test]
fn a_full_fetch_makes_exactly_the_calls_that_the_policy_allows() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    let mut request = fake.request(folder.path(), &[]);
    request.regions.clear();
    let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
    assert_eq!(summary.shortfalls, []);

    let policy: Value = serde_json::from_str(&iam_fetch::permissions(&[], &[]).unwrap()).unwrap();
    let allowed: BTreeSet<&str> = policy["Statement"][0]["Action"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action.as_str().unwrap())
        .collect();
    let calls = collectors().iter().flat_map(|collector| collector.calls);
    let listing = iam_fetch::Call { operation: "ListRegions", action: "account:ListRegions" };
    let known: Vec<iam_fetch::Call> = calls.copied().chain([listing]).collect();
    let mut used = BTreeSet::new();
    for asked in fake.asked() {
        // AWS answers this to everybody.
        if asked.operation == "GetCallerIdentity" {
            continue;
        }
        let service = if asked.service == "monitoring" { "cloudwatch" } else { &asked.service };
        // Two calls of S3 share a name.
        let is_of_account = asked.path.starts_with("/v20180820/configuration");
        let call = known.iter().find(|call| {
            call.operation == asked.operation
                && call.service() == service
                && (call.operation != "GetPublicAccessBlock"
                    || call.action.ends_with("GetAccountPublicAccessBlock") == is_of_account)
        });
        let call = call
            .unwrap_or_else(|| panic!("undeclared: {} {} {}", asked.service, asked.operation, asked.path));
        used.insert(call.action);
    }
    assert_eq!(used, allowed);
}

#[test]
fn names_of_collectors_are_unique_and_their_policies_are_documents() {
    let names: BTreeSet<&str> = collectors().iter().map(|collector| collector.name).collect();
    assert_eq!(names.len(), collectors().len());
    assert!(default_collectors().contains(&"credential-report"));
    for collector in collectors() {
        let policy = iam_fetch::permissions(&[collector.name.to_owned()], &["eu-west-1".to_owned()]).unwrap();
        let policy: Value = serde_json::from_str(&policy).unwrap();
        let actions = policy["Statement"][0]["Action"].as_array().unwrap();
        let declared: BTreeSet<&str> = collector.calls.iter().map(|call| call.action).collect();
        assert_eq!(actions.iter().map(|action| action.as_str().unwrap()).collect::<BTreeSet<_>>(), declared);
    }
}
