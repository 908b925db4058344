//! Operators as they are written, and whether they fit their keys.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use crate::catalogue::KeyKind;
use crate::condition::{Comparison, Family, Operator, Quantifier};

const IF_EXISTS: &str = "IfExists";

/// Whether the text spells the operator as AWS does.
pub(super) fn is_spelled(text: &str, operator: Operator) -> bool {
    let rest = match operator.quantifier {
        Some(quantifier) => text.strip_prefix(quantifier.as_str()).and_then(|rest| rest.strip_prefix(':')),
        None => Some(text),
    };
    let name = if operator.if_exists { rest.and_then(|rest| rest.strip_suffix(IF_EXISTS)) } else { rest };
    name == Some(operator.comparison.as_str())
}

/// `Null` with what it does not take.
pub(super) enum BadNull {
    IfExists,
    Quantifier(Quantifier),
}

/// What is wrong with an operator of the base `Null`.
pub(super) fn bad_null(text: &str) -> Option<BadNull> {
    if text == "NullIfExists" {
        return Some(BadNull::IfExists);
    }
    let (prefix, rest) = text.split_once(':')?;
    let quantifier = Quantifier::ALL.iter().copied().find(|quantifier| quantifier.as_str() == prefix)?;
    (rest == Comparison::Null.as_str()).then_some(BadNull::Quantifier(quantifier))
}

/// Whether `*` and `?` of a value are wildcards.
pub(super) fn takes_wildcards(comparison: Comparison) -> bool {
    comparison.family() == Family::Arn || is_like(comparison)
}

/// Whether texts are compared with patterns.
pub(super) fn is_like(comparison: Comparison) -> bool {
    matches!(comparison, Comparison::StringLike | Comparison::StringNotLike)
}

/// Whether the operator may be true although the key is missing.
pub(super) fn holds_without_key(operator: Operator) -> bool {
    operator.if_exists
        || operator.comparison.is_negated()
        || operator.quantifier == Some(Quantifier::ForAllValues)
}

/// Operators that a text which is none may have meant.
pub(super) fn nearest(text: &str) -> Vec<String> {
    if text.len() > 64 {
        return Vec::new();
    }
    let lower = text.to_ascii_lowercase();
    let prefixed = Quantifier::ALL.iter().map(|quantifier| quantifier.as_str()).find_map(|prefix| {
        let rest = lower.strip_prefix(&prefix.to_ascii_lowercase())?.strip_prefix(':')?;
        Some((format!("{prefix}:"), rest))
    });
    let (prefix, rest) = prefixed.unwrap_or((String::new(), &lower));
    let suffix = IF_EXISTS.to_ascii_lowercase();
    let (name, end) = rest.strip_suffix(&suffix).map_or((rest, ""), |name| (name, IF_EXISTS));
    let mut near: Vec<(usize, &str)> = Comparison::ALL
        .iter()
        .map(|comparison| comparison.as_str())
        .map(|base| (strsim::damerau_levenshtein(name, &base.to_ascii_lowercase()), base))
        .filter(|(distance, base)| *distance <= (base.len() / 4).max(1))
        .collect();
    near.sort_unstable();
    let best = near.first().map_or(0, |(distance, _)| *distance);
    let near = near.iter().take_while(|(distance, _)| *distance == best).take(3);
    near.map(|(_, base)| format!("{prefix}{base}{end}")).collect()
}

/// Whether operators of the family compare values of the kind.
pub(super) fn fits(family: Family, kind: KeyKind, key: &str) -> bool {
    match kind {
        KeyKind::String => matches!(family, Family::String | Family::Null),
        // Comparing ARNs as texts is another issue, or none.
        KeyKind::Arn => matches!(family, Family::Arn | Family::String | Family::Null),
        KeyKind::Bool => matches!(family, Family::Bool | Family::Null),
        KeyKind::Numeric => matches!(family, Family::Numeric | Family::Null),
        KeyKind::Date => {
            let is_number = key.eq_ignore_ascii_case("aws:EpochTime") && family == Family::Numeric;
            matches!(family, Family::Date | Family::Null) || is_number
        }
        KeyKind::IpAddress => matches!(family, Family::IpAddress | Family::Null),
        KeyKind::Binary => matches!(family, Family::Binary | Family::Null),
        _ => true,
    }
}

/// The operators of a kind of values, as they are called together.
pub(super) fn operators_of(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Arn => "Arn",
        KeyKind::Bool => "Bool",
        KeyKind::Numeric => "Numeric",
        KeyKind::Date => "Date",
        KeyKind::IpAddress => "IpAddress",
        KeyKind::Binary => "Binary",
        _ => "String",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_are_seen() {
        for (text, expected) in [
            ("ForAnyValue:StringLikeIfExists", true),
            ("Bool", true),
            ("stringEquals", false),
            ("forAnyValue:StringLike", false),
            ("StringLikeifexists", false),
        ] {
            assert_eq!(is_spelled(text, text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn misspelt_operators_are_understood() {
        assert_eq!(nearest("stringequals"), ["StringEquals"]);
        assert_eq!(nearest("foranyvalue:StringLikes"), ["ForAnyValue:StringLike"]);
        assert_eq!(nearest("StringEqualIfExist"), [""; 0]);
        assert_eq!(nearest("StringEqualifexists"), ["StringEqualsIfExists"]);
        assert_eq!(nearest(&"x".repeat(100_000)), [""; 0]);
    }
}
