//! Conditions: operators, keys and values, each alone and together.
//!
//! Sources: IAM User Guide, "IAM JSON policy elements: Condition", "Single-valued vs. multivalued context keys".

mod key;
mod operator;
pub(super) mod value;
mod wildcard;

pub(super) use key::check_with_actions;

use super::Findings;
use crate::condition::{Family, Operator, Quantifier};
use crate::document::{ConditionKey, ConditionOperator, Effect, Statement};
use crate::issue::IssueCode;
use crate::span::At;
use operator::BadNull;

/// The rules about operators, keys and values that need not know the actions.
pub(super) fn check(statement: &Statement, findings: &mut Findings<'_>) {
    let Some(condition) = &statement.condition else { return };
    if condition.operators.is_empty() {
        findings.report(IssueCode::EmptyObjectCondition, condition.at, "the condition is empty");
    }
    for name in &condition.operators {
        let operator = check_operator(name, findings);
        duplicates(name, findings);
        if name.keys.is_empty() {
            let message = format!("`{}` has no keys", name.name.value);
            findings.report(IssueCode::EmptyObjectCondition, name.name.at, message);
        }
        for key in &name.keys {
            key::check_name(key, findings);
            let Some(operator) = operator else { continue };
            if key.values.items.is_empty() {
                no_values(key, operator, findings);
                continue;
            }
            quantity(key, operator, statement.effect, findings);
            value::check(key, operator, name, findings);
            wildcard::check(key, operator, findings);
        }
    }
}

fn check_operator(element: &ConditionOperator, findings: &mut Findings<'_>) -> Option<Operator> {
    let text = &element.name;
    if let Ok(operator) = text.value.parse::<Operator>() {
        if !operator::is_spelled(&text.value, operator) {
            let message = format!("found the operator `{}`, which is spelled otherwise", text.value);
            let hint = Some(format!("write `{operator}`"));
            findings.report_with(IssueCode::InvalidConditionOperator, text.at, message, hint);
        }
        return Some(operator);
    }
    match operator::bad_null(&text.value) {
        Some(BadNull::IfExists) => {
            findings.report(IssueCode::NullWithIfExists, text.at, "`Null` takes no `IfExists`");
        }
        Some(BadNull::Quantifier(quantifier)) => {
            let always = if quantifier == Quantifier::ForAllValues { "true" } else { "false" };
            let message = format!("`{}` is always {always}", text.value);
            findings.report(IssueCode::NullWithQualifier, text.at, message);
        }
        None => {
            let message = format!("there is no operator `{}`", text.value);
            let hint = super::did_you_mean(&operator::nearest(&text.value));
            findings.report_with(IssueCode::InvalidConditionOperator, text.at, message, hint);
        }
    }
    None
}

/// Keys of one operator that differ in case only are the same key.
fn duplicates(operator: &ConditionOperator, findings: &mut Findings<'_>) {
    if operator.keys.len() < 2 {
        return;
    }
    let mut keys: Vec<(String, At)> =
        operator.keys.iter().map(|key| (key.name.value.to_ascii_lowercase(), key.name.at)).collect();
    keys.sort_by(|(one, at), (other, other_at)| (one, at.0).cmp(&(other, other_at.0)));
    for pair in keys.windows(2) {
        if let [(one, _), (other, at)] = pair
            && one == other
        {
            let message = format!("`{other}` stands twice below `{}`", operator.name.value);
            findings.report(IssueCode::DuplicateKeysWithDifferentCase, *at, message);
        }
    }
}

fn no_values(key: &ConditionKey, operator: Operator, findings: &mut Findings<'_>) {
    let name = &key.name.value;
    let (code, message) = match operator.quantifier {
        Some(Quantifier::ForAllValues) => (
            IssueCode::EmptyArrayConditionForAllValues,
            format!("`{name}` has no values, so that the condition holds only where it is missing"),
        ),
        Some(Quantifier::ForAnyValue) => (
            IssueCode::EmptyArrayConditionForAnyValue,
            format!("`{name}` has no values, so that the condition never holds"),
        ),
        None if operator.if_exists => (
            IssueCode::EmptyArrayConditionIfExists,
            format!("`{name}` has no values, so that the condition holds only where it is missing"),
        ),
        None => (IssueCode::EmptyArrayCondition, format!("`{name}` has no values")),
    };
    findings.report(code, key.values.at, message);
}

/// Keys of one value and keys of many, and what operators make of them; and whether the operator fits the key's type.
fn quantity(key: &ConditionKey, operator: Operator, effect: Effect, findings: &mut Findings<'_>) {
    let name = &*key.name.value;
    let Some(known) = findings.catalogue.condition_key(name) else { return };
    if !operator::fits(operator.comparison.family(), known.kind(), name) {
        let wanted = operator::operators_of(known.kind());
        let message =
            format!("`{name}` is compared by {wanted} operators, found `{}`", operator.comparison.as_str());
        findings.report(IssueCode::TypeMismatch, key.name.at, message);
    } else if known.kind() == crate::catalogue::KeyKind::Arn && operator::is_like(operator.comparison) {
        let better = operator.comparison.as_str().replace("String", "Arn");
        let message = format!(
            "`{name}` holds ARNs, and the wildcards of `{}` run over their colons",
            operator.comparison.as_str()
        );
        let hint = Some(format!("use `{better}`"));
        findings.report_with(IssueCode::StringLikeWithArn, key.name.at, message, hint);
    }
    if operator.comparison.family() == Family::Null {
        return;
    }
    match (operator.quantifier, known.multivalued()) {
        (None, true) => {
            let message =
                format!("`{name}` has many values, and `{}` compares one", operator.comparison.as_str());
            findings.report(IssueCode::MissingQualifier, key.name.at, message);
        }
        (Some(Quantifier::ForAllValues), false) if effect == Effect::Allow => {
            let message = format!("`{name}` has one value; `ForAllValues` also holds where it is missing");
            findings.report(IssueCode::ForAllValuesSingle, key.name.at, message);
        }
        (None, false) if is_audience(name) => {
            let message =
                format!("`{name}` is compared as one value, which it is if tokens name one audience");
            findings.report(IssueCode::ConfirmAudience, key.name.at, message);
        }
        (Some(Quantifier::ForAnyValue), false) if name.to_ascii_lowercase().ends_with(":aud") => {
            let message = format!("`{name}` has one value, which `ForAnyValue` does not fit");
            findings.report(IssueCode::ForAnyValueAudience, key.name.at, message);
        }
        _ => {}
    }
}

/// Whether it is the audience of an `OpenID` Connect provider's tokens. The address of a provider has a dot.
fn is_audience(name: &str) -> bool {
    name.rsplit_once(':')
        .is_some_and(|(provider, claim)| provider.contains('.') && claim.eq_ignore_ascii_case("aud"))
}

/// The condition keys of a statement with their operators, those that are understood.
pub(super) fn keys_of(statement: &Statement) -> impl Iterator<Item = (Operator, &ConditionKey)> {
    let operators = statement.condition.iter().flat_map(|condition| &condition.operators);
    operators
        .filter_map(|element| Some((element.name.value.parse().ok()?, &element.keys)))
        .flat_map(|(operator, keys)| keys.iter().map(move |key| (operator, key)))
}

/// Whether the statement asks for one of these keys, in whatever way.
pub(super) fn has_key(statement: &Statement, names: &[&str]) -> bool {
    let operators = statement.condition.iter().flat_map(|condition| &condition.operators);
    operators
        .flat_map(|operator| &operator.keys)
        .any(|key| names.iter().any(|name| key.name.value.eq_ignore_ascii_case(name)))
}

/// Whether the condition limits a key to some values, so that a request without the key, or with any other value, does not
/// meet it.
pub(super) fn limits(operator: Operator) -> bool {
    operator.comparison.family() != Family::Null && !operator::holds_without_key(operator)
}

/// Whether the operator compares addresses.
pub(super) fn is_about_addresses(operator: Operator) -> bool {
    operator.comparison.family() == Family::IpAddress
}
