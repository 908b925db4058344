//! The table of `--by`.

use iam_core::cloudtrail::Activity;
use schemars::JsonSchema;
use serde::Serialize;

use super::Gap;
use super::counts::Counts;
use crate::trail::By;
use crate::trail::rows::{Key, Row, rows};

/// Events, grouped in one way.
#[derive(Serialize, JsonSchema)]
pub(super) struct Grouped<'a> {
    /// The version of this form.
    #[schemars(extend("const" = "1"))]
    schema_version: &'static str,
    /// What the rows are grouped by.
    #[schemars(extend("enum" = ["principal", "service", "action", "day", "address"]))]
    by: &'static str,
    /// All rows, those with the most events first.
    rows: Vec<GroupedRow<'a>>,
    /// Events in no row: beyond the limits of what is kept, or without what rows are grouped by.
    events_in_no_row: u64,
    /// Whether everything that was handed in was read and kept.
    is_whole: bool,
    /// What could not be read.
    gaps: Vec<Gap<'a>>,
    /// Whether there were more gaps than these.
    gaps_are_cut: bool,
}

impl<'a> Grouped<'a> {
    pub(super) fn of(activity: &'a Activity, by: By) -> Self {
        let rows = rows(activity, by);
        Self {
            schema_version: "1",
            by: by.as_str(),
            rows: rows.rows.iter().map(GroupedRow::of).collect(),
            events_in_no_row: rows.elsewhere,
            is_whole: activity.is_whole(),
            gaps: activity.gaps.iter().map(Gap::of).collect(),
            gaps_are_cut: activity.gaps_are_cut,
        }
    }
}

/// One row.
#[derive(Serialize, JsonSchema)]
struct GroupedRow<'a> {
    /// The principal, service, call, day or address.
    name: String,
    /// The kind of principal; only where rows are principals.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// The principal's account; only where rows are principals.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(flatten)]
    counts: Counts,
    /// How many principals have events in this row; only where rows are no principals.
    #[serde(skip_serializing_if = "Option::is_none")]
    principals: Option<u64>,
    /// How many different calls were made, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<usize>,
}

impl<'a> GroupedRow<'a> {
    fn of(row: &Row<'a>) -> Self {
        let principal = match row.key {
            Key::Principal(principal) => Some(principal),
            _ => None,
        };
        Self {
            name: row.key.name().into_owned(),
            kind: principal.map(|principal| principal.kind.as_str()),
            account: principal.map(|principal| &*principal.account),
            counts: Counts::of(row.tallies),
            principals: principal.is_none().then_some(row.principals),
            calls: row.calls.map(|(calls, _)| calls),
        }
    }
}
