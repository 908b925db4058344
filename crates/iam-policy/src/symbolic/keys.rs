//! The classes of the values of a condition key.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use super::callers::ACCOUNTS;
use super::cells;
use super::shape::Shape;
use super::text::{self, Matcher, Pattern, TextClass, TooManyStates};
use crate::catalogue::{Catalogue, KeyKind};
use crate::condition::{BoolValue, Family, Operator, Quantifier, Test, Values};
use crate::context::{Context, ContextValue, Key};
use crate::glob::{Case, Glob};
use crate::pattern::ArnPattern;
use crate::truth::Truth;

/// A condition key as far as operators of one kind see it.
#[derive(Debug)]
pub(super) struct KeyDimension {
    pub(super) key: Key,
    pub(super) group: Group,
    /// Whether requests have any number of values.
    pub(super) is_many: bool,
    /// A value of each class.
    pub(super) values: Vec<String>,
    /// Of texts: what tells the classes apart.
    patterns: Vec<Pattern>,
    matcher: Matcher,
    /// Of texts: the patterns that each class matches.
    matches: Vec<FixedBitSet>,
}

/// Kinds of operators that see the same in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    Texts,
    Numbers,
    Instants,
    Addresses,
    Bools,
    Bytes,
}

/// The classes that pass a test for certain, and those that may.
#[derive(Debug)]
pub(super) struct Passing {
    pub(super) certain: FixedBitSet,
    pub(super) possible: FixedBitSet,
}

impl Passing {
    /// Sorts classes by truth.
    pub(super) fn of(truths: impl ExactSizeIterator<Item = Truth>) -> Self {
        let mut certain = FixedBitSet::with_capacity(truths.len());
        let mut possible = certain.clone();
        for (class, truth) in truths.enumerate() {
            certain.set(class, truth.is_true());
            possible.set(class, !truth.is_false());
        }
        Self { certain, possible }
    }
}

impl Group {
    /// The group of an operator; `None` for `Null` and what is no operator.
    fn of(test: &Test) -> Option<Self> {
        match test.operator?.comparison.family() {
            Family::String | Family::Arn => Some(Self::Texts),
            Family::Numeric => Some(Self::Numbers),
            Family::Date => Some(Self::Instants),
            Family::Bool => Some(Self::Bools),
            Family::Binary => Some(Self::Bytes),
            Family::IpAddress => Some(Self::Addresses),
            Family::Null => None,
        }
    }

    /// The groups of the tests of a key. Truth values are texts where texts are asked for as well.
    fn all(tests: &[&Test]) -> BTreeSet<Self> {
        let mut groups: BTreeSet<Self> = tests.iter().filter_map(|test| Self::of(test)).collect();
        if groups.is_empty() {
            groups.insert(Self::Texts);
        }
        if groups.contains(&Self::Texts) {
            groups.remove(&Self::Bools);
        }
        groups
    }
}

impl KeyDimension {
    /// The dimensions of a key: one, unless operators of different kinds compare with it.
    pub(super) fn of_key(
        key: &Key,
        tests: &[&Test],
        more: &[Pattern],
        max_states: usize,
    ) -> Result<Vec<Self>, TooManyStates> {
        let is_many = is_many(key, tests);
        Group::all(tests)
            .into_iter()
            .map(|group| Self::of_group(key, group, is_many, tests, more, max_states))
            .collect()
    }

    fn of_group(
        key: &Key,
        group: Group,
        is_many: bool,
        tests: &[&Test],
        more: &[Pattern],
        max_states: usize,
    ) -> Result<Self, TooManyStates> {
        let values = tests.iter().map(|test| &test.values);
        let samples = match group {
            Group::Texts => return Self::of_texts(key, is_many, tests, more, max_states),
            Group::Numbers => cells::numbers(values.flat_map(|values| match values {
                Values::Numbers(numbers) => numbers.iter().flatten().collect(),
                _ => Vec::new(),
            })),
            Group::Instants => cells::instants(values.flat_map(|values| match values {
                Values::Instants(instants) => instants.iter().flatten().collect(),
                _ => Vec::new(),
            })),
            Group::Addresses => cells::addresses(values.flat_map(|values| match values {
                Values::Networks(networks) => networks.iter().flatten().collect(),
                _ => Vec::new(),
            })),
            Group::Bools => vec!["true".to_owned(), "false".to_owned()],
            Group::Bytes => bytes(values),
        };
        let unreadable = is_tag(key).then(|| "unreadable".to_owned());
        let values = samples.into_iter().chain(unreadable).collect();
        let key = key.clone();
        let (patterns, matcher) = (Vec::new(), Matcher::of(&[]));
        Ok(Self { key, group, is_many, values, patterns, matcher, matches: Vec::new() })
    }

    fn of_texts(
        key: &Key,
        is_many: bool,
        tests: &[&Test],
        more: &[Pattern],
        max_states: usize,
    ) -> Result<Self, TooManyStates> {
        let mut patterns: BTreeSet<Pattern> = tests.iter().flat_map(|test| patterns(&test.values)).collect();
        patterns.extend(more.iter().cloned());
        let may_be_empty = is_tag(key) && !is_many;
        if may_be_empty && tests.iter().any(|test| is_quantified(test)) {
            // A single empty text counts as no value for set operators.
            patterns.insert(Pattern::empty());
        }
        let patterns: Vec<Pattern> = patterns.into_iter().collect();
        let mut classes = text::classes(&patterns, &shape(key, may_be_empty), max_states)?;
        let telling = Matcher::of(&patterns);
        telling.prefer(&mut classes, readable(key));
        for word in words(key) {
            let matches = telling.matching(word);
            if !classes.iter().any(|class| class.matches == matches) {
                classes.push(TextClass { matches, sample: (*word).to_owned() });
            }
        }
        let (values, matches) = classes.into_iter().map(|class| (class.sample, class.matches)).unzip();
        Ok(Self {
            key: key.clone(),
            group: Group::Texts,
            is_many,
            values,
            patterns,
            matcher: telling,
            matches,
        })
    }

    /// How many classes there are. The last is that of requests without the key; of a key with many values, it marks those
    /// that have the key without a value.
    pub(super) fn len(&self) -> usize {
        self.values.len() + 1
    }

    /// The last class.
    pub(super) fn without_value(&self) -> usize {
        self.values.len()
    }

    /// Whether this is where a test looks.
    pub(super) fn is_of(&self, test: &Test) -> bool {
        let group = Group::of(test);
        let is_bool_as_text = self.group == Group::Texts && group == Some(Group::Bools);
        self.key == test.key && (group.is_none() || group == Some(self.group) || is_bool_as_text)
    }

    /// The class of a value; `None` where that cannot be told.
    pub(super) fn class_of(&self, value: &str) -> Option<usize> {
        match self.group {
            Group::Texts => {
                let matches = self.matcher.matching(value);
                self.matches.iter().position(|class| *class == matches)
            }
            Group::Bools => self.values.iter().position(|class| class == value),
            _ => None,
        }
    }

    /// The value of a class, if it is the only one.
    pub(super) fn only_value(&self, class: usize) -> Option<String> {
        let value = self.values.get(class)?;
        let only = Pattern::empty().then_text(value);
        self.class_matches(class, &only).then(|| value.clone())
    }

    /// The patterns of texts that hold for all values of a class.
    pub(super) fn class_matches(&self, class: usize, pattern: &Pattern) -> bool {
        let number = self.patterns.iter().position(|other| other == pattern);
        number.zip(self.matches.get(class)).is_some_and(|(number, matches)| matches.contains(number))
    }

    /// How a test sorts the classes of a key with one value, the last included.
    pub(super) fn passing(&self, test: &Test) -> Passing {
        let context = |value| Context::open().with(self.key.clone(), value);
        let values = self.values.iter().map(|value| ContextValue::single(value));
        let all: Vec<ContextValue> = values.chain([ContextValue::Absent]).collect();
        Passing::of(all.into_iter().map(|value| test.holds(&context(value))))
    }

    /// How the values of the classes of a key with many values pass a test one by one. The last class does not.
    pub(super) fn passing_each(&self, test: &Test) -> Passing {
        let operator = test.operator.map(|operator| Operator {
            quantifier: Some(Quantifier::ForAnyValue),
            if_exists: false,
            ..operator
        });
        let test = Test { operator, ..test.clone() };
        let mut passing = self.passing(&test);
        passing.certain.set(self.without_value(), false);
        passing.possible.set(self.without_value(), false);
        passing
    }
}

/// Whether a test has a set operator.
pub(super) fn is_quantified(test: &Test) -> bool {
    test.operator.is_some_and(|operator| operator.quantifier.is_some())
}

/// Whether requests have a key any number of times: AWS says so, or nothing is known of the key and all tests take it so.
fn is_many(key: &Key, tests: &[&Test]) -> bool {
    if key.is_multivalued() {
        return true;
    }
    if let Some(known) = Catalogue::embedded().condition_key(key.as_str()) {
        return known.multivalued();
    }
    let is_null = |test: &Test| matches!(test.values, Values::Absences(_));
    let mut others = tests.iter().filter(|test| !is_null(test)).peekable();
    others.peek().is_some() && others.all(|test| is_quantified(test))
}

/// Whether people choose the value freely.
fn is_tag(key: &Key) -> bool {
    key.folded().contains("tag/")
}

/// The patterns by which values tell texts apart.
fn patterns(values: &Values) -> Vec<Pattern> {
    match values {
        Values::Texts(texts) => texts.iter().map(|text| Pattern::of(&text.widened())).collect(),
        Values::Arns(arns) => {
            let is_arn = (0..4)
                .fold(Pattern::empty().then_text("arn:"), |arn, _| arn.then_any(Some(':')).then_text(":"));
            arns.iter().filter_map(arn_pattern).chain([is_arn.then_any(None)]).collect()
        }
        Values::Bools(values) => {
            let words = ["true", "false"].map(|word| Pattern::of(&Glob::literal(word, Case::Folded)));
            let templates = values.iter().filter_map(|value| match value {
                BoolValue::Template(template) => Some(Pattern::of(&template.widened())),
                BoolValue::Is(_) | BoolValue::Other => None,
            });
            templates.chain(words).collect()
        }
        _ => Vec::new(),
    }
}

/// What an ARN pattern matches among ARNs.
pub(super) fn arn_pattern(pattern: &ArnPattern) -> Option<Pattern> {
    match pattern {
        ArnPattern::Fields(fields) => Some(of_fields(fields.each_ref())),
        ArnPattern::Template(template) => Some(Pattern::of(&template.widened())),
        ArnPattern::NotArn => None,
    }
}

/// An ARN of six fields, of which all but the last hold no colon.
fn of_fields(fields: [&Glob; 6]) -> Pattern {
    let [before @ .., last] = fields;
    let before =
        before.into_iter().fold(Pattern::empty(), |arn, field| arn.then(field, Some(':')).then_text(":"));
    before.then(last, None)
}

/// Every constant, and one that is none of them.
fn bytes<'v>(values: impl Iterator<Item = &'v Values>) -> Vec<String> {
    use base64::Engine as _;
    let mut constants: BTreeSet<&[u8]> = BTreeSet::new();
    for value in values {
        if let Values::Bytes(listed) = value {
            constants.extend(listed.iter().flatten().map(|bytes| &**bytes));
        }
    }
    let longest = constants.iter().map(|constant| constant.len()).max().unwrap_or_default();
    let other = vec![0; longest + 1];
    let all = constants.into_iter().chain([other.as_slice()]);
    all.map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes)).collect()
}

/// The texts that a key may have as values.
fn shape(key: &Key, may_be_empty: bool) -> Shape {
    if is_account(key) {
        return Shape::account();
    }
    match Catalogue::embedded().condition_key(key.as_str()).map(|key| key.kind()) {
        Some(KeyKind::Arn) => Shape::arn(),
        _ => Shape::text(may_be_empty),
    }
}

fn is_account(key: &Key) -> bool {
    matches!(
        key.folded(),
        "aws:principalaccount"
            | "aws:sourceaccount"
            | "aws:sourceowner"
            | "aws:resourceaccount"
            | "aws:vpceaccount"
            | "kms:calleraccount"
            | "s3:resourceaccount"
            | "s3:dataaccesspointaccount"
    )
}

/// Values that have another shape than the rest.
fn words(key: &Key) -> &'static [&'static str] {
    match key.folded() {
        "aws:principalaccount" => &["anonymous"],
        "aws:principaltype" => &["User", "AssumedRole", "Account", "FederatedUser", "Anonymous"],
        _ => &[],
    }
}

/// Values that people recognise; the last that is in a class wins.
fn readable(key: &Key) -> Vec<String> {
    if is_account(key) {
        return ACCOUNTS.iter().rev().map(|&account| account.to_owned()).collect();
    }
    let values: &[&str] = match key.folded() {
        "aws:principalorgid" | "aws:resourceorgid" | "aws:sourceorgid" => &["o-example"],
        "aws:sourcevpc" => &["vpc-example"],
        "aws:sourcevpce" => &["vpce-example"],
        "aws:requestedregion" => &["eu-central-1", "us-east-1"],
        _ => &[],
    };
    values.iter().map(|&value| value.to_owned()).collect()
}
