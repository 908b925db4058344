use std::fmt;

use crate::glob::{Case, Glob, Token};

/// One value of `Action` or `NotAction`.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Action".
///
/// ```
/// use iam_policy::pattern::ActionPattern;
///
/// assert!(ActionPattern::parse("S3:get*").matches("s3", "GetObject"));
/// assert!(!ActionPattern::parse("s3:Get*").matches("s3", "PutObject"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionPattern {
    /// `*`: every action of every service.
    Every,
    /// `service:name`, both in any case.
    Named {
        /// The service's prefix.
        service: Glob,
        /// The action's name.
        name: Glob,
    },
    /// Nothing, because the text has no colon, or holds blanks or commas.
    Nothing,
}

impl ActionPattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Self {
        let whole = Glob::parse(text, Case::Folded);
        if whole.is_any() {
            return Self::Every;
        }
        let is_stray = |character: char| character.is_whitespace() || character == ',';
        match text.split_once(':') {
            Some((service, name)) if !text.contains(is_stray) => Self::Named {
                service: Glob::parse(service, Case::Folded),
                name: Glob::parse(name, Case::Folded),
            },
            _ => Self::Nothing,
        }
    }

    /// Whether an action matches.
    pub fn matches(&self, service: &str, name: &str) -> bool {
        match self {
            Self::Every => true,
            Self::Named { service: services, name: names } => {
                services.matches(service) && names.matches(name)
            }
            Self::Nothing => false,
        }
    }

    /// Whether it covers every action of some service, or of all.
    pub fn is_whole_service(&self) -> bool {
        match self {
            Self::Every => true,
            Self::Named { name, .. } => name.tokens() == [Token::AnyText],
            Self::Nothing => false,
        }
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every => f.write_str("*"),
            Self::Named { service, name } => write!(f, "{service}:{name}"),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}
