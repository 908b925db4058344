use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;

use super::{Comparison, Decimal, Family, Instant, Operator, Quantifier, Relation};
use crate::context::{Context, ContextValue, Key};
use crate::document::{ConditionKey, Text as DocumentText};
use crate::glob::{Case, Glob};
use crate::pattern::{ArnPattern, Match, Resolved, Syntax, Template, Text};
use crate::span::At;
use crate::truth::{Doubt, Rule, Truth};

/// One operator with one key and its values. All tests of a condition have to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// The operator; `None` if there is none of that name.
    pub operator: Option<Operator>,
    /// The key.
    pub key: Key,
    /// The values.
    pub values: Values,
    /// Where the key stands.
    pub at: At,
}

/// The values that a test compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// Of the string operators.
    Texts(Vec<Text>),
    /// Of the ARN operators.
    Arns(Vec<ArnPattern>),
    /// Of the numeric operators; `None` is no number.
    Numbers(Vec<Option<Decimal>>),
    /// Of the date operators; `None` is no date.
    Instants(Vec<Option<Instant>>),
    /// Of `Bool`.
    Bools(Vec<BoolValue>),
    /// Of `BinaryEquals`; `None` is no base64.
    Bytes(Vec<Option<Box<[u8]>>>),
    /// Of the address operators; `None` is no range.
    Networks(Vec<Option<IpNet>>),
    /// Of `Null`: whether the key has to be absent; `None` is neither `true` nor `false`.
    Absences(Vec<Option<bool>>),
    /// Of an operator that does not exist.
    Unreadable,
}

/// A value of `Bool`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoolValue {
    /// `true` or `false`.
    Is(bool),
    /// With a policy variable, which may work here or not.
    Template(Template),
    /// Anything else, which nothing equals.
    Other,
}

impl Test {
    /// Reads one key of an operator. `variables` tells whether the document's version has policy variables.
    pub fn compile(operator: &DocumentText, key: &ConditionKey, variables: bool) -> Self {
        let operator: Option<Operator> = operator.value.parse().ok();
        let texts = || key.values.iter().map(|value| &*value.text);
        let values = match operator {
            None => Values::Unreadable,
            Some(operator) => match operator.comparison.family() {
                Family::String => {
                    let syntax = syntax(operator.comparison, variables);
                    Values::Texts(texts().map(|text| Text::parse(text, syntax)).collect())
                }
                Family::Arn => Values::Arns(texts().map(|text| ArnPattern::parse(text, variables)).collect()),
                Family::Numeric => Values::Numbers(texts().map(Decimal::parse).collect()),
                Family::Date => Values::Instants(texts().map(Instant::parse).collect()),
                Family::Bool => {
                    Values::Bools(texts().map(|text| BoolValue::parse(text, variables)).collect())
                }
                Family::Binary => Values::Bytes(texts().map(bytes).collect()),
                Family::IpAddress => Values::Networks(texts().map(network).collect()),
                Family::Null => Values::Absences(texts().map(truth_value).collect()),
            },
        };
        Self { operator, key: Key::new(&key.name.value), values, at: key.name.at }
    }

    /// Whether it holds in a request.
    pub fn holds(&self, context: &Context) -> Truth {
        let Some(operator) = self.operator else {
            return Truth::rule(Rule::RefusedStatement);
        };
        let value = context.value(&self.key);
        if let Values::Absences(wanted) = &self.values {
            return self.is_absent(wanted, value);
        }
        match (value, operator.quantifier) {
            (ContextValue::Unknown | ContextValue::Present, _) => Truth::doubt(Doubt::Key(self.key.clone())),
            (ContextValue::Absent, _) => Truth::from(operator.holds_without_key()),
            (ContextValue::Like(patterns), _) => self.passes_if_like(operator, patterns, context),
            (ContextValue::Single(value), None) => self.passes(operator.comparison, value, context),
            (ContextValue::Single(value), Some(_)) => {
                self.passes_as_set(operator, std::slice::from_ref(value), context)
            }
            (ContextValue::Set(values), Some(_)) => self.passes_as_set(operator, values, context),
            (ContextValue::Set(values), None) => {
                let as_any = Operator { quantifier: Some(Quantifier::ForAnyValue), ..operator };
                let either = Truth::rule(Rule::MultivaluedKeyWithoutSetOperator);
                self.passes_as_set(as_any, values, context).and(|| either)
            }
        }
    }

    fn is_absent(&self, wanted: &[Option<bool>], value: &ContextValue) -> Truth {
        let is_absent = match value {
            ContextValue::Absent => Truth::True,
            ContextValue::Set(values) if is_empty(values) => Truth::rule(Rule::NullOfEmptySet),
            ContextValue::Single(_)
            | ContextValue::Like(_)
            | ContextValue::Present
            | ContextValue::Set(_) => Truth::False,
            ContextValue::Unknown => Truth::doubt(Doubt::Key(self.key.clone())),
        };
        match (wanted.contains(&Some(true)), wanted.contains(&Some(false))) {
            (true, true) => Truth::True,
            (true, false) => is_absent,
            (false, true) => !is_absent,
            (false, false) => Truth::False,
        }
    }

    fn passes_as_set(&self, operator: Operator, values: &[Box<str>], context: &Context) -> Truth {
        if is_empty(values) {
            return Truth::from(operator.holds_without_key());
        }
        let mut each = values.iter().map(|value| self.passes(operator.comparison, value, context));
        match operator.quantifier {
            Some(Quantifier::ForAllValues) => Truth::all(&mut each),
            Some(Quantifier::ForAnyValue) | None => Truth::any(&mut each),
        }
    }

    /// Whether every value that matches one of the patterns passes, or none does.
    fn passes_if_like(&self, operator: Operator, patterns: &[Glob], context: &Context) -> Truth {
        let unknown = || Truth::doubt(Doubt::Key(self.key.clone()));
        let mut all =
            ContextValue::samples(patterns).map(|value| self.passes(operator.comparison, &value, context));
        let Some(first) = all.next() else { return unknown() };
        if all.any(|other| other != first) {
            return unknown();
        }
        let is_matched = first == Truth::from(!operator.comparison.is_negated());
        let may_match = |wanted: &Glob| patterns.iter().any(|pattern| pattern.meets(wanted));
        let some_may_match = match &self.values {
            Values::Texts(texts) => texts.iter().any(|text| may_match(&text.widened())),
            Values::Arns(arns) => arns.iter().any(|arn| match arn {
                ArnPattern::Fields(fields) => may_match(&Glob::with_colons(&**fields)),
                ArnPattern::Template(template) => may_match(&template.widened()),
                ArnPattern::NotArn => false,
            }),
            _ => false,
        };
        if !is_matched && some_may_match { unknown() } else { first }
    }

    /// Whether one value of the request passes: it matches one of the policy's values or, of a negated operator, none.
    fn passes(&self, comparison: Comparison, value: &str, context: &Context) -> Truth {
        let relation = comparison.relation();
        let matched = match &self.values {
            Values::Texts(texts) => Matched::any(texts.iter().map(|text| text.matches(value, context))),
            Values::Arns(arns) => Matched::any(arns.iter().map(|arn| arn.matches(value, context))),
            Values::Numbers(numbers) => compare(numbers, Decimal::parse(value).as_ref(), relation),
            Values::Instants(instants) => compare(instants, Instant::parse(value).as_ref(), relation),
            Values::Bools(bools) => Matched::any(bools.iter().map(|is| is.matches(value, context))),
            Values::Bytes(wanted) => {
                let value = bytes(value);
                Matched::from(value.is_some() && wanted.contains(&value))
            }
            Values::Networks(networks) => within(networks, value.parse().ok()),
            Values::Absences(_) | Values::Unreadable => Matched::from(false),
        };
        if !comparison.is_negated() {
            return matched.truth;
        }
        let none = !matched.truth;
        if matched.unreadable { none.and(|| Truth::rule(Rule::UnreadableValue)) } else { none }
    }
}

/// Whether a value of the request matches one of the policy's.
struct Matched {
    truth: Truth,
    /// Whether a value on either side could not be read.
    unreadable: bool,
}

impl Matched {
    fn any<T: Into<Truth>>(matches: impl Iterator<Item = T>) -> Self {
        Self { truth: Truth::any(matches.map(Into::into)), unreadable: false }
    }

    fn from(matches: bool) -> Self {
        Self { truth: Truth::from(matches), unreadable: false }
    }

    /// Compares with all values of the policy that can be read.
    fn readable<T>(wanted: &[Option<T>], matches: impl Fn(&T) -> bool) -> Self {
        let truth = Truth::from(wanted.iter().flatten().any(matches));
        Self { truth, unreadable: wanted.iter().any(Option::is_none) }
    }

    fn unreadable(among: usize) -> Self {
        Self { truth: Truth::False, unreadable: among > 0 }
    }
}

fn compare<T: Ord>(wanted: &[Option<T>], value: Option<&T>, relation: Relation) -> Matched {
    let Some(value) = value else {
        return Matched::unreadable(wanted.len());
    };
    Matched::readable(wanted, |wanted| match relation {
        Relation::Matches => value == wanted,
        Relation::Less => value < wanted,
        Relation::LessOrEqual => value <= wanted,
        Relation::Greater => value > wanted,
        Relation::GreaterOrEqual => value >= wanted,
    })
}

/// Addresses of version 4 and 6 are apart: none lies in a range of the other.
fn within(wanted: &[Option<IpNet>], address: Option<IpAddr>) -> Matched {
    match address {
        Some(address) => Matched::readable(wanted, |network| network.contains(&address)),
        None => Matched::unreadable(wanted.len()),
    }
}

fn syntax(comparison: Comparison, variables: bool) -> Syntax {
    let wildcards = matches!(comparison, Comparison::StringLike | Comparison::StringNotLike);
    let folded =
        matches!(comparison, Comparison::StringEqualsIgnoreCase | Comparison::StringNotEqualsIgnoreCase);
    Syntax { wildcards, variables, case: if folded { Case::Folded } else { Case::Sensitive } }
}

/// Values that amount to nothing.
fn is_empty(values: &[Box<str>]) -> bool {
    values.iter().all(|value| value.is_empty())
}

fn bytes(text: &str) -> Option<Box<[u8]>> {
    STANDARD.decode(text).ok().map(Into::into)
}

/// A range, or an address as the range of itself.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn truth_value(text: &str) -> Option<bool> {
    match text {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

impl BoolValue {
    fn parse(text: &str, variables: bool) -> Self {
        match Text::parse(text, Syntax { wildcards: false, variables, case: Case::Folded }) {
            Text::Template(template) => Self::Template(template),
            Text::Fixed(_) => truth_value(text).map_or(Self::Other, Self::Is),
        }
    }

    fn matches(&self, value: &str, context: &Context) -> Truth {
        let Some(value) = truth_value(value) else {
            return Truth::False;
        };
        match self {
            Self::Is(wanted) => Truth::from(*wanted == value),
            Self::Other => Truth::False,
            Self::Template(template) => {
                let text = if value { "true" } else { "false" };
                let matched = match template.resolved(context) {
                    Resolved::Glob(glob) => Match::from(glob.matches(text)),
                    Resolved::Unknown { doubts, widened, .. } if widened.matches(text) => {
                        Match::Unknown(doubts)
                    }
                    Resolved::Unknown { .. } | Resolved::Unresolved => Match::No,
                };
                Truth::from(matched).and(|| Truth::rule(Rule::VariableInBool))
            }
        }
    }
}

impl Operator {
    /// Whether a test holds when the request does not have its key.
    pub fn holds_without_key(self) -> bool {
        match self.quantifier {
            _ if self.if_exists => true,
            Some(Quantifier::ForAllValues) => true,
            Some(Quantifier::ForAnyValue) => false,
            None => self.comparison.is_negated(),
        }
    }
}
