//! What is computed here beside what Access Analyzer found: whether the two agree, and what may be the reason where not.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of a test fails like one")]

use std::fmt::Write as _;

use iam_core::evidence::{Evidence, Given, assemble};
use iam_core::external::{Question, external};
use iam_core::input::InputFile;

const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:jobs";

fn policy(statements: &str) -> (String, String) {
    let policy = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    ("a/resource-policies/eu-west-1/sqs-queue/jobs.json".to_owned(), policy)
}

fn lets(principal: &str) -> String {
    format!(
        r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "sqs:SendMessage", "Resource": "{QUEUE}"}}"#
    )
}

fn analyzers(region: &str, kind: &str) -> (String, String) {
    let list = format!(
        r#"{{"analyzers": [{{"arn": "arn:aws:access-analyzer:{region}:111122223333:analyzer/outside", "name": "outside",
        "type": "{kind}", "status": "ACTIVE", "createdAt": "2025-01-01T00:00:00Z", "lastResourceAnalyzedAt": "2026-01-15T05:00:00Z"}}]}}"#
    );
    (format!("a/access-analyzer/{region}/analyzers.json"), list)
}

fn found(region: &str, findings: &[String]) -> (String, String) {
    let findings = format!(
        r#"{{"format": "iam-audit/access-analyzer-findings", "version": 1, "region": "{region}", "analyzers": [
        {{"analyzerArn": "arn:aws:access-analyzer:{region}:111122223333:analyzer/outside", "findings": [{}]}}]}}"#,
        findings.join(", ")
    );
    (format!("a/access-analyzer/{region}/findings.json"), findings)
}

fn finding(principal: &str, more: &str) -> String {
    let details = match principal {
        "" => r#"{"externalAccessDetails": {}}"#.to_owned(),
        who => format!(
            r#"{{"externalAccessDetails": {{"principal": {{"AWS": "{who}"}}, "action": ["sqs:SendMessage"], "condition": {{}}, "isPublic": false}}}}"#
        ),
    };
    let status = if more.contains("status") { "" } else { r#", "status": "ACTIVE""# };
    format!(
        r#"{{"id": "f-{principal}", "findingType": "ExternalAccess", "resource": "{QUEUE}", "resourceType": "AWS::SQS::Queue",
        "resourceOwnerAccount": "111122223333", "createdAt": "2026-01-01T00:00:00Z", "analyzedAt": "2026-01-14T00:00:00Z",
        "updatedAt": "2026-01-02T00:00:00Z", "findingDetails": [{details}]{status}{more}}}"#
    )
}

fn evidence(files: Vec<(String, String)>) -> Evidence {
    let manifest = r#"{"tool": "aws", "account": "111122223333", "calls": []}"#.to_owned();
    let files = files.into_iter().chain([("a/manifest.json".to_owned(), manifest)]);
    let file =
        |(path, text): (String, String)| (InputFile { path, bytes: text.into_bytes() }, Given::InFolder);
    assemble(files.map(file).collect())
}

#[track_caller]
fn check(case: &str, files: Vec<(String, String)>, expected: &str) {
    let evidence = evidence(files);
    let account = &evidence.accounts[0];
    let question = Question::of(account);
    let mut told = String::new();
    for one in external(account, &question).by_aws.unwrap() {
        let lists = [("aws", &one.only_aws), ("here", &one.only_here)].map(|(name, list)| {
            if list.is_empty() { String::new() } else { format!(" {name}: {}", list.join(" ")) }
        });
        writeln!(told, "{}{}{}", one.agreement.as_str(), lists[0], lists[1]).unwrap();
        one.why.iter().for_each(|why| writeln!(told, "  {why}").unwrap());
    }
    assert_eq!(told, expected, "{case}");
}

#[test]
fn both_are_compared_and_differences_have_reasons() {
    let (eu, us) = ("eu-west-1", "us-east-1");
    let other = "444455556666";
    let root = "arn:aws:iam::444455556666:root";
    check(
        "the same account by id and by ARN",
        vec![policy(&lets(root)), analyzers(eu, "ACCOUNT"), found(eu, &[finding(other, "")])],
        "agrees\n",
    );
    check(
        "put aside",
        vec![
            policy(&lets(root)),
            analyzers(eu, "ACCOUNT"),
            found(eu, &[finding(other, r#", "status": "ARCHIVED""#)]),
        ],
        "archived\n",
    );
    check(
        "other principals",
        vec![policy(&lets("777788889999")), analyzers(eu, "ACCOUNT"), found(eu, &[finding(other, "")])],
        "differs aws: 444455556666 here: 777788889999\n  \
         what was handed in lets nobody of them in, and may have been changed since; AWS looked on 2026-01-14\n  \
         the access may be too new for AWS, which takes up a change within about half an hour; it last looked on 2026-01-15\n",
    );
    check(
        "no policy was handed in",
        vec![analyzers(eu, "ACCOUNT"), found(eu, &[finding(other, "")])],
        "only-aws aws: 444455556666\n  what lets others in was not handed in for this resource\n",
    );
    check(
        "the policy lets nobody in",
        vec![policy(&lets("111122223333")), analyzers(eu, "ACCOUNT"), found(eu, &[finding(other, "")])],
        "only-aws aws: 444455556666\n  \
         what was handed in lets nobody of them in, and may have been changed since; AWS looked on 2026-01-14\n",
    );
    check(
        "no analyzer in the Region",
        vec![policy(&lets(other)), analyzers(us, "ACCOUNT"), found(us, &[])],
        "only-here here: 444455556666\n  \
         no analyzer of external access is known to be at work in eu-west-1: no list of analyzers in `eu-west-1` was handed in\n",
    );
    check(
        "an analyzer of unused access only",
        vec![policy(&lets(other)), analyzers(eu, "ACCOUNT_UNUSED_ACCESS"), found(eu, &[])],
        "only-here here: 444455556666\n  no analyzer of external access is known to be at work in eu-west-1\n",
    );
    check(
        "an analyzer of the organization",
        vec![policy(&lets(other)), analyzers(eu, "ORGANIZATION"), found(eu, &[])],
        "only-here here: 444455556666\n  the analyzer trusts the whole organization, which may be theirs\n",
    );
    check(
        "findings that were not handed in",
        vec![policy(&lets(other)), analyzers(eu, "ACCOUNT")],
        "only-here here: 444455556666\n  \
         no list of Access Analyzer's findings of the analyzer `outside` in `eu-west-1` was handed in\n",
    );
    check(
        "resolved",
        vec![
            policy(&lets(other)),
            analyzers(eu, "ACCOUNT"),
            found(eu, &[finding(other, r#", "status": "RESOLVED""#)]),
        ],
        "only-here here: 444455556666\n  AWS resolved the finding f-444455556666 on 2026-01-02\n",
    );
    check(
        "AWS could not look",
        vec![
            policy(&lets(other)),
            analyzers(eu, "ACCOUNT"),
            found(eu, &[finding("", r#", "error": "ACCESS_DENIED""#)]),
        ],
        "only-here here: 444455556666\n  AWS could not look at it: ACCESS_DENIED\n",
    );
    check(
        "AWS could not look, and nothing is open here",
        vec![
            policy(&lets("111122223333")),
            analyzers(eu, "ACCOUNT"),
            found(eu, &[finding("", r#", "error": "ACCESS_DENIED""#)]),
        ],
        "not-analyzed\n  AWS could not look at it: ACCESS_DENIED\n",
    );
    check(
        "nobody gets in",
        vec![policy(&lets("111122223333")), analyzers(eu, "ACCOUNT"), found(eu, &[])],
        "",
    );
}

#[test]
fn without_access_analyzer_nothing_is_compared() {
    let evidence = evidence(vec![policy(&lets("444455556666"))]);
    let question = Question::of(&evidence.accounts[0]);
    assert_eq!(external(&evidence.accounts[0], &question).by_aws, None);
}
