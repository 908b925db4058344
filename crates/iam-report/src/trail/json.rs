use std::io::{self, BufWriter, Write};

use iam_core::cloudtrail::{
    Activity, Call, Event, EventPlace, Example, Principal, PrincipalActivity, Selection, Tallies, Tally,
    TrailGap,
};
use iam_core::ident::AccessKeyId;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::rows::{Key, Row, rows, shown_day};
use super::summary::{self, moment};
use super::{By, Options};
use crate::wire::Stream;

/// Writes a JSON document, in the form of `docs/schema/trail-v1.json`: the overview, or where the options group events, `{"schema_version": "1", "by": "...",
/// "rows": [...], ...}`. It holds everything, however few rows the options ask for. Moments are RFC 3339 in UTC; ids of
/// access keys are shortened.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(activity: &Activity, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let document = match options.by {
        Some(by) => Document::Grouped(Grouped::of(activity, by)),
        None => Document::Overview(Overview::of(activity)),
    };
    serde_json::to_writer_pretty(&mut out, &document)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The JSON Schema of what [`json()`] writes. Within a `schema_version` names are added, never renamed or removed.
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Document<'_>>()
        .into()
}

/// What `iam-audit trail --format json` prints: the overview or, with `--by`, one table. Within a schema version, names are
/// added but never renamed or removed. Moments are RFC 3339 in UTC; ids of access keys are shortened.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(
    title = "iam-audit trail, version 1",
    extend("$id" = "https://raw.githubusercontent.com/iam-audit/iam-audit/main/docs/schema/trail-v1.json")
)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
enum Document<'a> {
    Overview(Overview<'a>),
    Grouped(Grouped<'a>),
}

/// Events, grouped in one way.
#[derive(Serialize, JsonSchema)]
struct Grouped<'a> {
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

/// How many events, how they ended, and when.
#[derive(Serialize, JsonSchema)]
struct Counts {
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

/// What was seen, and what was not.
#[derive(Serialize, JsonSchema)]
struct Overview<'a> {
    /// The version of this form.
    #[schemars(extend("const" = "1"))]
    schema_version: &'static str,
    /// All events together.
    window: Counts,
    /// The files that were read.
    files: Files,
    /// Which records were counted; several where parts were made differently.
    selections: Vec<Selected<'a>>,
    /// What was seen of each account.
    coverage: Vec<Coverage<'a>>,
    /// Hints that events may be missing which nothing says are missing.
    hints: Vec<String>,
    /// Who did what, those with the most events first.
    principals: Stream<'a, PrincipalRow<'a>>,
    /// Events of principals beyond the limit.
    other_principals: Option<Counts>,
    /// Calls that were refused.
    denied: Vec<Denied<'a>>,
    /// Sign-ins to the console, by time.
    sign_ins: Stream<'a, SignIn<'a>>,
    /// What root did, by account.
    root: Vec<Root<'a>>,
    /// Whether everything that was handed in was read and kept.
    is_whole: bool,
    /// What could not be read.
    gaps: Stream<'a, Gap<'a>>,
    /// Whether there were more gaps than these.
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

/// The files that were read.
#[derive(Serialize, JsonSchema)]
struct Files {
    /// Files that were read, whole or in part.
    read: u64,
    /// Their size in bytes, decompressed.
    bytes: u64,
    /// Records in them.
    records: u64,
    /// Records that were counted.
    counted: u64,
    /// Records that were not counted because the same `eventID` had been.
    repeated: u64,
    /// Whether records with the same `eventID` were counted once only.
    deduplicated: bool,
    /// Digest files, which hold no events.
    digests: u64,
    /// Records of `CloudTrail` Insights, which are no calls.
    insights: u64,
    /// Files that were not read as their path says that nothing in them is selected.
    passed_over: u64,
    /// How often a file was read that had been read before.
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
    /// No earlier records.
    since: Option<String>,
    /// Only records before this.
    until: Option<String>,
    /// Ids of accounts.
    accounts: Vec<&'a str>,
    /// Names of Regions.
    regions: Vec<&'a str>,
    /// Patterns of principals.
    principals: Vec<&'a str>,
    /// Services.
    services: Vec<&'a str>,
    /// Patterns of calls.
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

/// What was seen of one account.
#[derive(Serialize, JsonSchema)]
struct Coverage<'a> {
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

/// What one principal did.
#[derive(Serialize, JsonSchema)]
struct PrincipalRow<'a> {
    /// What it is: a user, a role, root and so on.
    kind: &'static str,
    /// Its account; empty for services.
    account: &'a str,
    /// Its ARN, where it has one.
    name: &'a str,
    #[serde(flatten)]
    counts: Counts,
    /// By call.
    calls: Vec<CallRow<'a>>,
    /// Whether there were more calls than these.
    calls_are_cut: bool,
    /// The long-lived access keys that it used.
    access_keys: Vec<KeyRow>,
}

/// One principal's use of one call.
#[derive(Serialize, JsonSchema)]
struct CallRow<'a> {
    /// `eventSource`.
    source: &'a str,
    /// `eventName`.
    name: &'a str,
    #[serde(flatten)]
    counts: Counts,
    /// Regions in which it was made; a sample.
    regions: Vec<&'a str>,
    /// Whether there were more Regions than these.
    regions_are_cut: bool,
}

/// Use of one access key.
#[derive(Serialize, JsonSchema)]
struct KeyRow {
    /// Its id, shortened.
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

/// A call that was refused.
#[derive(Serialize, JsonSchema)]
struct Denied<'a> {
    /// `eventSource`.
    source: &'a str,
    /// `eventName`.
    name: &'a str,
    /// How often.
    events: u64,
    /// To how many principals.
    principals: u64,
    /// The first time.
    first: Option<String>,
    /// The last time.
    last: Option<String>,
    /// One of the events.
    example: Option<ExampleOf<'a>>,
}

/// One event that stands for others.
#[derive(Serialize, JsonSchema)]
struct ExampleOf<'a> {
    /// The kind of principal.
    kind: &'static str,
    /// The principal's account.
    account: &'a str,
    /// The principal's name.
    principal: &'a str,
    /// `eventTime`.
    time: String,
    /// `eventID`.
    event_id: &'a str,
    /// `awsRegion`.
    region: &'a str,
    /// `sourceIPAddress`.
    address: &'a str,
    /// `userAgent`.
    agent: &'a str,
    /// Where the record stands.
    place: Place<'a>,
}

/// Where a record stands.
#[derive(Serialize, JsonSchema)]
struct Place<'a> {
    /// The file.
    file: &'a str,
    /// The byte in it, decompressed, at which the record begins.
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

/// A sign-in to the console.
#[derive(Serialize, JsonSchema)]
struct SignIn<'a> {
    /// Whether it succeeded.
    success: bool,
    /// Whether a second factor was used, as far as the record says.
    mfa: Option<bool>,
    /// Whether somebody else vouched for the person, so that the record says nothing of a second factor.
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

/// One event.
#[derive(Serialize, JsonSchema)]
struct EventRow<'a> {
    /// `eventTime`.
    time: String,
    /// The kind of principal.
    kind: &'static str,
    /// The principal's account.
    account: &'a str,
    /// The principal's name.
    principal: &'a str,
    /// `eventSource`.
    source: &'a str,
    /// `eventName`.
    name: &'a str,
    /// `awsRegion`.
    region: &'a str,
    /// `sourceIPAddress`.
    address: &'a str,
    /// `userAgent`.
    agent: &'a str,
    /// `errorCode`; empty for none.
    error_code: &'a str,
    /// `errorMessage`; empty for none.
    error_message: &'a str,
    /// `accessKeyId`, shortened.
    access_key: Option<String>,
    /// `mfaAuthenticated` of the session.
    session_mfa: Option<bool>,
    /// Whether somebody acted as root in a session of `sts:AssumeRoot`.
    assumed_root: bool,
    /// The service that made the call in the principal's name; empty for none.
    invoked_by: &'a str,
    /// `eventID`.
    event_id: &'a str,
    /// Where the record stands.
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
            assumed_root: event.assumed_root,
            invoked_by: &event.invoked_by,
            event_id: &event.id,
            place: Place::of(&event.place),
        }
    }
}

/// What root of one account did.
#[derive(Serialize, JsonSchema)]
struct Root<'a> {
    /// The account.
    account: &'a str,
    /// What root itself did that is neither a sign-in nor known to have only read.
    writes: usize,
    /// What others did as root, in sessions of `sts:AssumeRoot`, that is not known to have only read.
    writes_in_assumed_sessions: usize,
    /// Sign-ins that succeeded.
    sign_ins: usize,
    /// Sign-ins that failed.
    failed_sign_ins: usize,
    /// Events that only read.
    reads: u64,
    /// The earliest of them.
    first_read: Option<String>,
    /// The latest of them.
    last_read: Option<String>,
    /// The events that were kept.
    events: Vec<EventRow<'a>>,
}

impl<'a> Root<'a> {
    fn of(root: summary::RootActivity<'a>) -> Self {
        let (first_read, last_read) = ends(&root.reads);
        Self {
            account: root.account,
            writes: root.writes(),
            writes_in_assumed_sessions: root.by_assume_root(),
            sign_ins: root.sign_ins(true),
            failed_sign_ins: root.sign_ins(false),
            reads: root.reads.count,
            first_read,
            last_read,
            events: root.events.into_iter().map(EventRow::of).collect(),
        }
    }
}

/// Something that could not be read.
#[derive(Serialize, JsonSchema)]
struct Gap<'a> {
    /// The file.
    file: &'a str,
    /// The byte in it, decompressed, from which on it could not be read.
    offset: Option<u64>,
    /// Why.
    #[schemars(extend("enum" = ["not-supplied", "denied", "cut-off", "malformed", "contradiction", "internal"]))]
    reason: &'static str,
    /// What was found and expected.
    what: &'a str,
}

impl<'a> Gap<'a> {
    fn of(gap: &'a TrailGap) -> Self {
        Self { file: &gap.file, offset: gap.offset, reason: gap.reason.as_str(), what: &gap.what }
    }
}
