//! Who would notice: trails and what they log, metric filters, alarms, whom their topics tell, and rules of EventBridge.

mod alarms;

use std::collections::BTreeSet;

use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::principals::{file_name, fit_for_path};
use crate::run::{Halt, Run};
use crate::wire::{Wire, rebuilt};

const TRAILS: Call = Call { operation: "DescribeTrails", action: "cloudtrail:DescribeTrails" };
const STATUS: Call = Call { operation: "GetTrailStatus", action: "cloudtrail:GetTrailStatus" };
const SELECTORS: Call = Call { operation: "GetEventSelectors", action: "cloudtrail:GetEventSelectors" };
const FILTERS: Call = Call { operation: "DescribeMetricFilters", action: "logs:DescribeMetricFilters" };
const ALARMS: Call = Call { operation: "DescribeAlarms", action: "cloudwatch:DescribeAlarms" };
const SUBSCRIPTIONS: Call =
    Call { operation: "ListSubscriptionsByTopic", action: "sns:ListSubscriptionsByTopic" };
const RULES: Call = Call { operation: "ListRules", action: "events:ListRules" };
const TARGETS: Call = Call { operation: "ListTargetsByRule", action: "events:ListTargetsByRule" };

pub(super) static COLLECTOR: Collector = Collector {
    name: "monitoring",
    about: "trails, metric filters, alarms, their subscribers, and rules of EventBridge",
    calls: &[TRAILS, STATUS, SELECTORS, FILTERS, ALARMS, SUBSCRIPTIONS, RULES, TARGETS],
    files: &[
        "monitoring/<region>/trails.json",
        "monitoring/<region>/trail-status/<trail>.json",
        "monitoring/<region>/event-selectors/<trail>.json",
        "monitoring/<region>/metric-filters.json",
        "monitoring/<region>/alarms.json",
        "monitoring/<region>/subscriptions/<topic>.json",
        "monitoring/<region>/event-rules.json",
        "monitoring/<region>/event-targets/<rule>.json",
    ],
    by_default: true,
    collect: Collect::Region(|run, region| -> Work<'_> { Box::pin(collect(run, region)) }),
};

async fn collect(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    trails(run, region).await?;
    metric_filters(run, region).await?;
    let file = format!("monitoring/{region}/alarms.json");
    run.object(ALARMS.in_region(region, &file), async || alarms::all(run, region).await).await?;
    let mut topics = texts_in(run, &file);
    topics.extend(event_rules(run, region).await?);
    topics.retain(|arn| {
        arn.starts_with("arn:")
            && arn.split(':').nth(2) == Some("sns")
            && arn.split(':').nth(3) == Some(region)
    });
    subscriptions(run, region, &topics).await
}

/// A trail, as far as it matters for asking about it.
struct Trail {
    name: String,
    arn: String,
    home: String,
}

async fn trails(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = aws_sdk_cloudtrail::Client::new(&run.aws.in_region(region));
    let file = format!("monitoring/{region}/trails.json");
    run.list(TRAILS.in_region(region, &file), "trailList", async |items: &mut Vec<Json>| {
        let wire = Wire::default();
        let answer = client.describe_trails().customize().interceptor(wire.clone()).send().await;
        items.extend(wire.items("trailList").into_iter().map(Json::Raw));
        answer.err().map(Failure::from)
    })
    .await?;
    let trails: Vec<Trail> = items_in(run, &file, "trailList")
        .iter()
        .filter_map(|trail| {
            let text = |field: &str| trail.get(field)?.as_str().map(str::to_owned);
            let home = text("HomeRegion").unwrap_or_else(|| region.to_owned());
            Some(Trail { name: text("Name")?, arn: text("TrailARN")?, home })
        })
        .filter(|trail| is_asked_here(run, region, &trail.home))
        .collect();
    run.plan(trails.len() * 2);
    for Trail { name, arn, home } in trails {
        let (home, name) = (fit_for_path(&home), file_name(&name));
        let file = format!("monitoring/{home}/trail-status/{name}");
        run.one(STATUS.in_region(region, &file), async || {
            Ok(status(&client.get_trail_status().name(&arn).send().await?))
        })
        .await?;
        let file = format!("monitoring/{home}/event-selectors/{name}");
        run.one(SELECTORS.in_region(region, &file), async || {
            let wire = Wire::default();
            client
                .get_event_selectors()
                .trail_name(&arn)
                .customize()
                .interceptor(wire.clone())
                .send()
                .await?;
            Ok(rebuilt(wire.fields()).into())
        })
        .await?;
    }
    Ok(())
}

/// A trail of all Regions is listed in each; it is asked about once, in its home if that is looked at.
fn is_asked_here(run: &Run<'_>, region: &str, home: &str) -> bool {
    home == region
        || !run.regions.iter().any(|region| region == home)
            && run.regions.first().is_some_and(|first| first == region)
}

fn status(status: &GetTrailStatusOutput) -> Json {
    object()
        .maybe("IsLogging", status.is_logging())
        .maybe("LatestDeliveryError", status.latest_delivery_error())
        .maybe("LatestNotificationError", status.latest_notification_error())
        .maybe("LatestDeliveryTime", status.latest_delivery_time())
        .maybe("LatestNotificationTime", status.latest_notification_time())
        .maybe("StartLoggingTime", status.start_logging_time())
        .maybe("StopLoggingTime", status.stop_logging_time())
        .maybe("LatestCloudWatchLogsDeliveryError", status.latest_cloud_watch_logs_delivery_error())
        .maybe("LatestCloudWatchLogsDeliveryTime", status.latest_cloud_watch_logs_delivery_time())
        .maybe("LatestDigestDeliveryTime", status.latest_digest_delivery_time())
        .maybe("LatestDigestDeliveryError", status.latest_digest_delivery_error())
        .maybe("LatestDeliveryAttemptTime", status.latest_delivery_attempt_time())
        .maybe("LatestNotificationAttemptTime", status.latest_notification_attempt_time())
        .maybe("LatestNotificationAttemptSucceeded", status.latest_notification_attempt_succeeded())
        .maybe("LatestDeliveryAttemptSucceeded", status.latest_delivery_attempt_succeeded())
        .maybe("TimeLoggingStarted", status.time_logging_started())
        .maybe("TimeLoggingStopped", status.time_logging_stopped())
        .into()
}

async fn metric_filters(run: &Run<'_>, region: &str) -> Result<(), Halt> {
    let client = aws_sdk_cloudwatchlogs::Client::new(&run.aws.in_region(region));
    let file = format!("monitoring/{region}/metric-filters.json");
    run.list(FILTERS.in_region(region, &file), "metricFilters", async |items: &mut Vec<Json>| {
        let mut token = None;
        loop {
            let wire = Wire::default();
            let call = client.describe_metric_filters().set_next_token(token);
            let page = match call.customize().interceptor(wire.clone()).send().await {
                Ok(page) => page,
                Err(error) => return Some(error.into()),
            };
            items.extend(wire.items("metricFilters").into_iter().map(Json::Raw));
            token = Some(page.next_token()?.to_owned());
        }
    })
    .await
}

/// The rules of the default bus, to which AWS's events come, and where those send events that look at any. Gives back the
/// ARNs of the targets.
async fn event_rules(run: &Run<'_>, region: &str) -> Result<BTreeSet<String>, Halt> {
    let client = aws_sdk_eventbridge::Client::new(&run.aws.in_region(region));
    let file = format!("monitoring/{region}/event-rules.json");
    run.list(RULES.in_region(region, &file), "Rules", async |items: &mut Vec<Json>| {
        let mut token = None;
        loop {
            let wire = Wire::default();
            let call = client.list_rules().set_next_token(token);
            let page = match call.customize().interceptor(wire.clone()).send().await {
                Ok(page) => page,
                Err(error) => return Some(error.into()),
            };
            items.extend(wire.items("Rules").into_iter().map(Json::Raw));
            token = Some(page.next_token()?.to_owned());
        }
    })
    .await?;
    let rules: Vec<String> = items_in(run, &file, "Rules")
        .iter()
        .filter(|rule| rule.get("EventPattern").is_some())
        .filter_map(|rule| rule.get("Name")?.as_str().map(str::to_owned))
        .collect();
    run.plan(rules.len());
    let targets = std::cell::RefCell::new(BTreeSet::new());
    run.for_each(rules, async |rule: String| {
        let file = format!("monitoring/{region}/event-targets/{}", file_name(&rule));
        run.one(TARGETS.in_region(region, &file), async || {
            let items = targets_of(&client, &rule).await?;
            Ok(object().with("Targets", items.into_iter().map(Json::Raw).collect::<Vec<_>>()).into())
        })
        .await?;
        targets.borrow_mut().extend(texts_in(run, &file));
        Ok(())
    })
    .await?;
    Ok(targets.into_inner())
}

async fn targets_of(client: &aws_sdk_eventbridge::Client, rule: &str) -> Result<Vec<Box<RawValue>>, Failure> {
    let (mut targets, mut token) = (Vec::new(), None);
    loop {
        let wire = Wire::default();
        let call = client.list_targets_by_rule().rule(rule).set_next_token(token);
        let page = call.customize().interceptor(wire.clone()).send().await?;
        targets.extend(wire.items("Targets"));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(targets);
        }
    }
}

/// Whom the topics tell that alarms and rules of this Region speak to.
async fn subscriptions(run: &Run<'_>, region: &str, topics: &BTreeSet<String>) -> Result<(), Halt> {
    let client = aws_sdk_sns::Client::new(&run.aws.in_region(region));
    for topic in topics {
        let name = file_name(topic.rsplit(':').next().unwrap_or_default());
        let file = format!("monitoring/{region}/subscriptions/{name}");
        run.list(SUBSCRIPTIONS.in_region(region, &file), "Subscriptions", async |items: &mut Vec<Json>| {
            let stream = client.list_subscriptions_by_topic().topic_arn(topic).into_paginator().send();
            crate::aws::pages(stream, |page| {
                items.extend(page.subscriptions().iter().map(|subscription| {
                    Json::from(
                        object()
                            .maybe("SubscriptionArn", subscription.subscription_arn())
                            .maybe("Owner", subscription.owner())
                            .maybe("Protocol", subscription.protocol())
                            .maybe("Endpoint", subscription.endpoint())
                            .maybe("TopicArn", subscription.topic_arn()),
                    )
                }));
            })
            .await
        })
        .await?;
    }
    Ok(())
}

/// The items of a list in a file of this snapshot, whichever run wrote it.
fn items_in(run: &Run<'_>, file: &str, list: &str) -> Vec<Value> {
    let document: Value =
        serde_json::from_slice(&run.snapshot.read(file).unwrap_or_default()).unwrap_or_default();
    document.get(list).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Every text in a file of this snapshot.
fn texts_in(run: &Run<'_>, file: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open =
        vec![serde_json::from_slice(&run.snapshot.read(file).unwrap_or_default()).unwrap_or_default()];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => drop(found.insert(text)),
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    found
}
