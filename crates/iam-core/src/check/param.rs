use std::fmt;

use wildmatch::WildMatch;

use crate::fact::Days;

/// A setting of a check: its name, its default and what it means.
#[derive(Debug)]
pub struct Param<T> {
    name: &'static str,
    about: &'static str,
    default: fn() -> T,
    allowed: (u32, u32),
}

/// A whole number of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(pub u32);

/// A number of hours of exactly 3,600 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours(pub u32);

/// A number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub u32);

/// A number of minutes of exactly 60 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minutes(pub u32);

/// Hundredths of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(pub u32);

/// Name patterns with `*` for any text and `?` for any one character; they match whole names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patterns(pub Vec<String>);

impl Patterns {
    /// Whether any pattern matches the whole of `text`.
    pub fn matches(&self, text: &str) -> bool {
        self.0.iter().any(|pattern| WildMatch::new(pattern).matches(text))
    }
}

/// A setting's value, as it stands in a settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Number(u32),
    /// A list of texts.
    Texts(Vec<String>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Texts(texts) => write!(f, "{texts:?}"),
        }
    }
}

/// The value is not one that the setting allows; the text says what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct InvalidValue(pub String);

/// A setting, whatever the type of its value.
pub trait Parameter: fmt::Debug + Sync {
    /// The key in `[checks.<id>]`.
    fn name(&self) -> &'static str;
    /// What it means and where its boundary lies.
    fn about(&self) -> &'static str;
    /// The value without settings.
    fn default_value(&self) -> Value;
    /// The unit, for people.
    fn unit(&self) -> &'static str;
    /// The smallest and largest number; `None` for lists.
    fn range(&self) -> Option<(u32, u32)>;

    /// Whether the setting allows the value.
    ///
    /// # Errors
    ///
    /// [`InvalidValue`] with what is allowed.
    fn accept(&self, value: &Value) -> Result<(), InvalidValue> {
        match (value, self.range()) {
            (Value::Number(number), Some((least, most))) if (least..=most).contains(number) => Ok(()),
            (_, Some((least, most))) => Err(InvalidValue(format!("a whole number from {least} to {most}"))),
            (Value::Texts(_), None) => Ok(()),
            (Value::Number(_), None) => Err(InvalidValue("a list of texts".to_owned())),
        }
    }
}

/// A type that a setting may have.
pub trait ParamType: fmt::Debug + Sized {
    /// From a value that the setting accepts; `None` for any other.
    fn of(value: &Value) -> Option<Self>;
    /// Back to a value.
    fn value(self) -> Value;
    /// The unit, for people.
    const UNIT: &'static str;
    /// Whether it is a number.
    const IS_NUMBER: bool = true;
}

macro_rules! number {
    ($type:ident, $unit:literal) => {
        impl ParamType for $type {
            fn of(value: &Value) -> Option<Self> {
                match value {
                    Value::Number(number) => Some(Self(*number)),
                    Value::Texts(_) => None,
                }
            }
            fn value(self) -> Value {
                Value::Number(self.0)
            }
            const UNIT: &'static str = $unit;
        }
    };
}

number!(Days, "days");
number!(Hours, "hours");
number!(Minutes, "minutes");
number!(Seconds, "seconds");
number!(Percent, "percent");
number!(Count, "");

impl ParamType for Patterns {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Texts(texts) => Some(Self(texts.clone())),
            Value::Number(_) => None,
        }
    }
    fn value(self) -> Value {
        Value::Texts(self.0)
    }
    const UNIT: &'static str = "patterns";
    const IS_NUMBER: bool = false;
}

impl<T> Param<T> {
    /// A setting with its default and the smallest and largest number it allows.
    pub const fn new(
        name: &'static str,
        default: fn() -> T,
        allowed: (u32, u32),
        about: &'static str,
    ) -> Self {
        Self { name, about, default, allowed }
    }

    /// The value without settings.
    pub fn default(&self) -> T {
        (self.default)()
    }
}

impl<T: ParamType> Parameter for Param<T> {
    fn name(&self) -> &'static str {
        self.name
    }
    fn about(&self) -> &'static str {
        self.about
    }
    fn default_value(&self) -> Value {
        self.default().value()
    }
    fn unit(&self) -> &'static str {
        T::UNIT
    }
    fn range(&self) -> Option<(u32, u32)> {
        T::IS_NUMBER.then_some(self.allowed)
    }
}
