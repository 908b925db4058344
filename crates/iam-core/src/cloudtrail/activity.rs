use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::bounded::{Merge, Rank};
use super::{
    Bounded, Call, Event, EventClass, Example, KeptEvents, Principal, PrincipalKind, Sample, Selection,
    Tallies, Tally,
};
use crate::fact::Reason;

/// What CloudTrail records say, summed up: small, and mergeable in any order.
///
/// `merge` is associative and commutative: activities folded from the files of an archive on many machines give, merged,
/// the activity of the whole archive. What had to be left out to stay within [`Limits`] is said, never silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// How much is kept.
    pub limits: Limits,
    /// Which records were counted; more than one where parts were made differently.
    pub selections: BTreeSet<Selection>,
    /// The files.
    pub files: Files,
    /// What was seen of each account and Region.
    pub coverage: Bounded<Place, Coverage>,
    /// Who did what.
    pub principals: Bounded<Principal, PrincipalActivity>,
    /// Events of principals beyond the limit.
    pub others: Tallies,
    /// Events kept with all that matters about them.
    pub events: KeptEvents,
    /// What could not be read.
    pub gaps: BTreeSet<TrailGap>,
    /// Whether there were more gaps than these.
    pub gaps_are_cut: bool,
}

/// How much an activity keeps. Beyond a limit it keeps counting, without names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limits {
    /// Principals: root, users and roles before all others.
    pub principals: usize,
    /// Different calls of one principal.
    pub calls: usize,
    /// Source addresses of one principal.
    pub addresses: usize,
    /// Quarters of days of one principal: the latest.
    pub quarters: usize,
    /// Roles that one principal assumed, and long-lived access keys that it used.
    pub credentials: usize,
    /// Kept events of one class: the latest.
    pub events: usize,
    /// Accounts times Regions.
    pub places: usize,
    /// Gaps.
    pub gaps: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            principals: 100_000,
            calls: 4_096,
            addresses: 256,
            quarters: 4_096,
            credentials: 1_024,
            events: 20_000,
            places: 50_000,
            gaps: 1_000,
        }
    }
}

impl Limits {
    /// The tighter of two limits in each respect.
    fn tighter(self, other: Self) -> Self {
        Self {
            principals: self.principals.min(other.principals),
            calls: self.calls.min(other.calls),
            addresses: self.addresses.min(other.addresses),
            quarters: self.quarters.min(other.quarters),
            credentials: self.credentials.min(other.credentials),
            events: self.events.min(other.events),
            places: self.places.min(other.places),
            gaps: self.gaps.min(other.gaps),
        }
    }
}

/// The files that an activity was folded from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files {
    /// Files read, whole or in part.
    pub read: u64,
    /// Their size in bytes, decompressed.
    pub bytes: u64,
    /// Records in them, whether or not they were selected.
    pub records: u64,
    /// Records that were counted.
    pub counted: u64,
    /// Records passed over because the same `eventID` had been counted; 0 when nobody asked for it.
    pub repeated: u64,
    /// Whether records with the same `eventID` were counted once only.
    pub deduplicated: bool,
    /// Digest files, which hold no events.
    pub digests: u64,
    /// Records of CloudTrail Insights, which are no calls.
    pub insights: u64,
    /// Files whose path says that nothing in them is selected.
    pub passed_over: u64,
    /// For each file a hash of its name and size, so that a file that is in two parts is noticed.
    pub ids: BTreeSet<u64>,
}

impl Files {
    /// How many files were read more than once, in this part or in several.
    pub fn read_again(&self) -> u64 {
        self.read.saturating_sub(u64::try_from(self.ids.len()).unwrap_or(u64::MAX))
    }

    fn merge(&mut self, other: Self) {
        add(&mut self.read, other.read);
        add(&mut self.bytes, other.bytes);
        add(&mut self.records, other.records);
        add(&mut self.counted, other.counted);
        add(&mut self.repeated, other.repeated);
        self.deduplicated &= other.deduplicated;
        add(&mut self.digests, other.digests);
        add(&mut self.insights, other.insights);
        add(&mut self.passed_over, other.passed_over);
        self.ids.extend(other.ids);
    }
}

/// An account and a Region of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The account in whose trail the records stand (`recipientAccountId`), as 12 digits; empty where nothing tells it.
    pub account: Arc<str>,
    /// `awsRegion`.
    pub region: Arc<str>,
}

impl Rank for Place {
    fn bytes(&self) -> Vec<u8> {
        [&*self.account, &*self.region].join("\0").into_bytes()
    }
}

/// What was seen of an account in a Region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Coverage {
    /// The counted records.
    pub all: Tally,
    /// Those that only read (`readOnly` true).
    pub reads: u64,
    /// Those that changed something (`readOnly` false).
    pub writes: u64,
    /// Data events; all others are management or network events.
    pub data: u64,
    /// Records of each UTC day, as days since 1970-01-01. A day without any is a hint that files are missing.
    pub days: BTreeMap<i32, u64>,
}

impl Merge for Coverage {
    fn merge(&mut self, other: Self) {
        self.all.merge(other.all);
        add(&mut self.reads, other.reads);
        add(&mut self.writes, other.writes);
        add(&mut self.data, other.data);
        for (day, count) in other.days {
            add(self.days.entry(day).or_default(), count);
        }
    }
}

/// What one principal did.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct PrincipalActivity {
    /// Everything it did.
    pub all: Tallies,
    /// By call.
    pub calls: Bounded<Call, Usage>,
    /// Calls beyond the limit.
    pub other_calls: Tallies,
    /// By `sourceIPAddress`.
    pub addresses: Bounded<Arc<str>, Tallies>,
    /// By quarter of a UTC day: quarters since 1970-01-01T00:00Z, each six hours. Boxed, as most principals have few and the
    /// map makes room for eleven.
    pub quarters: BTreeMap<u32, Box<Quarter>>,
    /// Whether there were earlier quarters than these.
    pub quarters_are_cut: bool,
    /// Session names, of a role or federated user.
    pub sessions: Sample,
    /// Roles that it assumed or tried to, by ARN.
    pub assumed: Bounded<Arc<str>, Tallies>,
    /// Its long-lived access keys (`AKIA...`), by id.
    pub keys: Bounded<Arc<str>, KeyUse>,
    /// For IAM users: List, Get and Describe calls that were denied and came from an IP address, by second. Enough to
    /// see a burst of them.
    pub denied_reads: BTreeMap<i64, u32>,
    /// One of those.
    pub denied_read: Option<Box<Example>>,
}

/// One principal's use of one call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Usage {
    /// How often and when.
    pub tallies: Tallies,
    /// Events among them that are data events.
    pub data: u64,
    /// Events that a service made in the principal's name (`invokedBy`).
    pub via_service: u64,
    /// The kinds of events among them (`eventType`).
    pub kinds: EventKinds,
    /// `awsRegion`.
    pub regions: Sample,
    /// ARNs in `resources` and in `requestParameters` of calls that were not denied.
    pub resources: Sample,
    /// Authorised calls among them that showed at least one such ARN, of whatever type. Where it is below `tallies.used`,
    /// calls named what they were about in other words, or were summed up by a program that did not count this.
    pub with_resources: u64,
    /// A denied one, the earliest.
    pub denied: Option<Box<Example>>,
}

impl Merge for Usage {
    fn merge(&mut self, other: Self) {
        self.tallies.merge(other.tallies);
        add(&mut self.data, other.data);
        add(&mut self.via_service, other.via_service);
        self.kinds.merge(other.kinds);
        self.regions.merge(other.regions);
        self.resources.merge(other.resources);
        add(&mut self.with_resources, other.with_resources);
        keep_lower(&mut self.denied, other.denied);
    }
}

/// The kinds of events, as a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct EventKinds(pub u8);

impl EventKinds {
    /// A call of the API (`AwsApiCall`), or a record that does not say what it is.
    pub const API_CALL: Self = Self(1);
    /// Something that a service did by itself (`AwsServiceEvent`).
    pub const SERVICE_EVENT: Self = Self(2);
    /// Something done in the console that is no call of the API (`AwsConsoleAction`).
    pub const CONSOLE_ACTION: Self = Self(4);
    /// A sign-in (`AwsConsoleSignIn`).
    pub const SIGN_IN: Self = Self(8);
    /// A call that a VPC endpoint saw (`AwsVpceEvent`).
    pub const VPC_ENDPOINT: Self = Self(16);

    /// Reads `eventType`.
    pub fn of_event_type(event_type: &str) -> Self {
        match event_type {
            "AwsServiceEvent" => Self::SERVICE_EVENT,
            "AwsConsoleAction" => Self::CONSOLE_ACTION,
            "AwsConsoleSignIn" => Self::SIGN_IN,
            "AwsVpceEvent" | "AwsVpceEvents" => Self::VPC_ENDPOINT,
            _ => Self::API_CALL,
        }
    }

    /// Whether all of these are among them.
    pub fn has(self, kinds: Self) -> bool {
        self.0 & kinds.0 == kinds.0
    }

    /// Adds others.
    pub fn merge(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What one principal did in a quarter of a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Quarter {
    /// How much.
    pub tallies: Tallies,
    /// Which calls of [`super::watchlist::ENUMERATION`] were among it, a bit for each.
    pub enumeration: u64,
    /// Which calls of [`super::watchlist::ESCALATION`], likewise.
    pub escalation: u64,
    /// The earliest call of the first list.
    pub enumeration_example: Option<Box<Example>>,
    /// The earliest call of the second list.
    pub escalation_example: Option<Box<Example>>,
}

impl Merge for Quarter {
    fn merge(&mut self, other: Self) {
        self.tallies.merge(other.tallies);
        self.enumeration |= other.enumeration;
        self.escalation |= other.escalation;
        keep_lower(&mut self.enumeration_example, other.enumeration_example);
        keep_lower(&mut self.escalation_example, other.escalation_example);
    }
}

/// Use of a long-lived access key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct KeyUse {
    /// How often and when, denied calls included: they too show that the key is in someone's hands.
    pub tallies: Tallies,
    /// The latest one: moment in seconds since 1970-01-01 UTC, `eventSource`, `awsRegion`.
    pub latest: Option<(i64, Arc<str>, Arc<str>)>,
}

impl Merge for KeyUse {
    fn merge(&mut self, other: Self) {
        self.tallies.merge(other.tallies);
        self.latest = self.latest.take().max(other.latest);
    }
}

impl Merge for Tallies {
    fn merge(&mut self, other: Self) {
        Tallies::merge(self, other);
    }
}

/// Something in an archive that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailGap {
    /// The file.
    pub file: Arc<str>,
    /// The byte, after decompression, from which on nothing was read; `None` for the whole file.
    pub offset: Option<u64>,
    /// Why.
    pub reason: Reason,
    /// What was found and what was expected, in one line.
    pub what: Arc<str>,
}

/// Adds without overflow: counts may come from a file that somebody else wrote.
fn add(own: &mut u64, other: u64) {
    *own = own.saturating_add(other);
}

/// Keeps the lower of two, and something rather than nothing.
pub(super) fn keep_lower<T: Ord>(own: &mut Option<T>, other: Option<T>) {
    let replaces = match (&*own, &other) {
        (Some(own), Some(other)) => other < own,
        (None, _) => true,
        (Some(_), None) => false,
    };
    if replaces {
        *own = other;
    }
}

impl PrincipalActivity {
    /// Adds what another part knows of the same principal.
    fn merge_within(&mut self, other: Self, limits: &Limits) {
        self.all.merge(other.all);
        self.other_calls.merge(other.other_calls);
        for (_, usage) in self.calls.merge(other.calls, limits.calls) {
            self.other_calls.merge(usage.tallies);
        }
        self.addresses.merge(other.addresses, limits.addresses);
        self.quarters_are_cut |= other.quarters_are_cut;
        for (quarter, deeds) in other.quarters {
            match self.quarters.entry(quarter) {
                Entry::Vacant(there) => {
                    there.insert(deeds);
                }
                Entry::Occupied(mut there) => there.get_mut().merge(*deeds),
            }
        }
        self.sessions.merge(other.sessions);
        self.assumed.merge(other.assumed, limits.credentials);
        self.keys.merge(other.keys, limits.credentials);
        for (second, count) in other.denied_reads {
            let own = self.denied_reads.entry(second).or_default();
            *own = own.saturating_add(count);
        }
        keep_lower(&mut self.denied_read, other.denied_read);
        self.cut(limits);
    }

    /// Cuts everything to the limits.
    fn cut(&mut self, limits: &Limits) {
        for (_, usage) in self.calls.cut(limits.calls) {
            self.other_calls.merge(usage.tallies);
        }
        self.addresses.cut(limits.addresses);
        self.assumed.cut(limits.credentials);
        self.keys.cut(limits.credentials);
        while self.quarters.len() > limits.quarters {
            self.quarters.pop_first();
            self.quarters_are_cut = true;
        }
        while self.denied_reads.len() > limits.quarters {
            self.denied_reads.pop_first();
        }
    }
}

impl Merge for PrincipalActivity {
    fn merge(&mut self, other: Self) {
        self.merge_within(
            other,
            &Limits {
                calls: usize::MAX,
                addresses: usize::MAX,
                quarters: usize::MAX,
                credentials: usize::MAX,
                ..Limits::default()
            },
        );
    }
}

impl Activity {
    /// An activity of nothing, yet.
    pub fn empty(selection: Selection, limits: Limits) -> Self {
        Self {
            limits,
            selections: BTreeSet::from([selection]),
            files: Files { deduplicated: true, ..Files::default() },
            coverage: Bounded::default(),
            principals: Bounded::default(),
            others: Tallies::default(),
            events: KeptEvents::default(),
            gaps: BTreeSet::new(),
            gaps_are_cut: false,
        }
    }

    /// Adds what another activity knows. The order of merging does not matter; the tighter limits hold.
    pub fn merge(&mut self, other: Self) {
        self.limits = self.limits.tighter(other.limits);
        self.selections.extend(other.selections);
        self.files.merge(other.files);
        self.coverage.merge(other.coverage, self.limits.places);
        self.others.merge(other.others);
        for (_, activity) in self.principals.merge(other.principals, self.limits.principals) {
            self.others.merge(activity.all);
        }
        self.events.merge(other.events, self.limits.events);
        self.gaps.extend(other.gaps);
        self.gaps_are_cut |= other.gaps_are_cut;
        self.cut();
    }

    /// Notes something that could not be read.
    pub fn add_gap(&mut self, gap: TrailGap) {
        self.gaps.insert(gap);
        self.cut_gaps();
    }

    /// Cuts everything to the limits.
    pub(super) fn cut(&mut self) {
        for (_, activity) in self.principals.cut(self.limits.principals) {
            self.others.merge(activity.all);
        }
        let limits = self.limits;
        self.principals.for_each_mut(|activity| activity.cut(&limits));
        self.coverage.cut(limits.places);
        self.cut_gaps();
    }

    fn cut_gaps(&mut self) {
        while self.gaps.len() > self.limits.gaps {
            self.gaps.pop_last();
            self.gaps_are_cut = true;
        }
    }

    /// Everything that was counted.
    pub fn all(&self) -> Tallies {
        let mut all = self.others;
        for (_, activity) in self.principals.iter() {
            all.merge(activity.all);
        }
        all
    }

    /// What root did in an account, or in any account where `account` is `None`, by time.
    pub fn root_events(&self, account: Option<&str>) -> Vec<&Event> {
        let of_root = |event: &&Event| {
            event.principal.kind == PrincipalKind::Root
                && account.is_none_or(|account| &*event.principal.account == account)
        };
        let mut events: Vec<&Event> = self.events.iter().filter(of_root).collect();
        events.sort_by(|a, b| (a.second, &a.id).cmp(&(b.second, &b.id)));
        events
    }

    /// The sign-ins to the console, by time.
    pub fn sign_ins(&self) -> Vec<&Event> {
        let mut events: Vec<&Event> = self.events.iter().filter(|event| event.sign_in().is_some()).collect();
        events.sort_by(|a, b| (a.second, &a.id).cmp(&(b.second, &b.id)));
        events
    }

    /// Whether everything that was handed in was read and kept; if not, what is not there proves nothing.
    pub fn is_whole(&self) -> bool {
        self.gaps.is_empty()
            && !self.gaps_are_cut
            && !self.principals.is_cut()
            && !EventClass::ALL.iter().any(|class| self.events.is_cut(*class))
    }

    /// The accounts in whose trails something was seen.
    pub fn accounts(&self) -> BTreeSet<Arc<str>> {
        self.coverage
            .iter()
            .map(|(place, _)| Arc::clone(&place.account))
            .filter(|id| !id.is_empty())
            .collect()
    }
}
