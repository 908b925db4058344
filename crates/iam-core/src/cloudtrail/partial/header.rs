//! The first line: what holds for the part as a whole.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::scalar::{Tallies, Text, hex, is_default};
use super::{MOST, VERSION, expected};
use crate::cloudtrail::watchlist::{ENUMERATION, ESCALATION};
use crate::cloudtrail::{self, Activity, EventClass};

/// What is read of the first line of every version.
#[derive(Deserialize)]
pub(super) struct Start {
    pub(super) version: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header<'a> {
    #[serde(rename = "iam-audit", borrow)]
    kind: Text<'a>,
    version: u64,
    /// A hash of the watchlists. The bits of a quarter have a meaning only together with these.
    #[serde(borrow)]
    watchlists: Text<'a>,
    limits: Limits,
    #[serde(borrow)]
    selections: Vec<Selection<'a>>,
    files: Files,
    /// Events of principals beyond the limit.
    #[serde(default, skip_serializing_if = "is_default")]
    others: Tallies,
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    more: More<'a>,
}

/// What there was more of than the limits let in.
#[derive(Serialize, Deserialize, PartialEq, Default)]
#[serde(deny_unknown_fields)]
struct More<'a> {
    #[serde(default, skip_serializing_if = "is_default")]
    places: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    principals: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    gaps: bool,
    /// Classes of kept events.
    #[serde(borrow, default, skip_serializing_if = "is_default")]
    events: Vec<Text<'a>>,
}

impl<'a> Header<'a> {
    pub(super) fn of(activity: &'a Activity) -> Self {
        let cut = EventClass::ALL.iter().filter(|class| activity.events.is_cut(**class));
        Self {
            kind: Text::Borrowed("activity"),
            version: VERSION,
            watchlists: Text::Owned(watchlists()),
            limits: Limits::of(activity.limits),
            selections: activity.selections.iter().map(Selection::of).collect(),
            files: Files::of(&activity.files),
            others: Tallies::of(activity.others),
            more: More {
                places: activity.coverage.is_cut(),
                principals: activity.principals.is_cut(),
                gaps: activity.gaps_are_cut,
                events: cut.map(|class| Text::Borrowed(class.as_str())).collect(),
            },
        }
    }

    pub(super) fn has_our_watchlists(&self) -> bool {
        self.watchlists == watchlists()
    }

    /// An activity of which only the header is known yet.
    pub(super) fn activity(self) -> Result<Activity, String> {
        let mut selections = self.selections.iter().map(Selection::model);
        let first = selections.next().ok_or("expected at least one selection")?;
        let mut activity = Activity::empty(first, self.limits.model());
        activity.selections.extend(selections);
        activity.files = self.files.model();
        activity.others = self.others.model()?;
        if self.more.places {
            activity.coverage.mark_cut();
        }
        if self.more.principals {
            activity.principals.mark_cut();
        }
        activity.gaps_are_cut = self.more.gaps;
        for word in &self.more.events {
            let class = EventClass::named(word).ok_or_else(|| expected("a class of events", word))?;
            activity.events.mark_cut(class);
        }
        Ok(activity)
    }
}

/// 16 hexadecimal digits that differ when a list does.
pub(super) fn watchlists() -> String {
    let mut hash = Sha256::new();
    for (service, name) in ENUMERATION.iter().chain(&[("", "")]).chain(ESCALATION) {
        hash.update(format!("{service}:{name}\n"));
    }
    let hash: [u8; 32] = hash.finalize().into();
    hash.first_chunk().map_or_else(String::new, |first| hex(u64::from_be_bytes(*first)))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    principals: u64,
    calls: u64,
    addresses: u64,
    quarters: u64,
    credentials: u64,
    events: u64,
    places: u64,
    gaps: u64,
}

impl Limits {
    fn of(limits: cloudtrail::Limits) -> Self {
        let number = |limit| u64::try_from(limit).unwrap_or(u64::MAX);
        let cloudtrail::Limits { principals, calls, addresses, quarters, credentials, events, places, gaps } =
            limits;
        Self {
            principals: number(principals),
            calls: number(calls),
            addresses: number(addresses),
            quarters: number(quarters),
            credentials: number(credentials),
            events: number(events),
            places: number(places),
            gaps: number(gaps),
        }
    }

    fn model(&self) -> cloudtrail::Limits {
        let limit = |number, most| usize::try_from(number).unwrap_or(usize::MAX).min(most);
        cloudtrail::Limits {
            principals: limit(self.principals, MOST.principals),
            calls: limit(self.calls, MOST.calls),
            addresses: limit(self.addresses, MOST.addresses),
            quarters: limit(self.quarters, MOST.quarters),
            credentials: limit(self.credentials, MOST.credentials),
            events: limit(self.events, MOST.events),
            places: limit(self.places, MOST.places),
            gaps: limit(self.gaps, MOST.gaps),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Selection<'a> {
    #[serde(default, skip_serializing_if = "is_default")]
    since: Option<i64>,
    #[serde(default, skip_serializing_if = "is_default")]
    until: Option<i64>,
    #[serde(default, skip_serializing_if = "is_default")]
    accounts: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_default")]
    regions: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_default")]
    principals: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_default")]
    services: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_default")]
    actions: Vec<Text<'a>>,
}

impl<'a> Selection<'a> {
    fn of(selection: &'a cloudtrail::Selection) -> Self {
        fn texts(set: &BTreeSet<Arc<str>>) -> Vec<Text<'_>> {
            set.iter().map(|text| Text::Borrowed(&**text)).collect()
        }
        let cloudtrail::Selection { since, until, accounts, regions, principals, services, actions } =
            selection;
        Self {
            since: *since,
            until: *until,
            accounts: texts(accounts),
            regions: texts(regions),
            principals: texts(principals),
            services: texts(services),
            actions: texts(actions),
        }
    }

    fn model(&self) -> cloudtrail::Selection {
        let set = |texts: &[Text<'_>]| texts.iter().map(|text| Arc::from(&**text)).collect();
        cloudtrail::Selection {
            since: self.since,
            until: self.until,
            accounts: set(&self.accounts),
            regions: set(&self.regions),
            principals: set(&self.principals),
            services: set(&self.services),
            actions: set(&self.actions),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Files {
    read: u64,
    bytes: u64,
    records: u64,
    counted: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    repeated: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    deduplicated: bool,
    #[serde(default, skip_serializing_if = "is_default")]
    digests: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    insights: u64,
    #[serde(default, skip_serializing_if = "is_default")]
    passed_over: u64,
}

impl Files {
    fn of(files: &cloudtrail::Files) -> Self {
        // The ids have lines of their own.
        let cloudtrail::Files {
            read,
            bytes,
            records,
            counted,
            repeated,
            deduplicated,
            digests,
            insights,
            passed_over,
            ids: _,
        } = *files;
        Self { read, bytes, records, counted, repeated, deduplicated, digests, insights, passed_over }
    }

    fn model(&self) -> cloudtrail::Files {
        cloudtrail::Files {
            read: self.read,
            bytes: self.bytes,
            records: self.records,
            counted: self.counted,
            repeated: self.repeated,
            deduplicated: self.deduplicated,
            digests: self.digests,
            insights: self.insights,
            passed_over: self.passed_over,
            ids: BTreeSet::new(),
        }
    }
}
