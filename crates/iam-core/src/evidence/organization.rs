use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Supplied;
use crate::fact::{Gap, Reason};
use crate::ident::AccountId;
use crate::input::organizations_policies::{
    OrganizationPolicy, OrganizationPolicyKind, OrganizationPolicySummary,
};
use crate::input::organizations_tree::is_root;
use crate::input::{Artefact, Listing, quoted};

/// What was handed in of an organisation: where its accounts stand, the policies that bound them, and what these are attached to.
#[derive(Debug, Clone, Default)]
pub struct Organization {
    pub(super) management_account: Option<AccountId>,
    /// What each account and unit stands in, by id.
    pub(super) parents: BTreeMap<String, Supplied<String>>,
    /// The types of policies in force below each root, by its id.
    pub(super) in_force: BTreeMap<String, BTreeSet<OrganizationPolicyKind>>,
    pub(super) policies: Vec<OrganizationPolicy>,
    pub(super) lists: Vec<Listing<OrganizationPolicySummary>>,
    /// What each policy is attached to, by its id.
    pub(super) targets: BTreeMap<String, Listing<String>>,
}

/// A root has five levels of units below it at most. Source: AWS Organizations User Guide, "Quotas for AWS Organizations",
/// "OU maximum nesting in a root".
const MOST_LEVELS: usize = 16;

impl Organization {
    /// The account that the policies do not bind.
    pub fn management_account(&self) -> Option<AccountId> {
        self.management_account
    }

    /// Whether anything tells of its policies.
    pub(super) fn has_policies(&self) -> bool {
        !self.policies.is_empty() || !self.lists.is_empty()
    }

    /// The policies whose text was handed in, by id.
    pub fn policies(&self) -> &[OrganizationPolicy] {
        &self.policies
    }

    /// Lists of policies, without what they say.
    pub fn lists(&self) -> &[Listing<OrganizationPolicySummary>] {
        &self.lists
    }

    /// What a policy is attached to; `None` where no answer tells.
    pub fn targets(&self, policy: &str) -> Option<&Listing<String>> {
        self.targets.get(policy)
    }

    /// The types of policies in force below a root; `None` where no answer tells.
    pub fn in_force(&self, root: &str) -> Option<&BTreeSet<OrganizationPolicyKind>> {
        self.in_force.get(root)
    }

    /// The roots of which an answer tells which types of policies are in force.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.in_force.keys().map(String::as_str)
    }

    /// The root, the units and the account itself, in this order: what its policies may be attached to.
    ///
    /// # Errors
    ///
    /// The gap, where answers do not lead from the account up to a root.
    pub fn levels(&self, account: AccountId) -> Supplied<Vec<String>> {
        let mut levels = vec![account.to_string()];
        while let Some(last) = levels.last().filter(|last| !is_root(last)) {
            let parent = match self.parents.get(last) {
                Some(parent) => parent.clone()?,
                None => return Err(unplaced(last)),
            };
            if levels.len() >= MOST_LEVELS {
                return Err(unplaced(&parent));
            }
            levels.push(parent);
        }
        levels.reverse();
        Ok(levels)
    }
}

fn unplaced(id: &str) -> Arc<Gap> {
    Arc::new(Gap {
        reason: Reason::NotSupplied,
        artefact: Some(Artefact::OrganizationsTree),
        source: None,
        what: format!("where {} stands in the organization was not seen", quoted(id)).into(),
        remedy: "hand in what the management account is told by `aws organizations list-roots`, `list-accounts`, and \
                 `aws organizations list-children` for each root and unit"
            .into(),
    })
}
