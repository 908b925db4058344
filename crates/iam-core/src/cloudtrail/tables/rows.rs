//! What the fold remembers of the records that it saw lately.

use std::hash::BuildHasher as _;
use std::ops::Range;

use foldhash::fast::FixedState;

use super::batch::{Common, Counts, Entries};
use super::names::Number;
use super::uses::NotedArns;
use crate::cloudtrail::known_calls::KnownCall;
use crate::cloudtrail::scan::{LastText, Part, Scanner};

/// How many rows are remembered: as many as fit into the second cache beside a file of usual size.
const MOST: usize = 512;

/// Where in the part from `eventSource` on the bytes lie by which a row is found: behind the first key, and no longer than
/// the shortest such part.
const TELLING: Range<usize> = 16..96;

/// Rows, each at a place that a hash of its identity and its first bytes tells.
#[derive(Debug)]
pub(super) struct Rows {
    rows: Vec<Row>,
    hashing: FixedState,
}

/// Records of one identity that are alike from `eventSource` to `userAgent`. In real archives most records are of a row that
/// was there shortly before: programs make the same call again and again.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The identity's number; 0 if nothing is remembered here.
    pub(super) identity: u64,
    /// The bytes from `eventSource` to `userAgent`.
    pub(super) opening: Vec<u8>,
    /// Where in it the Region stands.
    pub(super) region: Range<usize>,
    pub(super) agent: LastText,
    pub(super) known: Option<KnownCall>,
    /// The account in whose trail the latest record stands.
    pub(super) account: Vec<u8>,
    /// Where the batch is counted.
    pub(super) entries: Entries,
    pub(super) is_selected: bool,
    /// Whether no record of it says more than what is counted, as long as it was not denied.
    pub(super) is_plain: bool,
    /// For a call of the watchlist: a quarter, and the earliest moment in it that has been noted.
    pub(super) watched: Option<(Number, i64)>,
    /// What is known to be noted of the ARNs in its records.
    pub(super) arns: NotedArns,
    /// What the records of the batch have in common.
    pub(super) common: Common,
    /// What has been counted and not been added to the tables yet.
    pub(super) pending: Counts,
    /// Where in the bytes that are being read the parts of its latest record stand.
    pub(super) latest: Latest,
}

/// Parts of a record that often are what they were in the record before.
#[derive(Debug, Default, Clone)]
pub(super) struct Latest {
    /// The number of the piece of a file in which they stand.
    pub(super) piece: u64,
    /// The value of `requestParameters`, if it has been searched for ARNs.
    pub(super) request: Part,
    /// The value of `resources`, likewise.
    pub(super) resources: Part,
    /// Whether there is an ARN in that value of `requestParameters`.
    pub(super) is_arn_in_request: bool,
    /// Whether there is one in that of `resources`.
    pub(super) is_arn_in_resources: bool,
    /// Everything from `eventType` on.
    pub(super) end: Range<usize>,
}

impl Rows {
    pub(super) fn new(hashing: FixedState) -> Self {
        Self { rows: (0..MOST).map(|_| Row::default()).collect(), hashing }
    }

    #[inline]
    pub(super) fn at(&self, row: usize) -> Option<&Row> {
        self.rows.get(row)
    }

    #[inline]
    pub(super) fn at_mut(&mut self, row: usize) -> Option<&mut Row> {
        self.rows.get_mut(row)
    }

    /// All places.
    pub(super) fn places(&self) -> Range<usize> {
        0..self.rows.len()
    }

    /// The place of the row of a record whose bytes from `eventSource` on lie ahead.
    #[inline]
    pub(super) fn place(&self, identity: u64, ahead: &[u8]) -> Option<usize> {
        let hash = self.hashing.hash_one((identity, ahead.get(TELLING)?));
        usize::try_from(hash % MOST as u64).ok()
    }
}

impl Row {
    /// Passes over the part from `eventSource` to `userAgent`, if it is that of this row and its identity.
    #[inline]
    pub(super) fn is_passed(&self, identity: u64, scanner: &mut Scanner<'_>) -> bool {
        self.identity == identity && scanner.pass(&self.opening)
    }

    /// `awsRegion`.
    pub(super) fn region(&self) -> &[u8] {
        self.opening.get(self.region.clone()).unwrap_or_default()
    }
}
