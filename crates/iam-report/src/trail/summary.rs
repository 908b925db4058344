//! What the overview says, put together once for every format.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use iam_core::cloudtrail::{
    Activity, Call, Event, EventClass, Example, Principal, PrincipalKind, Tally, TrailGap,
};
use iam_core::fact::shown_time;

/// What was seen of one account.
#[derive(Default)]
pub(super) struct AccountCoverage<'a> {
    /// As 12 digits; empty where no record tells.
    pub(super) account: &'a str,
    pub(super) all: Tally,
    pub(super) reads: u64,
    pub(super) writes: u64,
    pub(super) data: u64,
    /// Regions with their events, most first.
    pub(super) regions: Vec<(&'a str, u64)>,
    /// Days without any event between the first and the last one: first and last day of each such time, as days since
    /// 1970-01-01.
    pub(super) quiet: Vec<(i32, i32)>,
}

/// The accounts, those with most events first.
pub(super) fn coverage(activity: &Activity) -> Vec<AccountCoverage<'_>> {
    let mut accounts: BTreeMap<&str, (AccountCoverage<'_>, BTreeSet<i32>)> = BTreeMap::new();
    for (place, seen) in activity.coverage.iter() {
        let (account, days) = accounts.entry(&place.account).or_default();
        account.account = &place.account;
        account.all.merge(seen.all);
        account.reads = account.reads.saturating_add(seen.reads);
        account.writes = account.writes.saturating_add(seen.writes);
        account.data = account.data.saturating_add(seen.data);
        account.regions.push((&place.region, seen.all.count));
        days.extend(seen.days.keys());
    }
    let finished = accounts.into_values().map(|(mut account, days)| {
        account.regions.sort_by_key(|(region, count)| (Reverse(*count), *region));
        account.quiet = between(&days);
        account
    });
    let mut accounts: Vec<AccountCoverage<'_>> = finished.collect();
    accounts.sort_by_key(|account| (Reverse(account.all.count), account.account));
    accounts
}

/// The days that are missing between the first and the last one.
fn between(days: &BTreeSet<i32>) -> Vec<(i32, i32)> {
    let next = days.iter().skip(1);
    let gaps = days.iter().zip(next).map(|(day, next)| (day.saturating_add(1), next.saturating_sub(1)));
    gaps.filter(|(first, last)| first <= last).collect()
}

/// How many days these times have together.
pub(super) fn days_in(times: &[(i32, i32)]) -> i64 {
    times.iter().map(|(first, last)| i64::from(*last) - i64::from(*first) + 1).sum()
}

/// One call that was denied.
#[derive(Clone, Copy)]
pub(super) struct Denied<'a> {
    pub(super) call: &'a Call,
    pub(super) tally: Tally,
    pub(super) principals: u64,
    /// Whose denied call stands for the others: of each principal's first one the latest.
    pub(super) example: Option<(&'a Principal, &'a Example)>,
}

/// Denied calls, the most frequent first.
pub(super) fn denied(activity: &Activity) -> Vec<Denied<'_>> {
    let mut calls: BTreeMap<&Call, Denied<'_>> = BTreeMap::new();
    for (principal, deeds) in activity.principals.iter() {
        for (call, usage) in deeds.calls.iter().filter(|(_, usage)| usage.tallies.denied.count > 0) {
            let none = Denied { call, tally: Tally::default(), principals: 0, example: None };
            let denied = calls.entry(call).or_insert(none);
            denied.tally.merge(usage.tallies.denied);
            denied.principals += 1;
            if let Some(example) = usage.denied.as_deref()
                && denied.example.is_none_or(|(_, own)| example.second > own.second)
            {
                denied.example = Some((principal, example));
            }
        }
    }
    let mut calls: Vec<Denied<'_>> = calls.into_values().collect();
    calls.sort_by_key(|denied| (Reverse(denied.tally.count), denied.call));
    calls
}

/// How sign-ins ended and were proven.
#[derive(Default, Clone, Copy)]
pub(super) struct SignInCounts {
    pub(super) with_mfa: u64,
    pub(super) without_mfa: u64,
    /// The record does not tell.
    pub(super) mfa_unknown: u64,
    /// An identity provider vouched for the person; whether it asked for a second factor, AWS does not see.
    pub(super) federated: u64,
}

impl SignInCounts {
    pub(super) fn all(self) -> u64 {
        self.with_mfa + self.without_mfa + self.mfa_unknown + self.federated
    }
}

/// One principal's sign-ins of one kind.
pub(super) struct SignInsOf<'a> {
    pub(super) principal: &'a Principal,
    pub(super) count: u64,
    /// The latest of them.
    pub(super) latest: &'a Event,
}

/// Sign-ins to the console.
#[derive(Default)]
pub(super) struct SignIns<'a> {
    pub(super) succeeded: SignInCounts,
    pub(super) failed: SignInCounts,
    /// Who signed in without MFA, and no identity provider vouched for them.
    pub(super) without_mfa: Vec<SignInsOf<'a>>,
    /// Whose sign-ins failed.
    pub(super) failures: Vec<SignInsOf<'a>>,
    /// Whether there were more than are kept.
    pub(super) is_cut: bool,
}

pub(super) fn sign_ins(activity: &Activity) -> SignIns<'_> {
    let classes = [EventClass::Root, EventClass::SignIn, EventClass::FailedSignIn];
    let is_cut = classes.iter().any(|class| activity.events.is_cut(*class));
    let mut sign_ins = SignIns { is_cut, ..SignIns::default() };
    let mut without_mfa: BTreeMap<&Principal, SignInsOf<'_>> = BTreeMap::new();
    let mut failures: BTreeMap<&Principal, SignInsOf<'_>> = BTreeMap::new();
    // They come by time, so that the last one is the latest.
    for event in activity.sign_ins() {
        let Some(sign_in) = event.sign_in() else { continue };
        let counts = if sign_in.success { &mut sign_ins.succeeded } else { &mut sign_ins.failed };
        match (sign_in.federated, sign_in.mfa) {
            (true, _) => counts.federated += 1,
            (false, Some(true)) => counts.with_mfa += 1,
            (false, Some(false)) => counts.without_mfa += 1,
            (false, None) => counts.mfa_unknown += 1,
        }
        let group = match sign_in.success {
            true if sign_in.federated || sign_in.mfa != Some(false) => continue,
            true => &mut without_mfa,
            false => &mut failures,
        };
        let principal = &event.principal;
        let of = group.entry(principal).or_insert(SignInsOf { principal, count: 0, latest: event });
        of.count += 1;
        of.latest = event;
    }
    sign_ins.without_mfa = most_first(without_mfa);
    sign_ins.failures = most_first(failures);
    sign_ins
}

fn most_first<'a>(groups: BTreeMap<&Principal, SignInsOf<'a>>) -> Vec<SignInsOf<'a>> {
    let mut groups: Vec<SignInsOf<'a>> = groups.into_values().collect();
    groups.sort_by_key(|of| (Reverse(of.count), of.principal));
    groups
}

/// What root did in one account.
#[derive(Default)]
pub(super) struct RootActivity<'a> {
    /// As 12 digits; empty where no record tells.
    pub(super) account: &'a str,
    /// Calls and sign-ins, by time.
    pub(super) events: Vec<&'a Event>,
    /// Calls that only read.
    pub(super) reads: Tally,
}

impl RootActivity<'_> {
    pub(super) fn sign_ins(&self, success: bool) -> usize {
        let ended_so = |event: &&&Event| event.sign_in().is_some_and(|sign_in| sign_in.success == success);
        self.events.iter().filter(ended_so).count()
    }

    /// What root itself did that is neither a sign-in nor known to have only read.
    pub(super) fn writes(&self) -> usize {
        let is_own =
            |event: &&&Event| event.sign_in().is_none() && !event.assumed_root && event.invoked_by.is_empty();
        self.events.iter().filter(is_own).count()
    }

    /// What others did in sessions of `sts:AssumeRoot` that is not known to have only read.
    pub(super) fn by_assume_root(&self) -> usize {
        self.events.iter().filter(|event| event.assumed_root).count()
    }
}

/// Root, account by account; those with the latest events first.
pub(super) fn root(activity: &Activity) -> Vec<RootActivity<'_>> {
    let mut accounts: BTreeMap<&str, RootActivity<'_>> = BTreeMap::new();
    for event in activity.root_events(None) {
        let account = accounts.entry(&event.principal.account).or_default();
        account.account = &event.principal.account;
        if event.class == EventClass::RootRead {
            account.reads.add(event.second);
        } else {
            account.events.push(event);
        }
    }
    let mut accounts: Vec<RootActivity<'_>> = accounts.into_values().collect();
    accounts
        .sort_by_key(|account| (Reverse(account.events.last().map(|event| event.second)), account.account));
    accounts
}

/// How many files were not read, and how many in part only.
pub(super) fn files_not_read(activity: &Activity) -> (usize, usize) {
    let (whole, in_part): (Vec<&TrailGap>, Vec<&TrailGap>) =
        activity.gaps.iter().partition(|gap| gap.offset.is_none());
    let files = |gaps: Vec<&TrailGap>| gaps.iter().map(|gap| &gap.file).collect::<BTreeSet<_>>().len();
    (files(whole), files(in_part))
}

/// Hints that events may be missing which nothing says are missing.
pub(super) fn hints(activity: &Activity) -> Vec<String> {
    let mut hints = Vec::new();
    let sum = |of: fn(&iam_core::cloudtrail::Coverage) -> u64| {
        activity.coverage.iter().map(|(_, seen)| of(seen)).fold(0, u64::saturating_add)
    };
    let of_selected = if activity.selections.iter().all(iam_core::cloudtrail::Selection::is_all) {
        ""
    } else {
        " among the selected"
    };
    if activity.files.counted > 0 && sum(|seen| seen.reads) + sum(|seen| seen.writes) == 0 {
        hints.push(format!(
            "The records{of_selected} do not say which events only read: `readOnly` is missing in all of them."
        ));
    } else if activity.files.counted > 0 && sum(|seen| seen.reads) == 0 {
        hints.push(format!(
            "No read-only events were seen{of_selected}. A trail can be told not to log them; then nobody's reading shows."
        ));
    }
    if activity.files.counted > 0 && sum(|seen| seen.data) == 0 {
        hints.push(format!(
            "No data events were seen{of_selected}. A trail logs them only when it is told to; access to objects, items and \
             the like may not show."
        ));
    }
    let again = activity.files.read_again();
    if again > 0 {
        let counted = if activity.files.deduplicated { "once" } else { "each time" };
        hints.push(format!(
            "{} read more than once; events in them were counted {counted}.",
            were(again, "file")
        ));
    }
    if activity.files.repeated > 0 {
        hints.push(format!("{} of counted events passed over.", copies(activity.files.repeated)));
    }
    if activity.selections.len() > 1 {
        hints.push(format!(
            "The parts were made with {} different selections; what one of them left out may be missing.",
            activity.selections.len()
        ));
    }
    if activity.coverage.is_cut() {
        hints.push(format!(
            "Only {} accounts and Regions are told apart; there were more.",
            activity.coverage.len()
        ));
    }
    if activity.principals.is_cut() {
        hints.push(format!(
            "Only {} principals are told apart; there were more, with {}.",
            activity.principals.len(),
            counted(activity.others.all().count, "event")
        ));
    }
    let cut = EventClass::ALL.iter().filter(|class| activity.events.is_cut(**class));
    let cut: Vec<String> =
        cut.map(|class| format!("{} ({})", class.as_str(), activity.events.of(*class).count())).collect();
    if !cut.is_empty() {
        hints.push(format!("Only the latest events are kept of these classes: {}.", cut.join(", ")));
    }
    hints
}

/// What was not counted, in one sentence; `None` where everything that was handed in was read.
pub(super) fn not_counted(activity: &Activity) -> Option<String> {
    let more = if activity.gaps_are_cut { "At least " } else { "" };
    match files_not_read(activity) {
        (0, 0) if activity.gaps_are_cut => {
            Some("Some files could not be read: what they hold is not counted.".to_owned())
        }
        (0, 0) => None,
        (whole, 0) => Some(format!(
            "{more}{} could not be read: what {} not counted.",
            counted(to_u64(whole), "file"),
            hold(whole)
        )),
        (0, part) => Some(format!(
            "{more}{} could be read in part only: the rest is not counted.",
            counted(to_u64(part), "file")
        )),
        (whole, part) => Some(format!(
            "{more}{} could not be read, {part} in part only: what else {} not counted.",
            counted(to_u64(whole), "file"),
            hold(whole + part)
        )),
    }
}

fn hold(files: usize) -> &'static str {
    if files == 1 { "it holds is" } else { "they hold is" }
}

fn copies(count: u64) -> String {
    if count == 1 { "1 copy".to_owned() } else { format!("{count} copies") }
}

/// `1 file was`, `2 files were`.
fn were(count: u64, noun: &str) -> String {
    let verb = if count == 1 { "was" } else { "were" };
    format!("{} {verb}", counted(count, noun))
}

/// `1 event`, `2 events`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

pub(super) fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The name that people know a principal by: `user/anna`, `service ec2.amazonaws.com`.
pub(super) fn shown(principal: &Principal) -> String {
    let name = match principal.short_name() {
        "" => "without a name",
        name => name,
    };
    let says_its_kind =
        matches!(principal.kind, PrincipalKind::Root | PrincipalKind::User | PrincipalKind::Role)
            && principal.name.starts_with("arn:");
    if says_its_kind { name.to_owned() } else { format!("{} {name}", principal.kind.as_str()) }
}

/// The moment as `2026-01-15T08:00:00Z`.
pub(super) fn moment(second: i64) -> String {
    Tally::of(second).first_time().map(shown_time).unwrap_or_default()
}
