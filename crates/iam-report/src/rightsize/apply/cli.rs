//! Changes as commands of the AWS CLI.

use std::io::{self, Write};

use iam_core::evidence::ReportSubjectKind;
use iam_core::rightsize::{Outcome, RightSized};

use super::super::{Account, title};
use super::files::{path_of, path_of_new};
use super::replacement::{Change, partition};
use crate::neutral;

pub(super) fn write(accounts: &[Account], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "#!/bin/sh")?;
    writeln!(
        out,
        "# Run this where --emit-policies wrote its files. The lines that begin with `# back:` undo a change,"
    )?;
    writeln!(out, "# in their order.")?;
    writeln!(out, "set -eu")?;
    for account in accounts {
        for own in &account.policies {
            let commands = match (Change::of(own), &own.outcome) {
                (Some(change), _) => changed(&account.id, own, &change),
                (None, Outcome::Superfluous) => superfluous(&account.id, own),
                _ => continue,
            };
            writeln!(out, "\n# {}", neutral::line(&title(own)))?;
            for command in commands {
                writeln!(out, "{}", neutral::line(&command))?;
            }
        }
    }
    Ok(())
}

fn changed(account: &str, own: &RightSized, change: &Change<'_>) -> Vec<String> {
    let mut commands = Vec::new();
    let mut back = Vec::new();
    let is_inline = own.owner.kind != ReportSubjectKind::Policy;
    if !is_inline && !change.new.is_empty() {
        commands.extend(unseen_holders(own));
    }
    for new in &change.new {
        let arn = word(&format!("arn:{}:iam::{}:policy/{}", partition(own), account, new.name));
        let (name, file) = (word(&new.name), path_of_new(account, &new.name));
        commands.push(format!("aws iam create-policy --policy-name {name} --policy-document file://{file}"));
        commands.extend(attached(own, "attach", &arn));
        back.extend(attached(own, "detach", &arn));
        back.push(format!("aws iam delete-policy --policy-arn {arn}"));
    }
    // What the new policies replace goes last, and comes back first.
    let (apply, undo) = match (change.in_place, is_inline) {
        (Some(_), true) => (vec![put(own, "", account)], vec![put(own, "old/", account)]),
        (Some(_), false) => new_version(own, account),
        (None, true) => (vec![delete(own)], vec![put(own, "old/", account)]),
        (None, false) => {
            let arn = word(&own.owner.arn);
            (attached(own, "detach", &arn), attached(own, "attach", &arn))
        }
    };
    commands.extend(apply);
    commands.extend(undo.iter().chain(&back).map(|command| format!("# back: {command}")));
    commands
}

fn new_version(own: &RightSized, account: &str) -> (Vec<String>, Vec<String>) {
    let (arn, file) = (word(&own.owner.arn), path_of(account, own));
    let version = word(own.version.as_deref().unwrap_or("VERSION"));
    let apply = vec![
        "# A policy has five versions at most: delete one of them first where there are five.".to_owned(),
        format!(
            "aws iam create-policy-version --policy-arn {arn} --policy-document file://{file} --set-as-default"
        ),
    ];
    (apply, vec![format!("aws iam set-default-policy-version --policy-arn {arn} --version-id {version}")])
}

fn superfluous(account: &str, own: &RightSized) -> Vec<String> {
    let (mut commands, apply, undo) = if own.owner.kind == ReportSubjectKind::Policy {
        let arn = word(&own.owner.arn);
        (unseen_holders(own), attached(own, "detach", &arn), attached(own, "attach", &arn))
    } else {
        (Vec::new(), vec![delete(own)], vec![put(own, "old/", account)])
    };
    commands.extend(apply);
    commands.extend(undo.iter().map(|command| format!("# back: {command}")));
    commands
}

/// A hint, where others may have a managed policy than those who were seen.
fn unseen_holders(own: &RightSized) -> Vec<String> {
    if !own.may_have_others && !own.holders.is_empty() {
        return Vec::new();
    }
    let arn = word(&own.owner.arn);
    vec![format!(
        "# Others may have it as well, and need the same commands: aws iam list-entities-for-policy --policy-arn {arn}"
    )]
}

/// One command for each who has the policy.
fn attached(own: &RightSized, verb: &str, arn: &str) -> Vec<String> {
    let command = |holder: &iam_core::rightsize::AttachedTo| {
        let (kind, name) = (holder.kind, word(&holder.name));
        format!("aws iam {verb}-{kind}-policy --{kind}-name {name} --policy-arn {arn}")
    };
    own.holders.iter().map(command).collect()
}

fn put(own: &RightSized, folder: &str, account: &str) -> String {
    let (kind, owner, policy) = (own.owner.kind, word(&own.owner.name), word(&own.policy));
    let file = path_of(account, own);
    format!(
        "aws iam put-{kind}-policy --{kind}-name {owner} --policy-name {policy} --policy-document file://{folder}{file}"
    )
}

fn delete(own: &RightSized) -> String {
    let (kind, owner, policy) = (own.owner.kind, word(&own.owner.name), word(&own.policy));
    format!("aws iam delete-{kind}-policy --{kind}-name {owner} --policy-name {policy}")
}

/// A word for a POSIX shell that may stand anywhere.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_+=,.@/:-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('-') {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_names_stay_one_word() {
        for (name, shell) in [
            ("EKSAdmin", "EKSAdmin"),
            ("../../etc", "../../etc"),
            ("a b'c", "'a b'\\''c'"),
            ("", "''"),
            ("-rf", "'-rf'"),
            ("${x}%{y}\"", "'${x}%{y}\"'"),
        ] {
            assert_eq!(word(name), shell);
        }
    }
}
