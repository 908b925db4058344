//! Sorts the lists of instances with instance profiles by Region.

use std::sync::Arc;

use super::monitoring::{is_path_of, region_in};
use crate::evidence::InstanceProfileUse;
use crate::fact::{Gap, Place, Reason, Source};
use crate::input::instance_profile_associations::InstanceProfileAssociation;
use crate::input::monitoring::Placed;
use crate::input::{Artefact, Listing};

/// A list with the path of its file.
pub(super) type Answer = (String, Listing<Placed<InstanceProfileAssociation>>);

/// Joins the answers; gives back a gap for each file that does not tell its Region. `failed` is why answers are missing, where
/// something says so, and `cut` holds the paths of answers of which a manifest says that pages are missing.
pub(super) fn join(
    answers: Vec<Answer>,
    failed: Option<Arc<Gap>>,
    cut: &[(String, Arc<Gap>)],
) -> (InstanceProfileUse, Vec<Arc<Gap>>) {
    let (mut found, mut gaps) = (InstanceProfileUse { failed, ..InstanceProfileUse::default() }, Vec::new());
    for (path, mut listing) in answers {
        if let Some((_, gap)) = cut.iter().find(|(file, _)| is_path_of(&path, file)) {
            listing.incomplete.get_or_insert_with(|| Arc::clone(gap));
        }
        match region_in(&path) {
            Some(region) => found.by_region.entry(region.to_owned()).or_default().push(listing),
            None => gaps.push(without_region(&listing)),
        }
    }
    if let Some(gap) = gaps.first() {
        found.failed.get_or_insert_with(|| Arc::clone(gap));
    }
    (found, gaps)
}

fn without_region(listing: &Listing<Placed<InstanceProfileAssociation>>) -> Arc<Gap> {
    let artefact = Artefact::InstanceProfileAssociations;
    Arc::new(Gap {
        reason: Reason::Malformed,
        artefact: Some(artefact),
        source: Some(Source { file: listing.file, place: Place::File }),
        what: format!("the {} does not say which Region it is about", artefact.noun()).into(),
        remedy: format!("keep it as instance-profiles/REGION/{artefact}.json").into(),
    })
}
