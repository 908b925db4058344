//! The command line.

mod alarm;
mod analyzer;
mod external;
mod live;
mod notify;
mod policy;
mod usage;
mod who_can;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use iam_core::check::Severity;
use iam_core::fact::parse_time;
use iam_core::ident::{AccountId, KeyIdDisplay};

pub(crate) use alarm::{Alarm, AlarmCode, AlarmKind, TrailChoice};
pub(crate) use analyzer::Analyzer;
#[cfg(feature = "live")]
pub(crate) use analyzer::{
    AnalyzerVerb, Archive, ArchiveRuleVerb, Create, CreateRule, Delete, Findings, Reach, Rule, Scan, Show,
};
pub(crate) use external::{External, TrustName};
#[cfg(feature = "live")]
pub(crate) use live::{Access, What};
pub(crate) use live::{Fetch, Live};
pub(crate) use notify::Notify;
pub(crate) use policy::{
    Policy, PolicyCompare, PolicyEval, PolicyFailOn, PolicyFormat, PolicyGranted, PolicyKindName,
    PolicyPublic, PolicyValidate, PolicyVerb,
};
pub(crate) use usage::{EmitFormat, Rightsize, RightsizeLevel, Usage, UsageBy};
pub(crate) use who_can::WhoCan;

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
    External(External),
    WhoCan(WhoCan),
    Root(Root),
    Alarm(Alarm),
    Notify(Notify),
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
    /// Count CloudTrail records with the same eventID once, as where an account's own trail lies beside that of the
    /// organization. Memory then grows with the number of events
    #[arg(long)]
    pub(crate) deduplicate: bool,
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

/// Tell what changed between two looks: findings that are new, fixed or out of sight, and credentials.
///
/// Each is a snapshot, as for `check`, or a report of `check --format json`, which shows no credentials. A finding that is gone is
/// fixed only where the later look could have seen it. One that was not there before is only newly seen where nothing was handed in for
/// the earlier look that would have shown it.
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
    /// Exit with 1 when a finding of this severity or worse is new, is no longer accepted by a waiver, or was less severe before. What a
    /// waiver accepts does not count, nor does what is only newly seen
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
