//! Smaller policies: as a diff with reasons for people, as JSON for programs, as commands or Terraform to apply them.

mod apply;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use iam_core::evidence::ReportSubjectKind;
use iam_core::fact::shown_date;
use iam_core::rightsize::{Outcome, Proposal, Removed, RightSized};
use iam_core::usage::{Vote, Votes};
use iam_policy::catalogue::{ActionId, Catalogue};
use iam_policy::document::Document as PolicyText;
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
    /// What else there is to say.
    pub notes: Vec<String>,
}

/// Writes each policy that changes as a unified diff, with the reasons behind it. All other lines begin with `#`.
///
/// # Errors
///
/// Only what the writer returns.
pub fn human(accounts: &[Account], out: &mut dyn Write) -> io::Result<()> {
    for account in accounts {
        let id = if account.id.is_empty() { "unknown" } else { account.id.as_str() };
        let is_told = |own: &&RightSized| own.outcome != Outcome::Unchanged || !own.proposals.is_empty();
        let told = account.policies.iter().filter(is_told);
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
        for note in &account.notes {
            writeln!(out, "# {}", neutral::line(note))?;
        }
    }
    Ok(())
}

fn policy(account: &str, own: &RightSized, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}", neutral::line(&title(own)))?;
    match &own.outcome {
        Outcome::Smaller(_) | Outcome::Unchanged => {}
        Outcome::Split(parts) => writeln!(
            out,
            "# divided into {} managed policies, as AWS takes no longer ones; one user, group or role can have 10 of them, up to 20 on request",
            parts.len()
        )?,
        Outcome::Superfluous => writeln!(out, "# nothing in it is used: it can be {}", without(own))?,
        Outcome::TooLarge { size, limit } => writeln!(
            out,
            "# not rewritten: the smaller policy has {size} characters and AWS takes {limit}; --shrink writes shorter lists, --split several policies"
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
    for proposal in &own.proposals {
        writeln!(out, "#   ~ {}", neutral::line(&proposed(proposal)))?;
    }
    for note in &own.notes {
        writeln!(out, "#   {}", neutral::line(note))?;
    }
    let path = apply::path_of(account, own);
    match &own.outcome {
        Outcome::Smaller(new) => {
            diff((&own.old, &format!("a/{path}")), (new, &format!("b/{path}")), out)?;
        }
        Outcome::Split(parts) => {
            let mut before = (own.old.as_str(), format!("a/{path}"));
            for (number, part) in (1_usize..).zip(parts) {
                diff((before.0, &before.1), (part, &format!("b/{path}.{number}")), out)?;
                before = ("", "/dev/null".to_owned());
            }
        }
        _ => {}
    }
    if let Some(narrowed) = &own.narrowed {
        writeln!(out, "# proposed, and not part of --emit:")?;
        let new = match &own.outcome {
            Outcome::Smaller(new) => new,
            _ => &own.old,
        };
        let laid_out = PolicyText::parse(new).map_or_else(|_| new.clone(), |document| document.to_json());
        diff((&laid_out, &format!("b/{path}")), (narrowed, &format!("narrowed/{path}")), out)?;
    }
    writeln!(out)
}

/// Writes how one text becomes another, each with the name that it has.
fn diff(old: (&str, &str), new: (&str, &str), out: &mut dyn Write) -> io::Result<()> {
    let (before, after) = (with_end(old.0), with_end(new.0));
    let before = if old.0.is_empty() { "" } else { before.as_str() };
    let diff = TextDiff::from_lines(before, after.as_str());
    let diff = diff.unified_diff().context_radius(3).header(old.1, new.1).to_string();
    for line in diff.lines() {
        writeln!(out, "{}", neutral::line(line))?;
    }
    Ok(())
}

/// `statement Roles: iam:PassRole only on arn:aws:iam::111122223333:role/node for ec2.amazonaws.com, seen in 12 calls`
fn proposed(proposal: &Proposal) -> String {
    let at = match &proposal.sid {
        Some(sid) => format!("statement {sid}"),
        None => format!("statement {}", proposal.statement),
    };
    let names = names(&proposal.actions);
    let (actions, resources) = (listed(&names), listed(&proposal.resources));
    let services = proposal.passed_to.join(", ");
    let services = if services.is_empty() { services } else { format!(" for {services}") };
    let calls = if proposal.count == 1 { "call" } else { "calls" };
    format!("{at}: {actions} only on {resources}{services}, as seen in {} {calls}", proposal.count)
}

fn names(actions: &[ActionId]) -> Vec<String> {
    let catalogue = Catalogue::embedded();
    actions.iter().filter_map(|id| catalogue.by_id(*id)).map(|action| action.to_string()).collect()
}

/// The first of them, and how many more there are.
fn listed(names: &[impl AsRef<str>]) -> String {
    let more = names.len().saturating_sub(MOST_NAMED);
    let shown: Vec<&str> = names.iter().take(MOST_NAMED).map(AsRef::as_ref).collect();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", shown.join(", "))
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
    match own.removed_count() {
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
    let catalogue = Catalogue::embedded();
    let mut groups: BTreeMap<(&str, String), BTreeSet<&str>> = BTreeMap::new();
    for own in removed {
        let why = because(&own.votes);
        for action in own.actions.iter().filter_map(|id| catalogue.by_id(*id)) {
            groups.entry((action.prefix(), why.clone())).or_default().insert(action.name());
        }
    }
    let line = |((service, why), names): ((&str, String), BTreeSet<&str>)| {
        let names: Vec<&str> = names.into_iter().collect();
        format!("{service}: {}: {why}", listed(&names))
    };
    groups.into_iter().map(line).collect()
}

/// `not used after 2025-06-10 (last-accessed)`
fn because(votes: &Votes) -> String {
    let said = votes.deciding().filter_map(|(source, vote)| match vote {
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
    notes: &'a [String],
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
    held_by: Vec<HolderWire<'a>>,
    may_have_others: bool,
    old: &'a str,
    new: Option<&'a str>,
    /// The texts of several policies in place of `new`.
    split: Option<&'a [String]>,
    narrowed: Option<&'a str>,
    removed: Vec<RemovedWire<'a>>,
    kept: Vec<KeptWire<'a>>,
    proposals: Vec<ProposalWire<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct HolderWire<'a> {
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct RemovedWire<'a> {
    statement: usize,
    sid: Option<&'a str>,
    action: String,
    because: String,
}

#[derive(Serialize)]
struct ProposalWire<'a> {
    statement: usize,
    sid: Option<&'a str>,
    actions: Vec<String>,
    resources: &'a [String],
    passed_to: &'a [&'static str],
    calls: u64,
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
        notes: &account.notes,
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
        Outcome::Split(_) => ("split", None, None),
        Outcome::Superfluous => ("superfluous", None, None),
        Outcome::TooLarge { size, limit } => {
            ("too-large", Some(format!("{size} characters, AWS takes {limit}")), None)
        }
        Outcome::Untouched(why) => ("untouched", Some(why.clone()), None),
        Outcome::Unproven(why) => ("unproven", Some(why.clone()), None),
    };
    let removed = own.removed.iter().flat_map(|removed| {
        let because = because(&removed.votes);
        names(&removed.actions).into_iter().map(move |action| RemovedWire {
            statement: removed.statement,
            sid: removed.sid.as_deref(),
            action,
            because: because.clone(),
        })
    });
    let proposals = own.proposals.iter().map(|proposal| ProposalWire {
        statement: proposal.statement,
        sid: proposal.sid.as_deref(),
        actions: names(&proposal.actions),
        resources: &proposal.resources,
        passed_to: &proposal.passed_to,
        calls: proposal.count,
    });
    let holders = own.holders.iter();
    let holders = holders.map(|holder| HolderWire { kind: holder.kind.as_str(), name: &holder.name });
    PolicyWire {
        kind: own.owner.kind.as_str(),
        owner: &own.owner.name,
        owner_arn: &own.owner.arn,
        policy: &own.policy,
        aws_managed: own.is_of_aws,
        outcome,
        detail,
        held_by: holders.collect(),
        may_have_others: own.may_have_others,
        old: &own.old,
        new,
        split: match &own.outcome {
            Outcome::Split(parts) => Some(parts),
            _ => None,
        },
        narrowed: own.narrowed.as_deref(),
        proposals: proposals.collect(),
        removed: removed.collect(),
        kept: own.kept.iter().map(|kept| KeptWire { count: kept.count, because: &kept.why }).collect(),
        notes: &own.notes,
    }
}
