//! `aws cloudtrail get-event-selectors`: which events a trail logs.

use std::sync::Arc;

use serde_json::Value;

use super::Placed;
use crate::fact::{FileId, Gap};
use crate::input::Artefact;
use crate::input::json::Reader;

/// Which events a trail logs; one selector that takes an event is enough. Source: CloudTrail API Reference,
/// `GetEventSelectors`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailSelectors {
    /// The trail's ARN.
    pub trail: String,
    /// The selectors.
    pub selectors: Vec<TrailSelector>,
}

/// One selector of a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrailSelector {
    /// A basic one. Source: CloudTrail API Reference, `EventSelector`.
    Basic {
        /// Whether it takes management events at all.
        management: bool,
        /// Whether it takes calls that only read.
        reads: bool,
        /// Whether it takes calls that change something.
        writes: bool,
        /// Services whose management events it leaves out, such as `kms.amazonaws.com`.
        excluded: Vec<String>,
    },
    /// An advanced one: all of its conditions have to hold. Source: CloudTrail API Reference, `AdvancedEventSelector`.
    Advanced(Vec<FieldCondition>),
}

/// A condition on one field of an event: every operator that is there has to hold. Source: CloudTrail API Reference,
/// `AdvancedFieldSelector`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldCondition {
    /// The field, such as `eventCategory`, `readOnly` or `userIdentity.arn`.
    pub field: String,
    /// Operator and values, of which one has to fit, or for a negation none.
    pub operators: Vec<(Operator, Vec<String>)>,
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the CloudTrail API and say what they mean")]
pub enum Operator {
    Equals,
    NotEquals,
    StartsWith,
    NotStartsWith,
    EndsWith,
    NotEndsWith,
}

const OPERATORS: [(&str, Operator); 6] = [
    ("Equals", Operator::Equals),
    ("NotEquals", Operator::NotEquals),
    ("StartsWith", Operator::StartsWith),
    ("NotStartsWith", Operator::NotStartsWith),
    ("EndsWith", Operator::EndsWith),
    ("NotEndsWith", Operator::NotEndsWith),
];

impl TrailSelector {
    /// Whether it takes a management event. `field` tells the values of the event's fields, such as `readOnly`.
    pub fn takes(&self, field: &dyn Fn(&str) -> Option<String>) -> bool {
        match self {
            Self::Basic { management, reads, writes, excluded } => {
                let reading = field("readOnly").as_deref() == Some("true");
                let source = field("eventSource").unwrap_or_default();
                *management && if reading { *reads } else { *writes } && !excluded.contains(&source)
            }
            Self::Advanced(conditions) => conditions.iter().all(|condition| {
                let value = field(&condition.field);
                condition.operators.iter().all(|(operator, values)| operator.holds(value.as_deref(), values))
            }),
        }
    }
}

impl TrailSelector {
    /// With what it compares a field of management events; nothing where it takes none of them.
    pub fn values_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        let (conditions, excluded): (&[FieldCondition], &[String]) = match self {
            Self::Basic { excluded, .. } if field == "eventSource" => (&[], excluded),
            Self::Basic { .. } => (&[], &[]),
            Self::Advanced(conditions) => (conditions, &[]),
        };
        let of_category = conditions.iter().filter(|condition| condition.field == "eventCategory");
        let is_of_others = of_category.flat_map(|condition| &condition.operators);
        let is_of_others =
            is_of_others.into_iter().any(|(operator, values)| !operator.holds(Some("Management"), values));
        let asked = conditions.iter().filter(move |condition| !is_of_others && condition.field == field);
        let values = asked.flat_map(|condition| &condition.operators).flat_map(|(_, values)| values);
        values.chain(excluded).map(String::as_str)
    }
}

impl Operator {
    fn holds(self, value: Option<&str>, values: &[String]) -> bool {
        let any = |fits: fn(&str, &str) -> bool| {
            value.is_some_and(|value| values.iter().any(|own| fits(value, own)))
        };
        match self {
            Self::Equals => any(|value, own| value == own),
            Self::NotEquals => !any(|value, own| value == own),
            Self::StartsWith => any(|value, own| value.starts_with(own)),
            Self::NotStartsWith => !any(|value, own| value.starts_with(own)),
            Self::EndsWith => any(|value, own| value.ends_with(own)),
            Self::NotEndsWith => !any(|value, own| value.ends_with(own)),
        }
    }
}

pub(in crate::input) fn read(
    document: &Value,
    file: FileId,
) -> (Option<Placed<TrailSelectors>>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::TrailSelectors, file);
    let found = reader.object(document, "").and_then(|item| {
        let trail = reader.text(item, "TrailARN");
        let at = trail.source()?;
        let basic = reader.optional(item, "EventSelectors", "a list of event selectors", |value| {
            value.as_array()?.iter().map(basic).collect::<Option<Vec<_>>>()
        });
        let advanced =
            reader.optional(item, "AdvancedEventSelectors", "a list of advanced event selectors", |value| {
                value.as_array()?.iter().map(advanced).collect::<Option<Vec<_>>>()
            });
        let selectors = [basic.known().ok()?, advanced.known().ok()?].into_iter().flatten().flatten();
        Some(Placed {
            value: TrailSelectors { trail: trail.known().ok()?, selectors: selectors.collect() },
            at,
        })
    });
    (found, reader.into_gaps())
}

fn basic(value: &Value) -> Option<TrailSelector> {
    // AWS's defaults where something is left out: everything.
    let management = value.get("IncludeManagementEvents").map_or(Some(true), Value::as_bool)?;
    let kind = value.get("ReadWriteType").map_or(Some("All"), Value::as_str)?;
    let excluded =
        value.get("ExcludeManagementEventSources").map_or_else(|| Some(Vec::new()), super::texts)?;
    let (reads, writes) = match kind {
        "All" => (true, true),
        "ReadOnly" => (true, false),
        "WriteOnly" => (false, true),
        _ => return None,
    };
    Some(TrailSelector::Basic { management, reads, writes, excluded })
}

fn advanced(value: &Value) -> Option<TrailSelector> {
    let conditions = value.get("FieldSelectors")?.as_array()?.iter().map(|selector| {
        let field = selector.get("Field")?.as_str()?.to_owned();
        let there = OPERATORS.iter().filter_map(|(name, operator)| Some((operator, selector.get(name)?)));
        let operators = there
            .map(|(operator, values)| Some((*operator, super::texts(values)?)))
            .collect::<Option<_>>()?;
        Some(FieldCondition { field, operators })
    });
    Some(TrailSelector::Advanced(conditions.collect::<Option<_>>()?))
}
