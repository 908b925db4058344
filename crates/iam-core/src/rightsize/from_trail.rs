//! A fresh policy made of what CloudTrail records show that a principal did.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::catalogue::{Action, Catalogue};
use iam_policy::document::{Document, Effect, Items, Statement, Version, VersionElement};
use iam_policy::span::At;

use super::fitting::{escaped, passed_by, shown_by};
use super::rewrite::listed;
use crate::cloudtrail::PrincipalKind;
use crate::evidence::Account;
use crate::ident::Arn;
use crate::usage::{Options, Unclear, Use, meant, uses_of};

/// A policy made from records.
#[derive(Debug, Clone)]
pub struct FromTrail {
    /// The policy, indented; `None` where the records show no authorised call.
    pub text: Option<String>,
    /// What else the principal may need, and what the records do not tell.
    pub notes: Vec<String>,
    /// Whom the records show that may have been meant, where they do not show the one that was asked about.
    pub near: Option<Box<str>>,
}

/// The least policy with which the user or role with this ARN could have done all that its records show: one statement for
/// each set of resources. Denied calls are left out.
pub fn from_trail(account: &Account, options: Options, arn: &str) -> FromTrail {
    let catalogue = Catalogue::embedded();
    let uses = uses_of(account, options, arn);
    let mut notes = Vec::new();
    let mut groups: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    let mut maybe: BTreeSet<String> = BTreeSet::new();
    let mut certain = BTreeSet::new();
    let mut unclear: BTreeMap<Unclear, Vec<String>> = BTreeMap::new();
    for (id, own) in &uses {
        let Some(action) = catalogue.by_id(*id) else { continue };
        if own.used.count == 0 {
            if own.possible.count > 0 {
                maybe.insert(action.to_string());
            }
            continue;
        }
        certain.insert(action.to_string());
        let resources = resources(&action, own).unwrap_or_else(|why| {
            unclear.entry(why).or_default().push(action.to_string());
            vec![widest(&action, arn)]
        });
        groups.entry(resources).or_default().insert(action.to_string());
    }
    for (id, own) in &uses {
        let dependents = catalogue.by_id(*id).filter(|_| own.used.count > 0);
        maybe.extend(dependents.into_iter().flat_map(|action| action.dependents().map(str::to_owned)));
    }
    maybe.retain(|name| !certain.contains(name));
    if !maybe.is_empty() {
        let list: Vec<&str> = maybe.iter().map(String::as_str).collect();
        notes.push(format!(
            "may be needed as well, depending on what the calls asked for: {}",
            list.join(", ")
        ));
    }
    notes.push(
        "what is logged as data events only, or not at all, is in the policy only if it was logged"
            .to_owned(),
    );
    notes.extend(
        unclear.iter().map(|(why, names)| format!("allowed on everything, as {why}: {}", names.join(", "))),
    );
    if groups.is_empty() {
        return FromTrail { text: None, notes, near: near(account, arn) };
    }
    let statements = groups.into_iter().map(|(resources, actions)| statement(actions, resources));
    let document = Document {
        version: Some(VersionElement { version: Version::V2012, at: At::default() }),
        id: None,
        statements: Items::list(statements.collect()),
        at: At::default(),
    };
    FromTrail { text: Some(document.to_json()), notes, near: None }
}

/// The user or role of the records that may have been meant by an ARN that they do not show.
fn near(account: &Account, arn: &str) -> Option<Box<str>> {
    let activity = account.activity().ok()?;
    let active = activity.principals(&[PrincipalKind::User, PrincipalKind::Role]);
    let names: Vec<&str> = active.map(|active| &*active.principal.name).collect();
    if names.contains(&arn) { None } else { meant(arn, &names).map(Box::from) }
}

fn statement(actions: BTreeSet<String>, resources: Vec<String>) -> Statement {
    Statement {
        sid: None,
        effect: Effect::Allow,
        principal: None,
        action: listed(actions),
        resource: Some(listed(resources)),
        condition: None,
        at: At::default(),
    }
}

/// Everything that an action can be about: roles are passed within the account of the one who passes them. Source: IAM User
/// Guide, "Grant a user permissions to pass a role to an AWS service".
fn widest(action: &Action<'_>, caller: &str) -> String {
    match Arn::parse(caller) {
        Ok(caller) if is_pass_role(action) => {
            format!("arn:{}:iam::{}:role/*", caller.partition(), caller.account_field())
        }
        _ => "*".to_owned(),
    }
}

fn is_pass_role(action: &Action<'_>) -> bool {
    action.prefix() == "iam" && action.name() == "PassRole"
}

/// The resources in the records that the action was about; everything for one that is about none in particular.
fn resources(action: &Action<'_>, own: &Use<'_>) -> Result<Vec<String>, Unclear> {
    if !action.has_resources() {
        return Ok(vec!["*".to_owned()]);
    }
    let shown =
        if is_pass_role(action) { passed_by(action, &own.calls) } else { shown_by(action, &own.calls) }?;
    if shown.arns.is_empty() {
        return Err(Unclear::NoArn);
    }
    let mut resources: Vec<String> = shown.arns.into_iter().map(escaped).chain(shown.parts).collect();
    resources.sort_unstable();
    Ok(resources)
}
