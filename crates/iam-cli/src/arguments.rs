//! The command line.

mod analyzer;
mod live;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use iam_core::check::Severity;
use iam_core::fact::parse_time;
use iam_core::ident::{AccountId, KeyIdDisplay};
use iam_policy::symbolic::PUBLIC_ACCESS_TYPES;

pub(crate) use analyzer::Analyzer;
#[cfg(feature = "live")]
pub(crate) use analyzer::{
    AnalyzerVerb, Archive, ArchiveRuleVerb, Create, CreateRule, Delete, Findings, Reach, Rule, Scan, Show,
};
#[cfg(feature = "live")]
pub(crate) use live::{Access, What};
pub(crate) use live::{Fetch, Live};

/// AWS IAM hygiene from files: which credentials are unsafe, and what exactly to change.
///
/// Hand in what the AWS CLI prints or the console lets you download; nothing is sent anywhere.
#[derive(Debug, Parser)]
#[command(name = "iam-audit", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Check(Box<Check>),
    Fetch(Fetch),
    Analyzer(Box<Analyzer>),
    Credentials(Credentials),
    Trail(Trail),
    Policy(Policy),
    Usage(Usage),
    Rightsize(Rightsize),
    Root(Root),
    Alarm(Alarm),
    Diff(Diff),
    Checks(Checks),
    Explain(Explain),
    Completions(Completions),
    Man(Man),
}

/// Audit whatever the paths hold.
///
/// Paths are files or folders; `-` is standard input. Files are recognised by their content: the credential report (CSV,
/// base64, or the JSON that the AWS CLI prints), account summary, password policy, MFA devices, access keys,
/// certificates, service-specific credentials, the organisation's root features; and, by Region, trails, metric filters,
/// alarms, subscriptions and rules of EventBridge. A folder of account folders is an organisation. CloudTrail log files, whole archives of them, and parts written by `trail --save` are joined with the
/// accounts that they tell of.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct Check {
    /// Files and folders to audit
    #[arg(required_unless_present = "live", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ReportFormat::Human)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) time: Time,
    #[command(flatten)]
    pub(crate) keys: Keys,
    #[command(flatten)]
    pub(crate) config: Config,
    /// Exit with 1 from this severity upwards: critical, high, medium, low or info [default: low]
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Severity>,
    /// Exit with 4 when something was not seen. `failed`: inputs that were denied, cut off or malformed; `any`: also those
    /// that were not handed in [default: failed]
    #[arg(long, value_enum, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "any")]
    pub(crate) fail_on_gaps: Option<Gaps>,
    /// One line for each finding (human)
    #[arg(long, short)]
    pub(crate) brief: bool,
    /// List passes and checks that do not apply as well (json, csv, sarif)
    #[arg(long)]
    pub(crate) include_passes: bool,
    #[command(flatten)]
    pub(crate) live: Live,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  aws iam generate-credential-report
  aws iam get-credential-report > account/credential-report.json
  aws iam get-account-summary > account/account-summary.json
  aws iam get-account-authorization-details > account/account-authorization-details.json
  iam-audit check account
  iam-audit check report.csv --format sarif -o report.sarif
  iam-audit check --live --profile audit --save account

Exit codes: 0 clean, 1 findings, 2 wrong usage or settings, 3 nothing could be audited, 4 something was not seen.";

/// Print every credential with its owner, state, age and last use.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  iam-audit credentials account --format csv -o credentials.csv")]
pub(crate) struct Credentials {
    /// Files and folders, as for `check`
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = TableFormat::Human)]
    pub(crate) format: TableFormat,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) time: Time,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

/// Sum up CloudTrail log files: who did what, what was denied, sign-ins, root.
///
/// Paths are files, folders and patterns such as 'logs/**/*.json.gz'; `-` is standard input. Files may be gzip, zstd or plain,
/// and hold any of the shapes in which CloudTrail records come: files of a trail, JSON lines, the output of lookup-events,
/// exports of CloudWatch Logs, events of EventBridge, rows of CloudTrail Lake. Parts written by --save are added up.
#[derive(Debug, Args)]
#[command(after_help = TRAIL_EXAMPLES)]
pub(crate) struct Trail {
    /// Files, folders and patterns
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Read also the files named in this file, one in each line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) files_from: Option<PathBuf>,
    /// Count only what happened from this moment on (RFC 3339, or a date for its start in UTC)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) since: Option<DateTime<Utc>>,
    /// Count only what happened before this moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) until: Option<DateTime<Utc>>,
    /// Count only what stands in the trails of these accounts
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = account)]
    pub(crate) accounts: Vec<String>,
    /// Count only these Regions
    #[arg(long, value_name = "REGION", value_delimiter = ',')]
    pub(crate) regions: Vec<String>,
    /// Count only principals whose ARN, name or kind matches: 'deploy*', 'role/ci/*', root
    #[arg(long, value_name = "PATTERN")]
    pub(crate) principal: Vec<String>,
    /// Count only these services: iam, 's3*'
    #[arg(long, value_name = "PATTERN")]
    pub(crate) service: Vec<String>,
    /// Count only these calls, whatever their case: 'Get*', '*key*', 'iam:*'
    #[arg(long, value_name = "PATTERN")]
    pub(crate) action: Vec<String>,
    /// One table, grouped in this way, instead of the overview
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Option<By>,
    /// Rows of each table (human)
    #[arg(long, value_name = "ROWS", default_value_t = 10)]
    pub(crate) top: usize,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = TableFormat::Human)]
    pub(crate) format: TableFormat,
    /// Write what was summed up into this file, to be added to others by a later run; `-` is standard output, which then
    /// holds nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
    /// Count records with the same eventID once. Memory then grows with the number of events
    #[arg(long)]
    pub(crate) deduplicate: bool,
    /// How many threads read [default: as many as there are processors]
    #[arg(long, value_name = "NUMBER")]
    pub(crate) threads: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) output: Output,
}

const TRAIL_EXAMPLES: &str = "\
Examples:
  aws s3 sync s3://BUCKET/AWSLogs/111122223333/CloudTrail/ logs
  iam-audit trail logs
  iam-audit trail logs --principal 'role/deploy*' --by action
  iam-audit trail logs --since 2026-01-01 --service iam --format csv -o iam.csv
  find logs -name '*.json.gz' | iam-audit trail --files-from - --save - > part1.activity
  iam-audit trail part1.activity part2.activity

Exit codes: 0 everything was read, 2 wrong usage, 3 no record was found, 4 something could not be read.";

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

Exit codes: 0 everything was read, 2 wrong usage, 3 no artefact was recognised, 4 something was not seen.";

/// Print smaller policies: what nobody used is taken out, statement by statement, with the reason and as a diff.
///
/// Deny statements, boundaries and trust policies stay as they are, and so does everything of which no source could have seen
/// whether it was used. A shared policy loses only what nobody of those who have it used. Each new policy is proven to allow
/// nothing that the old one does not, and still to allow the rest.
#[derive(Debug, Args)]
#[command(after_help = RIGHTSIZE_EXAMPLES)]
pub(crate) struct Rightsize {
    /// Files and folders, as for `usage`
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only the policies of those whose name, ARN, or kind and name match: 'deploy*', 'role/ci*'
    #[arg(long, value_name = "PATTERN")]
    pub(crate) principal: Vec<String>,
    /// A use longer ago than this counts no more, and evidence that is shorter or older than this proves no disuse
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    pub(crate) window: u32,
    /// What goes: services of which nothing was used, or single actions
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = RightsizeLevel::Action)]
    pub(crate) level: RightsizeLevel,
    /// Statements whose Sid begins so stay as they are; empty for none
    #[arg(long, value_name = "PREFIX", default_value = "NOREPO")]
    pub(crate) opt_out: String,
    /// Take out iam:PassRole as well, of which nobody sees whether it was used, where all evidence speaks against it
    #[arg(long)]
    pub(crate) pass_role: bool,
    /// Write the actions that stay as patterns where that is shorter; patterns admit what AWS adds later
    #[arg(long)]
    pub(crate) shrink: bool,
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
    /// Write the new policies into this folder, and the old ones into old/ in it
    #[arg(long, value_name = "FOLDER")]
    pub(crate) emit_policies: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) time: Time,
}

const RIGHTSIZE_EXAMPLES: &str = "\
Examples:
  iam-audit rightsize account
  iam-audit rightsize account cloudtrail --principal 'role/EKS*' --window 180
  iam-audit rightsize account --emit-policies smaller --emit cli -o smaller/apply.sh
  iam-audit rightsize account cloudtrail --from-trail arn:aws:iam::111122223333:role/EKSAdminRole

Exit codes: 0 everything was read, 2 wrong usage, 3 no artefact or call was found, 4 something was not seen.";

/// Work on policies alone, outside of any account.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  iam-audit policy validate policy.json")]
pub(crate) struct Policy {
    #[command(subcommand)]
    pub(crate) verb: PolicyVerb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyVerb {
    Validate(PolicyValidate),
    Eval(Box<PolicyEval>),
    Compare(PolicyCompare),
    Public(PolicyPublic),
}

/// Prove that a policy allows nothing that another does not, or show a request that it does.
///
/// All requests are looked at, not samples. Each policy is taken alone, as if nothing else were attached. Where the answer
/// depends on the values of policy variables, or on a rule that AWS leaves open, it says so. See docs/proofs.md.
#[derive(Debug, Args)]
#[command(after_help = POLICY_COMPARE_EXAMPLES)]
pub(crate) struct PolicyCompare {
    /// The policy that is in force; `-` is standard input
    #[arg(value_name = "EXISTING")]
    pub(crate) existing: PathBuf,
    /// The policy that is to take its place; `-` is standard input
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// What both policies are attached to [default: by the elements of the new one]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<PolicyKindName>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

const POLICY_COMPARE_EXAMPLES: &str = "\
Examples:
  iam-audit policy compare old.json new.json
  iam-audit policy compare --kind boundary old.json new.json --format json

Exit codes: 0 nothing new, 1 new access, 2 wrong usage, 3 a policy could not be read, 4 not determined.";

/// Tell whether the policy of a resource lets anybody in, in both meanings of the word.
///
/// First, whether anybody gets in without a condition on what a requester cannot choose: proved for all requests. Second,
/// whether the policy is public by the rule of fixed values, with which S3 blocks public access. They differ: see
/// docs/proofs.md.
#[derive(Debug, Args)]
#[command(after_help = POLICY_PUBLIC_EXAMPLES)]
pub(crate) struct PolicyPublic {
    /// The policy; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The type of the resource in AWS's words, such as `AWS::S3::Bucket` or `AWS::IAM::AssumeRolePolicyDocument`
    #[arg(
        long = "type",
        value_name = "TYPE",
        value_parser = PossibleValuesParser::new(PUBLIC_ACCESS_TYPES),
        hide_possible_values = true
    )]
    pub(crate) resource_type: String,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

const POLICY_PUBLIC_EXAMPLES: &str = "\
Examples:
  iam-audit policy public --type AWS::S3::Bucket bucket.json

Exit codes: 0 not public, 1 public in either meaning, 2 wrong usage, 3 the policy could not be read, 4 not determined.";

/// Say what is wrong with policies, all of it at once, with line and column and what to do.
///
/// Looks at the grammar of each kind of policy, at actions, ARNs and condition keys that do not exist, conditions that
/// cannot hold, sizes, what is said twice, and what is allowed that probably should not be. The codes are those of IAM Access
/// Analyzer where it has one of the same meaning. URL-encoded text, as the API returns it, is decoded.
#[derive(Debug, Args)]
#[command(after_help = POLICY_VALIDATE_EXAMPLES)]
pub(crate) struct PolicyValidate {
    /// Files that hold one policy each; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// What the policies are attached to [default: identity, resource or trust, by the elements of each]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<PolicyKindName>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = PolicyFormat::Human)]
    pub(crate) format: PolicyFormat,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Look names up in this catalogue instead of the built-in one: a file in the format of docs/catalogue.md, or a file
    /// or folder of the AWS Service Reference
    #[arg(long, value_name = "FILE")]
    pub(crate) catalog: Option<PathBuf>,
    /// Exit with 1 from this kind of issue upwards
    #[arg(long, value_enum, value_name = "KIND", default_value_t = PolicyFailOn::SecurityWarning)]
    pub(crate) fail_on: PolicyFailOn,
}

const POLICY_VALIDATE_EXAMPLES: &str = "\
Examples:
  iam-audit policy validate policy.json
  iam-audit policy validate --kind scp --fail-on warning guardrails.json
  aws iam get-role --role-name app --query Role.AssumeRolePolicyDocument |
    iam-audit policy validate -
  iam-audit policy validate policy.json --format sarif -o policy.sarif

Exit codes: 0 no issue at or above --fail-on, 1 issues, 2 wrong usage, 3 no file could be read, 4 some could not.";

/// Print how well root is kept and everything it did, and which of that needed root.
///
/// Paths are those of `check`. What root did comes from CloudTrail records: sessions with the calls in them, where from, with MFA
/// or not. What the console reads by itself is only counted.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  iam-audit root account --format csv -o root.csv")]
pub(crate) struct Root {
    /// Files and folders, as for `check`
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = TableFormat::Human)]
    pub(crate) format: TableFormat,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) time: Time,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

/// Write code that tells somebody of what root does.
///
/// The code is complete: trail, log group, role, metric filter, alarm, topic and subscription, or rules of EventBridge. Nothing is
/// sent to AWS; apply it with Terraform or CloudFormation.
#[derive(Debug, Args)]
#[command(after_help = ALARM_EXAMPLES)]
pub(crate) struct Alarm {
    #[command(subcommand)]
    pub(crate) kind: AlarmKind,
}

const ALARM_EXAMPLES: &str = "\
Examples:
  iam-audit alarm terraform --email security@example.com -o alarm.tf
  iam-audit alarm cloudformation --trail existing --log-group aws-cloudtrail-logs
  iam-audit alarm eventbridge --webhook";

#[derive(Debug, Subcommand)]
pub(crate) enum AlarmKind {
    /// An alarm on a trail's log group, as Terraform
    #[command(after_help = "Example:\n  iam-audit alarm terraform --email security@example.com -o alarm.tf")]
    Terraform(AlarmCode),
    /// The same as a template of CloudFormation
    #[command(
        after_help = "Example:\n  iam-audit alarm cloudformation --email security@example.com -o alarm.yaml"
    )]
    Cloudformation(AlarmCode),
    /// Rules of EventBridge for root and for findings of Access Analyzer, as Terraform
    #[command(after_help = "Example:\n  iam-audit alarm eventbridge --webhook -o rules.tf")]
    Eventbridge(AlarmRules),
}

#[derive(Debug, Args)]
pub(crate) struct AlarmCode {
    #[command(flatten)]
    pub(crate) names: AlarmNames,
    /// Who is told; without it a subscription has to be added
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Make a trail, or use the log group of one that is there
    #[arg(long, value_enum, default_value_t = TrailChoice::New, requires_if("existing", "log_group"))]
    pub(crate) trail: TrailChoice,
    /// The log group of the trail that is there
    #[arg(long, value_name = "NAME")]
    pub(crate) log_group: Option<String>,
    /// The new trail logs every account of the organisation; for its management account
    #[arg(long)]
    pub(crate) org: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct AlarmRules {
    #[command(flatten)]
    pub(crate) names: AlarmNames,
    /// Who is told through a topic of SNS
    #[arg(long, value_name = "ADDRESS", conflicts_with = "webhook")]
    pub(crate) email: Option<String>,
    /// Tell a web address instead, which is a variable of the code and stands in no file
    #[arg(long)]
    pub(crate) webhook: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct AlarmNames {
    /// The name of everything that is made
    #[arg(long, value_name = "NAME", default_value = "root-activity")]
    pub(crate) name: String,
    /// The Region in which IAM and sign-ins of root are logged
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    pub(crate) region: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TrailChoice {
    New,
    Existing,
}

/// Tell what changed between two looks: findings that are new, fixed or out of sight, and credentials.
///
/// Each is a snapshot, as for `check`, or a report of `check --format json`, which shows no credentials. A finding that is gone is
/// fixed only where the later look could have seen it.
#[derive(Debug, Args)]
#[command(after_help = DIFF_EXAMPLES)]
pub(crate) struct Diff {
    /// The earlier snapshot or report
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The later one
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    /// Exit with 1 when a new finding is of this severity or worse, unless a waiver accepts it
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on_new: Option<Severity>,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) time: Time,
    #[command(flatten)]
    pub(crate) config: Config,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  iam-audit diff last-week this-week --fail-on-new high
  iam-audit diff report-1.json report-2.json --format json";

/// List the checks with their severity and settings.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  iam-audit checks --config iam-audit.toml")]
pub(crate) struct Checks {
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) config: Config,
}

/// Print the page of a check: what it looks at, why, what to do, what it does not see.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  iam-audit explain access-key-unused")]
pub(crate) struct Explain {
    /// The check's id
    #[arg(value_name = "CHECK")]
    pub(crate) check: String,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
}

/// Print a completion script for a shell.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  iam-audit completions bash > ~/.local/share/bash-completion/completions/iam-audit"
)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Write the manual pages into a folder.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  iam-audit man ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// The folder
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Output {
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// When to write colours
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Debug, Args)]
pub(crate) struct Time {
    /// Measure ages at this moment (RFC 3339, or a date for its start in UTC) [default: when the evidence was taken, else
    /// now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) as_of: Option<DateTime<Utc>>,
}

#[derive(Debug, Args)]
pub(crate) struct Keys {
    /// Show access key ids in full, also in the commands
    #[arg(long)]
    pub(crate) show_key_ids: bool,
}

impl Keys {
    pub(crate) fn display(&self) -> KeyIdDisplay {
        if self.show_key_ids { KeyIdDisplay::Full } else { KeyIdDisplay::Shortened }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Config {
    /// Settings file [default: iam-audit.toml in the current folder, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For reading at a terminal
    Human,
    /// Everything, for programs; see docs/schema
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// One row per finding, safe for spreadsheets
    Csv,
}

/// Say whether a request is allowed, by which statement, or what that depends on.
///
/// All kinds of policies count, within an account and between two. What is not handed in is taken not to exist. Condition keys that
/// are not mentioned are unknown, so that the answer may depend on them; with --closed they are absent, as in a simulation.
#[derive(Debug, Args)]
#[command(after_help = POLICY_EVAL_EXAMPLES)]
pub(crate) struct PolicyEval {
    /// Who asks: the ARN of a user, role, session or root user, a service such as ec2.amazonaws.com, federated:HOST, or anonymous
    #[arg(long, value_name = "ARN")]
    pub(crate) principal: String,
    /// What is to be done, such as s3:GetObject
    #[arg(long)]
    pub(crate) action: String,
    /// The ARN of the resource; without it the request names none
    #[arg(long, value_name = "ARN")]
    pub(crate) resource: Option<String>,
    /// The account that owns the resource, where its ARN does not say [default: that of the principal]
    #[arg(long, value_name = "ID")]
    pub(crate) resource_account: Option<String>,
    /// A condition key with its value; once for each value of a key that has several
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) context: Vec<String>,
    /// A condition key that the request does not have
    #[arg(long, value_name = "KEY")]
    pub(crate) absent: Vec<String>,
    /// Condition keys that are not mentioned are absent
    #[arg(long)]
    pub(crate) closed: bool,
    /// An identity policy of the principal
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Vec<PathBuf>,
    /// The policy of the resource; of a role, its trust policy
    #[arg(long, value_name = "FILE")]
    pub(crate) resource_policy: Option<PathBuf>,
    /// The permissions boundary of the principal
    #[arg(long, value_name = "FILE")]
    pub(crate) boundary: Option<PathBuf>,
    /// The session policy of the principal
    #[arg(long, value_name = "FILE")]
    pub(crate) session: Option<PathBuf>,
    /// The service control policy of one level, from the root of the organization downwards
    #[arg(long, value_name = "FILE")]
    pub(crate) scp: Vec<PathBuf>,
    /// A resource control policy
    #[arg(long, value_name = "FILE")]
    pub(crate) rcp: Vec<PathBuf>,
    /// The policy of the VPC endpoint that the request goes through
    #[arg(long, value_name = "FILE")]
    pub(crate) vpc_endpoint: Option<PathBuf>,
    /// The management account of the organization, which its policies do not bind
    #[arg(long, value_name = "ID")]
    pub(crate) management_account: Option<String>,
    /// Take the policies of the principal, and the trust policy of a role, from this snapshot or its authorization details
    #[arg(long, value_name = "PATH")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Output format
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human)]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

const POLICY_EVAL_EXAMPLES: &str = "\
Examples:
  iam-audit policy eval --principal arn:aws:iam::111122223333:user/anna \\
    --action s3:GetObject --resource arn:aws:s3:::plans/a.txt --identity policy.json
  iam-audit policy eval --principal arn:aws:iam::111122223333:user/build \\
    --action sts:AssumeRole --resource arn:aws:iam::111122223333:role/deploy \\
    --snapshot account --context aws:MultiFactorAuthPresent=true

Exit codes: 0 allowed, 1 denied, 2 wrong usage, 4 undetermined.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UsageBy {
    Service,
    Action,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RightsizeLevel {
    Service,
    Action,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EmitFormat {
    /// Commands of the AWS CLI
    Cli,
    Terraform,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyFormat {
    /// For reading at a terminal
    Human,
    /// Everything, for programs; see docs/schema
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyKindName {
    /// Of a user, group or role
    Identity,
    /// Of a resource such as a bucket or key
    Resource,
    /// The trust policy of a role
    Trust,
    /// A service control policy
    Scp,
    /// A resource control policy
    Rcp,
    /// A permissions boundary
    Boundary,
    /// Handed in when a session is made
    Session,
    /// Of a VPC endpoint
    VpcEndpoint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyFailOn {
    Error,
    SecurityWarning,
    Warning,
    Suggestion,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    Human,
    Json,
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    Principal,
    Service,
    Action,
    Day,
    Address,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gaps {
    Never,
    Failed,
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set; `CLICOLOR_FORCE` forces it
    Auto,
    Always,
    Never,
}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    let day = || text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    parse_time(text).or_else(day).ok_or_else(|| "expected 2026-01-15 or 2026-01-15T08:00:00Z".to_owned())
}

fn account(text: &str) -> Result<String, String> {
    text.parse::<AccountId>()
        .map(|id| id.to_string())
        .map_err(|_| "expected the 12 digits of an account".to_owned())
}
