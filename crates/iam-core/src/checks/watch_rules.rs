//! From a trail to a person by a rule of EventBridge, the other way than by an alarm.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::watch_chain::{MAY_MISS, Watch, short};
use super::watch_events::Sample;
use super::watch_reach::{Link, Reach, undecided};
use crate::evidence::default_regions;
use crate::fact::{Gap, Reason, Source};
use crate::ident::Arn;
use crate::input::monitoring::Placed;
use crate::input::monitoring::event_rules::{EventRule, RuleState};
use crate::input::{Artefact, quoted};
use crate::monitoring::event_pattern::EventPattern;

impl Watch<'_> {
    /// How far an event gets by rules. An event that may be recorded in any Region needs one in each Region that every account
    /// has, and in each further one of which rules were handed in.
    pub(super) fn by_rules(&self, sample: &Sample<'_>, global: &str) -> Reach {
        let mut regions: BTreeSet<&str> = BTreeSet::from([global]);
        if !sample.is_global {
            regions.extend(self.account.monitoring().event_rule_regions());
        }
        let mut told: Option<Reach> = None;
        for &region in &regions {
            match self.by_rules_in(sample, region) {
                reach @ Reach::Told(_) => told = told.or(Some(reach)),
                other => return other,
            }
        }
        let unseen = default_regions(self.account.partition().as_str())
            .iter()
            .find(|region| !regions.contains(*region));
        if let Some(unseen) = unseen.filter(|_| !sample.is_global) {
            return Reach::Unknown(Arc::new(Gap {
                reason: Reason::NotSupplied,
                artefact: Some(Artefact::EventRules),
                source: None,
                what: format!(
                    "such an event may come in any Region, and no list of EventBridge rules in `{unseen}` was handed in"
                )
                .into(),
                remedy: "add the rules of every Region, or make a metric filter on a trail for all Regions".into(),
            }));
        }
        told.unwrap_or_else(|| Reach::broken(Link::Trail, "there is no rule".to_owned(), None::<Source>))
    }

    fn by_rules_in(&self, sample: &Sample<'_>, region: &str) -> Reach {
        let monitoring = self.account.monitoring();
        let (rules, trails) = match (monitoring.event_rules(region), monitoring.trails()) {
            (Ok(rules), Ok(trails)) => (rules, trails),
            (Err(gap), _) | (_, Err(gap)) => return Reach::Unknown(gap),
        };
        // What no trail logs does not come to EventBridge either.
        sample.follow(&self.id, region, |record| {
            let logged = trails.items().map(|trail| self.is_logged(trail, sample, record, Some(region)));
            let logged = Reach::best(logged, trails.incomplete(), || {
                Reach::broken(Link::Trail, "there is no trail".to_owned(), trails.source())
            });
            logged.and_then(|| {
                let event = sample.event_of(record, &self.id, region);
                let ways = rules.items().filter_map(|rule| self.by_rule(rule, sample, &event, region));
                Reach::best(ways, rules.incomplete(), || {
                    let what = format!("no rule of EventBridge in {region} matches");
                    // Without a rule that is meant for it, what the other way lacks says more.
                    Reach::broken(Link::Trail, what, rules.source())
                })
            })
        })
    }

    /// As [`Watch::may_ask`], of a field of an event. A rule gets the events of its own account and Region only.
    fn rule_may_ask(&self, field: &str) -> bool {
        match field {
            "account" | "region" | "detail.awsRegion" => true,
            "source" => self.may_ask("eventSource", None),
            "detail-type" => self.may_ask("eventType", None),
            other => other.strip_prefix("detail.").is_some_and(|field| self.may_ask(field, None)),
        }
    }

    /// On from a rule; `None` where it does not match.
    fn by_rule(
        &self,
        rule: &Placed<EventRule>,
        sample: &Sample<'_>,
        event: &serde_json::Value,
        region: &str,
    ) -> Option<Reach> {
        let Placed { value: rule, at } = rule;
        let pattern = rule.pattern.as_deref().filter(|_| rule.bus == "default")?;
        let name = quoted(&rule.name);
        let pattern = match EventPattern::parse(pattern) {
            Ok(pattern) => pattern,
            Err(error) => {
                let what = format!("the rule {name} has a pattern that cannot be read, {error}");
                return Some(undecided(Artefact::EventRules, *at, what));
            }
        };
        if !pattern.matches(event) {
            return None;
        }
        let broken = |what: String| Some(Reach::broken(Link::Catch, what, [*at]));
        if rule.state == RuleState::Disabled {
            return broken(format!("the rule {name} is disabled"));
        }
        if sample.reads && rule.state == RuleState::Enabled {
            return broken(format!(
                "the rule {name} does not get calls that only read; its state has to be \
                 ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
            ));
        }
        let mut others = self.control.must_not.iter();
        if let Some(noise) = others.find(|other| pattern.matches(&other.event(&self.id, region))) {
            return broken(format!("the rule {name} matches {} too, which makes it worthless", noise.told()));
        }
        if !pattern.matches_by(event, &|field| self.rule_may_ask(field)) {
            return Some(undecided(Artefact::EventRules, *at, format!("the rule {name} {MAY_MISS}")));
        }
        let monitoring = self.account.monitoring();
        let targets = match monitoring.event_targets(rule) {
            Ok(targets) => targets,
            Err(gap) => return Some(Reach::Unknown(gap)),
        };
        let ways = targets.items().filter_map(|target| {
            let arn = target.value.arn.as_str();
            // A web address is somebody's who has put it there.
            if Arn::parse(arn)
                .is_ok_and(|arn| arn.service == "events" && arn.resource.starts_with("api-destination/"))
            {
                return Some(Reach::Told(format!("rule {name}")));
            }
            let what = || format!("whom the rule {name} tells by {} cannot be followed", short(arn));
            self.by_receiver(arn, monitoring, target.at, Artefact::EventTargets, what)
        });
        Some(Reach::best(ways, targets.incomplete(), || {
            Reach::broken(Link::Action, format!("the rule {name} tells nobody"), [*at])
        }))
    }
}
