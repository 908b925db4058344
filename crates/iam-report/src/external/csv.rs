use std::io::{self, Write};

use iam_core::external::ExternalAccess;

use crate::proof::request_lines;

const HEADER: [&str; 17] = [
    "account",
    "resource_type",
    "resource",
    "region",
    "status",
    "is_public",
    "principal_type",
    "principal",
    "actions",
    "condition",
    "source",
    "statements",
    "exact",
    "depends_on",
    "blocked_by",
    "limited_by",
    "witness",
];

/// Writes one row for each finding, and one for each way into a resource of which it is not known who gets in, with formulas
/// neutralised.
///
/// # Errors
///
/// Only what the writer returns.
pub fn csv(accounts: &[ExternalAccess], out: &mut dyn Write) -> io::Result<()> {
    let mut csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::Any(b'\n')).from_writer(out);
    csv.write_record(HEADER).map_err(crate::csv::io_error)?;
    let mut write = |cells: [&str; 17]| {
        let cells = cells.map(crate::csv::safe);
        csv.write_record(cells.iter().map(|cell| cell.as_bytes())).map_err(crate::csv::io_error)
    };
    for access in accounts {
        let account = access.account.map(|id| id.to_string()).unwrap_or_default();
        for resource in &access.resources {
            let region = resource.region.as_deref().unwrap_or_default();
            let kind = resource.kind.as_str();
            for finding in &resource.findings {
                let condition: Vec<String> =
                    finding.condition.iter().map(|(key, value)| format!("{key}={value}")).collect();
                let statements: Vec<String> = finding
                    .statements
                    .iter()
                    .map(|cited| cited.sid.clone().unwrap_or_else(|| cited.index.to_string()))
                    .collect();
                write([
                    &account,
                    kind,
                    &resource.arn,
                    region,
                    if finding.blocked_by.is_some() { "blocked" } else { "open" },
                    if finding.is_public { "true" } else { "false" },
                    finding.principal.key(),
                    &finding.principal.to_string(),
                    &finding.actions.join(" | "),
                    &condition.join(" | "),
                    finding.via.as_str(),
                    &statements.join(" | "),
                    if finding.is_exact() { "true" } else { "false" },
                    &finding.depends_on.join(" | "),
                    finding.blocked_by.as_deref().unwrap_or_default(),
                    &finding.limited_by.join(" | "),
                    &request_lines(&finding.witness).join(" | "),
                ])?;
            }
            for open in &resource.open {
                let via = open.via.as_str();
                write([
                    &account,
                    kind,
                    &resource.arn,
                    region,
                    "unknown",
                    "",
                    "",
                    "",
                    "",
                    "",
                    via,
                    "",
                    "false",
                    &open.why,
                    "",
                    "",
                    "",
                ])?;
            }
        }
    }
    csv.flush()
}
