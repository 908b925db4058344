//! From statements to blocks.

use fixedbitset::FixedBitSet;

use super::block::{Block, Part, complement, everything};
use super::doubt::Doubted;
use super::keys::{KeyDimension, Passing};
use super::outcome::Limit;
use super::space::{
    ACTION, CALLER, FIRST_KEY, RESOURCE, Space, action_pattern, resource_pattern, short_pattern,
};
use crate::condition::{Quantifier, Test, Values};
use crate::pattern::{ActionPattern, ResourcePattern};
use crate::policy::{Patterns, Statement};
use crate::span::Span;
use crate::truth::{Rule, Truth};

impl Space {
    /// The requests that a statement is about, whatever it says of them. Blocks may overlap.
    ///
    /// # Errors
    ///
    /// [`Limit::Blocks`] when there are too many of them.
    pub(super) fn blocks(&mut self, statement: &Statement) -> Result<Vec<Block>, Limit> {
        let mut blocks = vec![Block::everything()];
        let mut factors = vec![
            self.of_actions(&statement.actions),
            self.of_principals(statement),
            self.of_resources(statement.resources.as_ref()),
            self.of_refusal(statement),
        ];
        factors.extend(statement.conditions.iter().map(|test| self.of_test(test)));
        // Those with one block first, so that the number of blocks grows late.
        factors.sort_by_key(Vec::len);
        for factor in factors {
            blocks =
                blocks.iter().flat_map(|block| factor.iter().filter_map(|more| block.and(more))).collect();
            if blocks.len() > self.max_blocks {
                return Err(Limit::Blocks);
            }
        }
        Ok(blocks)
    }

    fn of_actions(&self, actions: &Patterns<ActionPattern>) -> Vec<Block> {
        let classes = self.actions.classes.len();
        let mut covered = FixedBitSet::with_capacity(classes);
        for pattern in &actions.values {
            match action_pattern(pattern) {
                Some(pattern) => covered.union_with(&self.actions.matching(&pattern, classes)),
                None if *pattern == ActionPattern::Every => covered.insert_range(..),
                None => {}
            }
        }
        let covered = if actions.negated { complement(&covered) } else { covered };
        Block::of(ACTION, covered).into_iter().collect()
    }

    fn of_principals(&mut self, statement: &Statement) -> Vec<Block> {
        let Some(principals) = &statement.principals else {
            return vec![Block::everything()];
        };
        let truths = self.callers.iter().map(|caller| {
            let namings = statement.namings(&caller.request, &Truth::False);
            Truth::any(namings.into_iter().map(|(_, truth)| truth))
        });
        let truths: Vec<Truth> = truths.collect();
        // Of services and federated callers it may be how `{"AWS": "*"}` is read, which is the same for all statements.
        let star = Truth::rule(Rule::AwsStarBeyondAws);
        let of_star = truths.iter().map(|truth| if *truth == star { star.clone() } else { Truth::False });
        let of_star = Passing::of(of_star);
        let others = truths.iter().cloned().map(|truth| if truth == star { Truth::False } else { truth });
        let passing = Passing::of(others);
        let mut blocks = self.passed(CALLER, passing, || Doubted::Principals(principals.clone()));
        let rule = || Doubted::Rule(Rule::AwsStarBeyondAws);
        blocks.extend(self.sorted(CALLER, of_star, rule, !principals.negated));
        blocks
    }

    fn of_resources(&mut self, resources: Option<&Patterns<ResourcePattern>>) -> Vec<Block> {
        let Some(resources) = resources else {
            return vec![Block::everything()];
        };
        let classes = self.without_resource() + 1;
        let (mut by_field, mut beyond) =
            (FixedBitSet::with_capacity(classes), FixedBitSet::with_capacity(classes));
        let mut templates = Vec::new();
        for pattern in &resources.values {
            let ResourcePattern::Fields { resource, .. } = pattern else {
                by_field.insert_range(..);
                continue;
            };
            let inside = self.resources.matching(&resource_pattern(pattern, false), classes);
            let mut all = self.resources.matching(&resource_pattern(pattern, true), classes);
            all.union_with(&inside);
            if let Some(short) = short_pattern(pattern) {
                all.union_with(&self.resources.matching(&short, classes));
            }
            if resource.glob().is_some() {
                by_field.union_with(&inside);
                beyond.union_with(&all);
            } else {
                templates.push((pattern, all));
            }
        }
        beyond.union_with(&by_field);
        let by_field_only = by_field.clone();
        let rule = || Doubted::Rule(Rule::StarBeyondField);
        if !resources.negated {
            let mut blocks = self.passed(RESOURCE, Passing { certain: by_field, possible: beyond }, rule);
            for (pattern, possible) in templates {
                let certain = FixedBitSet::with_capacity(classes);
                let possible = &possible & &complement(&by_field_only);
                blocks.extend(
                    self.passed(RESOURCE, Passing { certain, possible }, || {
                        Doubted::Resource(pattern.clone())
                    }),
                );
            }
            return blocks;
        }
        if templates.is_empty() {
            let passing = Passing { certain: complement(&beyond), possible: complement(&by_field) };
            return self.left(RESOURCE, passing, rule);
        }
        // Without a value for a variable the element leaves no resource in; a request that names none has none to match.
        let possible = complement(&by_field);
        let mut certain = FixedBitSet::with_capacity(classes);
        certain.insert(self.without_resource());
        certain.intersect_with(&possible);
        let passing = Passing { certain, possible };
        self.passed(RESOURCE, passing, || Doubted::NotResource(resources.clone()))
    }

    fn of_refusal(&mut self, statement: &Statement) -> Vec<Block> {
        if !statement.is_refused {
            return vec![Block::everything()];
        }
        let statement = Statement { at: Span::NONE, ..statement.clone() };
        vec![self.doubt(Doubted::Refused(Box::new(statement)), true)]
    }

    fn of_test(&mut self, test: &Test) -> Vec<Block> {
        let dimension = self.keys.iter().position(|dimension| dimension.is_of(test));
        let Some((number, key)) = dimension.and_then(|number| Some((number, self.keys.get(number)?))) else {
            return vec![self.doubt(Doubted::Test(test.clone()), true)];
        };
        let dimension = Self::key_dimension(number);
        if !key.is_many {
            let passing = key.passing(test);
            return self.passed(dimension, passing, || Doubted::Test(test.clone()));
        }
        let (certain, possible) = of_many(key, test);
        let mut blocks: Vec<Block> =
            certain.iter().cloned().map(|part| Block::of_part(dimension, part)).collect();
        if possible != certain {
            let (doubted, holds) = match &test.values {
                // One reading for all tests: a key without a value counts as absent, or not.
                Values::Absences(wanted) => {
                    (Doubted::Rule(Rule::NullOfEmptySet), wanted.contains(&Some(true)))
                }
                _ => (Doubted::Test(test.clone()), true),
            };
            let doubt = self.doubt(doubted, holds);
            blocks
                .extend(possible.into_iter().filter_map(|part| Block::of_part(dimension, part).and(&doubt)));
        }
        blocks
    }

    /// The classes that pass for certain, and those that may, if what is in doubt holds.
    fn passed(
        &mut self,
        dimension: usize,
        passing: Passing,
        doubted: impl FnOnce() -> Doubted,
    ) -> Vec<Block> {
        self.sorted(dimension, passing, doubted, true)
    }

    /// The classes that pass for certain, and those that may, if what is in doubt does not hold.
    fn left(&mut self, dimension: usize, passing: Passing, doubted: impl FnOnce() -> Doubted) -> Vec<Block> {
        self.sorted(dimension, passing, doubted, false)
    }

    fn sorted(
        &mut self,
        dimension: usize,
        passing: Passing,
        doubted: impl FnOnce() -> Doubted,
        if_it_holds: bool,
    ) -> Vec<Block> {
        let doubtful = &passing.possible & &complement(&passing.certain);
        let certain = Block::of(dimension, passing.certain);
        let possible =
            Block::of(dimension, doubtful).and_then(|block| block.and(&self.doubt(doubted(), if_it_holds)));
        certain.into_iter().chain(possible).collect()
    }

    /// Whether the block is what requests are, without anything in doubt and with each key looked at in one way only.
    pub(super) fn is_exact(&self, block: &Block) -> bool {
        let is_plain = |dimension: &KeyDimension| self.dimensions_of(&dimension.key).nth(1).is_none();
        let mut keys = self.keys.iter().enumerate();
        let keys_are_plain = keys.all(|(number, dimension)| {
            is_plain(dimension) || block.part(Self::key_dimension(number)).is_none()
        });
        keys_are_plain && self.doubted(block).next().is_none()
    }

    /// What is in doubt and has to hold, or must not, for requests of a block.
    pub(super) fn doubted(&self, block: &Block) -> impl Iterator<Item = (&Doubted, bool)> {
        let first = FIRST_KEY + self.keys.len();
        self.doubts.iter().enumerate().filter_map(move |(number, doubted)| {
            match block.part(first + number)? {
                Part::One(classes) if !classes.is_full() => Some((doubted, classes.contains(1))),
                _ => None,
            }
        })
    }

    fn doubt(&mut self, doubted: Doubted, holds: bool) -> Block {
        let known = self.doubts.iter().position(|known| *known == doubted);
        let number = known.unwrap_or_else(|| {
            self.doubts.push(doubted);
            self.doubts.len() - 1
        });
        let mut class = FixedBitSet::with_capacity(2);
        class.insert(usize::from(holds));
        Block::of_part(FIRST_KEY + self.keys.len() + number, Part::One(class))
    }
}

/// How a test sorts requests with any number of values for its key: those that pass for certain, and those that may.
fn of_many(key: &KeyDimension, test: &Test) -> (Vec<Part>, Vec<Part>) {
    let marker = key.without_value();
    let with_marker = |mut set: FixedBitSet| {
        set.insert(marker);
        set
    };
    let values = || complement(&with_marker(FixedBitSet::with_capacity(key.len())));
    let absent = || Part::all_in(FixedBitSet::with_capacity(key.len()));
    let no_value = || Part::all_in(with_marker(FixedBitSet::with_capacity(key.len())));
    let some = |set: FixedBitSet| (!set.is_clear()).then(|| Part::some_in(set));
    if let Values::Absences(wanted) = &test.values {
        let (if_absent, if_present) = (wanted.contains(&Some(true)), wanted.contains(&Some(false)));
        let present = || Part::some_in(with_marker(values()));
        return match (if_absent, if_present) {
            (true, true) => (vec![Part::all_in(everything(key.len()))], Vec::new()),
            (true, false) => (vec![absent()], vec![no_value()]),
            (false, true) => (vec![Part::some_in(values())], vec![present()]),
            (false, false) => (Vec::new(), Vec::new()),
        };
    }
    let Some(operator) = test.operator else {
        return (Vec::new(), Vec::new());
    };
    let each = key.passing_each(test);
    let without = |part: fn(&KeyDimension) -> Part| operator.holds_without_key().then(|| part(key));
    match operator.quantifier {
        Some(Quantifier::ForAllValues) => {
            (vec![Part::all_in(with_marker(each.certain))], vec![Part::all_in(with_marker(each.possible))])
        }
        Some(Quantifier::ForAnyValue) => {
            let none = without(|key| {
                let mut marker = FixedBitSet::with_capacity(key.len());
                marker.insert(key.without_value());
                Part::all_in(marker)
            });
            let of = |each| some(each).into_iter().chain(none.clone()).collect();
            (of(each.certain), of(each.possible))
        }
        None => {
            let none = without(|key| Part::all_in(FixedBitSet::with_capacity(key.len())));
            let no_value = operator.if_exists.then(no_value);
            (none.into_iter().collect(), some(each.possible).into_iter().chain(no_value).collect())
        }
    }
}
