//! What AWS refuses, and in which words that stands in a snapshot.

use std::fs;
use std::time::Duration;

use iam_core::evidence::{Given, assemble};
use iam_core::input::InputFile;
use iam_fetch::{Ended, Silent, Stop, collectors, fetch};
use tempfile::TempDir;

use crate::fake::account::xml;
use crate::fake::{Asked, Fake, Reply};
use crate::{entry, fetched, files, read};

/// What AWS refuses is a gap that names what to allow, one for all Regions and resources, whichever call it is.
#[test]
fn every_refusal_is_a_gap_that_names_the_permission() {
    let calls =
        collectors().iter().filter(|collector| collector.by_default).flat_map(|collector| collector.calls);
    // One refusal in each of a few fetches, as one refusal keeps others from being made.
    let (lists, others): (Vec<iam_fetch::Call>, Vec<iam_fetch::Call>) = calls
        .copied()
        .partition(|call| call.operation.starts_with("List") || call.operation.starts_with("Describe"));
    let (first, second): (Vec<iam_fetch::Call>, Vec<iam_fetch::Call>) = lists
        .into_iter()
        .partition(|call| call.service() == "organizations" || call.operation == "ListUsers");
    let (roots, first): (Vec<iam_fetch::Call>, Vec<iam_fetch::Call>) =
        first.into_iter().partition(|call| ["DescribeOrganization", "ListRoots"].contains(&call.operation));
    for refused in [others, second, first, roots] {
        let names: Vec<(&str, &str)> = refused
            .iter()
            .map(|call| {
                (call.operation, if call.service() == "cloudwatch" { "monitoring" } else { call.service() })
            })
            .collect();
        let fake = Fake::account(move |asked| {
            names.contains(&(asked.operation.as_str(), asked.service.as_str())).then(|| asked.denied())
        });
        let folder = TempDir::new().unwrap();
        let mut request = fake.request(folder.path(), &[]);
        request.pace.attempts = 1;
        fetch(&request, &Silent, &Stop::default()).unwrap();
        let files = files(folder.path()).into_iter().map(|path| {
            let bytes = fs::read(folder.path().join(&path)).unwrap();
            (InputFile { path: format!("account/{path}"), bytes }, Given::InFolder)
        });
        let evidence = assemble(files.collect());
        let told: Vec<String> =
            evidence.accounts[0].gaps().iter().map(|gap| format!("{}; {}", gap.what, gap.remedy)).collect();
        let manifest = read(folder.path(), "manifest.json");
        for call in manifest["calls"].as_array().unwrap().iter().filter(|call| call["status"] == "denied") {
            let permission = call["permission"].as_str().unwrap();
            let count = told.iter().filter(|told| told.contains(&format!("allow {permission} and"))).count();
            assert!(count >= 1, "{call}: {told:#?}");
        }
    }
}

/// What happens to one collector when AWS answers otherwise.
struct Case {
    name: &'static str,
    collector: &'static str,
    /// The operation that answers otherwise.
    operation: &'static str,
    answer: fn(&Asked) -> Reply,
    /// What the manifest says of it.
    status: &'static str,
    error: &'static str,
    /// Whether there is a file.
    file: bool,
}

#[test]
fn other_answers_stand_in_the_manifest() {
    let cases = [
        Case {
            name: "denied",
            collector: "account-summary",
            operation: "GetAccountSummary",
            answer: Asked::denied,
            status: "denied",
            error: "AccessDenied: User: arn:aws:iam::111122223333:user/auditor is not authorized to perform: iam:GetAccountSummary",
            file: false,
        },
        Case {
            name: "throttled until patience ends",
            collector: "account-aliases",
            operation: "ListAccountAliases",
            answer: |asked| asked.error(400, "Throttling", "Rate exceeded"),
            status: "failed",
            error: "Throttling: Rate exceeded",
            file: false,
        },
        Case {
            name: "a page of an emulator",
            collector: "virtual-mfa-devices",
            operation: "ListVirtualMFADevices",
            answer: crate::fake::account::unexpected,
            status: "failed",
            error: "Http500: the answer is not one that AWS gives",
            file: false,
        },
        Case {
            name: "no XML",
            collector: "server-certificates",
            operation: "ListServerCertificates",
            answer: |_| Reply::ok("text/xml", "<ListServerCerti"),
            status: "failed",
            error: "UnreadableAnswer",
            file: false,
        },
        Case {
            name: "cut off",
            collector: "account-aliases",
            operation: "ListAccountAliases",
            answer: |asked| Reply { cut: true, ..crate::fake::account::answer(asked) },
            status: "failed",
            error: "",
            file: false,
        },
        Case {
            name: "slower than anybody waits",
            collector: "account-aliases",
            operation: "ListAccountAliases",
            answer: |asked| crate::fake::account::answer(asked).after(Duration::from_secs(30)),
            status: "failed",
            error: "Timeout",
            file: false,
        },
        Case {
            name: "an empty list",
            collector: "virtual-mfa-devices",
            operation: "ListVirtualMFADevices",
            answer: |_| {
                xml("iam", "ListVirtualMFADevices", "<VirtualMFADevices/><IsTruncated>false</IsTruncated>")
            },
            status: "complete",
            error: "",
            file: true,
        },
        Case {
            name: "no password policy is an answer",
            collector: "account-password-policy",
            operation: "GetAccountPasswordPolicy",
            answer: |asked| {
                asked.error(
                    404,
                    "NoSuchEntity",
                    "The Password Policy with domain name 111122223333 cannot be found.",
                )
            },
            status: "complete",
            error: "NoSuchEntity",
            file: true,
        },
        Case {
            name: "a member account is an answer",
            collector: "organizations-features",
            operation: "ListOrganizationsFeatures",
            answer: |asked| asked.error(400, "AccountNotManagementOrDelegatedAdministrator", "no"),
            status: "complete",
            error: "AccountNotManagementOrDelegatedAdministrator",
            file: true,
        },
        Case {
            name: "the second page is denied",
            collector: "account-authorization-details",
            operation: "GetAccountAuthorizationDetails",
            answer: |asked| match asked.field("Marker") {
                "" => {
                    let first = crate::fake::account::answer(asked);
                    let text = String::from_utf8(first.body.clone()).unwrap();
                    let text = text.replace(
                        "<IsTruncated>false</IsTruncated>",
                        "<IsTruncated>true</IsTruncated><Marker>m</Marker>",
                    );
                    Reply { body: text.into(), ..first }
                }
                _ => asked.error(400, "ValidationError", "bad marker"),
            },
            status: "partial",
            error: "ValidationError: bad marker",
            file: true,
        },
        Case {
            name: "analyzers are denied",
            collector: "access-analyzer",
            operation: "ListAnalyzers",
            answer: Asked::denied,
            status: "denied",
            error: "AccessDenied",
            file: false,
        },
    ];
    for case in cases {
        let (operation, answer) = (case.operation, case.answer);
        let fake = Fake::account(move |asked| (asked.operation == operation).then(|| answer(asked)));
        let folder = TempDir::new().unwrap();
        let mut request = fake.request(folder.path(), &[case.collector]);
        request.pace.call_timeout = Duration::from_millis(500);
        request.pace.attempts = 2;
        let summary = fetch(&request, &Silent, &Stop::default()).unwrap();
        let (file, status, error) = entry(folder.path(), operation);
        assert_eq!(status, case.status, "{}: {error}", case.name);
        assert!(error.starts_with(case.error), "{}: {error}", case.name);
        assert_eq!(folder.path().join(&file).exists(), case.file, "{}", case.name);
        assert_eq!(summary.shortfalls.is_empty(), case.status == "complete", "{}", case.name);
        assert_eq!(summary.ended, Ended::Finished, "{}", case.name);
    }
}

#[test]
fn refusals_are_kept_in_the_words_that_iam_core_knows() {
    let fake = Fake::account(|asked| {
        let code = match asked.operation.as_str() {
            "GetAccountPasswordPolicy" => "NoSuchEntity",
            "ListOrganizationsFeatures" => "OrganizationNotFoundException",
            _ => return None,
        };
        Some(asked.error(404, code, "there is none"))
    });
    let folder = TempDir::new().unwrap();
    fetched(&fake, folder.path(), &["account-password-policy", "organizations-features"]);
    for file in ["account-password-policy.json", "organizations-features.json"] {
        let read =
            iam_core::input::read(fs::read(folder.path().join(file)).unwrap(), iam_core::fact::FileId(0));
        let read = read.unwrap().unwrap();
        assert!(
            !matches!(read.parsed, iam_core::input::Parsed::CallError(_)),
            "{file}: an answer, not a failure"
        );
    }
}
