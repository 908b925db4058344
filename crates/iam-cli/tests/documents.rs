//! Documents that are made from the program, and rules for all that is written in the tree.
//!
//! `UPDATE_README=1` and `UPDATE_DOCS=1` write them anew; `cargo xtask generate` sets both.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use iam_core::audit::{CheckInRun, Settings};
use iam_core::check::Value;
use iam_core::checks;
use iam_policy::issue::{IssueCode, IssueKind, IssueOrigin};
use support::{root, run_in};

/// Compares a generated document with the tree, or writes it.
fn compare(path: &str, variable: &str, made: &str) {
    let path = root().join(path);
    let written = fs::read_to_string(&path).unwrap_or_default();
    if written == made {
        return;
    }
    assert!(std::env::var_os(variable).is_some(), "{} is out of date: cargo xtask generate", path.display());
    fs::write(path, made).unwrap();
}

#[test]
fn the_transcripts_of_the_documents_are_real() {
    const START: &str = "```text\n$ iam-audit ";
    for document in ["README.md", "docs/rightsize.md"] {
        let written = fs::read_to_string(root().join(document)).unwrap();
        let mut parts = written.split(START);
        let mut made = parts.next().unwrap().to_owned();
        let mut transcripts = 0;
        for part in parts {
            transcripts += 1;
            let (transcript, after) = part.split_once("\n```").unwrap();
            let command = transcript.lines().next().unwrap();
            let arguments: Vec<&str> = command.split_whitespace().collect();
            let ran = run_in(&root(), &arguments, &[("COLUMNS", "100")], "");
            write!(made, "{START}{command}\n{}\n```{after}", ran.out.trim_end()).unwrap();
        }
        assert!(transcripts > 0, "{document} has a transcript");
        compare(document, "UPDATE_README", &made);
    }
}

#[test]
fn the_list_of_checks_is_current() {
    let mut made = String::from(
        "# Checks\n\nMade from the checks themselves by `cargo xtask generate`. `iam-audit explain CHECK` prints the page of one.\n\n\
         | check | severity | title | CIS AWS Foundations (5.0) | Security Hub |\n|---|---|---|---|---|\n",
    );
    for check in checks::ALL {
        let stem = check.id.as_str().replace('-', "_");
        let off = if check.enabled { "" } else { " (off)" };
        writeln!(
            made,
            "| [{}](../crates/iam-core/src/checks/{stem}.md) | {}{off} | {} | {} | {} |",
            check.id,
            check.severity,
            check.title,
            check.mappings.cis.v5_0.unwrap_or(""),
            check.mappings.security_hub.join(", "),
        )
        .unwrap();
    }
    let mapped: Vec<&str> =
        checks::ALL.iter().flat_map(|check| check.mappings.security_hub).copied().collect();
    let others: Vec<String> =
        (1..=28).map(|number| format!("IAM.{number}")).filter(|id| !mapped.contains(&id.as_str())).collect();
    writeln!(
        made,
        "\nSecurity Hub's IAM.8 asks for 90 days where the checks named beside it ask for 45 by default. Its IAM.7 and \
         IAM.10 are composites: they pass when every part that they list passes, and their limits are lower than our \
         defaults.\n\nSecurity Hub controls that no check of this version covers: {}.",
        others.join(", ")
    )
    .unwrap();
    compare("docs/checks.md", "UPDATE_DOCS", &made);
}

#[test]
fn the_list_of_policy_issues_is_current() {
    let mut made = String::from(include_str!("policy_issues_head.md"));
    for kind in IssueKind::ALL {
        let title = kind.word().replace('-', " ");
        let (first, rest) = title.split_at_checked(1).unwrap();
        let title = first.to_uppercase() + rest;
        writeln!(made, "\n## {title}\n\n| code | meaning | what to do |\n|---|---|---|").unwrap();
        for code in IssueCode::ALL.iter().filter(|code| code.kind() == *kind) {
            let ours = if code.origin() == IssueOrigin::Ours { " (ours)" } else { "" };
            let cell = |text: &str| text.replace('|', "\\|");
            writeln!(made, "| {code}{ours} | {} | {} |", cell(code.summary()), cell(code.help())).unwrap();
        }
    }
    compare("docs/policy-issues.md", "UPDATE_DOCS", &made);
}

#[test]
fn the_settings_document_is_current() {
    let mut made = String::from(include_str!("settings_head.md"));
    for check in checks::ALL {
        let run = CheckInRun::under(check, &Settings::default());
        writeln!(made, "[checks.{}]", check.id).unwrap();
        writeln!(made, "enabled = {}", run.enabled).unwrap();
        writeln!(made, "severity = \"{}\"", run.severity).unwrap();
        for (setting, param) in run.settings.iter().zip(check.params) {
            let value = match &setting.value {
                Value::Number(number) => number.to_string(),
                Value::Texts(texts) => format!("{texts:?}"),
            };
            let range = param.range().map(|(least, most)| format!("; {least} to {most}")).unwrap_or_default();
            let unit =
                if setting.unit.is_empty() { String::new() } else { format!(" ({}{range})", setting.unit) };
            writeln!(made, "{} = {value} # {}{unit}", setting.name, param.about()).unwrap();
        }
        made.push('\n');
    }
    let made = format!("{}\n```\n", made.trim_end());
    let example = made.split("```toml\n").last().unwrap().trim_end_matches("```\n");
    assert!(Settings::parse(example, checks::ALL).is_ok(), "the document's own example is valid");
    compare("docs/settings.md", "UPDATE_DOCS", &made);
}

/// Files that git tracks.
fn tracked() -> Vec<PathBuf> {
    let output =
        std::process::Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .collect()
}

#[test]
fn only_known_account_ids_and_key_ids_stand_in_the_tree() {
    const ACCOUNTS: [&str; 8] = [
        "111122223333",
        "123456789012",
        "444455556666",
        "777788889999",
        "555566667777",
        "999988887777",
        "111111111111",
        "000011112222",
    ];
    for path in tracked() {
        // The vendored schema and the lock file hold numbers that are no accounts.
        let is_ours = !path.starts_with("testdata/schemas") && path != Path::new("Cargo.lock");
        let Ok(text) = fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|_| is_ours) {
            let is_account = word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
            assert!(!is_account || ACCOUNTS.contains(&word), "{}: account id {word}", path.display());
            let is_key = word.len() == 20 && (word.starts_with("AKIA") || word.starts_with("ASIA"));
            assert!(!is_key || word.ends_with("EXAMPLE"), "{}: key id {word}", path.display());
        }
    }
}

#[test]
fn paths_named_in_documents_exist() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"] {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for quoted in text
            .split('`')
            .skip(1)
            .step_by(2)
            .chain(text.split("](").skip(1).filter_map(|rest| rest.split(')').next()))
        {
            let is_path = quoted.contains('/')
                && !quoted.contains([' ', '*', ':', '{', '<'])
                && !quoted.starts_with("target");
            let is_planned = quoted.contains("the_bad_state");
            if is_path && !is_planned {
                let found = [
                    root().join(quoted),
                    root().join("crates").join(quoted),
                    root().join("crates/iam-core/src").join(quoted),
                ];
                assert!(
                    found.iter().any(|path| path.exists()),
                    "{document} names {quoted}, which is not there"
                );
            }
        }
    }
}
