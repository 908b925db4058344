//! From a block of requests to one request, and from a formula to its outcome.

use std::iter;
use std::ops::ControlFlow;

use fixedbitset::FixedBitSet;

use super::Settings;
use super::axioms::{Expected, expected};
use super::block::{Block, Budget, Part, search};
use super::doubt::{Doubted, templates};
use super::keys::KeyDimension;
use super::outcome::{Limit, Outcome};
use super::space::{ACTION, CALLER, RESOURCE, Space};
use crate::catalogue::Catalogue;
use crate::context::{Context, ContextValue, Key};
use crate::glob::{Glob, Token};
use crate::pattern::{PrincipalPattern, Resolved, ResourcePattern, Template, Text};
use crate::principal::Principal;
use crate::request::{Action, Request, RequestParts};
use crate::truth::{Doubt, Doubts, Truth};

/// So many blocks are tried before a request that depends on something is handed out.
const MAX_TRIES: usize = 64;

/// Looks for a request that is in one of `starts` and in none of `excluded`, of which `judge` says so as well.
pub(super) fn decide(
    space: &Space,
    starts: &[Block],
    excluded: &[Block],
    judge: &impl Fn(&Request) -> Truth,
    settings: &Settings,
) -> Outcome {
    let mut excluded = excluded.to_vec();
    excluded.extend(settings.axioms.impossible(space));
    let mut tries = Tries::default();
    let mut visit = |block: &Block| {
        tries.count += 1;
        if tries.count > MAX_TRIES {
            return ControlFlow::Break(None);
        }
        for request in candidates(space, block) {
            match judge(&request) {
                Truth::True => return ControlFlow::Break(Some(request)),
                Truth::Unknown(doubts) => drop(tries.possible.get_or_insert((request, doubts))),
                Truth::False if space.is_exact(block) => {
                    let (principal, action) = (request.principal().to_string(), request.action().to_string());
                    let limit = Limit::Disagreement { principal: principal.into(), action: action.into() };
                    tries.disagreement.get_or_insert(limit);
                }
                Truth::False => {}
            }
        }
        tries.doubts.extend(space.doubted(block).flat_map(|(doubted, _)| doubted.doubts()));
        ControlFlow::Continue(())
    };
    let found = search(starts, &excluded, &mut Budget(settings.max_comparisons), &mut visit);
    match found {
        Ok(ControlFlow::Break(Some(request))) => Outcome::Witnessed(Box::new(request)),
        Ok(_) if tries.count == 0 => {
            let assumed = space.assumed().map(Doubt::Rule);
            Outcome::Never { assuming: assumed.into_iter().collect() }
        }
        Ok(_) => tries.outcome(),
        Err(_) if tries.possible.is_some() => tries.outcome(),
        Err(_) => Outcome::Undetermined(Limit::Blocks),
    }
}

/// What came of the blocks that gave no certain request.
#[derive(Default)]
struct Tries {
    count: usize,
    possible: Option<(Request, Doubts)>,
    disagreement: Option<Limit>,
    doubts: Doubts,
}

impl Tries {
    fn outcome(self) -> Outcome {
        if let Some(limit) = self.disagreement {
            return Outcome::Undetermined(limit);
        }
        match self.possible {
            Some((request, depends_on)) => Outcome::Possible { witness: Some(Box::new(request)), depends_on },
            None => Outcome::Possible { witness: None, depends_on: self.doubts },
        }
    }
}

/// Requests of a block: all that the classes say holds for each. They differ in what stands for variables.
fn candidates(space: &Space, block: &Block) -> Vec<Request> {
    let Some(mut parts) = assembled(space, block) else {
        return Vec::new();
    };
    let mut requests: Vec<Request> = Request::new(parts.clone()).into_iter().collect();
    let doubted: Vec<(&Doubted, bool)> = space.doubted(block).collect();
    if doubted.is_empty() {
        return requests;
    }
    for key in doubted.iter().flat_map(|(doubted, _)| variables(doubted)) {
        let is_absent = |request: &Request| request.context().value(&key) == &ContextValue::Absent;
        if requests.first().is_some_and(is_absent)
            && let Some(value) = some_value(space, block, &key)
        {
            let context = parts.context.clone().with(key, ContextValue::single(&value));
            let more = RequestParts { context, ..parts.clone() };
            // Not everybody has every key.
            if Request::new(more.clone()).is_ok() {
                parts = more;
            }
        }
    }
    requests.extend(Request::new(parts.clone()));
    let Some(context) = requests.last().map(|request| request.context().clone()) else {
        return requests;
    };
    for (doubted, holds) in doubted {
        if holds {
            fulfil(space, block, doubted, &context, &mut parts);
        }
    }
    let canonical = parts.clone();
    requests.extend(Request::new(parts));
    for id in canonical_users(space, block) {
        let parts = RequestParts { canonical_user: Some(id), ..canonical.clone() };
        requests.extend(Request::new(parts));
    }
    requests.dedup();
    requests
}

/// A value of a key that requests of a block may have, if there are some.
fn some_value(space: &Space, block: &Block, key: &Key) -> Option<String> {
    let values = space.dimensions_of(key).flat_map(|(_, dimension)| dimension.values.iter().cloned());
    iter::once(ANY_TEXT.to_owned()).chain(values).find(|value| allows_value(space, block, key, value))
}

/// Whether requests of a block may have this value for a key, whichever way operators look at it.
fn allows_value(space: &Space, block: &Block, key: &Key, value: &str) -> bool {
    space.dimensions_of(key).all(|(dimension, key)| match (block.part(dimension), key.class_of(value)) {
        (Some(Part::One(classes)), Some(class)) => classes.contains(class),
        (Some(Part::Many { within, .. }), Some(class)) => within.contains(class),
        (None, Some(_)) => true,
        (_, None) => false,
    })
}

/// What stands where any text may.
const ANY_TEXT: &str = "x";

/// Changes parts so that a pattern with variables matches, if that keeps them in their classes.
fn fulfil(space: &Space, block: &Block, doubted: &Doubted, context: &Context, parts: &mut RequestParts) {
    match doubted {
        Doubted::Resource(ResourcePattern::Fields { fields, resource: Text::Template(template), .. }) => {
            let Some(last) = resolved(template, context) else {
                return;
            };
            let before = fields.iter().fold(String::new(), |arn, field| arn + &shortest(field) + ":");
            let arns = spellings(&last).map(|last| format!("{before}{last}"));
            let is_inside = |arn: &String| match block.part(RESOURCE) {
                Some(Part::One(classes)) => classes.ones().any(|class| space.resources.is_in(class, arn)),
                _ => true,
            };
            if let Some(arn) = arns.into_iter().find(is_inside) {
                parts.resource = Some(arn.into());
            }
        }
        Doubted::Test(test) => {
            if space.dimensions_of(&test.key).next().is_none() {
                return;
            }
            let texts = templates(test).filter_map(|template| resolved(template, context));
            let is_inside = |text: &String| allows_value(space, block, &test.key, text);
            if let Some(text) = texts.flat_map(|text| spellings(&text)).find(is_inside) {
                parts.context.insert(test.key.clone(), ContextValue::single(&text));
            }
        }
        _ => {}
    }
}

fn resolved(template: &Template, context: &Context) -> Option<Glob> {
    match template.resolved(context) {
        Resolved::Glob(glob) => Some(glob),
        Resolved::Unresolved | Resolved::Unknown { .. } => None,
    }
}

/// Texts that a pattern matches, the shortest first.
fn spellings(glob: &Glob) -> [String; 2] {
    let longer = glob.tokens().iter().map(|token| match token {
        Token::Literal(character) => *character,
        Token::AnyCharacter | Token::AnyText => 'x',
    });
    [shortest(glob), longer.collect()]
}

fn shortest(glob: &Glob) -> String {
    glob.tokens()
        .iter()
        .filter_map(|token| match token {
            Token::Literal(character) => Some(*character),
            Token::AnyCharacter => Some('x'),
            Token::AnyText => None,
        })
        .collect()
}

fn variables(doubted: &Doubted) -> Vec<Key> {
    let doubts = doubted.doubts().into_iter();
    doubts
        .filter_map(|doubt| match doubt {
            Doubt::Key(key) => Some(key),
            _ => None,
        })
        .collect()
}

fn canonical_users(space: &Space, block: &Block) -> Vec<Box<str>> {
    let elements = space.doubted(block).filter_map(|(doubted, _)| match doubted {
        Doubted::Principals(patterns) => Some(patterns),
        _ => None,
    });
    elements
        .flat_map(|patterns| &patterns.values)
        .filter_map(|pattern| match pattern {
            PrincipalPattern::CanonicalUser(id) => Some(id.clone()),
            _ => None,
        })
        .chain(["other".into()])
        .collect()
}

/// The parts of a request of a block.
fn assembled(space: &Space, block: &Block) -> Option<RequestParts> {
    let first = |dimension| match block.part(dimension) {
        Some(Part::One(classes)) => classes.ones().next(),
        _ => Some(0),
    };
    let caller = space.callers.get(first(CALLER)?)?;
    let action = action(space, first(ACTION)?)?;
    let mut parts = RequestParts::new(caller.principal.clone(), action, Context::closed());
    let resource = first(RESOURCE)?;
    if resource != space.without_resource() {
        let resource = resource_for(space, resource, &parts.action)?;
        parts = parts.on(resource);
    }
    for (number, key) in space.keys.iter().enumerate() {
        let part = block.part(Space::key_dimension(number));
        let expected = expected(caller, key);
        if parts.context.value(&key.key) != &ContextValue::Absent {
            // Set by what operators of another kind want of it.
            continue;
        }
        let value =
            if key.is_many { many(key, part, expected) } else { one(key, part, expected, &caller.principal) };
        if let Some(value) = value {
            parts.context.insert(key.key.clone(), value);
        }
    }
    Some(parts)
}

/// A resource of a class; for what is asked of AWS STS a role, where the class has one and nothing depends on whose it is.
fn resource_for<'s>(space: &'s Space, class: usize, action: &Action) -> Option<&'s str> {
    const ROLE: &str = "arn:aws:iam::111122223333:role/Example";
    let is_of_role = action.service() == "sts" && space.resources.is_in(class, ROLE);
    if is_of_role && space.dimensions_of(&Key::new("aws:ResourceAccount")).next().is_none() {
        return Some(ROLE);
    }
    Some(&space.resources.classes.get(class)?.sample)
}

/// A value of a class of a key; `None` if the key is to be left out, or follows from the rest.
fn one(
    key: &KeyDimension,
    part: Option<&Part>,
    expected: Expected,
    principal: &Principal,
) -> Option<ContextValue> {
    let mut classes = expected.classes(key);
    if let Some(Part::One(wanted)) = part {
        classes.intersect_with(wanted);
    }
    if classes.contains(key.without_value()) {
        return None;
    }
    match expected {
        Expected::Class(_) => None,
        Expected::ClassOrAbsent(_) => Some(ContextValue::single(&principal.account()?.to_string())),
        _ => Some(ContextValue::single(key.values.get(classes.ones().next()?)?)),
    }
}

/// As few values as will do.
fn many(key: &KeyDimension, part: Option<&Part>, expected: Expected) -> Option<ContextValue> {
    let hits: &[FixedBitSet] = match part {
        Some(Part::Many { hits, .. }) => hits,
        _ => &[],
    };
    if hits.is_empty() {
        return (expected == Expected::Present).then(|| ContextValue::Set(Vec::new()));
    }
    // The mark of a key without a value comes last, and counts for nothing beside values.
    let mut chosen: Vec<usize> = Vec::new();
    for hit in hits {
        if !chosen.iter().any(|class| hit.contains(*class)) {
            chosen.extend(hit.ones().next());
        }
    }
    let values = chosen.into_iter().filter_map(|class| key.values.get(class));
    Some(ContextValue::set(values.map(String::as_str)))
}

/// An action of a class: one that exists, where the catalogue has one of the same service.
fn action(space: &Space, class: usize) -> Option<Action> {
    let sample = &space.actions.classes.get(class)?.sample;
    let (prefix, _) = sample.split_once(':')?;
    let catalogue = Catalogue::embedded();
    let services = [Some(prefix), Some("s3"), Some("iam")].into_iter().flatten();
    let mut known =
        services.filter_map(|prefix| catalogue.service(prefix)).flat_map(|service| service.actions());
    let known = known.find(|action| space.actions.is_in(class, &action.to_string().to_ascii_lowercase()));
    known.map_or_else(|| sample.clone(), |action| action.to_string()).parse().ok()
}
