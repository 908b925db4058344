use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::names::Number;
use super::sums::Pending;
use crate::cloudtrail::scan::{LastText, Scanner};

/// How many identities are remembered.
const MEMO: usize = 256;

/// Where in a record the bytes lie by which its identity is guessed. In nearly every record the id of the principal and the
/// name of the session stand there.
const TELLING: std::ops::Range<usize> = 32..128;

/// Longer parts of a record are searched each time.
const LONGEST_SEARCHED: usize = 1_024;

/// Identities that were seen lately, each at a place that the hash of its bytes tells. In real archives three of four records
/// have the very identity of the record before, and most others that of one shortly before.
#[derive(Debug)]
pub(super) struct Identities {
    /// The last place is for those that cannot be remembered.
    slots: Vec<Remembered>,
    /// The places by a hash of the bytes that stand where identities differ: a guess.
    guesses: Vec<u16>,
    latest: usize,
    hashing: FixedState,
}

/// An identity as it stood in the bytes, and what counting needs to know of it.
#[derive(Debug, Default)]
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
    /// Where its latest record came from.
    pub(super) origin: CallOrigin,
    /// The place of its latest call among those that are remembered.
    pub(super) call: usize,
    /// Where names of resources were looked for the last time.
    pub(super) searched: Searched,
    /// What has been counted and not been added to the tables yet.
    pub(super) pending: Pending,
}

/// The parts of a record in which names of resources stand, and the call that had them. The same call with the same parts has
/// nothing new to say.
#[derive(Debug, Default)]
pub(super) struct Searched {
    call: Number,
    resources: Vec<u8>,
    request: Vec<u8>,
}

impl Searched {
    /// Whether these have been searched; if not, they shall be now.
    #[inline]
    pub(super) fn is_done(&mut self, call: Number, resources: &[u8], request: &[u8]) -> bool {
        if self.call == call && self.resources == resources && self.request == request {
            return true;
        }
        self.call = call;
        self.resources.clear();
        self.request.clear();
        if resources.len() + request.len() <= LONGEST_SEARCHED {
            self.resources.extend_from_slice(resources);
            self.request.extend_from_slice(request);
        }
        false
    }
}

/// From where a call came: the bytes from `awsRegion` to `userAgent`, and what they say.
#[derive(Debug, Default)]
pub(super) struct CallOrigin {
    pub(super) bytes: Vec<u8>,
    pub(super) region: Vec<u8>,
    pub(super) address: Number,
    pub(super) agent: LastText,
    /// The place of a record that came from here and ended like this; 0 if none has.
    pub(super) end: u64,
    pub(super) place: Number,
}

impl Identities {
    /// The place of the identities that cannot be remembered.
    pub(super) const NAMELESS: usize = MEMO;

    pub(super) fn new(hashing: FixedState) -> Self {
        Self {
            slots: (0..=MEMO).map(|_| Remembered::default()).collect(),
            guesses: vec![0; MEMO],
            latest: 0,
            hashing,
        }
    }

    pub(super) fn at(&self, slot: usize) -> Option<&Remembered> {
        self.slots.get(slot)
    }

    pub(super) fn at_mut(&mut self, slot: usize) -> Option<&mut Remembered> {
        self.slots.get_mut(slot)
    }

    pub(super) fn slots(&self) -> std::ops::Range<usize> {
        0..self.slots.len()
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
        there.origin.bytes.clear();
        there.searched = Searched::default();
        Some(there)
    }

    fn guess(&self, record: &[u8]) -> Option<usize> {
        record.get(TELLING).map(|telling| to_place(self.hashing.hash_one(telling)))
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
