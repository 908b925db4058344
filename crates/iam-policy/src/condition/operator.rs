use std::fmt;
use std::str::FromStr;

/// A condition operator with what stands before and behind its base.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context keys".
///
/// ```
/// use iam_policy::condition::{Comparison, Operator, Quantifier};
///
/// let operator: Operator = "ForAnyValue:StringLikeIfExists".parse()?;
/// assert_eq!(operator.quantifier, Some(Quantifier::ForAnyValue));
/// assert_eq!(operator.comparison, Comparison::StringLike);
/// assert!(operator.if_exists);
///
/// // Another case is understood; what AWS writes is what the operator prints.
/// assert_eq!("stringequals".parse::<Operator>()?.to_string(), "StringEquals");
/// # Ok::<(), iam_policy::condition::UnknownOperator>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operator {
    /// How the values of a multivalued key count.
    pub quantifier: Option<Quantifier>,
    /// How one value is compared.
    pub comparison: Comparison,
    /// Whether it also holds when the key is absent: `...IfExists`.
    pub if_exists: bool,
}

/// What stands before an operator for multivalued keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantifier {
    /// `ForAllValues:` every value of the request has to pass; so do none.
    ForAllValues,
    /// `ForAnyValue:` at least one value of the request has to pass.
    ForAnyValue,
}

/// What kind of values an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Texts.
    String,
    /// ARNs, field by field.
    Arn,
    /// Decimal numbers.
    Numeric,
    /// Instants.
    Date,
    /// `true` and `false`.
    Bool,
    /// Bytes, as base64.
    Binary,
    /// Addresses in ranges.
    IpAddress,
    /// Whether the key is there at all.
    Null,
}

/// How the value of the request relates to that of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// Equal, or within a pattern or range.
    Matches,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
}

macro_rules! comparisons {
    ($($name:ident: $family:ident, $relation:ident, $negated:literal;)+) => {
        /// The base of an operator.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are AWS's own")]
        pub enum Comparison {
            $($name,)+
        }

        impl Comparison {
            /// Every base.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The base as AWS writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            /// What kind of values it compares.
            pub fn family(self) -> Family {
                match self { $(Self::$name => Family::$family,)+ }
            }

            /// How the value of the request has to relate to that of the policy; of a negated base, must not.
            pub fn relation(self) -> Relation {
                match self { $(Self::$name => Relation::$relation,)+ }
            }

            /// Whether it holds when none of the policy's values matches.
            pub fn is_negated(self) -> bool {
                match self { $(Self::$name => $negated,)+ }
            }
        }
    };
}

comparisons! {
    StringEquals: String, Matches, false;
    StringNotEquals: String, Matches, true;
    StringEqualsIgnoreCase: String, Matches, false;
    StringNotEqualsIgnoreCase: String, Matches, true;
    StringLike: String, Matches, false;
    StringNotLike: String, Matches, true;
    ArnEquals: Arn, Matches, false;
    ArnNotEquals: Arn, Matches, true;
    ArnLike: Arn, Matches, false;
    ArnNotLike: Arn, Matches, true;
    NumericEquals: Numeric, Matches, false;
    NumericNotEquals: Numeric, Matches, true;
    NumericLessThan: Numeric, Less, false;
    NumericLessThanEquals: Numeric, LessOrEqual, false;
    NumericGreaterThan: Numeric, Greater, false;
    NumericGreaterThanEquals: Numeric, GreaterOrEqual, false;
    DateEquals: Date, Matches, false;
    DateNotEquals: Date, Matches, true;
    DateLessThan: Date, Less, false;
    DateLessThanEquals: Date, LessOrEqual, false;
    DateGreaterThan: Date, Greater, false;
    DateGreaterThanEquals: Date, GreaterOrEqual, false;
    Bool: Bool, Matches, false;
    BinaryEquals: Binary, Matches, false;
    IpAddress: IpAddress, Matches, false;
    NotIpAddress: IpAddress, Matches, true;
    Null: Null, Matches, false;
}

/// No condition operator has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no condition operator has this name; one is a base such as `StringEquals`, with `ForAllValues:` or `ForAnyValue:` \
     before and `IfExists` behind where wanted"
)]
pub struct UnknownOperator;

impl Operator {
    /// The base alone.
    pub fn plain(comparison: Comparison) -> Self {
        Self { quantifier: None, comparison, if_exists: false }
    }
}

impl FromStr for Operator {
    type Err = UnknownOperator;

    /// Reads an operator in any case. AWS documents one spelling, that of [`Operator`]'s `Display`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (quantifier, rest) = match text.split_once(':') {
            None => (None, text),
            Some((prefix, rest)) => {
                let is_prefix = |quantifier: &&Quantifier| quantifier.as_str().eq_ignore_ascii_case(prefix);
                (Some(*Quantifier::ALL.iter().find(is_prefix).ok_or(UnknownOperator)?), rest)
            }
        };
        let base = |name: &str| {
            let mut bases = Comparison::ALL.iter();
            bases.find(|comparison| comparison.as_str().eq_ignore_ascii_case(name)).copied()
        };
        let (comparison, if_exists) = match base(rest) {
            Some(comparison) => (comparison, false),
            None => (without_suffix(rest, "IfExists").and_then(base).ok_or(UnknownOperator)?, true),
        };
        if comparison == Comparison::Null && (quantifier.is_some() || if_exists) {
            return Err(UnknownOperator);
        }
        Ok(Self { quantifier, comparison, if_exists })
    }
}

fn without_suffix<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let (before, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then_some(before)
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(quantifier) = self.quantifier {
            write!(f, "{}:", quantifier.as_str())?;
        }
        f.write_str(self.comparison.as_str())?;
        if self.if_exists { f.write_str("IfExists") } else { Ok(()) }
    }
}

impl Quantifier {
    /// Both.
    pub const ALL: &[Self] = &[Self::ForAllValues, Self::ForAnyValue];

    /// The prefix without its colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ForAllValues => "ForAllValues",
            Self::ForAnyValue => "ForAnyValue",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_reads_what_it_prints_in_any_case() {
        for comparison in Comparison::ALL {
            for quantifier in [None, Some(Quantifier::ForAllValues), Some(Quantifier::ForAnyValue)] {
                for if_exists in [false, true] {
                    let operator = Operator { quantifier, comparison: *comparison, if_exists };
                    let is_plain = operator == Operator::plain(*comparison);
                    let expected = if *comparison == Comparison::Null && !is_plain {
                        Err(UnknownOperator)
                    } else {
                        Ok(operator)
                    };
                    let name = operator.to_string();
                    assert_eq!(name.parse(), expected, "{name}");
                    assert_eq!(name.to_uppercase().parse(), expected, "{name}");
                }
            }
        }
    }

    #[test]
    fn other_names_are_no_operators() {
        for name in
            ["", ":", "IfExists", "StringEqual", "ForAny:StringLike", "ForAnyValue:", "StringLikeIgnoreCase"]
        {
            assert_eq!(name.parse::<Operator>(), Err(UnknownOperator), "{name}");
        }
        assert_eq!("StringLike\u{e4}IfExist".parse::<Operator>(), Err(UnknownOperator));
    }
}
