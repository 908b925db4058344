//! Patterns in which `*` stands for any text and `?` for any one character.

use std::collections::BTreeSet;
use std::fmt;

/// A pattern as a list of tokens, which other tools can look into.
///
/// Matching takes time in proportion to the pattern times the text at worst, and allocates nothing.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (string operators) and "Resource".
///
/// ```
/// use iam_policy::glob::{Case, Glob};
///
/// assert!(Glob::parse("Get*Tag?", Case::Sensitive).matches("GetObjectTags"));
/// assert!(!Glob::parse("Get*", Case::Sensitive).matches("getObject"));
/// assert!(Glob::parse("Get*", Case::Folded).matches("getObject"));
/// assert!(!Glob::literal("Get*", Case::Sensitive).matches("GetObject"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob {
    tokens: Box<[Token]>,
    case: Case,
}

/// One piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// This character. In a folded pattern it is in lower case.
    Literal(char),
    /// `?`: any one character.
    AnyCharacter,
    /// `*`: any text, also none.
    AnyText,
}

/// Whether upper and lower case differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// They differ.
    Sensitive,
    /// ASCII letters match in either case.
    Folded,
}

impl Glob {
    /// The pattern that a text describes.
    pub fn parse(text: &str, case: Case) -> Self {
        Self::new(text.chars().map(Token::parse), case)
    }

    /// The pattern that matches this text only: `*` and `?` are ordinary characters.
    pub fn literal(text: &str, case: Case) -> Self {
        Self::new(text.chars().map(Token::Literal), case)
    }

    /// The pattern of these tokens. One of several stars in a row is kept.
    pub fn new(tokens: impl IntoIterator<Item = Token>, case: Case) -> Self {
        let mut tokens: Vec<Token> = tokens.into_iter().map(|token| token.folded(case)).collect();
        tokens.dedup_by(|next, token| *next == Token::AnyText && *token == Token::AnyText);
        Self { tokens: tokens.into(), case }
    }

    /// The pattern of several in a row with a colon between each two, as the fields of an ARN.
    pub fn with_colons<'g>(parts: impl IntoIterator<Item = &'g Self>) -> Self {
        let colon = |number: usize| (number > 0).then_some(Token::Literal(':'));
        let tokens = parts
            .into_iter()
            .enumerate()
            .flat_map(|(number, part)| colon(number).into_iter().chain(part.tokens().iter().copied()));
        Self::new(tokens, Case::Sensitive)
    }

    /// The pattern that matches every text.
    pub fn any() -> Self {
        Self::new([Token::AnyText], Case::Sensitive)
    }

    /// The tokens, with no two stars in a row.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Whether upper and lower case differ.
    pub fn case(&self) -> Case {
        self.case
    }

    /// Whether every text matches.
    pub fn is_any(&self) -> bool {
        *self.tokens == [Token::AnyText]
    }

    /// The only text that matches, if there is only one. Of a folded pattern that text stands for its spellings.
    pub fn only_text(&self) -> Option<String> {
        self.tokens
            .iter()
            .map(|token| match token {
                Token::Literal(character) => Some(*character),
                Token::AnyCharacter | Token::AnyText => None,
            })
            .collect()
    }

    /// Whether some text matches both patterns. Of folded patterns, in either case.
    pub fn meets(&self, other: &Self) -> bool {
        let folds = self.case == Case::Folded || other.case == Case::Folded;
        let is_same = |one: Token, other: Token| match (one, other) {
            (Token::Literal(one), Token::Literal(other)) if folds => one.eq_ignore_ascii_case(&other),
            (Token::Literal(one), Token::Literal(other)) => one == other,
            _ => true,
        };
        // Whether what is left of `other` from each place on can be met by what is left of `self`, from the end.
        let places = other.tokens.len() + 1;
        let mut below = vec![false; places];
        for (at, token) in std::iter::once(None).chain(self.tokens.iter().rev().map(Some)).enumerate() {
            let mut row = vec![false; places];
            let mut next = at == 0;
            for (place, theirs) in
                std::iter::once(None).chain(other.tokens.iter().rev().map(Some)).enumerate()
            {
                let up = below.get(place).copied().unwrap_or_default();
                let diagonal =
                    place.checked_sub(1).and_then(|before| below.get(before)).copied().unwrap_or_default();
                let meets = match (token, theirs) {
                    (None, None) => true,
                    (None, Some(theirs)) => *theirs == Token::AnyText && next,
                    (Some(own), None) => *own == Token::AnyText && up,
                    (Some(Token::AnyText), Some(_)) | (Some(_), Some(Token::AnyText)) => up || next,
                    (Some(own), Some(theirs)) => is_same(*own, *theirs) && diagonal,
                };
                next = meets;
                if let Some(cell) = row.get_mut(place) {
                    *cell = meets;
                }
            }
            below = row;
        }
        below.last().copied().unwrap_or_default()
    }

    /// What has to follow a text that begins so: the patterns of all `rest` for which `beginning` and `rest` together match.
    ///
    /// ```
    /// use iam_policy::glob::{Case, Glob};
    ///
    /// let after = |pattern: &str| Glob::parse(pattern, Case::Sensitive).after("a/b/");
    /// assert_eq!(after("a/b/c*"), [Glob::parse("c*", Case::Sensitive)]);
    /// assert_eq!(after("a/*x"), [Glob::parse("*x", Case::Sensitive)]);
    /// assert!(after("a/c/*").is_empty());
    /// ```
    pub fn after(&self, beginning: &str) -> Vec<Self> {
        let mut places = BTreeSet::from([0]);
        for character in beginning.chars() {
            let character =
                if self.case == Case::Folded { character.to_ascii_lowercase() } else { character };
            let mut next = BTreeSet::new();
            for place in places {
                let mut place = place;
                // A star takes the character, or nothing at all.
                while self.tokens.get(place) == Some(&Token::AnyText) {
                    next.insert(place);
                    place += 1;
                }
                match self.tokens.get(place) {
                    Some(Token::Literal(literal)) if *literal != character => {}
                    Some(_) => drop(next.insert(place + 1)),
                    None => {}
                }
            }
            places = next;
        }
        let behind_star = |place: &usize| {
            place
                .checked_sub(1)
                .is_some_and(|star| places.contains(&star) && self.tokens.get(star) == Some(&Token::AnyText))
        };
        let rests = places.iter().filter(|place| !behind_star(place));
        rests.map(|place| Self::new(self.tokens.iter().skip(*place).copied(), self.case)).collect()
    }

    /// Whether `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        match self.case {
            Case::Sensitive => matches(&self.tokens, text, |character| character),
            Case::Folded => matches(&self.tokens, text, |character| character.to_ascii_lowercase()),
        }
    }
}

/// Two positions move forward together; on a mismatch the last star takes one character more. Earlier stars never have to:
/// what they could give up, the last one can take.
fn matches(tokens: &[Token], text: &str, fold: impl Fn(char) -> char) -> bool {
    let (mut tokens, mut text) = (tokens.iter().as_slice(), text.chars());
    let mut star: Option<(&[Token], std::str::Chars<'_>)> = None;
    loop {
        if let Some((Token::AnyText, rest)) = tokens.split_first() {
            if rest.is_empty() {
                return true;
            }
            tokens = rest;
            star = Some((rest, text.clone()));
            continue;
        }
        let Some(character) = text.next() else {
            return tokens.is_empty();
        };
        let matched = match tokens.split_first() {
            Some((Token::Literal(literal), rest)) if *literal == fold(character) => Some(rest),
            Some((Token::AnyCharacter, rest)) => Some(rest),
            _ => None,
        };
        if let Some(rest) = matched {
            tokens = rest;
            continue;
        }
        let Some((behind, from)) = &mut star else {
            return false;
        };
        if from.next().is_none() {
            return false;
        }
        tokens = behind;
        text = from.clone();
    }
}

impl Token {
    /// The token that a character of a pattern stands for.
    pub fn parse(character: char) -> Self {
        match character {
            '*' => Self::AnyText,
            '?' => Self::AnyCharacter,
            literal => Self::Literal(literal),
        }
    }

    fn folded(self, case: Case) -> Self {
        match (self, case) {
            (Self::Literal(character), Case::Folded) => Self::Literal(character.to_ascii_lowercase()),
            (token, _) => token,
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // As policies write characters that would otherwise mean something.
            Self::Literal(special @ ('*' | '?' | '$')) => write!(f, "${{{special}}}"),
            Self::Literal(character) => write!(f, "{character}"),
            Self::AnyCharacter => f.write_str("?"),
            Self::AnyText => f.write_str("*"),
        }
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens.iter().try_for_each(|token| write!(f, "{token}"))
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Glob({self}, {:?})", self.case)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        let check = |pattern: &str, yes: &[&str], no: &[&str]| {
            let glob = Glob::parse(pattern, Case::Sensitive);
            for text in yes {
                assert!(glob.matches(text), "{pattern} {text}");
            }
            for text in no {
                assert!(!glob.matches(text), "{pattern} {text}");
            }
        };
        check("", &[""], &["a"]);
        check("*", &["", "a", "a/b:c"], &[]);
        check("***", &["", "a"], &[]);
        check("?", &["a", "\u{e4}"], &["", "ab"]);
        check("*?", &["a", "ab"], &[""]);
        check("a*b*c", &["abc", "a-b-c", "abcbc", "abbc"], &["ab", "abcd", "acb", "xabc"]);
        check("*ab", &["ab", "aab", "abab"], &["aba", "b"]);
        check("a?c*", &["abc", "abcd"], &["ac", "Abc"]);
    }

    #[test]
    fn only_ascii_letters_fold() {
        let glob = Glob::parse("s3:GET\u{c4}*", Case::Folded);
        assert!(glob.matches("S3:get\u{c4}x"));
        assert!(!glob.matches("S3:get\u{e4}x"));
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = "a*".repeat(500) + "b";
        assert!(!Glob::parse(&pattern, Case::Sensitive).matches(&"a".repeat(5_000)));
    }

    #[test]
    fn a_token_is_as_small_as_a_character() {
        assert_eq!(size_of::<Token>(), size_of::<char>());
    }
}
