//! The one place where the clock is read.

use chrono::{SubsecRound as _, TimeDelta, Utc};
use iam_core::audit::{AsOf, AsOfFrom};
use iam_core::evidence::Account;
use iam_core::fact::days;

use crate::arguments::Time;

/// Evidence older than this is worth a word; a credential report alone may be four hours old.
const FRESH: TimeDelta = TimeDelta::days(1);

impl Time {
    /// The moment ages are measured at.
    pub(crate) fn as_of(&self) -> AsOf {
        self.as_of.map_or_else(
            || AsOf { at: Utc::now().trunc_subsecs(0), from: AsOfFrom::Now },
            |at| AsOf { at, from: AsOfFrom::Given },
        )
    }

    /// Says on standard error when ages are measured at a moment that lies well in the past, because nobody asked for it.
    pub(crate) fn say_age(&self, accounts: &[Account]) {
        if self.as_of.is_some() {
            return;
        }
        let now = Utc::now();
        for account in accounts {
            let Some(taken) = account.taken().filter(|taken| now - taken.at > FRESH) else { continue };
            anstream::eprintln!(
                "note: the evidence of {} is {} days old, and ages are measured at that moment; --as-of {} measures them \
                 today",
                account.location().escape_debug(),
                days(now - taken.at),
                now.date_naive()
            );
        }
    }
}
