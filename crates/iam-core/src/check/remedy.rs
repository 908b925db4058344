use super::{Subject, SubjectKind};
use crate::ident::{Arn, Partition};

/// What to do about a finding: the step that can be undone first.
///
/// Texts and commands may hold `{user}`, `{key}`, `{slot}`, `{created}`, `{account}`, `{id}`, `{name}`, `{serial}`, `{partition}`,
/// `{region}`, `{role}`, `{group}`, `{policy}` and `{arn}`, which are replaced by what the subject is; in commands the values are quoted for POSIX shells. What the
/// subject does not tell is left to the reader, as a word in capitals.
#[derive(Debug, Clone, Copy)]
pub struct Remedy {
    /// What could break, and how to find out before.
    pub risk: &'static str,
    /// The steps, in order.
    pub steps: &'static [Step],
    /// The way through the AWS console.
    pub console: &'static str,
}

/// One step.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// What it does, and whether it can be undone.
    pub text: &'static str,
    /// The AWS CLI command; empty where there is none.
    pub command: &'static str,
    /// When the step is needed.
    pub when: When,
}

/// When a step is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// When the key's id is not known, or not to be shown.
    KeyIdUnknown,
    /// For subjects of this kind.
    Of(SubjectKind),
    /// For a policy that is embedded in its owner.
    Embedded,
    /// For a managed policy that is attached to its owner.
    Attached,
}

/// A step for one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemedyStep {
    /// What it does.
    pub text: String,
    /// The command, ready to paste into a POSIX shell.
    pub command: Option<String>,
}

impl RemedyStep {
    /// Whether the command only asks AWS for something and changes nothing. Source: the AWS CLI's naming of operations.
    pub fn only_asks(&self) -> bool {
        let verb =
            self.command.as_deref().and_then(|command| command.split_whitespace().nth(2)).unwrap_or_default();
        ["list-", "get-", "describe-", "lookup-", "generate-"].iter().any(|start| verb.starts_with(start))
    }
}

impl Step {
    /// A step done in a shell.
    pub const fn run(text: &'static str, command: &'static str) -> Self {
        Self { text, command, when: When::Always }
    }

    /// A step done in a shell, where it is needed.
    pub const fn run_when(when: When, text: &'static str, command: &'static str) -> Self {
        Self { text, command, when }
    }

    /// A step done by people.
    pub const fn think(text: &'static str) -> Self {
        Self { text, command: "", when: When::Always }
    }

    /// Finds the id of the key that a finding is about by the moment it was made.
    pub const FIND_KEY_ID: Self = Self {
        text: "Find the key's id, by the moment it was made.",
        command: "aws iam list-access-keys --user-name {user} --output text \
                  --query \"AccessKeyMetadata[?starts_with(CreateDate, '{created}')].AccessKeyId\"",
        when: When::KeyIdUnknown,
    };

    /// The same for a key of root, which answers only when root itself asks.
    pub const FIND_ROOT_KEY_ID: Self = Self {
        text: "Find the key's id, by the moment it was made. Run this and what follows in CloudShell, signed in as root; in \
               GovCloud, where root has no console, with a CLI profile that holds the root key.",
        command: "aws iam list-access-keys --output text \
                  --query \"AccessKeyMetadata[?starts_with(CreateDate, '{created}')].AccessKeyId\"",
        when: When::KeyIdUnknown,
    };

    /// Shows the keys of a user, where a finding is about all of them and the reader has to choose.
    pub const LIST_KEYS: Self = Self::run(
        "List the user's keys, each with its state and the moment it was made. Put the id of the one that can go where the \
         commands below say KEY_ID.",
        "aws iam list-access-keys --user-name {user} --output text \
         --query \"AccessKeyMetadata[].[AccessKeyId,Status,CreateDate]\"",
    );

    /// Deletes a key that an earlier step has switched off.
    pub const DELETE_KEY: Self = Self::run(
        "Delete it when nobody has missed it. This cannot be undone.",
        "aws iam delete-access-key --user-name {user} --access-key-id {key}",
    );

    /// Shows a role before something is done about it.
    pub const SEE_ROLE: Self = Self::run(
        "See the last use once more, and keep a copy of the trust policy.",
        "aws iam get-role --role-name {role}",
    );

    /// Lets nobody into a role; [`Step::SEE_ROLE`] kept what brings it back.
    pub const CLOSE_ROLE: Self = Self::run(
        "Let nobody assume it: put a trust policy that denies everybody into deny.json. This can be undone with the copy.",
        "aws iam update-assume-role-policy --role-name {role} --policy-document file://deny.json",
    );

    /// Shows the trails, where a finding is about whether anybody would notice.
    pub const LIST_TRAILS: Self = Self::run(
        "See which trails there are and which log group they deliver to. The name of that group belongs where LOG_GROUP stands below.",
        "aws cloudtrail describe-trails --region {region}",
    );

    /// Adds somebody who is told of alarms.
    pub const SUBSCRIBE: Self = Self::run(
        "Have somebody told. The address has to confirm by the link that it is sent; until then nothing arrives. It can be undone \
         with `aws sns unsubscribe`.",
        "aws sns subscribe --region {region} --topic-arn TOPIC_ARN --protocol email --notification-endpoint ADDRESS",
    );

    /// Has AWS make a credential report.
    pub const GENERATE_REPORT: Self = Self::run(
        "Have a new report made. Repeat until State is COMPLETE. AWS makes at most one every four hours.",
        "aws iam generate-credential-report",
    );

    /// Fetches the credential report as JSON, which says when it was made.
    pub const FETCH_REPORT: Self = Self::run(
        "Fetch it, with the time at which it was made. If GeneratedTime is unchanged, wait until the report is four hours old \
         and have a new one made again.",
        "aws iam get-credential-report --output json > credential-report.json",
    );
}

impl Remedy {
    /// The names that texts and commands may hold in braces.
    pub const PLACEHOLDERS: &'static [&'static str] = &[
        "user",
        "key",
        "slot",
        "created",
        "account",
        "id",
        "name",
        "serial",
        "partition",
        "region",
        "role",
        "group",
        "policy",
        "arn",
    ];

    /// The steps for this subject.
    pub fn steps_for(&self, subject: &Subject, account: Option<&str>) -> Vec<RemedyStep> {
        let key_id_known = subject.credential.as_ref().and_then(|credential| credential.id.as_deref());
        let key_id_known = key_id_known.is_some_and(|id| !id.contains("..."));
        let policy = subject.policy.as_ref();
        let is_needed = |step: &&Step| match step.when {
            When::Always => true,
            When::KeyIdUnknown => !key_id_known,
            When::Of(kind) => kind == subject.kind,
            When::Embedded => policy.is_some_and(|policy| policy.arn.is_none()),
            When::Attached => policy.is_some_and(|policy| policy.arn.is_some()),
        };
        self.steps
            .iter()
            .filter(is_needed)
            .map(|step| RemedyStep {
                text: fill(step.text, subject, account, Target::Text),
                command: (!step.command.is_empty())
                    .then(|| fill(step.command, subject, account, Target::Shell)),
            })
            .collect()
    }

    /// The way through the console for this subject.
    pub fn console_for(&self, subject: &Subject, account: Option<&str>) -> String {
        fill(self.console, subject, account, Target::Text)
    }
}

/// Where a template's values go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Into a sentence, as they are.
    Text,
    /// Into a POSIX shell, quoted.
    Shell,
}

fn fill(template: &str, subject: &Subject, account: Option<&str>, target: Target) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(before);
        match value(name, subject, account) {
            Some(value) if target == Target::Shell => {
                // An option's value that starts with a hyphen would be read as an option.
                if value.starts_with('-') && filled.ends_with(' ') {
                    filled.pop();
                    filled.push('=');
                }
                filled.push_str(&shell_word(&value));
            }
            Some(value) => filled.push_str(&value),
            None => filled.push_str(&stand_in(name)),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The value for a placeholder. A name that IAM does not allow is never put into a command.
fn value(name: &str, subject: &Subject, account: Option<&str>) -> Option<String> {
    let credential = subject.credential.as_ref();
    match name {
        "user" => {
            use SubjectKind::{Group, GroupPolicy, ManagedPolicy, Role, RolePolicy, Root};
            let is_other =
                [Root, Role, RolePolicy, Group, GroupPolicy, ManagedPolicy].contains(&subject.kind);
            (!is_other && is_iam_name(&subject.name)).then(|| subject.name.to_string())
        }
        "role" => named(subject, &[SubjectKind::Role, SubjectKind::RolePolicy]),
        "group" => named(subject, &[SubjectKind::Group, SubjectKind::GroupPolicy]),
        "policy" => {
            subject.policy.as_ref().map(|policy| policy.name.to_string()).filter(|name| is_iam_name(name))
        }
        "arn" => {
            let own = (subject.kind == SubjectKind::ManagedPolicy).then_some(&*subject.arn);
            let arn = subject.policy.as_ref().map_or(own, |policy| policy.arn.as_deref());
            arn.filter(|arn| is_iam_name(arn)).map(str::to_owned)
        }
        "name" => is_iam_name(subject.name.trim_start_matches("arn:")).then(|| subject.name.to_string()),
        // Other subjects have ARNs too, but AWS takes only a device's for its serial number.
        "serial" => {
            (subject.arn.contains(":mfa/") && is_iam_name(&subject.arn)).then(|| subject.arn.to_string())
        }
        "partition" => partition(subject).map(|partition| partition.to_string()).filter(|it| is_iam_name(it)),
        "region" => partition(subject)?.global_region().map(str::to_owned),
        "slot" => credential?.slot.map(|slot| slot.to_string()),
        "key" | "id" => {
            credential?.id.as_deref().filter(|id| !id.contains("...") && is_iam_name(id)).map(str::to_owned)
        }
        "created" => credential?.created.map(|created| created.format("%Y-%m-%dT%H:%M:%S").to_string()),
        "account" => account.map(str::to_owned),
        _ => None,
    }
}

fn named(subject: &Subject, kinds: &[SubjectKind]) -> Option<String> {
    (kinds.contains(&subject.kind) && is_iam_name(&subject.name)).then(|| subject.name.to_string())
}

fn partition(subject: &Subject) -> Option<Partition> {
    Arn::parse(&subject.arn).ok().map(|arn| arn.partition())
}

fn stand_in(name: &str) -> String {
    match name {
        "key" => "KEY_ID".to_owned(),
        "serial" => "SERIAL_NUMBER".to_owned(),
        "user" => "USER_NAME".to_owned(),
        "role" => "ROLE_NAME".to_owned(),
        "group" => "GROUP_NAME".to_owned(),
        "policy" => "POLICY_NAME".to_owned(),
        "arn" => "POLICY_ARN".to_owned(),
        "created" => "20".to_owned(),
        other => other.to_ascii_uppercase(),
    }
}

/// Characters of IAM names (IAM User Guide, "IAM and AWS STS quotas"), and those of ARNs and paths.
fn is_iam_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-/:".contains(&byte);
    (1..=512).contains(&text.len()) && text.bytes().all(is_allowed)
}

/// Quotes a value for a POSIX shell, and for zsh, which expands a leading `=`.
fn shell_word(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+,.@_-/:=".contains(&byte);
    if !value.is_empty() && !value.starts_with('=') && value.bytes().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> Subject {
        Subject { kind: SubjectKind::User, arn: "".into(), name: name.into(), credential: None, policy: None }
    }

    #[test]
    fn hostile_names_never_reach_a_command() {
        let command = |name| fill("aws iam get-user --user-name {user}", &user(name), None, Target::Shell);
        assert_eq!(command("deploy"), "aws iam get-user --user-name deploy");
        assert_eq!(command("a;rm -rf /"), "aws iam get-user --user-name USER_NAME");
        assert_eq!(command("$(id)"), "aws iam get-user --user-name USER_NAME");
        assert_eq!(command("-x"), "aws iam get-user --user-name=-x");
        assert_eq!(command("=ls"), "aws iam get-user --user-name '=ls'");
        assert_eq!(command("a\nb"), "aws iam get-user --user-name USER_NAME");
    }

    #[test]
    fn only_arns_of_devices_that_are_not_hostile_are_serial_numbers() {
        let command = |arn: &str| {
            let subject = Subject { arn: arn.into(), ..user("phone") };
            fill("--serial-number {serial}", &subject, None, Target::Shell)
        };
        let serial = "arn:aws:iam::111122223333:mfa/phone";
        assert_eq!(command(serial), format!("--serial-number {serial}"));
        assert_eq!(command("arn:aws:iam::111122223333:mfa/$(id)"), "--serial-number SERIAL_NUMBER");
        assert_eq!(command("arn:aws:iam::111122223333:root"), "--serial-number SERIAL_NUMBER");
        assert_eq!(command(""), "--serial-number SERIAL_NUMBER");
    }

    #[test]
    fn partition_and_region_follow_the_arn() {
        let command = |arn: &str| {
            let subject = Subject { arn: arn.into(), ..user("root") };
            fill("{partition} {region}", &subject, None, Target::Shell)
        };
        assert_eq!(command("arn:aws:iam::111122223333:root"), "aws us-east-1");
        assert_eq!(command("arn:aws-us-gov:iam::111122223333:root"), "aws-us-gov us-gov-west-1");
        assert_eq!(command("arn:aws-cn:iam::111122223333:root"), "aws-cn cn-north-1");
        assert_eq!(command("arn:aws-iso:iam::111122223333:root"), "aws-iso REGION");
        assert_eq!(command("arn:$(id):iam::111122223333:root"), "PARTITION REGION");
        assert_eq!(command(""), "PARTITION REGION");
    }
}
