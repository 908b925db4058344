use std::io::{self, Write};

use iam_core::diff::{Changes, Standing};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    accounts: Vec<Account<'a>>,
}

#[derive(Serialize)]
struct Account<'a> {
    #[serde(rename = "account")]
    name: &'a str,
    /// `old` or `new`, where only one of the looks shows the account.
    only_in: Option<&'static str>,
    new: Vec<Finding<'a>>,
    fixed: Vec<Finding<'a>>,
    /// Gone because nobody could look.
    unseen: Vec<Finding<'a>>,
    severity_changed: Vec<Finding<'a>>,
    unchanged: Vec<Finding<'a>>,
    /// `null` where one of the looks does not show all credentials.
    credentials: Option<Vec<Credential<'a>>>,
}

#[derive(Serialize)]
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

#[derive(Serialize)]
struct Credential<'a> {
    change: &'static str,
    owner: &'a str,
    kind: &'static str,
    identity: &'a str,
}

/// Writes a JSON document: `{"schema_version": "1", "accounts": [...]}`.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    let accounts = changes.accounts.iter().map(|(name, account)| Account {
        name,
        only_in: account.only_in,
        new: all(&account.new),
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
    });
    let document = Document { schema_version: "1", accounts: accounts.collect() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
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
