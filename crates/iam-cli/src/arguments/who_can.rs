//! The verb `who-can`.

use std::path::PathBuf;

use clap::Args;

use super::{ListFormat, Output};

/// Tell which users and roles of an account can do one thing with one resource, and which statements open it.
///
/// Everybody is asked for with all policies that are known: of users, groups and roles, permissions boundaries, the policies of
/// the organization above the account, and the policy of the resource itself. Condition keys are not known, so that an answer may depend
/// on them. Policies of the organization of which it was not seen what they are attached to are named where they would deny it. Who from
/// other accounts gets in, `external` tells.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WhoCan {
    /// What is to be done, such as s3:GetObject
    #[arg(value_name = "ACTION")]
    pub(crate) action: String,
    /// The ARN of the resource
    #[arg(value_name = "RESOURCE")]
    pub(crate) resource: String,
    /// Files and folders, as for `check`
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  iam-audit who-can kms:Decrypt arn:aws:kms:eu-west-1:111122223333:key/1234abcd account
  iam-audit who-can s3:GetObject 'arn:aws:s3:::plans/a.txt' account --format json

Exit codes: 0 answered, 2 wrong usage, 3 nothing was recognised, 4 something was not seen that could change the answer.";
