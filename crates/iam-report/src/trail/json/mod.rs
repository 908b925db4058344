//! As JSON: the overview, or one table.

mod counts;
mod coverage;
mod events;
mod grouped;
mod principals;

use std::io::{self, BufWriter, Write};

use iam_core::cloudtrail::{Activity, Selection, TrailGap};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use super::rows::{Key, rows};
use super::summary::{self, moment};
use super::{By, Options};
use crate::wire::Stream;
use counts::Counts;
use coverage::Coverage;
use events::{Denied, Root, SignIn};
use grouped::Grouped;
use principals::PrincipalRow;

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
