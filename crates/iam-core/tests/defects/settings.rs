//! What settings and the state of the account do to findings.

use iam_core::audit::Finding;
use iam_core::check::Severity;
use iam_core::checks;

use super::{NO_KEY, NO_PASSWORD, ROOT_PASSWORD, csv, file, findings, judge, root, testdata, user};

#[test]
fn findings_about_the_password_policy_are_info_when_nobody_has_a_password() {
    let severities = |password: &str| -> Vec<Severity> {
        let report = judge(vec![
            csv(&[
                root(ROOT_PASSWORD, "true", NO_KEY, NO_KEY),
                user("one", password, "true", NO_KEY, NO_KEY),
            ]),
            file("account-password-policy.json", r#"{"PasswordPolicy": {"MinimumPasswordLength": 6}}"#),
        ]);
        let of_policy = |finding: &&Finding| finding.check.id.as_str().starts_with("password-policy-");
        report.findings().filter(of_policy).map(|finding| finding.severity).collect()
    };
    let without = severities(NO_PASSWORD);
    assert!(without.len() >= 7 && without.iter().all(|severity| *severity == Severity::Info), "{without:?}");
    let with = severities("true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A");
    assert!(with.len() >= 7 && with.iter().all(|severity| *severity > Severity::Info), "{with:?}");
}

#[test]
fn a_waiver_matches_whole_names_and_is_reported_when_it_is_expired_or_unused() {
    use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
    use iam_core::evidence::assemble;
    use iam_core::fact::parse_time;

    let waiver = |subject: &str, until: &str| {
        format!(
            "[[waive]]\ncheck = \"console-without-mfa\"\nsubject = \"{subject}\"\nuntil = {until}\nreason = \"leaves soon\"\n"
        )
    };
    let text = waiver("arn:aws:iam::111122223333:user/test", "2026-06-30")
        + &waiver("*/expired", "2026-01-14")
        + &waiver("*/nobody", "2026-06-30");
    let settings = Settings::parse(&text, checks::ALL).unwrap();
    let password = "true,2026-01-10T00:00:00Z,2026-01-01T00:00:00Z,N/A";
    let row = |name| user(name, password, "false", NO_KEY, NO_KEY);
    let evidence = assemble(vec![csv(&[row("test"), row("test2"), row("expired")])]);
    let as_of = AsOf { at: parse_time(testdata::NOW).unwrap(), from: AsOfFrom::Given };
    let report = audit(&evidence, checks::ALL, &settings, as_of);
    let accepted: Vec<&str> = findings(&report.accounts[0], "console-without-mfa")
        .filter(|finding| finding.is_waived())
        .map(|finding| &*finding.subject.name)
        .collect();
    assert_eq!(accepted, ["test"]);
    let about: Vec<(&str, &str)> = report
        .settings_findings
        .iter()
        .map(|finding| (finding.check.id.as_str(), &*finding.subject.arn))
        .collect();
    assert!(about.contains(&("waiver-expired", "*/expired")), "{about:?}");
    assert!(about.contains(&("waiver-unused", "*/nobody")), "{about:?}");
    assert_eq!(about.len(), 2, "{about:?}");
}
