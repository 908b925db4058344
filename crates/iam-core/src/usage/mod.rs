//! Granted against used: which of the actions that policies grant were used, when, and what says so.

mod event_action;
mod event_table;

pub use event_action::{EventActions, NeededAction};
