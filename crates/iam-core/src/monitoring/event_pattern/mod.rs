//! The event patterns of `EventBridge`: read, written and matched against events.
//!
//! Source: EventBridge User Guide, "Comparison operators for use in event patterns".
//!
//! ```
//! use iam_core::monitoring::event_pattern::EventPattern;
//! use serde_json::json;
//!
//! let pattern = EventPattern::parse(r#"{"detail": {"userIdentity": {"type": ["Root"], "invokedBy": [{"exists": false}]}}}"#)?;
//! assert!(pattern.matches(&json!({"detail": {"userIdentity": {"type": "Root"}}})));
//! assert!(!pattern.matches(&json!({"detail": {"userIdentity": {"type": "IAMUser"}}})));
//! # Ok::<(), iam_core::monitoring::event_pattern::InvalidEventPattern>(())
//! ```

mod evaluate;
mod parse;
mod print;

use std::collections::BTreeMap;
use std::net::IpAddr;

/// An event pattern: what an event has to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPattern(pub Fields);

/// What the fields of an object have to hold: each of them, and one alternative of each choice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields {
    /// By name.
    pub fields: BTreeMap<String, Field>,
    /// `$or`: the alternatives, of which one has to hold; empty where there is no choice.
    pub choice: Vec<Fields>,
}

/// What one field has to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// An object.
    Object(Fields),
    /// A value that one of these fits, or a list with such a value.
    Any(Vec<Matcher>),
}

/// What a value has to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Matcher {
    /// This text, truth value or null.
    Equals(serde_json::Value),
    /// This number.
    Number(f64),
    /// A text that starts so.
    Prefix(Text),
    /// A text that ends so.
    Suffix(Text),
    /// This text in large or small letters.
    EqualsIgnoreCase(String),
    /// A text like this, in which `*` stands for any text.
    Wildcard(String),
    /// A number for which all of these hold.
    Numeric(Vec<(Comparison, f64)>),
    /// An address in this block.
    Cidr(IpAddr, u8),
    /// There or not there, whatever it is.
    Exists(bool),
    /// A value that none of these fits.
    AnythingBut(Vec<Matcher>),
}

/// A text for comparing a start or an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Whether large and small letters are the same.
    pub ignores_case: bool,
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// The text is no event pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct InvalidEventPattern {
    /// Where: an RFC 6901 pointer, or line and column where the text is not JSON.
    pub place: String,
    /// What was found and expected.
    pub what: String,
}

impl EventPattern {
    /// The longest text that is read, in bytes. AWS allows 2,048 characters, and 4,096 on request.
    pub const LONGEST: usize = 16_384;
}

impl Comparison {
    /// How each is written.
    const SIGNS: [(&'static str, Self); 5] = [
        ("=", Self::Equal),
        ("<", Self::Less),
        ("<=", Self::LessOrEqual),
        (">", Self::Greater),
        (">=", Self::GreaterOrEqual),
    ];
}
