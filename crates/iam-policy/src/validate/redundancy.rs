//! What is said twice: actions, resources, statements; and what is allowed only to be denied.

use super::Findings;
use super::action::Meaning;
use super::cover::{covers, covers_ignoring_case, has_wildcard, is_star};
use crate::catalogue::ActionId;
use crate::document::{PatternElement, PrincipalElement, Principals, Statement, Text};
use crate::issue::IssueCode;
use crate::span::{At, Span};

/// Within one statement.
pub(super) fn check(statement: &Statement, actions: &[Meaning<'_>], findings: &mut Findings<'_>) {
    known_twice(statement, actions, findings);
    let patterns = &statement.action.patterns.items;
    covered(patterns, covers_ignoring_case, IssueCode::RedundantAction, "action", findings);
    if let Some(resource) = &statement.resource {
        let resources = &resource.patterns.items;
        covered(resources, covers_arn, IssueCode::RedundantResource, "resource", findings);
    }
}

/// Actions without wildcards, which are compared by their number.
fn known_twice(statement: &Statement, actions: &[Meaning<'_>], findings: &mut Findings<'_>) {
    let numbered = |(index, meaning): (usize, &Meaning<'_>)| match meaning {
        Meaning::Known(action) => Some((action.id(), index)),
        _ => None,
    };
    let mut known: Vec<(ActionId, usize)> = actions.iter().enumerate().filter_map(numbered).collect();
    if known.len() < 2 {
        return;
    }
    known.sort_unstable();
    for pair in known.windows(2) {
        if let [(one, _), (other, index)] = pair
            && one == other
            && let Some(text) = statement.action.patterns.items.get(*index)
        {
            let message = format!("the action `{}` is listed twice", text.value);
            findings.report(IssueCode::RedundantAction, text.at, message);
        }
    }
}

/// What a pattern of the same list includes. Of two that include each other the later one is redundant.
fn covered(
    texts: &[Text],
    covers: fn(&str, &str) -> bool,
    code: IssueCode,
    noun: &str,
    findings: &mut Findings<'_>,
) {
    if texts.len() < 2 {
        return;
    }
    let is_resource = code == IssueCode::RedundantResource;
    let wide = texts.iter().enumerate().filter(|(_, text)| is_resource || has_wildcard(&text.value));
    let wide: Vec<(usize, &Text, &str)> =
        wide.map(|(index, text)| (index, text, literal_head(&text.value))).collect();
    if wide.is_empty() || !findings.may_compare(wide.len().saturating_mul(texts.len())) {
        return;
    }
    for (index, text) in texts.iter().enumerate() {
        let by = wide.iter().find(|(other, pattern, head)| {
            let start = text.value.as_bytes().get(..head.len());
            *other != index
                && start.is_some_and(|start| start.eq_ignore_ascii_case(head.as_bytes()))
                && covers(&pattern.value, &text.value)
                && (*other < index || !covers(&text.value, &pattern.value))
        });
        if let Some((_, pattern, _)) = by {
            let message = format!("the {noun} `{}` is included in `{}`", text.value, pattern.value);
            findings.report(code, text.at, message);
        }
    }
}

/// What a pattern begins with, up to its first wildcard: what does not begin so is not included, which nearly always decides.
fn literal_head(pattern: &str) -> &str {
    let end = pattern.bytes().position(|byte| matches!(byte, b'*' | b'?')).unwrap_or(pattern.len());
    pattern.get(..end).unwrap_or_default()
}

/// As IAM compares ARNs: field by field, but a lone star is every resource.
fn covers_arn(pattern: &str, other: &str) -> bool {
    if is_star(pattern) || pattern == other {
        return true;
    }
    if !has_wildcard(pattern) {
        return false;
    }
    let (mut fields, mut others) = (pattern.splitn(6, ':'), other.splitn(6, ':'));
    loop {
        match (fields.next(), others.next()) {
            (Some(field), Some(other)) if covers(field, other) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// Among the statements of a document.
pub(super) fn check_statements(statements: &[Statement], findings: &mut Findings<'_>) {
    if statements.len() < 2 || !findings.may_compare(statements.len().saturating_mul(statements.len())) {
        return;
    }
    for (index, statement) in statements.iter().enumerate() {
        for (other, wider) in statements.iter().enumerate() {
            if index == other || is_empty(statement) {
                continue;
            }
            if statement.effect == wider.effect
                && is_within(statement, wider, findings)
                && (other < index || !is_within(wider, statement, findings))
            {
                let message = format!("{} includes all that this statement says", name_of(wider, other));
                findings.report(IssueCode::RedundantStatement, At(opening(statement.at.0)), message);
                break;
            }
            if statement.allows()
                && !wider.allows()
                && wider.condition.is_none()
                && is_within(statement, wider, findings)
            {
                let message = format!("{} denies all that this statement allows", name_of(wider, other));
                findings.report(IssueCode::ShadowedStatement, At(opening(statement.at.0)), message);
                break;
            }
        }
    }
}

fn opening(span: Span) -> Span {
    Span { start: span.start, end: span.end.min(span.start.saturating_add(1)) }
}

fn is_empty(statement: &Statement) -> bool {
    statement.action.patterns.items.is_empty()
        || statement.resource.as_ref().is_some_and(|element| element.patterns.items.is_empty())
}

fn name_of(statement: &Statement, index: usize) -> String {
    match statement.sid().filter(|sid| !sid.is_empty()) {
        Some(sid) => format!("the statement `{sid}`"),
        None => format!("statement {}", index + 1),
    }
}

/// Whether `wider` is about every request that `statement` is about.
fn is_within(statement: &Statement, wider: &Statement, findings: &mut Findings<'_>) -> bool {
    (wider.condition.is_none() || wider.condition == statement.condition)
        && includes(Some(&wider.action), Some(&statement.action), covers_ignoring_case, findings)
        && includes(wider.resource.as_ref(), statement.resource.as_ref(), covers_arn, findings)
        && includes_principals(wider.principal.as_ref(), statement.principal.as_ref())
}

fn includes(
    wider: Option<&PatternElement>,
    element: Option<&PatternElement>,
    covers: fn(&str, &str) -> bool,
    findings: &mut Findings<'_>,
) -> bool {
    let (Some(wider), Some(element)) = (wider, element) else { return wider == element };
    if wider.negated || element.negated {
        return wider.negated == element.negated && same(&wider.patterns.items, &element.patterns.items);
    }
    element.patterns.iter().all(|text| {
        findings.may_compare(wider.patterns.items.len())
            && wider.patterns.iter().any(|pattern| covers(&pattern.value, &text.value))
    })
}

fn same(one: &[Text], other: &[Text]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.value == other.value)
}

fn includes_principals(wider: Option<&PrincipalElement>, element: Option<&PrincipalElement>) -> bool {
    match (wider, element) {
        (Some(wider), Some(_)) if !wider.negated && matches!(wider.principals, Principals::Everybody(_)) => {
            true
        }
        (wider, element) => wider == element,
    }
}
