//! The results of the log: one for each finding and, where asked for, for each other verdict.

use std::collections::BTreeMap;

use iam_core::audit::{AccountReport, Finding, Report, Silent, Status, UnknownVerdict, Waiver};
use iam_core::check::{self, Check, Severity};
use iam_core::fact::shown_time;
use serde::Serialize;

use super::location::Location;
use super::rule::level;
use super::shape::Text;
use super::{Options, enabled};
use crate::wire::{REGION, Remedy, Setting, Subject};

/// The report and what every result needs of it.
pub(super) struct Results<'a> {
    report: &'a Report,
    options: Options<'a>,
    /// The enabled checks, which are the rules, by id.
    rules: BTreeMap<&'static str, (usize, &'static Check)>,
}

impl<'a> Results<'a> {
    pub(super) fn new(report: &'a Report, options: Options<'a>) -> Self {
        let enabled = enabled(report).enumerate();
        Self {
            report,
            options,
            rules: enabled.map(|(index, run)| (run.check.id.as_str(), (index, run.check))).collect(),
        }
    }

    /// The results, the worst first.
    pub(super) fn all(&'a self) -> impl Iterator<Item = Outcome<'a>> {
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
        let related = places.zip(1..).map(|(because, id)| Location::of_proof(because).numbered(id));
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
            locations: [location.about(finding.subject.to_string(), &finding.subject.arn)],
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
            locations: [location.about(subject.to_string(), &subject.arn)],
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'a> {
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

/// ` (credential report generated ...)`
fn age(account: Option<&AccountReport>, finding: &Finding) -> String {
    let age = account.and_then(|account| finding.report_age(account));
    age.map(|age| format!(" ({age})")).unwrap_or_default()
}
