use chrono::{DateTime, Utc};

use crate::fact::Fact;
use crate::input::credential_report::Stamp;

/// The last use of a console password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordUse {
    /// At this moment, kept by AWS to within five minutes.
    At(DateTime<Utc>),
    /// There is a password, but AWS has recorded no use since it began to look on 2014-10-20.
    NotRecorded,
    /// `N/A`: AWS says that there is no password.
    NoPassword,
}

impl PasswordUse {
    pub(super) fn of(stamp: Fact<Stamp>) -> Fact<Self> {
        stamp.map(|stamp| match stamp {
            Stamp::At(time) => Self::At(time),
            Stamp::NoInformation | Stamp::NotSupported => Self::NotRecorded,
            Stamp::NotApplicable => Self::NoPassword,
        })
    }

    /// The moment, if one is recorded.
    pub fn at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::At(time) => Some(time),
            Self::NotRecorded | Self::NoPassword => None,
        }
    }
}
