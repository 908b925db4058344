use std::hash::BuildHasher as _;
use std::sync::Arc;

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
    pub(super) with_resources: u64,
    pub(super) latest_place: Number,
    pub(super) kinds: EventKinds,
    pub(super) arns: NotedArns,
    pub(super) rest: Box<Usage>,
}

impl Default for Use {
    fn default() -> Self {
        Self {
            tallies: Tallies::default(),
            data: 0,
            via_service: 0,
            with_resources: 0,
            latest_place: Number::MAX,
            kinds: EventKinds::default(),
            arns: NotedArns::default(),
            rest: Box::default(),
        }
    }
}

/// ARNs that need not be noted once more.
#[derive(Debug, Default)]
pub(super) struct NotedArns {
    /// Hashes of those that were noted last.
    lately: [u64; 4],
    /// All above this one are left out of the sample, and that some are has been noted.
    pub(super) highest: Option<Arc<str>>,
}

impl NotedArns {
    /// Whether an ARN without escapes is above all that are kept.
    pub(super) fn is_above(&self, arn: &[u8]) -> bool {
        self.highest.as_ref().is_some_and(|highest| arn > highest.as_bytes())
    }

    /// Whether an ARN with this hash was noted lately; from here on it was.
    pub(super) fn was_noted(&mut self, hash: u64) -> bool {
        if self.lately.contains(&hash) {
            return true;
        }
        let [first, second, third, _] = self.lately;
        self.lately = [hash, first, second, third];
        false
    }
}

impl Use {
    /// Notes an ARN with this hash among the resources.
    pub(super) fn note(&mut self, arn: Text<'_>, hash: u64) {
        if !arn.has_escapes && self.arns.is_above(arn.raw) || self.arns.was_noted(hash) {
            return;
        }
        let resources = &mut self.rest.resources;
        resources.add(&arn.decoded());
        self.arns.highest = resources.highest().filter(|_| resources.is_cut()).cloned();
    }

    pub(super) fn usage(self) -> Usage {
        Usage {
            tallies: self.tallies,
            data: self.data,
            via_service: self.via_service,
            with_resources: self.with_resources,
            kinds: self.kinds,
            ..*self.rest
        }
    }
}

impl Tables {
    /// Notes the ARNs in a value among the resources; returns whether there are any.
    pub(super) fn note_resources(
        &mut self,
        common: &Common,
        entries: &mut Entries,
        value: Value<'_>,
    ) -> bool {
        if value.nested().is_empty() {
            return false;
        }
        let (arns, hashing) = (self.arns.clone(), self.hashing.clone());
        let Some(own) = self.use_of(common, entries) else { return false };
        let mut has_any = false;
        arns.find(value, |arn| {
            has_any = true;
            own.note(arn, hashing.hash_one(arn.raw));
        });
        has_any
    }
}
