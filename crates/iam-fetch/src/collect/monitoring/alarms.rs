//! Alarms. CloudWatch answers in a binary form, which is why they are spelled out here.

use aws_sdk_cloudwatch::types::{
    AlarmType, CompositeAlarm, Dimension, Metric, MetricAlarm, MetricDataQuery, MetricStat,
};

use crate::aws::pages;
use crate::failure::Failure;
use crate::json::{Json, Object, object};
use crate::run::Run;

/// All alarms of a Region, or as many as came.
pub(super) async fn all(run: &Run<'_>, region: &str) -> (Object, bool, Option<Failure>) {
    let client = aws_sdk_cloudwatch::Client::new(&run.aws.in_region(region));
    // Without this AWS tells only of those on metrics.
    let call =
        client.describe_alarms().alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
    let (mut on_metrics, mut on_alarms) = (Vec::new(), Vec::new());
    let failure = pages(call.into_paginator().send(), |page| {
        on_metrics.extend(page.metric_alarms().iter().map(metric_alarm));
        on_alarms.extend(page.composite_alarms().iter().map(composite_alarm));
    })
    .await;
    let is_empty = on_metrics.is_empty() && on_alarms.is_empty();
    (object().with("MetricAlarms", on_metrics).with("CompositeAlarms", on_alarms), is_empty, failure)
}

fn metric_alarm(alarm: &MetricAlarm) -> Json {
    object()
        .maybe("AlarmName", alarm.alarm_name())
        .maybe("AlarmArn", alarm.alarm_arn())
        .maybe("AlarmDescription", alarm.alarm_description())
        .maybe("AlarmConfigurationUpdatedTimestamp", alarm.alarm_configuration_updated_timestamp())
        .maybe("ActionsEnabled", alarm.actions_enabled())
        .maybe_list("OKActions", alarm.ok_actions.as_ref(), |arn| arn.into())
        .maybe_list("AlarmActions", alarm.alarm_actions.as_ref(), |arn| arn.into())
        .maybe_list("InsufficientDataActions", alarm.insufficient_data_actions.as_ref(), |arn| arn.into())
        .maybe("StateValue", alarm.state_value().map(|state| state.as_str()))
        .maybe("StateReason", alarm.state_reason())
        .maybe("StateReasonData", alarm.state_reason_data())
        .maybe("StateUpdatedTimestamp", alarm.state_updated_timestamp())
        .maybe("MetricName", alarm.metric_name())
        .maybe("Namespace", alarm.namespace())
        .maybe("Statistic", alarm.statistic().map(|statistic| statistic.as_str()))
        .maybe("ExtendedStatistic", alarm.extended_statistic())
        .maybe_list("Dimensions", alarm.dimensions.as_ref(), dimension)
        .maybe("Period", alarm.period())
        .maybe("Unit", alarm.unit().map(|unit| unit.as_str()))
        .maybe("EvaluationPeriods", alarm.evaluation_periods())
        .maybe("DatapointsToAlarm", alarm.datapoints_to_alarm())
        .maybe("Threshold", alarm.threshold())
        .maybe("ComparisonOperator", alarm.comparison_operator().map(|operator| operator.as_str()))
        .maybe("TreatMissingData", alarm.treat_missing_data())
        .maybe("EvaluateLowSampleCountPercentile", alarm.evaluate_low_sample_count_percentile())
        .maybe_list("Metrics", alarm.metrics.as_ref(), query)
        .maybe("ThresholdMetricId", alarm.threshold_metric_id())
        .maybe("EvaluationState", alarm.evaluation_state().map(|state| state.as_str()))
        .maybe("StateTransitionedTimestamp", alarm.state_transitioned_timestamp())
        .into()
}

fn composite_alarm(alarm: &CompositeAlarm) -> Json {
    object()
        .maybe("ActionsEnabled", alarm.actions_enabled())
        .maybe_list("AlarmActions", alarm.alarm_actions.as_ref(), |arn| arn.into())
        .maybe("AlarmArn", alarm.alarm_arn())
        .maybe("AlarmConfigurationUpdatedTimestamp", alarm.alarm_configuration_updated_timestamp())
        .maybe("AlarmDescription", alarm.alarm_description())
        .maybe("AlarmName", alarm.alarm_name())
        .maybe("AlarmRule", alarm.alarm_rule())
        .maybe_list("InsufficientDataActions", alarm.insufficient_data_actions.as_ref(), |arn| arn.into())
        .maybe_list("OKActions", alarm.ok_actions.as_ref(), |arn| arn.into())
        .maybe("StateReason", alarm.state_reason())
        .maybe("StateReasonData", alarm.state_reason_data())
        .maybe("StateUpdatedTimestamp", alarm.state_updated_timestamp())
        .maybe("StateValue", alarm.state_value().map(|state| state.as_str()))
        .maybe("StateTransitionedTimestamp", alarm.state_transitioned_timestamp())
        .maybe("ActionsSuppressedBy", alarm.actions_suppressed_by().map(|by| by.as_str()))
        .maybe("ActionsSuppressedReason", alarm.actions_suppressed_reason())
        .maybe("ActionsSuppressor", alarm.actions_suppressor())
        .maybe("ActionsSuppressorWaitPeriod", alarm.actions_suppressor_wait_period())
        .maybe("ActionsSuppressorExtensionPeriod", alarm.actions_suppressor_extension_period())
        .into()
}

fn dimension(dimension: &Dimension) -> Json {
    object().maybe("Name", dimension.name()).maybe("Value", dimension.value()).into()
}

fn query(query: &MetricDataQuery) -> Json {
    object()
        .maybe("Id", query.id())
        .maybe("MetricStat", query.metric_stat().map(stat))
        .maybe("Expression", query.expression())
        .maybe("Label", query.label())
        .maybe("ReturnData", query.return_data())
        .maybe("Period", query.period())
        .maybe("AccountId", query.account_id())
        .into()
}

fn stat(stat: &MetricStat) -> Object {
    object()
        .maybe("Metric", stat.metric().map(metric))
        .maybe("Period", stat.period())
        .maybe("Stat", stat.stat())
        .maybe("Unit", stat.unit().map(|unit| unit.as_str()))
}

fn metric(metric: &Metric) -> Object {
    object().maybe("Namespace", metric.namespace()).maybe("MetricName", metric.metric_name()).maybe_list(
        "Dimensions",
        metric.dimensions.as_ref(),
        dimension,
    )
}
