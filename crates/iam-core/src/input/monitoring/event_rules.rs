//! `aws events list-rules` and `aws events list-targets-by-rule`.

use std::sync::Arc;

use serde_json::Value;

use super::Placed;
use crate::fact::{FileId, Gap};
use crate::ident::Arn;
use crate::input::Artefact;
use crate::input::json::{Listing, Reader};

/// A rule of `EventBridge`. Source: EventBridge API Reference, `Rule`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRule {
    /// Its name, unique on its bus.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The bus; events of AWS come to `default`.
    pub bus: String,
    /// Whether it is at work, and on what.
    pub state: RuleState,
    /// The pattern that events have to match, as JSON text; a rule on a schedule has none. See
    /// [`crate::monitoring::event_pattern`].
    pub pattern: Option<String>,
}

/// Whether a rule is at work, and on what. Source: EventBridge API Reference, `Rule`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleState {
    /// Not at all.
    Disabled,
    /// On all events but management calls that only read.
    Enabled,
    /// On those as well.
    EnabledWithReads,
}

/// Where a rule sends events. The answer does not name the rule. Source: EventBridge API Reference, `Target`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTarget {
    /// Its id, unique in its rule.
    pub id: String,
    /// The ARN of what is told.
    pub arn: String,
}

pub(in crate::input) fn read(document: &Value, file: FileId) -> (Listing<Placed<EventRule>>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::EventRules, file);
    let listing = reader.listing(document, "Rules", |reader, item| {
        let is_rule = |text: &str| {
            let arn = Arn::parse(text).ok()?;
            (arn.service == "events" && arn.resource.starts_with("rule/")).then(|| text.to_owned())
        };
        let name = reader.text(item, "Name");
        let arn = reader.text_that(item, "Arn", "the ARN of a rule of EventBridge", is_rule);
        let bus = reader.optional_text(item, "EventBusName");
        let state = reader.text_that(item, "State", "the state of a rule", |text| match text {
            "DISABLED" => Some(RuleState::Disabled),
            "ENABLED" => Some(RuleState::Enabled),
            "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" => Some(RuleState::EnabledWithReads),
            _ => None,
        });
        let pattern = reader.optional_text(item, "EventPattern");
        let rule = EventRule {
            name: name.known().ok()?,
            arn: arn.known().ok()?,
            bus: bus.known().ok()?.unwrap_or_else(|| "default".to_owned()),
            state: state.known().ok()?,
            pattern: pattern.known().ok()?,
        };
        Some(Placed { value: rule, at: reader.source(item) })
    });
    (listing, reader.into_gaps())
}

pub(in crate::input) fn read_targets(
    document: &Value,
    file: FileId,
) -> (Listing<Placed<EventTarget>>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::EventTargets, file);
    let listing = reader.listing(document, "Targets", |reader, item| {
        let id = reader.text(item, "Id");
        let arn = reader.text(item, "Arn");
        let target = EventTarget { id: id.known().ok()?, arn: arn.known().ok()? };
        Some(Placed { value: target, at: reader.source(item) })
    });
    (listing, reader.into_gaps())
}
