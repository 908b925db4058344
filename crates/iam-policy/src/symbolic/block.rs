//! Sets of requests as blocks: for each dimension the classes that a request may be in there.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::rc::Rc;

use fixedbitset::FixedBitSet;

/// The requests that are in given classes in every dimension. A dimension that is not mentioned may be in any class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    parts: BTreeMap<usize, Rc<Part>>,
}

/// What a block says of one dimension. It is never empty: a block without requests is no block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// The one value of the request is in one of these classes.
    One(FixedBitSet),
    /// The request has any number of values: each is in one of the classes of `within`, and of each set in `hits` at least
    /// one value is in one of its classes.
    Many { within: FixedBitSet, hits: Vec<FixedBitSet> },
}

/// More blocks were compared than was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OverBudget;

/// How many comparisons of blocks are left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget(pub(super) usize);

impl Budget {
    pub(super) fn spend(&mut self, comparisons: usize) -> Result<(), OverBudget> {
        self.0 = self.0.checked_sub(comparisons).ok_or(OverBudget)?;
        Ok(())
    }
}

impl Part {
    /// Some value in one of these classes.
    pub(super) fn some_in(set: FixedBitSet) -> Self {
        let within = everything(set.len());
        Self::Many { within, hits: vec![set] }
    }

    /// No value outside these classes.
    pub(super) fn all_in(set: FixedBitSet) -> Self {
        Self::Many { within: set, hits: Vec::new() }
    }

    /// What is in both; `None` when nothing is.
    fn and(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::One(one), Self::One(other)) => {
                let both = one & other;
                (!both.is_clear()).then_some(Self::One(both))
            }
            (Self::Many { within: one, hits }, Self::Many { within: other, hits: more }) => {
                let within = one & other;
                let mut all: Vec<FixedBitSet> = Vec::with_capacity(hits.len() + more.len());
                for hit in hits.iter().chain(more) {
                    let hit = hit & &within;
                    if hit.is_clear() {
                        return None;
                    }
                    // A set that another lies in is hit together with it.
                    if !all.iter().any(|other| other.is_subset(&hit)) {
                        all.retain(|other| !hit.is_subset(other));
                        all.push(hit);
                    }
                }
                Some(Self::Many { within, hits: all })
            }
            // A dimension has either one value or many, in all blocks of a question.
            (one, _) => Some(one.clone()),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One(one), Self::One(other)) => !one.is_disjoint(other),
            _ => self.and(other).is_some(),
        }
    }

    /// Whether all that is in `other` is in this part. May say no for parts with many values although it is so.
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One(one), Self::One(other)) => other.is_subset(one),
            (Self::Many { within: one, hits }, Self::Many { within: other, hits: more }) => {
                other.is_subset(one) && hits.iter().all(|hit| more.iter().any(|other| other.is_subset(hit)))
            }
            _ => false,
        }
    }

    /// What is not in it, as parts that do not overlap.
    fn not(&self) -> Vec<Self> {
        match self {
            Self::One(set) => {
                let rest = complement(set);
                if rest.is_clear() { Vec::new() } else { vec![Self::One(rest)] }
            }
            Self::Many { within, hits } => {
                let mut parts = Vec::new();
                let outside = complement(within);
                if !outside.is_clear() {
                    parts.push(Self::some_in(outside));
                }
                let mut so_far = Self::all_in(within.clone());
                for hit in hits {
                    parts.extend(so_far.and(&Self::all_in(complement(hit))));
                    match so_far.and(&Self::some_in(hit.clone())) {
                        Some(part) => so_far = part,
                        None => return parts,
                    }
                }
                parts
            }
        }
    }
}

impl Block {
    /// All requests.
    pub(super) fn everything() -> Self {
        Self { parts: BTreeMap::new() }
    }

    /// The requests that are in these classes of a dimension with one value; `None` if there are none.
    pub(super) fn of(dimension: usize, classes: FixedBitSet) -> Option<Self> {
        if classes.is_clear() {
            return None;
        }
        if classes.is_full() {
            return Some(Self::everything());
        }
        Some(Self::of_part(dimension, Part::One(classes)))
    }

    /// The requests that are in a part of a dimension.
    pub(super) fn of_part(dimension: usize, part: Part) -> Self {
        Self { parts: BTreeMap::from([(dimension, Rc::new(part))]) }
    }

    /// The part of a dimension; `None` stands for all classes.
    pub(super) fn part(&self, dimension: usize) -> Option<&Part> {
        self.parts.get(&dimension).map(|part| &**part)
    }

    /// The requests that are in both.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        let mut both = self.clone();
        for (dimension, more) in &other.parts {
            let part = match both.parts.get(dimension) {
                Some(part) if Rc::ptr_eq(part, more) => continue,
                Some(part) => Rc::new(part.and(more)?),
                None => Rc::clone(more),
            };
            both.parts.insert(*dimension, part);
        }
        Some(both)
    }

    /// Whether there is a request that is in both.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        other.parts.iter().all(|(dimension, more)| {
            self.parts.get(dimension).is_none_or(|part| Rc::ptr_eq(part, more) || part.overlaps(more))
        })
    }

    /// In how many dimensions this block reaches beyond `other`: with none, it lies within.
    fn dimensions_beyond(&self, other: &Self) -> usize {
        let lies_within = |(dimension, more): &(&usize, &Rc<Part>)| {
            self.parts.get(*dimension).is_some_and(|part| Rc::ptr_eq(part, more) || more.covers(part))
        };
        other.parts.iter().filter(|part| !lies_within(part)).count()
    }

    /// The requests of this block that are not in `other`, as blocks that do not overlap.
    pub(super) fn without(&self, other: &Self) -> Vec<Self> {
        if !self.overlaps(other) {
            return vec![self.clone()];
        }
        let mut outside = Vec::new();
        let mut rest = self.clone();
        for (dimension, part) in &other.parts {
            let parts = part.not().into_iter().map(|part| Self::of_part(*dimension, part));
            outside.extend(parts.filter_map(|part| rest.and(&part)));
            let inside = Self { parts: BTreeMap::from([(*dimension, Rc::clone(part))]) };
            let Some(inside) = rest.and(&inside) else { break };
            rest = inside;
        }
        outside
    }
}

/// Shows `visit` blocks of requests that are in one of `starts` and in none of `excluded`, which together are all such
/// requests, until it has seen enough.
///
/// # Errors
///
/// [`OverBudget`] when too many blocks have to be compared.
pub(super) fn search<T>(
    starts: &[Block],
    excluded: &[Block],
    budget: &mut Budget,
    visit: &mut impl FnMut(&Block) -> ControlFlow<T>,
) -> Result<ControlFlow<T>, OverBudget> {
    for start in starts {
        let mut open = vec![start.clone()];
        while let Some(block) = open.pop() {
            budget.spend(excluded.len() + 1)?;
            // The one that this block reaches beyond in the fewest dimensions leaves the fewest pieces.
            let overlapping = excluded.iter().filter(|other| block.overlaps(other));
            let Some(nearest) = overlapping.min_by_key(|other| block.dimensions_beyond(other)) else {
                if let ControlFlow::Break(seen) = visit(&block) {
                    return Ok(ControlFlow::Break(seen));
                }
                continue;
            };
            open.extend(block.without(nearest));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// All of so many classes.
pub(super) fn everything(classes: usize) -> FixedBitSet {
    let mut all = FixedBitSet::with_capacity(classes);
    all.insert_range(..);
    all
}

/// The classes that are not in a set.
pub(super) fn complement(set: &FixedBitSet) -> FixedBitSet {
    let mut rest = set.clone();
    rest.toggle_range(..);
    rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Two dimensions with one value of three classes, and one with many values of three classes.
    #[derive(Debug, Clone, Copy)]
    struct Point([usize; 2], u8);

    fn points() -> Vec<Point> {
        let singles = (0..3).flat_map(|one| (0..3).map(move |other| [one, other]));
        singles.flat_map(|ones| (0..8).map(move |many| Point(ones, many))).collect()
    }

    fn has(block: &Block, point: Point) -> bool {
        let Point(ones, many) = point;
        let values: Vec<usize> = (0..3).filter(|class| many & (1 << class) != 0).collect();
        ones.iter().enumerate().all(|(dimension, class)| match block.part(dimension) {
            Some(Part::One(set)) => set.contains(*class),
            _ => true,
        }) && match block.part(2) {
            Some(Part::Many { within, hits }) => {
                values.iter().all(|class| within.contains(*class))
                    && hits.iter().all(|hit| values.iter().any(|class| hit.contains(*class)))
            }
            _ => true,
        }
    }

    fn set() -> impl Strategy<Value = FixedBitSet> {
        (1u8..8).prop_map(|bits| {
            let mut set = FixedBitSet::with_capacity(3);
            set.extend((0..3).filter(|class| bits & (1 << class) != 0));
            set
        })
    }

    fn block() -> impl Strategy<Value = Block> {
        let many = prop_oneof![set().prop_map(Part::some_in), set().prop_map(Part::all_in)];
        let parts = (prop::option::of(set()), prop::option::of(set()), prop::collection::vec(many, 0..3));
        parts.prop_map(|(one, other, many)| {
            let ones = [(0, one), (1, other)].map(|(dimension, set)| Block::of(dimension, set?));
            let parts =
                ones.into_iter().flatten().chain(many.into_iter().map(|part| Block::of_part(2, part)));
            parts.fold(Block::everything(), |block, part| block.and(&part).unwrap_or(block))
        })
    }

    proptest! {
        #[test]
        fn blocks_are_the_sets_that_they_stand_for(one in block(), other in block()) {
            let both = one.and(&other);
            prop_assert_eq!(both.is_some(), one.overlaps(&other));
            let rest = one.without(&other);
            for point in points() {
                let expected = has(&one, point) && has(&other, point);
                prop_assert_eq!(both.as_ref().is_some_and(|both| has(both, point)), expected);
                let expected = usize::from(has(&one, point) && !has(&other, point));
                prop_assert_eq!(rest.iter().filter(|block| has(block, point)).count(), expected);
            }
            prop_assert!(points().into_iter().any(|point| has(&one, point)), "a block without requests");
            if one.dimensions_beyond(&other) == 0 {
                prop_assert!(points().into_iter().all(|point| !has(&one, point) || has(&other, point)));
            }
        }

        #[test]
        fn the_search_finds_exactly_what_is_left(
            starts in prop::collection::vec(block(), 1..3),
            excluded in prop::collection::vec(block(), 0..5),
        ) {
            let mut left = Vec::new();
            let mut visit = |block: &Block| {
                left.push(block.clone());
                ControlFlow::<()>::Continue(())
            };
            let seen = search(&starts, &excluded, &mut Budget(100_000), &mut visit);
            prop_assert!(matches!(seen, Ok(ControlFlow::Continue(()))));
            for point in points() {
                let expected = starts.iter().any(|block| has(block, point))
                    && !excluded.iter().any(|block| has(block, point));
                prop_assert_eq!(left.iter().any(|block| has(block, point)), expected, "{:?}", point);
            }
        }
    }
}
