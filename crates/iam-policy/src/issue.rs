//! What is wrong with a policy, and where.

use std::fmt;

use crate::span::{Position, Span};

/// One thing that is wrong with a policy, or that could be better.
///
/// Codes and kinds are those of IAM Access Analyzer where it has one of the same meaning (IAM User Guide, "Access Analyzer
/// policy check reference"), so that both tools can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What it is.
    pub code: IssueCode,
    /// Where it stands.
    pub span: Span,
    /// What was found and what was expected, in one line with neither a capital letter nor a full stop.
    pub message: String,
}

/// How bad an issue is, in Access Analyzer's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssueKind {
    /// AWS refuses the policy, or the statement never has an effect.
    Error,
    /// The policy works and allows what it probably should not.
    SecurityWarning,
    /// The policy works but not as it looks.
    Warning,
    /// The policy would be better otherwise.
    Suggestion,
}

impl IssueKind {
    /// The word of Access Analyzer's API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::SecurityWarning => "SECURITY_WARNING",
            Self::Warning => "WARNING",
            Self::Suggestion => "SUGGESTION",
        }
    }
}

impl fmt::Display for IssueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Declares the codes with their kinds, so that each stands in one place.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $kind:ident;)+) => {
        /// What an issue is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum IssueCode {
            $($(#[doc = $doc])+ $name,)+
        }

        impl IssueCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code in Access Analyzer's spelling.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// How bad it is.
            pub fn kind(self) -> IssueKind {
                match self { $(Self::$name => IssueKind::$kind,)+ }
            }
        }
    };
}

codes! {
    /// The text is not JSON.
    JsonSyntax = "JSON_SYNTAX_ERROR", Error;
    /// The text is larger than any policy may be. Ours.
    TooLarge = "POLICY_TOO_LARGE_TO_READ", Error;
    /// A key stands twice in the same object. Ours: readers differ in which of them they take.
    DuplicateKey = "DUPLICATE_KEY", Error;
    /// A value has the wrong JSON type.
    DataTypeMismatch = "DATA_TYPE_MISMATCH", Error;
    /// A key that the language does not have.
    InvalidPolicyElement = "INVALID_POLICY_ELEMENT", Error;
    /// A version other than the two that exist.
    InvalidVersion = "INVALID_VERSION", Error;
    /// An effect other than `Allow` and `Deny`.
    InvalidEffect = "INVALID_EFFECT", Error;
    /// A principal in a form that does not exist.
    InvalidPrincipalFormat = "INVALID_PRINCIPAL_FORMAT", Error;
    /// A kind of principal that does not exist.
    InvalidPrincipalKey = "INVALID_PRINCIPAL_KEY", Error;
    /// No `Statement`.
    MissingStatement = "MISSING_STATEMENT", Error;
    /// No `Effect`.
    MissingEffect = "MISSING_EFFECT", Error;
    /// Neither `Action` nor `NotAction`.
    MissingAction = "MISSING_ACTION", Error;
    /// Both of two elements that exclude each other. Ours: Access Analyzer has a code for each pair.
    ExcludingElements = "ELEMENTS_EXCLUDE_EACH_OTHER", Error;
}

impl Issue {
    /// An issue at a place.
    pub fn new(code: IssueCode, span: Span, message: impl Into<String>) -> Self {
        Self { code, span, message: message.into() }
    }

    /// The issue with line and column in `text`, in one line.
    pub fn in_text(&self, text: &str) -> String {
        format!("{}: {}: {}", Position::of(text, self.span.start), self.code, self.message)
    }
}

impl fmt::Display for IssueCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A short, harmless quotation of foreign text for a message: at most 60 characters, control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push_str("...");
    }
    format!("`{shown}`")
}
