//! The filter patterns of CloudWatch Logs: read, written and matched against events.
//!
//! Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters, filter log events, and
//! Live Tail". Patterns for JSON are evaluated; so are words, which are looked for anywhere in an event. What is written for
//! lines of columns (`[ip, user, ...]`) is recognised, and what it does to JSON is not claimed to be known.
//!
//! ```
//! use iam_core::monitoring::filter_pattern::{FilterPattern, Match};
//! use serde_json::json;
//!
//! let pattern = FilterPattern::parse(r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS }"#)?;
//! assert_eq!(pattern.matches(&json!({"userIdentity": {"type": "Root"}})), Match::Yes);
//! assert_eq!(pattern.matches(&json!({"userIdentity": {"type": "Root", "invokedBy": "rds.amazonaws.com"}})), Match::No);
//! # Ok::<(), iam_core::monitoring::filter_pattern::InvalidFilterPattern>(())
//! ```

mod evaluate;
mod parse;
mod print;

/// A filter pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum FilterPattern {
    /// Empty: every event matches.
    Everything,
    /// For JSON: `{ ... }`.
    Json(Condition),
    /// Words to look for anywhere in an event.
    Words(Vec<Word>),
    /// For lines of columns: `[ip, user, ...]`; the text between the brackets.
    Columns(String),
}

/// What has to hold for a JSON event.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All of these; there are at least two.
    All(Vec<Self>),
    /// One of these; there are at least two.
    Any(Vec<Self>),
    /// A statement about a field.
    Field(Selector, Test),
}

/// The way to a field from the top of an event, `$.userIdentity.type`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector(pub Vec<Step>);

/// A step on the way to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into the field of this name.
    Key(String),
    /// Into the element at this position of a list, from 0.
    Index(u32),
    /// Into every field or element.
    Every,
}

/// What is said of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `=`
    Equal(Value),
    /// `!=`
    NotEqual(Value),
    /// `<`, `<=`, `>` or `>=` a number.
    Ordered(Ordering, f64),
    /// `IS NULL`
    IsNull,
    /// `IS TRUE`
    IsTrue,
    /// `IS FALSE`
    IsFalse,
    /// `NOT EXISTS`
    NotExists,
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ordering {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A value to compare with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text in quotation marks, in which `*` stands for any text.
    Quoted(String),
    /// A text without quotation marks, likewise; one that is a number is also compared as a number.
    Bare(String),
    /// A regular expression between percent signs, which has to match anywhere in the text.
    Regex(String),
}

/// A word of a pattern for text. Matching is case-sensitive, and finds parts of words too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it does.
    pub role: Role,
    /// The text; a regular expression where `is_regex` says so.
    pub text: String,
    /// Whether it stood between percent signs.
    pub is_regex: bool,
}

/// What a word does in a pattern for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It has to be there.
    Required,
    /// `-`: it must not be there.
    Excluded,
    /// `?`: one of those so marked has to be there, unless others are required.
    Optional,
}

/// Whether an event matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// The pattern asks for something of which it is not known what it does to JSON.
    Undecided,
}

/// The text is no filter pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("character {position}: {what}")]
pub struct InvalidFilterPattern {
    /// Where, in characters from 1.
    pub position: usize,
    /// What was found and expected.
    pub what: String,
}

impl FilterPattern {
    /// The longest text that is read, in bytes. AWS allows 1,024 characters.
    pub const LONGEST: usize = 4_096;

    /// The deepest nesting of parentheses that is read.
    pub const DEEPEST: usize = 32;
}
