use std::collections::BTreeSet;

use iam_core::audit::{self, AsOfFrom};
use iam_core::check::Severity;
use iam_core::diff::{AccountLook, Look, Standing};
use iam_core::fact::{Reason, parse_time};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The bytes are no report of version 1.
#[derive(Debug, thiserror::Error)]
#[error("not a report of `iam-audit check --format json`: {0}")]
pub struct InvalidReport(String);

#[derive(Deserialize)]
struct Document {
    schema_version: String,
    accounts: Vec<Account>,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Check {
    id: String,
    enabled: bool,
}

#[derive(Deserialize)]
struct Account {
    id: Option<String>,
    location: String,
    as_of: AsOf,
    report: Option<CredentialReport>,
    findings: Vec<Finding>,
    waived: Vec<Finding>,
    unknown: Vec<Unknown>,
    #[serde(default)]
    gaps: Vec<ReportedGap>,
}

#[derive(Deserialize)]
struct ReportedGap {
    reason: String,
    path: Option<String>,
}

#[derive(Deserialize)]
struct AsOf {
    time: String,
    #[serde(default)]
    from: String,
}

#[derive(Deserialize)]
struct CredentialReport {
    generated: Option<String>,
}

impl Account {
    /// When the evidence was taken, as far as the report tells. A moment that somebody chose for ages says least of that.
    fn taken(&self) -> Option<audit::AsOf> {
        let from = AsOfFrom::ALL.into_iter().find(|from| from.as_str() == self.as_of.from)?;
        let generated = self.report.as_ref().and_then(|report| report.generated.as_deref());
        match generated.and_then(parse_time).filter(|_| from == AsOfFrom::Given) {
            Some(at) => Some(audit::AsOf { at, from: AsOfFrom::CredentialReport }),
            None => Some(audit::AsOf { at: parse_time(&self.as_of.time)?, from }),
        }
    }
}

#[derive(Deserialize)]
struct Finding {
    fingerprint: String,
    check: String,
    severity: String,
    subject: Subject,
    message: String,
}

#[derive(Deserialize)]
struct Unknown {
    check: String,
    subject: Subject,
    gap: Option<usize>,
}

#[derive(Deserialize)]
struct Subject {
    #[serde(rename = "type")]
    kind: String,
    arn: Option<String>,
    name: String,
}

/// The members by which a report is known, in whatever order they stand.
#[derive(Deserialize)]
struct Marks {
    #[serde(rename = "schema_version")]
    _version: IgnoredAny,
    #[serde(rename = "tool")]
    _tool: IgnoredAny,
    #[serde(rename = "accounts")]
    _accounts: IgnoredAny,
}

/// Whether these bytes look like a report in JSON, as it was printed or as another program wrote it again.
pub fn is_report(bytes: &[u8]) -> bool {
    let bytes = without_mark(bytes);
    // A report that is cut off is still one, and not what else its reader takes.
    let start = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).into_owned();
    let is_printed = start.trim_start().starts_with('{')
        && start.contains("\"schema_version\"")
        && start.contains("\"tool\"");
    is_printed || serde_json::from_slice::<Marks>(bytes).is_ok()
}

/// The bytes without the byte order mark that some editors and shells put before UTF-8.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The look in a report that `iam-audit check --format json` printed. It does not show credentials.
///
/// # Errors
///
/// [`InvalidReport`] when it is none, or of another version.
pub fn read(bytes: &[u8]) -> Result<Look, InvalidReport> {
    let document: Document =
        serde_json::from_slice(without_mark(bytes)).map_err(|error| InvalidReport(error.to_string()))?;
    if document.schema_version != "1" {
        return Err(InvalidReport(format!("it is of version {:?}", document.schema_version)));
    }
    let checks: BTreeSet<String> =
        document.checks.into_iter().filter(|check| check.enabled).map(|check| check.id).collect();
    let mut look = Look::default();
    for account in document.accounts {
        let taken = account.taken();
        let waived = account.waived.into_iter().map(|finding| (finding, true));
        let findings = account.findings.into_iter().map(|finding| (finding, false)).chain(waived);
        let findings = findings.map(|(finding, is_waived)| {
            let severity: Severity = finding
                .severity
                .parse()
                .map_err(|_| InvalidReport(format!("there is no severity {:?}", finding.severity)))?;
            let Finding { fingerprint, check, subject, message, .. } = finding;
            let subject = subject.arn.unwrap_or(subject.name);
            Ok((fingerprint, Standing { check, subject, severity, message, is_waived }))
        });
        let mut unknown = BTreeSet::new();
        let mut unsupplied = BTreeSet::new();
        for verdict in account.unknown {
            let subject = match verdict.subject {
                Subject { kind, .. } if kind == "AWS::::Account" => String::new(),
                Subject { arn, name, .. } => arn.unwrap_or(name),
            };
            let gap = verdict.gap.and_then(|index| account.gaps.get(index));
            if gap.is_some_and(|gap| gap.reason == Reason::NotSupplied.as_str() && gap.path.is_none()) {
                unsupplied.insert((verdict.check.clone(), subject.clone()));
            }
            unknown.insert((verdict.check, subject));
        }
        let own = AccountLook {
            as_of: parse_time(&account.as_of.time),
            taken,
            findings: findings.collect::<Result<_, InvalidReport>>()?,
            unknown,
            unsupplied,
            checks: checks.clone(),
            credentials: None,
            access: None,
        };
        look.accounts.insert(account.id.unwrap_or(account.location), own);
    }
    Ok(look)
}
