use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::fingerprint::TieBreak;
use super::report::Input;
use super::{
    AccountReport, AsOf, AsOfFrom, Because, CheckInRun, Coverage, Finding, Fingerprint, Keep, Origin, Region,
    Report, ReportedGap, Setting, Settings, Silent, Status, UnknownVerdict, Waiver,
};
use crate::check::{
    Check, Context, CredentialName, Failure, Judge, Judged, Severity, Subject, SubjectKind, Value, Verdict,
    WaiverUse,
};
use crate::evidence::{AccessKey, Account, Evidence, Root, SigningCertificate, TakenFrom, User};
use crate::fact::{Fact, Gap, Reason, Source, shown_time};
use crate::ident::KeyIdDisplay;
use crate::input::Artefact;

/// Values quoted as proof are cut to this many characters.
const LONGEST_QUOTE: usize = 256;

/// Rows with dates after the as-of beyond this number share one gap.
const MOST_FUTURE_ROWS: usize = 100;

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
    let checks: Vec<CheckInRun> = checks.iter().map(|check| in_run(check, settings)).collect();
    let mut accounts: Vec<AccountReport> = evidence
        .accounts
        .iter()
        .map(|account| Run::new(account, &checks, settings, as_of).finish())
        .collect();
    let used = apply_waivers(&mut accounts, &settings.waivers);
    let latest = accounts
        .iter()
        .map(|account| account.as_of.at)
        .max()
        .unwrap_or(as_of.at);
    let settings_findings = judge_waivers(&checks, &settings.waivers, &used, latest);
    Report {
        accounts,
        checks,
        settings_findings,
        waivers: settings.waivers.clone(),
        unused: evidence.unused.clone(),
    }
}

fn in_run(check: &'static Check, settings: &Settings) -> CheckInRun {
    let own = settings.checks.get(check.id.as_str());
    let setting = |param: &&'static dyn crate::check::Parameter| {
        let set = own.and_then(|own| own.values.get(param.name()));
        let (value, origin) = set
            .cloned()
            .unwrap_or_else(|| (param.default_value(), Origin::Default));
        Setting {
            name: param.name(),
            unit: param.unit(),
            value,
            origin,
        }
    };
    CheckInRun {
        check,
        enabled: own.and_then(|own| own.enabled).unwrap_or(check.enabled),
        severity: own.and_then(|own| own.severity).unwrap_or(check.severity),
        origin: own.map_or(Origin::Default, |own| own.origin),
        settings: check.params.iter().map(setting).collect(),
    }
}

/// A check ready to judge: with its values and the place where its verdicts are counted.
struct Active<'a> {
    run: &'a CheckInRun,
    context: Context<'a>,
    severity_is_set: bool,
    coverage: Coverage,
}

/// The walk over one account.
struct Run<'a> {
    account: &'a Account,
    settings: &'a Settings,
    report: AccountReport,
    active: Vec<Active<'a>>,
    sink: Sink<'a>,
}

/// Where verdicts go.
struct Sink<'a> {
    account: &'a Account,
    account_name: String,
    keep: Keep,
    key_ids: KeyIdDisplay,
    findings: Vec<Finding>,
    unknown: Vec<(&'static str, Arc<Subject>, Arc<Gap>)>,
    silent: Vec<Silent>,
    texts: BTreeMap<String, Arc<str>>,
}

impl<'a> Run<'a> {
    fn new(account: &'a Account, checks: &'a [CheckInRun], settings: &'a Settings, as_of: AsOf) -> Self {
        let as_of = settle_as_of(account, as_of);
        let values: Vec<&'a CheckInRun> = checks.iter().filter(|run| run.enabled).collect();
        let active = values
            .into_iter()
            .map(|run| Active {
                context: Context::new(
                    account,
                    as_of.at,
                    run.check.params,
                    run.settings
                        .iter()
                        .map(|setting| setting.value.clone())
                        .collect::<Vec<Value>>(),
                    settings.key_ids,
                ),
                severity_is_set: settings
                    .checks
                    .get(run.check.id.as_str())
                    .is_some_and(|own| own.severity.is_some()),
                coverage: Coverage::default(),
                run,
            })
            .collect();
        let credential_report = account.credential_report().ok();
        let report = AccountReport {
            id: account.id(),
            partition: account.partition().clone(),
            alias: account.alias().map(str::to_owned),
            location: account.location().to_owned(),
            as_of,
            inputs: account.files().iter().map(input).collect(),
            report_generated: credential_report.and_then(|report| report.generated().known().ok()),
            report_latest: credential_report
                .and_then(crate::input::credential_report::CredentialReport::latest),
            users: 0,
            findings: Vec::new(),
            unknown: Vec::new(),
            silent: Vec::new(),
            coverage: BTreeMap::new(),
            gaps: Vec::new(),
        };
        let sink = Sink {
            account,
            account_name: account.id().map(|id| id.to_string()).unwrap_or_default(),
            keep: settings.keep,
            key_ids: settings.key_ids,
            findings: Vec::new(),
            unknown: Vec::new(),
            silent: Vec::new(),
            texts: BTreeMap::new(),
        };
        Self {
            account,
            settings,
            report,
            active,
            sink,
        }
    }

    fn finish(mut self) -> AccountReport {
        self.judge_account();
        self.judge_root();
        self.judge_users();
        self.judge_listings();
        self.report.coverage = self
            .active
            .iter()
            .map(|active| (active.run.check.id.as_str(), active.coverage))
            .collect();
        self.report.findings = std::mem::take(&mut self.sink.findings);
        self.report.findings.sort_by(|a, b| {
            let key = |finding: &Finding| (std::cmp::Reverse(finding.severity), finding.check.id);
            key(a).cmp(&key(b)).then_with(|| a.subject.cmp(&b.subject))
        });
        self.report.silent = std::mem::take(&mut self.sink.silent);
        self.report
            .silent
            .sort_by(|a, b| (a.check, &a.subject).cmp(&(b.check, &b.subject)));
        self.report_gaps();
        self.report
    }

    fn judge_account(&mut self) {
        let account = self.account;
        for active in &mut self.active {
            if let Judge::Account(judge) = active.run.check.judge {
                self.sink.record(
                    active,
                    None,
                    || account_subject(account),
                    |context| judge(account, context),
                );
            }
        }
    }

    fn judge_root(&mut self) {
        let account = self.account;
        let root = account.root();
        let subject = || root_subject(&root);
        for active in &mut self.active {
            match active.run.check.judge {
                Judge::Root(judge) => self
                    .sink
                    .record(active, None, subject, |context| judge(&root, context)),
                Judge::RootAccessKey { each, account: whole } => {
                    for key in &root.access_keys {
                        let twins = shares_moment(root.access_keys.iter().map(|key| &key.created));
                        let subject = || Subject {
                            kind: SubjectKind::AccessKey,
                            credential: Some(key_name(key, self.settings.key_ids)),
                            ..root_subject(&root)
                        };
                        self.sink
                            .record(active, Some(TieBreak::of_key(key, twins)), subject, |context| {
                                each(key, context)
                            });
                    }
                    self.sink.judge_root_without_row(active, &root, whole);
                }
                Judge::RootSigningCertificate { each, account: whole } => {
                    for certificate in &root.signing_certificates {
                        let twins =
                            shares_moment(root.signing_certificates.iter().map(|other| &other.uploaded));
                        let subject = || Subject {
                            kind: SubjectKind::SigningCertificate,
                            credential: Some(certificate_name(certificate)),
                            ..root_subject(&root)
                        };
                        self.sink.record(
                            active,
                            Some(TieBreak {
                                shares_moment: twins,
                                id: None,
                            }),
                            subject,
                            |context| each(certificate, context),
                        );
                    }
                    self.sink.judge_root_without_row(active, &root, whole);
                }
                _ => {}
            }
        }
    }

    fn judge_users(&mut self) {
        let account = self.account;
        for user in account.users() {
            self.report.users += 1;
            let key_twins = shares_moment(user.access_keys.iter().map(|key| &key.created));
            for active in &mut self.active {
                match active.run.check.judge {
                    Judge::User(judge) => {
                        self.sink.record(
                            active,
                            None,
                            || user_subject(account, &user),
                            |context| judge(&user, context),
                        );
                    }
                    Judge::AccessKey(judge) => {
                        for key in user.existing_access_keys() {
                            let subject = || Subject {
                                kind: SubjectKind::AccessKey,
                                credential: Some(key_name(key, self.settings.key_ids)),
                                ..user_subject(account, &user)
                            };
                            self.sink.record(
                                active,
                                Some(TieBreak::of_key(key, key_twins)),
                                subject,
                                |context| judge(key, &user, context),
                            );
                        }
                    }
                    Judge::SigningCertificate(judge) => {
                        for certificate in user
                            .signing_certificates
                            .iter()
                            .filter(|certificate| certificate.exists())
                        {
                            let twins =
                                shares_moment(user.signing_certificates.iter().map(|other| &other.uploaded));
                            let subject = || Subject {
                                kind: SubjectKind::SigningCertificate,
                                credential: Some(certificate_name(certificate)),
                                ..user_subject(account, &user)
                            };
                            self.sink.record(
                                active,
                                Some(TieBreak {
                                    shares_moment: twins,
                                    id: None,
                                }),
                                subject,
                                |context| judge(certificate, &user, context),
                            );
                        }
                    }
                    _ => {}
                }
            }
        }
        self.judge_unseen_users();
    }

    /// Users who could not be enumerated still have to show up: as one unknown verdict a check.
    fn judge_unseen_users(&mut self) {
        let account = self.account;
        for active in &mut self.active {
            if !matches!(
                active.run.check.judge,
                Judge::User(_) | Judge::AccessKey(_) | Judge::SigningCertificate(_)
            ) {
                continue;
            }
            match account.credential_report() {
                Err(gap) => self
                    .sink
                    .record(active, None, || account_subject(account), |_| Err(gap)),
                Ok(report) => {
                    for row in report.unread() {
                        let subject = || Subject {
                            kind: SubjectKind::UnreadRow,
                            arn: Arc::from(""),
                            name: format!("line {} of the credential report", row.line).into(),
                            credential: None,
                        };
                        self.sink
                            .record(active, None, subject, |_| Err(Arc::clone(&row.gap)));
                    }
                }
            }
        }
    }

    fn judge_listings(&mut self) {
        let account = self.account;
        for active in &mut self.active {
            match active.run.check.judge {
                Judge::ServiceSpecificCredential(judge) => match account.service_specific_credentials() {
                    Err(gap) => self
                        .sink
                        .record(active, None, || account_subject(account), |_| Err(gap)),
                    Ok(listings) => {
                        for credential in listings.iter().flat_map(|listing| &listing.items) {
                            let subject = || Subject {
                                kind: SubjectKind::ServiceSpecificCredential,
                                arn: account.user_arn(&credential.user_name).unwrap_or_default().into(),
                                name: credential.user_name.as_str().into(),
                                credential: Some(CredentialName {
                                    slot: None,
                                    id: Some(credential.id.as_str().into()),
                                    created: credential.created.known().ok(),
                                }),
                            };
                            // Several may be made in the same second, and each has an id.
                            let tie_break = TieBreak {
                                shares_moment: true,
                                id: Some(&credential.id),
                            };
                            self.sink.record(active, Some(tie_break), subject, |context| {
                                judge(credential, context)
                            });
                        }
                        for gap in listings.iter().filter_map(|listing| listing.incomplete.clone()) {
                            self.sink
                                .record(active, None, || account_subject(account), |_| Err(gap));
                        }
                    }
                },
                Judge::ServerCertificate(judge) => match account.server_certificates() {
                    Err(gap) => self
                        .sink
                        .record(active, None, || account_subject(account), |_| Err(gap)),
                    Ok(listing) => {
                        for certificate in &listing.items {
                            let subject = || Subject {
                                kind: SubjectKind::ServerCertificate,
                                arn: certificate.arn.as_str().into(),
                                name: certificate.name.as_str().into(),
                                credential: None,
                            };
                            self.sink
                                .record(active, None, subject, |context| judge(certificate, context));
                        }
                        if let Some(gap) = listing.incomplete.clone() {
                            self.sink
                                .record(active, None, || account_subject(account), |_| Err(gap));
                        }
                    }
                },
                Judge::VirtualMfaDevice { each, account: whole } => {
                    // Where a function judges the account, a listing with gaps is its to answer for, so that the
                    // account gets one verdict.
                    match account.virtual_mfa_devices() {
                        Err(gap) if whole.is_none() => {
                            self.sink
                                .record(active, None, || account_subject(account), |_| Err(gap));
                        }
                        Err(_) => {}
                        Ok(listing) => {
                            for device in &listing.items {
                                let serial = device.serial_number.known().unwrap_or_default();
                                let subject = || Subject {
                                    kind: SubjectKind::VirtualMfaDevice,
                                    arn: serial.as_str().into(),
                                    name: serial.rsplit('/').next().unwrap_or_default().into(),
                                    credential: None,
                                };
                                self.sink
                                    .record(active, None, subject, |context| each(device, context));
                            }
                            if let Some(gap) = listing.incomplete.clone().filter(|_| whole.is_none()) {
                                self.sink
                                    .record(active, None, || account_subject(account), |_| Err(gap));
                            }
                        }
                    }
                    if let Some(whole) = whole {
                        self.sink.record(
                            active,
                            None,
                            || account_subject(account),
                            |context| whole(account, context),
                        );
                    }
                }
                _ => {}
            }
        }
    }

    /// Gaps that block a verdict first, then the rest; equal ones once.
    fn report_gaps(&mut self) {
        let mut gaps: BTreeMap<Arc<Gap>, usize> = BTreeMap::new();
        for gap in self.account.gaps().iter().cloned().chain(self.future_rows()) {
            gaps.entry(gap).or_default();
        }
        for (_, _, gap) in &self.sink.unknown {
            match gaps.get_mut(gap) {
                Some(count) => *count += 1,
                None => drop(gaps.insert(Arc::clone(gap), 1)),
            }
        }
        let index: BTreeMap<Arc<Gap>, usize> = gaps.keys().cloned().zip(0..).collect();
        let unknown = std::mem::take(&mut self.sink.unknown);
        self.report.unknown = unknown
            .into_iter()
            .map(|(check, subject, gap)| UnknownVerdict {
                check,
                subject,
                gap: index.get(&gap).copied().unwrap_or(0),
            })
            .collect();
        self.report
            .unknown
            .sort_by(|a, b| (a.check, &a.subject, a.gap).cmp(&(b.check, &b.subject, b.gap)));
        self.report.gaps = gaps
            .into_iter()
            .map(|(gap, blocks)| self.reported(&gap, blocks))
            .collect();
    }

    fn reported(&self, gap: &Gap, blocks: usize) -> ReportedGap {
        let quote = gap.source.and_then(|source| self.account.quote(source));
        let line = gap.source.and_then(|source| self.account.report_line(source));
        let region = quote
            .as_ref()
            .and_then(|quote| quote.region)
            .map(|(line, start, end)| Region { line, start, end });
        // In a wrapped report the line is one of the decoded CSV, and is said in words.
        let what = match (line, region) {
            (Some(line), None) => format!("line {line} of the decoded report: {}", gap.what),
            _ => gap.what.to_string(),
        };
        ReportedGap {
            reason: gap.reason,
            artefact: gap.artefact,
            path: quote.as_ref().map(|quote| quote.path.clone()),
            label: quote.map(|quote| quote.label).unwrap_or_default(),
            region,
            what,
            remedy: gap.remedy.to_string(),
            blocks,
        }
    }

    /// Dates after the as-of: a wrong clock, or a wrong as-of.
    fn future_rows(&self) -> Vec<Arc<Gap>> {
        let as_of = self.report.as_of.at;
        let Ok(report) = self.account.credential_report() else {
            return Vec::new();
        };
        if report.latest().is_none_or(|latest| latest <= as_of) {
            return Vec::new();
        }
        let cells = report.rows().flat_map(|row| row.moments_after(as_of));
        cells
            .take(MOST_FUTURE_ROWS)
            .map(|(source, time)| {
                Arc::new(Gap {
                    reason: Reason::Contradiction,
                    artefact: Some(Artefact::CredentialReport),
                    source: Some(source),
                    what: format!("{} lies after the as-of {}", shown_time(time), shown_time(as_of)).into(),
                    remedy: "check --as-of and the clock; its age was taken as 0".into(),
                })
            })
            .collect()
    }
}

impl Sink<'_> {
    /// Judges one subject and files the verdict.
    fn record<'c>(
        &mut self,
        active: &mut Active<'c>,
        tie_break: Option<TieBreak<'_>>,
        subject: impl FnOnce() -> Subject,
        judge: impl FnOnce(&Context<'c>) -> Judged,
    ) {
        active.context.next_subject();
        let check = active.run.check;
        match judge(&active.context) {
            Ok(Verdict::Pass(reason)) => {
                active.coverage.pass += 1;
                self.keep_silent(check, subject, Status::Pass, &reason);
            }
            Ok(Verdict::NotApplicable(reason)) => {
                active.coverage.not_applicable += 1;
                self.keep_silent(check, subject, Status::NotApplicable, &reason);
            }
            Ok(Verdict::Fail(failure)) => {
                active.coverage.fail += 1;
                let finding = self.finding(active, subject(), *failure, tie_break.unwrap_or_default());
                self.findings.push(finding);
            }
            Err(gap) => {
                active.coverage.unknown += 1;
                self.unknown.push((check.id.as_str(), Arc::new(subject()), gap));
            }
        }
    }

    fn keep_silent(
        &mut self,
        check: &Check,
        subject: impl FnOnce() -> Subject,
        status: Status,
        reason: &str,
    ) {
        if self.keep == Keep::All {
            let reason = reason.to_owned();
            self.silent.push(Silent {
                check: check.id.as_str(),
                subject: subject(),
                status,
                reason,
            });
        }
    }

    /// Root's credentials as the account summary counts them: all there is without a row, a second opinion with one.
    fn judge_root_without_row<'c>(
        &mut self,
        active: &mut Active<'c>,
        root: &Root<'_>,
        whole: Option<fn(&Root<'_>, &Context<'_>) -> Judged>,
    ) {
        let account = self.account;
        match (&root.row, whole) {
            (_, Some(whole)) if root.row.is_err() || !root.disagreements.is_empty() => {
                self.record(
                    active,
                    None,
                    || account_subject(account),
                    |context| whole(root, context),
                );
            }
            (Err(gap), None) => {
                let gap = Arc::clone(gap);
                self.record(active, None, || account_subject(account), |_| Err(gap));
            }
            _ => {}
        }
    }

    fn finding(
        &mut self,
        active: &Active<'_>,
        subject: Subject,
        failure: Failure,
        tie_break: TieBreak<'_>,
    ) -> Finding {
        let Failure {
            message,
            because,
            severity,
            confidence,
            parameters,
        } = failure;
        let check = active.run.check;
        let own = severity.filter(|_| !active.severity_is_set);
        Finding {
            check,
            severity: own.map_or(active.run.severity, |(severity, _)| severity),
            severity_reason: own.map(|(_, reason)| reason),
            confidence,
            message,
            because: because
                .into_iter()
                .filter_map(|source| self.because(source))
                .collect(),
            fingerprint: Fingerprint::of(check.id, &self.account_name, &subject, tie_break),
            waiver: None,
            parameters,
            subject,
        }
    }

    fn because(&mut self, source: Source) -> Option<Because> {
        let quote = self.account.quote(source)?;
        let mut value = quote.value;
        if quote.label.ends_with("AccessKeyId") {
            value = crate::ident::AccessKeyId::new(&value).shown(self.key_ids);
        }
        if let Some((cut, _)) = value.char_indices().nth(LONGEST_QUOTE) {
            value.truncate(cut);
            value.push_str("...");
        }
        Some(Because {
            path: self.shared(quote.path),
            artefact: quote.artefact,
            label: self.shared(quote.label),
            value: value.into(),
            region: quote.region.map(|(line, start, end)| Region { line, start, end }),
        })
    }

    /// Paths and labels repeat in every finding and are kept once.
    fn shared(&mut self, text: String) -> Arc<str> {
        if let Some(known) = self.texts.get(&text) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = text.as_str().into();
        self.texts.insert(text, Arc::clone(&shared));
        shared
    }
}

fn settle_as_of(account: &Account, as_of: AsOf) -> AsOf {
    if as_of.from != AsOfFrom::Now {
        return as_of;
    }
    account.taken().map_or(as_of, |taken| {
        let from = match taken.from {
            TakenFrom::CredentialReport => AsOfFrom::CredentialReport,
            TakenFrom::Manifest => AsOfFrom::Manifest,
        };
        AsOf { at: taken.at, from }
    })
}

fn input(file: &crate::evidence::ReadFile) -> Input {
    let mut sha256 = String::with_capacity(64);
    for byte in file.sha256 {
        // Writing to a String cannot fail.
        let _ = write!(sha256, "{byte:02x}");
    }
    Input {
        path: file.path.clone(),
        artefact: file.artefact,
        sha256,
        generated: file.generated,
    }
}

fn account_subject(account: &Account) -> Subject {
    let arn = account
        .id()
        .map(|id| format!("arn:{}:iam::{id}:root", account.partition()))
        .unwrap_or_default();
    let name = account
        .id()
        .map_or_else(|| account.location().to_owned(), |id| id.to_string());
    Subject {
        kind: SubjectKind::Account,
        arn: arn.into(),
        name: name.into(),
        credential: None,
    }
}

fn root_subject(root: &Root<'_>) -> Subject {
    let arn = root.arn.as_deref().unwrap_or_default().into();
    Subject {
        kind: SubjectKind::Root,
        arn,
        name: "root".into(),
        credential: None,
    }
}

fn user_subject(account: &Account, user: &User<'_>) -> Subject {
    let arn = user
        .arn
        .map_or_else(|| account.user_arn(user.name).unwrap_or_default(), str::to_owned);
    Subject {
        kind: SubjectKind::User,
        arn: arn.into(),
        name: user.name.into(),
        credential: None,
    }
}

fn key_name(key: &AccessKey<'_>, key_ids: KeyIdDisplay) -> CredentialName {
    CredentialName {
        slot: key.slot,
        id: key.id.map(|id| id.shown(key_ids).into()),
        created: key.created.known().ok().flatten(),
    }
}

fn certificate_name(certificate: &SigningCertificate) -> CredentialName {
    CredentialName {
        slot: Some(certificate.slot),
        id: None,
        created: certificate.uploaded.known().ok().flatten(),
    }
}

/// Whether two credentials of an owner were made in the same second.
fn shares_moment<'f>(moments: impl Iterator<Item = &'f Fact<Option<DateTime<Utc>>>>) -> bool {
    let mut seen: [Option<DateTime<Utc>>; 8] = [None; 8];
    let mut moments = moments.filter_map(|fact| fact.seen().ok().copied().flatten());
    seen.iter_mut()
        .zip(&mut moments)
        .for_each(|(to, from)| *to = Some(from));
    seen.sort_unstable();
    seen.iter()
        .zip(seen.iter().skip(1))
        .any(|(a, b)| a.is_some() && a == b)
}

/// Marks accepted findings, and counts for each waiver how many findings it is about.
fn apply_waivers(accounts: &mut [AccountReport], waivers: &[Waiver]) -> Vec<usize> {
    let mut used = vec![0; waivers.len()];
    if waivers.is_empty() {
        return used;
    }
    for account in accounts {
        let day = account.as_of.at.date_naive();
        for finding in &mut account.findings {
            for (index, (waiver, used)) in waivers.iter().zip(&mut used).enumerate() {
                if waiver.matches(finding) {
                    *used += 1;
                    if waiver.counts_on(day) {
                        finding.waiver = finding.waiver.or(Some(index));
                    }
                }
            }
        }
    }
    used
}

fn judge_waivers(
    checks: &[CheckInRun],
    waivers: &[Waiver],
    used: &[usize],
    as_of: DateTime<Utc>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for run in checks.iter().filter(|run| run.enabled) {
        let Judge::Waiver(judge) = run.check.judge else {
            continue;
        };
        for (waiver, matched) in waivers.iter().zip(used) {
            let waiver_use = WaiverUse {
                check: &waiver.check,
                subject: &waiver.subject,
                until: waiver.until,
                matched: *matched,
            };
            let Some(message) = judge(&waiver_use, as_of.date_naive()) else {
                continue;
            };
            let subject = Subject {
                kind: SubjectKind::Waiver,
                arn: waiver.subject.as_str().into(),
                name: format!("{} (line {} of the settings)", waiver.check, waiver.line).into(),
                credential: None,
            };
            let identity = Subject {
                name: waiver.check.as_str().into(),
                ..subject.clone()
            };
            findings.push(Finding {
                check: run.check,
                severity: run.severity,
                severity_reason: None,
                confidence: crate::check::Confidence::Certain,
                message,
                because: Vec::new(),
                fingerprint: Fingerprint::of(run.check.id, "", &identity, TieBreak::default()),
                waiver: None,
                parameters: 0,
                subject,
            });
        }
    }
    findings.sort_by(|a, b| {
        (std::cmp::Reverse(a.severity), &a.subject).cmp(&(std::cmp::Reverse(b.severity), &b.subject))
    });
    findings
}

/// The severity from which a run fails unless something else is asked for.
pub const DEFAULT_FAIL_ON: Severity = Severity::Low;
