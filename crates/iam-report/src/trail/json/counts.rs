//! How many events, how they ended, and when.

use iam_core::cloudtrail::{Tallies, Tally};
use schemars::JsonSchema;
use serde::Serialize;

use crate::trail::summary::moment;

/// How many events, how they ended, and when.
#[derive(Serialize, JsonSchema)]
pub(super) struct Counts {
    /// All events.
    events: u64,
    /// Those that were refused for lack of permission.
    denied: u64,
    /// Those that may have failed before anyone looked at permissions: throttled, malformed.
    undecided: u64,
    /// The earliest one.
    first: Option<String>,
    /// The latest one.
    last: Option<String>,
}

impl Counts {
    pub(super) fn of(tallies: Tallies) -> Self {
        let all = tallies.all();
        let (first, last) = ends(&all);
        Self {
            events: all.count,
            denied: tallies.denied.count,
            undecided: tallies.undecided.count,
            first,
            last,
        }
    }
}

pub(super) fn ends(tally: &Tally) -> (Option<String>, Option<String>) {
    let is_any = tally.count > 0;
    (is_any.then(|| moment(tally.first)), is_any.then(|| moment(tally.last)))
}
