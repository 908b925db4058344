use std::collections::BTreeMap;
use std::io::{self, Write};

use iam_policy::issue::{Issue, IssueCode, IssueKind};
use iam_policy::span::Position;
use serde::Serialize;

use super::{Options, Validated, Validations};
use crate::sarif::shape::{
    ArtifactLocation, Configuration, Log, Notification, PhysicalLocation, REPOSITORY, Run, Span, Text,
    shortened, uri,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text,
    help: Text,
    help_uri: String,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: [&'static str; 3],
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

/// Writes the validations as SARIF 2.1.0, one result for each issue.
///
/// # Errors
///
/// Only what the writer returns.
pub fn sarif(validations: &Validations<'_>, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let rules: BTreeMap<IssueCode, usize> =
        IssueCode::ALL.iter().enumerate().map(|(index, code)| (*code, index)).collect();
    let results = validations.policies.iter().flat_map(|policy| {
        let issues = policy.validation.issues.iter();
        let rules = &rules;
        issues.map(move |issue| Outcome::of(policy, issue, rules.get(&issue.code).copied()))
    });
    let notifications = validations
        .unread
        .iter()
        .map(|unread| Notification::warning(format!("{}: {}", unread.path, unread.why)));
    let log = Log::of(Run {
        tool: options.tool,
        rules: IssueCode::ALL.iter().map(|code| Rule::of(*code)).collect(),
        is_successful: !validations.policies.is_empty(),
        exit_code: options.exit_code,
        notifications: notifications.collect(),
        results: results.collect(),
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn level(kind: IssueKind) -> &'static str {
    match kind {
        IssueKind::Error | IssueKind::SecurityWarning => "error",
        IssueKind::Warning => "warning",
        IssueKind::Suggestion => "note",
    }
}

impl Rule {
    fn of(code: IssueCode) -> Self {
        let kind = code.kind();
        Self {
            id: code.as_str(),
            short_description: Text::of(shortened(code.summary())),
            help: Text::of(code.help().to_owned()),
            help_uri: format!("{REPOSITORY}/blob/main/docs/policy-issues.md"),
            default_configuration: Configuration { level: level(kind) },
            properties: RuleProperties {
                tags: ["aws", "iam", "policy"],
                // Inside GitHub's band of "high".
                security_severity: (kind == IssueKind::SecurityWarning).then_some("8.0"),
                kind: kind.as_str(),
            },
        }
    }
}

impl Outcome {
    fn of(policy: &Validated<'_>, issue: &Issue, rule_index: Option<usize>) -> Self {
        let (start, end) =
            (Position::of(policy.text, issue.span.start), Position::of(policy.text, issue.span.end));
        Self {
            rule_id: issue.code.as_str(),
            rule_index,
            level: level(issue.code.kind()),
            message: Text::of(format!("{}: {}", issue.message, issue.help())),
            locations: [Location {
                physical_location: PhysicalLocation {
                    artifact_location: ArtifactLocation { uri: uri(policy.path) },
                    region: Span {
                        start_line: start.line,
                        start_column: start.column,
                        end_line: end.line,
                        end_column: end.column,
                    },
                },
            }],
        }
    }
}
