//! Reports that are not ready, and calls that come too fast.

use std::collections::BTreeSet;
use std::sync::Mutex;

use tempfile::TempDir;

use crate::fake::Fake;
use crate::fake::account::xml;
use crate::{entries, entry, fetched, read};

type Replies = fn(usize) -> &'static str;

#[test]
fn the_credential_report_is_waited_for_but_not_for_ever() {
    let state = |state: &str| xml("iam", "GenerateCredentialReport", &format!("<State>{state}</State>"));
    // Name, the answers to Generate, those to Get, and what the manifest says of both. The last answer is given again.
    let cases: [(&str, Replies, Replies, [&str; 2]); 6] = [
        ("made at once", |_| "COMPLETE", |_| "ok", ["complete", "complete"]),
        (
            "made after a while",
            |n| ["STARTED", "INPROGRESS", "COMPLETE"][n.min(2)],
            |_| "ok",
            ["complete", "complete"],
        ),
        ("never made, an old one is there", |_| "INPROGRESS", |_| "ok", ["failed", "complete"]),
        ("never made", |_| "INPROGRESS", |_| "ReportInProgress", ["failed", "failed"]),
        ("not allowed to make one", |_| "AccessDenied", |_| "ok", ["denied", "complete"]),
        ("too many, and none there", |_| "LimitExceeded", |_| "ReportNotPresent", ["failed", "failed"]),
    ];
    for (name, generate, get, expected) in cases {
        let (generated, got) = (Mutex::new(0), Mutex::new(0));
        let fake = Fake::account(move |asked| {
            let next = |count: &Mutex<usize>| {
                let mut count = count.lock().unwrap();
                *count += 1;
                *count - 1
            };
            match asked.operation.as_str() {
                "GenerateCredentialReport" => Some(match generate(next(&generated)) {
                    code @ ("AccessDenied" | "LimitExceeded") => asked.error(409, code, ""),
                    word => state(word),
                }),
                "GetCredentialReport" => match get(next(&got)) {
                    "ok" => None,
                    code => Some(asked.error(410, code, "")),
                },
                _ => None,
            }
        });
        let folder = TempDir::new().unwrap();
        fetched(&fake, folder.path(), &["credential-report"]);
        let status = |operation| entry(folder.path(), operation).1;
        assert_eq!([status("GenerateCredentialReport"), status("GetCredentialReport")], expected, "{name}");
        assert!(fake.count("GenerateCredentialReport") < 20, "{name}: pauses grow");
    }
}

#[test]
fn jobs_are_waited_for_page_by_page_and_one_that_fails_costs_only_itself() {
    let asked_before = Mutex::new(BTreeSet::new());
    let fake = Fake::account(move |asked| {
        if asked.operation != "GetServiceLastAccessedDetails" {
            return None;
        }
        let job = asked.field("JobId").to_owned();
        let inner = match (job.as_str(), asked.field("Marker")) {
            ("anna", _) if asked_before.lock().unwrap().insert(job.clone()) => {
                "<JobStatus>IN_PROGRESS</JobStatus><JobCreationDate>2026-01-15T08:00:00Z</JobCreationDate><IsTruncated>false</IsTruncated>"
            }
            ("anna", "") => {
                "<JobStatus>COMPLETED</JobStatus><JobType>ACTION_LEVEL</JobType><JobCreationDate>2026-01-15T08:00:00Z</JobCreationDate><ServicesLastAccessed/><JobCompletionDate>2026-01-15T08:00:01Z</JobCompletionDate><IsTruncated>true</IsTruncated><Marker>two</Marker>"
            }
            ("deploy", _) => {
                "<JobStatus>FAILED</JobStatus><JobCreationDate>2026-01-15T08:00:00Z</JobCreationDate><JobCompletionDate>2026-01-15T08:00:01Z</JobCompletionDate><IsTruncated>false</IsTruncated><Error><Message>broken</Message><Code>E</Code></Error>"
            }
            ("app", _) => {
                "<JobStatus>IN_PROGRESS</JobStatus><JobCreationDate>2026-01-15T08:00:00Z</JobCreationDate><IsTruncated>false</IsTruncated>"
            }
            _ => return None,
        };
        Some(xml("iam", "GetServiceLastAccessedDetails", inner))
    });
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &["service-last-accessed"]);
    let told = entries(folder.path(), "GetServiceLastAccessedDetails");
    let told: Vec<(&str, &str, &str)> =
        told.iter().map(|(file, status, error)| (file.as_str(), status.as_str(), error.as_str())).collect();
    assert_eq!(
        told,
        [
            ("service-last-accessed/group/admins.json", "complete", ""),
            ("service-last-accessed/policy/own.json", "complete", ""),
            (
                "service-last-accessed/role/app.json",
                "failed",
                "JobInProgress: AWS did not finish the report within 1 s"
            ),
            ("service-last-accessed/user/anna.json", "complete", ""),
            ("service-last-accessed/user/deploy.json", "partial", "E: broken"),
        ]
    );
    let anna = read(folder.path(), "service-last-accessed/user/anna.json");
    assert_eq!(anna["pages"].as_array().unwrap().len(), 2);
    assert_eq!(anna["pages"][0]["IsTruncated"], true);
}

#[test]
fn a_throttled_call_is_made_again() {
    let refused = Mutex::new(false);
    let fake = Fake::account(move |asked| {
        let is_first =
            asked.operation == "GetAccountSummary" && !std::mem::replace(&mut *refused.lock().unwrap(), true);
        is_first.then(|| asked.error(400, "Throttling", "Rate exceeded"))
    });
    let folder = TempDir::new().unwrap();
    let summary = fetched(&fake, folder.path(), &["account-summary"]);
    assert_eq!(summary.shortfalls, []);
    assert_eq!(fake.count("GetAccountSummary"), 2);
    assert_eq!(summary.requests, 3, "with the question who asks");
}
