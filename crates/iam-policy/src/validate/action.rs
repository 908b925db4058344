//! Actions: that they exist.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Action".

use super::Findings;
use super::cover::{has_wildcard, is_star};
use crate::catalogue::{Action, Lookup, Service};
use crate::document::{PatternElement, PolicyKind, Text};
use crate::issue::IssueCode;
use crate::span::Span;

/// What an entry of `Action` stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning<'c> {
    /// `*`.
    Everything,
    /// An action that the catalogue has.
    Known(Action<'c>),
    /// A pattern with wildcards.
    Pattern,
    /// Anything else.
    Unknown,
}

/// What each entry stands for, in their order.
pub(super) fn check<'c>(element: &PatternElement, findings: &mut Findings<'c>) -> Vec<Meaning<'c>> {
    if element.patterns.items.is_empty() && element.patterns.at.0 != Span::NONE {
        findings.report(IssueCode::EmptyArrayAction, element.patterns.at, "no actions are listed");
    }
    // The actions of a service mostly stand together.
    let mut last = None;
    element.patterns.iter().map(|text| meaning(text, &mut last, findings)).collect()
}

fn meaning<'c>(text: &Text, last: &mut Option<Service<'c>>, findings: &mut Findings<'c>) -> Meaning<'c> {
    let action = &*text.value;
    if is_star(action) {
        return Meaning::Everything;
    }
    if action.contains("${") {
        let message = "variables are plain text in actions";
        findings.report(IssueCode::VariableUnsupportedInElement, text.at, message);
        return Meaning::Unknown;
    }
    let Some((prefix, name)) = action.split_once(':') else {
        no_colon(text, findings);
        return Meaning::Unknown;
    };
    if findings.kind == PolicyKind::Trust && !prefix.eq_ignore_ascii_case("sts") && !has_wildcard(prefix) {
        let message = format!("found the action `{action}`, but a trust policy is about actions of `sts`");
        findings.report(IssueCode::UnsupportedActionInPolicy, text.at, message);
    }
    if has_wildcard(prefix) {
        let message = format!("the name of the service, `{prefix}`, has a wildcard");
        findings.report(IssueCode::WildcardInServiceName, text.part(0, prefix.len()), message);
        if findings.may_compare(findings.catalogue.len()) && findings.catalogue.expand(action).is_empty() {
            unknown(text, findings);
        }
        return Meaning::Pattern;
    }
    let same = last.filter(|service| service.prefix() == prefix);
    *last = same.or_else(|| findings.catalogue.service(prefix));
    let Some(service) = *last else {
        let message = format!("the service `{prefix}` is not in {}", findings.catalogue_name());
        let hint = findings.guess(|catalogue| catalogue.nearest(action));
        findings.report_with(IssueCode::InvalidServiceInAction, text.part(0, prefix.len()), message, hint);
        return Meaning::Unknown;
    };
    if has_wildcard(name) {
        if !is_star(name) && !service.has_match(name) {
            unknown(text, findings);
        }
        return Meaning::Pattern;
    }
    if let Some(action) = service.action(name) {
        return Meaning::Known(action);
    }
    unknown(text, findings);
    Meaning::Unknown
}

fn no_colon(text: &Text, findings: &mut Findings<'_>) {
    let message = format!("found `{}`, expected `service:Action` or `*`", text.value);
    let is_service =
        matches!(findings.catalogue.action(&text.value, ""), Lookup::Unknown { service_known: true });
    let hint = is_service.then(|| format!("write `{}:*` for all actions of the service", text.value));
    findings.report_with(IssueCode::InvalidAction, text.at, message, hint);
}

fn unknown(text: &Text, findings: &mut Findings<'_>) {
    let action = &*text.value;
    let blank = action.contains(|character: char| character.is_whitespace() || character == ',');
    let message = if blank {
        format!("found `{action}`, but actions hold neither blanks nor commas; each stands in its own text")
    } else if has_wildcard(action) {
        format!("no action in {} matches `{action}`", findings.catalogue_name())
    } else {
        format!("the action `{action}` is not in {}", findings.catalogue_name())
    };
    let hint = if has_wildcard(action) {
        None
    } else {
        let trimmed = action.trim();
        findings.guess(|catalogue| match catalogue.find(trimmed).known() {
            Some(action) => vec![action.to_string()],
            None => catalogue.nearest(trimmed),
        })
    };
    findings.report_with(IssueCode::InvalidAction, text.at, message, hint);
}
