//! One file per verb.

pub(crate) mod alarm;
pub(crate) mod analyzer;
pub(crate) mod check;
pub(crate) mod checks;
pub(crate) mod completions;
pub(crate) mod credentials;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod external;
pub(crate) mod fetch;
pub(crate) mod man;
pub(crate) mod notify;
pub(crate) mod policy;
pub(crate) mod rightsize;
pub(crate) mod root;
pub(crate) mod trail;
pub(crate) mod usage;
pub(crate) mod who_can;
