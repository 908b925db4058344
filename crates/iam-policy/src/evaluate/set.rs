use std::collections::BTreeSet;

use crate::arn::AccountId;
use crate::document::PolicyKind;
use crate::policy::Policy;

/// All policies that apply to a request, and what has to be known about the organization.
///
/// What is not here does not exist, unless its kind was said to be unseen.
#[derive(Debug, Clone, Default)]
pub struct PolicySet<'p> {
    pub(super) identity: Vec<&'p Policy>,
    pub(super) boundary: Option<&'p Policy>,
    pub(super) session: Vec<&'p Policy>,
    pub(super) service_control: Vec<Level<'p>>,
    pub(super) resource_control: Vec<&'p Policy>,
    pub(super) resource: Vec<&'p Policy>,
    pub(super) vpc_endpoint: Vec<&'p Policy>,
    pub(super) unseen: BTreeSet<PolicyKind>,
    pub(super) management_account: Option<AccountId>,
    pub(super) restricts_public_bucket: bool,
}

/// The service control policies of the root, of one organizational unit, or of an account.
#[derive(Debug, Clone)]
pub(super) struct Level<'p> {
    pub(super) policies: Vec<&'p Policy>,
    /// Whether all of them were seen.
    pub(super) is_whole: bool,
}

impl<'p> PolicySet<'p> {
    /// No policy at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// The set with a policy more, in the layer that its kind says. A service control policy is a level of its own: see
    /// [`PolicySet::with_level`]. A principal has one permissions boundary: the last counts. The trust policy of a role is the resource policy of the role.
    #[must_use]
    pub fn with(mut self, policy: &'p Policy) -> Self {
        match policy.kind() {
            PolicyKind::Identity => self.identity.push(policy),
            PolicyKind::Boundary => self.boundary = Some(policy),
            PolicyKind::Session => self.session.push(policy),
            PolicyKind::Resource | PolicyKind::Trust => self.resource.push(policy),
            PolicyKind::ServiceControl => {
                self.service_control.push(Level { policies: vec![policy], is_whole: true });
            }
            PolicyKind::ResourceControl => self.resource_control.push(policy),
            PolicyKind::VpcEndpoint => self.vpc_endpoint.push(policy),
        }
        self
    }

    /// The set with a permissions boundary, whatever kind of policy it was compiled as: a managed policy serves as either.
    #[must_use]
    pub fn bounded_by(mut self, policy: &'p Policy) -> Self {
        self.boundary = Some(policy);
        self
    }

    /// The set with the service control policies of one level more: those of the root, of one organizational unit, or of the
    /// principal's account itself. A level without a policy allows nothing.
    #[must_use]
    pub fn with_level(mut self, policies: impl IntoIterator<Item = &'p Policy>) -> Self {
        self.service_control.push(Level { policies: policies.into_iter().collect(), is_whole: true });
        self
    }

    /// The same of a level where other policies may be attached that were not seen: they may allow as well as deny.
    #[must_use]
    pub fn with_level_seen_in_part(mut self, policies: impl IntoIterator<Item = &'p Policy>) -> Self {
        self.service_control.push(Level { policies: policies.into_iter().collect(), is_whole: false });
        self
    }

    /// Says that there may be policies of this kind that were not seen.
    #[must_use]
    pub fn unseen(mut self, kind: PolicyKind) -> Self {
        self.unseen.insert(kind);
        self
    }

    /// Whether a policy of this kind is here. The trust policy of a role is one of a resource.
    pub fn has(&self, kind: PolicyKind) -> bool {
        match kind {
            PolicyKind::Identity => !self.identity.is_empty(),
            PolicyKind::Boundary => self.boundary.is_some(),
            PolicyKind::Session => !self.session.is_empty(),
            PolicyKind::Resource | PolicyKind::Trust => !self.resource.is_empty(),
            PolicyKind::ServiceControl => !self.service_control.is_empty(),
            PolicyKind::ResourceControl => !self.resource_control.is_empty(),
            PolicyKind::VpcEndpoint => !self.vpc_endpoint.is_empty(),
        }
    }

    /// Whether a policy of the resource is here, or said to be unseen.
    pub fn has_resource_policy(&self) -> bool {
        let is_unseen = |kind| self.unseen.contains(&kind);
        !self.resource.is_empty() || is_unseen(PolicyKind::Resource) || is_unseen(PolicyKind::Trust)
    }

    /// Names the management account of the organization, which neither service control nor resource control policies bind.
    #[must_use]
    pub fn managed_by(mut self, account: AccountId) -> Self {
        self.management_account = Some(account);
        self
    }

    /// Says that the resource is a bucket with `RestrictPublicBuckets` whose policy is public: then only services and the
    /// account of the bucket get in. Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
    #[must_use]
    pub fn restricting_public_bucket(mut self) -> Self {
        self.restricts_public_bucket = true;
        self
    }
}
