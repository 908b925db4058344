//! Answers of IAM Access Analyzer: what is recognised, what is read, what is joined, and what is said of what is not understood.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails like one")]

use std::fmt::Write as _;

use iam_core::evidence::{Account, Evidence, Given, assemble};
use iam_core::fact::FileId;
use iam_core::input::access_analyzer::{FindingDetail, Finds};
use iam_core::input::{Artefact, InputFile, read};

const OUTSIDE: &str = "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/outside";

const ANALYZER: &str = r#"{"arn": "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/outside", "name": "outside",
    "type": "ACCOUNT", "createdAt": "2025-01-01T00:00:00Z", "status": "ACTIVE"}"#;

/// A finding without its last brace.
fn head(id: &str, status: &str) -> String {
    format!(
        r#"{{"id": "{id}", "resourceType": "AWS::IAM::Role", "resourceOwnerAccount": "111122223333", "status": "{status}",
        "createdAt": "2026-01-01T00:00:00Z", "analyzedAt": "2026-01-14T00:00:00Z", "updatedAt": "2026-01-02T00:00:00Z",
        "resource": "arn:aws:iam::111122223333:role/app""#
    )
}

fn summary(id: &str, status: &str) -> String {
    head(id, status) + r#", "findingType": "ExternalAccess"}"#
}

/// As `list-findings` prints it.
fn older(id: &str, status: &str) -> String {
    head(id, status)
        + r#", "condition": {}, "principal": {"AWS": "444455556666"}, "action": ["sts:AssumeRole"], "isPublic": false}"#
}

fn detailed(id: &str, status: &str) -> String {
    head(id, status)
        + r#", "findingType": "ExternalAccess", "error": null, "findingDetails": [{"externalAccessDetails":
        {"condition": {}, "principal": {"AWS": "444455556666"}, "action": ["sts:AssumeRole"], "isPublic": false}}]}"#
}

fn wrapped(region: &str, findings: &str) -> String {
    format!(
        r#"{{"format": "iam-audit/access-analyzer-findings", "version": 1, "region": "{region}",
        "analyzers": [{{"analyzerArn": "{}", "findings": [{findings}]}}]}}"#,
        OUTSIDE.replace("eu-west-1", region)
    )
}

fn joined(files: &[(&str, &str)]) -> Evidence {
    let file = |(path, content): &(&str, &str)| {
        (InputFile { path: (*path).to_owned(), bytes: content.as_bytes().to_vec() }, Given::InFolder)
    };
    assemble(files.iter().map(file).collect())
}

/// Everything that is known of findings, a line each.
fn told(account: &Account) -> String {
    let mut told = String::new();
    for reported in account.access_analyzer().findings() {
        let finding = &reported.finding;
        let details = finding.details().count();
        let regions = reported.regions().join("+");
        writeln!(told, "{} {} {details} [{regions}]", finding.kind, finding.status).unwrap();
    }
    told
}

#[test]
fn answers_are_recognised_by_their_keys_and_those_of_other_services_are_not() {
    let rule = r#"{"ruleName": "r", "filter": {}, "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}"#;
    for (document, expected) in [
        (format!(r#"{{"analyzers": [{ANALYZER}]}}"#), Some(Artefact::Analyzers)),
        (r#"{"analyzers": []}"#.to_owned(), Some(Artefact::Analyzers)),
        (format!(r#"{{"analyzer": {ANALYZER}}}"#), Some(Artefact::Analyzers)),
        (r#"{"analyzers": [{"arn": "arn:aws:profile:eu-west-1:111122223333:x"}]}"#.to_owned(), None),
        (format!(r#"{{"archiveRules": [{rule}]}}"#), Some(Artefact::ArchiveRules)),
        (format!(r#"{{"archiveRule": {rule}}}"#), Some(Artefact::ArchiveRules)),
        (format!(r#"{{"findings": [{}]}}"#, older("a", "ACTIVE")), Some(Artefact::AnalyzerFindings)),
        (format!(r#"{{"findings": [{}]}}"#, summary("a", "ACTIVE")), Some(Artefact::AnalyzerFindings)),
        (format!(r#"{{"finding": {}}}"#, older("a", "ACTIVE")), Some(Artefact::AnalyzerFindings)),
        (detailed("a", "ACTIVE"), Some(Artefact::AnalyzerFindings)),
        (wrapped("eu-west-1", ""), Some(Artefact::AnalyzerFindings)),
        (
            format!("[{}, {}]", detailed("a", "ACTIVE"), detailed("b", "ACTIVE")),
            Some(Artefact::AnalyzerFindings),
        ),
        (format!(r#"[{{"finding": {}}}]"#, older("a", "ACTIVE")), Some(Artefact::AnalyzerFindings)),
        // The results of policy validation, a preview of a change, and Inspector's findings.
        (r#"{"findings": [{"findingType": "ERROR", "issueCode": "X", "locations": []}]}"#.to_owned(), None),
        (
            format!(r#"{{"findings": [{}, "changeType": "NEW", "condition": {{}}}}]}}"#, head("a", "ACTIVE")),
            None,
        ),
        (r#"{"findings": [{"findingArn": "arn:aws:inspector2:x", "status": "ACTIVE"}]}"#.to_owned(), None),
        (r#"[{"resourceOwnerAccount": "111122223333"}]"#.to_owned(), None),
        ("[1, 2]".to_owned(), None),
    ] {
        let found = read(document.clone().into_bytes(), FileId(0)).unwrap().map(|read| read.artefact);
        assert_eq!(found, expected, "{document}");
    }
}

#[test]
fn both_versions_of_a_finding_say_the_same() {
    let analyzers = format!(r#"{{"analyzers": [{ANALYZER}]}}"#);
    let documents = [
        format!(r#"{{"findings": [{}]}}"#, older("a", "ACTIVE")),
        format!(r#"{{"finding": {}}}"#, older("a", "ACTIVE")),
        detailed("a", "ACTIVE"),
        format!("[{}]", detailed("a", "ACTIVE")),
        wrapped("eu-west-1", &detailed("a", "ACTIVE")),
    ];
    for document in &documents {
        let files = [("analyzers.json", &*analyzers), ("findings.json", document)];
        let evidence = joined(&files);
        let account = &evidence.accounts[0];
        assert_eq!(told(account), "ExternalAccess ACTIVE 1 [eu-west-1]\n", "{document}");
        let reported = account.access_analyzer().findings().next().unwrap();
        let Some(FindingDetail::External(access)) = reported.finding.details().next() else {
            panic!("{document}")
        };
        assert_eq!(access.principal["AWS"].as_ref(), "444455556666", "{document}");
        assert_eq!(reported.is_public(), Some(false), "{document}");
        assert_eq!(account.gaps(), [], "{document}");
    }
}

#[test]
fn what_several_regions_and_answers_tell_is_one_finding() {
    let other = ANALYZER.replace("eu-west-1", "us-east-1");
    let lists = [format!(r#"{{"analyzers": [{ANALYZER}]}}"#), format!(r#"{{"analyzers": [{other}]}}"#)];
    for (case, here, there, expected) in [
        (
            "the same in two Regions",
            detailed("a", "ACTIVE"),
            detailed("b", "ACTIVE"),
            "ExternalAccess ACTIVE 1 [eu-west-1+us-east-1]\n",
        ),
        (
            "archived in one of them",
            detailed("a", "ARCHIVED"),
            detailed("b", "ACTIVE"),
            "ExternalAccess ACTIVE 1 [eu-west-1+us-east-1]\n",
        ),
        (
            "without details nothing tells that they are the same",
            summary("a", "ACTIVE"),
            detailed("b", "ACTIVE"),
            "ExternalAccess ACTIVE 0 [eu-west-1]\nExternalAccess ACTIVE 1 [us-east-1]\n",
        ),
        (
            "a summary and its details",
            format!("{}, {}", summary("a", "ACTIVE"), detailed("a", "ACTIVE")),
            String::new(),
            "ExternalAccess ACTIVE 1 [eu-west-1]\n",
        ),
        (
            "archived everywhere",
            detailed("a", "ARCHIVED"),
            detailed("b", "RESOLVED"),
            "ExternalAccess ARCHIVED 1 [eu-west-1+us-east-1]\n",
        ),
    ] {
        let (here, there) = (wrapped("eu-west-1", &here), wrapped("us-east-1", &there));
        let evidence = joined(&[
            ("access-analyzer/eu-west-1/analyzers.json", &lists[0]),
            ("access-analyzer/us-east-1/analyzers.json", &lists[1]),
            ("access-analyzer/eu-west-1/findings.json", &here),
            ("access-analyzer/us-east-1/findings.json", &there),
        ]);
        assert_eq!(evidence.accounts.len(), 1, "{case}");
        assert_eq!(told(&evidence.accounts[0]), expected, "{case}");
        let analyzers = evidence.accounts[0].access_analyzer();
        let all = analyzers.active(Finds::External).map(|analyzer| analyzers.all_findings(&analyzer.value));
        assert_eq!(all.collect::<Vec<_>>(), [Ok(()), Ok(())], "{case}");
    }
}

#[test]
fn what_is_not_understood_is_kept_and_said() {
    let analyzers = format!(
        r#"{{"analyzers": [{}]}}"#,
        ANALYZER.replace("\"ACCOUNT\"", "\"ACCOUNT_TOMORROW\"").replace("ACTIVE", "SLEEPING")
    );
    let strange = detailed("a", "WAITING")
        .replace("\"ExternalAccess\"", "\"TimeTravel\"")
        .replace("externalAccessDetails", "timeTravelDetails")
        .replace("AWS::IAM::Role", "AWS::Time::Machine");
    let evidence = joined(&[
        ("access-analyzer/eu-west-1/analyzers.json", &analyzers),
        ("access-analyzer/eu-west-1/findings.json", &wrapped("eu-west-1", &strange)),
    ]);
    let account = &evidence.accounts[0];
    assert_eq!(told(account), "TimeTravel WAITING 1 [eu-west-1]\n");
    let mut said: Vec<&str> = account.gaps().iter().map(|gap| &*gap.what).collect();
    said.sort_unstable();
    assert_eq!(
        said,
        [
            "the kind of details `timeTravelDetails` is not understood",
            "the status of a finding `WAITING` is not understood",
            "the status of an analyzer `SLEEPING` is not understood",
            "the type of analyzer `ACCOUNT_TOMORROW` is not understood",
            "the type of finding `TimeTravel` is not understood",
        ]
    );
}

#[test]
fn what_is_damaged_costs_only_itself() {
    let good = detailed("good", "ACTIVE");
    for (damage, expected) in [
        (r#"{"id": 7}"#.to_owned(), "at /analyzers/0/findings/0/id: found `7`, expected a text"),
        ("null".to_owned(), "at /analyzers/0/findings/0: found `null`, expected an object"),
        (
            detailed("bad", "ACTIVE").replace("\"action\": [", "\"action\": [7, "),
            "at /analyzers/0/findings/0/findingDetails/0: found `[7,\\\"sts:AssumeRole\\\"]`, expected a list of texts as action",
        ),
        (
            detailed("bad", "ACTIVE")
                .replace("{\"externalAccessDetails\"", "{\"x\": {}, \"externalAccessDetails\""),
            "at /analyzers/0/findings/0/findingDetails/0: found `{\\\"externalAccessDetails\\\":{\\\"action\\\":[\\\"sts...`, expected an object with one key",
        ),
        (
            detailed("bad", "ACTIVE").replace("\"2026-01-01T00:00:00Z\"", "\"yesterday\""),
            "at /analyzers/0/findings/0/createdAt: found `\\\"yesterday\\\"`, expected an RFC 3339 timestamp",
        ),
        (
            detailed("bad", "ACTIVE").replace("\"error\": null", "\"error\": {}"),
            "at /analyzers/0/findings/0/error: found `{}`, expected a text",
        ),
    ] {
        let document = wrapped("eu-west-1", &format!("{damage}, {good}"));
        let evidence = joined(&[("access-analyzer/eu-west-1/findings.json", &document)]);
        let account = &evidence.accounts[0];
        let said: Vec<&str> = account.gaps().iter().map(|gap| &*gap.what).collect();
        assert_eq!(said, [expected], "{damage}");
        let sightings = account.access_analyzer().findings().flat_map(|reported| &reported.sightings);
        let ids: Vec<&str> = sightings.map(|sighting| &*sighting.id).collect();
        assert!(ids.contains(&"good"), "{damage}: {ids:?}");
    }
}
