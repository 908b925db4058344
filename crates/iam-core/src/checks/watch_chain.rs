//! From a trail to a person: log group, metric filter, alarm, topic, subscription.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::Value;

use super::watch_controls::Control;
use super::watch_events::Sample;
use super::watch_reach::{Link, Reach, undecided};
use crate::evidence::default_regions;
use crate::evidence::{Account, Monitoring};
use crate::fact::{Gap, Reason};
use crate::ident::Arn;
use crate::input::monitoring::Placed;
use crate::input::monitoring::alarms::{MetricAlarm, Watched};
use crate::input::monitoring::metric_filters::{FedMetric, MetricFilter};
use crate::input::monitoring::trails::Trail;
use crate::input::{Artefact, quoted};
use crate::monitoring::filter_pattern::{FilterPattern, Match};

/// To stand behind a filter or a rule.
pub(super) const MAY_MISS: &str = "asks for fields that do not tell what is meant, and may miss some of it";

/// An event of a control in an account, and what it takes to follow it.
pub(super) struct Watch<'a> {
    pub(super) account: &'a Account,
    /// The account's id, as it stands in records.
    pub(super) id: String,
    pub(super) control: &'static Control,
    /// The longest period of an alarm.
    pub(super) slowest: TimeDelta,
}

impl Watch<'_> {
    /// How far an event gets by trail, log group and alarm.
    pub(super) fn by_alarm(&self, sample: &Sample<'_>, region: &str) -> Reach {
        let trails = match self.account.monitoring().trails() {
            Ok(trails) => trails,
            Err(gap) => return Reach::Unknown(gap),
        };
        // A pattern for one Region does not see what is done in others.
        let others =
            default_regions(self.account.partition().as_str()).iter().find(|other| **other != region);
        let region = others.filter(|_| !sample.is_global).copied().unwrap_or(region);
        sample.follow(&self.id, region, |record| {
            let ways = trails.items().map(|trail| {
                self.is_logged(trail, sample, record, None).and_then(|| self.by_trail(trail, record))
            });
            Reach::best(ways, trails.incomplete(), || {
                Reach::broken(Link::Trail, "there is no trail".to_owned(), trails.source())
            })
        })
    }

    /// Whether a field tells if an event is meant, so that a pattern may ask for it; `excluded` is a value that is left out.
    pub(super) fn may_ask(&self, field: &str, excluded: Option<&str>) -> bool {
        self.control.decisive.contains(&field)
            || excluded.is_some_and(|excluded| self.control.may_skip.contains(&(field, excluded)))
    }

    /// Whether a trail logs the event. `region` is the Region for which one of a single Region is enough.
    pub(super) fn is_logged(
        &self,
        trail: &Placed<Trail>,
        sample: &Sample<'_>,
        record: &Value,
        region: Option<&str>,
    ) -> Reach {
        let Placed { value: trail, at } = trail;
        let name = quoted(&trail.name);
        let is_home =
            region.is_some_and(|region| Arn::parse(&trail.arn).is_ok_and(|arn| arn.region == region));
        if !trail.is_multi_region && !is_home {
            return Reach::broken(Link::Trail, format!("the trail {name} logs one Region only"), [*at]);
        }
        let monitoring = self.account.monitoring();
        match monitoring.status(trail) {
            Err(gap) => return Reach::Unknown(gap),
            Ok(status) if !status.value.is_logging => {
                return Reach::broken(
                    Link::Logging,
                    format!("the trail {name} is switched off"),
                    [status.at],
                );
            }
            Ok(_) => {}
        }
        let told = || Reach::Told(format!("trail {name}"));
        match monitoring.selectors(trail) {
            // As a trail is made, it logs all management events.
            Err(_) if trail.has_custom_selectors == Some(false) => told(),
            Err(gap) => Reach::Unknown(gap),
            Ok(selectors) => {
                let takes = |record: &Value| {
                    let field = |name: &str| field_of(record, name);
                    selectors.value.selectors.iter().any(|selector| selector.takes(&field))
                };
                if takes(record) {
                    return told();
                }
                let kind = match sample.reads {
                    _ if !takes(&with_read_only(record, !sample.reads)) => "such calls",
                    true => "calls that only read",
                    false => "calls that do more than read",
                };
                Reach::broken(
                    Link::Selectors,
                    format!("the event selectors of the trail {name} leave out {kind}"),
                    [selectors.at],
                )
            }
        }
    }

    /// On from a trail that logs the event.
    fn by_trail(&self, trail: &Placed<Trail>, record: &Value) -> Reach {
        let name = quoted(&trail.value.name);
        let Some(log_group) = &trail.value.log_group else {
            let what = format!("the trail {name} delivers to no log group of CloudWatch Logs");
            return Reach::broken(Link::LogGroup, what, [trail.at]);
        };
        if let Ok(status) = self.account.monitoring().status(&trail.value)
            && let Some(error) = &status.value.log_group_error
        {
            let what = format!("the trail {name} cannot deliver to its log group: {}", quoted(error));
            return Reach::broken(Link::LogGroup, what, [status.at]);
        }
        let parsed = Arn::parse(log_group).ok();
        let group = parsed.and_then(|arn| arn.resource.strip_prefix("log-group:"));
        let (Some(arn), Some(group)) = (parsed, group) else {
            let what = format!("the log group of the trail {name} has no ARN that can be read");
            return undecided(Artefact::Trails, trail.at, what);
        };
        let group = group.strip_suffix(":*").unwrap_or(group);
        let owner = arn.account().ok().filter(|owner| self.account.id().is_some_and(|own| own != *owner));
        let of_owner = match owner {
            None => Some(self.account.monitoring()),
            Some(owner) => self.account.monitoring_of(owner),
        };
        let Some(monitoring) = of_owner else {
            let owner = owner.map(|owner| owner.to_string()).unwrap_or_default();
            let what = format!(
                "the trail {name} delivers to a log group of account {owner}, of which nothing was handed in"
            );
            return elsewhere(Artefact::MetricFilters, &what);
        };
        let filters = match monitoring.metric_filters(arn.region) {
            Ok(filters) => filters,
            Err(gap) => return Reach::Unknown(gap),
        };
        let mut of_group = filters.items().filter(|filter| filter.value.log_group == group).peekable();
        let has_filters = of_group.peek().is_some();
        let ways = of_group.filter_map(|filter| self.by_filter(filter, record, monitoring, arn.region));
        Reach::best(ways, filters.incomplete(), || {
            let what = if has_filters {
                format!("no metric filter of the log group {} matches", quoted(group))
            } else {
                format!("the log group {} has no metric filter", quoted(group))
            };
            Reach::broken(Link::Catch, what, [trail.at])
        })
    }

    /// On from a metric filter; `None` where it does not match.
    fn by_filter(
        &self,
        filter: &Placed<MetricFilter>,
        record: &Value,
        monitoring: &Monitoring,
        region: &str,
    ) -> Option<Reach> {
        let name = quoted(&filter.value.name);
        let not_judged = |why: String| {
            Some(undecided(Artefact::MetricFilters, filter.at, format!("the metric filter {name} {why}")))
        };
        let pattern = match FilterPattern::parse(&filter.value.pattern) {
            Ok(pattern) => pattern,
            Err(error) => return not_judged(format!("has a pattern that cannot be read, {error}")),
        };
        if let Some(why) = filter.value.beside_pattern() {
            return not_judged(why.to_owned());
        }
        match pattern.matches(record) {
            Match::No => return None,
            Match::Undecided => {
                return not_judged("has a pattern that is not written for JSON".to_owned());
            }
            Match::Yes => {}
        }
        let noise = self.control.must_not.iter().find(|sample| {
            let region = record.get("awsRegion").and_then(Value::as_str).unwrap_or_default();
            pattern.matches(&sample.record(&self.id, region)) == Match::Yes
        });
        if let Some(noise) = noise {
            let what = format!(
                "the metric filter {name} matches {} too, which makes its alarm worthless",
                noise.told()
            );
            return Some(Reach::broken(Link::Catch, what, [filter.at]));
        }
        if pattern.matches_by(record, &|field, excluded| self.may_ask(field, excluded)) != Match::Yes {
            return not_judged(MAY_MISS.to_owned());
        }
        let ways =
            filter.value.metrics.iter().map(|metric| self.by_metric(filter, metric, monitoring, region));
        Some(Reach::best(ways, None, || {
            Reach::broken(Link::Alarm, format!("the metric filter {name} feeds no metric"), [filter.at])
        }))
    }

    fn by_metric(
        &self,
        filter: &Placed<MetricFilter>,
        metric: &FedMetric,
        monitoring: &Monitoring,
        region: &str,
    ) -> Reach {
        let shown = format!("{}/{}", metric.namespace, metric.name);
        let alarms = match monitoring.alarms(region) {
            Ok(alarms) => alarms,
            Err(gap) => return Reach::Unknown(gap),
        };
        let is_it = |namespace: &str, name: &str| namespace == metric.namespace && name == metric.name;
        let ways = alarms.items().filter_map(|alarm| match &alarm.value.watches {
            Watched::Metric { namespace, name } if is_it(namespace, name) && !metric.has_dimensions => {
                Some(self.by_alarm_on(alarm, metric, monitoring, region))
            }
            Watched::WithDimensions { namespace, name }
                if is_it(namespace, name) && metric.has_dimensions =>
            {
                let what = format!(
                    "the alarm {} watches one of many dimensions of the metric",
                    quoted(&alarm.value.name)
                );
                Some(undecided(Artefact::Alarms, alarm.at, what))
            }
            Watched::Computed(metrics) if metrics.iter().any(|(namespace, name)| is_it(namespace, name)) => {
                let what =
                    format!("the alarm {} watches a metric that is computed", quoted(&alarm.value.name));
                Some(undecided(Artefact::Alarms, alarm.at, what))
            }
            _ => None,
        });
        Reach::best(ways, alarms.incomplete(), || {
            let what = format!(
                "no alarm watches the metric {}, which the metric filter {} feeds",
                quoted(&shown),
                quoted(&filter.value.name)
            );
            Reach::broken(Link::Alarm, what, [filter.at])
        })
    }

    fn by_alarm_on(
        &self,
        alarm: &Placed<MetricAlarm>,
        metric: &FedMetric,
        monitoring: &Monitoring,
        region: &str,
    ) -> Reach {
        let Placed { value: alarm, at } = alarm;
        let name = quoted(&alarm.name);
        let noticed = self.is_set_off(alarm, *at, metric, monitoring, region);
        if !matches!(noticed, Reach::Told(_)) {
            return noticed;
        }
        if !alarm.actions_enabled {
            let what = format!("the actions of the alarm {name} are switched off");
            return Reach::broken(Link::Action, what, [*at]);
        }
        let ways = alarm.actions.iter().filter_map(|action| {
            let what = || format!("whom the alarm {name} tells by {} cannot be followed", short(action));
            self.by_receiver(action, monitoring, *at, Artefact::Alarms, what)
        });
        // An alarm without actions of its own may be part of another one.
        let of_others =
            monitoring.composite_alarms(region).filter(|other| other.value.rule.contains(&alarm.name));
        let of_others = of_others.map(|other| {
            let what = format!(
                "the alarm {name} is part of the alarm {}, whose rule is not judged",
                quoted(&other.value.name)
            );
            undecided(Artefact::Alarms, other.at, what)
        });
        Reach::best(ways.chain(of_others), None, || {
            Reach::broken(Link::Action, format!("the alarm {name} tells no topic of SNS"), [*at])
        })
    }

    /// What an alarm or a rule tells; `None` for what tells nobody.
    pub(super) fn by_receiver(
        &self,
        receiver: &str,
        monitoring: &Monitoring,
        at: crate::fact::Source,
        artefact: Artefact,
        other: impl FnOnce() -> String,
    ) -> Option<Reach> {
        let arn = Arn::parse(receiver).ok()?;
        match arn.service {
            "sns" => Some(self.by_topic(receiver, arn, monitoring, at)),
            // These act on machines, and tell nobody.
            "automate" | "swf" | "autoscaling" | "ec2" => None,
            _ => Some(undecided(artefact, at, other())),
        }
    }

    fn by_topic(&self, topic: &str, arn: Arn<'_>, monitoring: &Monitoring, at: crate::fact::Source) -> Reach {
        let name = quoted(arn.resource);
        let own = monitoring.subscriptions(topic);
        let owner = arn.account().ok();
        let of_owner = owner.filter(|owner| self.account.id() != Some(*owner));
        let known = match (own, of_owner) {
            (Ok(known), _) => known,
            (Err(gap), None) => return Reach::Unknown(gap),
            (Err(_), Some(owner)) => {
                let there = self.account.monitoring_of(owner).map(|there| there.subscriptions(topic));
                match there {
                    Some(Ok(known)) => known,
                    Some(Err(gap)) => return Reach::Unknown(gap),
                    None => {
                        let what = format!(
                            "who is subscribed to the topic {name} of account {owner} was not handed in"
                        );
                        return elsewhere(Artefact::Subscriptions, &what);
                    }
                }
            }
        };
        let mut confirmed = known.items().filter(|item| item.value.is_confirmed()).peekable();
        let program = confirmed.peek().copied();
        if confirmed.any(|item| item.value.tells_people()) {
            return Reach::Told(format!("topic {name}"));
        }
        if let Some(program) = program {
            let protocol = quoted(&program.value.protocol);
            let what =
                format!("the topic {name} tells programs alone ({protocol}), which cannot be followed");
            return undecided(Artefact::Subscriptions, program.at, what);
        }
        if let Some(gap) = known.incomplete() {
            return Reach::Unknown(Arc::clone(gap));
        }
        let waiting: Vec<_> = known.items().map(|item| item.at).collect();
        let what = if waiting.is_empty() {
            format!("the topic {name} has no subscription")
        } else {
            format!("no subscription of the topic {name} is confirmed")
        };
        Reach::broken(Link::Subscription, what, if waiting.is_empty() { vec![at] } else { waiting })
    }
}

/// The part of an ARN that tells something: `lambda function:tell`.
pub(super) fn short(arn: &str) -> String {
    Arn::parse(arn).map_or_else(|_| quoted(arn), |arn| quoted(&format!("{} {}", arn.service, arn.resource)))
}

/// The gap for what stands in another account.
fn elsewhere(artefact: Artefact, what: &str) -> Reach {
    Reach::Unknown(Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(artefact),
        source: None,
        what: what.into(),
        remedy: "add a folder with what the AWS CLI prints in that account".into(),
    }))
}

/// The record of a call that is alike but for whether it only reads.
fn with_read_only(record: &Value, reads: bool) -> Value {
    let mut record = record.clone();
    if let Some(fields) = record.as_object_mut() {
        fields.insert("readOnly".to_owned(), Value::Bool(reads));
    }
    record
}

/// A field of a record, as selectors name it.
fn field_of(record: &Value, name: &str) -> Option<String> {
    let value = name.split('.').try_fold(record, |value, key| value.get(key))?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}
