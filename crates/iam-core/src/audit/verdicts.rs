use std::collections::BTreeMap;
use std::sync::Arc;

use super::gaps::Blocked;
use super::subjects::Named;
use super::walk::Active;
use super::{Because, Finding, Fingerprint, Keep, Region, Settings, Silent, Status};
use crate::check::{Check, Failure, Judged, Record, Verdict};
use crate::evidence::Account;
use crate::fact::Source;
use crate::ident::{AccessKeyId, KeyIdDisplay};
use crate::input::Artefact;

/// Values quoted as proof are cut to this many characters.
const LONGEST_QUOTE: usize = 256;

/// Where the verdicts about an account are filed.
pub(super) struct Verdicts<'a> {
    account: &'a Account,
    account_name: String,
    keep: Keep,
    key_ids: KeyIdDisplay,
    pub(super) findings: Vec<Finding>,
    pub(super) unknown: Vec<Blocked>,
    pub(super) silent: Vec<Silent>,
    texts: BTreeMap<String, Arc<str>>,
}

impl<'a> Verdicts<'a> {
    pub(super) fn new(account: &'a Account, settings: &Settings) -> Self {
        Self {
            account,
            account_name: account.id().map(|id| id.to_string()).unwrap_or_default(),
            keep: settings.keep,
            key_ids: settings.key_ids,
            findings: Vec::new(),
            unknown: Vec::new(),
            silent: Vec::new(),
            texts: BTreeMap::new(),
        }
    }

    /// Counts a verdict, and lists it when it is one of those that are listed.
    pub(super) fn file(&mut self, active: &mut Active<'_>, named: impl FnOnce() -> Named, judged: Judged) {
        let check = active.run.check;
        match judged {
            Ok(Verdict::Pass(reason)) => {
                active.counts.pass += 1;
                self.keep_silent(check, named, Status::Pass, &reason);
            }
            Ok(Verdict::NotApplicable(reason)) => {
                active.counts.not_applicable += 1;
                self.keep_silent(check, named, Status::NotApplicable, &reason);
            }
            Ok(Verdict::Fail(failure)) => {
                active.counts.fail += 1;
                let finding = self.finding(active, named(), *failure);
                self.findings.push(finding);
            }
            Err(gap) => {
                active.counts.unknown += 1;
                self.unknown.push((check.id.as_str(), Arc::new(named().subject), gap));
            }
        }
    }

    fn keep_silent(&mut self, check: &Check, named: impl FnOnce() -> Named, status: Status, reason: &str) {
        if self.keep == Keep::All {
            let (subject, reason) = (named().subject, reason.to_owned());
            self.silent.push(Silent { check: check.id.as_str(), subject, status, reason });
        }
    }

    fn finding(&mut self, active: &Active<'_>, named: Named, failure: Failure) -> Finding {
        let Failure { message, because, records, severity, confidence, parameters } = failure;
        let check = active.run.check;
        let own = severity.filter(|_| !active.severity_is_set);
        Finding {
            check,
            severity: own.map_or(active.run.severity, |(severity, _)| severity),
            severity_reason: own.map(|(_, reason)| reason),
            confidence,
            message,
            because: self.proofs(because, records),
            fingerprint: Fingerprint::of(check.id, &self.account_name, &named),
            waiver: None,
            parameters,
            subject: named.subject,
        }
    }

    fn proofs(&mut self, sources: Vec<Source>, records: Vec<Record>) -> Vec<Because> {
        let mut proofs: Vec<Because> =
            sources.into_iter().filter_map(|source| self.because(source)).collect();
        proofs.extend(records.into_iter().map(|record| self.because_of_record(record)));
        proofs
    }

    fn because_of_record(&mut self, record: Record) -> Because {
        let Record { place, id, told } = record;
        Because {
            path: self.shared(place.file.to_string()),
            artefact: Artefact::CloudTrail,
            label: if id.is_empty() {
                "event".into()
            } else {
                format!("event {}", cut(id.to_string())).into()
            },
            value: cut(told).into(),
            region: None,
            offset: Some(place.offset),
        }
    }

    fn because(&mut self, source: Source) -> Option<Because> {
        let quote = self.account.quote(source)?;
        let mut value = quote.value;
        if quote.label.ends_with("AccessKeyId") {
            value = AccessKeyId::new(&value).shown(self.key_ids);
        }
        Some(Because {
            path: self.shared(quote.path),
            artefact: quote.artefact,
            label: self.shared(quote.label),
            value: cut(value).into(),
            region: quote.region.map(|(line, start, end)| Region { line, start, end }),
            offset: None,
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

/// The text, cut to what is quoted.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST_QUOTE) {
        text.truncate(end);
        text.push_str("...");
    }
    text
}
