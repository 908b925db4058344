//! The verb `external`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Output, ReportFormat, account};

/// Tell who from outside gets into which resource or role, with a request that shows it.
///
/// Looks at the policies of resources in a snapshot and at the trust policies of roles, as IAM Access Analyzer does, but for all
/// requests at once and offline: who, what, under which condition. For buckets also at access control lists, access points and
/// what blocks public access, for keys at grants, for snapshots at the accounts that they are shared with. AWS services are not told. See
/// docs/external.md.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct External {
    /// Files and folders, as for `check`; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// What counts as inside
    #[arg(long, value_enum, default_value_t = TrustName::Account, value_name = "WHAT")]
    pub(crate) trust: TrustName,
    /// The organization that counts as inside, with --trust org [default: that of the snapshot]
    #[arg(long, value_name = "ID", value_parser = organization)]
    pub(crate) org_id: Option<String>,
    /// An account that counts as inside besides; once for each
    #[arg(long, value_name = "ID", value_parser = account)]
    pub(crate) account: Vec<String>,
    /// Look at this resource or role only. Answers that do not say what they are about, such as a bare policy, are about it: with a
    /// role, its trust policy
    #[arg(long, value_name = "ARN")]
    pub(crate) resource: Option<String>,
    /// Leave findings out that the others cover together
    #[arg(long)]
    pub(crate) concise: bool,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ReportFormat::Human)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  iam-audit external account
  iam-audit external account --trust org --org-id o-a1b2c3d4e5 --concise
  iam-audit external bucket-policy.json --resource arn:aws:s3:::reports --account 111122223333
  iam-audit external trust.json --resource arn:aws:iam::111122223333:role/deploy
  iam-audit external account --format sarif --output external.sarif

Exit codes: 0 nobody outside gets in, 1 somebody does, 2 wrong usage, 3 nothing was recognised, 4 not determined.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TrustName {
    /// The account that owns the resource
    Account,
    /// All of its organization
    Org,
}

fn organization(text: &str) -> Result<String, String> {
    let is_id = text.strip_prefix("o-").is_some_and(|rest| {
        (10..=32).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    });
    is_id
        .then(|| text.to_owned())
        .ok_or_else(|| "expected the id of an organization, such as o-a1b2c3d4e5".to_owned())
}
