use std::collections::BTreeMap;
use std::io::{self, Write};

use iam_core::external::{Agreement, ExternalAccess};

use crate::witness;

const HEADER: [&str; 18] = [
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
    "access_analyzer",
];

/// Writes one row for each finding, one for each way into a resource of which it is not known who gets in, and one for each
/// resource that only IAM Access Analyzer finds open, with formulas neutralised.
///
/// # Errors
///
/// Only what the writer returns.
pub fn csv(accounts: &[ExternalAccess], out: &mut dyn Write) -> io::Result<()> {
    let mut csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::Any(b'\n')).from_writer(out);
    csv.write_record(HEADER).map_err(crate::csv::io_error)?;
    let mut write = |cells: [&str; 18]| {
        let cells = cells.map(crate::csv::safe);
        csv.write_record(cells.iter().map(|cell| cell.as_bytes())).map_err(crate::csv::io_error)
    };
    for access in accounts {
        let account = access.account.map(|id| id.to_string()).unwrap_or_default();
        let compared = access.by_aws.iter().flatten();
        let agreements: BTreeMap<&str, &str> =
            compared.clone().map(|one| (one.arn.as_str(), one.agreement.as_str())).collect();
        for resource in &access.resources {
            let region = resource.region.as_deref().unwrap_or_default();
            let kind = resource.kind.as_str();
            let by_aws = agreements.get(&*resource.arn).copied().unwrap_or_default();
            for finding in &resource.findings {
                let condition: Vec<String> =
                    finding.condition.iter().map(|(key, value)| format!("{key}={value}")).collect();
                let statements: Vec<String> = finding
                    .statements
                    .iter()
                    .map(|cited| {
                        let name = cited.sid.clone().unwrap_or_else(|| cited.index.to_string());
                        let of = cited.policy_of.as_ref().map(|arn| format!(" of {arn}"));
                        name + &of.unwrap_or_default()
                    })
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
                    &witness::lines(&finding.witness).join(" | "),
                    by_aws,
                ])?;
            }
            for open in &resource.open {
                let via = open.via.as_str();
                write([
                    &account,
                    kind,
                    &resource.arn,
                    region,
                    if open.is_public { "open" } else { "unknown" },
                    if open.is_public { "true" } else { "" },
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
                    by_aws,
                ])?;
            }
        }
        // What only Access Analyzer tells.
        for one in compared.filter(|one| one.agreement == Agreement::OnlyAws || !one.is_seen_here) {
            let mut cells = [""; 18];
            let (principals, why) = (one.only_aws.join(" | "), one.why.join(" | "));
            for (position, cell) in [
                (0, account.as_str()),
                (1, &one.resource_type),
                (2, &one.arn),
                (4, one.agreement.as_str()),
                (7, &principals),
                (12, "false"),
                (13, &why),
                (17, one.agreement.as_str()),
            ] {
                if let Some(own) = cells.get_mut(position) {
                    *own = cell;
                }
            }
            write(cells)?;
        }
    }
    csv.flush()
}
