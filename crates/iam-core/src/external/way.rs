use std::sync::Arc;

use iam_policy::policy::Policy;

use super::{Via, made_up};
use crate::evidence::{Resource, Supplied};
use crate::fact::{Gap, Source};
use crate::input::PolicyDocument;
use crate::input::resource_policies::ResourceKind;

/// A way into a resource.
pub(crate) struct Way<'a> {
    pub(crate) via: Via,
    /// What opens it; `None` if it is closed.
    pub(crate) opened: Supplied<Option<Opened<'a>>>,
    /// What of it could not be read.
    pub(crate) incomplete: Vec<Arc<Gap>>,
}

/// What opens a way, as a policy.
pub(crate) enum Opened<'a> {
    /// A policy as it stands in a file.
    Document(&'a PolicyDocument),
    /// One that was made of something else, with the place of what each statement stands for.
    Made { policy: Box<Policy>, entries: Vec<made_up::Entry> },
}

impl Opened<'_> {
    pub(super) fn policy(&self) -> Supplied<&Policy> {
        match self {
            Self::Document(document) => document.policy(),
            Self::Made { policy, .. } => Ok(policy),
        }
    }
}

/// The ways into a resource.
pub(super) fn of_resource(resource: &Resource) -> Vec<Way<'_>> {
    if resource.kind.is_shared_by_list() {
        return vec![made_up::of_shares(resource)];
    }
    let policy = resource.policy();
    let opened = policy.clone().map(|policy| policy.map(Opened::Document));
    let mut ways = vec![Way { via: Via::Policy, opened, incomplete: Vec::new() }];
    // What a policy denies is denied to those whom something else lets in, too.
    let policy = policy.ok().flatten();
    match resource.kind {
        ResourceKind::Bucket => ways.push(made_up::of_acl(resource, policy)),
        ResourceKind::Key => ways.push(made_up::of_grants(resource, policy)),
        _ => {}
    }
    ways
}

/// The way into a role.
pub(super) fn of_trust(trust: Supplied<&PolicyDocument>) -> Way<'_> {
    let opened = trust.map(|trust| Some(Opened::Document(trust)));
    Way { via: Via::Policy, opened, incomplete: Vec::new() }
}

impl Opened<'_> {
    /// What stands at an index: its name and its place.
    pub(super) fn entry(&self, index: usize, at: iam_policy::span::Span) -> Option<(Option<String>, Source)> {
        match self {
            Self::Document(document) => Some((None, document.part(at))),
            Self::Made { entries, .. } => {
                let entry = entries.get(index)?;
                Some((entry.name.clone(), entry.source))
            }
        }
    }
}
