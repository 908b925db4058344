use std::io::{self, BufWriter, Write};

use iam_core::cloudtrail::{
    Activity, Call, Event, EventPlace, Example, Principal, PrincipalActivity, Selection, Tallies, Tally,
    TrailGap,
};
use iam_core::ident::AccessKeyId;
use serde::Serialize;

use super::rows::{Key, Row, rows, shown_day};
use super::summary::{self, moment};
use super::{By, Options};
use crate::wire::Stream;

/// Writes a JSON document: the overview, or where the options group events, `{"schema_version": "1", "by": "...",
/// "rows": [...], ...}`. It holds everything, however few rows the options ask for. Moments are RFC 3339 in UTC; ids of
/// access keys are shortened.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(activity: &Activity, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    match options.by {
        Some(by) => serde_json::to_writer_pretty(&mut out, &Grouped::of(activity, by))?,
        None => serde_json::to_writer_pretty(&mut out, &Overview::of(activity))?,
    }
    out.write_all(b"\n")?;
    out.flush()
}

#[derive(Serialize, JsonSchema)]
struct Grouped<'a> {
    schema_version: &'static str,
    by: &'static str,
    rows: Vec<GroupedRow<'a>>,
    /// Events in no row: beyond the limits of what is kept, or without what rows are grouped by.
    events_in_no_row: u64,
    /// Whether everything that was handed in was read and kept.
    is_whole: bool,
    gaps: Vec<Gap<'a>>,
    gaps_are_cut: bool,
}

impl<'a> Grouped<'a> {
    fn of(activity: &'a Activity, by: By) -> Self {
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

#[derive(Serialize, JsonSchema)]
struct GroupedRow<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(flatten)]
    counts: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    principals: Option<u64>,
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

/// How many events, how they ended, and when.
#[derive(Serialize, JsonSchema)]
struct Counts {
    events: u64,
    denied: u64,
    undecided: u64,
    first: Option<String>,
    last: Option<String>,
}

impl Counts {
    fn of(tallies: Tallies) -> Self {
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

fn ends(tally: &Tally) -> (Option<String>, Option<String>) {
    let is_any = tally.count > 0;
    (is_any.then(|| moment(tally.first)), is_any.then(|| moment(tally.last)))
}

#[derive(Serialize, JsonSchema)]
struct Overview<'a> {
    schema_version: &'static str,
    window: Counts,
    files: Files,
    selections: Vec<Selected<'a>>,
    coverage: Vec<Coverage<'a>>,
    /// Hints that events may be missing which nothing says are missing.
    hints: Vec<String>,
    principals: Stream<'a, PrincipalRow<'a>>,
    /// Events of principals beyond the limit.
    other_principals: Option<Counts>,
    denied: Vec<Denied<'a>>,
    sign_ins: Stream<'a, SignIn<'a>>,
    root: Vec<Root<'a>>,
    /// Whether everything that was handed in was read and kept.
    is_whole: bool,
    gaps: Stream<'a, Gap<'a>>,
    gaps_are_cut: bool,
}

impl<'a> Overview<'a> {
    fn of(activity: &'a Activity) -> Self {
        Self {
            schema_version: "1",
            window: Counts::of(activity.all()),
            files: Files::of(activity),
            selections: activity.selections.iter().map(Selected::of).collect(),
            coverage: summary::coverage(activity).into_iter().map(Coverage::of).collect(),
            hints: summary::hints(activity),
            principals: Stream::of(move || {
                rows(activity, By::Principal).rows.into_iter().filter_map(move |row| match row.key {
                    Key::Principal(principal) => {
                        Some(PrincipalRow::of(principal, activity.principals.get(principal)?))
                    }
                    _ => None,
                })
            }),
            other_principals: (activity.others.all().count > 0).then(|| Counts::of(activity.others)),
            denied: summary::denied(activity).into_iter().map(Denied::of).collect(),
            sign_ins: Stream::of(move || activity.sign_ins().into_iter().filter_map(SignIn::of)),
            root: summary::root(activity).into_iter().map(Root::of).collect(),
            is_whole: activity.is_whole(),
            gaps: Stream::of(move || activity.gaps.iter().map(Gap::of)),
            gaps_are_cut: activity.gaps_are_cut,
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Files {
    read: u64,
    bytes: u64,
    records: u64,
    counted: u64,
    repeated: u64,
    deduplicated: bool,
    digests: u64,
    insights: u64,
    passed_over: u64,
    read_again: u64,
}

impl Files {
    fn of(activity: &Activity) -> Self {
        let files = &activity.files;
        Self {
            read: files.read,
            bytes: files.bytes,
            records: files.records,
            counted: files.counted,
            repeated: files.repeated,
            deduplicated: files.deduplicated,
            digests: files.digests,
            insights: files.insights,
            passed_over: files.passed_over,
            read_again: files.read_again(),
        }
    }
}

/// Which records were counted; an empty list selects everything.
#[derive(Serialize, JsonSchema)]
struct Selected<'a> {
    since: Option<String>,
    until: Option<String>,
    accounts: Vec<&'a str>,
    regions: Vec<&'a str>,
    principals: Vec<&'a str>,
    services: Vec<&'a str>,
    actions: Vec<&'a str>,
}

impl<'a> Selected<'a> {
    fn of(selection: &'a Selection) -> Self {
        fn texts(texts: &std::collections::BTreeSet<std::sync::Arc<str>>) -> Vec<&str> {
            texts.iter().map(|text| &**text).collect()
        }
        Self {
            since: selection.since.map(moment),
            until: selection.until.map(moment),
            accounts: texts(&selection.accounts),
            regions: texts(&selection.regions),
            principals: texts(&selection.principals),
            services: texts(&selection.services),
            actions: texts(&selection.actions),
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Coverage<'a> {
    account: &'a str,
    events: u64,
    first: Option<String>,
    last: Option<String>,
    reads: u64,
    writes: u64,
    data: u64,
    regions: Vec<Region<'a>>,
    /// Times without any event between the first and the last day.
    days_without_events: Vec<Days>,
}

#[derive(Serialize, JsonSchema)]
struct Region<'a> {
    region: &'a str,
    events: u64,
}

#[derive(Serialize, JsonSchema)]
struct Days {
    first: String,
    last: String,
}

impl<'a> Coverage<'a> {
    fn of(seen: summary::AccountCoverage<'a>) -> Self {
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

#[derive(Serialize, JsonSchema)]
struct PrincipalRow<'a> {
    kind: &'static str,
    account: &'a str,
    name: &'a str,
    #[serde(flatten)]
    counts: Counts,
    calls: Vec<CallRow<'a>>,
    calls_are_cut: bool,
    access_keys: Vec<KeyRow>,
}

#[derive(Serialize, JsonSchema)]
struct CallRow<'a> {
    source: &'a str,
    name: &'a str,
    #[serde(flatten)]
    counts: Counts,
    regions: Vec<&'a str>,
    regions_are_cut: bool,
}

#[derive(Serialize, JsonSchema)]
struct KeyRow {
    id: String,
    #[serde(flatten)]
    counts: Counts,
}

impl<'a> PrincipalRow<'a> {
    fn of(principal: &'a Principal, deeds: &'a PrincipalActivity) -> Self {
        let calls = deeds.calls.iter().map(|(call, usage)| CallRow {
            source: &call.source,
            name: &call.name,
            counts: Counts::of(usage.tallies),
            regions: usage.regions.iter().map(|region| &**region).collect(),
            regions_are_cut: usage.regions.is_cut(),
        });
        let keys = deeds.keys.iter().map(|(id, used)| KeyRow {
            id: AccessKeyId::new(id).to_string(),
            counts: Counts::of(used.tallies),
        });
        Self {
            kind: principal.kind.as_str(),
            account: &principal.account,
            name: &principal.name,
            counts: Counts::of(deeds.all),
            calls: calls.collect(),
            calls_are_cut: deeds.calls.is_cut(),
            access_keys: keys.collect(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Denied<'a> {
    source: &'a str,
    name: &'a str,
    events: u64,
    principals: u64,
    first: Option<String>,
    last: Option<String>,
    example: Option<ExampleOf<'a>>,
}

/// One event that stands for others.
#[derive(Serialize, JsonSchema)]
struct ExampleOf<'a> {
    kind: &'static str,
    account: &'a str,
    principal: &'a str,
    time: String,
    event_id: &'a str,
    region: &'a str,
    address: &'a str,
    agent: &'a str,
    place: Place<'a>,
}

#[derive(Serialize, JsonSchema)]
struct Place<'a> {
    file: &'a str,
    offset: u64,
}

impl<'a> Place<'a> {
    fn of(place: &'a EventPlace) -> Self {
        Self { file: &place.file, offset: place.offset }
    }
}

impl<'a> Denied<'a> {
    fn of(denied: summary::Denied<'a>) -> Self {
        let (first, last) = ends(&denied.tally);
        let Call { source, name } = denied.call;
        let example = denied.example.map(|(principal, example): (&Principal, &Example)| ExampleOf {
            kind: principal.kind.as_str(),
            account: &principal.account,
            principal: &principal.name,
            time: moment(example.second),
            event_id: &example.id,
            region: &example.region,
            address: &example.address,
            agent: &example.agent,
            place: Place::of(&example.place),
        });
        Self { source, name, events: denied.tally.count, principals: denied.principals, first, last, example }
    }
}

#[derive(Serialize, JsonSchema)]
struct SignIn<'a> {
    success: bool,
    mfa: Option<bool>,
    federated: bool,
    #[serde(flatten)]
    event: EventRow<'a>,
}

impl<'a> SignIn<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        let sign_in = event.sign_in()?;
        Some(Self {
            success: sign_in.success,
            mfa: sign_in.mfa,
            federated: sign_in.federated,
            event: EventRow::of(event),
        })
    }
}

#[derive(Serialize, JsonSchema)]
struct EventRow<'a> {
    time: String,
    kind: &'static str,
    account: &'a str,
    principal: &'a str,
    source: &'a str,
    name: &'a str,
    region: &'a str,
    address: &'a str,
    agent: &'a str,
    error_code: &'a str,
    error_message: &'a str,
    access_key: Option<String>,
    session_mfa: Option<bool>,
    event_id: &'a str,
    place: Place<'a>,
}

impl<'a> EventRow<'a> {
    fn of(event: &'a Event) -> Self {
        let key = (!event.access_key.is_empty()).then(|| AccessKeyId::new(&event.access_key).to_string());
        Self {
            time: moment(event.second),
            kind: event.principal.kind.as_str(),
            account: &event.principal.account,
            principal: &event.principal.name,
            source: &event.call.source,
            name: &event.call.name,
            region: &event.region,
            address: &event.address,
            agent: &event.agent,
            error_code: &event.error_code,
            error_message: &event.error_message,
            access_key: key,
            session_mfa: event.session_mfa,
            event_id: &event.id,
            place: Place::of(&event.place),
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Root<'a> {
    account: &'a str,
    /// Everything that is neither a sign-in nor known to have only read.
    writes: usize,
    sign_ins: usize,
    failed_sign_ins: usize,
    reads: u64,
    first_read: Option<String>,
    last_read: Option<String>,
    events: Vec<EventRow<'a>>,
}

impl<'a> Root<'a> {
    fn of(root: summary::RootActivity<'a>) -> Self {
        let (first_read, last_read) = ends(&root.reads);
        Self {
            account: root.account,
            writes: root.writes(),
            sign_ins: root.sign_ins(true),
            failed_sign_ins: root.sign_ins(false),
            reads: root.reads.count,
            first_read,
            last_read,
            events: root.events.into_iter().map(EventRow::of).collect(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
struct Gap<'a> {
    file: &'a str,
    offset: Option<u64>,
    reason: &'static str,
    what: &'a str,
}

impl<'a> Gap<'a> {
    fn of(gap: &'a TrailGap) -> Self {
        Self { file: &gap.file, offset: gap.offset, reason: gap.reason.as_str(), what: &gap.what }
    }
}
