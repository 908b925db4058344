//! What JSON and SARIF say in the same words. The names are a promise to readers of both.

use std::borrow::Cow;

use iam_core::audit::{self, AccountReport, Report};
use iam_core::check::{self, Check};
use iam_core::fact::shown_time;
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde::{Serialize, Serializer};

/// Said wherever the age of a credential report matters.
pub(crate) const CACHE_NOTE: &str = "AWS makes a new credential report at most once every four hours; changes in the four \
                                     hours before it was fetched may not show";

/// IAM knows no Regions.
pub(crate) const REGION: &str = "global";

/// A list that is written item by item and never stands in memory as a whole: a report may hold a million findings.
pub(crate) struct Stream<'a, T>(Box<dyn Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a>);

impl<'a, T> Stream<'a, T> {
    pub(crate) fn of<I: Iterator<Item = T> + 'a>(items: impl Fn() -> I + 'a) -> Self {
        Self(Box::new(move || Box::new(items())))
    }
}

impl<T: Serialize> Serialize for Stream<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

impl<T: JsonSchema> JsonSchema for Stream<'_, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}

/// Whom or what a verdict is about.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Subject<'a> {
    /// `CloudFormation`'s name of the type where there is one, such as `AWS::IAM::User`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The ARN of the subject, or of the one whom the credential or policy belongs to.
    arn: Option<&'a str>,
    /// The name of the subject, or of the one whom the credential or policy belongs to.
    name: &'a str,
    /// The credential's slot in the credential report.
    slot: Option<u8>,
    /// The credential's id, shortened unless full ids were asked for.
    key_id: Option<&'a str>,
    /// When the credential was made, RFC 3339 in UTC.
    created: Option<String>,
    /// The name of the policy, where the subject is one of the policies of a user, group or role.
    policy: Option<&'a str>,
    /// The ARN of that policy, unless it is embedded.
    policy_arn: Option<&'a str>,
}

impl<'a> Subject<'a> {
    pub(crate) fn of(subject: &'a check::Subject) -> Self {
        let credential = subject.credential.as_ref();
        Self {
            kind: subject.kind.as_str(),
            arn: (!subject.arn.is_empty()).then_some(&*subject.arn),
            name: &subject.name,
            slot: credential.and_then(|credential| credential.slot),
            key_id: credential.and_then(|credential| credential.id.as_deref()),
            created: credential.and_then(|credential| credential.created).map(shown_time),
            policy: subject.policy.as_ref().map(|policy| &*policy.name),
            policy_arn: subject.policy.as_ref().and_then(|policy| policy.arn.as_deref()),
        }
    }
}

/// What to do: the step that can be undone first.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Remedy {
    /// What could break, and how to find out before.
    pub(crate) risk: &'static str,
    /// The steps, in order.
    pub(crate) steps: Vec<RemedyStep>,
    /// The way through the AWS console; may be empty.
    pub(crate) console: String,
}

/// One step of a remedy.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RemedyStep {
    /// What it does, and whether it can be undone.
    pub(crate) text: String,
    /// The command, ready to paste into a POSIX shell.
    pub(crate) command: Option<String>,
}

impl Remedy {
    pub(crate) fn of(finding: &audit::Finding, account: Option<&AccountReport>) -> Self {
        let id = account.and_then(|account| account.id);
        let step = |step: check::RemedyStep| RemedyStep { text: step.text, command: step.command };
        Self {
            risk: finding.check.remedy.risk,
            steps: finding.remedy(id).into_iter().map(step).collect(),
            console: finding.console(id),
        }
    }
}

/// A requirement of a catalogue that asks for the same.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Requirement {
    /// The catalogue and its version, such as `cis-aws-5.0`.
    pub(crate) framework: String,
    /// The requirement's name there.
    pub(crate) id: &'static str,
}

impl Requirement {
    pub(crate) fn all_of(check: &Check) -> Vec<Self> {
        let requirement = |(framework, id)| Self { framework, id };
        check.mappings.iter().map(requirement).collect()
    }
}

/// A setting of a check as it stood in this run.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Setting<'a> {
    /// The key in the check's table of the settings file.
    name: &'static str,
    /// Its value.
    value: SettingValue<'a>,
    /// The unit of the value; may be empty.
    unit: &'static str,
    /// Who set it.
    origin: Origin,
}

/// A whole number, or a list of texts.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum SettingValue<'a> {
    Number(u32),
    Texts(&'a [String]),
}

impl<'a> Setting<'a> {
    pub(crate) fn of(setting: &'a audit::Setting) -> Self {
        Self {
            name: setting.name,
            value: match &setting.value {
                check::Value::Number(number) => SettingValue::Number(*number),
                check::Value::Texts(texts) => SettingValue::Texts(texts),
            },
            unit: setting.unit,
            origin: Origin::of(setting.origin),
        }
    }

    /// The settings that the verdict rests on.
    pub(crate) fn behind(finding: &audit::Finding, report: &'a Report) -> Vec<Self> {
        finding.settings(report).map(Self::of).collect()
    }
}

/// Who set a value: the check itself, or a line of the settings file.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Origin {
    /// Who.
    #[schemars(extend("enum" = ["default", "settings"]))]
    from: &'static str,
    /// The line of the settings file, from 1.
    line: Option<usize>,
}

impl Origin {
    pub(crate) fn of(origin: audit::Origin) -> Self {
        match origin {
            audit::Origin::Default => Self { from: "default", line: None },
            audit::Origin::SettingsLine(line) => Self { from: "settings", line: Some(line) },
        }
    }
}
