//! What kind of access an action gives.

use std::fmt;

/// The access levels of an action: a set, because AWS gives some actions two of them ("Tagging, Write").
///
/// These are AWS's own levels. `iam:PassRole` is `Write` there; how dangerous an action is, is another question.
///
/// Source: Service Authorization Reference, "Access levels in policy summaries".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Levels(u8);

/// Name and letter in the catalogue file, in alphabetical order of the names.
const NAMED: [(Levels, &str, char); 6] = [
    (Levels::LIST, "List", 'l'),
    (Levels::PERMISSIONS_MANAGEMENT, "Permissions management", 'p'),
    (Levels::READ, "Read", 'r'),
    (Levels::TAGGING, "Tagging", 't'),
    (Levels::WRITE, "Write", 'w'),
    (Levels::OTHER, "other", 'o'),
];

impl Levels {
    /// No level: the source does not say.
    pub const NONE: Self = Self(0);
    /// Sees which resources there are.
    pub const LIST: Self = Self(1);
    /// Reads content or attributes.
    pub const READ: Self = Self(1 << 1);
    /// Creates, changes or deletes.
    pub const WRITE: Self = Self(1 << 2);
    /// Grants or changes permissions.
    pub const PERMISSIONS_MANAGEMENT: Self = Self(1 << 3);
    /// Changes nothing but tags.
    pub const TAGGING: Self = Self(1 << 4);
    /// A level that this version does not know by name.
    pub const OTHER: Self = Self(1 << 5);

    /// Reads what AWS writes: names with `, ` between them. Unknown names become [`Levels::OTHER`].
    pub fn parse(text: &str) -> Self {
        text.split(',').map(str::trim).filter(|name| !name.is_empty()).fold(Self::NONE, |levels, name| {
            let known = NAMED.iter().find(|(_, own, _)| own.eq_ignore_ascii_case(name));
            levels.union(known.map_or(Self::OTHER, |(level, ..)| *level))
        })
    }

    /// Whether all levels of `other` are here.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any level of `other` is here.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The levels of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the source gave no level.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names as AWS writes them, in alphabetical order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMED.iter().filter(move |(level, ..)| self.contains(*level)).map(|(_, name, _)| *name)
    }

    pub(super) fn letters(self) -> String {
        NAMED.iter().filter(|(level, ..)| self.contains(*level)).map(|(.., letter)| *letter).collect()
    }

    pub(super) fn from_letters(letters: &str) -> Option<Self> {
        letters.chars().try_fold(Self::NONE, |levels, letter| {
            let (level, ..) = NAMED.iter().find(|(.., own)| *own == letter)?;
            Some(levels.union(*level))
        })
    }
}

/// As AWS writes it: `Permissions management, Write`.
impl fmt::Display for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.names().enumerate() {
            write!(f, "{}{name}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Levels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Levels({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_writes_is_read_and_written() {
        for (text, levels, shown) in [
            ("Write", Levels::WRITE, "Write"),
            ("Tagging, Write", Levels::TAGGING.union(Levels::WRITE), "Tagging, Write"),
            (
                "write,permissions management",
                Levels::WRITE.union(Levels::PERMISSIONS_MANAGEMENT),
                "Permissions management, Write",
            ),
            ("", Levels::NONE, ""),
            ("Read, Telepathy", Levels::READ.union(Levels::OTHER), "Read, other"),
        ] {
            assert_eq!(Levels::parse(text), levels, "{text}");
            assert_eq!(levels.to_string(), shown);
            assert_eq!(Levels::from_letters(&levels.letters()), Some(levels));
        }
        assert_eq!(Levels::from_letters("rx"), None);
    }
}
