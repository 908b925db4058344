//! Smaller policies: as a diff with reasons for people, as JSON for programs, as commands or Terraform to apply them.

mod apply;

use std::collections::BTreeMap;
use std::io::{self, Write};

use iam_core::evidence::ReportSubjectKind;
use iam_core::fact::shown_date;
use iam_core::rightsize::{Outcome, Removed, RightSized};
use iam_core::usage::{ActionUsage, Vote};
use iam_policy::catalogue::Catalogue;
use serde::Serialize;
use similar::TextDiff;

pub use apply::{Emit, PolicyFile, emit, policy_files};

use crate::neutral;

/// Names that a reason lists before the rest is only counted.
const MOST_NAMED: usize = 12;

/// One account and its policies.
#[derive(Debug)]
pub struct Account {
    /// The id, as 12 digits; empty where nothing tells it.
    pub id: String,
    /// The policies.
    pub policies: Vec<RightSized>,
    /// What could not be seen.
    pub not_seen: Vec<String>,
}

/// Writes each policy that changes as a unified diff, with the reasons behind it. All other lines begin with `#`.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(accounts: &[Account], out: &mut dyn Write) -> io::Result<()> {
    for account in accounts {
        let id = if account.id.is_empty() { "unknown" } else { account.id.as_str() };
        let told = account.policies.iter().filter(|own| own.outcome != Outcome::Unchanged);
        let mut count = 0_usize;
        for own in told {
            policy(id, own, out)?;
            count = count.saturating_add(1);
        }
        let quiet = account.policies.len().saturating_sub(count);
        writeln!(
            out,
            "# account {id}: of {} policies, {quiet} have nothing that is known to be unused",
            account.policies.len()
        )?;
        for gap in &account.not_seen {
            writeln!(out, "# not seen: {}", neutral::line(gap))?;
        }
    }
    Ok(())
}

fn policy(account: &str, own: &RightSized, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}", neutral::line(&title(own)))?;
    match &own.outcome {
        Outcome::Smaller(_) | Outcome::Unchanged => {}
        Outcome::Superfluous => writeln!(out, "# nothing in it is used: it can be {}", without(own))?,
        Outcome::TooLarge { size, limit } => writeln!(
            out,
            "# not rewritten: the smaller policy has {size} characters and AWS takes {limit}; --shrink writes shorter lists"
        )?,
        Outcome::Untouched(why) => writeln!(out, "# not rewritten: {}", neutral::line(why))?,
        Outcome::Unproven(why) => {
            writeln!(out, "# not rewritten, please report this: the proof failed: {}", neutral::line(why))?;
        }
    }
    for reason in reasons(&own.removed) {
        writeln!(out, "#   - {}", neutral::line(&reason))?;
    }
    for kept in &own.kept {
        let verb = if kept.count == 1 { "stays" } else { "stay" };
        writeln!(out, "#   = {} {verb}: {}", kept.count, neutral::line(&kept.why))?;
    }
    for note in &own.notes {
        writeln!(out, "#   {}", neutral::line(note))?;
    }
    if let Outcome::Smaller(new) = &own.outcome {
        let path = apply::path_of(account, own);
        let (old, new) = (with_end(&own.old), with_end(new));
        let diff = TextDiff::from_lines(old.as_str(), new.as_str());
        let (before, after) = (format!("a/{path}"), format!("b/{path}"));
        let diff = diff.unified_diff().context_radius(3).header(&before, &after).to_string();
        for line in diff.lines() {
            writeln!(out, "{}", neutral::line(line))?;
        }
    }
    writeln!(out)
}

/// Lines of a diff end in a line break.
fn with_end(text: &str) -> String {
    format!("{}\n", text.trim_end_matches('\n'))
}

fn title(own: &RightSized) -> String {
    let what = match own.owner.kind {
        ReportSubjectKind::Policy => format!("policy {}", own.policy),
        kind => format!("{kind} {}, inline policy {}", own.owner.name, own.policy),
    };
    match own.removed.len() {
        0 => what,
        1 => format!("{what}: 1 action is not used"),
        count => format!("{what}: {count} actions are not used"),
    }
}

fn without(own: &RightSized) -> &'static str {
    if own.owner.kind == ReportSubjectKind::Policy { "detached" } else { "deleted" }
}

/// One line for all actions of a service with the same reason.
fn reasons(removed: &[Removed]) -> Vec<String> {
    let mut groups: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for own in removed {
        let (service, name) = own.action.split_once(':').unwrap_or_default();
        let group = groups.entry((service.to_owned(), because(&own.usage))).or_default();
        if !group.contains(&name) {
            group.push(name);
        }
    }
    let line = |((service, why), names): ((String, String), Vec<&str>)| {
        let more = names.len().saturating_sub(MOST_NAMED);
        let shown = names.into_iter().take(MOST_NAMED).collect::<Vec<_>>().join(", ");
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{service}: {shown}{more}: {why}")
    };
    groups.into_iter().map(line).collect()
}

/// `not used after 2025-06-10 (last-accessed)`
fn because(usage: &ActionUsage) -> String {
    let said = usage.deciding().filter_map(|(source, vote)| match vote {
        Vote::Unused { since, was_used } => {
            let since = shown_date(since);
            Some(format!("not used {} {since} ({source})", if was_used { "after" } else { "since" }))
        }
        _ => None,
    });
    said.collect::<Vec<_>>().join(", ")
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    catalogue_date: &'a str,
    accounts: Vec<AccountWire<'a>>,
}

#[derive(Serialize)]
struct AccountWire<'a> {
    account: &'a str,
    policies: Vec<PolicyWire<'a>>,
    not_seen: &'a [String],
}

#[derive(Serialize)]
struct PolicyWire<'a> {
    kind: &'static str,
    owner: &'a str,
    owner_arn: &'a str,
    policy: &'a str,
    aws_managed: bool,
    outcome: &'static str,
    detail: Option<String>,
    old: &'a str,
    new: Option<&'a str>,
    removed: Vec<RemovedWire<'a>>,
    kept: Vec<KeptWire<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct RemovedWire<'a> {
    statement: usize,
    sid: Option<&'a str>,
    action: &'a str,
    because: String,
}

#[derive(Serialize)]
struct KeptWire<'a> {
    count: usize,
    because: &'a str,
}

/// Writes a JSON document: `{"schema_version": "1", "accounts": [{"account": "...", "policies": [...]}]}`. The texts of
/// policies are JSON in texts, so that they stay as they are.
///
/// # Errors
///
/// Only what the writer returns.
pub fn json(accounts: &[Account], out: &mut dyn Write) -> io::Result<()> {
    let accounts = accounts.iter().map(|account| AccountWire {
        account: &account.id,
        policies: account.policies.iter().map(policy_wire).collect(),
        not_seen: &account.not_seen,
    });
    let document = Document {
        schema_version: "1",
        catalogue_date: Catalogue::embedded().data_date().unwrap_or_default(),
        accounts: accounts.collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn policy_wire(own: &RightSized) -> PolicyWire<'_> {
    let (outcome, detail, new) = match &own.outcome {
        Outcome::Unchanged => ("unchanged", None, None),
        Outcome::Smaller(new) => ("smaller", None, Some(new.as_str())),
        Outcome::Superfluous => ("superfluous", None, None),
        Outcome::TooLarge { size, limit } => {
            ("too-large", Some(format!("{size} characters, AWS takes {limit}")), None)
        }
        Outcome::Untouched(why) => ("untouched", Some(why.clone()), None),
        Outcome::Unproven(why) => ("unproven", Some(why.clone()), None),
    };
    let removed = own.removed.iter().map(|removed| RemovedWire {
        statement: removed.statement,
        sid: removed.sid.as_deref(),
        action: &removed.action,
        because: because(&removed.usage),
    });
    PolicyWire {
        kind: own.owner.kind.as_str(),
        owner: &own.owner.name,
        owner_arn: &own.owner.arn,
        policy: &own.policy,
        aws_managed: own.is_of_aws,
        outcome,
        detail,
        old: &own.old,
        new,
        removed: removed.collect(),
        kept: own.kept.iter().map(|kept| KeptWire { count: kept.count, because: &kept.why }).collect(),
        notes: &own.notes,
    }
}
