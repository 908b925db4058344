//! What AWS refused, and what a manifest promises.

use iam_core::fact::Reason;

use super::{assert_says, file, gaps_of, judge, verdict};

#[test]
fn the_partition_of_a_manifest_counts() {
    let manifest =
        r#"{"tool": "iam-audit", "account": "111122223333", "partition": "aws-us-gov", "calls": []}"#;
    let summary = r#"{"SummaryMap": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 0}}"#;
    let report = judge(vec![file("manifest.json", manifest), file("account-summary.json", summary)]);
    assert_says(&verdict(&report, "root-without-mfa"), &["not-applicable"]);
}

#[test]
fn a_file_that_the_manifest_names_and_that_is_missing_is_cut_off() {
    let manifest = r#"{"tool": "iam-audit", "account": "111122223333", "calls": [
        {"operation": "GetAccountSummary", "file": "account-summary.json", "status": "complete"},
        {"operation": "GetAccountPasswordPolicy", "file": "account-password-policy.json", "status": "complete"}
    ]}"#;
    let policy = r#"{"PasswordPolicy": {"MinimumPasswordLength": 14}}"#;
    let report = judge(vec![file("manifest.json", manifest), file("account-password-policy.json", policy)]);
    let said = gaps_of(&report, Reason::CutOff);
    assert_eq!(said, ["manifest.json names `account-summary.json`, which is missing"]);
    assert_says(&verdict(&report, "sts-global-token-v1"), &["unknown", "which is missing"]);
    // A name that only ends the same is another file.
    let report = judge(vec![
        file("manifest.json", manifest),
        file("old-account-summary.json", "{\"SummaryMap\": {}}"),
    ]);
    assert_eq!(gaps_of(&report, Reason::CutOff).len(), 2);
}

/// Whatever a fetch was refused is told, with what to allow, also where no check asks for it. Calls of different services
/// share names.
#[test]
fn every_call_that_a_manifest_says_failed_is_a_gap_with_the_missing_permission() {
    let manifest = r#"{"tool": "iam-audit", "account": "111122223333", "calls": [
        {"operation": "ListPolicies", "service": "iam", "permission": "iam:ListPolicies", "status": "denied", "error": "AccessDenied"},
        {"operation": "GetPolicy", "service": "made-up", "permission": "made-up:ReadPolicy", "region": "eu-west-1", "status": "denied", "error": "AccessDenied"},
        {"operation": "GetPolicy", "service": "made-up", "permission": "made-up:ReadPolicy", "region": "us-east-1", "status": "denied", "error": "AccessDenied"},
        {"operation": "DescribeThings", "service": "made-up", "status": "denied"},
        {"operation": "ListThings", "service": "made-up", "permission": "x`\u001b[31m", "status": "failed", "error": "Timeout: \u001b[31mred"},
        {"operation": "ListFine", "service": "made-up", "status": "complete"}
    ]}"#;
    let report = judge(vec![file("manifest.json", manifest)]);
    let told = |reason| {
        let gaps = report.accounts[0].gaps.iter();
        let gaps = gaps.filter(move |gap| gap.reason == reason);
        gaps.map(|gap| format!("{}; {}", gap.what, gap.remedy)).collect::<Vec<_>>()
    };
    assert_eq!(
        told(Reason::Denied),
        [
            "manifest.json says that `iam:ListPolicies` was denied: `AccessDenied`; allow iam:ListPolicies and take the snapshot again",
            "manifest.json says that `made-up:DescribeThings` was denied; allow `made-up:DescribeThings` and take the snapshot again",
            "manifest.json says that `made-up:GetPolicy` was denied 2 times: `AccessDenied`; allow made-up:ReadPolicy and take the snapshot again",
        ]
    );
    assert_eq!(
        told(Reason::CutOff),
        [
            "manifest.json says that `made-up:ListThings` did not finish: `Timeout: \\u{1b}[31mred`; take the snapshot again"
        ]
    );
}

#[test]
fn awss_sentence_shows_principal_and_resource() {
    let denied = "An error occurred (AccessDenied) when calling the GetAccountSummary operation: User: \
                  arn:aws:sts::111122223333:assumed-role/auditors-of-the-whole-organisation/anna is not authorized to \
                  perform: iam:GetAccountSummary on resource: *";
    let report = judge(vec![file("account-summary.json", denied)]);
    assert_says(&gaps_of(&report, Reason::Denied).concat(), &["/anna is not authorized", "on resource: *"]);
}
