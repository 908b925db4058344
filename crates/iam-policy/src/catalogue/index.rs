//! Actions by name, for looking up many: the tables are sorted, but halving them again and again costs more than hashing once.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::decode::{ActionRow, Range, ServiceRow};

/// The places of actions. Nothing is ever read in the order of the hashes.
#[derive(Debug, Default)]
pub(super) struct Index(HashTable<u32>);

impl Index {
    pub(super) fn of(services: &[ServiceRow], actions: &[ActionRow], lower: &[u8]) -> Self {
        let mut table = HashTable::with_capacity(actions.len());
        for service in services {
            let rows = service.actions.of(actions);
            for (row, place) in rows.iter().zip(service.actions.start..) {
                let hash = hash_of(service.actions, row.name.bytes_of(lower));
                // It never grows, so that nothing is hashed again.
                table.insert_unique(hash, place, |_| 0);
            }
        }
        Self(table)
    }

    /// The place of the action of a service by its name in lower case.
    pub(super) fn place(&self, of: Range, name: &[u8], actions: &[ActionRow], lower: &[u8]) -> Option<u32> {
        let is_it = |place: &u32| {
            let row = actions.get(*place as usize);
            (of.start..of.end).contains(place) && row.is_some_and(|row| row.name.bytes_of(lower) == name)
        };
        self.0.find(hash_of(of, name), is_it).copied()
    }
}

fn hash_of(service: Range, name: &[u8]) -> u64 {
    FixedState::default().hash_one((service.start, name))
}
