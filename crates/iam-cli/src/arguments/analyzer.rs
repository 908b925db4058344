//! Arguments of what drives IAM Access Analyzer.

use clap::{Args, Subcommand};

use super::live::Access;

/// Drive IAM Access Analyzer: make analyzers, read findings, archive them.
///
/// Needs a build with `--features live`. With --dry-run no call is made that changes something: what would be changed is
/// printed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Analyzer {
    #[command(subcommand)]
    pub(crate) verb: AnalyzerVerb,
}

const EXAMPLES: &str = "\
Examples:
  iam-audit analyzer list --regions all
  iam-audit analyzer create --type account --regions all --dry-run
  iam-audit analyzer create --type unused-access --unused-age 90
  iam-audit analyzer findings --status active --type ExternalAccess
  iam-audit analyzer show FINDING_ID
  iam-audit analyzer archive FINDING_ID --reason 'the partner account reads this on purpose'
  iam-audit analyzer archive-rule create partner --filter principal.AWS=444455556666 --filter isPublic=false

Exit codes: 0 done, 2 wrong usage or AWS's refusal, 4 a Region could not be asked.";

/// Source: IAM Access Analyzer API Reference, `FindingSummaryV2`.
const FINDING_TYPES: [&str; 6] = [
    "ExternalAccess",
    "InternalAccess",
    "UnusedIAMRole",
    "UnusedIAMUserAccessKey",
    "UnusedIAMUserPassword",
    "UnusedPermission",
];

#[derive(Debug, Subcommand)]
pub(crate) enum AnalyzerVerb {
    /// The analyzers, and the Regions that have none
    List(Reach),
    Create(Create),
    Delete(Delete),
    Findings(Findings),
    Show(Show),
    Archive(Archive),
    Unarchive(Archive),
    /// Rules by which new findings are archived
    ArchiveRule(ArchiveRules),
    Scan(Scan),
}

/// Where and as whom.
#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// These Regions, or `all` that the account has enabled [default: the configured one]
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    pub(crate) regions: Vec<String>,
    /// Only the analyzer of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) analyzer: Option<String>,
    /// Print what would be changed, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// Make an analyzer in each Region that has none of its type
///
/// Analyzers of outside access are free, and look at one Region each. Those of unused and internal access are paid; of unused
/// access one Region is enough. The caller needs access-analyzer:CreateAnalyzer and, for the first one,
/// iam:CreateServiceLinkedRole.
#[derive(Debug, Args)]
pub(crate) struct Create {
    /// account, organization, account-unused-access, organization-unused-access, account-internal-access,
    /// organization-internal-access; unused-access and internal-access mean those of the account
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: String,
    /// The analyzer's name
    #[arg(long, default_value = "iam-audit")]
    pub(crate) name: String,
    /// After how many days without use something counts as unused, 1 to 365 [default: AWS's, 90]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=365))]
    pub(crate) unused_age: Option<i32>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// Delete analyzers of a name, with all their findings and archive rules
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// The analyzers' name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// List findings
#[derive(Debug, Args)]
pub(crate) struct Findings {
    /// active, archived, resolved or all
    #[arg(long, default_value = "active", value_parser = ["active", "archived", "resolved", "all"])]
    pub(crate) status: String,
    /// Only this type, in AWS's words
    #[arg(long = "type", value_name = "TYPE", value_parser = FINDING_TYPES)]
    pub(crate) kind: Option<String>,
    /// Only of resources whose ARN holds this
    #[arg(long, value_name = "TEXT")]
    pub(crate) resource: Option<String>,
    /// Further conditions: KEY=VALUE, KEY!=VALUE, KEY~VALUE (holds)
    #[arg(long, value_name = "CONDITION")]
    pub(crate) filter: Vec<String>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// Print a finding with all its details, in AWS's own JSON
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The finding
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// Change the status of findings
///
/// AWS keeps no reason: what is printed is the record of it.
#[derive(Debug, Args)]
pub(crate) struct Archive {
    /// The findings
    #[arg(value_name = "ID", required = true)]
    pub(crate) ids: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

#[derive(Debug, Args)]
pub(crate) struct ArchiveRules {
    #[command(subcommand)]
    pub(crate) verb: ArchiveRuleVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveRuleVerb {
    /// Print the rules, in AWS's own JSON
    List(Reach),
    /// Make a rule; it touches new findings only
    Create(CreateRule),
    /// Archive the findings that there are already and that a rule is about
    Apply(Rule),
}

#[derive(Debug, Args)]
pub(crate) struct CreateRule {
    #[command(flatten)]
    pub(crate) rule: Rule,
    /// Conditions, all of which have to hold: KEY=VALUE, KEY!=VALUE, KEY~VALUE (holds)
    #[arg(long, value_name = "CONDITION", required = true)]
    pub(crate) filter: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Rule {
    /// The rule's name
    #[arg(value_name = "RULE")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// Let the analyzers of outside access look at a resource now
#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// The resource
    #[arg(value_name = "ARN")]
    pub(crate) resource: String,
    #[command(flatten)]
    pub(crate) reach: Reach,
}
