//! The verb `diff`, as a user runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use support::{root, run, run_in};

const CLEAN: &str = "testdata/accounts/clean";
const TWO_FINDINGS: &str = "testdata/accounts/two-findings";
const AS_OF: [&str; 2] = ["--as-of", "2026-01-15T08:00:09Z"];

#[test]
fn two_snapshots() {
    let arguments = ["diff", CLEAN, TWO_FINDINGS, AS_OF[0], AS_OF[1]];
    let ran = run_in(&root(), &arguments, &[("COLUMNS", "100")], "");
    insta::assert_snapshot!("human", ran.all());
    let arguments = ["diff", TWO_FINDINGS, CLEAN, "--format", "json", AS_OF[0], AS_OF[1]];
    insta::assert_snapshot!("json", run_in(&root(), &arguments, &[], "").all());
}

#[test]
fn two_reports_say_the_same_of_findings_as_the_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    let report = |account: &str| {
        let path = folder.path().join(account.rsplit('/').next().unwrap()).with_extension("json");
        let path = path.to_str().unwrap().to_owned();
        let ran = run(&["check", account, "--format", "json", "-o", &path, AS_OF[0], AS_OF[1]]);
        assert!(ran.code < 2, "{}", ran.all());
        path
    };
    let (old, new) = (report(CLEAN), report(TWO_FINDINGS));
    let changes = |old: &str, new: &str| -> serde_json::Value {
        let ran = run(&["diff", old, new, "--format", "json", AS_OF[0], AS_OF[1]]);
        let mut document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        document["accounts"][0]["credentials"] = serde_json::Value::Null;
        document
    };
    assert_eq!(changes(&old, &new), changes(CLEAN, TWO_FINDINGS));
    assert_eq!(changes(&old, TWO_FINDINGS), changes(CLEAN, TWO_FINDINGS));
}

/// A snapshot of one role with this policy and trust.
fn role(folder: &std::path::Path, name: &str, action: &str, trusted: &str) -> String {
    let policy = |statement: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let own = policy(&format!(r#"{{"Sid": "Own", "Effect": "Allow", "Action": {action}, "Resource": "*"}}"#));
    let trust = policy(&format!(
        r#"{{"Effect": "Allow", "Principal": {{"AWS": "{trusted}"}}, "Action": "sts:AssumeRole"}}"#
    ));
    let details = format!(
        r#"{{"UserDetailList": [], "GroupDetailList": [], "Policies": [], "IsTruncated": false, "RoleDetailList": [{{"Path": "/",
        "RoleName": "ci", "RoleId": "AROAIOSFODNN7EXAMPLE", "Arn": "arn:aws:iam::111122223333:role/ci",
        "CreateDate": "2026-01-01T00:00:00+00:00", "AssumeRolePolicyDocument": {trust}, "InstanceProfileList": [],
        "RolePolicyList": [{{"PolicyName": "own", "PolicyDocument": {own}}}], "AttachedManagedPolicies": [], "Tags": []}}]}}"#
    );
    let path = folder.join(name);
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("account-authorization-details.json"), details).unwrap();
    let summary = r#"{"SummaryMap": {"Users": 0, "Groups": 0, "Roles": 1, "Policies": 0}}"#;
    std::fs::write(path.join("account-summary.json"), summary).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn rights_that_grew_and_shrank() {
    let folder = tempfile::tempdir().unwrap();
    let old = role(folder.path(), "old", r#"["s3:Get*"]"#, "arn:aws:iam::111122223333:root");
    let new =
        role(folder.path(), "new", r#"["s3:GetObject*", "iam:PassRole"]"#, "arn:aws:iam::444455556666:root");
    let arguments = ["diff", &old, &new, AS_OF[0], AS_OF[1]];
    let ran = run_in(&root(), &arguments, &[("COLUMNS", "100")], "");
    insta::assert_snapshot!("rights", ran.out);
    let json = run(&[&arguments[..], &["--format", "json"]].concat()).out;
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let schema = std::fs::read_to_string(root().join("docs/schema/diff-v1.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let access = &document["accounts"][0]["access"];
    assert_eq!(access["principals"][0]["grown"]["witness"]["action"], "iam:PassRole");
    assert_eq!(access["principals"][0]["shrunk"]["answer"], "yes");
    assert_eq!(access["policies"][1]["place"], "trust-policy");
    // Rights that grew are no findings by themselves.
    let limit = ["--fail-on-new", "critical"];
    assert_ne!(run(&[&arguments[..], &limit].concat()).code, 1);
}

#[test]
fn a_boundary_that_is_gone_is_not_told_as_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = "arn:aws:iam::111122223333:root";
    let [old, new] = ["old", "new"].map(|name| role(folder.path(), name, r#"["s3:Get*"]"#, trusted));
    let policy = r#"{"PolicyName": "bound", "PolicyId": "ANPAIOSFODNN7EXAMPLE", "Arn": "arn:aws:iam::111122223333:policy/bound", "Path": "/",
        "DefaultVersionId": "v1", "AttachmentCount": 0, "PermissionsBoundaryUsageCount": 1, "IsAttachable": true,
        "CreateDate": "2026-01-01T00:00:00+00:00", "UpdateDate": "2026-01-01T00:00:00+00:00", "PolicyVersionList": [{"VersionId": "v1",
        "IsDefaultVersion": true, "CreateDate": "2026-01-01T00:00:00+00:00", "Document": {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}}]}"#;
    let boundary = r#""PermissionsBoundary": {"PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/bound"}, "Tags": []"#;
    for (path, is_bound) in [(&old, true), (&new, false)] {
        let path = std::path::Path::new(path).join("account-authorization-details.json");
        let with_policy = std::fs::read_to_string(&path)
            .unwrap()
            .replace(r#""Policies": []"#, &format!(r#""Policies": [{policy}]"#));
        let text = if is_bound { with_policy.replace(r#""Tags": []"#, boundary) } else { with_policy };
        std::fs::write(path, text).unwrap();
    }
    let told = run_in(&root(), &["diff", &old, &new, AS_OF[0], AS_OF[1]], &[("COLUMNS", "200")], "").out;
    assert!(told.contains("role/ci: its boundary was removed"), "{told}");
    assert!(!told.contains("allows the same as before"), "{told}");
}

#[test]
fn new_findings_can_fail_a_pipeline() {
    let code = |old, new, limit| run(&["diff", old, new, "--fail-on-new", limit, AS_OF[0], AS_OF[1]]).code;
    assert_eq!(code(CLEAN, TWO_FINDINGS, "high"), 1);
    assert_eq!(code(CLEAN, TWO_FINDINGS, "critical"), 0);
    assert_eq!(code(TWO_FINDINGS, CLEAN, "info"), 0);
    assert_eq!(run(&["diff", CLEAN, TWO_FINDINGS, AS_OF[0], AS_OF[1]]).code, 0);
    assert_eq!(run(&["diff", CLEAN, "no/such/path"]).code, 3);
}

#[test]
fn with_trails_on_both_sides() {
    let ran =
        run(&["diff", "testdata/accounts/watched", "testdata/accounts/broken-into", AS_OF[0], AS_OF[1]]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.out.contains("root-access-key-created"), "{}", ran.out);
}

#[test]
fn looks_in_the_wrong_order_are_told() {
    const EARLY: &str = "2026-01-15T08:00:12Z";
    const LATE: &str = "2026-01-22T08:00:12Z";
    let folder = tempfile::tempdir().unwrap();
    let snapshot = |name: &str, finished: Option<&str>| {
        let path = role(folder.path(), name, r#"["s3:Get*"]"#, "arn:aws:iam::111122223333:root");
        if let Some(finished) = finished {
            let manifest = format!(
                r#"{{"tool": "iam-audit 0.1.0", "account": "111122223333", "partition": "aws", "started": "2026-01-15T08:00:00Z",
                "finished": "{finished}", "calls": []}}"#
            );
            std::fs::write(std::path::Path::new(&path).join("manifest.json"), manifest).unwrap();
        }
        path
    };
    let (early, late) = (snapshot("early", Some(EARLY)), snapshot("late", Some(LATE)));
    let undated = snapshot("undated", None);
    let report = |snapshot: &str, more: &[&str]| {
        let path = format!("{snapshot}{}.json", more.concat());
        let ran = run(&[&["check", snapshot, "--format", "json", "-o", &path], more].concat());
        assert_ne!(ran.code, 2, "{}", ran.all());
        path
    };
    let (early_report, late_report) = (report(&early, &[]), report(&late, &[]));
    // Without a credential report the moment that somebody chose is all that there is.
    let asked = report(&undated, &["--as-of", "2026-03-01T00:00:00Z"]);
    for (old, new, is_reversed) in [
        (&early, &late, false),
        (&early, &early, false),
        (&late, &early, true),
        (&late_report, &early_report, true),
        (&early_report, &late_report, false),
        (&late, &early_report, true),
        (&late_report, &early, true),
        (&asked, &late_report, true),
        (&late, &undated, false),
        (&undated, &early, false),
    ] {
        let ran = run(&["diff", old, new, "--format", "json"]);
        let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let warnings = document["warnings"].as_array().unwrap();
        let told =
            ran.err.contains("warning: OLD is later than NEW: account `111122223333` was looked at at ");
        assert_eq!(
            (told, warnings.len()),
            (is_reversed, usize::from(is_reversed)),
            "{old} {new}: {}",
            ran.err
        );
        assert!(warnings.iter().all(|warning| ran.err.contains(warning.as_str().unwrap())), "{}", ran.err);
        // It goes on.
        assert!(
            document["accounts"][0]["unchanged"].as_array().is_some_and(|all| !all.is_empty()),
            "{document}"
        );
    }
    let ran = run(&["diff", &late, &early]);
    assert!(ran.err.contains(&format!("at {LATE} in OLD and at {EARLY} in NEW;")), "{}", ran.err);
    assert!(ran.out.starts_with("Account 111122223333"), "{}", ran.out);
    // A moment that is asked for says nothing of the evidence.
    let ran = run(&["diff", &late, &early, AS_OF[0], AS_OF[1]]);
    assert!(ran.err.contains("warning: OLD is later"), "{}", ran.err);
}
