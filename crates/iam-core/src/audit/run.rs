use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::report::Input;
use super::verdicts::Verdicts;
use super::walk::{Active, walk};
use super::{AccountReport, AsOf, AsOfFrom, CheckInRun, Finding, Report, Settings, gaps, waiver};
use crate::check::Check;
use crate::evidence::{Account, Evidence, ReadFile, Taken, TakenFrom};
use crate::input::credential_report::CredentialReport;

/// Judges every subject of every account with every enabled check.
///
/// `as_of` is the moment ages are measured at. Where the caller leaves it to the evidence ([`AsOfFrom::Now`]), each
/// account is measured at the moment its evidence was taken, and only without such a moment at the one given.
///
/// ```
/// use iam_core::audit::{AsOf, AsOfFrom, Settings, audit};
/// use iam_core::check::Severity;
/// use iam_core::evidence::{Given, assemble};
/// use iam_core::fact::parse_time;
/// use iam_core::input::InputFile;
///
/// let csv = "user,arn,password_enabled,mfa_active\n\
///            <root_account>,arn:aws:iam::111122223333:root,true,false\n";
/// let evidence = assemble(vec![(InputFile { path: "report.csv".into(), bytes: csv.into() }, Given::ByName)]);
/// let as_of = AsOf { at: parse_time("2026-01-15T08:00:00Z").unwrap(), from: AsOfFrom::Now };
/// let report = audit(&evidence, iam_core::checks::ALL, &Settings::default(), as_of);
/// let worst = &report.accounts[0].findings[0];
/// assert_eq!((worst.check.id.as_str(), worst.severity), ("root-without-mfa", Severity::Critical));
/// ```
pub fn audit(evidence: &Evidence, checks: &[&'static Check], settings: &Settings, as_of: AsOf) -> Report {
    let checks: Vec<CheckInRun> = checks.iter().map(|check| CheckInRun::under(check, settings)).collect();
    let mut accounts: Vec<AccountReport> =
        evidence.accounts.iter().map(|account| judge(account, &checks, settings, as_of)).collect();
    let used = waiver::apply(&mut accounts, &settings.waivers);
    let latest = accounts.iter().map(|account| account.as_of.at).max().unwrap_or(as_of.at);
    let settings_findings = waiver::judge(&checks, &settings.waivers, &used, latest);
    Report {
        accounts,
        checks,
        settings_file: settings.file.clone(),
        settings_findings,
        waivers: settings.waivers.clone(),
        unused: evidence.unused.clone(),
    }
}

/// Judges one account.
fn judge(account: &Account, checks: &[CheckInRun], settings: &Settings, as_of: AsOf) -> AccountReport {
    let as_of = settle_as_of(account, as_of);
    let enabled = checks.iter().filter(|run| run.enabled);
    let mut active: Vec<Active<'_>> =
        enabled.map(|run| Active::new(run, account, settings, as_of.at)).collect();
    let mut verdicts = Verdicts::new(account, settings);
    let users = walk(account, settings, &mut active, &mut verdicts);
    let Verdicts { mut findings, unknown, mut silent, .. } = verdicts;

    findings.sort_by(|a, b| {
        let rank = |finding: &Finding| (Reverse(finding.severity), finding.check.id);
        rank(a).cmp(&rank(b)).then_with(|| a.subject.cmp(&b.subject))
    });
    silent.sort_by(|a, b| (a.check, &a.subject).cmp(&(b.check, &b.subject)));
    let (gaps, unknown) = gaps::report(account, as_of.at, unknown);
    let credential_report = account.credential_report().ok();
    AccountReport {
        id: account.id(),
        partition: account.partition().clone(),
        alias: account.alias().map(str::to_owned),
        location: account.location().to_owned(),
        as_of,
        inputs: account.files().iter().map(input).collect(),
        report_seen: credential_report.is_some(),
        report_generated: credential_report.and_then(|report| report.generated().known().ok()),
        report_latest: credential_report.and_then(CredentialReport::latest),
        users,
        unread_rows: credential_report.map_or(0, CredentialReport::unread_rows),
        findings,
        unknown,
        silent,
        coverage: active.iter().map(Active::coverage).collect::<BTreeMap<_, _>>(),
        gaps,
    }
}

/// The moment the ages of this account are measured at: the given one, unless that is the moment of the run and the
/// evidence tells when it was taken.
pub fn settle_as_of(account: &Account, as_of: AsOf) -> AsOf {
    if as_of.from != AsOfFrom::Now {
        return as_of;
    }
    account.taken().map_or(as_of, AsOf::from)
}

impl From<Taken> for AsOf {
    fn from(taken: Taken) -> Self {
        let from = match taken.from {
            TakenFrom::CredentialReport => AsOfFrom::CredentialReport,
            TakenFrom::Manifest => AsOfFrom::Manifest,
            TakenFrom::LastAccessed => AsOfFrom::LastAccessed,
        };
        Self { at: taken.at, from }
    }
}

fn input(file: &ReadFile) -> Input {
    let mut sha256 = String::with_capacity(64);
    for byte in file.sha256 {
        // Writing to a String cannot fail.
        let _ = write!(sha256, "{byte:02x}");
    }
    Input { path: file.path.clone(), artefact: file.artefact, sha256, generated: file.generated }
}
