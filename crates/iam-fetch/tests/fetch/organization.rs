//! The organisation, as its own account and as a member sees it.

use iam_fetch::{Silent, Stop, fetch};
use tempfile::TempDir;

use crate::fake::Fake;
use crate::fake::account::json;
use crate::{fetched, read};

#[test]
fn the_organisation_is_written_with_its_policies() {
    let fake = Fake::account(|_| None);
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &["organization"]);
    let read = |file: &str| read(folder.path(), &format!("organizations/{file}.json"));
    assert_eq!(read("organization")["Organization"]["Id"], "o-example1234");
    assert_eq!(read("accounts")["Accounts"][0]["JoinedTimestamp"], "2026-01-15T08:00:00+00:00");
    let children = |file: &str| read(&format!("children/{file}"))["Children"].as_array().unwrap().clone();
    assert_eq!(children("r-ab12/organizational-units")[0]["Id"], "ou-ab12-11111111");
    assert_eq!(children("ou-ab12-11111111/accounts")[0]["Id"], "444455556666");
    assert_eq!(children("ou-ab12-11111111/organizational-units").len(), 0);
    assert_eq!(read("policies/p-FullAWSAccess")["Policy"]["PolicySummary"]["AwsManaged"], true);
    assert_eq!(read("targets/p-FullAWSAccess")["Targets"][0]["TargetId"], "r-ab12");
    assert!(!folder.path().join("organizations/resource-control-policies.json").exists(), "there are none");

    let fake = Fake::account(|asked| {
        (asked.operation == "DescribeOrganization")
            .then(|| asked.error(400, "AWSOrganizationsNotInUseException", "no"))
    });
    let folder = TempDir::new().unwrap();
    let summary = fetched(&fake, folder.path(), &["organization"]);
    assert_eq!(summary.shortfalls, [], "an account of no organisation lacks nothing");
    assert_eq!(fake.count("ListAccounts"), 0);
}

#[test]
fn a_member_account_is_refused_once_and_told_who_may_ask() {
    let member = || {
        Fake::account(|asked| match asked.operation.as_str() {
            "DescribeOrganization" => Some(json(
                "{\"Organization\": {\"Id\": \"o-example1234\", \"MasterAccountId\": \"777788889999\"}}",
            )),
            _ if asked.service == "organizations" => Some(asked.denied()),
            _ => None,
        })
    };
    let (fake, folder) = (member(), TempDir::new().unwrap());
    let summary = fetched(&fake, folder.path(), &["organization"]);
    let told: Vec<(&str, bool)> =
        summary.shortfalls.iter().map(|told| (told.call.as_str(), told.is_denied)).collect();
    assert_eq!(told, [("organizations:ListRoots", true)]);
    let why =
        "AccessDeniedException: only the management account and delegated administrators may ask: User: ";
    assert!(summary.shortfalls[0].error.starts_with(why), "{}", summary.shortfalls[0].error);

    let (fake, folder) = (member(), TempDir::new().unwrap());
    let request = iam_fetch::Request { is_member: true, ..fake.request(folder.path(), &["organization"]) };
    let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
    assert_eq!(summary.shortfalls, [], "another snapshot tells of the organisation");
    assert!(folder.path().join("organizations/organization.json").exists());
    assert_eq!(fake.count("ListRoots"), 0);
}
