//! `usage` and `rightsize`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Config, ListFormat, Output, TableFormat, Time};

/// Print what users, groups, roles and policies are granted, and what of it was used: the table that the console shows as
/// "Last Accessed", and which it cannot export.
///
/// Paths are files and folders, as for `check`. The account authorization details say what is granted; last accessed reports,
/// CloudTrail records and the last uses of roles say what was used. A report that does not say whom it is about has to lie in
/// service-last-accessed/KIND/NAME.json, or be named with --principal ARN.
#[derive(Debug, Args)]
#[command(after_help = USAGE_EXAMPLES)]
pub(crate) struct Usage {
    /// Files and folders, as for `check`
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only those whose name, ARN, or kind and name match: 'deploy*', 'role/ci*'
    #[arg(long, value_name = "PATTERN")]
    pub(crate) principal: Vec<String>,
    /// What a row is
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = UsageBy::Service)]
    pub(crate) by: UsageBy,
    /// A use longer ago than this counts no more, and evidence that is shorter or older than this proves no disuse
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    pub(crate) window: u32,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = TableFormat::Human)]
    pub(crate) format: TableFormat,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) time: Time,
}

const USAGE_EXAMPLES: &str = "\
Examples:
  aws iam get-account-authorization-details > account/account-authorization-details.json
  iam-audit usage account
  iam-audit usage account --principal 'role/EKS*' --by action
  iam-audit usage account cloudtrail --window 180 --format csv -o usage.csv

Exit codes: 0 everything was read, 2 wrong usage, 3 no artefact was recognised, or --principal
matches nobody, 4 something was not seen.";

/// Print smaller policies: what nobody used is taken out, statement by statement, with the reason and as a diff.
///
/// Deny statements, boundaries and trust policies stay as they are, and so does everything of which no source could have seen
/// whether it was used. A shared policy loses only what nobody of those who have it used. Each new policy is proven to allow
/// nothing that the old one does not, and still to allow the rest.
#[derive(Debug, Args)]
#[command(after_help = RIGHTSIZE_EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each of them is an option of its own")]
pub(crate) struct Rightsize {
    /// Files and folders, as for `usage`
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only the policies of those whose name, ARN, or kind and name match, and of their groups: 'deploy*', 'role/ci*'
    #[arg(long, value_name = "PATTERN")]
    pub(crate) principal: Vec<String>,
    /// A use longer ago than this counts no more, and evidence that is shorter or older than this proves no disuse
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    pub(crate) window: u32,
    /// What goes: services of which nothing was used, or single actions; `resource` also proposes what CloudTrail records show
    /// that the rest was used on
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = RightsizeLevel::Action)]
    pub(crate) level: RightsizeLevel,
    /// Statements whose Sid begins so stay as they are; empty for none
    #[arg(long, value_name = "PREFIX", default_value = "NOREPO")]
    pub(crate) opt_out: String,
    /// Users and roles with this tag keep all their policies as they are. More can be kept by the settings:
    /// [[rightsize.keep]]
    #[arg(long, value_name = "KEY[=VALUE]")]
    pub(crate) opt_out_tag: Option<String>,
    /// Take out iam:PassRole as well, of which nobody sees whether it was used, where all evidence speaks against it
    #[arg(long)]
    pub(crate) pass_role: bool,
    /// Write the actions that stay as patterns where that is shorter; patterns admit what AWS adds later
    #[arg(long)]
    pub(crate) shrink: bool,
    /// Divide a policy that is longer than AWS takes into several managed ones
    #[arg(long)]
    pub(crate) split: bool,
    /// Write smaller policies of your own in place of those that AWS keeps
    #[arg(long)]
    pub(crate) replace_aws_managed: bool,
    /// Write a fresh policy instead: what the CloudTrail records show that this user or role did
    #[arg(long, value_name = "ARN")]
    pub(crate) from_trail: Option<String>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    /// Print what applies the changes, and what undoes them
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub(crate) emit: Option<EmitFormat>,
    /// Write the new policies into this folder, the old ones into old/ in it, and proposals into narrowed/
    #[arg(long, value_name = "FOLDER")]
    pub(crate) emit_policies: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) time: Time,
    #[command(flatten)]
    pub(crate) config: Config,
}

const RIGHTSIZE_EXAMPLES: &str = "\
Examples:
  iam-audit rightsize account
  iam-audit rightsize account cloudtrail --principal 'role/EKS*' --window 180
  iam-audit rightsize account --emit-policies smaller --emit cli -o smaller/apply.sh
  iam-audit rightsize account cloudtrail --level resource
  iam-audit rightsize account --replace-aws-managed --split --emit terraform
  iam-audit rightsize account cloudtrail --from-trail arn:aws:iam::111122223333:role/EKSAdminRole

Exit codes: 0 everything was read, 2 wrong usage or settings, 3 no artefact or call was found, or
--principal matches nobody, 4 something was not seen.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UsageBy {
    Service,
    Action,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RightsizeLevel {
    Service,
    Action,
    Resource,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EmitFormat {
    /// Commands of the AWS CLI
    Cli,
    Terraform,
}
