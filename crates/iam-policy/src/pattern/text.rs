use std::fmt;

use crate::context::{Context, ContextValue, Key};
use crate::glob::{Case, Glob, Token};
use crate::truth::{Doubt, Doubts, Truth};

/// A text of a policy that a text of the request is compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Text {
    /// Without policy variables.
    Fixed(Glob),
    /// With policy variables.
    Template(Template),
}

/// A text with policy variables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    pieces: Box<[Piece]>,
    case: Case,
}

/// One piece of a text with policy variables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// A character or wildcard.
    Token(Token),
    /// A policy variable.
    Variable(Variable),
}

/// A policy variable: `${key}` or `${key, 'default'}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variable {
    /// The key whose value stands there.
    pub key: Key,
    /// What stands there when the request does not have the key.
    pub default: Option<Box<str>>,
}

/// What the characters of a text mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Syntax {
    /// Whether `*` and `?` stand for other text.
    pub wildcards: bool,
    /// Whether `${...}` are variables. In documents of the version of 2008 they are not.
    pub variables: bool,
    /// Whether case matters.
    pub case: Case,
}

/// Whether a text matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// A variable has neither a value nor a default, so that the pattern matches nothing.
    Unresolved,
    /// It depends on values that are not known.
    Unknown(Doubts),
    /// It does not, whatever the values are; whether the variables have any is not known.
    NoOrUnresolved(Doubts),
}

/// What a text with variables becomes in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// A text without variables.
    Glob(Glob),
    /// A variable has neither a value nor a default.
    Unresolved,
    /// Variables have values that are not known.
    Unknown {
        /// The variables' keys.
        doubts: Doubts,
        /// The text with `*` in place of them, which matches all that the text may match, and more.
        widened: Glob,
        /// Whether one of them may have neither a value nor a default.
        may_be_unresolved: bool,
    },
}

impl Text {
    /// Reads a text. What looks like a variable but is not one, such as `${` without an end, is ordinary text.
    ///
    /// Source: IAM User Guide, "IAM policy elements: Variables and tags".
    pub fn parse(text: &str, syntax: Syntax) -> Self {
        let token = |character| {
            if syntax.wildcards { Token::parse(character) } else { Token::Literal(character) }
        };
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if let Some((piece, behind)) = syntax.variables.then(|| variable(rest)).flatten() {
                pieces.push(piece);
                rest = behind;
                continue;
            }
            pieces.push(Piece::Token(token(character)));
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
        let tokens = pieces.iter().map(|piece| match piece {
            Piece::Token(token) => Some(*token),
            Piece::Variable(_) => None,
        });
        match tokens.collect::<Option<Vec<Token>>>() {
            Some(tokens) => Self::Fixed(Glob::new(tokens, syntax.case)),
            None => Self::Template(Template { pieces: pieces.into(), case: syntax.case }),
        }
    }

    /// Whether a text of the request matches.
    pub fn matches(&self, text: &str, context: &Context) -> Match {
        let template = match self {
            Self::Fixed(glob) => return Match::from(glob.matches(text)),
            Self::Template(template) => template,
        };
        match template.resolved(context) {
            Resolved::Glob(glob) => Match::from(glob.matches(text)),
            Resolved::Unresolved => Match::Unresolved,
            Resolved::Unknown { doubts, widened, .. } if widened.matches(text) => Match::Unknown(doubts),
            Resolved::Unknown { doubts, may_be_unresolved: true, .. } => Match::NoOrUnresolved(doubts),
            Resolved::Unknown { .. } => Match::No,
        }
    }

    /// The pattern, if it has no variables.
    pub fn glob(&self) -> Option<&Glob> {
        match self {
            Self::Fixed(glob) => Some(glob),
            Self::Template(_) => None,
        }
    }

    /// What has to follow a text that begins so, as [`Glob::after`]; `None` where that depends on a variable.
    pub(crate) fn after(&self, beginning: &str) -> Option<Vec<Self>> {
        let template = match self {
            Self::Fixed(glob) => return Some(glob.after(beginning).into_iter().map(Self::Fixed).collect()),
            Self::Template(template) => template,
        };
        let fixed = template.pieces.iter().map_while(|piece| match piece {
            Piece::Token(token) => Some(*token),
            Piece::Variable(_) => None,
        });
        let fixed = Glob::new(fixed, template.case);
        let mut begins = beginning.char_indices().map(|(at, _)| beginning.get(..at).unwrap_or_default());
        if begins.any(|begins| fixed.matches(begins)) {
            return None;
        }
        let is_token = |piece: &&Piece| matches!(piece, Piece::Token(_));
        let rest = || template.pieces.iter().skip_while(is_token).cloned();
        let template = |before: Glob| {
            let pieces = before.tokens().iter().copied().map(Piece::Token).chain(rest());
            Self::Template(Template { pieces: pieces.collect(), case: template.case })
        };
        Some(fixed.after(beginning).into_iter().map(template).collect())
    }

    /// The same behind a fixed text.
    pub(crate) fn behind(&self, before: &str) -> Self {
        let before = before.chars().map(Token::Literal);
        match self {
            Self::Fixed(glob) => {
                Self::Fixed(Glob::new(before.chain(glob.tokens().iter().copied()), glob.case()))
            }
            Self::Template(template) => {
                let pieces = before.map(Piece::Token).chain(template.pieces.iter().cloned());
                Self::Template(Template { pieces: pieces.collect(), case: template.case })
            }
        }
    }

    /// The pattern with `*` in place of its variables.
    pub fn widened(&self) -> Glob {
        match self {
            Self::Fixed(glob) => glob.clone(),
            Self::Template(template) => template.widened(),
        }
    }
}

/// The variable at the beginning of a text, and what stands behind it.
fn variable(text: &str) -> Option<(Piece, &str)> {
    let inner = text.strip_prefix("${")?;
    for (escape, character) in [("*}", '*'), ("?}", '?'), ("$}", '$')] {
        if let Some(rest) = inner.strip_prefix(escape) {
            return Some((Piece::Token(Token::Literal(character)), rest));
        }
    }
    let (key, end) = inner.split_at_checked(inner.find([',', '}'])?)?;
    let key = key.trim();
    if key.is_empty() {
        return None;
    }
    let (default, rest) = match end.strip_prefix(',') {
        Some(default) => {
            let (default, rest) = default.trim_start().strip_prefix('\'')?.split_once('\'')?;
            (Some(default.into()), rest.trim_start())
        }
        None => (None, end),
    };
    let rest = rest.strip_prefix('}')?;
    Some((Piece::Variable(Variable { key: Key::new(key), default }), rest))
}

impl Template {
    /// The pieces in their order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The variables in their order.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(variable),
            Piece::Token(_) => None,
        })
    }

    /// The text with the values of a request in place of its variables. Values are ordinary text, whatever they contain.
    pub fn resolved(&self, context: &Context) -> Resolved {
        let mut tokens = Vec::with_capacity(self.pieces.len());
        let (mut doubts, mut may_be_unresolved) = (Doubts::new(), false);
        for piece in &self.pieces {
            let variable = match piece {
                Piece::Token(token) => {
                    tokens.push(*token);
                    continue;
                }
                Piece::Variable(variable) => variable,
            };
            let value = match (context.value(&variable.key), &variable.default) {
                (ContextValue::Single(value), _) => value,
                // Variables take single-valued keys only.
                (ContextValue::Absent | ContextValue::Set(_), Some(default)) => default,
                (ContextValue::Absent | ContextValue::Set(_), None) => return Resolved::Unresolved,
                (
                    value @ (ContextValue::Like(_) | ContextValue::Present | ContextValue::Unknown),
                    default,
                ) => {
                    may_be_unresolved |= *value == ContextValue::Unknown && default.is_none();
                    doubts.insert(Doubt::Key(variable.key.clone()));
                    tokens.push(Token::AnyText);
                    continue;
                }
            };
            tokens.extend(value.chars().map(Token::Literal));
        }
        let glob = Glob::new(tokens, self.case);
        if doubts.is_empty() {
            return Resolved::Glob(glob);
        }
        Resolved::Unknown { doubts, widened: glob, may_be_unresolved }
    }

    /// The text with `*` in place of its variables, which matches all that the text may match, and more.
    pub fn widened(&self) -> Glob {
        let tokens = self.pieces.iter().map(|piece| match piece {
            Piece::Token(token) => *token,
            Piece::Variable(_) => Token::AnyText,
        });
        Glob::new(tokens, self.case)
    }
}

impl From<bool> for Match {
    fn from(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

impl From<Match> for Truth {
    fn from(matched: Match) -> Self {
        match matched {
            Match::Yes => Self::True,
            Match::No | Match::Unresolved | Match::NoOrUnresolved(_) => Self::False,
            Match::Unknown(doubts) => Self::Unknown(doubts),
        }
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.default {
            None => write!(f, "${{{}}}", self.key),
            Some(default) => write!(f, "${{{}, '{default}'}}", self.key),
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(glob) => write!(f, "{glob}"),
            Self::Template(template) => template.pieces.iter().try_for_each(|piece| match piece {
                Piece::Token(token) => write!(f, "{token}"),
                Piece::Variable(variable) => write!(f, "{variable}"),
            }),
        }
    }
}
