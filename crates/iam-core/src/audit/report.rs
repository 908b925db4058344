use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Fingerprint, Settings, Waiver};
use crate::check::{Check, Confidence, Parameter, RemedyStep, Severity, Subject, Value};
use crate::evidence::UnusedFile;
use crate::fact::{Reason, shown_time};
use crate::ident::{AccountId, Partition};
use crate::input::Artefact;

/// The severity from which a run fails unless something else is asked for.
pub const DEFAULT_FAIL_ON: Severity = Severity::Low;

/// The result of a run: everything that a renderer needs, and nothing that it has to look up elsewhere.
#[derive(Debug, Clone)]
pub struct Report {
    /// One report per account, by account id.
    pub accounts: Vec<AccountReport>,
    /// The checks that could run, in the order of the registry, with their settings.
    pub checks: Vec<CheckInRun>,
    /// The settings file, if there was one.
    pub settings_file: Option<String>,
    /// Findings about the waivers of the settings file.
    pub settings_findings: Vec<Finding>,
    /// The waivers.
    pub waivers: Vec<Waiver>,
    /// Files that were handed in and tell nothing about any account.
    pub unused: Vec<UnusedFile>,
}

/// A check as it stood in this run.
#[derive(Debug, Clone)]
pub struct CheckInRun {
    /// The check.
    pub check: &'static Check,
    /// Whether it ran.
    pub enabled: bool,
    /// Its severity after settings.
    pub severity: Severity,
    /// Where `enabled` or `severity` were set, if they were.
    pub origin: Origin,
    /// Its settings, in the order of `check.params`.
    pub settings: Vec<Setting>,
}

/// A setting's value in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The name.
    pub name: &'static str,
    /// The unit, for people; may be empty.
    pub unit: &'static str,
    /// The value.
    pub value: Value,
    /// Who set it.
    pub origin: Origin,
}

/// Who set a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Origin {
    /// The check itself.
    #[default]
    Default,
    /// This line of the settings file.
    SettingsLine(usize),
}

/// The report about one account at one time.
#[derive(Debug, Clone)]
pub struct AccountReport {
    /// The account, where any artefact tells it.
    pub id: Option<AccountId>,
    /// Its partition.
    pub partition: Partition,
    /// Its alias.
    pub alias: Option<String>,
    /// The folder or file that the evidence came from.
    pub location: String,
    /// The moment ages were measured at.
    pub as_of: AsOf,
    /// The files that were read.
    pub inputs: Vec<Input>,
    /// Whether a credential report could be read.
    pub report_seen: bool,
    /// When the credential report was generated, where that is known.
    pub report_generated: Option<DateTime<Utc>>,
    /// The newest moment in the credential report: it cannot be older than that.
    pub report_latest: Option<DateTime<Utc>>,
    /// How many users the evidence shows, root not counted.
    pub users: usize,
    /// Rows of the credential report that could not be read; whoever stands there is not among the users.
    pub unread_rows: usize,
    /// The findings, waived ones included: the worst first, then by check, subject and slot.
    pub findings: Vec<Finding>,
    /// Subjects that could not be judged.
    pub unknown: Vec<UnknownVerdict>,
    /// Subjects that passed or to which a check does not apply; empty unless the settings ask for them.
    pub silent: Vec<Silent>,
    /// How many subjects got which verdict, by check.
    pub coverage: BTreeMap<&'static str, Coverage>,
    /// What was not seen.
    pub gaps: Vec<ReportedGap>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path, as it was given.
    pub path: String,
    /// What it turned out to be.
    pub artefact: Artefact,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// When AWS made it, where it says so.
    pub generated: Option<DateTime<Utc>>,
}

/// The moment ages are measured at, and who chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The moment, in UTC.
    pub at: DateTime<Utc>,
    /// Who chose it.
    pub from: AsOfFrom,
}

/// Who chose the moment ages are measured at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOfFrom {
    /// The caller.
    Given,
    /// The credential report's `GeneratedTime`.
    CredentialReport,
    /// The snapshot's manifest.
    Manifest,
    /// The latest report of last uses.
    LastAccessed,
    /// Nothing in the evidence tells, so that the moment of the run was taken.
    Now,
}

impl AsOfFrom {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Given, Self::CredentialReport, Self::Manifest, Self::LastAccessed, Self::Now];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::CredentialReport => "credential-report",
            Self::Manifest => "manifest",
            Self::LastAccessed => "last-accessed",
            Self::Now => "now",
        }
    }
}

/// A failed verdict with proof and remedy.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The check.
    pub check: &'static Check,
    /// Whom or what it is about.
    pub subject: Subject,
    /// How bad it is.
    pub severity: Severity,
    /// Why the severity differs from the check's own, if it does.
    pub severity_reason: Option<&'static str>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong, in one sentence with values and dates.
    pub message: String,
    /// What shows it.
    pub because: Vec<Because>,
    /// Its name across runs.
    pub fingerprint: Fingerprint,
    /// The waiver that accepts it, as an index into [`Report::waivers`].
    pub waiver: Option<usize>,
    /// The settings that the verdict rests on, as a bit mask over the check's parameters.
    pub(crate) parameters: u8,
}

/// One piece of proof: a place in an artefact and what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The file.
    pub path: Arc<str>,
    /// The artefact.
    pub artefact: Artefact,
    /// Column name, JSON pointer, or `event` with the id of a CloudTrail event; empty for the whole file.
    pub label: Arc<str>,
    /// The text there, verbatim but for shortened key ids; of a CloudTrail event moment, call, address and program.
    pub value: Box<str>,
    /// Line and columns; `None` where the artefact has no lines of its own in the file.
    pub region: Option<Region>,
    /// For a CloudTrail event, the byte at which its record starts, after decompression.
    pub offset: Option<u64>,
}

/// A range on one line of a file: from 1, end exclusive, in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The line.
    pub line: u32,
    /// The first column.
    pub start: u32,
    /// The column after the last.
    pub end: u32,
}

/// A subject that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVerdict {
    /// The check.
    pub check: &'static str,
    /// The subject.
    pub subject: Arc<Subject>,
    /// Why, as an index into [`AccountReport::gaps`].
    pub gap: usize,
}

/// A subject that passed, or to which the check does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// The check.
    pub check: &'static str,
    /// The subject.
    pub subject: Subject,
    /// [`Status::Pass`] or [`Status::NotApplicable`].
    pub status: Status,
    /// Why, where it is not plain.
    pub reason: String,
}

/// The four verdicts, as words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Not in the bad state.
    Pass,
    /// In the bad state.
    Fail,
    /// The question does not arise.
    NotApplicable,
    /// Not seen.
    Unknown,
}

impl Status {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not-applicable",
            Self::Unknown => "unknown",
        }
    }
}

/// How many subjects of a check got which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Passed.
    pub pass: usize,
    /// Failed, waived or not.
    pub fail: usize,
    /// Not applicable.
    pub not_applicable: usize,
    /// Could not be judged.
    pub unknown: usize,
}

/// Something that was not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedGap {
    /// Why.
    pub reason: Reason,
    /// The artefact that would have shown it.
    pub artefact: Option<Artefact>,
    /// The file, if there is one.
    pub path: Option<String>,
    /// Column name or JSON pointer in the file; empty for all of it.
    pub label: String,
    /// Line and columns.
    pub region: Option<Region>,
    /// What was found and what was expected.
    pub what: String,
    /// What to do.
    pub remedy: String,
    /// Verdicts that are unknown because of it.
    pub blocks: usize,
}

/// Which gaps make a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GapPolicy {
    /// None.
    Never,
    /// Those that something went wrong for: denied, cut off, malformed, contradicting, internal.
    #[default]
    Failed,
    /// Those and artefacts that were not handed in.
    Any,
}

/// How a run ended, as a caller has to act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No finding at or above the limit, and no gap that counts.
    Clean,
    /// At least one finding at or above the limit that no waiver accepts.
    Findings,
    /// No such finding, but something was not seen.
    Gaps,
    /// No artefact was recognised.
    NothingAudited,
}

impl CheckInRun {
    /// The check as it stands under these settings.
    pub fn under(check: &'static Check, settings: &Settings) -> Self {
        let own = settings.checks.get(check.id.as_str());
        let setting = |param: &&'static dyn Parameter| {
            let set = own.and_then(|own| own.values.get(param.name()));
            let (value, origin) = set.cloned().unwrap_or_else(|| (param.default_value(), Origin::Default));
            Setting { name: param.name(), unit: param.unit(), value, origin }
        };
        Self {
            check,
            enabled: own.and_then(|own| own.enabled).unwrap_or(check.enabled),
            severity: own.and_then(|own| own.severity).unwrap_or(check.severity),
            origin: own.map_or(Origin::Default, |own| own.origin),
            settings: check.params.iter().map(setting).collect(),
        }
    }
}

impl Finding {
    /// What to do about it, for this subject.
    pub fn remedy(&self, account: Option<AccountId>) -> Vec<RemedyStep> {
        self.check.remedy.steps_for(&self.subject, account.map(|id| id.to_string()).as_deref())
    }

    /// The way through the AWS console, for this subject.
    pub fn console(&self, account: Option<AccountId>) -> String {
        self.check.remedy.console_for(&self.subject, account.map(|id| id.to_string()).as_deref())
    }

    /// For findings that rest on the credential report, how old that is, and the rule that makes its age matter.
    pub fn report_age(&self, account: &AccountReport) -> Option<String> {
        let rests_on_report =
            self.because.iter().any(|because| because.artefact == Artefact::CredentialReport);
        rests_on_report.then(|| {
            let age = match (account.report_generated, account.report_latest) {
                (Some(generated), _) => format!("generated {}", shown_time(generated)),
                (None, Some(latest)) => format!("of unknown age, not older than {}", shown_time(latest)),
                (None, None) => "of unknown age".to_owned(),
            };
            format!(
                "credential report {age}; AWS keeps one for 4 hours, so that later changes may be missing"
            )
        })
    }

    /// Whether a waiver accepts it.
    pub fn is_waived(&self) -> bool {
        self.waiver.is_some()
    }

    /// The settings that the verdict rests on.
    pub fn settings<'r>(&self, report: &'r Report) -> impl Iterator<Item = &'r Setting> {
        let parameters = self.parameters;
        let check = report.checks.iter().find(|run| run.check.id == self.check.id);
        let settings = check.map(|run| run.settings.as_slice()).unwrap_or_default();
        settings
            .iter()
            .enumerate()
            .filter(move |(index, _)| *index < 8 && parameters & (1 << index) != 0)
            .map(|(_, s)| s)
    }
}

impl Report {
    /// Every finding, those about waivers last.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.accounts.iter().flat_map(|account| &account.findings).chain(&self.settings_findings)
    }

    /// How the run ended: a finding counts from `fail_on` upwards unless it is waived; findings win over gaps.
    pub fn outcome(&self, fail_on: Severity, gaps: GapPolicy) -> Outcome {
        if self.accounts.is_empty() || self.checks.iter().all(|run| !run.enabled) {
            return Outcome::NothingAudited;
        }
        if self.findings().any(|finding| !finding.is_waived() && finding.severity >= fail_on) {
            return Outcome::Findings;
        }
        let counts = |gap: &ReportedGap| match gaps {
            GapPolicy::Never => false,
            GapPolicy::Failed => gap.reason.is_failure(),
            GapPolicy::Any => gap.reason.is_failure() || gap.blocks > 0,
        };
        let has_faulty_file = gaps != GapPolicy::Never && self.unused.iter().any(|file| file.is_fault);
        let has_gap = self.accounts.iter().flat_map(|account| &account.gaps).any(counts);
        if has_gap || has_faulty_file { Outcome::Gaps } else { Outcome::Clean }
    }
}

impl AccountReport {
    /// The account's id, or `unknown account`.
    pub fn name(&self) -> String {
        self.id.map_or_else(|| "unknown account".to_owned(), |id| id.to_string())
    }

    /// Unwaived findings of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity && !finding.is_waived()).count()
    }
}
