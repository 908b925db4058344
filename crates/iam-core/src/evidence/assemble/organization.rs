use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use crate::evidence::Account;
use crate::fact::{Fact, Gap, Reason};
use crate::input::organizations_features::OrganizationsFeatures;
use crate::input::organizations_policies::OrganizationPolicy;
use crate::input::{Artefact, quoted};

/// The organisation's policies by id, each once. Of two that differ none is believed.
pub(super) fn policies(found: Vec<OrganizationPolicy>) -> Vec<OrganizationPolicy> {
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
