//! Events made of what event selectors name: the service that one leaves out is the service whose calls have to be followed.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::watch_chain::Watch;
use super::watch_events::Sample;
use crate::fact::{Gap, Reason};
use crate::input::Artefact;
use crate::input::monitoring::trail_selectors::TrailSelector;

/// Services and calls that are followed, each with each. AWS offers two services.
const MOST: usize = 100;

/// The services that AWS offers to leave out, because their events are many. Source: CloudTrail API Reference, `EventSelector`.
const OFFERED: [&str; 2] = ["kms", "rdsdata"];

impl Sample<'_> {
    /// Whether AWS offers to leave out the calls to this service.
    pub(super) fn is_of_offered(&self) -> bool {
        OFFERED.contains(&self.service)
    }
}

impl Watch<'_> {
    /// The control's event for each service and call that the selectors of a trail name, and for one that they do not name.
    ///
    /// # Errors
    ///
    /// The gap, where they name more than can be followed.
    pub(super) fn anywhere(&self) -> Result<Vec<Sample<'_>>, Arc<Gap>> {
        let monitoring = self.account.monitoring();
        let (Some(anywhere), Ok(trails)) = (self.control.anywhere, monitoring.trails()) else {
            return Ok(Vec::new());
        };
        let of_trails = trails.items().filter_map(|trail| monitoring.selectors(&trail.value).ok());
        let selectors: Vec<&TrailSelector> =
            of_trails.flat_map(|selectors| &selectors.value.selectors).collect();
        let named = |field: &'static str| -> BTreeSet<&str> {
            selectors.iter().flat_map(|selector| selector.values_of(field)).collect()
        };
        let (services, calls) = (named("eventSource"), named("eventName"));
        if services.is_empty() && calls.is_empty() {
            return Ok(Vec::new());
        }
        if (services.len() + 1).saturating_mul(calls.len() + 1) > MOST {
            return Err(Arc::new(Gap {
                reason: Reason::NotSupplied,
                artefact: Some(Artefact::TrailSelectors),
                source: None,
                what: format!(
                    "the event selectors of trails name {} services and {} calls, more than the {MOST} that are followed",
                    services.len(),
                    calls.len()
                )
                .into(),
                remedy: "look at the event selectors yourself".into(),
            }));
        }
        let (services, calls) = (or_another(services), or_another(calls));
        let pairs = services.iter().flat_map(|service| calls.iter().map(move |call| (*service, *call)));
        let samples =
            pairs.flat_map(|(service, call)| [false, true].map(|reads| anywhere.to(service, call, reads)));
        Ok(samples.collect())
    }
}

/// The names, and none of them.
fn or_another(names: BTreeSet<&str>) -> Vec<Option<&str>> {
    names.into_iter().map(Some).chain([None]).collect()
}
