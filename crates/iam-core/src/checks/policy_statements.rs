//! How findings about policies cite statements and tell conditions.

use iam_policy::document::{ConditionElement, Statement};

use crate::check::Failure;
use crate::input::{Policy, PolicyDocument, quoted};

/// More conditions than this are not told one by one.
const MOST_CONDITIONS: usize = 3;

/// Cites statements of a document, by their index.
pub(super) fn cite(
    failure: Failure,
    document: &PolicyDocument,
    policy: &Policy,
    statements: &[usize],
) -> Failure {
    let items = &policy.document.statements.items;
    let spans = statements.iter().filter_map(|index| items.get(*index)).map(|statement| statement.at.0);
    spans.fold(failure, |failure, span| failure.at(document.part(span)))
}

/// The conditions of statements, as one text: `aws:MultiFactorAuthPresent Bool true`.
pub(super) fn conditions<'s>(statements: impl IntoIterator<Item = &'s Statement>) -> String {
    let mut told: Vec<String> = Vec::new();
    for condition in statements.into_iter().filter_map(|statement| statement.condition.as_ref()) {
        for one in each(condition) {
            if !told.contains(&one) {
                told.push(one);
            }
        }
    }
    let others = told.len().saturating_sub(MOST_CONDITIONS);
    told.truncate(MOST_CONDITIONS);
    let more = if others > 0 { format!(" and {others} more") } else { String::new() };
    told.join(" and ") + &more
}

fn each(condition: &ConditionElement) -> impl Iterator<Item = String> {
    condition.operators.iter().flat_map(|operator| {
        operator.keys.iter().map(|key| {
            let values: Vec<&str> = key.values.iter().map(|value| &*value.text).collect();
            quoted(&format!("{} {} {}", key.name.value, operator.name.value, values.join(", ")))
        })
    })
}
