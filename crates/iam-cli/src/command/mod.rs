//! One file per verb.

pub(crate) mod check;
pub(crate) mod checks;
pub(crate) mod completions;
pub(crate) mod credentials;
pub(crate) mod explain;
pub(crate) mod man;
pub(crate) mod policy;
pub(crate) mod trail;
