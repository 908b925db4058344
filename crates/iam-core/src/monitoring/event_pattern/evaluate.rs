use std::cmp::Ordering;
use std::net::IpAddr;

use serde_json::Value;
use wildmatch::WildMatchPattern;

use super::{Comparison, EventPattern, Field, Fields, Matcher, Text};

impl EventPattern {
    /// Whether an event matches.
    pub fn matches(&self, event: &Value) -> bool {
        self.0.hold(Some(event))
    }

    /// Whether an event matches by what is said of known fields alone; what is said of others counts as not true. `is_known`
    /// gets the way to a field, such as `detail.userIdentity.type`.
    pub fn matches_by(&self, event: &Value, is_known: &dyn Fn(&str) -> bool) -> bool {
        self.matches(event) && self.0.are_known(Some(event), "", is_known)
    }
}

impl Fields {
    fn hold(&self, object: Option<&Value>) -> bool {
        let field = |name: &str| object.and_then(|object| object.get(name));
        self.fields.iter().all(|(name, wanted)| wanted.holds(field(name)))
            && (self.choice.is_empty() || self.choice.iter().any(|fields| fields.hold(object)))
    }
}

impl Fields {
    /// Whether all fields that have to hold are known, and those of one alternative that holds.
    fn are_known(&self, object: Option<&Value>, way: &str, is_known: &dyn Fn(&str) -> bool) -> bool {
        let all = self.fields.iter().all(|(name, wanted)| {
            let way = if way.is_empty() { name.clone() } else { format!("{way}.{name}") };
            match wanted {
                Field::Object(fields) => {
                    fields.are_known(object.and_then(|object| object.get(name)), &way, is_known)
                }
                Field::Any(_) => is_known(&way),
            }
        });
        let holds_known = |fields: &Self| fields.hold(object) && fields.are_known(object, way, is_known);
        all && (self.choice.is_empty() || self.choice.iter().any(holds_known))
    }
}

impl Field {
    fn holds(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            // All that is said of an element has to be true of the same one.
            (Self::Object(fields), Some(Value::Array(items))) => {
                items.iter().any(|item| fields.hold(Some(item)))
            }
            (Self::Object(fields), value) => fields.hold(value),
            (Self::Any(matchers), Some(Value::Array(items))) if !items.is_empty() => {
                matchers.iter().any(|matcher| items.iter().any(|item| matcher.fits(Some(item))))
            }
            (Self::Any(matchers), value) => {
                // An empty list and an object hold no value.
                let value = value.filter(|value| !matches!(value, Value::Array(_) | Value::Object(_)));
                matchers.iter().any(|matcher| matcher.fits(value))
            }
        }
    }
}

impl Matcher {
    fn fits(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else { return *self == Self::Exists(false) };
        let text = value.as_str();
        let is_number = |holds: &dyn Fn(f64) -> bool| value.as_f64().is_some_and(holds);
        match self {
            Self::Equals(wanted) => value == wanted,
            Self::Number(wanted) => is_number(&|number| Comparison::Equal.holds(number, *wanted)),
            Self::Prefix(start) => text.is_some_and(|text| start.begins(text)),
            Self::Suffix(end) => text.is_some_and(|text| end.ends(text)),
            Self::EqualsIgnoreCase(wanted) => text.is_some_and(|text| lower(text) == lower(wanted)),
            Self::Wildcard(pattern) => text.is_some_and(|text| {
                // The second wildcard of the crate has no counterpart at AWS.
                WildMatchPattern::<'*', '\u{0}'>::new(pattern).matches(text)
            }),
            Self::Numeric(comparisons) => is_number(&|number| {
                comparisons.iter().all(|(comparison, wanted)| comparison.holds(number, *wanted))
            }),
            Self::Cidr(block, length) => {
                text.and_then(|text| text.parse().ok()).is_some_and(|address| is_in(address, *block, *length))
            }
            Self::Exists(exists) => *exists,
            Self::AnythingBut(matchers) => !matchers.iter().any(|matcher| matcher.fits(Some(value))),
        }
    }
}

impl Text {
    fn begins(&self, text: &str) -> bool {
        if self.ignores_case {
            lower(text).starts_with(&lower(&self.text))
        } else {
            text.starts_with(&self.text)
        }
    }

    fn ends(&self, text: &str) -> bool {
        if self.ignores_case { lower(text).ends_with(&lower(&self.text)) } else { text.ends_with(&self.text) }
    }
}

impl Comparison {
    fn holds(self, number: f64, wanted: f64) -> bool {
        let Some(ordering) = number.partial_cmp(&wanted) else { return false };
        match self {
            Self::Equal => ordering == Ordering::Equal,
            Self::Less => ordering == Ordering::Less,
            Self::LessOrEqual => ordering != Ordering::Greater,
            Self::Greater => ordering == Ordering::Greater,
            Self::GreaterOrEqual => ordering != Ordering::Less,
        }
    }
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

/// Whether the first `length` bits are the same.
fn is_in(address: IpAddr, block: IpAddr, length: u8) -> bool {
    let (address, block, bits) = match (address, block) {
        (IpAddr::V4(address), IpAddr::V4(block)) => {
            (u128::from(address.to_bits()), u128::from(block.to_bits()), 32_u8)
        }
        (IpAddr::V6(address), IpAddr::V6(block)) => (address.to_bits(), block.to_bits(), 128),
        _ => return false,
    };
    let ignored = u32::from(bits.saturating_sub(length));
    (address ^ block).checked_shr(ignored).unwrap_or(0) == 0
}
