//! What a collector is: constant data, and one function that makes calls and writes files.

use std::fmt;

use futures_util::future::LocalBoxFuture;

use crate::collect;
use crate::run::{Halt, Run};

/// A part of a snapshot that can be fetched by itself.
#[derive(Clone, Copy)]
pub struct Collector {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it fetches, in a few words.
    pub about: &'static str,
    /// The calls that it makes.
    pub calls: &'static [Call],
    /// The files that it writes, relative to the snapshot directory; `<...>` stands for what differs.
    pub files: &'static [&'static str],
    /// Whether it is part of a fetch that names no collectors.
    pub by_default: bool,
    pub(crate) collect: Collect,
}

/// An API operation, and the permission that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The operation, such as `ListFindingsV2`.
    pub operation: &'static str,
    /// The action of policies that allows it, such as `access-analyzer:ListFindings`; the two are not always called the same.
    pub action: &'static str,
}

impl Call {
    /// The prefix of the action, which names the service.
    pub fn service(&self) -> &'static str {
        self.action.split(':').next().unwrap_or_default()
    }
}

/// Work on the account, which is done once, or on a Region.
#[derive(Clone, Copy)]
pub(crate) enum Collect {
    Account(for<'r> fn(&'r Run<'r>) -> Work<'r>),
    Region(for<'r> fn(&'r Run<'r>, &'r str) -> Work<'r>),
}

/// Ends early only when no further call can work.
pub(crate) type Work<'r> = LocalBoxFuture<'r, Result<(), Halt>>;

/// Every collector, in the order of the documentation.
pub fn collectors() -> &'static [&'static Collector] {
    collect::ALL
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("name", &self.name).finish_non_exhaustive()
    }
}
