use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::evidence::{Account, Organization, Supplied};
use crate::fact::{Fact, Gap, Reason};
use crate::ident::{AccountId, Arn};
use crate::input::monitoring::Placed;
use crate::input::monitoring::event_rules::EventTarget;
use crate::input::organizations_features::OrganizationsFeatures;
use crate::input::organizations_policies::{OrganizationPolicy, PolicyTargets, is_policy_id};
use crate::input::organizations_tree::{Branch, Node, is_root, is_unit};
use crate::input::{Artefact, Listing, Parsed, quoted};

/// What files tell of an organisation, with their paths.
#[derive(Default)]
pub(super) struct Board {
    answers: Vec<(String, Parsed)>,
}

impl Board {
    pub(super) fn put(&mut self, path: &str, parsed: Parsed) {
        self.answers.push((path.to_owned(), parsed));
    }
}

/// Whether an empty list under `Targets`, which says nothing itself, lies where the targets of a policy do.
pub(super) fn is_without_targets(path: &str, listing: &Listing<Placed<EventTarget>>) -> bool {
    listing.items.is_empty() && named_in(path, is_policy_id).is_some()
}

/// The nearest folder or file of a path that is called by an id.
fn named_in(path: &str, is_id: impl Fn(&str) -> bool) -> Option<&str> {
    let mut names = path.rsplit('/').map(|name| name.split('.').next().unwrap_or_default());
    names.find(|name| is_id(name))
}

/// Joins what files tell of an organisation. What contradicts itself is a gap.
pub(super) fn join(board: Board) -> (Organization, Vec<Arc<Gap>>) {
    let mut organization = Organization::default();
    let (mut policies, mut managing, mut gaps) = (Vec::new(), Vec::new(), Vec::new());
    for (path, answer) in board.answers {
        match answer {
            Parsed::Organization(described) => managing.push(described.management_account),
            Parsed::OrganizationsTree(branch) => add_branch(&mut organization, &path, branch),
            Parsed::OrganizationsPolicies(listing) => organization.lists.push(listing),
            Parsed::OrganizationsPolicy(policy) => policies.push(*policy),
            Parsed::OrganizationsTargets(answer) => {
                gaps.extend(add_targets(&mut organization, &path, answer));
            }
            Parsed::EventTargets(Listing { file, incomplete, .. }) => {
                let targets = Listing { items: Vec::new(), file, incomplete };
                gaps.extend(add_targets(&mut organization, &path, PolicyTargets { policy: None, targets }));
            }
            _ => {}
        }
    }
    organization.policies = only_once(policies);
    // The ARN of a policy of the customer names the management account, too.
    if managing.is_empty() {
        let listed = organization.lists.iter().flat_map(|list| &list.items);
        let summaries = organization.policies.iter().map(|policy| &policy.summary).chain(listed);
        managing.extend(summaries.filter_map(|summary| Arn::parse(&summary.arn).ok()?.account().ok()));
    }
    managing.sort_unstable();
    managing.dedup();
    match managing.as_slice() {
        [account] => organization.management_account = Some(*account),
        [] => {}
        [_, ..] => gaps.push(contradiction(
            Artefact::Organization,
            "answers name several management accounts of one organization".to_owned(),
        )),
    }
    gaps.extend(organization.parents.values().filter_map(|parent| parent.clone().err()));
    (organization, gaps)
}

fn contradiction(artefact: Artefact, what: String) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::Contradiction,
        artefact: Some(artefact),
        source: None,
        what: what.into(),
        remedy: "hand in the newest answers only".into(),
    })
}

fn add_branch(organization: &mut Organization, path: &str, branch: Branch) {
    let parent = branch.parent.or_else(|| named_in(path, |id| is_root(id) || is_unit(id)).map(str::to_owned));
    for Node { id, in_force, above } in branch.nodes.items {
        if is_root(&id) {
            organization.in_force.extend(in_force.map(|kinds| (id, kinds)));
            continue;
        }
        let below = match (above, &parent) {
            (Some(above), _) => above,
            (None, Some(parent)) => vec![parent.clone()],
            (None, None) => continue,
        };
        for (parent, child) in below.iter().zip(below.iter().skip(1).chain([&id])) {
            place(&mut organization.parents, child, parent);
        }
    }
}

fn place(parents: &mut BTreeMap<String, Supplied<String>>, child: &str, parent: &str) {
    match parents.entry(child.to_owned()) {
        Entry::Vacant(entry) => drop(entry.insert(Ok(parent.to_owned()))),
        Entry::Occupied(mut entry) => {
            if entry.get().as_ref().is_ok_and(|known| known != parent) {
                let what = format!("answers place {} at several places of the organization", quoted(child));
                *entry.get_mut() = Err(contradiction(Artefact::OrganizationsTree, what));
            }
        }
    }
}

/// Adds what a policy is attached to; the gap, where nothing tells which policy that is.
fn add_targets(organization: &mut Organization, path: &str, answer: PolicyTargets) -> Option<Arc<Gap>> {
    let PolicyTargets { policy, targets } = answer;
    let Some(policy) = policy.or_else(|| named_in(path, is_policy_id).map(str::to_owned)) else {
        return Some(Arc::new(Gap {
            reason: Reason::Malformed,
            artefact: Some(Artefact::OrganizationsTargets),
            source: None,
            what: format!("{path} does not say which policy it is about").into(),
            remedy: "call the file by the id of the policy, such as targets/p-example1.json".into(),
        }));
    };
    match organization.targets.entry(policy) {
        Entry::Vacant(entry) => drop(entry.insert(targets)),
        Entry::Occupied(mut entry) => {
            let known = entry.get_mut();
            known.items.extend(targets.items);
            known.incomplete = known.incomplete.take().or(targets.incomplete);
        }
    }
    None
}

/// The organisation's policies by id, each once. Of two that differ none is believed.
fn only_once(found: Vec<OrganizationPolicy>) -> Vec<OrganizationPolicy> {
    let mut policies: BTreeMap<String, OrganizationPolicy> = BTreeMap::new();
    for policy in found {
        match policies.entry(policy.summary.id.clone()) {
            Entry::Vacant(entry) => drop(entry.insert(policy)),
            Entry::Occupied(mut entry) => {
                let known = &mut entry.get_mut().document;
                if let (Fact::Seen(a, source), Fact::Seen(b, _)) = (&*known, &policy.document)
                    && a != b
                {
                    *known = Fact::Unknown(Arc::new(Gap {
                        reason: Reason::Contradiction,
                        artefact: Some(Artefact::OrganizationsPolicy),
                        source: Some(*source),
                        what: format!("two files say different things of {}", quoted(&policy.summary.id))
                            .into(),
                        remedy: "hand in the newest one only".into(),
                    }));
                }
            }
        }
    }
    policies.into_values().collect()
}

/// A member account may not ask what its organisation manages centrally; the management account's answer in the same run
/// tells it. When several answers differ, nothing tells which of them is about the member.
pub(super) fn share(accounts: &mut [Account]) {
    let said = |account: &Account| match &account.organizations_features {
        Ok(
            features @ OrganizationsFeatures::Enabled {
                organization,
                root_credentials_management,
                root_sessions,
            },
        ) => {
            let said =
                (organization.clone(), root_credentials_management.known().ok(), root_sessions.known().ok());
            Some((said, features.clone()))
        }
        _ => None,
    };
    let mut answers = accounts.iter().filter_map(said);
    let enabled = answers
        .next()
        .filter(|(first, _)| answers.all(|(other, _)| other == *first))
        .map(|(_, features)| features);
    for account in accounts {
        if matches!(account.organizations_features, Ok(OrganizationsFeatures::Member(_))) {
            account.organization_of_run.clone_from(&enabled);
        }
    }
}

/// The policies of an organisation are told to its management account, and bind the others: each account has what was handed in
/// beside it, unless what stands beside another one alone tells where it belongs. Where nothing tells that, it may belong to the
/// only organisation of the run.
pub(super) fn share_policies(accounts: &mut [Account]) {
    let all: Vec<Arc<Organization>> =
        accounts.iter().filter_map(|account| account.organization.clone().ok()).collect();
    for (account, own) in accounts.iter_mut().zip(&all) {
        let Some(id) = account.id.filter(|id| own.levels(*id).is_err()) else { continue };
        let mut holding = all.iter().filter(|other| other.levels(id).is_ok());
        match (holding.next(), holding.next()) {
            (Some(other), None) => account.organization = Ok(Arc::clone(other)),
            (Some(_), Some(_)) => account.organization = Err(several(id)),
            (None, _) if own.has_policies() => {}
            (None, _) => {
                let may_hold = |other: &&Arc<Organization>| {
                    let (known, told) = (own.management_account(), other.management_account());
                    other.has_policies() && (known.is_none() || known == told)
                };
                let mut others = all.iter().filter(may_hold);
                if let (Some(other), None) = (others.next(), others.next()) {
                    account.organization = Ok(Arc::clone(other));
                }
            }
        }
    }
}

fn several(account: AccountId) -> Arc<Gap> {
    let what = format!("account {account} stands in the trees of several organizations");
    contradiction(Artefact::OrganizationsTree, what)
}

/// An organisation's analyzers stand in one of its accounts, and look at all of them.
pub(super) fn share_access_analyzer(accounts: &mut [Account]) {
    let told = accounts.iter().filter(|account| !account.access_analyzer.is_empty());
    let told: BTreeMap<_, _> =
        told.filter_map(|account| Some((account.id?, Arc::clone(&account.access_analyzer)))).collect();
    let told = Arc::new(told);
    for account in accounts {
        account.access_analyzer_of_run = Arc::clone(&told);
    }
}

/// The trail of an organisation delivers to a log group of the management account: what hangs on it is known there.
pub(super) fn share_monitoring(accounts: &mut [Account]) {
    let told = accounts.iter().filter(|account| !account.monitoring.is_empty());
    let told: BTreeMap<_, _> =
        told.filter_map(|account| Some((account.id?, Arc::clone(&account.monitoring)))).collect();
    if told.is_empty() {
        return;
    }
    let told = Arc::new(told);
    for account in accounts {
        account.monitoring_of_run = Arc::clone(&told);
    }
}
