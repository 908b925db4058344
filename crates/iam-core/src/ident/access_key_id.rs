use std::fmt;

/// The id of an access key (`AKIA…`), which AWS prints beside the secret but which is no secret itself.
///
/// `Display` and `Debug` shorten it, because reports travel further than their writers think; [`AccessKeyId::full`]
/// gives the whole id to code that was asked for it.
///
/// ```
/// use iam_core::ident::AccessKeyId;
///
/// let id = AccessKeyId::new("AKIAIOSFODNN7EXAMPLE");
/// assert_eq!(id.to_string(), "AKIA...MPLE");
/// assert_eq!(id.full(), "AKIAIOSFODNN7EXAMPLE");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessKeyId(Box<str>);

/// How access key ids appear in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyIdDisplay {
    /// First and last four characters.
    #[default]
    Shortened,
    /// The whole id.
    Full,
}

impl AccessKeyId {
    /// Takes the id as AWS prints it; no form is enforced, because AWS promises none.
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// The whole id.
    pub fn full(&self) -> &str {
        &self.0
    }

    /// The id in the asked form.
    pub fn shown(&self, display: KeyIdDisplay) -> String {
        match display {
            KeyIdDisplay::Shortened => self.to_string(),
            KeyIdDisplay::Full => self.0.to_string(),
        }
    }

    /// Whether the text looks like the id of a long-term access key: `AKIA` and capital letters or digits, 16 to 128
    /// characters (IAM API Reference, `AccessKey`).
    pub fn looks_like_one(text: &str) -> bool {
        (16..=128).contains(&text.len())
            && text.starts_with("AKIA")
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let characters: Vec<char> = self.0.chars().collect();
        match (characters.first_chunk::<4>(), characters.last_chunk::<4>()) {
            (Some(head), Some(tail)) if characters.len() > 8 => {
                write!(f, "{}...{}", String::from_iter(head), String::from_iter(tail))
            }
            _ => f.write_str("..."),
        }
    }
}

impl fmt::Debug for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessKeyId({self})")
    }
}
