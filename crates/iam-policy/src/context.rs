//! The condition keys of a request and what is known of their values.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::glob::{Glob, Token};

/// The name of a condition key, such as `aws:SourceIp` or `aws:PrincipalTag/Team`. Names that differ in the case of ASCII
/// letters only are the same key, tag keys included.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Condition".
///
/// ```
/// use iam_policy::context::Key;
///
/// assert_eq!(Key::new("aws:sourceip"), Key::new("aws:SourceIp"));
/// assert_eq!(Key::new("aws:SourceIp").to_string(), "aws:SourceIp");
/// ```
#[derive(Clone)]
pub struct Key {
    folded: Box<str>,
    spelled: Box<str>,
}

impl Key {
    /// The key of this name.
    pub fn new(name: &str) -> Self {
        Self { folded: name.to_ascii_lowercase().into(), spelled: name.into() }
    }

    /// The name as it was written.
    pub fn as_str(&self) -> &str {
        &self.spelled
    }

    /// The name in lower case, which is the same for all its spellings.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether AWS documents the key as one that has a set of values. Service keys of type `ArrayOf...` are not listed here.
    ///
    /// Source: IAM User Guide, "AWS global condition context keys".
    pub fn is_multivalued(&self) -> bool {
        matches!(
            &*self.folded,
            "aws:principalorgpaths"
                | "aws:principalservicenameslist"
                | "aws:resourceorgpaths"
                | "aws:calledvia"
                | "aws:tagkeys"
        )
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded.cmp(&other.folded)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelled)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.spelled)
    }
}

/// What is known of a condition key in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextValue {
    /// The value of a single-valued key.
    Single(Box<str>),
    /// The values of a multivalued key, of which there may be one or none.
    Set(Vec<Box<str>>),
    /// The request has the key with one value that matches one of these patterns.
    Like(Vec<Glob>),
    /// The request has the key; its value is not known.
    Present,
    /// The request does not have the key.
    Absent,
    /// Neither the value nor whether the request has the key is known.
    Unknown,
}

impl ContextValue {
    /// One value.
    pub fn single(value: &str) -> Self {
        Self::Single(value.into())
    }

    /// Several values.
    pub fn set<'v>(values: impl IntoIterator<Item = &'v str>) -> Self {
        Self::Set(values.into_iter().map(Into::into).collect())
    }

    /// Values of [`ContextValue::Like`] that tell whether something holds for all of them: where a star may stand, nothing, a
    /// short and a long text of a character that no policy has.
    pub(crate) fn samples(patterns: &[Glob]) -> impl Iterator<Item = Box<str>> {
        const NOWHERE: char = '\u{fffe}';
        patterns.iter().flat_map(|pattern| {
            let has_star = pattern.tokens().contains(&Token::AnyText);
            let lengths: &[usize] = if has_star { &[1, 2, 64] } else { &[0] };
            lengths.iter().map(|length| {
                let mut text = String::new();
                for token in pattern.tokens() {
                    match token {
                        Token::Literal(character) => text.push(*character),
                        Token::AnyCharacter => text.push(NOWHERE),
                        Token::AnyText => text.extend(std::iter::repeat_n(NOWHERE, *length)),
                    }
                }
                text.into_boxed_str()
            })
        })
    }

    /// The value that both say something about; `None` where they contradict each other.
    pub(crate) fn agreed(self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Unknown, _) => Some(other.clone()),
            (known, Self::Unknown) => Some(known),
            (Self::Present, Self::Absent) | (Self::Absent, Self::Present) => None,
            (Self::Like(patterns), Self::Single(value)) => {
                patterns.iter().any(|pattern| pattern.matches(value)).then(|| other.clone())
            }
            (Self::Present, _) => Some(other.clone()),
            (known, Self::Present) => Some(known),
            (known, other) => (known == *other).then_some(known),
        }
    }
}

impl fmt::Display for ContextValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(value) => write!(f, "`{value}`"),
            Self::Set(values) => write!(f, "the set {values:?}"),
            Self::Like(patterns) => patterns.iter().enumerate().try_for_each(|(number, pattern)| {
                write!(f, "{}`{pattern}`", if number > 0 { " or " } else { "" })
            }),
            Self::Present => f.write_str("present"),
            Self::Absent => f.write_str("absent"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// What is known of all condition keys of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<Key, ContextValue>,
    /// Beginnings of keys, in lower case, that the request cannot have.
    absent: &'static [&'static str],
    default: ContextValue,
}

impl Context {
    /// A context of which the keys that are not mentioned are unknown: that of an auditor.
    pub fn open() -> Self {
        Self { values: BTreeMap::new(), absent: &[], default: ContextValue::Unknown }
    }

    /// A context of which the keys that are not mentioned are absent: that of a simulation.
    pub fn closed() -> Self {
        Self { values: BTreeMap::new(), absent: &[], default: ContextValue::Absent }
    }

    /// The context with one key more. A key that is multivalued by nature keeps a single value as a set.
    #[must_use]
    pub fn with(mut self, key: impl Into<Key>, value: ContextValue) -> Self {
        self.insert(key.into(), value);
        self
    }

    /// Sets what is known of a key, and returns what was.
    pub fn insert(&mut self, key: Key, value: ContextValue) -> Option<ContextValue> {
        let value = match value {
            ContextValue::Single(value) if key.is_multivalued() => ContextValue::Set(vec![value]),
            value => value,
        };
        self.values.insert(key, value)
    }

    /// What is known of a key.
    pub fn value(&self, key: &Key) -> &ContextValue {
        if let Some(value) = self.values.get(key) {
            return value;
        }
        if self.absent.iter().any(|prefix| key.folded.starts_with(prefix)) {
            return &ContextValue::Absent;
        }
        &self.default
    }

    /// The keys of which something is said, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &ContextValue)> {
        self.values.iter()
    }

    /// What is said of a key itself, apart from the default.
    pub(crate) fn mentioned(&self, key: &Key) -> Option<&ContextValue> {
        self.values.get(key)
    }

    pub(crate) fn forget(&mut self, key: &Key) {
        self.values.remove(key);
    }

    pub(crate) fn exclude(&mut self, prefixes: &'static [&'static str]) {
        self.absent = prefixes;
    }
}
