use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use iam_core::cloudtrail::SeenEvents;

/// Remembers events across threads: 32 bytes for one whose id is a UUID, as CloudTrail's are; the whole text for others.
#[derive(Debug)]
pub(crate) struct Seen {
    shards: Vec<Mutex<Shard>>,
    hasher: RandomState,
}

#[derive(Debug, Default)]
struct Shard {
    /// `eventID` and account, both as numbers.
    numbers: HashSet<(u128, u64)>,
    /// `eventID` and account of the others, with the length of the first in front.
    texts: HashSet<Box<str>>,
}

/// So many that threads rarely meet at one.
const SHARDS: usize = 256;

impl Seen {
    pub(crate) fn new() -> Self {
        let shards = std::iter::repeat_with(Mutex::default).take(SHARDS).collect();
        Self { shards, hasher: RandomState::new() }
    }

    fn shard(&self, hash: u64) -> Option<&Mutex<Shard>> {
        self.shards.get(usize::try_from(hash % SHARDS as u64).unwrap_or(0))
    }
}

impl SeenEvents for Seen {
    fn is_first(&self, id: &str, account: &str) -> bool {
        // The sets hash the keys anew, each with a secret of its own: nobody can write ids that pile up.
        let Some(shard) = self.shard(self.hasher.hash_one(id)) else { return true };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        match uuid(id).zip(number(account)) {
            Some(key) => shard.numbers.insert(key),
            None => shard.texts.insert(format!("{}:{id}{account}", id.len()).into()),
        }
    }
}

/// A UUID as CloudTrail writes it. One in capital letters is another text, and so another event.
fn uuid(id: &str) -> Option<u128> {
    let mut number = 0;
    let mut bytes = id.bytes();
    if bytes.len() != 36 {
        return None;
    }
    for at in 0..36 {
        let byte = bytes.next()?;
        let digit = match byte {
            b'-' if matches!(at, 8 | 13 | 18 | 23) => continue,
            _ if matches!(at, 8 | 13 | 18 | 23) => return None,
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        number = number << 4 | u128::from(digit);
    }
    Some(number)
}

/// An account id as a number, and a number that is none for no account.
fn number(account: &str) -> Option<u64> {
    if account.is_empty() {
        return Some(u64::MAX);
    }
    crate::layout::is_account(account).then(|| account.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_first_once() {
        let seen = Seen::new();
        let id = "0f0e0d0c-0b0a-0908-0706-0504030201ff";
        for (id, account) in [
            (id, "111122223333"),
            (id, "444455556666"),
            (id, ""),
            (id, "anybody"),
            ("0F0E0D0C-0B0A-0908-0706-0504030201FF", "111122223333"),
            ("0f0e0d0c00b0a-0908-0706-0504030201f-", "111122223333"),
            ("", ""),
            ("\u{e4}", ""),
        ] {
            assert!(seen.is_first(id, account), "{id} {account}");
            assert!(!seen.is_first(id, account), "{id} {account}");
        }
    }

    #[test]
    fn a_uuid_is_read_as_its_number() {
        assert_eq!(uuid("00000000-0000-0000-0000-0000000000ff"), Some(255));
        assert_eq!(uuid("00000000-0000-0000-0000-0000000000fg"), None);
        assert_eq!(uuid("00000000-0000-0000-0000-0000000000f"), None);
    }
}
