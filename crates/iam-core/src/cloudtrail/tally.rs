use chrono::{DateTime, Utc};

/// How many events, and the first and last moment of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Tally {
    /// The number of events.
    pub count: u64,
    /// The earliest `eventTime`, in seconds since 1970-01-01 UTC; without meaning while nothing was counted.
    pub first: i64,
    /// The latest `eventTime`, likewise.
    pub last: i64,
}

impl Tally {
    /// One event at this moment.
    pub fn of(second: i64) -> Self {
        Self { count: 1, first: second, last: second }
    }

    /// Counts one more event.
    pub fn add(&mut self, second: i64) {
        self.merge(Self::of(second));
    }

    /// Adds what another tally counted.
    pub fn merge(&mut self, other: Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = other;
            return;
        }
        self.count = self.count.saturating_add(other.count);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }

    /// The earliest moment, if anything was counted.
    pub fn first_time(&self) -> Option<DateTime<Utc>> {
        (self.count > 0).then(|| time_of(self.first)).flatten()
    }

    /// The latest moment, if anything was counted.
    pub fn last_time(&self) -> Option<DateTime<Utc>> {
        (self.count > 0).then(|| time_of(self.last)).flatten()
    }
}

/// The moment so many seconds after 1970-01-01 UTC.
pub(crate) fn time_of(second: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(second, 0)
}

/// What an event proves about the permission that it needed.
///
/// Source: the error codes that AWS services write into `errorCode`; CloudTrail User Guide, "CloudTrail record contents".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The call was authorised: it succeeded, or failed for a reason that only shows after authorisation.
    Used,
    /// The call was refused for lack of permission. An attempt, not a use.
    Denied,
    /// Throttled or malformed: it may have been refused before anyone looked at permissions.
    Undecided,
}

impl Outcome {
    /// Reads `errorCode`; the empty text stands for success.
    pub fn of_error_code(code: &str) -> Self {
        if code.is_empty() {
            return Self::Used;
        }
        let has = |parts: &[&str]| parts.iter().any(|part| code.contains(part));
        if has(&["AccessDenied", "UnauthorizedOperation", "AuthorizationError", "UnauthorizedAccess"]) {
            Self::Denied
        } else if has(&[
            "Throttl",
            "RequestLimitExceeded",
            "TooManyRequests",
            "SlowDown",
            "ServiceUnavailable",
            "InternalFailure",
            "InternalError",
            "Validation",
            "InvalidParameter",
            "InvalidInput",
            "MissingParameter",
            "Malformed",
        ]) {
            Self::Undecided
        } else {
            Self::Used
        }
    }
}

/// Events by what they prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Tallies {
    /// Authorised calls.
    pub used: Tally,
    /// Refused calls.
    pub denied: Tally,
    /// Calls that prove neither.
    pub undecided: Tally,
}

impl Tallies {
    /// Counts one event.
    pub fn add(&mut self, outcome: Outcome, second: i64) {
        match outcome {
            Outcome::Used => self.used.add(second),
            Outcome::Denied => self.denied.add(second),
            Outcome::Undecided => self.undecided.add(second),
        }
    }

    /// Adds what others counted.
    pub fn merge(&mut self, other: Self) {
        self.used.merge(other.used);
        self.denied.merge(other.denied);
        self.undecided.merge(other.undecided);
    }

    /// All events together.
    pub fn all(&self) -> Tally {
        let mut all = self.used;
        all.merge(self.denied);
        all.merge(self.undecided);
        all
    }
}
