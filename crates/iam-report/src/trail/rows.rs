//! Events grouped in one way, over all principals.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use iam_core::cloudtrail::{Activity, Call, Principal, Tallies, Tally};
use iam_core::fact::shown_date;

use super::By;

/// The rows of a table, those with most events first, then by name.
pub(super) struct Rows<'a> {
    pub(super) rows: Vec<Row<'a>>,
    /// Events that are in no row: beyond the limits of what is kept, or without the thing that rows are grouped by.
    pub(super) elsewhere: u64,
}

/// One row.
pub(super) struct Row<'a> {
    pub(super) key: Key<'a>,
    pub(super) tallies: Tallies,
    /// How many principals it comes from.
    pub(super) principals: u64,
    /// How many different calls it consists of, and whether there were more; only where the key is a principal.
    pub(super) calls: Option<(usize, bool)>,
}

/// What a row is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'a> {
    Principal(&'a Principal),
    /// `eventSource`.
    Service(&'a str),
    Action(&'a Call),
    /// Days since 1970-01-01.
    Day(u32),
    Address(&'a str),
}

impl Key<'_> {
    /// The name in every format for programs.
    pub(super) fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Principal(principal) => Cow::Borrowed(&principal.name),
            Self::Service(source) => Cow::Borrowed(source),
            Self::Action(call) => Cow::Owned(call.to_string()),
            Self::Day(day) => Cow::Owned(shown_day(i64::from(*day))),
            Self::Address(address) => Cow::Borrowed(address),
        }
    }
}

/// The date of a day that is counted from 1970-01-01.
pub(super) fn shown_day(day: i64) -> String {
    Tally::of(day.saturating_mul(86_400)).first_time().map(shown_date).unwrap_or_default()
}

pub(super) fn rows(activity: &Activity, by: By) -> Rows<'_> {
    let mut groups: BTreeMap<Key<'_>, Row<'_>> = BTreeMap::new();
    for (principal, deeds) in activity.principals.iter() {
        let mut own: BTreeMap<Key<'_>, Tallies> = BTreeMap::new();
        let mut add = |key, tallies: Tallies| own.entry(key).or_default().merge(tallies);
        match by {
            By::Principal => add(Key::Principal(principal), deeds.all),
            By::Service | By::Action => {
                for (call, usage) in deeds.calls.iter() {
                    let key = if by == By::Service { Key::Service(&call.source) } else { Key::Action(call) };
                    add(key, usage.tallies);
                }
            }
            By::Day => {
                for (quarter, done) in &deeds.quarters {
                    add(Key::Day(quarter / 4), done.tallies);
                }
            }
            By::Address => {
                for (address, tallies) in deeds.addresses.iter() {
                    add(Key::Address(address), *tallies);
                }
            }
        }
        for (key, tallies) in own {
            let calls = matches!(by, By::Principal).then(|| (deeds.calls.len(), deeds.calls.is_cut()));
            let empty = Row { key, tallies: Tallies::default(), principals: 0, calls };
            let row = groups.entry(key).or_insert(empty);
            row.tallies.merge(tallies);
            row.principals += 1;
        }
    }
    let mut rows: Vec<Row<'_>> = groups.into_values().collect();
    let counted = |row: &Row<'_>| row.tallies.all().count;
    rows.sort_by(|a, b| {
        let by_count = Reverse(counted(a)).cmp(&Reverse(counted(b)));
        by_count.then_with(|| a.key.name().cmp(&b.key.name())).then_with(|| a.key.cmp(&b.key))
    });
    let here = rows.iter().map(counted).fold(0, u64::saturating_add);
    Rows { elsewhere: activity.all().all().count.saturating_sub(here), rows }
}
