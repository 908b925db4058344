use std::collections::BTreeMap;
use std::io::{self, Write};

use iam_policy::issue::{Issue, IssueCode, IssueKind};
use iam_policy::span::Position;
use serde::Serialize;

use super::{Options, Unread, Validated, Validations};
use crate::sarif::location::Location;
use crate::sarif::log::Log;
use crate::sarif::plain::{About, Notification, Rule};
use crate::sarif::shape::{Span, Text};
use crate::wire::Stream;

/// What is said of a rule besides.
#[derive(Serialize)]
struct RuleProperties {
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

/// Writes the validations as SARIF 2.1.0, one result for each issue.
///
/// # Errors
///
/// Only what the writer returns.
pub fn sarif(validations: &Validations<'_>, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let rules: BTreeMap<IssueCode, usize> =
        IssueCode::ALL.iter().enumerate().map(|(index, code)| (*code, index)).collect();
    let rules = &rules;
    let results = move || {
        validations.policies.iter().flat_map(move |policy| {
            let issues = policy.validation.issues.iter();
            issues.map(move |issue| Outcome::of(policy, issue, rules.get(&issue.code).copied()))
        })
    };
    let log = Log {
        tool: options.tool,
        rules: Stream::of(|| IssueCode::ALL.iter().map(|code| rule(*code))),
        is_done: !validations.policies.is_empty(),
        exit_code: options.exit_code,
        notifications: Stream::of(|| validations.unread.iter().map(not_read)),
        properties: None::<()>,
        results: Stream::of(results),
    };
    log.write(out)
}

fn level(kind: IssueKind) -> &'static str {
    match kind {
        IssueKind::Error | IssueKind::SecurityWarning => "error",
        IssueKind::Warning => "warning",
        IssueKind::Suggestion => "note",
    }
}

fn rule(code: IssueCode) -> Rule<RuleProperties> {
    let kind = code.kind();
    Rule::of(About {
        id: code.as_str(),
        level: level(kind),
        // Inside GitHub's band of "high".
        severity: (kind == IssueKind::SecurityWarning).then_some("8.0"),
        title: code.summary(),
        help: code.help(),
        page: "policy-issues.md",
        tags: ["aws", "iam", "policy"],
        more: RuleProperties { kind: kind.as_str() },
    })
}

fn not_read(unread: &Unread) -> Notification {
    Notification::warning(format!("{}: {}", unread.path, unread.why))
}

impl Outcome {
    fn of(policy: &Validated<'_>, issue: &Issue, rule_index: Option<usize>) -> Self {
        let (start, end) =
            (Position::of(policy.text, issue.span.start), Position::of(policy.text, issue.span.end));
        let span = Span {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        };
        Self {
            rule_id: issue.code.as_str(),
            rule_index,
            level: level(issue.code.kind()),
            message: Text::of(format!("{}: {}", issue.message, issue.help())),
            locations: [Location::of_span(policy.path, span)],
        }
    }
}
