//! CloudTrail: from the bytes of log files to [`Activity`], the mergeable summary of what was done, by whom, when.
//!
//! Records are neither kept nor copied: a scanner reads the few fields that matter and passes over the rest. Memory grows
//! with the number of different principals and calls, not with the number of events.

mod activity;
mod arns;
mod bounded;
mod clock;
mod data_events;
mod event;
mod fold;
mod identity;
mod kept;
mod kept_event;
mod known_calls;
mod lake;
mod logs_insights;
pub mod partial;
mod principal;
mod reader;
mod recognize;
mod record;
mod resume;
mod scan;
mod selection;
mod tables;
mod tally;
pub mod watchlist;

pub use activity::{
    Activity, Coverage, EventKinds, Files, KeyUse, Limits, Place, PrincipalActivity, Quarter, TrailGap, Usage,
};
pub use bounded::{Bounded, Merge, Rank, Sample};
pub(crate) use data_events::data_calls;
pub use event::{Event, EventClass, EventPlace, Example, SignIn};
pub use fold::{Fold, SeenEvents, TrailFile};
pub use kept::KeptEvents;
pub use principal::{Call, Principal, PrincipalKind};
pub use recognize::may_be_records;
pub use selection::Selection;
pub(crate) use tally::time_of;
pub use tally::{Outcome, Tallies, Tally};
