//! Collections that stay small however much is put into them, and still merge in any order to the same result.
//!
//! The rule that makes it so: of all keys ever put in, the collection keeps the lowest under a fixed order. A key that is
//! among the lowest of a whole is among the lowest of each part that has it, so that no part has thrown away what the
//! whole would keep.

use std::sync::Arc;

use sha2::{Digest, Sha256};

/// Some of the values that were seen: the lowest, in the order of their bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Sample {
    /// Sorted, each once.
    values: Vec<Arc<str>>,
    is_cut: bool,
}

impl Sample {
    /// How many values a sample keeps.
    pub const MOST: usize = 16;
    /// Longer values, in bytes, are not kept.
    pub const LONGEST: usize = 1_024;

    /// Notes a value.
    pub fn add(&mut self, value: &str) {
        if value.len() > Self::LONGEST {
            self.is_cut = true;
            return;
        }
        // Most values of a full sample are too high.
        if self.values.len() >= Self::MOST && self.values.last().is_some_and(|last| value > &**last) {
            self.is_cut = true;
            return;
        }
        if let Err(at) = self.values.binary_search_by(|own| (**own).cmp(value)) {
            self.values.insert(at, Arc::from(value));
            if self.values.len() > Self::MOST {
                self.values.pop();
                self.is_cut = true;
            }
        }
    }

    /// Notes a value that is shared with others.
    pub(super) fn add_shared(&mut self, value: &Arc<str>) {
        if self.values.is_empty() && value.len() <= Self::LONGEST {
            self.values = vec![Arc::clone(value)];
        } else {
            self.add(value);
        }
    }

    /// The highest value, once there are as many as the sample keeps: higher ones are not kept.
    pub(super) fn highest(&self) -> Option<&Arc<str>> {
        self.values.last().filter(|_| self.values.len() >= Self::MOST)
    }

    /// Adds the values of another sample.
    pub fn merge(&mut self, other: Self) {
        self.is_cut |= other.is_cut;
        if self.values.is_empty() {
            self.values = other.values;
        } else {
            other.values.iter().for_each(|value| self.add(value));
        }
    }

    /// The values, in the order of their bytes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.values.iter()
    }

    /// Whether there were more values than these.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && !self.is_cut
    }

    /// A sample of these values, of more if `is_cut`.
    pub(super) fn from_parts(values: impl IntoIterator<Item = Arc<str>>, is_cut: bool) -> Self {
        let mut values: Vec<Arc<str>> = values.into_iter().collect();
        let given = values.len();
        values.retain(|value| value.len() <= Self::LONGEST);
        let has_long = values.len() < given;
        values.sort_unstable();
        values.dedup();
        let has_more = values.len() > Self::MOST;
        values.truncate(Self::MOST);
        Self { values, is_cut: is_cut || has_long || has_more }
    }
}

/// What a bounded map holds, and how two values of one key become one.
pub trait Merge: Default {
    /// Adds what the other one holds.
    fn merge(&mut self, other: Self);
}

/// A key's place in the fixed order by which bounded maps choose whom to keep.
pub trait Rank: Ord {
    /// The lowest are kept. Keys of one rank are chosen between by a hash of their bytes.
    fn rank(&self) -> u8 {
        0
    }

    /// The bytes that tell this key from every other.
    fn bytes(&self) -> Vec<u8>;
}

impl Rank for Arc<str> {
    fn bytes(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}

/// A map of at most so many keys: of all that were put in, those with the lowest rank and then the lowest hash.
///
/// The hash is SHA-256, the same on every machine, so that parts made on many machines choose alike. The entries stand in a
/// sorted list: most maps hold a handful, and a tree would take several times their memory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bounded<K, V> {
    entries: Vec<(K, V)>,
    is_cut: bool,
}

impl<K, V> Default for Bounded<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), is_cut: false }
    }
}

impl<K: Rank + Clone, V: Merge> Bounded<K, V> {
    /// Puts in a value, or adds it to the one that is there.
    pub fn add(&mut self, key: K, value: V) {
        match self.entries.binary_search_by(|(own, _)| own.cmp(&key)) {
            Ok(at) => {
                if let Some((_, own)) = self.entries.get_mut(at) {
                    own.merge(value);
                }
            }
            Err(at) => self.entries.insert(at, (key, value)),
        }
    }

    /// Adds the entries of another map and keeps at most `most`; gives back what had to go.
    pub fn merge(&mut self, other: Self, most: usize) -> Vec<(K, V)> {
        self.is_cut |= other.is_cut;
        if self.entries.is_empty() {
            self.entries = other.entries;
        } else if !other.entries.is_empty() {
            self.entries.extend(other.entries);
            // Two sorted runs: a stable sort merges them in one pass.
            self.entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            self.join_neighbours();
        }
        self.cut(most)
    }

    /// Makes one entry of neighbours with the same key.
    fn join_neighbours(&mut self) {
        self.entries.dedup_by(|(key, value), (own_key, own)| {
            let is_same = key == own_key;
            if is_same {
                own.merge(std::mem::take(value));
            }
            is_same
        });
    }

    /// Keeps at most `most` entries; gives back the others, in no order that matters.
    pub fn cut(&mut self, most: usize) -> Vec<(K, V)> {
        if self.entries.len() <= most {
            return Vec::new();
        }
        self.is_cut = true;
        let mut ranks: Vec<(u8, [u8; 32])> =
            self.entries.iter().map(|(key, _)| (key.rank(), Sha256::digest(key.bytes()).into())).collect();
        let own = ranks.clone();
        let (_, limit, _) = ranks.select_nth_unstable(most);
        let limit = *limit;
        let mut own = own.into_iter();
        let (kept, gone) = self.entries.drain(..).partition(|_| own.next().is_some_and(|rank| rank < limit));
        self.entries = kept;
        gone
    }
}

impl<K: Ord, V> Bounded<K, V> {
    /// A map of these entries, which have different keys.
    pub(super) fn of(mut entries: Vec<(K, V)>) -> Self {
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Self { entries, is_cut: false }
    }

    /// The entries, by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        let at = self.entries.binary_search_by(|(own, _)| own.borrow().cmp(key)).ok()?;
        self.entries.get(at).map(|(_, value)| value)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether there were more entries than these.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Changes each value.
    pub(super) fn for_each_mut(&mut self, mut change: impl FnMut(&mut V)) {
        self.entries.iter_mut().for_each(|(_, value)| change(value));
    }

    /// Says that there were more entries than these.
    pub(super) fn mark_cut(&mut self) {
        self.is_cut = true;
    }
}
