use std::fmt;

use super::{Condition, FilterPattern, Ordering, Role, Selector, Step, Test, Value, Word};

/// The pattern as AWS reads it. What is written here and read again is the same pattern.
impl fmt::Display for FilterPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => Ok(()),
            Self::Json(condition) => write!(f, "{{ {condition} }}"),
            Self::Columns(columns) => write!(f, "[{columns}]"),
            Self::Words(words) => joined(f, words, " "),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (conditions, sign) = match self {
            Self::Field(selector, test) => return write!(f, "{selector} {test}"),
            Self::All(conditions) => (conditions, "&&"),
            Self::Any(conditions) => (conditions, "||"),
        };
        for (index, condition) in conditions.iter().enumerate() {
            if index > 0 {
                write!(f, " {sign} ")?;
            }
            match condition {
                Self::Field(..) => condition.fmt(f)?,
                _ => write!(f, "({condition})")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in &self.0 {
            match step {
                Step::Key(name) if !name.is_empty() && name.chars().all(super::parse::is_name) => {
                    write!(f, ".{name}")?;
                }
                Step::Key(name) => write!(f, ".['{}']", escaped(name, '\''))?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Every => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equal(value) => write!(f, "= {value}"),
            Self::NotEqual(value) => write!(f, "!= {value}"),
            Self::Ordered(ordering, number) => write!(f, "{ordering} {number}"),
            Self::IsNull => f.write_str("IS NULL"),
            Self::IsTrue => f.write_str("IS TRUE"),
            Self::IsFalse => f.write_str("IS FALSE"),
            Self::NotExists => f.write_str("NOT EXISTS"),
        }
    }
}

impl fmt::Display for Ordering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = Self::SIGNS.iter().find(|(_, ordering)| ordering == self);
        f.write_str(sign.map_or("", |(sign, _)| sign))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quoted(text) => write!(f, "\"{}\"", escaped(text, '"')),
            Self::Bare(text) => f.write_str(text),
            Self::Regex(regex) => write!(f, "%{regex}%"),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.role {
            Role::Required => "",
            Role::Excluded => "-",
            Role::Optional => "?",
        })?;
        if self.is_regex {
            return write!(f, "%{}%", self.text);
        }
        let is_plain = !self.text.is_empty() && self.text.chars().all(|c| c.is_alphanumeric() || c == '_');
        if is_plain { f.write_str(&self.text) } else { write!(f, "\"{}\"", escaped(&self.text, '"')) }
    }
}

fn escaped(text: &str, quote: char) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // Any other backslash stands for itself.
        let is_needed =
            c == quote || c == '\\' && chars.peek().is_none_or(|next| *next == quote || *next == '\\');
        if is_needed {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T], between: &str) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
