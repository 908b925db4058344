//! `aws logs describe-metric-filters`.

use std::sync::Arc;

use serde_json::Value;

use super::Placed;
use crate::fact::{FileId, Gap};
use crate::input::Artefact;
use crate::input::json::{Listing, Reader};

/// A filter that makes numbers of the events of a log group. Source: CloudWatch Logs API Reference, `MetricFilter`.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricFilter {
    /// Its name, unique in its log group.
    pub name: String,
    /// The name of the log group.
    pub log_group: String,
    /// The pattern that events have to match; see [`crate::monitoring::filter_pattern`].
    pub pattern: String,
    /// Whether it sees log events as a transformer of the log group has changed them.
    pub is_transformed: bool,
    /// Whether it sees only log events that have some system fields, such as an account.
    pub selects_events: bool,
    /// The metrics that it feeds.
    pub metrics: Vec<FedMetric>,
}

/// A metric that a filter feeds. Source: CloudWatch Logs API Reference, `MetricTransformation`.
#[derive(Debug, Clone, PartialEq)]
pub struct FedMetric {
    /// The metric's name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// What each matching event counts: a number, or a field of the event.
    pub value: String,
    /// What is written in minutes in which events came and none matched, if anything.
    pub default: Option<f64>,
    /// The unit of the values; `None` as a filter is made, which CloudWatch calls `None`.
    pub unit: Option<String>,
    /// Whether the metric has dimensions taken from the events.
    pub has_dimensions: bool,
}

impl MetricFilter {
    /// Why its pattern alone does not say what it matches, if so. Source: CloudWatch Logs API Reference, `MetricFilter`.
    pub fn beside_pattern(&self) -> Option<&'static str> {
        if self.is_transformed {
            Some("sees log events as a transformer has changed them")
        } else if self.selects_events {
            Some("sees only log events with some system fields")
        } else {
            None
        }
    }
}

impl FedMetric {
    /// Whether both feed one metric. Dimensions make metrics of their own.
    pub fn feeds_the_same(&self, other: &Self) -> bool {
        (&self.namespace, &self.name, self.has_dimensions)
            == (&other.namespace, &other.name, other.has_dimensions)
    }
}

pub(in crate::input) fn read(
    document: &Value,
    file: FileId,
) -> (Listing<Placed<MetricFilter>>, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::MetricFilters, file);
    let listing = reader.listing(document, "metricFilters", |reader, item| {
        let name = reader.text(item, "filterName");
        let log_group = reader.text(item, "logGroupName");
        // An empty pattern, which matches everything, may be left out.
        let pattern = reader.optional_text(item, "filterPattern");
        let metrics =
            reader.read(item, "metricTransformations", "a list of metric transformations", |value| {
                value.as_array()?.iter().map(metric).collect::<Option<Vec<_>>>()
            });
        let is_transformed = reader.flag_or_false(item, "applyOnTransformedLogs");
        let criteria = reader.optional_text(item, "fieldSelectionCriteria");
        let emitted = reader.optional(item, "emitSystemFieldDimensions", "a list of texts", super::texts);
        let emits = emitted.known().ok()?.is_some_and(|fields| !fields.is_empty());
        let metrics = metrics.known().ok()?.into_iter();
        let metrics =
            metrics.map(|metric| FedMetric { has_dimensions: metric.has_dimensions || emits, ..metric });
        let filter = MetricFilter {
            name: name.known().ok()?,
            log_group: log_group.known().ok()?,
            pattern: pattern.known().ok()?.unwrap_or_default(),
            is_transformed: is_transformed.known().ok()?,
            selects_events: criteria.known().ok()?.is_some_and(|criteria| !criteria.trim().is_empty()),
            metrics: metrics.collect(),
        };
        Some(Placed { value: filter, at: reader.source(item) })
    });
    (listing, reader.into_gaps())
}

fn metric(value: &Value) -> Option<FedMetric> {
    let text = |field: &str| value.get(field)?.as_str().map(str::to_owned);
    let default = match value.get("defaultValue") {
        None | Some(Value::Null) => None,
        Some(number) => Some(number.as_f64()?),
    };
    Some(FedMetric {
        name: text("metricName")?,
        namespace: text("metricNamespace")?,
        value: text("metricValue")?,
        default,
        unit: text("unit"),
        has_dimensions: value
            .get("dimensions")
            .and_then(Value::as_object)
            .is_some_and(|dimensions| !dimensions.is_empty()),
    })
}
