//! Granted against used: which of the actions that policies grant were used, when, and what says so.
//!
//! The answer has three values and a half. A source that would have seen a use and saw none makes an action
//! [`State::Unused`]; where no source could have seen it, it is [`State::Unknown`]. Each source counts for the time that it
//! saw: one that is shorter or older than the window proves no disuse.

mod asked_along;
mod event_action;
mod event_table;
mod found;
mod granted;
mod last_use;
mod logged;
mod observer;
mod seen_on;
mod state;
mod table;
mod trail;
mod watched;
mod whom;

pub use event_action::{EventActions, NeededAction};
pub(crate) use granted::actions_of;
pub use granted::{Granted, parse};
pub(crate) use seen_on::Unclear;
pub use state::{ActionUsage, State, UsageSource, Vote, Votes, Why};
pub use table::{
    Counts, GrantUsage, Options, OrganizationService, OrganizationUsage, ServiceUsage, Usage, by_reports,
    is_privileged,
};
pub(crate) use table::{Holders, kind_of, uses_of};
pub(crate) use watched::Use;
pub(crate) use whom::meant;
pub use whom::{Nobody, Whom};
