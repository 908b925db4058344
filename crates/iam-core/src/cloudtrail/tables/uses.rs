use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::names::{Map, Number};
use crate::cloudtrail::scan::Text;
use crate::cloudtrail::{EventKinds, Tallies, Usage};

/// How many entries are found without a look into the table.
const MEMO: usize = 2_048;

/// Who used which call.
#[derive(Debug)]
pub(super) struct Uses {
    entries: Map<(Number, Number), Entry>,
    /// Where the entries are that were looked for lately.
    memo: Vec<Found>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Found {
    key: (Number, Number),
    /// The place of the entry, plus one; 0 if it has not been looked for yet.
    entry: u32,
    /// How the latest record of this use ended.
    end: u32,
}

impl Uses {
    pub(super) fn new(hashing: FixedState) -> Self {
        Self { entries: Map::with_hasher(hashing), memo: vec![Found::default(); MEMO] }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entry of a principal and a call.
    #[inline]
    pub(super) fn entry(&mut self, principal: Number, call: Number) -> Option<&mut Entry> {
        let key = (principal, call);
        let found = self.memo.get_mut(memo_place(key))?;
        if found.key != key {
            *found = Found { key, ..Found::default() };
        }
        if found.entry == 0 {
            let entry = self.entries.entry(key);
            found.entry = u32::try_from(entry.index() + 1).ok()?;
            entry.or_default();
        }
        self.entries.get_index_mut(found.entry as usize - 1).map(|(_, entry)| entry)
    }

    /// How the latest record of a principal and a call ended, among the ends that are remembered.
    #[inline]
    pub(super) fn end(&self, principal: Number, call: Number) -> Option<usize> {
        let found = self.memo.get(memo_place((principal, call)))?;
        (found.key == (principal, call)).then_some(found.end as usize)
    }

    /// Remembers how a record ended.
    #[inline]
    pub(super) fn expect_end(&mut self, principal: Number, call: Number, end: usize) {
        let key = (principal, call);
        let Some(found) = self.memo.get_mut(memo_place(key)) else { return };
        if found.key != key {
            *found = Found { key, ..Found::default() };
        }
        found.end = u32::try_from(end).unwrap_or(0);
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = ((Number, Number), Entry)> {
        self.entries.into_iter()
    }
}

fn memo_place((principal, call): (Number, Number)) -> usize {
    // Fibonacci hashing: the upper bits of a product with 2^64 / the golden ratio.
    let product = (u64::from(principal) << 32 | u64::from(call)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(product >> 53).unwrap_or(0)
}

/// A usage: what changes with every record first, and apart from what does not.
#[derive(Debug)]
pub(super) struct Entry {
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

impl Default for Entry {
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

impl Entry {
    /// Notes an ARN among the resources.
    pub(super) fn note(&mut self, arn: Text<'_>, hashing: &FixedState) {
        let hash = hashing.hash_one(arn.raw);
        if self.noted.contains(&hash) {
            return;
        }
        let resources = &mut self.rest.resources;
        let is_above = self.highest.as_ref().is_some_and(|highest| arn.raw > highest.as_bytes());
        if is_above && !arn.has_escapes {
            resources.mark_cut();
            return;
        }
        let [first, second, third, _] = self.noted;
        self.noted = [hash, first, second, third];
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
