//! Every call of every collector, when AWS answers otherwise than one would like: each cell of the table is one fetch.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod fake;

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use fake::{Asked, Fake, Reply};
use iam_fetch::{Call, Collector, Ended, Request, Silent, Stop, Summary, collectors, fetch};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A way in which a call goes wrong, and what the manifest says then.
struct Case {
    name: &'static str,
    answer: fn(&Asked) -> Reply,
    status: &'static str,
    /// What one of these the error begins with.
    errors: &'static [&'static str],
}

const CASES: [Case; 6] = [
    Case {
        name: "denied",
        answer: Asked::denied,
        status: "denied",
        errors: &["AccessDenied", "UnauthorizedOperation"],
    },
    Case {
        name: "throttled until patience ends",
        answer: |asked| {
            let code = match asked.service.as_str() {
                "ec2" => "RequestLimitExceeded",
                "s3" | "s3express" => "SlowDown",
                "iam" | "sns" | "rds" => "Throttling",
                _ => "ThrottlingException",
            };
            asked.error(if asked.service.starts_with("s3") { 503 } else { 400 }, code, "Rate exceeded")
        },
        status: "failed",
        errors: &["Throttling", "SlowDown", "RequestLimitExceeded"],
    },
    Case {
        name: "slower than anybody waits",
        answer: |asked| fake::account::answer(asked).after(Duration::from_secs(20)),
        status: "failed",
        errors: &["Timeout"],
    },
    Case {
        name: "no answer but a page of a proxy",
        answer: |_| Reply::ok("text/html", "<html><body>Bad Gateway</body>").with_status(502),
        status: "failed",
        errors: &["Http502"],
    },
    Case {
        name: "malformed",
        answer: |_| Reply::ok("application/json", "<a><b>{"),
        status: "failed",
        errors: &["UnreadableAnswer"],
    },
    Case {
        name: "cut off",
        answer: |asked| {
            let whole = Reply::ok("application/json", "x".repeat(100));
            Reply {
                cut: true,
                ..if asked.operation == "GetObject" { whole } else { fake::account::answer(asked) }
            }
        },
        status: "failed",
        errors: &["NotReached", "UnreadableAnswer", "Http4"],
    },
];

/// Whatever text S3 sends in place of a policy or an object is the answer.
fn is_any_text_an_answer(call: &Call) -> bool {
    ["GetBucketPolicy", "GetObject"].contains(&call.operation)
}

fn request(fake: &Fake, folder: &Path, collector: &Collector) -> Request {
    let mut request = fake.request(folder, &[collector.name]);
    request.archive = Some("s3://logs/AWSLogs".to_owned());
    // Calls that are tried again are held back for all fetches of a process.
    request.pace.attempts = 1;
    request.pace.report_deadline = Duration::from_millis(200);
    request
}

/// A fetch of one collector where one operation is answered otherwise.
fn fetched(
    collector: &Collector,
    call: &'static Call,
    patience: u64,
    answer: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
) -> (Summary, TempDir, Fake) {
    let (operation, service) = (call.operation, signed(call));
    let fake = Fake::account(move |asked| {
        if asked.operation == operation && asked.service == service { answer(asked) } else { None }
    });
    let folder = TempDir::new().unwrap();
    let mut request = request(&fake, folder.path(), collector);
    request.pace.call_timeout = Duration::from_secs(patience);
    let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
    (summary, folder, fake)
}

/// What the service is called in signatures.
fn signed(call: &Call) -> &'static str {
    if call.service() == "cloudwatch" { "monitoring" } else { call.service() }
}

/// The manifest's entries of a call.
fn entries(folder: &Path, call: &Call) -> Vec<Value> {
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let all = manifest["calls"].as_array().unwrap().iter();
    all.filter(|entry| entry["operation"] == call.operation && entry["permission"] == call.action)
        .cloned()
        .collect()
}

/// Runs a check for each of many things, several at a time, and tells of all that failed.
fn for_all<T: Sync>(things: &[T], check: impl Fn(&T) -> Result<(), String> + Sync) {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = check(thing) {
                        failed.lock().unwrap().push(why);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {} failed\n{}", failed.len(), things.len(), failed.join("\n"));
}

#[test]
fn every_call_may_go_wrong_and_stands_in_the_manifest_as_what_it_is() {
    let mut cells = Vec::new();
    for collector in collectors() {
        for call in collector.calls {
            cells.extend(CASES.iter().map(|case| (*collector, call, case)));
        }
    }
    assert!(cells.len() > 400, "{}", cells.len());
    for_all(&cells, |&(collector, call, case)| {
        if case.name == "malformed" && is_any_text_an_answer(call) {
            return Ok(());
        }
        let answer = case.answer;
        let patience = if case.errors == ["Timeout"] { 2 } else { 60 };
        let (summary, folder, _) = fetched(collector, call, patience, move |asked| Some(answer(asked)));
        let cell = format!("{}, {}, {}", collector.name, call.operation, case.name);
        if summary.ended != Ended::Finished {
            return Err(format!("{cell}: {:?}", summary.ended));
        }
        let entries = entries(folder.path(), call);
        let wrong = entries.iter().find(|entry| entry["status"] != "complete");
        let Some(wrong) = wrong else { return Err(format!("{cell}: {entries:?}, {:?}", summary.shortfalls)) };
        let error = wrong["error"].as_str().unwrap_or_default();
        let is_right =
            wrong["status"] == case.status || case.status == "failed" && wrong["status"] == "partial";
        if !is_right || !case.errors.iter().any(|start| error.starts_with(start)) {
            return Err(format!("{cell}: {wrong}"));
        }
        // What did not come stands in no file, unless the file says itself that it is a part.
        if let Some(file) = wrong["file"].as_str()
            && wrong["status"] == "failed"
            && folder.path().join(file).exists()
            && !["GetAnalyzer", "GetFindingV2"].contains(&call.operation)
        {
            return Err(format!("{cell}: {file} is there"));
        }
        Ok(())
    });
}

/// How a list of AWS's goes on: the field of its answer, and that of the next request.
struct Paged {
    /// The operation, or the action where two services have an operation of this name.
    operation: &'static str,
    answer: &'static str,
    request: &'static str,
}

const fn paged(operation: &'static str, answer: &'static str, request: &'static str) -> Paged {
    Paged { operation, answer, request }
}

/// Sources: the services' API references.
const PAGED: &[Paged] = &[
    paged("DescribeAlarms", "NextToken", "NextToken"),
    paged("DescribeDBClusterSnapshots", "Marker", "Marker"),
    paged("DescribeDBSnapshots", "Marker", "Marker"),
    paged("DescribeFileSystems", "NextMarker", "Marker"),
    paged("DescribeIamInstanceProfileAssociations", "nextToken", "NextToken"),
    paged("DescribeMetricFilters", "nextToken", "nextToken"),
    paged("DescribeRepositories", "nextToken", "nextToken"),
    paged("DescribeSnapshots", "nextToken", "NextToken"),
    paged("GetAccountAuthorizationDetails", "Marker", "Marker"),
    paged("GetFindingV2", "nextToken", "nextToken"),
    paged("GetServiceLastAccessedDetails", "Marker", "Marker"),
    paged("ListAccessKeys", "Marker", "Marker"),
    paged("ListAccessPoints", "NextToken", "nextToken"),
    paged("ListAccountAliases", "Marker", "Marker"),
    paged("ListAccounts", "NextToken", "NextToken"),
    paged("ListAnalyzers", "nextToken", "nextToken"),
    paged("ListArchiveRules", "nextToken", "nextToken"),
    paged("ListBackupVaults", "NextToken", "nextToken"),
    paged("ListBuckets", "ContinuationToken", "continuation-token"),
    paged("ListChildren", "NextToken", "NextToken"),
    paged("ListDirectoryBuckets", "ContinuationToken", "continuation-token"),
    paged("ListEventBuses", "NextToken", "NextToken"),
    paged("ListFindingsV2", "nextToken", "nextToken"),
    paged("ListFunctions", "NextMarker", "Marker"),
    paged("ListGrants", "NextMarker", "Marker"),
    paged("ListGroups", "Marker", "Marker"),
    paged("ListKeys", "NextMarker", "Marker"),
    paged("ListLayerVersions", "NextMarker", "Marker"),
    paged("ListLayers", "NextMarker", "Marker"),
    paged("ListMFADevices", "Marker", "Marker"),
    paged("ListObjectsV2", "NextContinuationToken", "continuation-token"),
    paged("ListQueues", "NextToken", "NextToken"),
    paged("ListRoles", "Marker", "Marker"),
    paged("ListRoots", "NextToken", "NextToken"),
    paged("ListRules", "NextToken", "NextToken"),
    paged("ListSSHPublicKeys", "Marker", "Marker"),
    paged("ListSecrets", "NextToken", "NextToken"),
    paged("ListServerCertificates", "Marker", "Marker"),
    paged("ListServiceSpecificCredentials", "Marker", "Marker"),
    paged("ListSigningCertificates", "Marker", "Marker"),
    paged("ListStreamConsumers", "NextToken", "NextToken"),
    paged("ListSubscriptionsByTopic", "NextToken", "NextToken"),
    paged("ListTables", "LastEvaluatedTableName", "ExclusiveStartTableName"),
    paged("ListTargetsByRule", "NextToken", "NextToken"),
    paged("ListTargetsForPolicy", "NextToken", "NextToken"),
    paged("ListTopics", "NextToken", "NextToken"),
    paged("ListUsers", "Marker", "Marker"),
    paged("ListVaults", "Marker", "marker"),
    paged("ListVirtualMFADevices", "Marker", "Marker"),
    paged("LookupEvents", "NextToken", "NextToken"),
    paged("dynamodb:ListStreams", "LastEvaluatedStreamArn", "ExclusiveStartStreamArn"),
    paged("iam:ListPolicies", "Marker", "Marker"),
    paged("kinesis:ListStreams", "NextToken", "NextToken"),
    paged("organizations:ListPolicies", "NextToken", "NextToken"),
];

impl Paged {
    fn is_of(&self, call: &Call) -> bool {
        self.operation == call.operation || self.operation == call.action
    }
}

/// Calls that answer in one piece.
const WHOLE: &[&str] = &[
    "DescribeDBClusterSnapshotAttributes",
    "DescribeDBSnapshotAttributes",
    "DescribeDomain",
    "DescribeEventBus",
    "DescribeFileSystemPolicy",
    "DescribeOrganization",
    "DescribePolicy",
    "DescribeSnapshotAttribute",
    "DescribeTrails",
    "GenerateCredentialReport",
    "GenerateServiceLastAccessedDetails",
    "GetAccessKeyLastUsed",
    "GetAccessPoint",
    "GetAccessPointPolicy",
    "GetAccountPasswordPolicy",
    "GetAccountSummary",
    "GetAnalyzer",
    "GetBackupVaultAccessPolicy",
    "GetBucketAcl",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetCredentialReport",
    "GetEventSelectors",
    "GetKeyPolicy",
    "GetLayerVersionPolicy",
    "GetObject",
    "GetPolicy",
    "GetPublicAccessBlock",
    "GetQueueAttributes",
    "GetRepositoryPolicy",
    "GetResourcePolicy",
    "GetTopicAttributes",
    "GetTrailStatus",
    "GetVaultAccessPolicy",
    "ListDomainNames",
    "ListOrganizationsFeatures",
];

#[test]
fn every_call_either_has_pages_or_is_known_to_have_none() {
    for call in collectors().iter().flat_map(|collector| collector.calls) {
        let is_paged = PAGED.iter().any(|paged| paged.is_of(call));
        assert!(is_paged != WHOLE.contains(&call.operation), "{}", call.operation);
    }
}

/// The usual answer, as one that has a further page.
fn with_more(reply: Reply, field: &str, token: &str) -> Reply {
    let text = String::from_utf8(reply.body.clone()).unwrap_or_default();
    if let Ok(mut value) = serde_json::from_str::<Value>(&text) {
        value[field] = json!(token);
        if value.get("Truncated").is_some() {
            value["Truncated"] = json!(true);
        }
        return Reply { body: value.to_string().into(), ..reply };
    }
    let token = format!("<{field}>{token}</{field}>");
    let text = text
        .replace(&format!("<{field}>two</{field}>"), "")
        .replace("<IsTruncated>false", "<IsTruncated>true");
    // At the end of the result, or of the whole where there is none.
    let at = text.rfind("Result>").map(|at| text.split_at(at).0.rfind('<').unwrap());
    let at = at.unwrap_or_else(|| text.rfind("</").unwrap());
    let (before, after) = text.split_at(at);
    Reply { body: [before, &token, after].concat().into(), ..reply }
}

/// Which page a request is for. One in CBOR is not taken apart.
fn asked_for<'a>(asked: &'a Asked, field: &str) -> &'a str {
    let is_in_cbor =
        asked.service == "monitoring" && asked.raw.body.windows(4).any(|window| window == b"more");
    if is_in_cbor { "more" } else { asked.field(field) }
}

#[test]
fn every_list_is_read_to_its_last_page_and_is_a_part_without_it() {
    let mut cells = Vec::new();
    for collector in collectors() {
        for call in collector.calls {
            let own = PAGED.iter().filter(|paged| paged.is_of(call));
            cells.extend(
                own.flat_map(|paged| [(*collector, call, paged, false), (*collector, call, paged, true)]),
            );
        }
    }
    assert!(cells.len() > 90, "{}", cells.len());
    for_all(&cells, |&(collector, call, paged, is_refused)| {
        let Paged { answer, request, .. } = *paged;
        let (summary, folder, fake) = fetched(collector, call, 60, move |asked| {
            let usual = fake::account::answer(asked);
            match asked_for(asked, request) {
                "" if call.operation == "DescribeAlarms" => Some(fake::alarms(Some("more"))),
                "" => Some(with_more(usual, answer, "more")),
                _ if is_refused => Some(asked.error(400, "ValidationError", "no such page")),
                _ => Some(usual),
            }
        });
        let cell = format!("{}, {}, {is_refused}", collector.name, call.operation);
        let asked_on = fake.asked();
        let asked_on = asked_on.iter().filter(|asked| {
            asked.operation == call.operation
                && asked.service == signed(call)
                && asked_for(asked, request) == "more"
        });
        if asked_on.count() == 0 {
            return Err(format!("{cell}: nobody asked for the next page"));
        }
        let wrong: Vec<Value> =
            entries(folder.path(), call).into_iter().filter(|entry| entry["status"] != "complete").collect();
        match (is_refused, wrong.first()) {
            (false, None) if summary.shortfalls.is_empty() => Ok(()),
            (true, Some(entry)) if entry["error"].as_str().unwrap().starts_with("ValidationError") => {
                match entry["file"].as_str().filter(|_| entry["status"] == "partial") {
                    // A part says itself that it is one.
                    Some(file) => {
                        let text = fs::read_to_string(folder.path().join(file)).unwrap();
                        let is_told = ["\"IsTruncated\": true", "\"incomplete\": true"]
                            .iter()
                            .any(|word| text.contains(word));
                        if is_told { Ok(()) } else { Err(format!("{cell}: {text}")) }
                    }
                    None => Ok(()),
                }
            }
            _ => Err(format!("{cell}: {wrong:?} {:?}", summary.shortfalls)),
        }
    });
}

/// An account in which there is nothing: every list is empty.
#[test]
fn an_account_with_nothing_in_it_lacks_nothing() {
    let fake = Fake::account(|asked| {
        let list = asked.operation.starts_with("List")
            || ["DescribeAlarms", "DescribeTrails", "DescribeMetricFilters", "DescribeRepositories"]
                .contains(&asked.operation.as_str())
            || [
                "DescribeDBSnapshots",
                "DescribeDBClusterSnapshots",
                "DescribeIamInstanceProfileAssociations",
                "DescribeSnapshots",
                "DescribeFileSystems",
            ]
            .contains(&asked.operation.as_str());
        if !list || ["ListRegions", "ListOrganizationsFeatures"].contains(&asked.operation.as_str()) {
            return None;
        }
        Some(match asked.service.as_str() {
            "iam" => fake::account::xml("iam", &asked.operation, "<IsTruncated>false</IsTruncated>"),
            "sns" => fake::account::xml("sns", &asked.operation, ""),
            "rds" => {
                Reply::ok("text/xml", format!("<{0}Response><{0}Result/></{0}Response>", asked.operation))
            }
            "ec2" => Reply::ok("text/xml", format!("<{}Response/>", asked.operation)),
            "s3express" => Reply::ok("text/xml", "<ListAllMyDirectoryBucketsResult/>"),
            "s3" if asked.operation == "ListBuckets" => Reply::ok("text/xml", "<ListAllMyBucketsResult/>"),
            "s3" => Reply::ok("text/xml", format!("<{}Result/>", asked.operation)),
            "monitoring" => return None,
            "backup" => fake::account::json("{\"BackupVaultList\": []}"),
            "elasticfilesystem" => fake::account::json("{\"FileSystems\": []}"),
            "es" => fake::account::json("{\"DomainNames\": []}"),
            "glacier" => fake::account::json("{\"VaultList\": []}"),
            "kinesis" => fake::account::json("{\"StreamSummaries\": []}"),
            "dynamodb" => fake::account::json("{\"TableNames\": [], \"Streams\": []}"),
            _ => fake::account::json("{}"),
        })
    });
    let folder = TempDir::new().unwrap();
    let summary = fetch(&fake.request(folder.path(), &[]), &Silent, &Stop::default()).unwrap();
    assert_eq!((summary.ended, summary.shortfalls), (Ended::Finished, Vec::new()));
    for (file, list) in [
        ("virtual-mfa-devices.json", "VirtualMFADevices"),
        ("server-certificates.json", "ServerCertificateMetadataList"),
        ("monitoring/eu-west-1/trails.json", "trailList"),
        ("access-analyzer/eu-west-1/analyzers.json", "analyzers"),
    ] {
        let value: Value = serde_json::from_slice(&fs::read(folder.path().join(file)).unwrap()).unwrap();
        assert_eq!(value[list], json!([]), "{file}");
    }
}

/// Clocks that differ by more than five minutes make AWS refuse signatures; the answer tells its time.
#[test]
fn a_wrong_clock_is_put_right() {
    for (collector, operation, service) in [
        ("account-summary", "GetAccountSummary", "iam"),
        ("resource-policies", "ListTables", "dynamodb"),
        ("resource-policies", "DescribeFileSystems", "elasticfilesystem"),
        ("resource-policies", "DescribeDBSnapshots", "rds"),
    ] {
        let ahead = chrono::Utc::now() + chrono::TimeDelta::hours(2);
        let fake = Fake::account(move |asked| {
            if asked.operation != operation || asked.service != service {
                return None;
            }
            let signed = asked.raw.headers.iter().find(|(name, _)| name == "x-amz-date").unwrap();
            let signed =
                chrono::NaiveDateTime::parse_from_str(&signed.1, "%Y%m%dT%H%M%SZ").unwrap().and_utc();
            let is_right = (signed - ahead).abs() < chrono::TimeDelta::minutes(5);
            let mut reply = if is_right {
                fake::account::answer(asked)
            } else {
                let code = if service == "iam" || service == "rds" {
                    "SignatureDoesNotMatch"
                } else {
                    "InvalidSignatureException"
                };
                asked.error(403, code, "Signature not yet current")
            };
            reply.headers.push(("date".to_owned(), ahead.format("%a, %d %b %Y %H:%M:%S GMT").to_string()));
            Some(reply)
        });
        let folder = TempDir::new().unwrap();
        let summary = fetch(&fake.request(folder.path(), &[collector]), &Silent, &Stop::default()).unwrap();
        assert_eq!(summary.shortfalls, [], "{operation}");
        assert!(fake.count(operation) >= 2, "{operation}");
    }
}
