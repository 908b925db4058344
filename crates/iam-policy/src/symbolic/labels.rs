//! What a policy may ask of a requester, as labels: a value that stands in the policy, or anything.
//!
//! Source: Backes et al., "Stratified Abstraction of Access Control Policies", CAV 2020.

use fixedbitset::FixedBitSet;
use ipnet::IpNet;

use super::block::{Block, Part, everything};
use super::keys::KeyDimension;
use super::outsider::{confines, confines_as_arn, confines_as_bool, confines_principal, confining_networks};
use super::space::{CALLER, Space};
use crate::condition::{BoolValue, Comparison, Operator, Test, Values};
use crate::context::Key;
use crate::glob::Token;
use crate::pattern::{PrincipalPattern, Text};
use crate::policy::Statement;

/// The labels of one dimension. Label 0 is anything.
#[derive(Debug)]
pub(super) struct Ladder {
    dimension: usize,
    /// Whose values the labels are; `None` is the principal.
    pub(super) key: Option<Key>,
    is_many: bool,
    pub(super) labels: Vec<Label>,
}

/// A value that stands in the policy, with the classes of the values that it covers.
#[derive(Debug)]
pub(super) struct Label {
    /// The value as policies write it; `None` for anything.
    pub(super) text: Option<String>,
    classes: FixedBitSet,
    /// Whether it keeps outsiders out: see [`super::outsider`].
    is_confining: bool,
    /// The labels that lie strictly within and are not within another such.
    pub(super) below: Vec<usize>,
}

impl Ladder {
    /// The labels of the principal.
    pub(super) fn of_principals(space: &Space, statements: &[&Statement]) -> Self {
        let elements = statements.iter().filter_map(|statement| statement.principals.as_ref());
        let mut labels = Vec::new();
        for pattern in elements.flat_map(|principals| &principals.values) {
            if matches!(pattern, PrincipalPattern::Everyone | PrincipalPattern::EveryAws) {
                continue;
            }
            let mut classes = FixedBitSet::with_capacity(space.callers.len());
            let callers = space.callers.iter().enumerate();
            classes.extend(
                callers
                    .filter(|(_, caller)| !pattern.matches(&caller.principal, None).1.is_false())
                    .map(|(number, _)| number),
            );
            labels.push((pattern.to_string(), classes, confines_principal(pattern)));
        }
        Self::new(CALLER, None, false, space.callers.len(), labels)
    }

    /// The labels of a key.
    pub(super) fn of_key(dimension: usize, key: &KeyDimension, statements: &[&Statement]) -> Self {
        let tests = statements.iter().flat_map(|statement| &statement.conditions);
        let mut labels = Vec::new();
        for (text, test, is_confining) in tests.filter(|test| key.is_of(test)).flat_map(single_values) {
            let passing = if key.is_many { key.passing_each(&test) } else { key.passing(&test) };
            let mut classes = passing.possible;
            classes.set(key.without_value(), false);
            labels.push((text, classes, is_confining));
        }
        Self::new(dimension, Some(key.key.clone()), key.is_many, key.len(), labels)
    }

    fn new(
        dimension: usize,
        key: Option<Key>,
        is_many: bool,
        classes: usize,
        values: Vec<(String, FixedBitSet, bool)>,
    ) -> Self {
        let all = everything(classes);
        let mut labels = vec![Label { text: None, classes: all, is_confining: false, below: Vec::new() }];
        for (text, classes, is_confining) in values {
            if classes.is_clear() || classes.is_full() {
                continue;
            }
            match labels.iter_mut().find(|label| label.classes == classes) {
                // The same values in other words.
                Some(same) => same.is_confining |= is_confining,
                None => labels.push(Label { text: Some(text), classes, is_confining, below: Vec::new() }),
            }
        }
        let within = |one: &Label, other: &Label| {
            one.classes != other.classes && one.classes.is_subset(&other.classes)
        };
        let below = |label: &Label| -> Vec<usize> {
            let inside: Vec<usize> = labels
                .iter()
                .enumerate()
                .filter(|(_, other)| within(other, label))
                .map(|(number, _)| number)
                .collect();
            let is_inside_another = |number: &usize| {
                let own = labels.get(*number);
                inside
                    .iter()
                    .filter_map(|other| labels.get(*other))
                    .any(|other| own.is_some_and(|own| within(own, other)))
            };
            inside.iter().copied().filter(|number| !is_inside_another(number)).collect()
        };
        let below: Vec<Vec<usize>> = labels.iter().map(below).collect();
        for (label, below) in labels.iter_mut().zip(below) {
            label.below = below;
        }
        Self { dimension, key, is_many, labels }
    }

    /// The requests that a label covers.
    pub(super) fn covered(&self, label: usize) -> Option<Block> {
        if label == 0 {
            return Some(Block::everything());
        }
        self.block(&self.labels.get(label)?.classes)
    }

    /// The requests that a label covers and none below it.
    pub(super) fn own(&self, label: usize) -> Vec<Block> {
        let below = self.labels.get(label).map(|label| &*label.below).unwrap_or_default();
        let mut own: Vec<Block> = self.covered(label).into_iter().collect();
        for block in below.iter().filter_map(|label| self.covered(*label)) {
            own = own.iter().flat_map(|part| part.without(&block)).collect();
        }
        own
    }

    /// Whether a label keeps outsiders out.
    pub(super) fn is_confining(&self, label: usize) -> bool {
        self.labels.get(label).is_some_and(|label| label.is_confining)
    }

    /// The requests that no label covers that keeps outsiders out.
    pub(super) fn unconfined(&self) -> Vec<Block> {
        let confining = self.labels.iter().filter(|label| label.is_confining);
        let mut rest = vec![Block::everything()];
        for block in confining.filter_map(|label| self.block(&label.classes)) {
            rest = rest.iter().flat_map(|part| part.without(&block)).collect();
        }
        rest
    }

    /// Whether all that one label covers, another does.
    pub(super) fn includes(&self, one: usize, other: usize) -> bool {
        let [one, other] = [one, other].map(|label| self.labels.get(label));
        one.zip(other).is_some_and(|(one, other)| other.classes.is_subset(&one.classes))
    }

    fn block(&self, classes: &FixedBitSet) -> Option<Block> {
        if self.is_many {
            return (!classes.is_clear())
                .then(|| Block::of_part(self.dimension, Part::some_in(classes.clone())));
        }
        Block::of(self.dimension, classes.clone())
    }
}

/// A test as one positive test for each of its values, and whether the value keeps outsiders out. Values that everything
/// matches are none.
fn single_values(test: &Test) -> Vec<(String, Test, bool)> {
    let Some(comparison) = test.operator.and_then(|operator| positive(operator.comparison)) else {
        return Vec::new();
    };
    let one = |text: String, values: Values, is_confining: bool| {
        (text, Test { operator: Some(Operator::plain(comparison)), values, ..test.clone() }, is_confining)
    };
    match &test.values {
        Values::Texts(texts) => {
            let is_anything =
                |text: &&Text| text.widened().tokens() == [Token::AnyText] && !confines(&test.key, text);
            let texts = texts.iter().filter(|text| !is_anything(text));
            let each = texts.map(|text| {
                one(text.to_string(), Values::Texts(vec![text.clone()]), confines(&test.key, text))
            });
            each.collect()
        }
        Values::Arns(arns) => {
            let each = arns.iter().map(|arn| {
                one(arn.to_string(), Values::Arns(vec![arn.clone()]), confines_as_arn(&test.key, arn))
            });
            each.collect()
        }
        Values::Networks(networks) => {
            let networks: Vec<IpNet> = networks.iter().flatten().copied().collect();
            let confining = confining_networks(&networks);
            let limited = networks.iter().filter(|network| network.prefix_len() > 0);
            let each = limited.map(|network| {
                one(network.to_string(), Values::Networks(vec![Some(*network)]), confining.contains(network))
            });
            each.collect()
        }
        Values::Bools(values) => {
            let values = values.iter().filter_map(|value| match value {
                BoolValue::Is(value) => Some(*value),
                BoolValue::Template(_) | BoolValue::Other => None,
            });
            let each = values.map(|value| {
                let is_confining = confines_as_bool(&test.key, value);
                one(value.to_string(), Values::Bools(vec![BoolValue::Is(value)]), is_confining)
            });
            each.collect()
        }
        _ => Vec::new(),
    }
}

fn positive(comparison: Comparison) -> Option<Comparison> {
    match comparison {
        Comparison::StringEquals | Comparison::StringNotEquals => Some(Comparison::StringEquals),
        Comparison::StringEqualsIgnoreCase | Comparison::StringNotEqualsIgnoreCase => {
            Some(Comparison::StringEqualsIgnoreCase)
        }
        Comparison::StringLike | Comparison::StringNotLike => Some(Comparison::StringLike),
        Comparison::ArnEquals | Comparison::ArnNotEquals | Comparison::ArnLike | Comparison::ArnNotLike => {
            Some(Comparison::ArnLike)
        }
        Comparison::IpAddress | Comparison::NotIpAddress => Some(Comparison::IpAddress),
        Comparison::Bool => Some(Comparison::Bool),
        _ => None,
    }
}
