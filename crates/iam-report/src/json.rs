//! The report as JSON, for programs.
//!
//! The form is `docs/schema/report-v1.json`, which [`schema`] makes. Within a `schema_version` names are added, never renamed
//! or removed: what reads version 1 today reads it tomorrow.

use std::io::{self, BufWriter, Write};

use iam_core::audit::{self, AccountReport, Report};
use iam_core::evidence;
use iam_core::fact::shown_time;
use iam_core::input::Artefact;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use crate::Tool;
use crate::wire::{CACHE_NOTE, Origin, REGION, Remedy, Requirement, Setting, Stream, Subject};

/// How the JSON is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The program that made the report.
    pub tool: Tool<'static>,
}

/// Writes the report, finding by finding: memory does not grow with their number.
///
/// Passes are written when the report holds them, see `iam_core::audit::Keep`.
///
/// # Errors
///
/// Only what the writer returns.
pub fn render(report: &Report, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &Document::of(report, options))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The JSON Schema of what [`render`] writes.
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Document<'_>>()
        .into()
}

/// What `iam-audit check --format json` prints. Within a schema version, names are added but never renamed or removed.
#[derive(Serialize, JsonSchema)]
#[schemars(
    title = "iam-audit report, version 1",
    extend("$id" = "https://raw.githubusercontent.com/iam-audit/iam-audit/main/docs/schema/report-v1.json")
)]
struct Document<'a> {
    /// The version of this form.
    #[schemars(extend("const" = "1"))]
    schema_version: &'static str,
    /// The program that made the report.
    tool: Maker<'a>,
    /// One report per account, by account id.
    accounts: Stream<'a, Account<'a>>,
    /// Findings about the waivers of the settings file; they belong to no account.
    settings_findings: Stream<'a, Finding<'a>>,
    /// The settings file, if there was one.
    settings_file: Option<&'a str>,
    /// Files that were handed in and tell nothing about any account.
    unused_files: Stream<'a, UnusedFile<'a>>,
    /// The checks, in the order in which they run.
    checks: Stream<'a, CheckInRun<'a>>,
}

/// The program that made the report.
#[derive(Serialize, JsonSchema)]
struct Maker<'a> {
    /// Its name.
    name: &'a str,
    /// Its version.
    version: &'a str,
}

/// The report about one account at one time.
#[derive(Serialize, JsonSchema)]
struct Account<'a> {
    /// The twelve digits of the account, where any artefact tells them.
    id: Option<String>,
    /// The partition: `aws`, `aws-cn`, `aws-us-gov` or another.
    partition: &'a str,
    /// The account's alias.
    alias: Option<&'a str>,
    /// The folder or file that the evidence came from.
    location: &'a str,
    /// The moment ages were measured at.
    as_of: AsOf,
    /// The credential report and its age; `null` when there was none.
    report: Option<CredentialReport>,
    /// How many users the evidence shows, root not counted.
    users: usize,
    /// The files that were read.
    inputs: Stream<'a, Input<'a>>,
    /// How many subjects got which verdict, by check. Without it, no findings and nothing seen would look the same.
    coverage: Stream<'a, Coverage>,
    /// What is wrong: the worst first, then by check and subject.
    findings: Stream<'a, Finding<'a>>,
    /// What is wrong and accepted by a waiver.
    waived: Stream<'a, Finding<'a>>,
    /// Subjects that could not be judged.
    unknown: Stream<'a, Unknown<'a>>,
    /// What was not seen.
    gaps: Stream<'a, Gap<'a>>,
    /// Subjects that passed or to which a check does not apply; absent unless asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    passes: Option<Stream<'a, Pass<'a>>>,
}

/// The moment ages were measured at, and who chose it.
#[derive(Serialize, JsonSchema)]
struct AsOf {
    /// The moment, RFC 3339 in UTC.
    time: String,
    /// Who chose it. `now` means that nothing in the evidence tells when it was taken.
    #[schemars(extend("enum" = ["given", "credential-report", "manifest", "last-accessed", "now"]))]
    from: &'static str,
}

/// The age of the credential report.
#[derive(Serialize, JsonSchema)]
struct CredentialReport {
    /// When AWS made it, RFC 3339 in UTC; `null` for a bare CSV, which does not say.
    generated: Option<String>,
    /// The newest moment in it: it cannot be older than that.
    latest: Option<String>,
    /// How far a report may lag behind.
    note: &'static str,
}

/// A file that was read.
#[derive(Serialize, JsonSchema)]
struct Input<'a> {
    /// Its path, as it was given.
    path: &'a str,
    /// What it turned out to be, such as `credential-report`.
    artefact: &'static str,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: &'a str,
    /// When AWS made it, RFC 3339 in UTC, where it says so.
    generated_at: Option<String>,
}

/// How many subjects of a check got which verdict.
#[derive(Serialize, JsonSchema)]
struct Coverage {
    /// The check.
    check: &'static str,
    /// Whether it ran.
    enabled: bool,
    /// Passed.
    pass: usize,
    /// Failed, waived or not.
    fail: usize,
    /// The question does not arise.
    not_applicable: usize,
    /// Could not be judged.
    unknown: usize,
}

/// A failed verdict with proof and remedy.
#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    /// Its name across runs: a hash of check, account and subject.
    fingerprint: String,
    /// The check.
    check: &'static str,
    /// The bad state in a few words.
    title: &'static str,
    /// How bad it is.
    #[schemars(extend("enum" = ["info", "low", "medium", "high", "critical"]))]
    severity: &'static str,
    /// Why the severity differs from the check's own, if it does.
    severity_reason: Option<&'static str>,
    /// Whether the evidence says so (`certain`) or implies it (`inferred`).
    #[schemars(extend("enum" = ["certain", "inferred"]))]
    confidence: &'static str,
    /// The verdict. A waived finding keeps it.
    #[schemars(extend("enum" = ["fail"]))]
    status: &'static str,
    /// The twelve digits of the account.
    account: Option<String>,
    /// The account's partition.
    partition: Option<&'a str>,
    /// The Region; `global` for IAM.
    region: &'static str,
    /// Whom or what it is about.
    subject: Subject<'a>,
    /// What is wrong, in one sentence with values and dates.
    message: &'a str,
    /// What shows it.
    evidence: Vec<Evidence<'a>>,
    /// How old the credential report is that it rests on, and why that matters.
    report_age: Option<String>,
    /// What to do about it.
    remedy: Remedy,
    /// What other catalogues call the same rule.
    compliance: Vec<Requirement>,
    /// The settings that the verdict rests on.
    settings: Vec<Setting<'a>>,
    /// The waiver that accepts it.
    waiver: Option<Waiver<'a>>,
}

/// One piece of proof: a place in an artefact and what stands there.
#[derive(Serialize, JsonSchema)]
struct Evidence<'a> {
    /// The file.
    path: &'a str,
    /// The artefact.
    artefact: &'static str,
    /// Column name, JSON pointer, or `event` with the id of a CloudTrail event; empty for the whole file.
    label: &'a str,
    /// The text there, verbatim but for shortened key ids and very long texts; of a CloudTrail event moment, call, address
    /// and program.
    value: &'a str,
    /// Line and columns; `null` where the artefact has no lines of its own in the file.
    region: Option<Region>,
    /// For a CloudTrail event, the byte at which its record starts, after decompression; absent elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
}

/// A range on one line of a file.
#[derive(Serialize, JsonSchema)]
struct Region {
    /// The line, from 1.
    line: u32,
    /// The first column, from 1, in Unicode code points.
    start_column: u32,
    /// The column after the last.
    end_column: u32,
}

/// Why a finding is accepted, by whom and until when.
#[derive(Serialize, JsonSchema)]
struct Waiver<'a> {
    /// Why the finding is accepted.
    reason: &'a str,
    /// The last day on which it counts, UTC.
    until: String,
    /// Who accepted it.
    owner: Option<&'a str>,
    /// The line of the settings file, from 1.
    line: usize,
}

/// A subject that could not be judged.
#[derive(Serialize, JsonSchema)]
struct Unknown<'a> {
    /// The check.
    check: &'static str,
    /// The subject.
    subject: Subject<'a>,
    /// Why, as an index into the account's `gaps`, from 0.
    gap: usize,
}

/// Something that was not seen.
#[derive(Serialize, JsonSchema)]
struct Gap<'a> {
    /// Why.
    #[schemars(extend("enum" = ["not-supplied", "denied", "cut-off", "malformed", "contradiction", "internal"]))]
    reason: &'static str,
    /// The artefact that would have shown it.
    artefact: Option<&'static str>,
    /// The file, if there is one.
    path: Option<&'a str>,
    /// Column name or JSON pointer in the file; empty for all of it.
    label: &'a str,
    /// Line and columns.
    region: Option<Region>,
    /// What was found and what was expected.
    what: &'a str,
    /// What to do.
    remedy: &'a str,
    /// How many verdicts are unknown because of it.
    blocks: usize,
}

/// A subject that passed, or to which the check does not apply.
#[derive(Serialize, JsonSchema)]
struct Pass<'a> {
    /// The check.
    check: &'static str,
    /// The subject.
    subject: Subject<'a>,
    /// The verdict.
    #[schemars(extend("enum" = ["pass", "not-applicable"]))]
    status: &'static str,
    /// Why, where it is not plain; may be empty.
    reason: &'a str,
}

/// A file that was handed in and tells nothing about any account.
#[derive(Serialize, JsonSchema)]
struct UnusedFile<'a> {
    /// Its path.
    path: &'a str,
    /// Why it was not used.
    why: &'a str,
    /// What to do, if it is a fault.
    remedy: &'a str,
    /// Whether this is a fault, rather than a file that just lies in the same folder.
    is_fault: bool,
}

/// A check as it stood in this run.
#[derive(Serialize, JsonSchema)]
struct CheckInRun<'a> {
    /// Its name.
    id: &'static str,
    /// The bad state in a few words.
    title: &'static str,
    /// Its severity in this run.
    #[schemars(extend("enum" = ["info", "low", "medium", "high", "critical"]))]
    severity: &'static str,
    /// Whether it ran.
    enabled: bool,
    /// Where `enabled` or `severity` were set.
    origin: Origin,
    /// What other catalogues call the same rule.
    compliance: Vec<Requirement>,
    /// Its settings.
    settings: Vec<Setting<'a>>,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report, options: Options) -> Self {
        Self {
            schema_version: "1",
            tool: Maker { name: options.tool.name, version: options.tool.version },
            accounts: Stream::of(|| report.accounts.iter().map(|account| Account::of(report, account))),
            settings_file: report.settings_file.as_deref(),
            settings_findings: Stream::of(|| {
                let findings = report.settings_findings.iter();
                findings.map(|finding| Finding::of(report, None, finding))
            }),
            unused_files: Stream::of(|| report.unused.iter().map(UnusedFile::of)),
            checks: Stream::of(|| report.checks.iter().map(CheckInRun::of)),
        }
    }
}

impl<'a> Account<'a> {
    fn of(report: &'a Report, account: &'a AccountReport) -> Self {
        let findings = move |waived| {
            Stream::of(move || {
                let findings = account.findings.iter();
                findings
                    .filter(move |finding| finding.is_waived() == waived)
                    .map(move |finding| Finding::of(report, Some(account), finding))
            })
        };
        Self {
            id: account.id.map(|id| id.to_string()),
            partition: account.partition.as_str(),
            alias: account.alias.as_deref(),
            location: &account.location,
            as_of: AsOf::of(account.as_of),
            report: CredentialReport::of(account),
            users: account.users,
            inputs: Stream::of(|| account.inputs.iter().map(Input::of)),
            coverage: Stream::of(|| report.checks.iter().map(|run| Coverage::of(account, run))),
            findings: findings(false),
            waived: findings(true),
            unknown: Stream::of(|| account.unknown.iter().map(Unknown::of)),
            gaps: Stream::of(|| account.gaps.iter().map(Gap::of)),
            passes: (!account.silent.is_empty()).then(|| Stream::of(|| account.silent.iter().map(Pass::of))),
        }
    }
}

impl AsOf {
    fn of(as_of: audit::AsOf) -> Self {
        Self { time: shown_time(as_of.at), from: as_of.from.as_str() }
    }
}

impl CredentialReport {
    fn of(account: &AccountReport) -> Option<Self> {
        account.report_seen.then(|| Self {
            generated: account.report_generated.map(shown_time),
            latest: account.report_latest.map(shown_time),
            note: CACHE_NOTE,
        })
    }
}

impl<'a> Input<'a> {
    fn of(input: &'a audit::Input) -> Self {
        Self {
            path: &input.path,
            artefact: input.artefact.name(),
            sha256: &input.sha256,
            generated_at: input.generated.map(shown_time),
        }
    }
}

impl Coverage {
    fn of(account: &AccountReport, run: &audit::CheckInRun) -> Self {
        let check = run.check.id.as_str();
        let counted = account.coverage.get(check).copied().unwrap_or_default();
        Self {
            check,
            enabled: run.enabled,
            pass: counted.pass,
            fail: counted.fail,
            not_applicable: counted.not_applicable,
            unknown: counted.unknown,
        }
    }
}

impl<'a> Finding<'a> {
    fn of(report: &'a Report, account: Option<&'a AccountReport>, finding: &'a audit::Finding) -> Self {
        let waiver = finding.waiver.and_then(|index| report.waivers.get(index));
        Self {
            fingerprint: finding.fingerprint.to_string(),
            check: finding.check.id.as_str(),
            title: finding.check.title,
            severity: finding.severity.as_str(),
            severity_reason: finding.severity_reason,
            confidence: finding.confidence.as_str(),
            status: audit::Status::Fail.as_str(),
            account: account.and_then(|account| account.id).map(|id| id.to_string()),
            partition: account.map(|account| account.partition.as_str()),
            region: REGION,
            subject: Subject::of(&finding.subject),
            message: &finding.message,
            evidence: finding.because.iter().map(Evidence::of).collect(),
            report_age: account.and_then(|account| finding.report_age(account)),
            remedy: Remedy::of(finding, account),
            compliance: Requirement::all_of(finding.check),
            settings: Setting::behind(finding, report),
            waiver: waiver.map(Waiver::of),
        }
    }
}

impl<'a> Evidence<'a> {
    fn of(because: &'a audit::Because) -> Self {
        Self {
            path: &because.path,
            artefact: because.artefact.name(),
            label: &because.label,
            value: &because.value,
            region: because.region.map(Region::of),
            offset: because.offset,
        }
    }
}

impl Region {
    fn of(region: audit::Region) -> Self {
        Self { line: region.line, start_column: region.start, end_column: region.end }
    }
}

impl<'a> Waiver<'a> {
    fn of(waiver: &'a audit::Waiver) -> Self {
        Self {
            reason: &waiver.reason,
            until: waiver.until.to_string(),
            owner: waiver.owner.as_deref(),
            line: waiver.line,
        }
    }
}

impl<'a> Unknown<'a> {
    fn of(unknown: &'a audit::UnknownVerdict) -> Self {
        Self { check: unknown.check, subject: Subject::of(&unknown.subject), gap: unknown.gap }
    }
}

impl<'a> Gap<'a> {
    fn of(gap: &'a audit::ReportedGap) -> Self {
        Self {
            reason: gap.reason.as_str(),
            artefact: gap.artefact.map(Artefact::name),
            path: gap.path.as_deref(),
            label: &gap.label,
            region: gap.region.map(Region::of),
            what: &gap.what,
            remedy: &gap.remedy,
            blocks: gap.blocks,
        }
    }
}

impl<'a> Pass<'a> {
    fn of(silent: &'a audit::Silent) -> Self {
        Self {
            check: silent.check,
            subject: Subject::of(&silent.subject),
            status: silent.status.as_str(),
            reason: &silent.reason,
        }
    }
}

impl<'a> UnusedFile<'a> {
    fn of(file: &'a evidence::UnusedFile) -> Self {
        Self { path: &file.path, why: &file.why, remedy: &file.remedy, is_fault: file.is_fault }
    }
}

impl<'a> CheckInRun<'a> {
    fn of(run: &'a audit::CheckInRun) -> Self {
        Self {
            id: run.check.id.as_str(),
            title: run.check.title,
            severity: run.severity.as_str(),
            enabled: run.enabled,
            origin: Origin::of(run.origin),
            compliance: Requirement::all_of(run.check),
            settings: run.settings.iter().map(Setting::of).collect(),
        }
    }
}
