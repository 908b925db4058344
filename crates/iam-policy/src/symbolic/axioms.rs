//! What cannot be, although no policy says so.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use super::block::{Block, Part, complement};
use super::callers::Caller;
use super::keys::KeyDimension;
use super::space::{CALLER, Space, texts};
use super::text::Pattern;
use crate::condition::Test;
use crate::context::{ContextValue, Key};
use crate::principal::Principal;

/// Which connections between the parts of a request are known. Without one of them impossible requests are looked at as
/// well: what is proved then is proved all the more, and what is found may be a request that cannot be.
///
/// ```
/// use iam_policy::symbolic::Axioms;
///
/// assert!(Axioms::default().callers);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
pub struct Axioms {
    /// Keys such as `aws:PrincipalArn` and `aws:PrincipalAccount` follow from the principal, some keys are in every request,
    /// whom an identity provider vouches for can only ask AWS STS for a session, root users assume no roles, and services
    /// and callers of identity providers have no `aws:PrincipalArn` and `aws:PrincipalAccount`. Sources: IAM User Guide, "AWS global
    /// condition context keys"; AWS STS API Reference, "`AssumeRoleWithSAML`" and "`AssumeRoleWithWebIdentity`".
    pub callers: bool,
    /// `aws:SourceVpc` and `aws:SourceVpce` come together, `aws:VpcSourceIp` only with them, and `aws:SourceIp` only without
    /// them. Source: as above, "Properties of the network".
    pub network: bool,
    /// `aws:PrincipalOrgID` and `aws:PrincipalOrgPaths` come together, and the paths begin with the id. Source: as above,
    /// "Properties of the principal".
    pub organization: bool,
    /// The account in `aws:SourceArn`, where there is one, is `aws:SourceAccount`. Source: IAM User Guide, "The confused
    /// deputy problem".
    pub sources: bool,
}

impl Default for Axioms {
    fn default() -> Self {
        Self { callers: true, network: true, organization: true, sources: true }
    }
}

impl Axioms {
    /// None at all.
    pub const NONE: Self = Self { callers: false, network: false, organization: false, sources: false };

    /// Patterns that the values of a key have to be told apart by.
    pub(super) fn patterns(self, key: &Key, tests: &BTreeMap<&Key, Vec<&Test>>) -> Vec<Pattern> {
        match key.folded() {
            "aws:principalorgpaths" if self.organization => {
                literals("aws:PrincipalOrgID", tests).iter().map(|id| within_organization(id)).collect()
            }
            "aws:sourcearn" if self.sources => {
                let accounts = literals("aws:SourceAccount", tests);
                let known = accounts.iter().map(|account| of_account(account));
                known.chain([of_account("")]).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Blocks without any request that can be.
    pub(super) fn impossible(self, space: &Space) -> Vec<Block> {
        let mut blocks = Vec::new();
        for (number, key) in space.keys.iter().enumerate() {
            let dimension = Space::key_dimension(number);
            // Operators of different kinds see the same value.
            let others = space.dimensions_of(&key.key).filter(|(other, _)| *other != dimension);
            for (other, other_key) in others {
                blocks
                    .extend(absent(dimension, key).and_then(|block| block.and(&present(other, other_key)?)));
            }
            if self.callers {
                blocks.extend(of_callers(space, dimension, key));
            }
        }
        if self.callers {
            let federated = space.callers_who(|principal| matches!(principal, Principal::Federated(_)));
            let elsewhere = space.actions_outside(SESSIONS);
            blocks.extend(federated.zip(elsewhere).and_then(|(federated, action)| federated.and(&action)));
            let roots = space.callers_who(|principal| matches!(principal, Principal::Root(_)));
            let assuming = space.actions_of(ASSUME_ROLE);
            blocks.extend(roots.zip(assuming).and_then(|(roots, action)| roots.and(&action)));
        }
        if self.network {
            blocks.extend(not_both(space, absent, "aws:SourceVpc", present, "aws:SourceVpce"));
            blocks.extend(not_both(space, present, "aws:SourceVpc", absent, "aws:SourceVpce"));
            for key in ["aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp"] {
                blocks.extend(not_both(space, present, key, present, "aws:SourceIp"));
                blocks.extend(not_both(space, present, "aws:VpcSourceIp", absent, key));
            }
        }
        if self.organization {
            let (id, paths) = ("aws:PrincipalOrgID", "aws:PrincipalOrgPaths");
            blocks.extend(not_both(space, absent, id, present, paths));
            blocks.extend(not_both(space, present, id, absent, paths));
            blocks.extend(disagreeing(space, id, paths, within_organization, false));
        }
        if self.sources {
            blocks.extend(disagreeing(space, "aws:SourceAccount", "aws:SourceArn", of_account, true));
        }
        blocks
    }
}

/// What root users cannot do. Source: AWS STS API Reference, "`AssumeRole`".
pub(super) const ASSUME_ROLE: &str = "sts:AssumeRole";

/// The actions of AWS STS.
pub(super) const SESSIONS: &str = "sts:*";

/// The single texts that tests compare a key with.
fn literals(key: &str, tests: &BTreeMap<&Key, Vec<&Test>>) -> Vec<String> {
    let tests = tests.get(&Key::new(key)).into_iter().flatten();
    tests.flat_map(|test| texts(test)).filter_map(|text| text.only_text()).collect()
}

fn within_organization(id: &str) -> Pattern {
    Pattern::empty().then_text(id).then_text("/").then_any(None)
}

fn of_account(account: &str) -> Pattern {
    let arn = Pattern::empty().then_text("arn:").then_any(Some(':')).then_text(":");
    let arn = arn.then_any(Some(':')).then_text(":").then_any(Some(':')).then_text(":");
    arn.then_text(account).then_text(":").then_any(None)
}

/// The requests that have a value for the key.
fn present(dimension: usize, key: &KeyDimension) -> Option<Block> {
    let mut without = FixedBitSet::with_capacity(key.len());
    without.insert(key.without_value());
    if key.is_many {
        return Some(Block::of_part(dimension, Part::some_in(complement(&without))));
    }
    Block::of(dimension, complement(&without))
}

/// The requests that do not have the key, or not with a value.
fn absent(dimension: usize, key: &KeyDimension) -> Option<Block> {
    let mut without = FixedBitSet::with_capacity(key.len());
    without.insert(key.without_value());
    if key.is_many {
        return Some(Block::of_part(dimension, Part::all_in(without)));
    }
    Block::of(dimension, without)
}

type Presence = fn(usize, &KeyDimension) -> Option<Block>;

fn not_both(space: &Space, one: Presence, key: &str, other: Presence, other_key: &str) -> Option<Block> {
    if key == other_key {
        return None;
    }
    let block = |presence: Presence, key: &str| {
        let key = Key::new(key);
        let (dimension, key) = space.dimensions_of(&key).next()?;
        presence(dimension, key)
    };
    block(one, key)?.and(&block(other, other_key)?)
}

/// The requests in which a value of `key` and one of `other` do not belong together: `pattern` of the one is what the other
/// has to match. `or_free` tells whether the other may also match the pattern of the empty text.
fn disagreeing(
    space: &Space,
    key: &str,
    other: &str,
    pattern: fn(&str) -> Pattern,
    or_free: bool,
) -> Vec<Block> {
    let (key, other) = (Key::new(key), Key::new(other));
    let Some(((dimension, key), (other_dimension, other))) =
        space.dimensions_of(&key).next().zip(space.dimensions_of(&other).next())
    else {
        return Vec::new();
    };
    let is_free = |class| or_free && other.class_matches(class, &pattern(""));
    let known: Vec<(usize, Pattern)> =
        (0..key.values.len()).filter_map(|class| Some((class, pattern(&key.only_value(class)?)))).collect();
    let block = |class: usize, fits: &dyn Fn(usize) -> bool| {
        let mut one = FixedBitSet::with_capacity(key.len());
        one.insert(class);
        let mut misfits = FixedBitSet::with_capacity(other.len());
        misfits.extend((0..other.values.len()).filter(|class| !fits(*class) && !is_free(*class)));
        if misfits.is_clear() {
            return None;
        }
        let misfits = if other.is_many {
            Block::of_part(other_dimension, Part::some_in(misfits))
        } else {
            Block::of(other_dimension, misfits)?
        };
        Block::of(dimension, one)?.and(&misfits)
    };
    let mut blocks = Vec::new();
    for class in 0..key.values.len() {
        let own = known.iter().find(|(known, _)| *known == class);
        blocks.extend(match own {
            Some((_, pattern)) => block(class, &|other_class| other.class_matches(other_class, pattern)),
            // Some other value: what belongs to the known ones does not belong to it.
            None => block(class, &|other_class| {
                !known.iter().any(|(_, pattern)| other.class_matches(other_class, pattern))
            }),
        });
    }
    blocks
}

/// What a caller cannot have of a key.
fn of_callers(space: &Space, dimension: usize, key: &KeyDimension) -> Vec<Block> {
    let mut callers: BTreeMap<Expected, FixedBitSet> = BTreeMap::new();
    for (number, caller) in space.callers.iter().enumerate() {
        let of_kind = callers.entry(expected(caller, key));
        of_kind.or_insert_with(|| FixedBitSet::with_capacity(space.callers.len())).insert(number);
    }
    let impossible = callers.into_iter().filter_map(|(expected, callers)| {
        Block::of(CALLER, callers)?.and(&expected.excluded(dimension, key)?)
    });
    impossible.collect()
}

/// What is known of a key from the principal alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Expected {
    Anything,
    Absent,
    Present,
    /// Its value is in this class.
    Class(usize),
    /// So it is if the key is there.
    ClassOrAbsent(usize),
}

impl Expected {
    /// The requests that are not as expected.
    fn excluded(self, dimension: usize, key: &KeyDimension) -> Option<Block> {
        match self {
            Self::Anything => None,
            Self::Absent if key.is_many => {
                // Not even without a value.
                let none = FixedBitSet::with_capacity(key.len());
                Some(Block::of_part(dimension, Part::some_in(complement(&none))))
            }
            Self::Present if key.is_many => {
                Some(Block::of_part(dimension, Part::all_in(FixedBitSet::with_capacity(key.len()))))
            }
            Self::Class(_) | Self::ClassOrAbsent(_) if key.is_many => None,
            _ => Block::of(dimension, complement(&self.classes(key))),
        }
    }

    /// The classes that are as expected, of a key with one value.
    pub(super) fn classes(self, key: &KeyDimension) -> FixedBitSet {
        let mut classes = FixedBitSet::with_capacity(key.len());
        match self {
            Self::Anything => classes.insert_range(..),
            Self::Absent => classes.insert(key.without_value()),
            Self::Present => classes.insert_range(..key.without_value()),
            Self::Class(class) => classes.insert(class),
            Self::ClassOrAbsent(class) => classes.extend([class, key.without_value()]),
        }
        classes
    }
}

pub(super) fn expected(caller: &Caller, key: &KeyDimension) -> Expected {
    if key.key == Key::new("kms:CallerAccount") {
        let class = caller.principal.account().map(|account| key.class_of(&account.to_string()));
        return match class {
            None => Expected::Absent,
            Some(class) => class.map_or(Expected::Anything, Expected::ClassOrAbsent),
        };
    }
    let is_of_account = matches!(key.key.folded(), "aws:principalarn" | "aws:principalaccount");
    if matches!(caller.principal, Principal::Service(_) | Principal::Federated(_)) && is_of_account {
        return Expected::Absent;
    }
    match caller.request.context().value(&key.key) {
        ContextValue::Unknown | ContextValue::Set(_) | ContextValue::Like(_) => Expected::Anything,
        ContextValue::Absent => Expected::Absent,
        ContextValue::Present => Expected::Present,
        ContextValue::Single(value) => key.class_of(value).map_or(Expected::Present, Expected::Class),
    }
}
