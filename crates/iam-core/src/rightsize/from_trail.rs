//! A fresh policy made of what CloudTrail records show that a principal did.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::catalogue::{Action, Catalogue};
use iam_policy::document::{Document, Effect, Items, Statement, Version, VersionElement};
use iam_policy::span::At;

use super::fitting::{escaped, fitting};
use super::rewrite::listed;
use crate::cloudtrail::PrincipalKind;
use crate::evidence::Account;
use crate::usage::{Options, Use, meant, uses_of};

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
    for (id, own) in &uses {
        let Some(action) = catalogue.by_id(*id) else { continue };
        if own.used.count == 0 {
            if own.possible.count > 0 {
                maybe.insert(action.to_string());
            }
            continue;
        }
        certain.insert(action.to_string());
        groups.entry(resources(&action, own)).or_default().insert(action.to_string());
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
    if groups.keys().flatten().any(|resource| resource != "*") {
        notes.push(
            "resources are those whose ARNs the records show; a call may name one without, such as a queue by its URL or a \
             secret by its name, and that one is not in the policy"
                .to_owned(),
        );
    }
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

/// The resources in the records that the action can be about; everything, where the records do not tell them all.
fn resources(action: &Action<'_>, own: &Use) -> Vec<String> {
    let everything = || vec!["*".to_owned()];
    if own.has_others || !action.has_resources() {
        return everything();
    }
    let fitting: Vec<String> = fitting(action, &own.resources).into_iter().map(escaped).collect();
    if fitting.is_empty() { everything() } else { fitting }
}
