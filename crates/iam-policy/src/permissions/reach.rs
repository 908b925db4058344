use crate::glob::{Glob, Token};
use crate::pattern::ResourcePattern;
use crate::policy::Patterns;

/// Resources that are told apart by the beginning of the last field of their ARN.
///
/// ```
/// use iam_policy::pattern::ResourcePattern;
/// use iam_policy::permissions::{Reach, Scope};
///
/// let reach = |pattern| ResourcePattern::parse(pattern, true).reach(Scope::ROLES);
/// assert_eq!(reach("*"), Reach::Everywhere);
/// assert_eq!(reach("arn:aws:iam::111122223333:role/*"), Reach::Account);
/// assert_eq!(reach("arn:aws:iam::111122223333:role/ci-*"), Reach::Some);
/// assert_eq!(reach("arn:aws:iam::111122223333:role/ci"), Reach::One);
/// assert_eq!(reach("arn:aws:iam::111122223333:user/*"), Reach::Nothing);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'s> {
    /// Resources of every type, and requests without one.
    Everything,
    /// Resources of one type.
    Type {
        /// The third field of their ARNs, such as `iam`.
        service: &'s str,
        /// What their last field begins with, such as `role/`.
        beginning: &'s str,
    },
}

/// How many of the resources in question patterns mean, the fewest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// None.
    Nothing,
    /// Named ones.
    One,
    /// Those that fit a pattern.
    Some,
    /// All of some accounts or Regions.
    Account,
    /// All.
    Everywhere,
}

impl Scope<'static> {
    /// IAM roles.
    pub const ROLES: Self = Self::Type { service: "iam", beginning: "role/" };
    /// KMS keys.
    pub const KEYS: Self = Self::Type { service: "kms", beginning: "key/" };
}

impl ResourcePattern {
    /// How many of these resources the pattern means. Policy variables stand for some text that is not known. A star stays
    /// within its field, and which partition is meant does not matter: a principal lives in one.
    pub fn reach(&self, scope: Scope<'_>) -> Reach {
        if self.is_everything() {
            return Reach::Everywhere;
        }
        let (service, beginning) = match scope {
            Scope::Everything => return Reach::Some,
            Scope::Type { service, beginning } => (service, beginning),
        };
        let (fields, resource) = match self {
            Self::Every => return Reach::Everywhere,
            Self::Fields { fields, resource, .. } => (fields, resource),
        };
        let [prefix, _, services, regions, accounts] = fields;
        let widened = resource.widened();
        if !prefix.matches("arn") || !services.matches(service) || !may_begin_with(&widened, beginning) {
            return Reach::Nothing;
        }
        let Some(names) = resource.glob() else {
            return Reach::Some;
        };
        if !matches_all_that_begin_with(names, beginning) {
            return if names.only_text().is_some() { Reach::One } else { Reach::Some };
        }
        // The Region of a global service is empty, which `*` matches as well.
        let is_whole = |field: &Glob| field.is_any() || field.tokens().is_empty();
        if is_whole(regions) && accounts.is_any() { Reach::Everywhere } else { Reach::Account }
    }
}

impl Patterns<ResourcePattern> {
    /// How many of these resources the element means: of a negated one, everything but a few counts as everything.
    pub fn reach(&self, scope: Scope<'_>) -> Reach {
        let listed = self.reach_of_values(scope);
        match (self.negated, listed) {
            (false, listed) => listed,
            (true, Reach::Everywhere) => Reach::Nothing,
            (true, _) => Reach::Everywhere,
        }
    }

    /// How many the values mean, whether or not the element means the others.
    pub fn reach_of_values(&self, scope: Scope<'_>) -> Reach {
        self.values.iter().map(|value| value.reach(scope)).max().unwrap_or(Reach::Nothing)
    }
}

/// Whether the pattern matches every text that is longer than `beginning` and begins with it.
fn matches_all_that_begin_with(glob: &Glob, beginning: &str) -> bool {
    let is_fixed = |token: &Token| matches!(token, Token::Literal(_));
    let fixed = glob.tokens().iter().rposition(is_fixed).map_or(0, |last| last.saturating_add(1));
    let (fixed, wild) = glob.tokens().split_at_checked(fixed).unwrap_or_default();
    let characters = wild.iter().filter(|token| **token == Token::AnyCharacter).count();
    // A name has at least one character.
    if characters > 1 || !wild.contains(&Token::AnyText) {
        return false;
    }
    // What a prefix of the beginning matches, any text behind it does not unmatch.
    let open = fixed.iter().copied().chain([Token::AnyText]);
    Glob::new(open, glob.case()).matches(beginning)
}

/// Whether the pattern matches some text that begins so.
fn may_begin_with(glob: &Glob, beginning: &str) -> bool {
    let tokens = glob.tokens();
    // Where in the pattern one may be after the characters so far.
    let mut at = vec![false; tokens.len().saturating_add(1)];
    if let Some(first) = at.first_mut() {
        *first = true;
    }
    for character in beginning.chars() {
        skip_stars(&mut at, tokens);
        let mut next = vec![false; at.len()];
        for ((position, token), is_at) in tokens.iter().enumerate().zip(&at) {
            let to = match token {
                Token::AnyText => Some(position),
                Token::AnyCharacter => Some(position.saturating_add(1)),
                Token::Literal(literal) => (*literal == character).then_some(position.saturating_add(1)),
            };
            if let Some(next) = to.filter(|_| *is_at).and_then(|to| next.get_mut(to)) {
                *next = true;
            }
        }
        at = next;
    }
    // The tokens that are left match some text, whichever they are.
    at.contains(&true)
}

/// A star may stand for no text at all.
fn skip_stars(at: &mut [bool], tokens: &[Token]) {
    let mut carried = false;
    for (is_at, token) in at.iter_mut().zip(tokens.iter().map(Some).chain([None])) {
        *is_at |= carried;
        carried = *is_at && token == Some(&Token::AnyText);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reaches_as_far_as_what_it_matches() {
        let check = |pattern: &str, expected: Reach| {
            assert_eq!(ResourcePattern::parse(pattern, true).reach(Scope::ROLES), expected, "{pattern}");
        };
        for all in [
            "*",
            "**",
            "arn:*",
            "arn:aws:iam::*:role/*",
            "arn:aws:iam:*:*:*",
            "arn:*:iam::*:r*",
            "arn:aws:iam::*:role/?*",
        ] {
            check(all, Reach::Everywhere);
        }
        for account in [
            "arn:aws:iam::111122223333:role/*",
            "arn:aws:iam::111122223333:*",
            "arn:aws:iam::1111????????:rol?/*",
            "arn:aws:*::111122223333:*e/*",
        ] {
            check(account, Reach::Account);
        }
        for some in [
            "arn:aws:iam::111122223333:role/ci-*",
            "arn:aws:iam::*:role/*/",
            "arn:aws:iam::*:role/??*",
            "arn:aws:iam::*:role/?",
            "arn:aws:iam::*:*a*",
            "arn:aws:iam::*:role/${aws:username}",
            "arn:aws:iam::*:${aws:username}",
        ] {
            check(some, Reach::Some);
        }
        check("arn:aws:iam::*:role/ci", Reach::One);
        check("arn:aws:iam::*:role/${*}", Reach::One);
        for none in [
            "arn:aws:s3:::*",
            "arn:aws:iam::111122223333:user/*",
            "arn:aws:iam::*:Role/*",
            "role/*",
            "arn:aws:iam::*:role",
        ] {
            check(none, Reach::Nothing);
        }
    }

    #[test]
    fn a_region_of_keys_is_not_all_keys() {
        let reach = |pattern| ResourcePattern::parse(pattern, true).reach(Scope::KEYS);
        assert_eq!(reach("arn:aws:kms:*:*:key/*"), Reach::Everywhere);
        assert_eq!(reach("arn:aws:kms:eu-west-1:*:key/*"), Reach::Account);
        assert_eq!(reach("arn:aws:kms:*:111122223333:*"), Reach::Account);
        assert_eq!(reach("arn:aws:kms:*:*:alias/*"), Reach::Nothing);
    }
}
