//! Who can become an administrator, and how: principals as nodes, [`method`]s as edges between them.
//!
//! Each edge is decided by evaluation: with the caller's policies, groups and permissions boundary, on the one resource that the
//! edge is about, under its conditions, with the policies of the organization as far as they were seen, and with the trust policy of
//! a role where that matters. The answer for a principal is its shortest path to an administrator.
//!
//! What is left out: resources of other services (whether a function runs under a role is not in the
//! artefacts, so that methods which need one are possible and not certain), and groups that are no administrators themselves.

mod caller;
mod edge;
mod method;
mod opening;
mod path;
mod search;
mod targets;

pub use method::{ALL, Gain, Method};
pub use path::{Path, Step};
pub use search::{Escalation, Standing};
