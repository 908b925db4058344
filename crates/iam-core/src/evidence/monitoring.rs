use std::collections::BTreeMap;
use std::sync::Arc;

use super::Supplied;
use crate::fact::{FileId, Gap, Place, Reason, Source};
use crate::input::monitoring::Placed;
use crate::input::monitoring::alarms::{CompositeAlarm, MetricAlarm};
use crate::input::monitoring::event_rules::{EventRule, EventTarget};
use crate::input::monitoring::metric_filters::MetricFilter;
use crate::input::monitoring::subscriptions::Subscription;
use crate::input::monitoring::trail_selectors::TrailSelectors;
use crate::input::monitoring::trails::{Trail, TrailStatus};
use crate::input::{Artefact, quoted};

/// Who would notice what happens in an account: its trails, and what hangs on them.
///
/// What is not there may be missing from the evidence only. Every function says which of the two it is.
#[derive(Debug, Clone, Default)]
pub struct Monitoring {
    /// By ARN; `None` when nobody handed in a list.
    pub(super) trails: Option<Part<Trail>>,
    /// By the trail's ARN.
    pub(super) statuses: BTreeMap<String, Supplied<Placed<TrailStatus>>>,
    /// By the trail's ARN.
    pub(super) selectors: BTreeMap<String, Supplied<Placed<TrailSelectors>>>,
    /// By Region, as everything below but where an ARN is named.
    pub(super) metric_filters: BTreeMap<String, Part<MetricFilter>>,
    pub(super) alarms: BTreeMap<String, Part<MetricAlarm>>,
    pub(super) composite_alarms: BTreeMap<String, Part<CompositeAlarm>>,
    /// By the topic's ARN.
    pub(super) subscriptions: BTreeMap<String, Part<Subscription>>,
    pub(super) event_rules: BTreeMap<String, Part<EventRule>>,
    /// By the rule's ARN.
    pub(super) event_targets: BTreeMap<String, Part<EventTarget>>,
    /// Why an artefact is not there, where something says so.
    pub(super) failed: BTreeMap<Artefact, Arc<Gap>>,
}

/// The items of one Region, topic or rule, and why there may be more.
#[derive(Debug, Clone)]
pub struct Part<T> {
    /// By what names them, so that the order of files does not show; `None` of which files say different things.
    pub(super) items: BTreeMap<String, Option<Placed<T>>>,
    pub(super) incomplete: Option<Arc<Gap>>,
    /// The first file that tells of it.
    pub(super) file: Option<FileId>,
}

impl<T> Default for Part<T> {
    fn default() -> Self {
        Self { items: BTreeMap::new(), incomplete: None, file: None }
    }
}

impl<T> Part<T> {
    /// The items that could be read.
    pub fn items(&self) -> impl Iterator<Item = &Placed<T>> {
        self.items.values().flatten()
    }

    /// The file with the items, for what is not among them.
    pub fn source(&self) -> Option<Source> {
        self.file.map(|file| Source { file, place: Place::File })
    }

    /// Why there may be more than those, if there may.
    pub fn incomplete(&self) -> Option<&Arc<Gap>> {
        self.incomplete.as_ref()
    }
}

impl Monitoring {
    /// Whether nothing of all this was handed in.
    pub fn is_empty(&self) -> bool {
        self.trails.is_none()
            && self.statuses.is_empty()
            && self.selectors.is_empty()
            && self.metric_filters.is_empty()
            && self.alarms.is_empty()
            && self.subscriptions.is_empty()
            && self.event_rules.is_empty()
            && self.event_targets.is_empty()
    }

    /// The trails.
    ///
    /// # Errors
    ///
    /// The gap, here and below, when nobody handed in an answer.
    pub fn trails(&self) -> Supplied<&Part<Trail>> {
        self.trails.as_ref().ok_or_else(|| self.missing(Artefact::Trails, Artefact::Trails.not_handed_in()))
    }

    /// Whether a trail is at work.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn status(&self, trail: &Trail) -> Supplied<&Placed<TrailStatus>> {
        match self.statuses.get(&trail.arn) {
            Some(found) => found.as_ref().map_err(Arc::clone),
            None => Err(self.missing(
                Artefact::TrailStatus,
                format!("no status of the trail {} was handed in", quoted(&trail.name)),
            )),
        }
    }

    /// Which events a trail logs.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn selectors(&self, trail: &Trail) -> Supplied<&Placed<TrailSelectors>> {
        match self.selectors.get(&trail.arn) {
            Some(found) => found.as_ref().map_err(Arc::clone),
            None => Err(self.missing(
                Artefact::TrailSelectors,
                format!("no event selectors of the trail {} were handed in", quoted(&trail.name)),
            )),
        }
    }

    /// The metric filters of a Region.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn metric_filters(&self, region: &str) -> Supplied<&Part<MetricFilter>> {
        self.metric_filters.get(region).ok_or_else(|| {
            self.missing(
                Artefact::MetricFilters,
                format!("no list of metric filters in {} was handed in", quoted(region)),
            )
        })
    }

    /// The alarms on metrics of a Region.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn alarms(&self, region: &str) -> Supplied<&Part<MetricAlarm>> {
        self.alarms.get(region).ok_or_else(|| {
            self.missing(Artefact::Alarms, format!("no list of alarms in {} was handed in", quoted(region)))
        })
    }

    /// The alarms on alarms of a Region; none where no answer was handed in.
    pub fn composite_alarms(&self, region: &str) -> impl Iterator<Item = &Placed<CompositeAlarm>> {
        self.composite_alarms.get(region).into_iter().flat_map(Part::items)
    }

    /// The subscriptions of a topic.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn subscriptions(&self, topic: &str) -> Supplied<&Part<Subscription>> {
        let name = topic.rsplit(':').next().unwrap_or_default();
        self.subscriptions.get(topic).ok_or_else(|| {
            self.missing(
                Artefact::Subscriptions,
                format!("no list of subscriptions of the topic {} was handed in", quoted(name)),
            )
        })
    }

    /// The rules of EventBridge of a Region.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn event_rules(&self, region: &str) -> Supplied<&Part<EventRule>> {
        self.event_rules.get(region).ok_or_else(|| {
            self.missing(
                Artefact::EventRules,
                format!("no list of EventBridge rules in {} was handed in", quoted(region)),
            )
        })
    }

    /// The Regions of which rules of EventBridge were handed in.
    pub fn event_rule_regions(&self) -> impl Iterator<Item = &str> {
        self.event_rules.keys().map(String::as_str)
    }

    /// Where a rule of EventBridge sends events.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn event_targets(&self, rule: &EventRule) -> Supplied<&Part<EventTarget>> {
        self.event_targets.get(&rule.arn).ok_or_else(|| {
            self.missing(
                Artefact::EventTargets,
                format!("no list of targets of the rule {} was handed in", quoted(&rule.name)),
            )
        })
    }

    /// The gap for an answer that is not there.
    fn missing(&self, artefact: Artefact, what: String) -> Arc<Gap> {
        self.failed.get(&artefact).cloned().unwrap_or_else(|| {
            Arc::new(Gap {
                reason: Reason::NotSupplied,
                artefact: Some(artefact),
                source: None,
                what: what.into(),
                remedy: format!("add the output of `{}`", artefact.command()).into(),
            })
        })
    }
}
