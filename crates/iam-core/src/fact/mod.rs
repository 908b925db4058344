//! What was seen, where it was seen, and what was not seen.

mod gap;
mod source;
mod time;

use std::sync::Arc;

pub use gap::{Gap, Reason};
pub use source::{FileId, Place, Source};
pub use time::{Days, days, parse_time, shown_date, shown_time};

/// A value together with the place it was read from, or the gap that hides it.
///
/// A value that AWS states to be absent (`N/A`, `no_information`) is *seen*; it is part of `T`. Unknown means that nobody
/// looked, or that what came back cannot be read.
///
/// ```
/// use iam_core::fact::Fact;
///
/// fn is_safe(mfa: &Fact<bool>) -> Result<bool, std::sync::Arc<iam_core::fact::Gap>> {
///     Ok(mfa.known()?) // a gap leaves here and can never be taken for `true`
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<T> {
    /// The value and its place.
    Seen(T, Source),
    /// Not seen, and why.
    Unknown(Arc<Gap>),
}

impl<T> Fact<T> {
    /// The value, or the gap for the caller to hand on with `?`.
    ///
    /// # Errors
    ///
    /// The gap, when the value was not seen.
    pub fn known(&self) -> Result<T, Arc<Gap>>
    where
        T: Clone,
    {
        self.seen().cloned()
    }

    /// The value by reference, or the gap.
    ///
    /// # Errors
    ///
    /// The gap, when the value was not seen.
    pub fn seen(&self) -> Result<&T, Arc<Gap>> {
        match self {
            Self::Seen(value, _) => Ok(value),
            Self::Unknown(gap) => Err(Arc::clone(gap)),
        }
    }

    /// Where the value was read.
    pub fn source(&self) -> Option<Source> {
        match self {
            Self::Seen(_, source) => Some(*source),
            Self::Unknown(_) => None,
        }
    }

    /// The same fact about something made from the value.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Seen(value, source) => Fact::Seen(make(value), source),
            Self::Unknown(gap) => Fact::Unknown(gap),
        }
    }
}
