//! Condition operators and what they compare.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators".

use crate::catalogue::KeyKind;

/// An operator taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validate) struct Operator {
    pub(in crate::validate) set: Option<Set>,
    /// The name without set operator and `IfExists`.
    pub(in crate::validate) base: &'static str,
    pub(in crate::validate) family: Family,
    pub(in crate::validate) is_negated: bool,
    pub(in crate::validate) if_exists: bool,
}

/// How an operator takes the many values of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validate) enum Set {
    All,
    Any,
}

/// What operators compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validate) enum Family {
    Text,
    Arn,
    Number,
    Date,
    Bool,
    Binary,
    Ip,
    Null,
}

const BASES: &[(&str, Family, bool)] = &[
    ("StringEquals", Family::Text, false),
    ("StringNotEquals", Family::Text, true),
    ("StringEqualsIgnoreCase", Family::Text, false),
    ("StringNotEqualsIgnoreCase", Family::Text, true),
    ("StringLike", Family::Text, false),
    ("StringNotLike", Family::Text, true),
    ("ArnEquals", Family::Arn, false),
    ("ArnNotEquals", Family::Arn, true),
    ("ArnLike", Family::Arn, false),
    ("ArnNotLike", Family::Arn, true),
    ("NumericEquals", Family::Number, false),
    ("NumericNotEquals", Family::Number, true),
    ("NumericLessThan", Family::Number, false),
    ("NumericLessThanEquals", Family::Number, false),
    ("NumericGreaterThan", Family::Number, false),
    ("NumericGreaterThanEquals", Family::Number, false),
    ("DateEquals", Family::Date, false),
    ("DateNotEquals", Family::Date, true),
    ("DateLessThan", Family::Date, false),
    ("DateLessThanEquals", Family::Date, false),
    ("DateGreaterThan", Family::Date, false),
    ("DateGreaterThanEquals", Family::Date, false),
    ("Bool", Family::Bool, false),
    ("BinaryEquals", Family::Binary, false),
    ("IpAddress", Family::Ip, false),
    ("NotIpAddress", Family::Ip, true),
    ("Null", Family::Null, false),
];

const SETS: &[(&str, Set)] = &[("ForAllValues:", Set::All), ("ForAnyValue:", Set::Any)];

const IF_EXISTS: &str = "IfExists";

impl Operator {
    /// Reads an operator as it is spelled.
    pub(in crate::validate) fn parse(text: &str) -> Option<Self> {
        let (set, rest) = SETS
            .iter()
            .find_map(|(prefix, set)| Some((Some(*set), text.strip_prefix(prefix)?)))
            .unwrap_or((None, text));
        let (name, if_exists) = match rest.strip_suffix(IF_EXISTS) {
            Some(name) => (name, true),
            None => (rest, false),
        };
        let (base, family, is_negated) = BASES.iter().copied().find(|(base, ..)| *base == name)?;
        Some(Self { set, base, family, is_negated, if_exists })
    }

    /// Whether `*` and `?` of a value are wildcards.
    pub(in crate::validate) fn takes_wildcards(self) -> bool {
        self.family == Family::Arn || self.base.ends_with("Like")
    }

    /// Whether the operator can be true although the key is missing.
    pub(in crate::validate) fn holds_without_key(self) -> bool {
        self.if_exists || self.is_negated || self.set == Some(Set::All)
    }
}

/// Operators that a text which is none may have meant.
pub(in crate::validate) fn nearest(text: &str) -> Vec<String> {
    if text.len() > 64 {
        return Vec::new();
    }
    let lower = text.to_ascii_lowercase();
    let set =
        SETS.iter().map(|(prefix, _)| *prefix).find(|prefix| lower.starts_with(&prefix.to_ascii_lowercase()));
    let rest = set.and_then(|set| lower.get(set.len()..)).unwrap_or(&lower);
    let suffix = IF_EXISTS.to_ascii_lowercase();
    let (name, end) = rest.strip_suffix(&suffix).map_or((rest, ""), |name| (name, IF_EXISTS));
    let mut near: Vec<(usize, &str)> = BASES
        .iter()
        .map(|(base, ..)| (strsim::damerau_levenshtein(name, &base.to_ascii_lowercase()), *base))
        .filter(|(distance, base)| *distance <= (base.len() / 4).max(1))
        .collect();
    near.sort_unstable();
    let best = near.first().map_or(0, |(distance, _)| *distance);
    let near = near.iter().take_while(|(distance, _)| *distance == best).take(3);
    near.map(|(_, base)| format!("{}{base}{end}", set.unwrap_or_default())).collect()
}

/// Whether operators of the family compare values of the kind.
pub(in crate::validate) fn fits(family: Family, kind: KeyKind, key: &str) -> bool {
    match kind {
        KeyKind::String => matches!(family, Family::Text | Family::Null),
        // Comparing ARNs as texts is another issue, or none.
        KeyKind::Arn => matches!(family, Family::Arn | Family::Text | Family::Null),
        KeyKind::Bool => matches!(family, Family::Bool | Family::Null),
        KeyKind::Numeric => matches!(family, Family::Number | Family::Null),
        KeyKind::Date => {
            let is_number = key.eq_ignore_ascii_case("aws:EpochTime") && family == Family::Number;
            matches!(family, Family::Date | Family::Null) || is_number
        }
        KeyKind::IpAddress => matches!(family, Family::Ip | Family::Null),
        KeyKind::Binary => matches!(family, Family::Binary | Family::Null),
        _ => true,
    }
}

/// The operators of a kind of values, as they are called together.
pub(in crate::validate) fn operators_of(kind: KeyKind) -> &'static str {
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
    fn operators_are_taken_apart() {
        let read = |text| Operator::parse(text).map(|it| (it.set, it.base, it.if_exists));
        assert_eq!(read("Bool"), Some((None, "Bool", false)));
        assert_eq!(read("ForAnyValue:StringLikeIfExists"), Some((Some(Set::Any), "StringLike", true)));
        assert_eq!(read("NullIfExists"), Some((None, "Null", true)));
        for text in
            ["", "stringequals", "ForEachValue:Bool", "IfExists", "StringEqualsifExists", "ForAnyValue:"]
        {
            assert_eq!(read(text), None, "{text}");
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
