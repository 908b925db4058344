//! `aws cloudwatch describe-alarms`.

use std::sync::Arc;

use serde_json::Value;

use super::Placed;
use crate::fact::{FileId, Gap};
use crate::input::Artefact;
use crate::input::json::{Item, Listing, Reader};

/// The alarms of a Region.
#[derive(Debug, Clone)]
pub struct Alarms {
    /// Those on metrics.
    pub metric: Listing<Placed<MetricAlarm>>,
    /// Those on other alarms.
    pub composite: Listing<Placed<CompositeAlarm>>,
}

/// An alarm on a metric. Source: CloudWatch API Reference, `MetricAlarm`.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricAlarm {
    /// Its name, unique in its Region.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// What it looks at.
    pub watches: Watched,
    /// How the values of a period become one number: `Sum`, `Maximum`, `p99` ...; empty where the metric is computed.
    pub statistic: String,
    /// The length of a period in seconds; `None` where the metric is computed.
    pub period: Option<u64>,
    /// Over how many periods it looks.
    pub evaluation_periods: u64,
    /// How many of them have to be breaching.
    pub datapoints_to_alarm: u64,
    /// The comparison, such as `GreaterThanOrEqualToThreshold`.
    pub comparison: String,
    /// The number compared with; `None` for a band of anomaly detection.
    pub threshold: Option<f64>,
    /// The unit of the values it looks at; `None` for all. Values of another unit are not there for it.
    pub unit: Option<String>,
    /// What a period without values does to it.
    pub missing_data: MissingData,
    /// Whether its actions are carried out.
    pub actions_enabled: bool,
    /// The ARNs of what happens when it goes off.
    pub actions: Vec<String>,
}

/// What a period without values does to an alarm. Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat
/// missing data".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingData {
    /// `missing`, as an alarm is made: it has insufficient data.
    Missing,
    /// `notBreaching`: it is well.
    NotBreaching,
    /// `breaching`: it goes off.
    Breaching,
    /// `ignore`: it stays as it is.
    Ignore,
}

/// What an alarm on metrics looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// One metric without dimensions.
    Metric {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// One metric with dimensions, which is another one than that without.
    WithDimensions {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// Computed from these metrics, by namespace and name.
    Computed(Vec<(String, String)>),
}

/// An alarm on other alarms. Source: CloudWatch API Reference, `CompositeAlarm`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompositeAlarm {
    /// Its name.
    pub name: String,
    /// The rule, such as `ALARM("root-use") OR ALARM("other")`.
    pub rule: String,
    /// Whether its actions are carried out.
    pub actions_enabled: bool,
    /// The ARNs of what happens when it goes off.
    pub actions: Vec<String>,
}

pub(in crate::input) fn read(document: &Value, file: FileId) -> (Alarms, Vec<Arc<Gap>>) {
    let mut reader = Reader::new(Artefact::Alarms, file);
    let metric = reader.listing(document, "MetricAlarms", metric_alarm);
    let composite = if document.get("CompositeAlarms").is_some() {
        reader.listing(document, "CompositeAlarms", composite_alarm)
    } else {
        Listing { items: Vec::new(), file, incomplete: None }
    };
    (Alarms { metric, composite }, reader.into_gaps())
}

fn metric_alarm(reader: &mut Reader, item: Item<'_>) -> Option<Placed<MetricAlarm>> {
    let name = reader.text(item, "AlarmName");
    let arn = reader.text(item, "AlarmArn");
    let watches = watched(reader, item);
    let statistic = match reader.optional_text(item, "Statistic").known().ok()? {
        Some(statistic) => Some(statistic),
        None => reader.optional_text(item, "ExtendedStatistic").known().ok()?,
    };
    let period = reader.optional_number(item, "Period");
    let evaluation_periods = reader.number(item, "EvaluationPeriods");
    let datapoints = reader.optional_number(item, "DatapointsToAlarm");
    let comparison = reader.text(item, "ComparisonOperator");
    let threshold = reader.optional(item, "Threshold", "a number", Value::as_f64);
    let unit = reader.optional_text(item, "Unit");
    let missing_data = reader.optional(item, "TreatMissingData", "how missing data are treated", |value| {
        MissingData::named(value.as_str()?)
    });
    let actions_enabled = reader.flag(item, "ActionsEnabled");
    let actions = actions(reader, item);
    let evaluation_periods = evaluation_periods.known().ok()?;
    // The metric of a list of one metric stands there with its own statistic and period.
    let (watches, inside) = watches?;
    let alarm = MetricAlarm {
        name: name.known().ok()?,
        arn: arn.known().ok()?,
        watches,
        statistic: statistic.or(inside.statistic).unwrap_or_default(),
        period: period.known().ok()?.or(inside.period),
        evaluation_periods,
        datapoints_to_alarm: datapoints.known().ok()?.unwrap_or(evaluation_periods),
        comparison: comparison.known().ok()?,
        threshold: threshold.known().ok()?,
        unit: unit.known().ok()?.or(inside.unit),
        missing_data: missing_data.known().ok()?.unwrap_or(MissingData::Missing),
        actions_enabled: actions_enabled.known().ok()?,
        actions: actions?,
    };
    Some(Placed { value: alarm, at: reader.source(item) })
}

impl MissingData {
    fn named(name: &str) -> Option<Self> {
        match name {
            "missing" => Some(Self::Missing),
            "notBreaching" => Some(Self::NotBreaching),
            "breaching" => Some(Self::Breaching),
            "ignore" => Some(Self::Ignore),
            _ => None,
        }
    }
}

/// What the only metric of a list says of itself.
#[derive(Default, Clone)]
struct Inside {
    statistic: Option<String>,
    period: Option<u64>,
    unit: Option<String>,
}

type WatchedMetric = (Watched, Inside);

fn watched(reader: &mut Reader, item: Item<'_>) -> Option<WatchedMetric> {
    let dimensions = |value: &Value| value.as_array().map(|list| !list.is_empty());
    let name = reader.optional_text(item, "MetricName").known().ok()?;
    let Some(name) = name else {
        let computed = reader.read(item, "Metrics", "a metric name or a list of metrics", |value| {
            let list = value.as_array()?;
            match list.as_slice() {
                [one] if one.get("MetricStat").is_some() => single(one),
                _ => {
                    Some((Watched::Computed(list.iter().filter_map(metric_of).collect()), Inside::default()))
                }
            }
        });
        return computed.known().ok();
    };
    let namespace = reader.text(item, "Namespace").known().ok()?;
    let has_dimensions = reader.optional(item, "Dimensions", "a list of dimensions", dimensions);
    let watched = if has_dimensions.known().ok()?.unwrap_or(false) {
        Watched::WithDimensions { namespace, name }
    } else {
        Watched::Metric { namespace, name }
    };
    Some((watched, Inside::default()))
}

fn metric_of(value: &Value) -> Option<(String, String)> {
    let metric = value.get("MetricStat")?.get("Metric")?;
    let text = |field: &str| metric.get(field)?.as_str().map(str::to_owned);
    Some((text("Namespace")?, text("MetricName")?))
}

fn single(value: &Value) -> Option<WatchedMetric> {
    let (namespace, name) = metric_of(value)?;
    let stat = value.get("MetricStat")?;
    let dimensions = stat.get("Metric")?.get("Dimensions").and_then(Value::as_array);
    let watched = if dimensions.is_some_and(|list| !list.is_empty()) {
        Watched::WithDimensions { namespace, name }
    } else {
        Watched::Metric { namespace, name }
    };
    let text = |field: &str| stat.get(field).and_then(Value::as_str).map(str::to_owned);
    let period = stat.get("Period").and_then(Value::as_u64);
    Some((watched, Inside { statistic: text("Stat"), period, unit: text("Unit") }))
}

fn composite_alarm(reader: &mut Reader, item: Item<'_>) -> Option<Placed<CompositeAlarm>> {
    let name = reader.text(item, "AlarmName");
    let rule = reader.text(item, "AlarmRule");
    let actions_enabled = reader.flag(item, "ActionsEnabled");
    let actions = actions(reader, item);
    let alarm = CompositeAlarm {
        name: name.known().ok()?,
        rule: rule.known().ok()?,
        actions_enabled: actions_enabled.known().ok()?,
        actions: actions?,
    };
    Some(Placed { value: alarm, at: reader.source(item) })
}

fn actions(reader: &mut Reader, item: Item<'_>) -> Option<Vec<String>> {
    let actions = reader.optional(item, "AlarmActions", "a list of ARNs", super::texts);
    Some(actions.known().ok()?.unwrap_or_default())
}
