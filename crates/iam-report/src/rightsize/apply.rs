//! What applies a smaller policy, and what takes it back: files, commands of the AWS CLI, Terraform.

use std::io::{self, Write};

use iam_core::evidence::ReportSubjectKind;
use iam_core::rightsize::{Outcome, RightSized};

use super::Account;
use crate::neutral;

/// In which language changes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emit {
    /// Commands of the AWS CLI for a POSIX shell, beside the files of [`policy_files`].
    Cli,
    /// Resources of Terraform's AWS provider.
    Terraform,
}

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// The path below the folder, with `/`. It holds letters, digits and `_+=,.@-` only, and no part of it begins with a dot.
    pub path: String,
    /// The contents.
    pub text: String,
}

/// The new policies, and the old ones to go back to, in `old/`.
pub fn policy_files(accounts: &[Account]) -> Vec<PolicyFile> {
    let mut files = Vec::new();
    for account in accounts {
        for own in &account.policies {
            let path = path_of(&account.id, own);
            let old = || PolicyFile { path: format!("old/{path}"), text: super::with_end(&own.old) };
            match &own.outcome {
                Outcome::Smaller(new) => {
                    files.push(PolicyFile { path: path.clone(), text: super::with_end(new) });
                    files.push(old());
                }
                Outcome::Superfluous => files.push(old()),
                _ => {}
            }
        }
    }
    files
}

/// Where a policy's file lies: `111122223333/role/NAME/POLICY.json`.
pub(super) fn path_of(account: &str, own: &RightSized) -> String {
    let account = if account.is_empty() { "unknown" } else { account };
    let policy = safe(&own.policy);
    match own.owner.kind {
        ReportSubjectKind::Policy if own.is_of_aws => format!("{account}/aws-policy/{policy}.json"),
        ReportSubjectKind::Policy => format!("{account}/policy/{policy}.json"),
        kind => format!("{account}/{kind}/{}/{policy}.json", safe(&own.owner.name)),
    }
}

/// Names of IAM as names of files. Anything that IAM does not allow came from somewhere else.
fn safe(name: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let name: String = name.chars().take(128).map(|c| if is_allowed(c) { c } else { '_' }).collect();
    if name.starts_with('.') || name.is_empty() { format!("_{name}") } else { name }
}

/// Writes what applies the changes.
///
/// # Errors
///
/// Only what the writer returns.
pub fn emit(accounts: &[Account], how: Emit, out: &mut dyn Write) -> io::Result<()> {
    match how {
        Emit::Cli => cli(accounts, out),
        Emit::Terraform => terraform(accounts, out),
    }
}

fn cli(accounts: &[Account], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "#!/bin/sh")?;
    writeln!(
        out,
        "# Run this where --emit-policies wrote its files. The lines that begin with `# back:` undo a change."
    )?;
    writeln!(out, "set -eu")?;
    for account in accounts {
        for own in &account.policies {
            let file = path_of(&account.id, own);
            let commands = match &own.outcome {
                Outcome::Smaller(_) => changed(own, &file),
                Outcome::Superfluous => superfluous(own, &file),
                _ => continue,
            };
            writeln!(out, "\n# {}", neutral::line(&super::title(own)))?;
            for command in commands {
                writeln!(out, "{}", neutral::line(&command))?;
            }
        }
    }
    Ok(())
}

fn changed(own: &RightSized, file: &str) -> Vec<String> {
    let (owner, policy) = (word(&own.owner.name), word(&own.policy));
    if own.owner.kind == ReportSubjectKind::Policy {
        if own.is_of_aws {
            let name = word(&format!("{}-rightsized", own.policy));
            return vec![
                format!("aws iam create-policy --policy-name {name} --policy-document file://{file}"),
                format!(
                    "# then attach it to everybody who has {}, and detach that one",
                    word(&own.owner.arn)
                ),
            ];
        }
        let arn = word(&own.owner.arn);
        let version = own.version.as_deref().unwrap_or("VERSION");
        return vec![
            "# A policy has five versions at most: delete one of them first where there are five.".to_owned(),
            format!(
                "aws iam create-policy-version --policy-arn {arn} --policy-document file://{file} --set-as-default"
            ),
            format!(
                "# back: aws iam set-default-policy-version --policy-arn {arn} --version-id {}",
                word(version)
            ),
        ];
    }
    let kind = own.owner.kind;
    let put = |folder: &str| {
        format!(
            "aws iam put-{kind}-policy --{kind}-name {owner} --policy-name {policy} --policy-document file://{folder}{file}"
        )
    };
    vec![put(""), format!("# back: {}", put("old/"))]
}

fn superfluous(own: &RightSized, file: &str) -> Vec<String> {
    let (owner, policy) = (word(&own.owner.name), word(&own.policy));
    if own.owner.kind == ReportSubjectKind::Policy {
        let arn = word(&own.owner.arn);
        return vec![format!(
            "# detach {arn} from everybody who has it: aws iam list-entities-for-policy --policy-arn {arn}"
        )];
    }
    let kind = own.owner.kind;
    vec![
        format!("aws iam delete-{kind}-policy --{kind}-name {owner} --policy-name {policy}"),
        format!(
            "# back: aws iam put-{kind}-policy --{kind}-name {owner} --policy-name {policy} --policy-document file://old/{file}"
        ),
    ]
}

/// A word for a POSIX shell that may stand anywhere.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_+=,.@/:-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('-') {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn terraform(accounts: &[Account], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "# Import what exists before you apply this; see `terraform import`. Going back is applying the old text,"
    )?;
    writeln!(out, "# which --emit-policies writes into old/.")?;
    for account in accounts {
        for own in &account.policies {
            let Outcome::Smaller(new) = &own.outcome else { continue };
            writeln!(out, "\n# {}", neutral::line(&super::title(own)))?;
            let label = label(&account.id, own);
            match own.owner.kind {
                ReportSubjectKind::Policy => {
                    let suffix = if own.is_of_aws { "-rightsized" } else { "" };
                    writeln!(out, "resource \"aws_iam_policy\" \"{label}\" {{")?;
                    writeln!(out, "  name   = {}", quoted(&format!("{}{suffix}", own.policy)))?;
                }
                kind => {
                    writeln!(out, "resource \"aws_iam_{kind}_policy\" \"{label}\" {{")?;
                    writeln!(out, "  name   = {}", quoted(&own.policy))?;
                    let key = kind.as_str();
                    writeln!(out, "  {key:<6} = {}", quoted(&own.owner.name))?;
                }
            }
            writeln!(out, "  policy = <<-POLICY")?;
            for line in new.lines() {
                writeln!(out, "    {}", neutral::line(&templates_escaped(line)))?;
            }
            writeln!(out, "  POLICY\n}}")?;
        }
    }
    Ok(())
}

/// The name of a resource within Terraform, unique by the path that it stands for.
fn label(account: &str, own: &RightSized) -> String {
    let path = path_of(account, own);
    let path = path.strip_suffix(".json").unwrap_or(&path);
    let plain: String =
        path.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    format!("policy_{plain}")
}

/// A text of Terraform's language. Source: Terraform Language, "Strings and Templates".
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", neutral::line(&templates_escaped(&text)))
}

fn templates_escaped(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_names_stay_within_the_folder_the_word_and_the_text() {
        for (name, file, shell, hcl) in [
            ("EKSAdmin", "EKSAdmin", "EKSAdmin", "\"EKSAdmin\""),
            ("../../etc", "_../.._etc".replace('/', "_").as_str(), "../../etc", "\"../../etc\""),
            ("a b'c", "a_b_c", "'a b'\\''c'", "\"a b'c\""),
            ("", "_", "''", "\"\""),
            ("-rf", "-rf", "'-rf'", "\"-rf\""),
            ("${x}%{y}\"", "__x___y__", "'${x}%{y}\"'", "\"$${x}%%{y}\\\"\""),
        ] {
            assert_eq!((safe(name).as_str(), word(name).as_str(), quoted(name).as_str()), (file, shell, hcl));
        }
    }
}
