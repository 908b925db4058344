//! `iam-audit usage` and `iam-audit rightsize`: what they print, write and how they end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;
#[path = "../../iam-report/tests/terraform/mod.rs"]
mod terraform;

use std::fs;

use support::{Ran, root, run_in};

const ACCOUNT: &str = "testdata/accounts/eks-admin-role";
const ROLE: &str = "arn:aws:iam::111122223333:role/EKSAdminRole";

fn run(arguments: &[&str]) -> Ran {
    let arguments = [arguments, &["--as-of", "2026-01-15T08:00:05Z"]].concat();
    run_in(&root(), &arguments, &[("COLUMNS", "100")], "")
}

#[test]
fn what_is_granted_and_what_of_it_is_used() {
    insta::assert_snapshot!("services", run(&["usage", ACCOUNT]).all());
    let of_eks = run(&["usage", ACCOUNT, "--by", "action", "--format", "csv"]);
    let lines: Vec<&str> =
        of_eks.out.lines().filter(|line| !line.contains(",s3:") && !line.contains(",rds:")).collect();
    insta::assert_snapshot!("actions_csv", lines.join("\n"));
    let json: serde_json::Value =
        serde_json::from_str(&run(&["usage", ACCOUNT, "--format", "json"]).out).unwrap();
    assert_eq!(json["accounts"][0]["principals"][0]["service_counts"]["unused"], 2);
    assert_eq!(json["organization"][0]["service"], "ec2");
}

#[test]
fn the_services_of_every_format_are_the_same() {
    let services = |rows: Vec<String>| {
        let mut rows = rows;
        rows.sort();
        rows
    };
    let csv = run(&["usage", ACCOUNT, "--format", "csv"]).out;
    let of_csv =
        csv.lines().skip(1).map(|line| line.split(',').skip(4).take(2).collect::<Vec<_>>().join(" "));
    let human = run(&["usage", ACCOUNT]).out;
    let of_human = human.lines().filter(|line| line.starts_with(' ')).skip(1);
    let of_human = of_human.map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "));
    assert_eq!(services(of_csv.collect()), services(of_human.collect()));
}

#[test]
fn a_bare_report_is_about_whom_the_command_names() {
    let page = r#"{"JobStatus": "COMPLETED", "JobType": "SERVICE_LEVEL", "JobCreationDate": "2026-01-15T08:00:00Z",
        "JobCompletionDate": "2026-01-15T08:00:00Z", "IsTruncated": false,
        "ServicesLastAccessed": [{"ServiceNamespace": "s3", "ServiceName": "S3"}]}"#;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.json"), page).unwrap();
    let ran =
        |arguments: &[&str]| run_in(folder.path(), &[&["usage", "report.json"], arguments].concat(), &[], "");
    let named = ran(&["--principal", ROLE]);
    assert!(named.out.contains("role EKSAdminRole"), "{}", named.out);
    let nameless = ran(&[]);
    assert_eq!(nameless.code, 4);
    assert!(nameless.out.contains("the answer does not say whom it is about"), "{}", nameless.out);
}

#[test]
fn a_smaller_policy_with_its_reasons() {
    insta::assert_snapshot!("rightsize", run(&["rightsize", ACCOUNT]).all());
    insta::assert_snapshot!("rightsize_cli", run(&["rightsize", ACCOUNT, "--emit", "cli"]).out);
    let code = run(&["rightsize", ACCOUNT, "--emit", "terraform"]).out;
    terraform::assert_valid("rightsize", &code);
    terraform::assert_formatted("rightsize", &code);
    insta::assert_snapshot!("rightsize_terraform", code);
    let json: serde_json::Value =
        serde_json::from_str(&run(&["rightsize", ACCOUNT, "--format", "json"]).out).unwrap();
    let policy = &json["accounts"][0]["policies"][0];
    assert_eq!(policy["outcome"], "smaller");
    let new: serde_json::Value = serde_json::from_str(policy["new"].as_str().unwrap()).unwrap();
    assert_eq!(new["Statement"].as_array().unwrap().len(), 5);
}

#[test]
fn a_window_longer_than_the_evidence_takes_nothing_away() {
    let ran = run(&["rightsize", ACCOUNT, "--window", "500"]);
    assert!(!ran.out.contains("+++"), "{}", ran.out);
}

#[test]
fn files_are_written_once_and_fit_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("smaller");
    let out = out.to_str().unwrap();
    let ran = run(&["rightsize", ACCOUNT, "--emit-policies", out, "--emit", "cli"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let file = "111122223333/role/EKSAdminRole/EKSAdmin.json";
    assert!(ran.out.contains(&format!("file://{file}")), "{}", ran.out);
    let read = |path: String| fs::read_to_string(format!("{out}/{path}")).unwrap();
    let (new, old) = (read(file.to_owned()), read(format!("old/{file}")));
    assert!(old.contains("\"s3:*\"") && !new.contains("\"s3:*\""));
    let again = run(&["rightsize", ACCOUNT, "--emit-policies", out]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("exists already"), "{}", again.err);
}

#[test]
fn a_fresh_policy_from_records() {
    let ran = run(&["rightsize", ACCOUNT, "--from-trail", ROLE]);
    let policy: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(policy["Statement"][1]["Action"][0], "iam:PassRole");
}

/// Whoever asks about somebody who is not there is told so, and whom he may have meant.
#[test]
fn nobody_is_not_an_answer() {
    let of = "arn:aws:iam::111122223333:role";
    let session = "arn:aws:sts::111122223333:assumed-role/EKSAdminRole/s";
    let from = "the records show no authorised call of";
    let meant = format!("did you mean `{ROLE}`?");
    let all = "without --principal, all are listed";
    for (verb, option, asked, code, said) in [
        (
            "usage",
            "--principal",
            "EKSAdmniRole",
            3,
            vec!["`EKSAdmniRole` matches no user, group, role or policy", "did you mean `EKSAdminRole`?"],
        ),
        ("usage", "--principal", "role/EKSAdminRol", 3, vec!["did you mean `role/EKSAdminRole`?"]),
        ("usage", "--principal", "user/eksadminrole", 3, vec!["did you mean `role/EKSAdminRole`?"]),
        ("usage", "--principal", "EKSAdmni*", 3, vec!["did you mean `EKSAdminRole`?"]),
        ("usage", "--principal", &format!("{of}/path/EKSAdminRole"), 3, vec![&meant]),
        ("usage", "--principal", "*nothing*", 3, vec!["`*nothing*` matches no", all]),
        ("usage", "--principal", "", 3, vec![all]),
        ("usage", "--principal", "eksadminrole", 0, vec![]),
        ("rightsize", "--principal", "EKSAdmniRole", 3, vec!["did you mean `EKSAdminRole`?"]),
        ("rightsize", "--principal", "x\u{1b}[31m", 3, vec!["`x\\u{1b}[31m` matches no"]),
        ("rightsize", "--principal", "role/EKS*", 0, vec![]),
        ("rightsize", "--from-trail", &format!("{of}/nobody"), 3, vec![from]),
        ("rightsize", "--from-trail", &format!("{of}/EKSAdminRol"), 3, vec![from, &meant]),
        ("rightsize", "--from-trail", session, 3, vec![from]),
        (
            "rightsize",
            "--from-trail",
            "EKSAdminRole",
            2,
            vec!["found `EKSAdminRole`, expected the ARN of a user or role"],
        ),
        (
            "rightsize",
            "--from-trail",
            "arn:aws:iam::123456789012:role/EKSAdminRole",
            2,
            vec!["nothing was handed in about the account of"],
        ),
    ] {
        let ran = run(&[verb, ACCOUNT, option, asked]);
        assert_eq!(ran.code, code, "{asked}: {}", ran.err);
        for part in said {
            assert!(ran.err.contains(part), "{asked}: {}", ran.err);
        }
        assert_eq!(ran.out.is_empty(), code != 0, "{asked}");
    }
    // Of two, one is there: neither is answered as if that were all.
    let two = run(&["usage", ACCOUNT, "--principal", "EKSAdminRole", "--principal", "other"]);
    assert_eq!((two.code, two.out.as_str()), (3, ""));
}
