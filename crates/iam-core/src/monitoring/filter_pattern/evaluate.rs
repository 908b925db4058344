use regex_lite::{Regex, RegexBuilder};
use serde_json::Value as Json;
use wildmatch::WildMatchPattern;

use super::{Condition, FilterPattern, Match, Ordering, Role, Selector, Step, Test, Value, Word};

/// Values that a selector with wildcards may lead to before the search ends.
const MOST_VALUES: usize = 10_000;

/// A regular expression, if it is one of a harmless size.
pub(super) fn compiled(regex: &str) -> Option<Regex> {
    RegexBuilder::new(regex).size_limit(1 << 18).nest_limit(16).build().ok()
}

impl FilterPattern {
    /// Whether an event matches.
    pub fn matches(&self, event: &Json) -> Match {
        match self {
            Self::Everything => Match::Yes,
            Self::Columns(_) => Match::Undecided,
            Self::Json(condition) => Match::from(condition.holds(event)),
            Self::Words(words) => Word::all_match(words, &event.to_string()),
        }
    }
}

impl FilterPattern {
    /// Whether an event matches by what is said of known fields alone; what is said of others counts as not true.
    ///
    /// `is_known` gets the way to a field, such as `userIdentity.type`, and the value that it must not have, if that is what is
    /// said. Words that must not be there are of no known field.
    pub fn matches_by(&self, event: &Json, is_known: &dyn Fn(&str, Option<&str>) -> bool) -> Match {
        match self {
            Self::Json(condition) => Match::from(condition.holds_by(event, is_known)),
            Self::Words(words) if words.iter().any(|word| word.role == Role::Excluded) => Match::No,
            Self::Everything | Self::Columns(_) | Self::Words(_) => self.matches(event),
        }
    }
}

impl From<bool> for Match {
    fn from(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

impl Condition {
    fn holds(&self, event: &Json) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(event)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(event)),
            Self::Field(selector, test) => test.holds(&selector.values(event)),
        }
    }

    fn holds_by(&self, event: &Json, is_known: &dyn Fn(&str, Option<&str>) -> bool) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds_by(event, is_known)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds_by(event, is_known)),
            Self::Field(selector, test) => {
                let excluded = match test {
                    Test::NotEqual(Value::Quoted(value) | Value::Bare(value)) => Some(value.as_str()),
                    _ => None,
                };
                is_known(&selector.way(), excluded) && self.holds(event)
            }
        }
    }
}

impl Selector {
    /// The names on the way, with points between them.
    fn way(&self) -> String {
        let names = self.0.iter().map(|step| match step {
            Step::Key(name) => name.clone(),
            Step::Index(index) => index.to_string(),
            Step::Every => "*".to_owned(),
        });
        names.collect::<Vec<_>>().join(".")
    }

    /// The values that it leads to.
    fn values<'e>(&self, event: &'e Json) -> Vec<&'e Json> {
        self.0.iter().fold(vec![event], |values, step| {
            let next = values.into_iter().flat_map(|value| step.from(value));
            next.take(MOST_VALUES).collect()
        })
    }
}

impl Step {
    fn from<'e>(&self, value: &'e Json) -> Vec<&'e Json> {
        match (self, value) {
            (Self::Key(name), Json::Object(fields)) => fields.get(name).into_iter().collect(),
            (Self::Index(index), Json::Array(items)) => {
                usize::try_from(*index).ok().and_then(|index| items.get(index)).into_iter().collect()
            }
            (Self::Every, Json::Array(items)) => items.iter().collect(),
            (Self::Every, Json::Object(fields)) => fields.values().collect(),
            _ => Vec::new(),
        }
    }
}

impl Test {
    /// Whether it holds of one of the values. A comparison with a field that is not there holds in no way, not even as
    /// unequal.
    fn holds(&self, values: &[&Json]) -> bool {
        let any = |holds: &dyn Fn(&Json) -> bool| values.iter().any(|value| holds(value));
        match self {
            Self::NotExists => values.is_empty(),
            Self::IsNull => any(&Json::is_null),
            Self::IsTrue => any(&|value| value == &Json::Bool(true)),
            Self::IsFalse => any(&|value| value == &Json::Bool(false)),
            Self::Equal(wanted) => any(&|value| wanted.fits(value) == Some(true)),
            Self::NotEqual(wanted) => any(&|value| wanted.fits(value) == Some(false)),
            Self::Ordered(ordering, number) => {
                any(&|value| value.as_f64().is_some_and(|value| ordering.holds(value, *number)))
            }
        }
    }
}

impl Ordering {
    fn holds(self, value: f64, number: f64) -> bool {
        match self {
            Self::Less => value < number,
            Self::LessOrEqual => value <= number,
            Self::Greater => value > number,
            Self::GreaterOrEqual => value >= number,
        }
    }
}

impl Value {
    /// Whether a value of an event is the wanted one; `None` of what cannot be compared, such as lists.
    fn fits(&self, value: &Json) -> Option<bool> {
        let text = match value {
            Json::String(text) => text.clone(),
            Json::Number(_) | Json::Bool(_) => value.to_string(),
            Json::Null | Json::Array(_) | Json::Object(_) => return None,
        };
        Some(match self {
            Self::Quoted(wanted) => is_like(wanted, &text),
            Self::Bare(wanted) => {
                let as_number = wanted.parse::<f64>().ok().zip(value.as_f64());
                as_number.is_some_and(|(wanted, value)| {
                    wanted.partial_cmp(&value).is_some_and(std::cmp::Ordering::is_eq)
                }) || is_like(wanted, &text)
            }
            Self::Regex(regex) => compiled(regex).is_some_and(|regex| regex.is_match(&text)),
        })
    }
}

/// Whether a text is like a pattern, in which `*` stands for any text.
fn is_like(pattern: &str, text: &str) -> bool {
    // The second wildcard of the crate has no counterpart at AWS; no text of an event holds this character.
    WildMatchPattern::<'*', '\u{0}'>::new(pattern).matches(text)
}

impl Word {
    /// Whether the words are in the text of an event. Those with JSON's own punctuation depend on how the event was written.
    fn all_match(words: &[Self], event: &str) -> Match {
        let is_clear =
            |word: &Self| !word.is_regex && !word.text.contains(['"', ':', '{', '}', '[', ']', ',', ' ']);
        if !words.iter().all(is_clear) {
            return Match::Undecided;
        }
        let of = |role: Role| words.iter().filter(move |word| word.role == role);
        let is_in = |word: &Self| event.contains(&word.text);
        let required = of(Role::Required).all(is_in) && !of(Role::Excluded).any(is_in);
        let has_optional = of(Role::Required).next().is_some()
            || of(Role::Optional).next().is_none()
            || of(Role::Optional).any(is_in);
        Match::from(required && has_optional)
    }
}
