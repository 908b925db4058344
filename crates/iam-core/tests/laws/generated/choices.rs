//! From numbers to choices.

use proptest::collection::vec;
use proptest::prelude::*;

/// A list of numbers that is asked for one choice after the other; when it ends, every further choice is the first one.
pub(crate) struct Choices<'c>(pub(crate) std::slice::Iter<'c, u8>);

impl Choices<'_> {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % end
    }

    pub(crate) fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub(crate) fn maybe(&mut self) -> bool {
        self.below(2) == 1
    }

    /// An age of at most `most` seconds, often one on the edge of a threshold.
    pub(crate) fn age(&mut self, most: i64) -> i64 {
        const DAY: i64 = 86_400;
        let age = self.of(&[
            10,
            600,
            DAY - 1,
            DAY,
            44 * DAY + DAY - 1,
            45 * DAY,
            90 * DAY,
            90 * DAY + 1,
            365 * DAY,
            365 * DAY + 1,
            800 * DAY,
            2_000 * DAY,
        ]);
        age.min(most)
    }
}

pub(crate) fn choices() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..400)
}
