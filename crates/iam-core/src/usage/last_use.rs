//! When a principal was last active, told by whatever source; and what that makes of sources that did not see it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::state::{Vote, Why};

/// Sources of one collection tell of last uses a little apart: AWS shows a use within hours, and a fetch takes its time.
const APART: TimeDelta = TimeDelta::days(1);

/// When somebody was last active, as a whole and by service. Attempts count: they show that somebody was at work.
#[derive(Debug, Clone, Default)]
pub(super) struct LastUses {
    whole: Option<DateTime<Utc>>,
    /// The last use of which nothing tells the service.
    untold: Option<DateTime<Utc>>,
    /// By the prefix of the actions, in small letters.
    services: BTreeMap<Box<str>, DateTime<Utc>>,
}

/// When somebody was last active, as far as it matters for one service.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LastUse {
    /// In whatever service.
    whole: Option<DateTime<Utc>>,
    /// In a service that nothing tells.
    untold: Option<DateTime<Utc>>,
    /// In this service.
    service: Option<DateTime<Utc>>,
}

/// What a source calls unused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breadth {
    /// A principal. One use of anything in the window proves it wrong.
    Principal,
    /// A service. One use of it in the window proves it wrong.
    Service,
    /// One of several actions of a service. A use of it that the source saw was of another one.
    Action,
}

impl LastUses {
    /// A use of which nothing tells the service.
    pub(super) fn add(&mut self, at: DateTime<Utc>) {
        self.add_told(at);
        self.untold = self.untold.max(Some(at));
    }

    /// A use of something that is no service with actions, or stands with its service elsewhere.
    pub(super) fn add_told(&mut self, at: DateTime<Utc>) {
        self.whole = self.whole.max(Some(at));
    }

    /// A use of a service.
    pub(super) fn add_service(&mut self, prefix: &str, at: DateTime<Utc>) {
        self.add_told(at);
        let own = self.services.entry(prefix.to_ascii_lowercase().into()).or_insert(at);
        *own = at.max(*own);
    }

    /// Adds those of somebody else, who shares a policy or group.
    pub(super) fn merge(&mut self, other: &Self) {
        self.whole = self.whole.max(other.whole);
        self.untold = self.untold.max(other.untold);
        for (prefix, at) in &other.services {
            self.add_service(prefix, *at);
        }
    }

    /// What of them matters for a service.
    pub(super) fn of(&self, prefix: &str) -> LastUse {
        let service = self.services.get(prefix).copied();
        LastUse { whole: self.whole, untold: self.untold, service }
    }
}

impl LastUse {
    /// Whether there is a use that a source whose sight ended at `end` did not see: it does not prove that nothing was used
    /// after that, nor that all of something rested while a part of it was at work.
    fn is_unseen(self, end: DateTime<Utc>, window: TimeDelta, breadth: Breadth) -> bool {
        let in_window = |at: DateTime<Utc>| end.signed_duration_since(at) <= window;
        let is_later = |at: DateTime<Utc>| at > end;
        match breadth {
            Breadth::Principal => return self.whole.is_some_and(in_window),
            Breadth::Service if self.service.is_some_and(in_window) => return true,
            Breadth::Action if self.service.is_some_and(is_later) => return true,
            Breadth::Service | Breadth::Action => {}
        }
        self.untold.is_some_and(|at| at.signed_duration_since(end) > APART)
    }
}

impl Vote {
    /// What is left of the vote of a source whose sight ended at `end`, when others tell of uses.
    pub(super) fn given_use(
        self,
        last: LastUse,
        end: DateTime<Utc>,
        window: TimeDelta,
        breadth: Breadth,
    ) -> Self {
        match self {
            Self::Unused { .. } if last.is_unseen(end, window, breadth) => Self::Silent(Why::UsedSince),
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
        // Who tells of a use, and from which day on that silences a source whose sight ended on day 200.
        let of_service = |at| LastUse { whole: at, untold: None, service: at };
        let of_other = |at| LastUse { whole: at, untold: None, service: None };
        let of_nobody_knows_what = |at| LastUse { whole: at, untold: at, service: None };
        let cases: [(fn(Option<DateTime<Utc>>) -> LastUse, Breadth, i64); 9] = [
            (of_service, Breadth::Principal, 110),
            (of_service, Breadth::Service, 110),
            (of_service, Breadth::Action, 201),
            (of_other, Breadth::Principal, 110),
            (of_other, Breadth::Service, i64::MAX),
            (of_other, Breadth::Action, i64::MAX),
            (of_nobody_knows_what, Breadth::Principal, 110),
            (of_nobody_knows_what, Breadth::Service, 202),
            (of_nobody_knows_what, Breadth::Action, 202),
        ];
        for vote in votes {
            for (last, breadth, from) in cases {
                assert_eq!(vote.given_use(last(None), day(200), window, breadth), vote);
                for at in 100..210 {
                    let given = vote.given_use(last(Some(day(at))), day(200), window, breadth);
                    let is_silenced = at >= from && matches!(vote, Vote::Unused { .. });
                    let expected = if is_silenced { Vote::Silent(Why::UsedSince) } else { vote };
                    assert_eq!(given, expected, "{vote:?} {at} {breadth:?}");
                }
            }
        }
    }
}
