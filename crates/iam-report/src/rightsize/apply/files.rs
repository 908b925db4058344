//! The files of new and old policies.

use iam_core::evidence::ReportSubjectKind;
use iam_core::rightsize::{Outcome, RightSized};

use super::super::{Account, with_end};
use super::replacement::Change;

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// The path below the folder, with `/`. It holds letters, digits and `_+=,.@-` only, and no part of it begins with a dot.
    pub path: String,
    /// The contents.
    pub text: String,
}

/// The new policies; the old ones to go back to, in `old/`; and the narrower ones that are proposed, in `narrowed/`.
pub fn policy_files(accounts: &[Account]) -> Vec<PolicyFile> {
    let mut files = Vec::new();
    let mut add = |path: String, text: &str| files.push(PolicyFile { path, text: with_end(text) });
    for account in accounts {
        for own in &account.policies {
            let path = path_of(&account.id, own);
            if let Some(change) = Change::of(own) {
                if let Some(text) = change.in_place {
                    add(path.clone(), text);
                }
                for new in &change.new {
                    add(path_of_new(&account.id, &new.name), new.text);
                }
                add(format!("old/{path}"), &own.old);
            } else if own.outcome == Outcome::Superfluous {
                add(format!("old/{path}"), &own.old);
            }
            if let Some(narrowed) = &own.narrowed {
                add(format!("narrowed/{path}"), narrowed);
            }
        }
    }
    files
}

/// Where a policy's file lies: `111122223333/role/NAME/POLICY.json`.
pub(in super::super) fn path_of(account: &str, own: &RightSized) -> String {
    let account = account_of(account);
    let policy = safe(&own.policy);
    match own.owner.kind {
        ReportSubjectKind::Policy if own.is_of_aws => format!("{account}/aws-policy/{policy}.json"),
        ReportSubjectKind::Policy => format!("{account}/policy/{policy}.json"),
        kind => format!("{account}/{kind}/{}/{policy}.json", safe(&own.owner.name)),
    }
}

/// Where the file of a managed policy lies that has to be made.
pub(super) fn path_of_new(account: &str, name: &str) -> String {
    format!("{}/new-policy/{}.json", account_of(account), safe(name))
}

fn account_of(account: &str) -> &str {
    if account.is_empty() { "unknown" } else { account }
}

/// Names of IAM as names of files. Anything that IAM does not allow came from somewhere else.
pub(super) fn safe(name: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let name: String = name.chars().take(128).map(|c| if is_allowed(c) { c } else { '_' }).collect();
    if name.starts_with('.') || name.is_empty() { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_names_stay_within_the_folder() {
        for (name, file) in [
            ("EKSAdmin", "EKSAdmin"),
            ("../../etc", "_.._.._etc"),
            ("a b'c", "a_b_c"),
            ("", "_"),
            ("-rf", "-rf"),
            ("${x}%{y}\"", "__x___y__"),
        ] {
            assert_eq!(safe(name), file);
        }
    }
}
