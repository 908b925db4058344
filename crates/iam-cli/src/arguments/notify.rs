//! The verb `notify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use iam_core::check::Severity;
use iam_report::notify::Format;

use super::{Keys, Output};

/// Turn an event or a report into a message for people. Nothing is sent.
///
/// An event is one of EventBridge: of IAM Access Analyzer, or of CloudTrail. One, an array, or one in each line; bare, or as a message
/// of SNS or SQS. A report is what `check --format json` prints; each of its accounts gives one message with the worst findings.
#[derive(Debug, Args)]
#[command(after_help = NOTIFY_EXAMPLES)]
pub(crate) struct Notify {
    /// The file; `-` is standard input
    #[arg(default_value = "-", value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// For whom the message is
    #[arg(long, short, value_enum)]
    pub(crate) format: NotifyFormat,
    /// Pass over what is less bad than this
    #[arg(long, value_name = "SEVERITY", default_value = "info")]
    pub(crate) at_least: Severity,
    /// So many findings of a report, the worst first
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    pub(crate) worst: usize,
    #[command(flatten)]
    pub(crate) keys: Keys,
    #[command(flatten)]
    pub(crate) output: Output,
}

const NOTIFY_EXAMPLES: &str = "\
Examples:
  iam-audit notify --format slack event.json | curl -H 'Content-Type: application/json' -d @- \"$SLACK_WEBHOOK\"
  aws sqs receive-message --queue-url URL | iam-audit notify --format email
  iam-audit check account --format json | iam-audit notify --format teams --worst 5
  iam-audit notify --format sns event.json -o message.json
  aws sns publish --topic-arn ARN --cli-input-json file://message.json

JSON comes one message to a line. Exit codes: 0 told, or nothing to tell, 2 wrong usage, 3 no event or report was found, 4 something
could not be read.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NotifyFormat {
    /// The body for an incoming webhook of Slack
    Slack,
    /// The body for a webhook of the Workflows app of Microsoft Teams
    Teams,
    /// One e-mail with everything, without From and To
    Email,
    /// The input of `aws sns publish`, without the topic
    Sns,
}

impl From<NotifyFormat> for Format {
    fn from(format: NotifyFormat) -> Self {
        match format {
            NotifyFormat::Slack => Self::Slack,
            NotifyFormat::Teams => Self::Teams,
            NotifyFormat::Email => Self::Email,
            NotifyFormat::Sns => Self::Sns,
        }
    }
}
