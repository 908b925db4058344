use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::names::Number;
use crate::cloudtrail::scan::Scanner;

/// How many identities are remembered.
const MEMO: usize = 256;

/// Where in a record the bytes lie by which its identity is guessed. In nearly every record the id of the principal and the
/// name of the session stand there.
const TELLING: std::ops::Range<usize> = 32..128;

/// How these bytes start if the principal is a service.
const SERVICE: &[u8] = br#"tity":{"type":"AWSS"#;

/// Identities that were seen lately, each at a place that the hash of its bytes tells. In real archives three of four records
/// have the very identity of the record before, and most others that of one shortly before.
#[derive(Debug)]
pub(super) struct Identities {
    /// The last place is for those that cannot be remembered.
    slots: Vec<Remembered>,
    /// The places by a hash of the bytes that stand where identities differ: a guess.
    guesses: Vec<u16>,
    latest: usize,
    numbers: u64,
    hashing: FixedState,
}

/// An identity as it stood in the bytes, and what counting needs to know of it.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about an identity")]
pub(super) struct Remembered {
    /// Everything from the start of a record to the end of `userIdentity`, or that alone.
    opening: Vec<u8>,
    /// Where in it the identity begins; 0 if that is all there is.
    begin: usize,
    pub(super) principal: Number,
    pub(super) is_selected: bool,
    pub(super) is_root: bool,
    /// A long-lived access key.
    pub(super) key: Option<Number>,
    pub(super) account: String,
    pub(super) session: String,
    pub(super) is_via_service: bool,
    /// Whether its session has been noted with the principal.
    pub(super) is_session_noted: bool,
    /// No other identity ever had this number, which is not 0.
    pub(super) number: u64,
    /// The place of the row of its latest record.
    pub(super) row: usize,
}

impl Identities {
    /// The place of the identities that cannot be remembered.
    pub(super) const NAMELESS: usize = MEMO;

    pub(super) fn new(hashing: FixedState) -> Self {
        Self {
            slots: (0..=MEMO).map(|_| Remembered::default()).collect(),
            guesses: vec![0; MEMO],
            latest: 0,
            numbers: 0,
            hashing,
        }
    }

    pub(super) fn at(&self, slot: usize) -> Option<&Remembered> {
        self.slots.get(slot)
    }

    pub(super) fn at_mut(&mut self, slot: usize) -> Option<&mut Remembered> {
        self.slots.get_mut(slot)
    }

    /// Passes over the start of a record, up to the end of its identity, if it is one that is remembered.
    #[inline]
    pub(super) fn pass(&mut self, scanner: &mut Scanner<'_>) -> Option<usize> {
        if self.at(self.latest)?.is_passed(scanner) {
            return Some(self.latest);
        }
        let slot = usize::from(*self.guesses.get(self.guess(scanner.ahead())?)?);
        if !self.at(slot)?.is_passed(scanner) {
            return None;
        }
        self.latest = slot;
        Some(slot)
    }

    /// The place of an identity, and whether it is the one that is remembered there.
    pub(super) fn find(&self, identity: &[u8]) -> (usize, bool) {
        if self.at(self.latest).is_some_and(|latest| latest.identity() == identity) {
            return (self.latest, true);
        }
        let slot = to_place(self.hashing.hash_one(identity));
        (slot, self.at(slot).is_some_and(|there| there.identity() == identity))
    }

    /// Remembers how records of an identity begin: these bytes, of which the identity is what stands from `begin`.
    pub(super) fn expect(&mut self, slot: usize, opening: &[u8], begin: usize, ahead: &[u8]) {
        if let Some(there) = self.slots.get_mut(slot) {
            there.opening.clear();
            there.opening.extend_from_slice(opening);
            there.begin = begin;
        }
        let guess = self.guess(ahead).and_then(|guess| self.guesses.get_mut(guess));
        if let (Some(guess), Ok(slot)) = (guess, u16::try_from(slot)) {
            *guess = slot;
        }
        self.latest = slot;
    }

    /// Forgets what is in this place, for the sake of an identity of these bytes.
    pub(super) fn replace(&mut self, slot: usize, identity: &[u8]) -> Option<&mut Remembered> {
        let there = self.slots.get_mut(slot)?;
        there.opening.clear();
        there.opening.extend_from_slice(identity);
        there.begin = 0;
        self.numbers += 1;
        there.number = self.numbers;
        Some(there)
    }

    fn guess(&self, record: &[u8]) -> Option<usize> {
        let telling = record.get(TELLING)?;
        // Those of services are so short that the time of the record would be among the bytes.
        let length = if telling.starts_with(SERVICE) { 56 } else { telling.len() };
        telling.get(..length).map(|telling| to_place(self.hashing.hash_one(telling)))
    }
}

impl Remembered {
    fn identity(&self) -> &[u8] {
        self.opening.get(self.begin..).unwrap_or_default()
    }

    #[inline]
    fn is_passed(&self, scanner: &mut Scanner<'_>) -> bool {
        self.begin > 0 && scanner.pass(&self.opening)
    }
}

fn to_place(hash: u64) -> usize {
    usize::try_from(hash % MEMO as u64).unwrap_or(0)
}
