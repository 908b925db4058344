//! Variables: `${key}` and `${key, 'default'}`.
//!
//! Source: IAM User Guide, "IAM policy elements: Variables and tags".

use super::Findings;
use crate::document::{Text, Version};
use crate::issue::IssueCode;
use crate::span::At;

/// Whether the text has something that begins like a variable.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${")
}

/// Says what is wrong with the variables of a text that may hold some. `part` tells where a range of its bytes stands.
pub(super) fn check(text: &str, part: impl Fn(usize, usize) -> At, findings: &mut Findings<'_>) {
    if !has_variable(text) {
        return;
    }
    if findings.version == Version::V2008 {
        let message = "in the version of 2008 `${` is plain text";
        findings.report(IssueCode::VariableUnsupportedInVersion, part(0, text.len()), message);
        return;
    }
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("${")) {
        let start = from + found;
        let inside = start + 2;
        let rest = text.get(inside..).unwrap_or_default();
        let Some(length) = rest.find('}') else {
            let message = "the variable has no closing brace";
            findings.report(IssueCode::MissingBraceInVariable, part(start, text.len()), message);
            return;
        };
        let end = inside + length;
        variable(rest.get(..length).unwrap_or_default(), part(start, end + 1), findings);
        from = end + 1;
    }
}

/// As [`check`], where variables are plain text.
pub(super) fn check_none(text: &Text, place: &str, findings: &mut Findings<'_>) {
    if let Some(start) = text.value.find("${") {
        let message = format!("variables are plain text in {place}");
        let at = text.part(start, text.value.len());
        findings.report(IssueCode::VariableUnsupportedInElement, at, message);
    }
}

fn variable(inside: &str, at: At, findings: &mut Findings<'_>) {
    let (name, default) = match inside.split_once(',') {
        Some((name, default)) => (name, Some(default.trim())),
        None => (inside, None),
    };
    if name.trim().is_empty() {
        findings.report(IssueCode::EmptyVariable, at, "the variable has no name");
        return;
    }
    // The three characters that would otherwise mean something.
    if matches!(name, "*" | "?" | "$") && default.is_none() {
        return;
    }
    if name.contains(' ') {
        let hint = format!("write `${{{}}}`", inside.replace(' ', ""));
        let message = format!("found a blank in the variable `{name}`");
        let hint = default.is_none().then_some(hint);
        findings.report_with(IssueCode::UnsupportedSpaceInVariable, at, message, hint);
        return;
    }
    if let Some(default) = default {
        let quoted = default.len() >= 2 && default.starts_with('\'') && default.ends_with('\'');
        if !quoted {
            let hint = format!("write `${{{name}, '{}'}}`", default.trim_matches('\''));
            let message = format!("the default `{default}` does not stand between single quotes");
            findings.report_with(IssueCode::MissingQuoteInVariable, at, message, Some(hint));
            return;
        }
    }
    known(name, at, findings);
}

fn known(name: &str, at: At, findings: &mut Findings<'_>) {
    match findings.catalogue.condition_key(name) {
        Some(key) if key.multivalued() => {
            let message = format!("`{name}` may have several values, and a variable stands for one");
            findings.report(IssueCode::UnknownVariable, at, message);
        }
        Some(_) => {}
        None => {
            let message =
                format!("the variable `{name}` is no condition key in {}", findings.catalogue_name());
            let hint = findings.guess(|catalogue| catalogue.nearest_condition_key(name));
            findings.report_with(IssueCode::UnknownVariable, at, message, hint);
        }
    }
}
