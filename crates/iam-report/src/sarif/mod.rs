//! Findings as SARIF 2.1.0, for code scanning.
//!
//! Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub, "SARIF support for code
//! scanning".

pub(crate) mod shape;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use iam_core::audit::{
    AccountReport, Because, CheckInRun, Finding, Region, Report, ReportedGap, Silent, Status, UnknownVerdict,
    Waiver,
};
use iam_core::check::{self, Check, Severity};
use iam_core::evidence::UnusedFile;
use iam_core::fact::shown_time;
use iam_core::input::Artefact;
use serde::Serialize;

use crate::Tool;
use crate::wire::{CACHE_NOTE, REGION, Remedy, Requirement, Setting, Stream, Subject};
use shape::{PhysicalLocation, REPOSITORY, Text, shortened};

/// How the SARIF log is written.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The program that made the report.
    pub tool: Tool<'static>,
    /// Whether waived findings, unknown verdicts, and passes where the report holds them, are written as results too. GitHub
    /// ignores `kind` and `suppressions`, so that each of them would show up there as an alert.
    pub all: bool,
    /// The exit code that the program will end with.
    pub exit_code: u8,
    /// The settings file: the place of findings about waivers.
    pub settings_path: &'a str,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { tool: Tool::THIS, all: false, exit_code: 0, settings_path: "iam-audit.toml" }
    }
}

/// Writes the report, result by result, the worst first: GitHub keeps the first 5,000 of at most 25,000.
///
/// # Errors
///
/// Only what the writer returns.
pub fn render(report: &Report, options: Options<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rendering = Rendering::new(report, options);
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [rendering.run()],
    };
    let mut out = BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &log)?;
    out.write_all(b"\n")?;
    out.flush()
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Driven<'a>,
    column_kind: &'static str,
    invocations: [Invocation<'a>; 1],
    properties: RunProperties<'a>,
    results: Stream<'a, Outcome<'a>>,
}

#[derive(Serialize)]
struct Driven<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    version: &'a str,
    semantic_version: &'a str,
    information_uri: &'static str,
    rules: Stream<'a, Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleProperties {
    tags: [&'static str; 3],
    precision: &'static str,
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    security_severity: Option<&'static str>,
    severity: &'static str,
    compliance: Vec<Requirement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    exit_code: u8,
    tool_execution_notifications: Stream<'a, Notification<'a>>,
}

#[derive(Serialize)]
struct Notification<'a> {
    level: &'static str,
    message: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    locations: Option<[Location; 1]>,
    properties: NotificationProperties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NotificationProperties<'a> {
    account: Option<String>,
    reason: &'static str,
    artefact: Option<&'static str>,
    remedy: &'a str,
    blocks: usize,
}

#[derive(Serialize)]
struct RunProperties<'a> {
    accounts: Stream<'a, AccountProperties<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountProperties<'a> {
    account: Option<String>,
    partition: &'a str,
    alias: Option<&'a str>,
    as_of: String,
    report_generated: Option<String>,
    report_note: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_fingerprints: Option<PartialFingerprints>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<[Suppression; 1]>,
    properties: OutcomeProperties<'a>,
}

#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "primaryLocationLineHash")]
    primary: String,
    #[serde(rename = "iamAudit/v1")]
    ours: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutcomeProperties<'a> {
    account: Option<String>,
    partition: Option<&'a str>,
    region: &'static str,
    as_of: Option<String>,
    report_generated: Option<String>,
    subject: Subject<'a>,
    #[serde(flatten)]
    failure: Option<FailureProperties<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureProperties<'a> {
    severity: &'static str,
    severity_reason: Option<&'static str>,
    confidence: &'static str,
    remedy: Remedy,
    settings: Vec<Setting<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are SARIF's")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_locations: Option<[LogicalLocation; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<RecordPlace>,
}

/// Where a CloudTrail record starts. Not in SARIF's own region: that counts in the file as it lies there, which is mostly
/// compressed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordPlace {
    decompressed_byte_offset: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

/// The report and what every result needs of it.
struct Rendering<'a> {
    report: &'a Report,
    options: Options<'a>,
    /// The enabled checks, which are the rules, by id.
    rules: BTreeMap<&'static str, (usize, &'static Check)>,
}

impl<'a> Rendering<'a> {
    fn new(report: &'a Report, options: Options<'a>) -> Self {
        let enabled = enabled(report).enumerate();
        Self {
            report,
            options,
            rules: enabled.map(|(index, run)| (run.check.id.as_str(), (index, run.check))).collect(),
        }
    }

    fn run(&'a self) -> Run<'a> {
        let Self { report, options, .. } = *self;
        let notifications = move || {
            let gaps = report.accounts.iter().flat_map(|account| {
                let gaps = account.gaps.iter();
                gaps.map(move |gap| Notification::of_gap(account, gap))
            });
            let faults = report.unused.iter().filter(|file| file.is_fault);
            gaps.chain(faults.map(Notification::of_file))
        };
        Run {
            tool: Driven {
                driver: Driver {
                    name: options.tool.name,
                    version: options.tool.version,
                    semantic_version: options.tool.version,
                    information_uri: REPOSITORY,
                    rules: Stream::of(move || enabled(report).map(Rule::of)),
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: !report.accounts.is_empty(),
                exit_code: options.exit_code,
                tool_execution_notifications: Stream::of(notifications),
            }],
            properties: RunProperties {
                accounts: Stream::of(move || report.accounts.iter().map(AccountProperties::of)),
            },
            results: Stream::of(|| self.results()),
        }
    }

    fn results(&'a self) -> impl Iterator<Item = Outcome<'a>> {
        let all = self.options.all;
        let failures = Severity::WORST_FIRST.into_iter().flat_map(move |severity| {
            let of_accounts = self.report.accounts.iter().flat_map(|account| {
                let findings = account.findings.iter();
                findings.map(move |finding| (Some(account), finding))
            });
            let of_settings = self.report.settings_findings.iter().map(|finding| (None, finding));
            of_accounts
                .chain(of_settings)
                .filter(move |(_, finding)| finding.severity == severity && (all || !finding.is_waived()))
                .map(|(account, finding)| self.failure(account, finding))
        });
        let others = self.report.accounts.iter().filter(move |_| all);
        failures.chain(others.flat_map(|account| {
            let unknown = account.unknown.iter();
            let silent = account.silent.iter();
            unknown
                .map(|unknown| self.unknown(account, unknown))
                .chain(silent.map(|silent| self.silent(account, silent)))
        }))
    }

    fn failure(&self, account: Option<&'a AccountReport>, finding: &'a Finding) -> Outcome<'a> {
        let waiver = finding.waiver.and_then(|index| self.report.waivers.get(index));
        let elsewhere = || match account {
            Some(account) => Location::of_account(account),
            None => Location::of_file(self.options.settings_path, None),
        };
        let mut places = finding.because.iter();
        let location = places.next().map_or_else(elsewhere, Location::of_proof);
        let related =
            places.zip(1..).map(|(because, id)| Location { id: Some(id), ..Location::of_proof(because) });
        Outcome {
            rule_id: finding.check.id.as_str(),
            rule_index: self.rule_index(finding.check.id.as_str()),
            kind: "fail",
            level: level(finding.severity),
            message: Text::of(format!(
                "{}. {}{}",
                finding.check.title,
                finding.message,
                age(account, finding)
            )),
            locations: [location.about(&finding.subject)],
            related_locations: related.collect(),
            partial_fingerprints: Some(PartialFingerprints {
                primary: finding.fingerprint.to_string(),
                ours: finding.fingerprint.to_string(),
            }),
            suppressions: waiver.map(|waiver| [Suppression::of(waiver)]),
            properties: OutcomeProperties {
                failure: Some(FailureProperties {
                    severity: finding.severity.as_str(),
                    severity_reason: finding.severity_reason,
                    confidence: finding.confidence.as_str(),
                    remedy: Remedy::of(finding, account),
                    settings: Setting::behind(finding, self.report),
                }),
                ..OutcomeProperties::of(account, &finding.subject)
            },
        }
    }

    /// `open` is SARIF's word for a question that could not be answered for want of information.
    fn unknown(&self, account: &'a AccountReport, unknown: &'a UnknownVerdict) -> Outcome<'a> {
        let gap = account.gaps.get(unknown.gap);
        let location = gap.and_then(Location::of_gap).unwrap_or_else(|| Location::of_account(account));
        let why = gap.map(|gap| gap.what.as_str()).unwrap_or_default();
        self.without_failure(account, unknown.check, "open", why, location, &unknown.subject)
    }

    fn silent(&self, account: &'a AccountReport, silent: &'a Silent) -> Outcome<'a> {
        let kind = match silent.status {
            Status::NotApplicable => "notApplicable",
            _ => "pass",
        };
        let location = Location::of_account(account);
        self.without_failure(account, silent.check, kind, &silent.reason, location, &silent.subject)
    }

    fn without_failure(
        &self,
        account: &'a AccountReport,
        check: &'static str,
        kind: &'static str,
        why: &str,
        location: Location,
        subject: &'a check::Subject,
    ) -> Outcome<'a> {
        let title = self.rules.get(check).map_or(check, |(_, check)| check.title);
        let about = if why.is_empty() { subject.to_string() } else { format!("{subject}: {why}") };
        Outcome {
            rule_id: check,
            rule_index: self.rule_index(check),
            kind,
            level: "none",
            message: Text::of(format!("{title}. {about}")),
            locations: [location.about(subject)],
            related_locations: Vec::new(),
            partial_fingerprints: None,
            suppressions: None,
            properties: OutcomeProperties::of(Some(account), subject),
        }
    }

    fn rule_index(&self, check: &str) -> Option<usize> {
        self.rules.get(check).map(|(index, _)| *index)
    }
}

fn enabled(report: &Report) -> impl Iterator<Item = &CheckInRun> {
    report.checks.iter().filter(|run| run.enabled)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// A number inside GitHub's band of the same name. Without one a result is no security result, as information is none.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

impl Rule {
    fn of(run: &CheckInRun) -> Self {
        let check = run.check;
        let id = check.id.as_str();
        let about = section(check.page, "## What it looks at");
        // A check that is not one of ours has its page elsewhere.
        let is_ours = iam_core::checks::find(id).is_some();
        Self {
            id,
            name: pascal_case(id),
            short_description: Text::of(check.title.to_owned()),
            full_description: Text::of(shortened(if about.is_empty() { check.title } else { about })),
            help: Help { text: help_text(check), markdown: check.page },
            help_uri: is_ours.then(|| {
                let stem = id.replace('-', "_");
                format!("{REPOSITORY}/blob/main/crates/iam-core/src/checks/{stem}.md")
            }),
            default_configuration: Configuration { level: level(run.severity) },
            properties: RuleProperties {
                tags: ["security", "aws", "iam"],
                precision: "high",
                security_severity: security_severity(run.severity),
                severity: run.severity.as_str(),
                compliance: Requirement::all_of(check),
            },
        }
    }
}

/// The text of a page below a heading.
fn section(page: &'static str, heading: &str) -> &'static str {
    let below = page.split_once(heading).map(|(_, below)| below);
    let section = below.and_then(|below| below.split("\n## ").next());
    section.unwrap_or_default().trim()
}

fn help_text(check: &Check) -> String {
    let (why, how) = (section(check.page, "## Why it matters"), section(check.page, "## What to do"));
    let help = format!("{}: {}.\n\n{why}\n\n{how}", check.title, check.severity_reason);
    help.trim_end().to_owned()
}

fn pascal_case(id: &str) -> String {
    let words = id.split('-').map(|word| {
        let mut characters = word.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    });
    words.collect()
}

impl<'a> Notification<'a> {
    fn of_gap(account: &AccountReport, gap: &'a ReportedGap) -> Self {
        Self {
            level: "warning",
            message: Text::of(format!("{}: {}", account.name(), gap.what)),
            locations: Location::of_gap(gap).map(|location| [location]),
            properties: NotificationProperties {
                account: account.id.map(|id| id.to_string()),
                reason: gap.reason.as_str(),
                artefact: gap.artefact.map(Artefact::name),
                remedy: &gap.remedy,
                blocks: gap.blocks,
            },
        }
    }

    fn of_file(file: &'a UnusedFile) -> Self {
        Self {
            level: "warning",
            message: Text::of(format!("{}: {}", file.path, file.why)),
            locations: Some([Location::of_file(&file.path, None)]),
            properties: NotificationProperties {
                account: None,
                reason: "unused-file",
                artefact: None,
                remedy: &file.remedy,
                blocks: 0,
            },
        }
    }
}

impl<'a> AccountProperties<'a> {
    fn of(account: &'a AccountReport) -> Self {
        Self {
            account: account.id.map(|id| id.to_string()),
            partition: account.partition.as_str(),
            alias: account.alias.as_deref(),
            as_of: shown_time(account.as_of.at),
            report_generated: account.report_generated.map(shown_time),
            report_note: CACHE_NOTE,
        }
    }
}

impl<'a> OutcomeProperties<'a> {
    fn of(account: Option<&'a AccountReport>, subject: &'a check::Subject) -> Self {
        Self {
            account: account.and_then(|account| account.id).map(|id| id.to_string()),
            partition: account.map(|account| account.partition.as_str()),
            region: REGION,
            as_of: account.map(|account| shown_time(account.as_of.at)),
            report_generated: account.and_then(|account| account.report_generated).map(shown_time),
            subject: Subject::of(subject),
            failure: None,
        }
    }
}

impl Suppression {
    fn of(waiver: &Waiver) -> Self {
        let owner = waiver.owner.as_ref().map(|owner| format!(", {owner}"));
        Self {
            kind: "external",
            status: "accepted",
            justification: format!("{} (until {}{})", waiver.reason, waiver.until, owner.unwrap_or_default()),
        }
    }
}

impl Location {
    /// A place in a file.
    fn of_file(path: &str, region: Option<Region>) -> Self {
        let region = region.map(|Region { line, start, end }| (line, start, end));
        Self {
            id: None,
            physical_location: PhysicalLocation::of(path, region),
            logical_locations: None,
            message: None,
            properties: None,
        }
    }

    fn of_proof(because: &Because) -> Self {
        let shown = if because.label.is_empty() {
            because.artefact.noun().to_owned()
        } else {
            format!("{}: {}", because.label, because.value)
        };
        let properties = because.offset.map(|offset| RecordPlace { decompressed_byte_offset: offset });
        Self { message: Some(Text::of(shown)), properties, ..Self::of_file(&because.path, because.region) }
    }

    fn of_gap(gap: &ReportedGap) -> Option<Self> {
        Some(Self::of_file(gap.path.as_deref()?, gap.region))
    }

    /// The file that tells most about the account.
    fn of_account(account: &AccountReport) -> Self {
        let inputs = account.inputs.iter();
        let first = inputs.min_by_key(|input| input.artefact);
        Self::of_file(first.map_or(account.location.as_str(), |input| &input.path), None)
    }

    fn about(self, subject: &check::Subject) -> Self {
        let logical = LogicalLocation {
            name: subject.to_string(),
            fully_qualified_name: subject.arn.to_string(),
            kind: "resource",
        };
        Self { logical_locations: (!subject.arn.is_empty()).then_some([logical]), ..self }
    }
}

/// ` (credential report generated ...)`
fn age(account: Option<&AccountReport>, finding: &Finding) -> String {
    let age = account.and_then(|account| finding.report_age(account));
    age.map(|age| format!(" ({age})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_lie_inside_the_bands_of_github() {
        let band = |number: f64| match number {
            _ if number > 9.0 => Severity::Critical,
            _ if number >= 7.0 => Severity::High,
            _ if number >= 4.0 => Severity::Medium,
            _ => Severity::Low,
        };
        for severity in Severity::WORST_FIRST {
            let number = security_severity(severity).map(|text| text.parse().unwrap());
            assert_eq!(number.map(band), (severity != Severity::Info).then_some(severity));
        }
    }
}
