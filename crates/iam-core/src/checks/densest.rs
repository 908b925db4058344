//! Where in time things crowd.

/// The most that happened within a length of time, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Densest {
    /// How many.
    pub(super) count: u64,
    /// The second of the first of them, since 1970-01-01 UTC.
    pub(super) first: i64,
    /// The second of the last.
    pub(super) last: i64,
}

impl Densest {
    /// Among moments in order of time, each with how many there were. Two that lie exactly `within` seconds apart belong
    /// together. Of equal crowds the earliest.
    pub(super) fn of(moments: &[(i64, u64)], within: i64) -> Option<Self> {
        let mut best: Option<Self> = None;
        let (mut count, mut starts) = (0, moments.iter().peekable());
        for (last, here) in moments {
            count += here;
            while let Some((_, gone)) = starts.next_if(|(second, _)| last.saturating_sub(*second) > within) {
                count -= gone;
            }
            let first = starts.peek().map_or(*last, |(second, _)| *second);
            if best.is_none_or(|best| count > best.count) {
                best = Some(Self { count, first, last: *last });
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_belongs_to_the_crowd() {
        let moments = [(0, 1), (600, 1), (601, 2), (1_200, 1)];
        assert_eq!(Densest::of(&moments, 600), Some(Densest { count: 4, first: 600, last: 1_200 }));
        assert_eq!(Densest::of(&moments, 599), Some(Densest { count: 3, first: 600, last: 601 }));
        assert_eq!(Densest::of(&[], 600), None);
    }
}
