//! Classes of texts: all texts that a set of patterns cannot tell apart are one class.
//!
//! The patterns run side by side as one automaton whose states are sets of positions in them. Each set of patterns that some
//! text ends in together is a class, and the text that leads there first is its shortest sample.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;
use indexmap::IndexSet;

use super::shape::{Filled, Shape};
use crate::glob::{Case, Glob, Token};

/// A pattern, of which every star may be kept from running over one character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern(Vec<Symbol>);

/// One place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Symbol {
    /// This character.
    Literal(char),
    /// This ASCII letter in lower or upper case.
    Folded(char),
    /// Any one character but this.
    One { but: Option<char> },
    /// Any text without this character, also none.
    Any { but: Option<char> },
}

impl Pattern {
    /// The texts that a pattern of a policy matches.
    pub(super) fn of(glob: &Glob) -> Self {
        Self(Vec::new()).then(glob, None)
    }

    /// The pattern with another behind it, of which stars and question marks do not run over `but`.
    pub(super) fn then(mut self, glob: &Glob, but: Option<char>) -> Self {
        let folded = glob.case() == Case::Folded;
        self.0.extend(glob.tokens().iter().map(|token| match token {
            Token::Literal(letter) if folded && letter.is_ascii_alphabetic() => Symbol::Folded(*letter),
            Token::Literal(character) => Symbol::Literal(*character),
            Token::AnyCharacter => Symbol::One { but },
            Token::AnyText => Symbol::Any { but },
        }));
        self
    }

    /// The pattern with a text behind it.
    pub(super) fn then_text(mut self, text: &str) -> Self {
        self.0.extend(text.chars().map(Symbol::Literal));
        self
    }

    /// The pattern with any text behind it that lacks a character.
    pub(super) fn then_any(mut self, but: Option<char>) -> Self {
        self.0.push(Symbol::Any { but });
        self
    }

    /// Nothing, to be followed by more.
    pub(super) fn empty() -> Self {
        Self(Vec::new())
    }
}

/// The texts that the patterns cannot tell apart.
#[derive(Debug, Clone)]
pub(super) struct TextClass {
    /// The patterns that all these texts match, by their number.
    pub(super) matches: FixedBitSet,
    /// One of the shortest of these texts.
    pub(super) sample: String,
}

/// The patterns overlap in too many ways for the states that were allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooManyStates;

/// A set of positions, in order, behind what is filled of the shape. A position is the number of a symbol in the list of all
/// patterns' symbols, each pattern followed by its end.
type State = Box<[u32]>;

/// A state with so many positions counts as one more: what it costs grows with them.
const POSITIONS_OF_A_STATE: usize = 32;

/// Where a state was reached from, and with which character.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    with: char,
}

/// The classes that `patterns` make of all texts of a shape, in the order of their samples' length.
///
/// # Errors
///
/// [`TooManyStates`] when more than `max_states` are needed, of which a large one counts as several.
pub(super) fn classes(
    patterns: &[Pattern],
    shape: &Shape,
    max_states: usize,
) -> Result<Vec<TextClass>, TooManyStates> {
    let automaton = Automaton::of(patterns);
    let mut states: IndexSet<State, foldhash::fast::FixedState> = IndexSet::default();
    let mut steps: Vec<Option<Step>> = vec![None];
    states.insert(automaton.start(patterns));
    let mut seen: BTreeSet<Vec<usize>> = BTreeSet::new();
    let mut found = Vec::new();
    let (mut next, mut spent) = (0, 0usize);
    while let Some(state) = states.get_index(next).cloned() {
        let (filled, positions) = split(&state);
        if shape.is_complete(filled) {
            let matched = automaton.matched(positions);
            if seen.insert(matched.clone()) {
                found.push(TextClass {
                    matches: numbers(patterns.len(), matched),
                    sample: sample(&steps, next),
                });
            }
        }
        for (with, reached) in automaton.successors(filled, positions, shape) {
            let size = 1 + reached.len() / POSITIONS_OF_A_STATE;
            if states.insert(reached) {
                spent = spent.saturating_add(size);
                steps.push(Some(Step { from: next, with }));
            }
        }
        if spent > max_states {
            return Err(TooManyStates);
        }
        next += 1;
    }
    Ok(found)
}

/// Tells which of some patterns a text matches.
#[derive(Debug)]
pub(super) struct Matcher {
    automaton: Automaton,
    start: State,
    patterns: usize,
}

impl Matcher {
    /// For these patterns, in this order.
    pub(super) fn of(patterns: &[Pattern]) -> Self {
        let automaton = Automaton::of(patterns);
        let start = automaton.start(patterns);
        Self { automaton, start, patterns: patterns.len() }
    }

    /// The patterns that a text matches, by their number.
    pub(super) fn matching(&self, text: &str) -> FixedBitSet {
        let mut positions = split(&self.start).1.to_vec();
        for character in text.chars() {
            positions = in_order(self.automaton.step(&positions, character));
        }
        numbers(self.patterns, self.automaton.matched(&positions))
    }

    /// Makes texts the samples of the classes that they are in; later ones win.
    pub(super) fn prefer(&self, classes: &mut [TextClass], readable: impl IntoIterator<Item = String>) {
        for sample in readable {
            let matches = self.matching(&sample);
            if let Some(class) = classes.iter_mut().find(|class| class.matches == matches) {
                class.sample = sample;
            }
        }
    }
}

fn numbers(of: usize, patterns: Vec<usize>) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(of);
    set.extend(patterns);
    set
}

/// The text that leads to a state.
fn sample(steps: &[Option<Step>], state: usize) -> String {
    let mut text = Vec::new();
    let mut at = state;
    while let Some(Some(step)) = steps.get(at) {
        text.push(step.with);
        at = step.from;
    }
    text.iter().rev().collect()
}

fn split(state: &State) -> (Filled, &[u32]) {
    state.split_first().map_or((0, &[]), |(filled, positions)| (*filled, positions))
}

/// All patterns' symbols one behind the other.
#[derive(Debug)]
struct Automaton {
    /// The symbol at each position; `None` at the end of a pattern.
    symbols: Vec<Option<Symbol>>,
    /// The pattern that ends at each position.
    ends: BTreeMap<u32, usize>,
    /// Whether case matters somewhere.
    has_case: bool,
}

impl Automaton {
    fn of(patterns: &[Pattern]) -> Self {
        let (mut symbols, mut ends) = (Vec::new(), BTreeMap::new());
        for (number, pattern) in patterns.iter().enumerate() {
            symbols.extend(pattern.0.iter().copied().map(Some));
            ends.insert(position(symbols.len()), number);
            symbols.push(None);
        }
        let is_cased =
            |symbol: &Symbol| matches!(symbol, Symbol::Literal(letter) if letter.is_ascii_alphabetic());
        let has_case = symbols.iter().flatten().any(is_cased);
        Self { symbols, ends, has_case }
    }

    fn start(&self, patterns: &[Pattern]) -> State {
        let mut positions = Vec::new();
        let mut first = 0;
        for pattern in patterns {
            self.enter(position(first), &mut positions);
            first += pattern.0.len() + 1;
        }
        state(0, in_order(positions))
    }

    fn symbol(&self, position: u32) -> Option<Symbol> {
        self.symbols.get(position as usize).copied().flatten()
    }

    /// Adds a position, and those behind it where a text of no characters leads on.
    fn enter(&self, mut position: u32, positions: &mut Vec<u32>) {
        positions.push(position);
        while let Some(Symbol::Any { .. }) = self.symbol(position) {
            position += 1;
            positions.push(position);
        }
    }

    fn matched(&self, positions: &[u32]) -> Vec<usize> {
        positions.iter().filter_map(|position| self.ends.get(position).copied()).collect()
    }

    /// The positions that one more character leads to.
    fn step(&self, positions: &[u32], character: char) -> Vec<u32> {
        let mut reached = Vec::new();
        for position in positions {
            match self.symbol(*position) {
                Some(Symbol::Any { but }) if but != Some(character) => self.enter(*position, &mut reached),
                Some(Symbol::One { but }) if but != Some(character) => self.enter(position + 1, &mut reached),
                Some(Symbol::Literal(literal)) if literal == character => {
                    self.enter(position + 1, &mut reached);
                }
                Some(Symbol::Folded(letter)) if letter == character.to_ascii_lowercase() => {
                    self.enter(position + 1, &mut reached);
                }
                _ => {}
            }
        }
        reached
    }

    /// The states that one more character leads to, each with such a character. A character that neither a pattern nor the
    /// shape names at this place stands for all of them.
    fn successors(&self, filled: Filled, positions: &[u32], shape: &Shape) -> Vec<(char, State)> {
        let mut named: BTreeSet<char> = shape.turning(filled).collect();
        for position in positions {
            match self.symbol(*position) {
                Some(Symbol::Folded(letter)) => {
                    named.insert(letter);
                    if self.has_case {
                        named.insert(letter.to_ascii_uppercase());
                    }
                }
                Some(
                    Symbol::Literal(character)
                    | Symbol::Any { but: Some(character) }
                    | Symbol::One { but: Some(character) },
                ) => {
                    named.insert(character);
                }
                Some(Symbol::Any { but: None } | Symbol::One { but: None }) | None => {}
            }
        }
        let is_allowed = |character| shape.step(filled, character).is_some();
        let other = if shape.is_open(filled) { other(&named, is_allowed) } else { None };
        let characters = other.into_iter().chain(named);
        characters
            .filter_map(|character| {
                let filled = shape.step(filled, character)?;
                Some((character, state(filled, in_order(self.step(positions, character)))))
            })
            .collect()
    }
}

fn in_order(mut positions: Vec<u32>) -> Vec<u32> {
    positions.sort_unstable();
    positions.dedup();
    positions
}

fn state(filled: Filled, mut positions: Vec<u32>) -> State {
    positions.insert(0, filled);
    positions.into()
}

/// Patterns come from documents, which have at most [`crate::document::MAX_TEXT`] bytes.
fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A character that is none of `named` in either case; readable ones first.
fn other(named: &BTreeSet<char>, is_allowed: impl Fn(char) -> bool) -> Option<char> {
    let readable = "xyzabcdefghijklmnopqrstuvw123456789-".chars();
    let is_other = |other: &char| {
        let spellings = [*other, other.to_ascii_lowercase(), other.to_ascii_uppercase()];
        is_allowed(*other) && spellings.iter().all(|spelling| !named.contains(spelling))
    };
    readable.chain('\u{20}'..='\u{ffff}').find(is_other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All texts over the letters, up to a length.
    fn texts(letters: &[char], length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..length {
            let to = all.len();
            for index in from..to {
                all.extend(
                    letters.iter().map(|letter| format!("{}{letter}", all[index])).collect::<Vec<_>>(),
                );
            }
            from = to;
        }
        all
    }

    /// Whether symbols match, by trying everything.
    fn naive(symbols: &[Symbol], text: &[char]) -> bool {
        let Some((symbol, rest)) = symbols.split_first() else { return text.is_empty() };
        let first = text.first().copied();
        match symbol {
            Symbol::Literal(literal) => first == Some(*literal) && naive(rest, &text[1..]),
            Symbol::Folded(letter) => {
                first.is_some_and(|c| c.eq_ignore_ascii_case(letter)) && naive(rest, &text[1..])
            }
            Symbol::One { but } => first.is_some() && first != *but && naive(rest, &text[1..]),
            Symbol::Any { but } => {
                naive(rest, text) || (first.is_some() && first != *but && naive(symbols, &text[1..]))
            }
        }
    }

    fn pattern() -> impl Strategy<Value = Pattern> {
        let but = || prop_oneof![Just(None), Just(Some(':'))];
        let symbol = prop_oneof![
            prop::sample::select(vec!['a', 'b', 'A', ':']).prop_map(Symbol::Literal),
            prop::sample::select(vec!['a', 'b']).prop_map(Symbol::Folded),
            but().prop_map(|but| Symbol::One { but }),
            but().prop_map(|but| Symbol::Any { but }),
        ];
        prop::collection::vec(symbol, 0..5).prop_map(Pattern)
    }

    proptest! {
        #[test]
        fn every_text_is_in_its_class_and_every_class_has_its_text(
            patterns in prop::collection::vec(pattern(), 0..5),
        ) {
            let found = classes(&patterns, &Shape::text(true), 10_000).unwrap();
            let of = |text: &str| -> Vec<usize> {
                let text: Vec<char> = text.chars().collect();
                (0..patterns.len()).filter(|number| naive(&patterns[*number].0, &text)).collect()
            };
            let mut vectors = BTreeSet::new();
            for class in &found {
                let matches: Vec<usize> = class.matches.ones().collect();
                prop_assert_eq!(&matches, &of(&class.sample), "{}", class.sample);
                prop_assert_eq!(&class.matches, &Matcher::of(&patterns).matching(&class.sample));
                prop_assert!(vectors.insert(matches), "a class twice");
            }
            for text in texts(&['a', 'b', 'A', ':', '-'], 4) {
                let matches = of(&text);
                let class = found.iter().find(|class| class.matches.ones().eq(matches.iter().copied()));
                prop_assert!(class.is_some(), "{text} has no class");
                let shortest = class.unwrap().sample.chars().count();
                prop_assert!(shortest <= text.chars().count(), "{text} is shorter than {shortest}");
            }
        }
    }

    #[test]
    fn a_shape_leaves_out_what_cannot_be() {
        let glob = |text: &str| Pattern::of(&Glob::parse(text, Case::Folded));
        let found = classes(&[glob("s3:*"), glob("*:get*"), glob("get*")], &Shape::action(), 100).unwrap();
        let mut vectors: Vec<Vec<usize>> = found.iter().map(|class| class.matches.ones().collect()).collect();
        vectors.sort();
        // An action that begins with `get` but has no colon is none; a service may begin so.
        assert_eq!(vectors, [vec![], vec![0], vec![0, 1], vec![1], vec![1, 2], vec![2]]);
        for class in &found {
            assert!(class.sample.parse::<crate::request::Action>().is_ok(), "{}", class.sample);
        }
    }

    #[test]
    fn many_ways_to_overlap_are_given_up() {
        let glob = |number: usize| Pattern::of(&Glob::parse(&format!("*{number}a*"), Case::Sensitive));
        let patterns: Vec<Pattern> = (10..40).map(glob).collect();
        assert_eq!(classes(&patterns, &Shape::text(true), 10_000).unwrap_err(), TooManyStates);
    }

    /// The states are no more than the patterns here, but each holds a position in all of them.
    #[test]
    fn large_states_count_as_several() {
        let glob = |length: usize| Pattern::of(&Glob::parse(&"?".repeat(length), Case::Sensitive));
        let patterns: Vec<Pattern> = (1..=320).map(glob).collect();
        assert_eq!(classes(&patterns, &Shape::text(true), 1_000).unwrap_err(), TooManyStates);
        assert_eq!(classes(&patterns, &Shape::text(true), 4_000).unwrap().len(), 321);
    }
}
