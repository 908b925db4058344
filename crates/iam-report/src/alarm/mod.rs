//! Alarms as code: Terraform and `CloudFormation` that tell somebody of what root does, and of findings of IAM Access Analyzer.
//!
//! What is written is complete and asks for no more rights than it needs. Its pattern is the one that the check
//! `root-use-unmonitored` passes. No secret is taken or written: the address of a webhook is a variable of the template.
//!
//! ```
//! use iam_report::alarm::{Alarm, Trail, terraform};
//!
//! let alarm = Alarm { email: Some("security@example.com".into()), ..Alarm::default() };
//! let text = terraform(&alarm)?;
//! assert!(text.contains("aws_cloudwatch_metric_alarm"));
//! let alarm = Alarm { name: "two words".into(), ..Alarm::default() };
//! assert!(terraform(&alarm).is_err());
//! # Ok::<(), iam_report::alarm::InvalidAlarm>(())
//! ```

use crate::notify::teams;

/// The filter pattern that matches what root does itself, and not what services do in its name.
pub const ROOT_PATTERN: &str = concat!(
    r#"{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS "#,
    r#"&& $.eventType != "AwsServiceEvent" }"#
);

/// The same as an event pattern of `EventBridge`.
pub const ROOT_EVENTS: &str = concat!(
    r#"{"detail":{"eventType":[{"anything-but":["AwsServiceEvent"]}],"#,
    r#""userIdentity":{"invokedBy":[{"exists":false}],"type":["Root"]}}}"#
);

/// The events by which IAM Access Analyzer tells of findings and previews. Source: IAM User Guide, "Monitoring IAM Access
/// Analyzer with Amazon EventBridge".
pub const FINDINGS: &str = concat!(
    r#"{"detail-type":["Access Analyzer Finding","Internal Access Finding","#,
    r#""Unused Access Finding for IAM entities","Access Preview State Change"],"source":["aws.access-analyzer"]}"#
);

/// What an alarm on root is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The name of everything that is made.
    pub name: String,
    /// The Region in which global services are logged.
    pub region: String,
    /// Who is told by e-mail; nobody for `None`, so that a subscription has to be added.
    pub email: Option<String>,
    /// The trail.
    pub trail: Trail,
    /// Whether a new trail logs all accounts of the organisation.
    pub organization: bool,
}

/// The trail that an alarm hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trail {
    /// One that is made with the alarm.
    New,
    /// One that is there, with the log group of this name.
    Existing {
        /// The log group's name.
        log_group: String,
    },
}

/// Rules of EventBridge that tell of root and of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The name of everything that is made.
    pub name: String,
    /// The Region in which global services are logged.
    pub region: String,
    /// Who is told.
    pub to: Receiver,
}

/// Who is told by rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// A topic of SNS, with a subscription for this e-mail address if there is one.
    Topic {
        /// The address.
        email: Option<String>,
    },
    /// The webhook of a chat.
    Webhook(Chat),
}

/// What a webhook takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chat {
    /// `{"text": "..."}`, as incoming webhooks of Slack do.
    Slack,
    /// A message with an Adaptive Card, as webhooks of the Workflows app of Microsoft Teams do.
    Teams,
}

/// Something cannot be put into a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is no {what}: {expected}")]
pub struct InvalidAlarm {
    value: String,
    what: &'static str,
    expected: &'static str,
}

impl Default for Alarm {
    fn default() -> Self {
        Self {
            name: "root-activity".to_owned(),
            region: "us-east-1".to_owned(),
            email: None,
            trail: Trail::New,
            organization: false,
        }
    }
}

/// The alarm as Terraform, formatted as `terraform fmt` does.
///
/// # Errors
///
/// [`InvalidAlarm`] when a name or address is none.
pub fn terraform(alarm: &Alarm) -> Result<String, InvalidAlarm> {
    alarm.validate()?;
    let mut text = include_str!("templates/head.tf").to_owned();
    let group = match &alarm.trail {
        Trail::New => {
            if alarm.organization {
                text.push_str(include_str!("templates/organization.tf"));
            }
            text.push_str(include_str!("templates/trail.tf"));
            "aws_cloudwatch_log_group"
        }
        Trail::Existing { .. } => {
            text.push_str(include_str!("templates/key.tf"));
            text.push_str(include_str!("templates/existing.tf"));
            // These name what only a new trail needs.
            for line in ["  trail_arn  =", "  group_arn  ="] {
                text = without_line(&text, line);
            }
            "data.aws_cloudwatch_log_group"
        }
    };
    text.push_str(include_str!("templates/topic.tf"));
    text.push_str(include_str!("templates/alarm.tf"));
    if alarm.email.is_some() {
        text.push_str(include_str!("templates/email.tf"));
    }
    let log_group = match &alarm.trail {
        Trail::New => "",
        Trail::Existing { log_group } => log_group,
    };
    let own = r#""${aws_s3_bucket.trail.arn}/AWSLogs/${local.account}/*""#;
    let all = r#", "${aws_s3_bucket.trail.arn}/AWSLogs/${data.aws_organizations_organization.current.id}/*""#;
    let stream = r#""${local.group_arn}:log-stream:${local.account}_CloudTrail_${local.region}*""#;
    let streams = r#", "${local.group_arn}:log-stream:${data.aws_organizations_organization.current.id}_*""#;
    let of_all = |text| if alarm.organization { text } else { "" };
    Ok(filled(
        &text,
        &[
            ("NAME", &alarm.name),
            ("REGION", &alarm.region),
            ("EMAIL", alarm.email.as_deref().unwrap_or_default()),
            ("LOG_GROUP", log_group),
            ("GROUP", group),
            ("PATTERN", &ROOT_PATTERN.replace('"', "\\\"")),
            ("ORGANIZATION", if alarm.organization { "true" } else { "false" }),
            ("BUCKET_PREFIXES", &format!("{own}{}", of_all(all))),
            ("LOG_STREAMS", &format!("{stream}{}", of_all(streams))),
            ("SENDER", "Alarm"),
            ("SERVICE", "cloudwatch"),
            ("SOURCES", "local.alarm_arn"),
        ],
    ))
}

/// The alarm as a template of `CloudFormation`.
///
/// # Errors
///
/// [`InvalidAlarm`] when a name or address is none.
pub fn cloudformation(alarm: &Alarm) -> Result<String, InvalidAlarm> {
    alarm.validate()?;
    let mut text = include_str!("templates/head.yaml").to_owned();
    let group = match &alarm.trail {
        Trail::New => {
            if alarm.organization {
                text.push_str(include_str!("templates/organization.yaml"));
            }
            text.push_str(include_str!("templates/trail.yaml"));
            "!Ref LogGroup".to_owned()
        }
        Trail::Existing { log_group } => {
            text.push_str(include_str!("templates/existing.yaml"));
            scalar(log_group)
        }
    };
    text.push_str(include_str!("templates/alarm.yaml"));
    if alarm.email.is_some() {
        text.push_str(include_str!("templates/email.yaml"));
    }
    let (prefix, stream) = if alarm.organization {
        (
            "              - !Sub ${Bucket.Arn}/AWSLogs/${OrganizationId}/*\n".to_owned(),
            format!(
                "                  - !Sub arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{}\
                 :log-stream:${{OrganizationId}}_*\n",
                alarm.name
            ),
        )
    } else {
        (String::new(), String::new())
    };
    Ok(filled(
        &text,
        &[
            ("BUCKET_PREFIX", &prefix),
            ("LOG_STREAM", &stream),
            ("NAME", &alarm.name),
            ("NAME_VALUE", &scalar(&alarm.name)),
            ("REGION", &alarm.region),
            ("EMAIL_VALUE", &scalar(alarm.email.as_deref().unwrap_or_default())),
            ("GROUP_VALUE", &group),
            // In single quotation marks nothing but these has a meaning, and the pattern has none.
            ("PATTERN", ROOT_PATTERN),
            ("ORGANIZATION", if alarm.organization { "true" } else { "false" }),
        ],
    ))
}

/// Rules of EventBridge as Terraform, formatted as `terraform fmt` does.
///
/// # Errors
///
/// [`InvalidAlarm`] when a name or address is none.
pub fn eventbridge(rules: &Rules) -> Result<String, InvalidAlarm> {
    is_name(&rules.name)?;
    is_region(&rules.region)?;
    let mut text = include_str!("templates/rules_head.tf").to_owned();
    let (mut told_of_root, mut told_of_findings) = (String::new(), String::new());
    let email = match &rules.to {
        Receiver::Topic { email } => {
            email.as_deref().map_or(Ok(()), is_email)?;
            text.push_str(include_str!("templates/key.tf"));
            text.push_str(include_str!("templates/topic.tf"));
            text.push_str(include_str!("templates/rules_to_topic.tf"));
            if email.is_some() {
                text.push_str(include_str!("templates/email.tf"));
            }
            email.as_deref().unwrap_or_default()
        }
        Receiver::Webhook(chat) => {
            told_of_root = chat.input_template(TOLD_OF_ROOT);
            told_of_findings = chat.input_template(TOLD_OF_FINDINGS);
            text.push_str(include_str!("templates/rules_to_webhook.tf"));
            for line in ["  topic_arn  =", "  account_id ="] {
                text = without_line(&text, line);
            }
            // The names that are left are shorter, and their signs stand nearer.
            text = text.replace("  name       =", "  name      =").replace("  account    =", "  account   =");
            text = text.replace("  partition  =", "  partition =").replace("  region     =", "  region    =");
            text = text.replace("  rule_arn   =", "  rule_arn  =");
            ""
        }
    };
    Ok(filled(
        &text,
        &[
            ("NAME", &rules.name),
            ("REGION", &rules.region),
            ("EMAIL", email),
            ("ROOT_EVENTS", ROOT_EVENTS),
            ("FINDINGS", FINDINGS),
            ("TOLD_OF_ROOT", &told_of_root),
            ("TOLD_OF_FINDINGS", &told_of_findings),
            ("SENDER", "Rules"),
            ("SERVICE", "events"),
            ("SOURCES", r#""${local.rule_arn}-root", "${local.rule_arn}-findings""#),
        ],
    ))
}

/// What a chat is told; EventBridge puts in what stands in angle brackets.
const TOLD_OF_ROOT: &str = "Root of account <account>: <call> of <source> at <time> from <address>";
const TOLD_OF_FINDINGS: &str = "<type> in account <account>: <resource> is <status>";

impl Chat {
    /// The body of a request as JSON on one line. `jsonencode` of Terraform would hide the angle brackets from EventBridge.
    /// Source: EventBridge User Guide, "Amazon EventBridge input transformation".
    fn input_template(self, told: &str) -> String {
        match self {
            Self::Slack => serde_json::json!({ "text": told }).to_string(),
            Self::Teams => teams::line(told).to_string(),
        }
    }
}

impl Alarm {
    fn validate(&self) -> Result<(), InvalidAlarm> {
        is_name(&self.name)?;
        is_region(&self.region)?;
        self.email.as_deref().map_or(Ok(()), is_email)?;
        match &self.trail {
            Trail::New => Ok(()),
            Trail::Existing { log_group } => is_log_group(log_group),
        }
    }
}

fn invalid(value: &str, what: &'static str, expected: &'static str) -> Result<(), InvalidAlarm> {
    let value = value.chars().take(80).flat_map(char::escape_debug).collect();
    Err(InvalidAlarm { value, what, expected })
}

/// The name becomes part of a bucket's name, which is the strictest of all.
fn is_name(text: &str) -> Result<(), InvalidAlarm> {
    let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let has_letters = text.starts_with(|c: char| c.is_ascii_lowercase()) && !text.ends_with('-');
    if (3..=40).contains(&text.len()) && text.bytes().all(is_fine) && has_letters {
        return Ok(());
    }
    invalid(text, "name", "3 to 40 small letters, digits and hyphens, with a letter first")
}

fn is_region(text: &str) -> Result<(), InvalidAlarm> {
    let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (9..=20).contains(&text.len()) && text.bytes().all(is_fine) {
        return Ok(());
    }
    invalid(text, "Region", "a name such as us-east-1")
}

/// What can stand in quotation marks and without, and looks like an address.
fn is_email(text: &str) -> Result<(), InvalidAlarm> {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b".+_-".contains(&byte);
    let parts = text.split_once('@').filter(|(local, domain)| {
        let domain_is_fine =
            domain.contains('.') && !domain.starts_with(['.', '-']) && !domain.ends_with(['.', '-']);
        local.starts_with(|c: char| c.is_ascii_alphanumeric())
            && local.bytes().all(is_fine)
            && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
            && domain_is_fine
    });
    if parts.is_some() && text.len() <= 254 {
        return Ok(());
    }
    invalid(text, "e-mail address", "letters, digits and . + _ - around an @")
}

/// Source: CloudWatch Logs API Reference, `CreateLogGroup`, but for `#`, which begins a comment in YAML.
fn is_log_group(text: &str) -> Result<(), InvalidAlarm> {
    let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/".contains(&byte);
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
    if (1..=512).contains(&text.len()) && text.bytes().all(is_fine) && has_letter && starts_well {
        return Ok(());
    }
    invalid(text, "name of a log group", "letters, digits and . - _ /")
}

/// A name or address as a string of YAML. Source: YAML 1.1, "Language-Independent Types", which AWS reads: `yes` is a boolean, and what
/// begins with a digit may be a number.
fn scalar(text: &str) -> String {
    const MEANS_SOMETHING: [&str; 9] = ["false", "n", "no", "null", "off", "on", "true", "y", "yes"];
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && !MEANS_SOMETHING.contains(&text.to_ascii_lowercase().as_str());
    // None of the names and addresses that are let in holds a quotation mark or a backslash.
    if is_plain { text.to_owned() } else { format!("\"{text}\"") }
}

/// The text with each `@NAME@` replaced.
fn filled(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("@{name}@"), value))
}

/// The text without the line that starts so.
fn without_line(text: &str, start: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with(start)).collect()
}
