use super::{Subject, SubjectKind};

/// What to do about a finding: the step that can be undone first.
///
/// Texts and commands may hold `{user}`, `{key}`, `{slot}`, `{created}`, `{account}`, `{id}`, `{name}` and `{arn}`, which are
/// replaced by what the subject is; in commands the values are quoted for POSIX shells.
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
}

/// A step for one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemedyStep {
    /// What it does.
    pub text: String,
    /// The command, ready to paste into a POSIX shell.
    pub command: Option<String>,
}

impl Step {
    /// A step done in a shell.
    pub const fn run(text: &'static str, command: &'static str) -> Self {
        Self {
            text,
            command,
            when: When::Always,
        }
    }

    /// A step done by people.
    pub const fn think(text: &'static str) -> Self {
        Self {
            text,
            command: "",
            when: When::Always,
        }
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
        text: "Find the key's id, by the moment it was made. Run this signed in as root.",
        command: "aws iam list-access-keys --output text \
                  --query \"AccessKeyMetadata[?starts_with(CreateDate, '{created}')].AccessKeyId\"",
        when: When::KeyIdUnknown,
    };
}

impl Remedy {
    /// The names that texts and commands may hold in braces.
    pub const PLACEHOLDERS: &'static [&'static str] =
        &["user", "key", "slot", "created", "account", "id", "name", "arn"];

    /// The steps for this subject.
    pub fn steps_for(&self, subject: &Subject, account: Option<&str>) -> Vec<RemedyStep> {
        let key_id_known = subject
            .credential
            .as_ref()
            .and_then(|credential| credential.id.as_deref());
        let key_id_known = key_id_known.is_some_and(|id| !id.contains("..."));
        self.steps
            .iter()
            .filter(|step| step.when == When::Always || !key_id_known)
            .map(|step| RemedyStep {
                text: fill(step.text, subject, account, str::to_owned),
                command: (!step.command.is_empty()).then(|| fill(step.command, subject, account, shell_word)),
            })
            .collect()
    }

    /// The way through the console for this subject.
    pub fn console_for(&self, subject: &Subject, account: Option<&str>) -> String {
        fill(self.console, subject, account, str::to_owned)
    }
}

fn fill(template: &str, subject: &Subject, account: Option<&str>, quote: fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        match value(name, subject, account) {
            // An option's value that starts with a hyphen would be read as an option.
            Some(value) if value.starts_with('-') && filled.ends_with(' ') => {
                filled.pop();
                filled.push('=');
                filled.push_str(&quote(&value));
            }
            Some(value) => filled.push_str(&quote(&value)),
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
        "user" => (subject.kind != SubjectKind::Root && is_iam_name(&subject.name))
            .then(|| subject.name.to_string()),
        "name" => is_iam_name(subject.name.trim_start_matches("arn:")).then(|| subject.name.to_string()),
        "arn" => is_iam_name(&subject.arn).then(|| subject.arn.to_string()),
        "slot" => credential?.slot.map(|slot| slot.to_string()),
        "key" | "id" => credential?
            .id
            .as_deref()
            .filter(|id| !id.contains("...") && is_iam_name(id))
            .map(str::to_owned),
        "created" => credential?
            .created
            .map(|created| created.format("%Y-%m-%dT%H:%M:%S").to_string()),
        "account" => account.map(str::to_owned),
        _ => None,
    }
}

fn stand_in(name: &str) -> String {
    match name {
        "key" => "KEY_ID".to_owned(),
        "user" => "USER_NAME".to_owned(),
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
        Subject {
            kind: SubjectKind::User,
            arn: "".into(),
            name: name.into(),
            credential: None,
        }
    }

    #[test]
    fn hostile_names_never_reach_a_command() {
        let command = |name| {
            fill(
                "aws iam get-user --user-name {user}",
                &user(name),
                None,
                shell_word,
            )
        };
        assert_eq!(command("deploy"), "aws iam get-user --user-name deploy");
        assert_eq!(command("a;rm -rf /"), "aws iam get-user --user-name USER_NAME");
        assert_eq!(command("$(id)"), "aws iam get-user --user-name USER_NAME");
        assert_eq!(command("-x"), "aws iam get-user --user-name=-x");
        assert_eq!(command("=ls"), "aws iam get-user --user-name '=ls'");
        assert_eq!(command("a\nb"), "aws iam get-user --user-name USER_NAME");
    }

    #[test]
    fn arns_are_filled_in_unless_they_are_hostile() {
        let command = |arn: &str| {
            let subject = Subject {
                arn: arn.into(),
                ..user("phone")
            };
            fill("--serial-number {arn}", &subject, None, shell_word)
        };
        let serial = "arn:aws:iam::111122223333:mfa/phone";
        assert_eq!(command(serial), format!("--serial-number {serial}"));
        assert_eq!(
            command("arn:aws:iam::111122223333:mfa/$(id)"),
            "--serial-number ARN"
        );
    }
}
