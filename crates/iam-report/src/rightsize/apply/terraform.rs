//! Changes as resources of Terraform's AWS provider.

use std::io::{self, Write};

use iam_core::evidence::ReportSubjectKind;
use iam_core::rightsize::{Outcome, RightSized};

use super::super::{Account, title};
use super::files::{path_of, path_of_new};
use super::replacement::Change;
use crate::neutral;

pub(super) fn write(accounts: &[Account], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "# Import what exists before you apply this; see `terraform import`. Going back is applying the old text,"
    )?;
    writeln!(out, "# which --emit-policies writes into old/.")?;
    for account in accounts {
        for own in &account.policies {
            if let Some(change) = Change::of(own) {
                writeln!(out, "\n# {}", neutral::line(&title(own)))?;
                changed(&account.id, own, &change, out)?;
            } else if own.outcome == Outcome::Superfluous {
                writeln!(out, "\n# {}", neutral::line(&title(own)))?;
                writeln!(out, "# Nothing in it is used: take {} out of the configuration.", what_goes(own))?;
            }
        }
    }
    Ok(())
}

fn changed(account: &str, own: &RightSized, change: &Change<'_>, out: &mut dyn Write) -> io::Result<()> {
    if let Some(text) = change.in_place {
        let label = label(&path_of(account, own));
        match own.owner.kind {
            ReportSubjectKind::Policy => policy(&label, &own.policy, text, out)?,
            kind => {
                writeln!(out, "resource \"aws_iam_{kind}_policy\" \"{label}\" {{")?;
                writeln!(out, "  name   = {}", quoted(&own.policy))?;
                let key = kind.as_str();
                writeln!(out, "  {key:<6} = {}", quoted(&own.owner.name))?;
                document(text, out)?;
            }
        }
    }
    for new in &change.new {
        let label = label(&path_of_new(account, &new.name));
        policy(&label, &new.name, new.text, out)?;
        for holder in &own.holders {
            let (kind, key) = (holder.kind, holder.kind.as_str());
            let own_label = plain(&format!("{label}_{kind}_{}", holder.name));
            writeln!(out, "resource \"aws_iam_{kind}_policy_attachment\" \"{own_label}\" {{")?;
            writeln!(out, "  {key:<10} = {}", quoted(&holder.name))?;
            writeln!(out, "  policy_arn = aws_iam_policy.{label}.arn\n}}")?;
        }
    }
    if change.in_place.is_none() {
        writeln!(out, "# Then take {} out of the configuration.", what_goes(own))?;
    }
    if own.may_have_others {
        let hint = "# Others may have it as well: aws iam list-entities-for-policy --policy-arn";
        writeln!(out, "{hint} {}", neutral::line(&own.owner.arn))?;
    }
    Ok(())
}

/// What has to go from the configuration when a policy goes.
fn what_goes(own: &RightSized) -> String {
    match own.owner.kind {
        ReportSubjectKind::Policy => {
            let names: Vec<String> =
                own.holders.iter().map(|holder| format!("{} {}", holder.kind, holder.name)).collect();
            let from = if names.is_empty() { String::new() } else { format!(" to {}", names.join(", ")) };
            neutral::line(&format!("the attachments of {}{from}", own.owner.arn)).to_string()
        }
        kind => neutral::line(&format!("the aws_iam_{kind}_policy {}", own.policy)).to_string(),
    }
}

fn policy(label: &str, name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "resource \"aws_iam_policy\" \"{label}\" {{")?;
    writeln!(out, "  name   = {}", quoted(name))?;
    document(text, out)
}

/// The last argument of a resource, and its end.
fn document(text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  policy = <<-POLICY")?;
    for line in text.lines() {
        writeln!(out, "    {}", neutral::line(&templates_escaped(line)))?;
    }
    writeln!(out, "  POLICY\n}}")
}

/// The name of a resource within Terraform, unique by the path that it stands for.
fn label(path: &str) -> String {
    format!("policy_{}", plain(path.strip_suffix(".json").unwrap_or(path)))
}

fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
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
    fn foreign_names_stay_within_the_text() {
        for (name, hcl) in
            [("EKSAdmin", "\"EKSAdmin\""), ("a b'c", "\"a b'c\""), ("${x}%{y}\"", "\"$${x}%%{y}\\\"\"")]
        {
            assert_eq!(quoted(name), hcl);
        }
    }
}
