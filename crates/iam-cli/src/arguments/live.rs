//! Arguments of what speaks with AWS.

use std::path::PathBuf;

use clap::Args;

/// Take a snapshot of a live account: the files that `check` reads.
///
/// Needs a build with `--features live`. Only calls that read are made, but for two that let AWS make a report:
/// `GenerateCredentialReport` and `GenerateServiceLastAccessedDetails`. A call that AWS denies is noted in manifest.json, and
/// the audit reports what could not be seen. Ctrl-C leaves a folder that the same command goes on with.
#[derive(Debug, Args)]
#[command(after_help = FETCH_EXAMPLES)]
pub(crate) struct Fetch {
    /// The folder: a new or empty one, or one that an earlier fetch of the same account began
    #[arg(long, short, value_name = "FOLDER", required_unless_present_any = ["print_policy", "dry_run"])]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) what: What,
    #[command(flatten)]
    pub(crate) access: Access,
    /// Fetch every active account of the organisation, each into a folder of its own, by assuming the role of this name
    #[arg(long, value_name = "ROLE", conflicts_with_all = ["role_arn", "external_id"])]
    pub(crate) org: Option<String>,
    /// Print the policy that allows exactly these calls, and make none
    #[arg(long)]
    pub(crate) print_policy: bool,
    /// Print the calls and files, and make none
    #[arg(long, conflicts_with = "print_policy")]
    pub(crate) dry_run: bool,
}

const FETCH_EXAMPLES: &str = "\
Examples:
  iam-audit fetch --print-policy > policy.json
  iam-audit fetch -o account --profile audit
  iam-audit check account
  iam-audit fetch -o organization --org OrganizationAccountAccessRole
  iam-audit fetch -o account --only credential-report,account-summary
  iam-audit fetch -o account --only cloudtrail-archive --archive s3://BUCKET/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/

Exit codes: 0 everything was seen, 2 wrong usage, no credentials, 4 something was denied, failed or not reached.";

/// What to fetch.
#[derive(Debug, Args)]
pub(crate) struct What {
    /// Fetch only these parts; --dry-run lists them [default: all but cloudtrail-archive]
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Look at these Regions [default: all that the account has enabled]
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    pub(crate) regions: Vec<String>,
    /// Where cloudtrail-archive copies log files from
    #[arg(long, value_name = "s3://BUCKET/PREFIX")]
    pub(crate) archive: Option<String>,
}

/// How to reach AWS, and as whom.
#[derive(Debug, Args)]
pub(crate) struct Access {
    /// A profile of the AWS CLI [default: as the AWS CLI does]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// The Region for calls that belong to none [default: as the AWS CLI does]
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Assume this role first
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<String>,
    /// The external id that the role asks for
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub(crate) external_id: Option<String>,
}

/// How `check` gets its files from AWS.
#[derive(Debug, Args)]
pub(crate) struct Live {
    /// Fetch from AWS first, as `fetch` does, and audit that; needs a build with `--features live`
    #[arg(long = "live", id = "live")]
    pub(crate) is_wanted: bool,
    /// Keep what was fetched in this folder
    #[arg(long, value_name = "FOLDER", requires = "live")]
    pub(crate) save: Option<PathBuf>,
    #[command(flatten, next_help_heading = "With --live")]
    pub(crate) what: What,
    #[command(flatten, next_help_heading = "With --live")]
    pub(crate) access: Access,
}
