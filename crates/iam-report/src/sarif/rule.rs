//! The checks as rules of the log.

use iam_core::audit::CheckInRun;
use iam_core::check::{Check, Severity};
use serde::Serialize;

use super::shape::{Configuration, REPOSITORY, Text, shortened};
use crate::wire::Requirement;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    id: &'static str,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleProperties {
    tags: [&'static str; 3],
    precision: &'static str,
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
    severity: &'static str,
    compliance: Vec<Requirement>,
}

impl Rule {
    pub(super) fn of(run: &CheckInRun) -> Self {
        let check = run.check;
        let id = check.id.as_str();
        let about = section(check.page, "## What it looks at");
        // A check that is not one of ours has its page elsewhere.
        let is_ours = iam_core::checks::find(id).is_some();
        Self {
            id,
            name: pascal_case(id),
            short_description: Text::of(check.title.to_owned()),
            full_description: Text::of(shortened(if about.is_empty() { check.title } else { about })),
            help: Help { text: help_text(check), markdown: check.page },
            help_uri: is_ours.then(|| {
                let stem = id.replace('-', "_");
                format!("{REPOSITORY}/blob/main/crates/iam-core/src/checks/{stem}.md")
            }),
            default_configuration: Configuration { level: level(run.severity) },
            properties: RuleProperties {
                tags: ["security", "aws", "iam"],
                precision: "high",
                security_severity: security_severity(run.severity),
                severity: run.severity.as_str(),
                compliance: Requirement::all_of(check),
            },
        }
    }
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// A number inside GitHub's band of the same name. Without one a result is no security result, as information is none.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

/// The text of a page below a heading.
fn section(page: &'static str, heading: &str) -> &'static str {
    let below = page.split_once(heading).map(|(_, below)| below);
    let section = below.and_then(|below| below.split("\n## ").next());
    section.unwrap_or_default().trim()
}

fn help_text(check: &Check) -> String {
    let (why, how) = (section(check.page, "## Why it matters"), section(check.page, "## What to do"));
    let help = format!("{}: {}.\n\n{why}\n\n{how}", check.title, check.severity_reason);
    help.trim_end().to_owned()
}

fn pascal_case(id: &str) -> String {
    let words = id.split('-').map(|word| {
        let mut characters = word.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_lie_inside_the_bands_of_github() {
        let band = |number: f64| match number {
            _ if number > 9.0 => Severity::Critical,
            _ if number >= 7.0 => Severity::High,
            _ if number >= 4.0 => Severity::Medium,
            _ => Severity::Low,
        };
        for severity in Severity::WORST_FIRST {
            let number = security_severity(severity).map(|text| text.parse().unwrap());
            assert_eq!(number.map(band), (severity != Severity::Info).then_some(severity));
        }
    }
}
