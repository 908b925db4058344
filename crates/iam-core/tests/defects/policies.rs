//! What policies grant.

use iam_core::audit::Report;
use iam_core::check::{Judge, Severity};
use iam_core::checks;
use iam_core::fact::Reason;

use super::{assert_says, file, findings, judge, verdicts};

/// Details of one user with these inline policies, each a name and its statements.
fn with_policies(policies: &[(&str, &str)]) -> Report {
    let inline: Vec<String> = policies
        .iter()
        .map(|(name, statements)| {
            let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
            format!(r#"{{"PolicyName": "{name}", "PolicyDocument": {document}}}"#)
        })
        .collect();
    let user = format!(
        r#"{{"UserName": "one", "Arn": "arn:aws:iam::111122223333:user/one", "GroupList": [], "AttachedManagedPolicies": [],
            "UserPolicyList": [{}]}}"#,
        inline.join(", ")
    );
    let details = format!(
        r#"{{"UserDetailList": [{user}], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}}"#
    );
    judge(vec![file("account-authorization-details.json", &details)])
}

/// What a check says of the policy with this name.
#[track_caller]
fn of_policy(report: &Report, check: &str, name: &str) -> String {
    let subject = format!("inline policy {name} of one:");
    let said: Vec<String> =
        verdicts(report, check).into_iter().filter(|said| said.contains(&subject)).collect();
    assert_eq!(said.len(), 1, "{check} of {name}: {said:#?}");
    said[0].clone()
}

fn severity_of(report: &Report, check: &str, name: &str) -> Option<Severity> {
    let mut findings = findings(&report.accounts[0], check);
    let finding = findings.find(|finding| finding.message.contains(&format!("inline policy {name} ")));
    finding.map(|finding| finding.severity)
}

#[test]
fn full_administration_is_told_by_what_is_granted() {
    let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let report = with_policies(&[
        ("stars", r#"{"Effect": "Allow", "Action": "*:*", "Resource": "*"}"#),
        ("listed", r#"{"Effect": "Allow", "Action": "*", "Resource": ["*", "arn:aws:s3:::logs"]}"#),
        ("denied", &format!(r#"{all}, {{"Effect": "Deny", "Action": "*", "Resource": "*"}}"#)),
        (
            "mfa",
            r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#,
        ),
        ("not-iam", r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#),
    ]);
    let check = |name, expected| assert_says(&of_policy(&report, "policy-admin", name), expected);
    check("stars", &["fail "]);
    check("listed", &["fail "]);
    check("denied", &["pass "]);
    check("mfa", &["fail ", "aws:MultiFactorAuthPresent"]);
    check("not-iam", &["pass "]);
    // The policies count together for their holder: the denial of one takes away what the others allow.
    let said = verdicts(&report, "principal-admin");
    assert!(said.iter().any(|said| said.starts_with("pass one:")), "{said:#?}");
}

#[test]
fn an_administrator_without_iam_is_none_and_one_by_two_policies_is_one() {
    let most = ("most", r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#);
    let rest = ("rest", r#"{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}"#);
    let of_user = |policies: &[(&str, &str)]| {
        let said = verdicts(&with_policies(policies), "principal-admin");
        said.into_iter().find(|said| said.contains(" one:")).unwrap()
    };
    assert_says(&of_user(&[most]), &["pass one:"]);
    assert_says(&of_user(&[most, rest]), &["fail one:", "inline policy most", "inline policy rest"]);
}

#[test]
fn assuming_any_role_is_found_in_any_spelling_and_graded_by_reach() {
    let check = "policy-assume-role-any";
    let report = with_policies(&[
        ("pattern", r#"{"Effect": "Allow", "Action": "sts:Assume*", "Resource": "*"}"#),
        ("case", r#"{"Effect": "Allow", "Action": "STS:assumerole", "Resource": "*"}"#),
        (
            "account",
            r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/*"}"#,
        ),
        (
            "prefix",
            r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/ci-*"}"#,
        ),
        (
            "named",
            r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/ci"}"#,
        ),
    ]);
    assert_eq!(severity_of(&report, check, "pattern"), Some(Severity::High));
    assert_eq!(severity_of(&report, check, "case"), Some(Severity::High));
    assert_eq!(severity_of(&report, check, "account"), Some(Severity::Medium));
    assert_eq!(severity_of(&report, check, "prefix"), Some(Severity::Low));
    assert_says(&of_policy(&report, check, "named"), &["pass "]);
}

#[test]
fn a_service_that_nobody_knows_changes_no_other_verdict() {
    let known = [
        ("assume", r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}"#),
        ("all", r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#),
        ("rest", r#"{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}"#),
        ("s3", r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#),
    ];
    let retired = r#"{"Effect": "Allow", "Action": ["retiredservice:*", "s3:NoSuchAction", "no colon"], "Resource": "*"}"#;
    let about = |report: &Report, name: &str| -> Vec<String> {
        let policies = checks::ALL.iter().filter(|check| matches!(check.judge, Judge::Policy(_)));
        policies.map(|check| of_policy(report, check.id.as_str(), name)).collect()
    };
    let alone = with_policies(&known);
    let beside = with_policies(&[&known[..], &[("retired", retired)]].concat());
    for (name, statements) in known {
        assert_eq!(about(&alone, name), about(&beside, name));
        let within = with_policies(&[(name, &format!("{statements}, {retired}"))]);
        assert_eq!(about(&alone, name), about(&within, name));
    }
    for gap in &beside.accounts[0].gaps {
        assert_ne!(gap.reason, Reason::Internal, "{gap:?}");
    }
    for said in about(&beside, "retired") {
        assert!(said.starts_with("pass "), "{said}");
    }
}
