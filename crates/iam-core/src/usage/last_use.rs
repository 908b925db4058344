//! When a principal was last active, told by whatever source; and what that makes of sources that did not see it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::state::{Vote, Why};

/// When somebody was last active, as a whole and by service. Attempts count: they show that somebody was at work.
#[derive(Debug, Clone, Default)]
pub(super) struct LastUses {
    whole: Option<DateTime<Utc>>,
    /// By the prefix of the actions, in small letters.
    services: BTreeMap<Box<str>, DateTime<Utc>>,
}

/// What a source calls unused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breadth {
    /// All of what the use was of: a role, or a service. One use in the window proves it wrong.
    Whole,
    /// One of several actions. A use that the source saw was of another one.
    Part,
}

impl LastUses {
    /// A use of which nothing tells the service.
    pub(super) fn add(&mut self, at: DateTime<Utc>) {
        self.whole = self.whole.max(Some(at));
    }

    /// A use of a service.
    pub(super) fn add_service(&mut self, prefix: &str, at: DateTime<Utc>) {
        self.add(at);
        let own = self.services.entry(prefix.to_ascii_lowercase().into()).or_insert(at);
        *own = at.max(*own);
    }

    /// Adds those of somebody else, who shares a policy or group.
    pub(super) fn merge(&mut self, other: &Self) {
        self.whole = self.whole.max(other.whole);
        for (prefix, at) in &other.services {
            self.add_service(prefix, *at);
        }
    }

    /// The last use of anything, in UTC.
    pub(super) fn whole(&self) -> Option<DateTime<Utc>> {
        self.whole
    }

    /// The last use of a service, in UTC.
    pub(super) fn of(&self, prefix: &str) -> Option<DateTime<Utc>> {
        self.services.get(prefix).copied()
    }
}

impl Vote {
    /// What is left of the vote when something tells of a use at `last`: a source whose sight ended at `end` does not prove
    /// that nothing was used after that, nor that all of something rested while a part of it was at work.
    pub(super) fn given_use(
        self,
        last: Option<DateTime<Utc>>,
        end: DateTime<Utc>,
        window: TimeDelta,
        breadth: Breadth,
    ) -> Self {
        let is_unseen = |last: DateTime<Utc>| match breadth {
            Breadth::Whole => end.signed_duration_since(last) <= window,
            Breadth::Part => last > end,
        };
        match self {
            Self::Unused { .. } if last.is_some_and(is_unseen) => Self::Silent(Why::UsedSince),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_only_silences() {
        let day = |day: i64| DateTime::from_timestamp(day * 86_400, 0).unwrap();
        let window = TimeDelta::days(90);
        let votes = [
            Vote::Unused { since: day(0), was_used: false },
            Vote::Used { at: day(150), count: None },
            Vote::Possible { because_of: None },
            Vote::Silent(Why::NotTracked),
        ];
        for vote in votes {
            for breadth in [Breadth::Whole, Breadth::Part] {
                assert_eq!(vote.given_use(None, day(200), window, breadth), vote);
                for at in 100..210 {
                    let given = vote.given_use(Some(day(at)), day(200), window, breadth);
                    let is_unseen = at > 200 || (breadth == Breadth::Whole && at >= 110);
                    let is_silenced = is_unseen && matches!(vote, Vote::Unused { .. });
                    let expected = if is_silenced { Vote::Silent(Why::UsedSince) } else { vote };
                    assert_eq!(given, expected, "{vote:?} {at} {breadth:?}");
                }
            }
        }
    }
}
