use std::fmt;

use chrono::{DateTime, Utc};
use iam_policy::catalogue::ActionId;

/// From when to when a source saw everything.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) first: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
}

/// Whether something that is granted was used. The lower the stronger: what is used by one of several is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It was used, or at least attempted where the source does not tell both apart.
    Used,
    /// It was only attempted: denied, or refused before anyone looked at permissions.
    Attempted,
    /// No source could have seen it.
    Unknown,
    /// A source that would have seen it, did not.
    Unused,
}

/// What can tell of use. The order is that of [`Votes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UsageSource {
    /// The last accessed report of the principal.
    LastAccessed,
    /// `CloudTrail` records.
    CloudTrail,
    /// `RoleLastUsed` of the account authorization details.
    RoleLastUsed,
    /// Findings of IAM Access Analyzer about unused access.
    AccessAnalyzer,
}

/// What one source says of one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vote {
    /// It was used.
    Used {
        /// The last time, in UTC.
        at: DateTime<Utc>,
        /// How often, where the source counts.
        count: Option<u64>,
    },
    /// It was attempted and never authorised.
    Attempted {
        /// The last time, in UTC.
        at: DateTime<Utc>,
        /// How often.
        count: u64,
    },
    /// It may have been used: it hangs on what a call asked for.
    Possible {
        /// The action that was used and may have needed it.
        because_of: Option<ActionId>,
    },
    /// It was not used in the window, although the source would have seen it.
    Unused {
        /// The start of the time in which it was not used, in UTC: the last use, or the start of what the source saw.
        since: DateTime<Utc>,
        /// Whether that was a use.
        was_used: bool,
    },
    /// The source cannot tell.
    Silent(Why),
}

/// Why a source cannot tell whether an action was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// There is no such source.
    NoSource,
    /// It is there, but not finished, cut off or damaged.
    Incomplete,
    /// It lists the service or action not at all, so that it was not granted at that time.
    NotListed,
    /// The service was used, and the action is none that is tracked by itself.
    NotTracked,
    /// What it saw is shorter than the window.
    TooShort,
    /// It ends before the window begins.
    TooOld,
    /// Something else tells of a use that it did not see.
    UsedSince,
    /// The principal is younger than the window, or its age is not known.
    TooYoung,
    /// Records of it are data events, which are not logged unless somebody asks for them.
    DataEvent,
    /// Nothing tells whether there would be records of it.
    NotLogged,
    /// The principal made calls of the service of which nobody knows what they need.
    UnmappedEvents,
    /// `iam:PassRole` is no call: no source sees it.
    PassRole,
    /// The group or policy has nobody who could have used it and of whom something is known.
    NoHolder,
}

/// What is known of the use of one granted action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionUsage {
    /// The action.
    pub id: ActionId,
    /// The answer.
    pub state: State,
    /// What each source says.
    pub votes: Votes,
}

/// What each source says, in the order of [`UsageSource`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Votes(pub(super) [Vote; UsageSource::ALL.len()]);

impl State {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Used, Self::Attempted, Self::Unknown, Self::Unused];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Attempted => "attempted",
            Self::Unknown => "unknown",
            Self::Unused => "unused",
        }
    }
}

impl UsageSource {
    /// Every source.
    pub const ALL: [Self; 4] =
        [Self::LastAccessed, Self::CloudTrail, Self::RoleLastUsed, Self::AccessAnalyzer];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LastAccessed => "last-accessed",
            Self::CloudTrail => "cloudtrail",
            Self::RoleLastUsed => "role-last-used",
            Self::AccessAnalyzer => "access-analyzer",
        }
    }
}

impl Why {
    /// The reason in a few words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSource => "not handed in",
            Self::Incomplete => "not whole",
            Self::NotListed => "does not list it",
            Self::NotTracked => "does not track it",
            Self::TooShort => "shorter than the window",
            Self::TooOld => "ends before the window",
            Self::UsedSince => "did not see a use that something else tells of",
            Self::TooYoung => "principal too young",
            Self::DataEvent => "needs data events",
            Self::NotLogged => "may not be logged",
            Self::UnmappedEvents => "unmapped events of the service",
            Self::PassRole => "PassRole is no call",
            Self::NoHolder => "nobody has it",
        }
    }
}

impl ActionUsage {
    /// Combines what the sources say.
    pub(super) fn of(id: ActionId, votes: Votes) -> Self {
        Self { id, state: votes.state(), votes }
    }
}

impl Votes {
    /// Every source says the same.
    pub(super) fn all(vote: Vote) -> Self {
        Self([vote; UsageSource::ALL.len()])
    }

    /// What the sources say together: one that saw a use decides, then one that saw an attempt.
    pub fn state(&self) -> State {
        let any = |is: fn(&Vote) -> bool| self.0.iter().any(is);
        if any(|vote| matches!(vote, Vote::Used { .. })) {
            State::Used
        } else if any(|vote| matches!(vote, Vote::Attempted { .. })) {
            State::Attempted
        } else if any(|vote| matches!(vote, Vote::Possible { .. })) {
            State::Unknown
        } else if any(|vote| matches!(vote, Vote::Unused { .. })) {
            State::Unused
        } else {
            State::Unknown
        }
    }

    /// The last time that it was used or attempted, in UTC, also before the window.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.0.iter().filter_map(Vote::last).max()
    }

    /// How often it was used, by the source that counts.
    pub fn count(&self) -> Option<u64> {
        self.0.iter().find_map(|vote| match vote {
            Vote::Used { count, .. } => *count,
            Vote::Attempted { count, .. } => Some(*count),
            _ => None,
        })
    }

    /// Each source with what it says.
    pub fn by_source(&self) -> impl Iterator<Item = (UsageSource, Vote)> + use<> {
        UsageSource::ALL.into_iter().zip(self.0)
    }

    /// The sources that decided.
    pub fn deciding(&self) -> impl Iterator<Item = (UsageSource, Vote)> + use<> {
        let state = self.state();
        self.by_source().filter(move |(_, vote)| match state {
            State::Used => matches!(vote, Vote::Used { .. }),
            State::Attempted => matches!(vote, Vote::Attempted { .. }),
            State::Unused => matches!(vote, Vote::Unused { .. }),
            State::Unknown => matches!(vote, Vote::Possible { .. } | Vote::Silent(_)),
        })
    }
}

impl Vote {
    /// The last use or attempt that it tells of.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Used { at, .. } | Self::Attempted { at, .. } => Some(*at),
            Self::Unused { since, was_used: true } => Some(*since),
            _ => None,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for UsageSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
