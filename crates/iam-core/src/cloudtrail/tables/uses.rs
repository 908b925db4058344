use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::Tables;
use super::batch::{Common, Entries};
use super::names::Number;
use crate::cloudtrail::scan::{Text, Value};
use crate::cloudtrail::{EventKinds, Tallies, Usage};

/// How a principal used a call: what changes with every batch first, and apart from what does not.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) tallies: Tallies,
    pub(super) data: u64,
    pub(super) via_service: u64,
    pub(super) latest_place: Number,
    pub(super) kinds: EventKinds,
    /// Hashes of the ARNs that were noted last, so that most need no further look.
    noted: [u64; 4],
    /// The highest value of the sample of resources, once that is full.
    highest: Option<Arc<str>>,
    pub(super) rest: Box<Usage>,
}

impl Default for Use {
    fn default() -> Self {
        Self {
            tallies: Tallies::default(),
            data: 0,
            via_service: 0,
            latest_place: Number::MAX,
            kinds: EventKinds::default(),
            noted: [0; 4],
            highest: None,
            rest: Box::default(),
        }
    }
}

impl Use {
    /// Notes an ARN among the resources.
    pub(super) fn note(&mut self, arn: Text<'_>, hashing: &FixedState) {
        let is_above = self.highest.as_ref().is_some_and(|highest| arn.raw > highest.as_bytes());
        if is_above && !arn.has_escapes {
            self.rest.resources.mark_cut();
            return;
        }
        let hash = hashing.hash_one(arn.raw);
        if self.noted.contains(&hash) {
            return;
        }
        let [first, second, third, _] = self.noted;
        self.noted = [hash, first, second, third];
        let resources = &mut self.rest.resources;
        resources.add(&arn.decoded());
        self.highest = resources.highest().cloned();
    }

    pub(super) fn usage(self) -> Usage {
        Usage {
            tallies: self.tallies,
            data: self.data,
            via_service: self.via_service,
            kinds: self.kinds,
            ..*self.rest
        }
    }
}

impl Tables {
    /// Notes the ARNs in a value among the resources.
    pub(super) fn note_resources(&mut self, common: &Common, entries: &mut Entries, value: Value<'_>) {
        if value.nested().is_empty() {
            return;
        }
        let (arns, hashing) = (self.arns.clone(), self.hashing.clone());
        let Some(own) = self.use_of(common, entries) else { return };
        arns.find(value, |arn| own.note(arn, &hashing));
    }
}
