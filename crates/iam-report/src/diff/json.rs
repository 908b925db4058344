use std::io::{self, Write};

use iam_core::diff::{Changes, Standing};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use super::access::Wire;

/// What changed between two looks. Fields may be added; none changes its meaning or goes away within a version.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "iam-audit diff")]
struct Document<'a> {
    /// The version of this shape.
    #[schemars(extend("const" = "1"))]
    schema_version: &'static str,
    /// What makes the comparison doubtful, such as looks that were handed in the wrong way round.
    warnings: Vec<String>,
    accounts: Vec<Account<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Account<'a> {
    #[serde(rename = "account")]
    name: &'a str,
    /// `old` or `new`, where only one of the looks shows the account.
    only_in: Option<&'static str>,
    new: Vec<Finding<'a>>,
    /// Not there before, and the earlier look had nothing to see them in: they may be old.
    newly_seen: Vec<Finding<'a>>,
    fixed: Vec<Finding<'a>>,
    /// Gone because nobody could look.
    unseen: Vec<Finding<'a>>,
    severity_changed: Vec<Finding<'a>>,
    /// Accepted by a waiver before, and by none now.
    waiver_lapsed: Vec<Finding<'a>>,
    unchanged: Vec<Finding<'a>>,
    /// `null` where one of the looks does not show all credentials.
    credentials: Option<Vec<Credential<'a>>>,
    /// `null` where one of the looks does not show the policies.
    access: Option<Wire>,
}

#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    fingerprint: &'a str,
    check: &'a str,
    subject: &'a str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity_before: Option<&'static str>,
    message: &'a str,
    waived: bool,
}

#[derive(Serialize, JsonSchema)]
struct Credential<'a> {
    change: &'static str,
    owner: &'a str,
    kind: &'static str,
    identity: &'a str,
}

/// Writes a JSON document: `{"schema_version": "1", "warnings": [...], "accounts": [...]}`.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    let accounts = changes.accounts.iter().map(|(name, account)| Account {
        name,
        only_in: account.only_in,
        new: all(&account.new),
        newly_seen: all(&account.newly_seen),
        fixed: all(&account.fixed),
        unseen: all(&account.unseen),
        severity_changed: account
            .severity_changed
            .iter()
            .map(|(print, standing, before)| Finding {
                severity_before: Some(before.as_str()),
                ..finding(print, standing)
            })
            .collect(),
        waiver_lapsed: all(&account.waiver_lapsed),
        unchanged: all(&account.unchanged),
        credentials: account.credentials.as_ref().map(|changes| {
            let wire = changes.iter().map(|change| Credential {
                change: change.turn.as_str(),
                owner: &change.owner,
                kind: change.kind.as_str(),
                identity: &change.identity,
            });
            wire.collect()
        }),
        access: account.access.as_ref().map(Wire::of),
    });
    let warnings = changes.warning().into_iter().collect();
    let document = Document { schema_version: "1", warnings, accounts: accounts.collect() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// The schema of what [`json`] writes.
pub fn schema() -> Schema {
    schema_for!(Document<'static>)
}

fn all(findings: &[(String, Standing)]) -> Vec<Finding<'_>> {
    findings.iter().map(|(print, standing)| finding(print, standing)).collect()
}

fn finding<'a>(print: &'a str, standing: &'a Standing) -> Finding<'a> {
    Finding {
        fingerprint: print,
        check: &standing.check,
        subject: &standing.subject,
        severity: standing.severity.as_str(),
        severity_before: None,
        message: &standing.message,
        waived: standing.is_waived,
    }
}
