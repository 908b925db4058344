use std::sync::Arc;

use super::{ManagedPolicy, Supplied};
use crate::fact::Gap;
use crate::input::PolicyDocument;
use crate::input::authorization_details::{AttachedPolicy, GroupDetail, InlinePolicy};

/// All policies that an identity has. What is seen may be enough for a finding; a pass needs all of them.
#[derive(Debug, Clone, Default)]
pub struct Grants<'a> {
    /// The policies that were seen, by name at least.
    pub seen: Vec<Grant<'a>>,
    /// Why there may be others, if there may.
    pub incomplete: Option<Arc<Gap>>,
}

/// A policy that an identity has, and how it came to it.
#[derive(Debug, Clone)]
pub struct Grant<'a> {
    /// How.
    pub via: Via<'a>,
    /// Which.
    pub policy: GrantedPolicy<'a>,
}

/// How an identity came to a policy.
#[derive(Debug, Clone, Copy)]
pub enum Via<'a> {
    /// It is the identity's own.
    Own,
    /// Through a group that the user is in.
    Group(&'a GroupDetail),
}

/// A policy that an identity has.
#[derive(Debug, Clone)]
pub enum GrantedPolicy<'a> {
    /// Embedded in the identity or its group.
    Inline(&'a InlinePolicy),
    /// A managed policy.
    Managed {
        /// The attachment.
        attached: &'a AttachedPolicy,
        /// The policy, or why it was not seen.
        policy: Supplied<ManagedPolicy<'a>>,
    },
}

impl<'a> Grants<'a> {
    /// The policies, if they are all there are.
    ///
    /// # Errors
    ///
    /// The gap, when there may be others.
    pub fn complete(&self) -> Result<&[Grant<'a>], Arc<Gap>> {
        match &self.incomplete {
            None => Ok(&self.seen),
            Some(gap) => Err(Arc::clone(gap)),
        }
    }

    pub(super) fn lacks(&mut self, gap: Arc<Gap>) {
        self.incomplete.get_or_insert(gap);
    }
}

impl<'a> Grant<'a> {
    pub(super) fn inline(via: Via<'a>, policy: &'a InlinePolicy) -> Self {
        Self { via, policy: GrantedPolicy::Inline(policy) }
    }

    pub(super) fn attached(
        via: Via<'a>,
        attached: &'a AttachedPolicy,
        policy: Supplied<ManagedPolicy<'a>>,
    ) -> Self {
        Self { via, policy: GrantedPolicy::Managed { attached, policy } }
    }

    /// The policy's name.
    pub fn name(&self) -> &'a str {
        match &self.policy {
            GrantedPolicy::Inline(policy) => &policy.name,
            GrantedPolicy::Managed { attached, .. } => attached.name(),
        }
    }

    /// The policy, if it is a managed one of the customer and was seen.
    pub fn customer_managed(&self) -> Option<ManagedPolicy<'a>> {
        match &self.policy {
            GrantedPolicy::Managed { policy: Ok(policy), .. } if !policy.detail.is_of_aws() => Some(*policy),
            _ => None,
        }
    }

    /// The ARN of a managed policy.
    pub fn arn(&self) -> Option<&'a str> {
        match &self.policy {
            GrantedPolicy::Inline(_) => None,
            GrantedPolicy::Managed { attached, .. } => Some(&attached.arn),
        }
    }

    /// What the policy says.
    ///
    /// # Errors
    ///
    /// The gap, when it was not seen.
    pub fn document(&self) -> Supplied<&'a PolicyDocument> {
        match &self.policy {
            GrantedPolicy::Inline(policy) => policy.document.seen(),
            GrantedPolicy::Managed { policy, .. } => policy.as_ref().map_err(Arc::clone)?.document(),
        }
    }
}
