use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Account, Supplied};
use crate::fact::{Gap, Reason};
use crate::input::instance_profile_associations::InstanceProfileAssociation;
use crate::input::monitoring::Placed;
use crate::input::{Artefact, Listing};

/// Which EC2 instances of an account have which instance profile, Region by Region.
#[derive(Debug, Clone, Default)]
pub struct InstanceProfileUse {
    pub(super) by_region: BTreeMap<String, Vec<Listing<Placed<InstanceProfileAssociation>>>>,
    /// Why a Region may be missing, where something says so.
    pub(super) failed: Option<Arc<Gap>>,
}

impl InstanceProfileUse {
    /// An instance that has this instance profile, and its Region.
    pub fn of(&self, profile: &str) -> Option<(&str, &Placed<InstanceProfileAssociation>)> {
        let all = self.by_region.iter().flat_map(|(region, listings)| {
            listings.iter().flat_map(|listing| &listing.items).map(|item| (region.as_str(), item))
        });
        let mut held = all.filter(|(_, item)| item.value.is_held && item.value.profile == profile);
        held.next()
    }

    /// How many Regions were read, if these are among them, each to its end.
    ///
    /// # Errors
    ///
    /// The gap, when a Region was not read or its list is not whole.
    pub fn complete_in(&self, regions: &[String]) -> Supplied<usize> {
        let artefact = Artefact::InstanceProfileAssociations;
        for listing in self.by_region.values().flatten() {
            listing.complete()?;
        }
        let unread: Vec<&str> = regions
            .iter()
            .map(String::as_str)
            .filter(|region| !self.by_region.contains_key(*region))
            .collect();
        let Some(first) = unread.first() else { return Ok(self.by_region.len()) };
        if let Some(gap) = &self.failed {
            return Err(Arc::clone(gap));
        }
        let what = if self.by_region.is_empty() {
            artefact.not_handed_in()
        } else {
            let others = match unread.len() - 1 {
                0 => String::new(),
                1 => " and one other Region".to_owned(),
                others => format!(" and {others} other Regions"),
            };
            format!("no {} of {first}{others} was handed in", artefact.noun())
        };
        Err(Arc::new(Gap {
            reason: Reason::NotSupplied,
            artefact: Some(artefact),
            source: None,
            what: what.into(),
            remedy: format!(
                "add the output of `{}` for each Region, as instance-profiles/REGION/{artefact}.json",
                artefact.command()
            )
            .into(),
        }))
    }
}

impl Account {
    /// Which EC2 instances have which instance profile.
    pub fn instance_profile_use(&self) -> &InstanceProfileUse {
        &self.instance_profile_use
    }
}
