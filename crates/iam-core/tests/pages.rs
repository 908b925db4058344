//! The pages of the checks are executed: each group of artefacts is audited and the verdicts compared with the page.
//! A group is one account, unless its fences name folders (`member/account-summary`): then each folder is an account.
//! Fences named `text` are for reading. Fences named `cloudtrail` hold CloudTrail records, one a line.
//!
//! `UPDATE_PAGES=1 cargo test -p iam-core --test pages` writes the verdicts and the settings tables into the pages.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::fmt::Write as _;
use std::path::PathBuf;

use iam_core::audit::{AsOf, AsOfFrom, CheckSettings, Keep, Settings, audit};
use iam_core::check::{Check, Judge, Value};
use iam_core::checks;
use iam_core::cloudtrail::{Fold, Limits, Selection, TrailFile};
use iam_core::evidence::{Given, assemble};
use iam_core::fact::parse_time;
use iam_core::input::InputFile;

const HEADINGS: [&str; 7] = [
    "## What it looks at",
    "## Why it matters",
    "## What to do",
    "## What it does not see",
    "## Settings",
    "## Examples",
    "## References",
];

fn page_path(check: &Check) -> PathBuf {
    let stem = check.id.as_str().replace('-', "_");
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/checks/{stem}.md"))
}

#[test]
fn every_example_gives_the_verdicts_that_the_page_shows() {
    let update = std::env::var_os("UPDATE_PAGES").is_some();
    let mut wrong = String::new();
    for check in checks::ALL {
        let executed = execute(check, check.page);
        if executed != check.page {
            if update {
                std::fs::write(page_path(check), &executed).unwrap();
            } else {
                let changed = executed.lines().zip(check.page.lines()).find(|(new, old)| new != old);
                writeln!(wrong, "{}: {changed:?}", check.id).unwrap();
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "pages differ from what the checks say; run with UPDATE_PAGES=1 and read the diff:\n{wrong}"
    );
}

#[test]
fn every_page_has_all_headings_in_order_and_the_title_of_the_check() {
    for check in checks::ALL {
        let title = check.page.lines().next().unwrap_or_default();
        assert_eq!(title, format!("# {}", check.title), "{}", check.id);
        let headings: Vec<&str> = check.page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, HEADINGS, "{}", check.id);
    }
}

#[test]
fn every_page_shows_a_pass_a_fail_and_an_unknown() {
    for check in checks::ALL {
        let shown = |status: &str| check.page.lines().any(|line| line.starts_with(status));
        assert!(shown("fail "), "{} shows no fail", check.id);
        if matches!(check.judge, Judge::Waiver(_)) {
            continue;
        }
        assert!(shown("unknown "), "{} shows no unknown", check.id);
        assert!(shown("pass "), "{} shows no pass", check.id);
    }
}

/// The page with its verdict blocks and its settings table made anew.
fn execute(check: &'static Check, page: &str) -> String {
    let mut out = String::new();
    let mut files: Vec<(InputFile, Given)> = Vec::new();
    let (mut as_of, mut settings) = (None, String::new());
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line == "## Settings" {
            writeln!(out, "{line}\n\n{}", settings_table(check)).unwrap();
            lines.by_ref().take_while(|line| !line.starts_with("## ")).for_each(drop);
            out.push_str("\n## Examples\n");
            continue;
        }
        writeln!(out, "{line}").unwrap();
        let is_executed = |kind: &&str| !kind.is_empty() && *kind != "text";
        let Some(kind) = line.strip_prefix("```").filter(is_executed) else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if kind == "verdict" {
            out.push_str(&verdicts(
                check,
                std::mem::take(&mut files),
                as_of.take(),
                &std::mem::take(&mut settings),
            ));
        } else {
            let (first, content) = block.split_first().expect("an example has content");
            let mut content = content.join("\n");
            match first.strip_prefix("# as-of ") {
                Some(time) => as_of = Some(parse_time(time).expect("as-of is RFC 3339")),
                None => content = format!("{first}\n{content}"),
            }
            if kind == "settings" {
                settings = content;
            } else {
                let path = format!("{kind}-{}", files.len());
                let given = if kind.contains('/') { Given::InFolder } else { Given::ByName };
                let bytes = content.into_bytes();
                files.push((InputFile { path, bytes }, given));
            }
            for line in block {
                writeln!(out, "{line}").unwrap();
            }
        }
        out.push_str("```\n");
    }
    out
}

fn verdicts(
    check: &'static Check,
    files: Vec<(InputFile, Given)>,
    as_of: Option<chrono::DateTime<chrono::Utc>>,
    settings: &str,
) -> String {
    let mut settings = Settings::parse(settings, checks::ALL).expect("the settings of an example are valid");
    settings.keep = Keep::All;
    for own in checks::ALL {
        let entry: &mut CheckSettings = settings.checks.entry(own.id.to_string()).or_default();
        entry.enabled = Some(own.id == check.id || matches!(check.judge, Judge::Waiver(_)) && own.enabled);
    }
    let (trail, files): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|(file, _)| file.path.starts_with("cloudtrail-"));
    let mut evidence = assemble(files);
    if !trail.is_empty() {
        let mut fold = Fold::new(Selection::default(), Limits::default());
        for (file, _) in trail {
            fold.read(TrailFile::named(&file.path), &file.bytes);
        }
        evidence.join_activity(fold.finish());
    }
    assert!(evidence.unused.is_empty(), "{}: example not read: {:?}", check.id, evidence.unused);
    let at = as_of.expect("the first block of an example starts with `# as-of TIME`");
    let report = audit(&evidence, checks::ALL, &settings, AsOf { at, from: AsOfFrom::Given });
    let mut lines = Vec::new();
    for account in &report.accounts {
        let own = |id: &str| id == check.id.as_str();
        for finding in account.findings.iter().filter(|finding| own(finding.check.id.as_str())) {
            let severity = if finding.severity == check.severity {
                String::new()
            } else {
                format!(" [{}]", finding.severity)
            };
            let waived = if finding.is_waived() { " (waived)" } else { "" };
            lines.push(format!("fail            {}: {}{severity}{waived}", finding.subject, finding.message));
        }
        for unknown in account.unknown.iter().filter(|unknown| own(unknown.check)) {
            let gap = &account.gaps[unknown.gap];
            lines.push(format!("unknown         {}: {}", unknown.subject, gap.what));
        }
        for silent in account.silent.iter().filter(|silent| own(silent.check)) {
            let reason =
                if silent.reason.is_empty() { String::new() } else { format!(": {}", silent.reason) };
            lines.push(format!("{:<15} {}{reason}", silent.status.as_str(), silent.subject));
        }
    }
    for finding in report.settings_findings.iter().filter(|finding| finding.check.id == check.id) {
        lines.push(format!("fail            {}: {}", finding.subject, finding.message));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn settings_table(check: &Check) -> String {
    if check.params.is_empty() {
        return "None.".to_owned();
    }
    let mut table = String::from("| setting | default | unit | meaning |\n|---|---|---|---|");
    for param in check.params {
        let default = match param.default_value() {
            Value::Number(number) => number.to_string(),
            Value::Texts(texts) => format!("`{texts:?}`"),
        };
        write!(table, "\n| `{}` | {default} | {} | {} |", param.name(), param.unit(), param.about()).unwrap();
    }
    table
}
