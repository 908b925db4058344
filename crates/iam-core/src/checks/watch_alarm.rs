//! Whether one event sets off an alarm, and whether the alarm is quiet without one.

use chrono::TimeDelta;

use super::watch_chain::Watch;
use super::watch_events::Sample;
use super::watch_reach::{Link, Reach, undecided};
use crate::evidence::Monitoring;
use crate::fact::Source;
use crate::input::monitoring::Placed;
use crate::input::monitoring::alarms::{MetricAlarm, MissingData};
use crate::input::monitoring::metric_filters::{FedMetric, MetricFilter};
use crate::input::{Artefact, quoted};
use crate::monitoring::filter_pattern::{FilterPattern, Match};

/// The unit of values that are written without one.
const NO_UNIT: &str = "None";

impl Watch<'_> {
    /// Whether one event that counts in `metric` brings the alarm into ALARM from another state; only then it tells somebody.
    pub(super) fn is_set_off(
        &self,
        alarm: &MetricAlarm,
        at: Source,
        metric: &FedMetric,
        monitoring: &Monitoring,
        region: &str,
    ) -> Reach {
        let name = quoted(&alarm.name);
        let filters = match monitoring.metric_filters(region) {
            Ok(filters) => filters,
            Err(gap) => return Reach::Unknown(gap),
        };
        let feeding: Vec<(&Placed<MetricFilter>, &FedMetric)> = filters
            .items()
            .flat_map(|filter| filter.value.metrics.iter().map(move |fed| (filter, fed)))
            .filter(|(_, fed)| fed.feeds_the_same(metric))
            .collect();
        let defaults: Vec<f64> = feeding.iter().filter_map(|(_, fed)| fed.default).collect();
        if let Some(why) = self.sleeps(alarm, metric, &defaults) {
            return Reach::broken(Link::Threshold, format!("the alarm {name} {why}"), [at]);
        }
        if let Some(why) = always_sounds(alarm, &defaults) {
            return Reach::broken(Link::Threshold, format!("the alarm {name} {why}"), [at]);
        }
        // Minutes in which nothing at all is logged have no default value, and are missing still.
        if alarm.missing_data == MissingData::Breaching {
            let what = format!(
                "the alarm {name} treats missing data as breaching, and may be in ALARM before the event comes"
            );
            return undecided(Artefact::Alarms, at, what);
        }
        // Of several filters that spoil the alarm, one is enough.
        let spoiled = feeding
            .iter()
            .filter_map(|(filter, _)| self.spoils(filter, &name))
            .max_by_key(|reach| matches!(reach, Reach::Broken(_)));
        spoiled.unwrap_or_else(|| Reach::Told(format!("alarm {name}")))
    }

    /// What a filter adds to the alarm that nobody is to be told of.
    fn spoils(&self, filter: &Placed<MetricFilter>, alarm: &str) -> Option<Reach> {
        let name = quoted(&filter.value.name);
        let unread = |why: &str| {
            let what = format!("the metric filter {name} feeds the alarm {alarm} too, and its pattern {why}");
            Some(undecided(Artefact::MetricFilters, filter.at, what))
        };
        let Ok(pattern) = FilterPattern::parse(&filter.value.pattern) else {
            return unread("cannot be read");
        };
        if filter.value.beside_pattern().is_some() {
            return unread("does not say alone what it matches");
        }
        let Some(region) = self.account.partition().global_region() else {
            return unread("cannot be judged");
        };
        let on = |noise: &Sample| pattern.matches(&noise.record(&self.id, region));
        if let Some(noise) = self.control.must_not.iter().find(|noise| on(noise) == Match::Yes) {
            let what = format!(
                "the metric filter {name} feeds the alarm {alarm} too and matches {}, which makes the alarm worthless",
                noise.told()
            );
            return Some(Reach::broken(Link::Catch, what, [filter.at]));
        }
        let is_undecided = self.control.must_not.iter().any(|noise| on(noise) == Match::Undecided);
        if is_undecided { unread("is not written for JSON") } else { None }
    }

    /// Why one event does not set off the alarm. `defaults` are written in minutes without such events.
    fn sleeps(&self, alarm: &MetricAlarm, metric: &FedMetric, defaults: &[f64]) -> Option<String> {
        let Ok(value) = metric.value.parse::<f64>() else {
            return Some(format!("counts {} of each event, which is no number", quoted(&metric.value)));
        };
        let unit = metric.unit.as_deref().unwrap_or(NO_UNIT);
        if let Some(wanted) = alarm.unit.as_deref().filter(|wanted| *wanted != unit) {
            return Some(format!(
                "looks at values in {} only, and those of the metric filter have the unit {}",
                quoted(wanted),
                quoted(unit)
            ));
        }
        let Some(threshold) = alarm.threshold else {
            return Some("has no fixed threshold".to_owned());
        };
        let seen = match alarm.statistic.as_str() {
            "Sum" if defaults.iter().any(|default| *default < 0.0) => {
                return Some("looks at a sum from which default values are taken away".to_owned());
            }
            "Sum" | "Maximum" => value,
            "SampleCount" => 1.0,
            // Minutes without such events would dilute it.
            _ if !defaults.is_empty() => {
                return Some(format!("looks at {}, in which one event is lost", quoted(&alarm.statistic)));
            }
            _ => value,
        };
        match goes_off(alarm, seen, threshold) {
            None => return Some(format!("goes off by {}, not by events", quoted(&alarm.comparison))),
            Some(false) => return Some(format!("needs more than one event: its threshold is {threshold}")),
            Some(true) => {}
        }
        if alarm.datapoints_to_alarm > 1 {
            return Some(format!("needs events in {} periods", alarm.datapoints_to_alarm));
        }
        let period = alarm.period.and_then(|seconds| TimeDelta::try_seconds(i64::try_from(seconds).ok()?));
        let period = period.unwrap_or(TimeDelta::MAX);
        (period > self.slowest).then(|| {
            let minutes = |time: TimeDelta| time.num_minutes();
            format!("looks at periods of {} minutes; limit {}", minutes(period), minutes(self.slowest))
        })
    }
}

/// Why the alarm does not come to rest, so that a further event changes nothing. Source: CloudWatch User Guide, "Configuring
/// how CloudWatch alarms treat missing data"; alarms act when their state changes.
fn always_sounds(alarm: &MetricAlarm, defaults: &[f64]) -> Option<String> {
    if defaults.is_empty() {
        return match alarm.missing_data {
            MissingData::Breaching => {
                Some("is in ALARM without an event: it treats missing data as breaching".to_owned())
            }
            MissingData::Ignore => {
                Some("stays in ALARM after the first event: it ignores missing data".to_owned())
            }
            MissingData::Missing | MissingData::NotBreaching => None,
        };
    }
    // A default value is written for every minute.
    let minutes = f64::from(u32::try_from(alarm.period.unwrap_or(60) / 60).unwrap_or(u32::MAX).max(1));
    let rest = match alarm.statistic.as_str() {
        "Sum" => defaults.iter().sum::<f64>() * minutes,
        "SampleCount" => minutes,
        _ => defaults.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    };
    let sounds = goes_off(alarm, rest, alarm.threshold?) == Some(true);
    sounds.then(|| "is in ALARM without an event: the default value of its metric sets it off".to_owned())
}

/// Whether a value sets off the alarm; `None` where only small values do, or a comparison unknown here.
fn goes_off(alarm: &MetricAlarm, value: f64, threshold: f64) -> Option<bool> {
    match alarm.comparison.as_str() {
        "GreaterThanOrEqualToThreshold" => Some(value >= threshold),
        "GreaterThanThreshold" => Some(value > threshold),
        _ => None,
    }
}
