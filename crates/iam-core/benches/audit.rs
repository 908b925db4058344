//! What it costs to read and to judge a report or account authorization details, by the number of users. Doubling the users should double the time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on fails"
)]

#[path = "../../xtask/src/gen_report.rs"]
#[expect(dead_code, reason = "the benchmark keeps reports in memory")]
mod gen_report;

use divan::Bencher;
use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
use iam_core::checks;
use iam_core::evidence::{Evidence, Given, assemble};
use iam_core::fact::{FileId, parse_time};
use iam_core::input::{InputFile, credential_report};
use serde_json::{Value, json};

const USERS: [u32; 4] = [5_000, 10_000, 20_000, 40_000];

fn main() {
    divan::main();
}

fn bytes(users: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    gen_report::report(users, 1, &mut bytes).unwrap();
    bytes
}

fn evidence(users: u32) -> Evidence {
    assemble(vec![(InputFile { path: "report.csv".to_owned(), bytes: bytes(users) }, Given::ByName)])
}

#[divan::bench(args = USERS)]
fn read_report(bencher: Bencher<'_, '_>, users: u32) {
    let bytes = bytes(users);
    bencher.bench_local(|| credential_report::parse(bytes.clone(), FileId(0)));
}

/// Account authorization details of so many users and as many roles.
fn details(users: u32) -> Vec<u8> {
    const ACCOUNT: &str = "arn:aws:iam::111122223333:";
    let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}]});
    let (groups, policies) = (users / 20, users / 4);
    let attached = |number: u32| {
        let policy = number % policies;
        json!([{"PolicyName": format!("p{policy}"), "PolicyArn": format!("{ACCOUNT}policy/p{policy}")}])
    };
    let made = "2025-01-10T08:00:00+00:00";
    let of = |count: u32, make: &dyn Fn(u32) -> Value| (0..count).map(make).collect::<Vec<_>>();
    let page = json!({
        "UserDetailList": of(users, &|i| json!({"UserName": format!("u{i}"), "UserId": "AIDAEXAMPLE", "Arn": format!("{ACCOUNT}user/u{i}"), "Path": "/",
            "CreateDate": made, "GroupList": [format!("g{}", i % groups)], "AttachedManagedPolicies": attached(i)})),
        "GroupDetailList": of(groups, &|i| json!({"GroupName": format!("g{i}"), "GroupId": "AGPAEXAMPLE", "Arn": format!("{ACCOUNT}group/g{i}"), "Path": "/",
            "CreateDate": made, "GroupPolicyList": [], "AttachedManagedPolicies": attached(i)})),
        "RoleDetailList": of(users, &|i| json!({"RoleName": format!("r{i}"), "RoleId": "AROAEXAMPLE", "Arn": format!("{ACCOUNT}role/r{i}"), "Path": "/",
            "CreateDate": made, "AssumeRolePolicyDocument": document, "InstanceProfileList": [], "AttachedManagedPolicies": attached(i), "RoleLastUsed": {},
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document}]})),
        "Policies": of(policies, &|i| json!({"PolicyName": format!("p{i}"), "PolicyId": "ANPAEXAMPLE", "Arn": format!("{ACCOUNT}policy/p{i}"), "Path": "/",
            "DefaultVersionId": "v1", "AttachmentCount": 9, "PermissionsBoundaryUsageCount": 0, "CreateDate": made,
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "CreateDate": made, "Document": document}]})),
    });
    page.to_string().into_bytes()
}

#[divan::bench(args = USERS)]
fn join_details(bencher: Bencher<'_, '_>, users: u32) {
    let bytes = details(users);
    bencher.bench_local(|| {
        assemble(vec![(InputFile { path: "details.json".to_owned(), bytes: bytes.clone() }, Given::ByName)])
    });
}

#[divan::bench(args = USERS)]
fn judge_details(bencher: Bencher<'_, '_>, users: u32) {
    let file = InputFile { path: "details.json".to_owned(), bytes: details(users) };
    let evidence = assemble(vec![(file, Given::ByName)]);
    let as_of = AsOf { at: parse_time("2026-01-15T08:00:00Z").unwrap(), from: AsOfFrom::Given };
    bencher.bench_local(|| audit(&evidence, checks::ALL, &Settings::default(), as_of));
}

#[divan::bench(args = USERS)]
fn judge_report(bencher: Bencher<'_, '_>, users: u32) {
    let evidence = evidence(users);
    let as_of = AsOf { at: parse_time("2026-01-15T08:00:00Z").unwrap(), from: AsOfFrom::Given };
    bencher.bench_local(|| audit(&evidence, checks::ALL, &Settings::default(), as_of));
}
