//! All requests, cut into the classes that the statements of a question can tell apart.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;

use super::Settings;
use super::axioms::{ASSUME_ROLE, SESSIONS};
use super::block::{Block, complement};
use super::callers::{Caller, CallerPatterns, callers, roles_of_session};
use super::doubt::Doubted;
use super::keys::{KeyDimension, arn_pattern};
use super::outcome::Limit;
use super::shape::Shape;
use super::text::{self, Matcher, Pattern, TextClass};
use crate::condition::{Test, Values};
use crate::context::Key;
use crate::glob::{Case, Glob, Token};
use crate::pattern::{ActionPattern, PrincipalPattern, ResourcePattern, Text};
use crate::policy::Statement;
use crate::principal::Principal;
use crate::truth::Rule;

/// The dimensions of a question. Who, what and which resource come first, then the condition keys, then what is not known.
#[derive(Debug)]
pub(super) struct Space {
    pub(super) callers: Vec<Caller>,
    pub(super) actions: Texts,
    pub(super) resources: Texts,
    pub(super) keys: Vec<KeyDimension>,
    /// What may hold or not, whatever the request: each is a dimension of two classes.
    pub(super) doubts: Vec<Doubted>,
    /// Whether `*` at the end of a field of a resource is looked at as reaching beyond it.
    is_beyond_seen: bool,
    pub(super) max_blocks: usize,
}

/// Where the dimensions stand.
pub(super) const CALLER: usize = 0;
pub(super) const ACTION: usize = 1;
pub(super) const RESOURCE: usize = 2;
pub(super) const FIRST_KEY: usize = 3;

/// The classes of texts that patterns make.
#[derive(Debug)]
pub(super) struct Texts {
    numbers: BTreeMap<Pattern, usize>,
    matcher: Matcher,
    pub(super) classes: Vec<TextClass>,
}

impl Texts {
    fn of(
        patterns: BTreeSet<Pattern>,
        shape: &Shape,
        max_states: usize,
    ) -> Result<Self, text::TooManyStates> {
        let patterns: Vec<Pattern> = patterns.into_iter().collect();
        let classes = text::classes(&patterns, shape, max_states)?;
        let matcher = Matcher::of(&patterns);
        let numbers = patterns.into_iter().enumerate().map(|(number, pattern)| (pattern, number)).collect();
        Ok(Self { numbers, matcher, classes })
    }

    /// The classes whose texts match a pattern, among so many.
    pub(super) fn matching(&self, pattern: &Pattern, classes: usize) -> FixedBitSet {
        let mut matching = FixedBitSet::with_capacity(classes);
        if let Some(number) = self.numbers.get(pattern) {
            let all = self.classes.iter().enumerate();
            matching.extend(all.filter(|(_, class)| class.matches.contains(*number)).map(|(at, _)| at));
        }
        matching
    }

    /// Whether a text is in a class.
    pub(super) fn is_in(&self, class: usize, text: &str) -> bool {
        let class = self.classes.get(class);
        class.is_some_and(|class| class.matches == self.matcher.matching(text))
    }
}

impl Space {
    /// The space that is fine enough for these statements.
    ///
    /// # Errors
    ///
    /// [`Limit::Classes`] when a dimension would need too many states.
    pub(super) fn of(statements: &[&Statement], settings: &Settings) -> Result<Self, Limit> {
        let max_states = settings.max_states;
        let over = |dimension: &str| {
            let dimension = dimension.into();
            move |_| Limit::Classes { dimension }
        };
        let actions = statements.iter().flat_map(|statement| &statement.actions.values);
        let sessions = [SESSIONS, ASSUME_ROLE].map(|text| action_pattern(&ActionPattern::parse(text)));
        let patterns = actions.filter_map(action_pattern).chain(sessions.into_iter().flatten()).collect();
        let actions = Texts::of(patterns, &Shape::action(), max_states).map_err(over("action"))?;
        let (resources, is_beyond_seen) = resources(statements, max_states).map_err(over("resource"))?;
        let tests = tests_by_key(statements);
        let mut keys = Vec::new();
        for (key, of_key) in &tests {
            let more = settings.axioms.patterns(key, &tests);
            keys.extend(KeyDimension::of_key(key, of_key, &more, max_states).map_err(over(key.as_str()))?);
        }
        let callers = callers(&caller_patterns(statements, &tests), max_states).map_err(over("principal"))?;
        let doubts = Vec::new();
        let max_blocks = settings.max_blocks;
        Ok(Self { callers, actions, resources, keys, doubts, is_beyond_seen, max_blocks })
    }

    /// The number of the dimension of a key.
    pub(super) fn key_dimension(number: usize) -> usize {
        FIRST_KEY + number
    }

    /// The dimensions of a key with their numbers.
    pub(super) fn dimensions_of(&self, key: &Key) -> impl Iterator<Item = (usize, &KeyDimension)> {
        let all = self.keys.iter().enumerate();
        all.filter(move |(_, dimension)| dimension.key == *key)
            .map(|(number, dimension)| (Self::key_dimension(number), dimension))
    }

    /// The requests of these principals; `None` if there are none.
    pub(super) fn callers_who(&self, are: impl Fn(&Principal) -> bool) -> Option<Block> {
        let mut callers = FixedBitSet::with_capacity(self.callers.len());
        let all = self.callers.iter().enumerate();
        callers.extend(all.filter(|(_, caller)| are(&caller.principal)).map(|(number, _)| number));
        Block::of(CALLER, callers)
    }

    /// The requests with another action than a pattern has; `None` if there are none.
    pub(super) fn actions_outside(&self, pattern: &str) -> Option<Block> {
        let pattern = action_pattern(&ActionPattern::parse(pattern))?;
        Block::of(ACTION, complement(&self.actions.matching(&pattern, self.actions.classes.len())))
    }

    /// The requests with an action of a pattern; `None` if there are none.
    pub(super) fn actions_of(&self, pattern: &str) -> Option<Block> {
        let pattern = action_pattern(&ActionPattern::parse(pattern))?;
        Block::of(ACTION, self.actions.matching(&pattern, self.actions.classes.len()))
    }

    /// The class of requests that name no resource.
    pub(super) fn without_resource(&self) -> usize {
        self.resources.classes.len()
    }

    /// Readings of rules that are taken for granted because the others were too much to look at.
    pub(super) fn assumed(&self) -> Option<Rule> {
        (!self.is_beyond_seen).then_some(Rule::StarBeyondField)
    }
}

fn tests_by_key<'s>(statements: &[&'s Statement]) -> BTreeMap<&'s Key, Vec<&'s Test>> {
    let mut tests: BTreeMap<&Key, Vec<&Test>> = BTreeMap::new();
    // What is no operator sees no values.
    let known = statements.iter().flat_map(|statement| &statement.conditions);
    for test in known.filter(|test| test.operator.is_some()) {
        tests.entry(&test.key).or_default().push(test);
    }
    tests
}

/// An action pattern as the text with its colon; `None` for those that match everything or nothing.
pub(super) fn action_pattern(pattern: &ActionPattern) -> Option<Pattern> {
    let ActionPattern::Named { service, name } = pattern else {
        return None;
    };
    let colon = Glob::literal(":", Case::Folded);
    Some(Pattern::of(service).then(&colon, None).then(name, None))
}

/// The texts that a resource pattern matches, with variables standing for anything.
pub(super) fn resource_pattern(pattern: &ResourcePattern, beyond: bool) -> Pattern {
    let ResourcePattern::Fields { fields, resource, .. } = pattern else {
        return Pattern::empty().then_any(None);
    };
    let before = fields.iter().fold(Pattern::empty(), |arn, field| {
        let arn = match field.tokens().split_last() {
            Some((Token::AnyText, before)) if beyond => {
                arn.then(&Glob::new(before.iter().copied(), field.case()), Some(':')).then_any(None)
            }
            _ => arn.then(field, Some(':')),
        };
        arn.then_text(":")
    });
    before.then(&resource.widened(), None)
}

/// What a pattern that leaves fields out matches as it stands, if its stars run over colons.
pub(super) fn short_pattern(pattern: &ResourcePattern) -> Option<Pattern> {
    match pattern {
        ResourcePattern::Fields { short: Some(short), .. } => Some(Pattern::of(short)),
        _ => None,
    }
}

/// The classes of resources, and whether they tell apart what `*` at the end of a field does.
fn resources(statements: &[&Statement], max_states: usize) -> Result<(Texts, bool), text::TooManyStates> {
    let patterns = || {
        let values = statements.iter().filter_map(|statement| statement.resources.as_ref());
        values.flat_map(|resources| &resources.values).filter(|pattern| **pattern != ResourcePattern::Every)
    };
    let by_field: BTreeSet<Pattern> = patterns().map(|pattern| resource_pattern(pattern, false)).collect();
    let mut all: BTreeSet<Pattern> = patterns().map(|pattern| resource_pattern(pattern, true)).collect();
    all.extend(by_field.iter().cloned());
    all.extend(patterns().filter_map(short_pattern));
    let of = |patterns, max_states| {
        let mut texts = Texts::of(patterns, &Shape::arn(), max_states)?;
        let readable = ["arn:aws:s3:::example"].map(str::to_owned);
        texts.matcher.prefer(&mut texts.classes, readable);
        Ok(texts)
    };
    if all.len() == by_field.len() {
        return Ok((of(by_field, max_states)?, true));
    }
    // Stars that run over colons make many more classes, so that less is spent on them.
    match of(all, max_states / 16) {
        Ok(texts) if texts.classes.len() <= MAX_CLASSES_BEYOND => Ok((texts, true)),
        _ => Ok((of(by_field, max_states)?, false)),
    }
}

/// With more classes than this, the search takes long.
const MAX_CLASSES_BEYOND: usize = 2_000;

/// What tells the principals of a question apart.
fn caller_patterns(statements: &[&Statement], tests: &BTreeMap<&Key, Vec<&Test>>) -> CallerPatterns {
    let mut patterns = CallerPatterns::default();
    let elements = statements.iter().filter_map(|statement| statement.principals.as_ref());
    for principal in elements.flat_map(|principals| &principals.values) {
        match principal {
            PrincipalPattern::Account(account) => {
                patterns.arns.insert(of_account(&Glob::literal(&account.to_string(), Case::Sensitive)));
            }
            PrincipalPattern::Arn(arn) => {
                patterns.arns.insert(Pattern::empty().then_text(arn));
                if arn.contains(":role/") {
                    patterns.roles.insert(arn.clone());
                }
                if let Some(roles) = roles_of_session(arn) {
                    patterns.arns.extend(roles);
                    patterns.sessions.insert(arn.clone());
                }
            }
            PrincipalPattern::Service(name) => {
                patterns.services.insert(Pattern::empty().then_text(name));
            }
            PrincipalPattern::Federated(name) => {
                patterns.providers.insert(name.clone());
            }
            // Whose canonical user id it is is not known.
            PrincipalPattern::Everyone | PrincipalPattern::EveryAws | PrincipalPattern::CanonicalUser(_) => {}
        }
    }
    // Keys whose values follow from the principal.
    for (key, tests) in tests {
        let values = || tests.iter().flat_map(|test| texts(test));
        match key.folded() {
            "aws:principalarn" => {
                let arns = tests.iter().flat_map(|test| match &test.values {
                    Values::Arns(arns) => arns.iter().filter_map(arn_pattern).collect(),
                    _ => Vec::new(),
                });
                patterns.arns.extend(arns.chain(values().map(|text| Pattern::of(&text))));
            }
            "aws:principalaccount" | "kms:calleraccount" => {
                patterns.arns.extend(values().map(|text| of_account(&text)));
            }
            "aws:username" => patterns.arns.extend(values().flat_map(|text| {
                let user = || Pattern::empty().then_text("arn:").then_any(Some(':')).then_text(":iam::");
                let user = || user().then_any(Some(':')).then_text(":user/");
                let name = |before: Pattern| before.then(&text, Some('/'));
                [name(user()), name(user().then_any(None).then_text("/"))]
            })),
            "aws:userid" => patterns.arns.extend(values().map(|text| of_account(&text))),
            "aws:principalservicename" => {
                patterns.services.extend(values().map(|text| Pattern::of(&text)));
            }
            _ => {}
        }
    }
    patterns
}

/// The texts that a test compares with.
pub(super) fn texts(test: &Test) -> Vec<Glob> {
    match &test.values {
        Values::Texts(texts) => texts.iter().map(Text::widened).collect(),
        _ => Vec::new(),
    }
}

/// ARNs with this account.
fn of_account(account: &Glob) -> Pattern {
    let before = Pattern::empty().then_text("arn:").then_any(Some(':')).then_text(":");
    let before = before.then_any(Some(':')).then_text("::");
    before.then(account, Some(':')).then_text(":").then_any(None)
}
