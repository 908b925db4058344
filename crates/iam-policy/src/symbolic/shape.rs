//! Which texts there can be at all.

/// A set of texts, as slots that are filled from left to right.
///
/// Texts that cannot be, such as an action without a colon, make no class, so that nothing is found that cannot happen.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    slots: Vec<Slot>,
}

/// One or more characters of a kind.
#[derive(Debug, Clone, Copy)]
struct Slot {
    of: Characters,
    /// Whether more of the kind may follow.
    repeats: bool,
    /// After this character the slot is filled anew.
    separator: Option<char>,
    /// How many slots, from this one on, may be left out together; 0 if it has to be there.
    may_skip: usize,
}

#[derive(Debug, Clone, Copy)]
enum Characters {
    Only(char),
    Any,
    Digits,
    LowerLetters,
    AllBut(char),
    /// Of the prefixes of services.
    Service,
    /// Of the names of actions, in lower case: case does not matter there.
    Action,
    /// Of the names of users, roles and sessions.
    Name,
}

impl Characters {
    fn has(self, character: char) -> bool {
        match self {
            Self::Only(only) => character == only,
            Self::Any => true,
            Self::Digits => character.is_ascii_digit(),
            Self::LowerLetters => character.is_ascii_lowercase(),
            Self::AllBut(not) => character != not,
            Self::Service => character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-',
            Self::Action => {
                character.is_ascii_lowercase() || character.is_ascii_digit() || "-_.".contains(character)
            }
            Self::Name => character.is_ascii_alphanumeric() || "_+=,.@-".contains(character),
        }
    }
}

/// How much of a shape is filled: the number of the slot that was filled last, from 1.
pub(super) type Filled = u32;

impl Shape {
    /// Any text, or any but the empty one.
    pub(super) fn text(may_be_empty: bool) -> Self {
        Self { slots: Vec::new() }.some(Characters::Any, may_be_empty)
    }

    /// The twelve digits of an account.
    pub(super) fn account() -> Self {
        Self { slots: Vec::new() }.digits()
    }

    /// `service:name` in lower case.
    pub(super) fn action() -> Self {
        let service = Self { slots: Vec::new() }.some(Characters::Service, false);
        service.literal(":").some(Characters::Action, false)
    }

    /// The ARN of a resource. Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names".
    pub(super) fn arn() -> Self {
        let field = Characters::AllBut(':');
        let service = Self { slots: Vec::new() }.literal("arn:").partition().literal(":").some(field, false);
        let region = service.literal(":").some(field, true);
        region.literal(":").some(field, true).literal(":").some(Characters::Any, false)
    }

    /// The ARN of what makes requests: `service` is `iam` or `sts`, `resource` such as `user/`. Behind a slash comes a path
    /// with a name. Source: IAM User Guide, "IAM identifiers".
    pub(super) fn caller(service: &str, resource: &str) -> Self {
        let before = Self { slots: Vec::new() }.literal("arn:").partition().literal(":").literal(service);
        let arn = before.literal("::").digits().literal(":").literal(resource);
        if !resource.ends_with('/') {
            return arn;
        }
        arn.slot(Slot { of: Characters::Name, repeats: true, separator: Some('/'), may_skip: 0 })
    }

    fn slot(mut self, slot: Slot) -> Self {
        self.slots.push(slot);
        self
    }

    fn literal(mut self, text: &str) -> Self {
        let only = |character| Slot {
            of: Characters::Only(character),
            repeats: false,
            separator: None,
            may_skip: 0,
        };
        self.slots.extend(text.chars().map(only));
        self
    }

    fn some(self, of: Characters, or_none: bool) -> Self {
        self.slot(Slot { of, repeats: true, separator: None, may_skip: usize::from(or_none) })
    }

    fn digits(mut self) -> Self {
        let digit = Slot { of: Characters::Digits, repeats: false, separator: None, may_skip: 0 };
        self.slots.extend([digit; 12]);
        self
    }

    /// `aws` and what may follow, such as `-cn`.
    fn partition(self) -> Self {
        let dash = Slot { of: Characters::Only('-'), repeats: false, separator: None, may_skip: 2 };
        let named = Slot { of: Characters::LowerLetters, repeats: true, separator: Some('-'), may_skip: 0 };
        self.literal("aws").slot(dash).slot(named)
    }

    /// How much is filled after one more character; `None` if it fits nowhere.
    pub(super) fn step(&self, filled: Filled, character: char) -> Option<Filled> {
        let number = filled as usize;
        if let Some(slot) = number.checked_sub(1).and_then(|last| self.slots.get(last)) {
            if slot.repeats && slot.of.has(character) {
                return Some(filled);
            }
            if slot.separator == Some(character) {
                return Some(filled - 1);
            }
        }
        self.open(number)
            .find(|(_, slot)| slot.of.has(character))
            .and_then(|(next, _)| u32::try_from(next + 1).ok())
    }

    /// Whether nothing is missing.
    pub(super) fn is_complete(&self, filled: Filled) -> bool {
        let mut next = filled as usize;
        while let Some(slot) = self.slots.get(next) {
            if slot.may_skip == 0 {
                return false;
            }
            next += slot.may_skip;
        }
        true
    }

    /// The characters that lead elsewhere than their like.
    pub(super) fn turning(&self, filled: Filled) -> impl Iterator<Item = char> {
        let number = filled as usize;
        let last = number.checked_sub(1).and_then(|last| self.slots.get(last));
        let separator = last.and_then(|slot| slot.separator);
        let next = self.open(number).filter_map(|(_, slot)| match slot.of {
            Characters::Only(only) => Some(only),
            _ => None,
        });
        separator.into_iter().chain(next)
    }

    /// Whether another character than those may follow.
    pub(super) fn is_open(&self, filled: Filled) -> bool {
        let number = filled as usize;
        let last = number.checked_sub(1).and_then(|last| self.slots.get(last)).filter(|slot| slot.repeats);
        let mut slots = last.into_iter().chain(self.open(number).map(|(_, slot)| slot));
        slots.any(|slot| !matches!(slot.of, Characters::Only(_)))
    }

    /// The slots that may be filled next.
    fn open(&self, number: usize) -> impl Iterator<Item = (usize, &Slot)> {
        let mut next = Some(number);
        std::iter::from_fn(move || {
            let at = next?;
            let slot = self.slots.get(at)?;
            next = (slot.may_skip > 0).then(|| at + slot.may_skip);
            Some((at, slot))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(shape: &Shape, text: &str) -> bool {
        let end = text.chars().try_fold(0, |filled, character| shape.step(filled, character));
        end.is_some_and(|filled| shape.is_complete(filled))
    }

    #[test]
    fn shapes_hold_what_can_be() {
        let check = |shape: Shape, yes: &[&str], no: &[&str]| {
            for text in yes {
                assert!(fits(&shape, text), "{text}");
            }
            for text in no {
                assert!(!fits(&shape, text), "{text}");
            }
        };
        check(Shape::text(true), &["", "a", ":"], &[]);
        check(Shape::text(false), &["a", " "], &[""]);
        check(Shape::account(), &["111122223333"], &["", "11112222333", "1111222233334", "11112222333x"]);
        check(Shape::action(), &["s3:getobject", "a-b:c_d"], &["s3", "s3:", ":get", "s3:get:x", "s3:Get"]);
        check(
            Shape::arn(),
            &["arn:aws:s3:::b", "arn:aws-us-gov:sqs:eu-west-1:111122223333:q:x/y"],
            &["arn:aws:s3:::", "arn:aws-:s3:::b", "arn:other:s3:::b", "arn:aws:::a:b", "arn:aws:s3::"],
        );
        check(
            Shape::caller("iam", "user/"),
            &["arn:aws:iam::111122223333:user/a", "arn:aws-cn:iam::111122223333:user/a/b/c"],
            &[
                "arn:aws:iam::111122223333:user/",
                "arn:aws:iam::111122223333:user/a/",
                "arn:aws:iam::111122223333:user//a",
                "arn:aws:iam::1111:user/a",
                "arn:aws:iam::111122223333:role/a",
            ],
        );
        check(
            Shape::caller("iam", "root"),
            &["arn:aws:iam::111122223333:root"],
            &["arn:aws:iam::111122223333:root/"],
        );
    }
}
