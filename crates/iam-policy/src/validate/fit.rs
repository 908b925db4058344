//! Whether the actions of a statement work on its resources.
//!
//! Source: Service Authorization Reference, "Resource types" column of the actions tables.

use super::Findings;
use super::action::Meaning;
use super::arn::Like;
use super::cover::is_star;
use crate::catalogue::{Action, ActionResource};
use crate::document::{PolicyKind, Statement};
use crate::issue::IssueCode;

pub(super) fn check(statement: &Statement, actions: &[Meaning<'_>], findings: &mut Findings<'_>) {
    let Some(resource) = statement.resource.as_ref().filter(|element| !element.negated) else { return };
    let resources = &resource.patterns.items;
    let is_wide = resources.iter().any(|text| is_star(&text.value) || !text.value.starts_with("arn:"));
    if statement.action.negated || is_wide || resources.is_empty() || findings.kind == PolicyKind::Trust {
        return;
    }
    let likes: Vec<Like<'_>> = resources.iter().map(|text| Like::new(&text.value)).collect();
    let mut known = Vec::new();
    for (text, meaning) in statement.action.patterns.iter().zip(actions) {
        let Meaning::Known(action) = meaning else { continue };
        if !findings.may_compare(resources.len()) {
            return;
        }
        if !action.has_resources() {
            let message = format!("`{action}` is authorised against `*` only, and the statement names ARNs");
            findings.report(IssueCode::ActionNeedsStarResource, text.at, message);
        } else if !works_on_one(*action, &likes, &mut known) {
            let message = format!("`{action}` works on none of the resources of its statement");
            let hint = wanted(*action);
            findings.report_with(IssueCode::ActionWithoutMatchingResource, text.at, message, hint);
        }
    }
}

/// Actions of one statement mostly share their types, so that what is `known` of those is kept.
fn works_on_one<'c>(
    action: Action<'c>,
    resources: &[Like<'_>],
    known: &mut Vec<(ActionResource<'c>, bool)>,
) -> bool {
    action.resources().any(|resource| {
        if let Some((_, fits)) = known.iter().rev().find(|(other, _)| other.has_type_of(resource)) {
            return *fits;
        }
        let kind = resource.resource_type();
        let fits = kind.is_some_and(|kind| resources.iter().any(|like| like.may_be(kind)));
        known.push((resource, fits));
        fits
    })
}

fn wanted(action: Action<'_>) -> Option<String> {
    let mut templates: Vec<&str> = action
        .resources()
        .filter_map(|resource| resource.resource_type())
        .flat_map(|kind| kind.arn_templates())
        .collect();
    templates.sort_unstable();
    templates.dedup();
    let (shown, more) = templates.split_at_checked(3).unwrap_or((&templates, &[]));
    let mut hint = String::with_capacity(256);
    for template in shown {
        hint.push_str(if hint.is_empty() { "it works on `" } else { ", `" });
        hint.push_str(template);
        hint.push('`');
    }
    if !more.is_empty() {
        hint.push_str(" or others");
    }
    (!hint.is_empty()).then_some(hint)
}
