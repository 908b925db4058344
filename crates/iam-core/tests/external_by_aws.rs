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

fn told(files: Vec<(String, String)>) -> String {
    let evidence = evidence(files);
    let account = &evidence.accounts[0];
    let question = Question::of(account);
    let mut told = String::new();
    for one in external(account, &question).by_aws.unwrap() {
        let lists = [("aws", &one.only_aws), ("here", &one.only_here)].map(|(name, list)| {
            if list.is_empty() { String::new() } else { format!(" {name}: {}", list.join(" ")) }
        });
        writeln!(told, "{}{}{}", one.agreement.as_str(), lists[0], lists[1]).unwrap();
        one.differences.iter().for_each(|what| writeln!(told, "  - {what}").unwrap());
        one.why.iter().for_each(|why| writeln!(told, "  {why}").unwrap());
    }
    told
}

#[track_caller]
fn check(case: &str, files: Vec<(String, String)>, expected: &str) {
    assert_eq!(told(files), expected, "{case}");
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
         - 444455556666 is not let in here\n  \
         - 777788889999 is not let in by what AWS found\n  \
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

/// A finding of AWS with these details.
fn detailed(principal: &str, actions: &str, condition: &str, is_public: &str) -> String {
    let details = format!(
        r#"{{"externalAccessDetails": {{"principal": {{"AWS": "{principal}"}}, "action": [{actions}], "condition": {{{condition}}}
        {is_public}}}}}"#
    );
    let whole = finding(principal, "");
    let (before, _) = whole.split_once(r#""findingDetails": ["#).unwrap();
    format!(r#"{before}"findingDetails": [{details}], "status": "ACTIVE"}}"#)
}

#[test]
#[expect(clippy::too_many_lines, reason = "cases as data")]
fn both_agree_only_if_principals_actions_conditions_and_public_are_the_same() {
    let allow = |principal: &str, actions: &str, condition: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": [{actions}], "Resource": "*",
            "Condition": {{{condition}}}}}"#
        )
    };
    let (other, send, both) =
        ("444455556666", r#""sqs:SendMessage""#, r#""sqs:SendMessage", "sqs:ReceiveMessage""#);
    let role = "arn:aws:iam::444455556666:role/reader";
    let from = |network: &str| format!(r#""IpAddress": {{"aws:SourceIp": "{network}"}}"#);
    let if_from = |network: &str| format!(r#""aws:SourceIp": "{network}""#);
    let of_organization = r#""StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}"#;
    let (public, not_public) = (r#", "isPublic": true"#, r#", "isPublic": false"#);
    let differs = "differs\n  - ";
    for (case, here, there, expected) in [
        ("actions", allow(other, send, ""), detailed(other, send, "", not_public), "agrees\n"),
        (
            "in another case",
            allow(other, send, ""),
            detailed(other, r#""SQS:sendmessage""#, "", not_public),
            "agrees\n",
        ),
        (
            "a pattern of them",
            allow(other, r#""sqs:SendMessage*""#, ""),
            detailed(other, send, "", not_public),
            "agrees\n",
        ),
        (
            "more here",
            allow(other, both, ""),
            detailed(other, send, "", not_public),
            "differs\n  - 444455556666 may not do sqs:ReceiveMessage by what AWS found\n",
        ),
        (
            "more there",
            allow(other, send, ""),
            detailed(other, both, "", not_public),
            "differs\n  - 444455556666 may not do sqs:ReceiveMessage here\n",
        ),
        (
            "a condition here",
            allow(other, send, &from("203.0.113.0/24")),
            detailed(other, send, "", not_public),
            "differs\n  - 444455556666 gets in without any condition; here if aws:sourceip is 203.0.113.0/24\n",
        ),
        (
            "a condition there",
            allow(other, send, ""),
            detailed(other, send, &if_from("203.0.113.0/24"), not_public),
            "differs\n  - 444455556666 gets in without any condition; by what AWS found if aws:sourceip is 203.0.113.0/24\n",
        ),
        (
            "the same condition",
            allow(other, send, &from("203.0.113.0/24")),
            detailed(other, send, &if_from("203.0.113.0/24"), not_public),
            "agrees\n",
        ),
        (
            "the same address",
            allow(other, send, &from("203.0.113.7")),
            detailed(other, send, &if_from("203.0.113.7/32"), not_public),
            "agrees\n",
        ),
        (
            "a narrower network",
            allow(other, send, &from("203.0.113.0/24")),
            detailed(other, send, &if_from("203.0.113.0/25"), not_public),
            "differs\n  - 444455556666 gets in if ",
        ),
        (
            "the same key in other letters",
            allow("*", send, of_organization),
            detailed("*", send, r#""AWS:principalorgid": "o-a1b2c3d4e5""#, not_public),
            "agrees\n",
        ),
        (
            "another organization",
            allow("*", send, of_organization),
            detailed("*", send, r#""aws:PrincipalOrgID": "o-f6g7h8i9j0""#, not_public),
            differs,
        ),
        ("anybody", allow("*", send, ""), detailed("*", send, "", public), "agrees\n"),
        (
            "not said to be public",
            allow("*", send, ""),
            detailed("*", send, "", not_public),
            "differs\n  - it is not called public by what AWS found\n",
        ),
        (
            "said to be public",
            allow("*", send, of_organization),
            detailed("*", send, r#""aws:PrincipalOrgID": "o-a1b2c3d4e5""#, public),
            "differs\n  - it is not called public here\n",
        ),
        ("nothing of public", allow("*", send, ""), detailed("*", send, "", ""), "agrees\n"),
        (
            "a role of the account",
            allow(other, send, ""),
            detailed(role, send, "", not_public),
            "differs here: 444455556666\n  - 444455556666 is not let in by what AWS found\n",
        ),
        (
            "the account of a role",
            allow(role, send, ""),
            detailed(other, send, "", not_public),
            "differs aws: 444455556666\n  - 444455556666 is not let in here\n",
        ),
        (
            "no actions told",
            allow(other, send, ""),
            detailed(other, "", "", not_public),
            "differs\n  - what AWS found was handed in without its details",
        ),
    ] {
        let files = vec![policy(&here), analyzers("eu-west-1", "ACCOUNT"), found("eu-west-1", &[there])];
        let told = told(files);
        assert!(told.starts_with(expected), "{case}: found {told}, expected {expected}");
        assert!(expected != "agrees\n" || told == expected, "{case}: {told}");
    }
}
