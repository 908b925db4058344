//! The verbs below `alarm`.

use clap::{Args, Subcommand, ValueEnum};
use iam_report::alarm::Chat;

use super::Output;

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
  iam-audit alarm eventbridge --webhook teams";

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
    #[command(after_help = "Example:\n  iam-audit alarm eventbridge --webhook teams -o rules.tf")]
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
    /// The log group of the trail that is there; for `--trail existing`
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
    /// Who is told through a topic of SNS; without it a subscription has to be added
    #[arg(long, value_name = "ADDRESS", conflicts_with = "webhook")]
    pub(crate) email: Option<String>,
    /// Tell the webhook of a chat instead, whose address is a variable of the code and stands in no file
    ///
    /// Slack's incoming webhooks get `{"text": "..."}`, those of the Workflows app of Microsoft Teams a message with an Adaptive Card; for
    /// others change `input_template` in the code. Without a name it is Slack.
    #[arg(long, value_enum, value_name = "CHAT", num_args = 0..=1, default_missing_value = "slack")]
    pub(crate) webhook: Option<ChatChoice>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChatChoice {
    Slack,
    Teams,
}

impl From<ChatChoice> for Chat {
    fn from(chat: ChatChoice) -> Self {
        match chat {
            ChatChoice::Slack => Self::Slack,
            ChatChoice::Teams => Self::Teams,
        }
    }
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
