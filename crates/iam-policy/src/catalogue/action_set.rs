//! Sets of actions.

use std::fmt;

use fixedbitset::FixedBitSet;

/// The number of an action within one catalogue: its place in the order of service and name.
///
/// Numbers mean nothing outside the catalogue that gave them and change with its data; do not store them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionId(pub(super) u32);

impl ActionId {
    /// The number itself.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// A set of actions of one catalogue, one bit for each.
///
/// Sets of 22,000 actions take 3 KB each, and their algebra some hundred machine words.
#[derive(Clone, Default)]
pub struct ActionSet(FixedBitSet);

impl ActionSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn range(from: usize, to: usize) -> Self {
        let mut bits = FixedBitSet::with_capacity(to);
        bits.insert_range(from.min(to)..to);
        Self(bits)
    }

    /// How many actions the set has.
    pub fn len(&self) -> usize {
        self.0.count_ones(..)
    }

    /// Whether the set has no action.
    pub fn is_empty(&self) -> bool {
        self.0.is_clear()
    }

    /// Whether the action is in the set.
    pub fn contains(&self, id: ActionId) -> bool {
        usize::try_from(id.0).is_ok_and(|at| self.0.contains(at))
    }

    /// Adds an action; tells whether it is new.
    pub fn insert(&mut self, id: ActionId) -> bool {
        let new = !self.contains(id);
        if let Ok(at) = usize::try_from(id.0) {
            self.0.grow_and_insert(at);
        }
        new
    }

    /// Takes an action out; tells whether it was there.
    pub fn remove(&mut self, id: ActionId) -> bool {
        let there = self.contains(id);
        if there && let Ok(at) = usize::try_from(id.0) {
            self.0.remove(at);
        }
        there
    }

    /// Adds all actions of `other`.
    pub fn union_with(&mut self, other: &Self) {
        self.0.union_with(&other.0);
    }

    /// Keeps the actions that `other` has, too.
    pub fn intersect_with(&mut self, other: &Self) {
        self.0.intersect_with(&other.0);
    }

    /// Takes all actions of `other` out.
    pub fn subtract(&mut self, other: &Self) {
        self.0.difference_with(&other.0);
    }

    /// The actions that are in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.union_with(other);
        both
    }

    /// The actions that are in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.intersect_with(other);
        both
    }

    /// The actions of this set that `other` lacks.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut rest = self.clone();
        rest.subtract(other);
        rest
    }

    /// Whether `other` has every action of this set.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Whether the sets have no action in common.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.0.is_disjoint(&other.0)
    }

    /// The actions in ascending order, which is that of the catalogue.
    pub fn iter(&self) -> impl Iterator<Item = ActionId> {
        self.0.ones().filter_map(|at| u32::try_from(at).ok()).map(ActionId)
    }
}

/// Sets are equal when they have the same actions; how far their bits reach does not matter.
impl PartialEq for ActionSet {
    fn eq(&self, other: &Self) -> bool {
        self.is_subset(other) && other.is_subset(self)
    }
}

impl Eq for ActionSet {}

impl FromIterator<ActionId> for ActionSet {
    fn from_iter<I: IntoIterator<Item = ActionId>>(ids: I) -> Self {
        let mut set = Self::new();
        set.extend(ids);
        set
    }
}

impl Extend<ActionId> for ActionSet {
    fn extend<I: IntoIterator<Item = ActionId>>(&mut self, ids: I) {
        for id in ids {
            self.insert(id);
        }
    }
}

impl fmt::Debug for ActionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.ones()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(ids: &BTreeSet<u32>) -> ActionSet {
        ids.iter().copied().map(ActionId).collect()
    }

    fn ids(set: &ActionSet) -> Vec<u32> {
        set.iter().map(ActionId::number).collect()
    }

    fn listed<'a>(ids: impl Iterator<Item = &'a u32>) -> Vec<u32> {
        ids.copied().collect()
    }

    proptest! {
        #[test]
        fn the_algebra_is_that_of_ordered_sets(
            a in prop::collection::btree_set(0u32..300, 0..60),
            b in prop::collection::btree_set(0u32..900, 0..60),
            probe in 0u32..1000,
        ) {
            let (x, y) = (set(&a), set(&b));
            prop_assert_eq!(ids(&x), listed(a.iter()));
            prop_assert_eq!(x.len(), a.len());
            prop_assert_eq!(x.is_empty(), a.is_empty());
            prop_assert_eq!(ids(&x.union(&y)), listed(a.union(&b)));
            prop_assert_eq!(ids(&x.intersection(&y)), listed(a.intersection(&b)));
            prop_assert_eq!(ids(&x.difference(&y)), listed(a.difference(&b)));
            prop_assert_eq!(ids(&y.difference(&x)), listed(b.difference(&a)));
            prop_assert_eq!(x.is_subset(&y), a.is_subset(&b));
            prop_assert_eq!(x.is_disjoint(&y), a.is_disjoint(&b));
            prop_assert_eq!(x == y, a == b);
            prop_assert_eq!(x.contains(ActionId(probe)), a.contains(&probe));
            let (mut x, mut a) = (x, a);
            prop_assert_eq!(x.insert(ActionId(probe)), a.insert(probe));
            prop_assert_eq!(ids(&x), listed(a.iter()));
            prop_assert_eq!(x.remove(ActionId(probe)), a.remove(&probe));
            prop_assert_eq!(x.remove(ActionId(probe)), false);
            prop_assert_eq!(ids(&x), listed(a.iter()));
        }

        #[test]
        fn the_reach_of_the_bits_does_not_show(a in prop::collection::btree_set(0u32..300, 0..60), far in 300u32..5000) {
            let short = set(&a);
            let mut long = short.clone();
            long.insert(ActionId(far));
            prop_assert_ne!(&short, &long);
            long.remove(ActionId(far));
            prop_assert_eq!(&short, &long);
            prop_assert_eq!(&long, &short);
        }
    }
}
