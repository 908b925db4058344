//! Who would notice: trails and their log groups, metric filters, alarms, subscriptions, and rules of `EventBridge`.
//!
//! Every artefact is what the AWS CLI prints, per Region. Two answers do not name what they are about, `get-trail-status` and
//! `list-targets-by-rule`, and neither does an empty list of subscriptions; then the file's path tells:
//!
//! ```text
//! monitoring/<region>/trails.json                       aws cloudtrail describe-trails
//! monitoring/<region>/trail-status/<trail name>.json    aws cloudtrail get-trail-status --name ...
//! monitoring/<region>/event-selectors/<anything>.json   aws cloudtrail get-event-selectors --trail-name ...
//! monitoring/<region>/metric-filters.json               aws logs describe-metric-filters
//! monitoring/<region>/alarms.json                       aws cloudwatch describe-alarms
//! monitoring/<region>/subscriptions/<topic name>.json   aws sns list-subscriptions-by-topic --topic-arn ...
//! monitoring/<region>/event-rules.json                  aws events list-rules
//! monitoring/<region>/event-targets/<rule name>.json    aws events list-targets-by-rule --rule ...
//! ```
//!
//! The Region is that of the ARNs inside, and otherwise the folder of the path that looks like a Region.

pub mod alarms;
pub mod event_rules;
pub mod metric_filters;
pub mod subscriptions;
pub mod trail_selectors;
pub mod trails;

use crate::fact::Source;

/// An item of a list and the place where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<T> {
    /// The item.
    pub value: T,
    /// Its place.
    pub at: Source,
}

/// A list of texts, if it is one.
fn texts(value: &serde_json::Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}
