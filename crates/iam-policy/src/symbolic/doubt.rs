//! What holds or not for reasons that the classes of a request do not show.

use crate::condition::{BoolValue, Test, Values};
use crate::context::Key;
use crate::pattern::{ArnPattern, PrincipalPattern, ResourcePattern, Template, Text, Variable};
use crate::policy::{Patterns, Statement};
use crate::truth::{Doubt, Doubts, Rule};

/// Something that holds or not for reasons that the dimensions of a request do not show. It is the same for all statements
/// that say the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Doubted {
    /// How a rule is read.
    Rule(Rule),
    /// Whether a pattern with variables matches.
    Resource(ResourcePattern),
    /// Whether `NotResource` leaves the request in.
    NotResource(Patterns<ResourcePattern>),
    /// Whether a test holds.
    Test(Test),
    /// Whether the principal is meant.
    Principals(Patterns<PrincipalPattern>),
    /// Whether AWS heeds a statement that it should refuse.
    Refused(Box<Statement>),
}

impl Doubted {
    /// What it depends on, in the words of the evaluator.
    pub(super) fn doubts(&self) -> Doubts {
        let keys = |variables: Vec<Key>| variables.into_iter().map(Doubt::Key).collect::<Doubts>();
        let rule = |rule| Doubts::from([Doubt::Rule(rule)]);
        match self {
            Self::Rule(of) => rule(*of),
            Self::Resource(pattern) => keys(resource_variables(pattern)),
            Self::NotResource(patterns) => {
                keys(patterns.values.iter().flat_map(resource_variables).collect())
            }
            Self::Test(test) => {
                let variables: Vec<Key> = templates(test).flat_map(Template::variables).map(key).collect();
                match (&test.values, test.operator) {
                    _ if !variables.is_empty() => keys(variables),
                    (_, None) => rule(Rule::RefusedStatement),
                    (Values::Absences(_), _) => rule(Rule::NullOfEmptySet),
                    (Values::Texts(_) | Values::Arns(_), _) => rule(Rule::MultivaluedKeyWithoutSetOperator),
                    _ => rule(Rule::UnreadableValue),
                }
            }
            Self::Principals(patterns) if patterns.negated => rule(Rule::NotPrincipalWithoutAccount),
            Self::Principals(_) => Doubts::from([Doubt::CanonicalUser]),
            Self::Refused(_) => rule(Rule::RefusedStatement),
        }
    }
}

fn key(variable: &Variable) -> Key {
    variable.key.clone()
}

fn resource_variables(pattern: &ResourcePattern) -> Vec<Key> {
    match pattern {
        ResourcePattern::Fields { resource: Text::Template(template), .. } => {
            template.variables().map(key).collect()
        }
        _ => Vec::new(),
    }
}

/// The values of a test that have variables.
pub(super) fn templates(test: &Test) -> impl Iterator<Item = &Template> {
    let (texts, arns, bools): (&[_], &[_], &[_]) = match &test.values {
        Values::Texts(texts) => (texts, &[], &[]),
        Values::Arns(arns) => (&[], arns, &[]),
        Values::Bools(bools) => (&[], &[], bools),
        _ => (&[], &[], &[]),
    };
    let texts = texts.iter().filter_map(|text| match text {
        Text::Template(template) => Some(template),
        Text::Fixed(_) => None,
    });
    let arns = arns.iter().filter_map(|arn| match arn {
        ArnPattern::Template(template) => Some(template),
        ArnPattern::Fields(_) | ArnPattern::NotArn => None,
    });
    let bools = bools.iter().filter_map(|value| match value {
        BoolValue::Template(template) => Some(template),
        BoolValue::Is(_) | BoolValue::Other => None,
    });
    texts.chain(arns).chain(bools)
}
