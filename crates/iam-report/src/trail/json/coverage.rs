//! What was seen of each account.

use schemars::JsonSchema;
use serde::Serialize;

use super::counts::ends;
use crate::trail::rows::shown_day;
use crate::trail::summary;

/// What was seen of one account.
#[derive(Serialize, JsonSchema)]
pub(super) struct Coverage<'a> {
    /// Its id; empty where records do not say in whose trail they stand.
    account: &'a str,
    /// Its events.
    events: u64,
    /// The earliest one.
    first: Option<String>,
    /// The latest one.
    last: Option<String>,
    /// Those that only read.
    reads: u64,
    /// Those that changed something.
    writes: u64,
    /// Data events.
    data: u64,
    /// By Region.
    regions: Vec<Region<'a>>,
    /// Times without any event between the first and the last day.
    days_without_events: Vec<Days>,
}

/// What was seen of one Region.
#[derive(Serialize, JsonSchema)]
struct Region<'a> {
    /// Its name.
    region: &'a str,
    /// Its events.
    events: u64,
}

/// Days in a row, in UTC.
#[derive(Serialize, JsonSchema)]
struct Days {
    /// The first one.
    first: String,
    /// The last one.
    last: String,
}

impl<'a> Coverage<'a> {
    pub(super) fn of(seen: summary::AccountCoverage<'a>) -> Self {
        let (first, last) = ends(&seen.all);
        let regions = seen.regions.into_iter().map(|(region, events)| Region { region, events });
        let days = seen
            .quiet
            .into_iter()
            .map(|(first, last)| Days { first: shown_day(first.into()), last: shown_day(last.into()) });
        Self {
            account: seen.account,
            events: seen.all.count,
            first,
            last,
            reads: seen.reads,
            writes: seen.writes,
            data: seen.data,
            regions: regions.collect(),
            days_without_events: days.collect(),
        }
    }
}
