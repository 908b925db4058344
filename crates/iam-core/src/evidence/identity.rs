use std::fmt;
use std::sync::Arc;

use super::grants::{Grant, Grants, Via};
use super::identities::Holder;
use super::{Identities, Supplied};
use crate::fact::{Fact, Gap, Reason, Source};
use crate::input::authorization_details::{
    AttachedPolicy, GroupDetail, InlinePolicy, ManagedPolicyDetail, RoleDetail, Tag, UserDetail,
};
use crate::input::{Artefact, PolicyDocument, quoted};

/// An IAM user, as the account authorization details show them.
#[derive(Debug, Clone, Copy)]
pub struct DetailedUser<'a> {
    /// The entry.
    pub detail: &'a UserDetail,
    pub(super) identities: &'a Identities,
}

/// A group of IAM users.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a> {
    /// The entry.
    pub detail: &'a GroupDetail,
    pub(super) position: usize,
    pub(super) identities: &'a Identities,
}

/// A role.
#[derive(Debug, Clone, Copy)]
pub struct Role<'a> {
    /// The entry.
    pub detail: &'a RoleDetail,
    pub(super) identities: &'a Identities,
}

/// A managed policy: of the customer, or of AWS.
#[derive(Debug, Clone, Copy)]
pub struct ManagedPolicy<'a> {
    /// The entry.
    pub detail: &'a ManagedPolicyDetail,
    pub(super) position: usize,
    pub(super) identities: &'a Identities,
}

/// One who can have policies. Source: IAM User Guide, "IAM identities (users, user groups, and roles)".
#[derive(Debug, Clone, Copy)]
pub enum Identity<'a> {
    /// A user.
    User(DetailedUser<'a>),
    /// A group.
    Group(Group<'a>),
    /// A role.
    Role(Role<'a>),
}

/// A policy of one identity's own, not had through a group.
#[derive(Debug, Clone, Copy)]
pub enum OwnPolicy<'a> {
    /// Embedded in the identity.
    Inline(&'a InlinePolicy),
    /// A managed policy attached to it.
    Attached(&'a AttachedPolicy),
}

/// A policy that the customer has written and can change.
#[derive(Debug, Clone, Copy)]
pub enum CustomerPolicy<'a> {
    /// A managed policy.
    Managed(ManagedPolicy<'a>),
    /// A policy embedded in a user, group or role.
    Inline {
        /// The policy.
        policy: &'a InlinePolicy,
        /// Whom it is embedded in.
        owner: Identity<'a>,
    },
}

impl<'a> DetailedUser<'a> {
    /// The groups that the user is in. A group that is named and not listed stands as its gap.
    ///
    /// # Errors
    ///
    /// The gap, when the names of the groups were not seen.
    pub fn groups(&self) -> Supplied<impl Iterator<Item = Supplied<Group<'a>>> + use<'a>> {
        let names = self.detail.groups.seen()?;
        let identities = self.identities;
        Ok(names.iter().map(move |name| identities.group(name)))
    }
}

impl<'a> Group<'a> {
    /// The members that were seen.
    pub fn members(&self) -> impl Iterator<Item = DetailedUser<'a>> + use<'a> {
        self.identities.members_of(self.position)
    }

    /// Whether all members were seen.
    ///
    /// # Errors
    ///
    /// The gap, when there may be others.
    pub fn all_members_seen(&self) -> Supplied<()> {
        self.identities.all_members_seen()
    }
}

impl<'a> ManagedPolicy<'a> {
    /// The version that counts.
    ///
    /// # Errors
    ///
    /// The gap, when it was not seen.
    pub fn document(&self) -> Supplied<&'a PolicyDocument> {
        let default = self.detail.default_version.seen()?;
        let versions = self.detail.versions.seen()?;
        let version = versions.iter().find(|version| version.id == *default);
        let version = version.ok_or_else(|| {
            let artefact = Artefact::AuthorizationDetails;
            Arc::new(Gap {
                reason: Reason::Malformed,
                artefact: Some(artefact),
                source: self.detail.default_version.source(),
                what: format!(
                    "default version {} of policy {} is not among its versions",
                    quoted(default),
                    quoted(&self.detail.name)
                )
                .into(),
                remedy: format!("save the output of `{}` again", artefact.command()).into(),
            })
        })?;
        version.document.seen()
    }

    /// Those whom the policy was seen attached to.
    pub fn holders(&self) -> impl Iterator<Item = Identity<'a>> + use<'a> {
        let identities = self.identities;
        let holders = identities.holders_of(self.position);
        holders.iter().filter_map(move |holder| match *holder {
            Holder::User(position) => identities
                .users
                .entries
                .get(position)
                .map(|detail| Identity::User(DetailedUser { detail, identities })),
            Holder::Group(position) => identities.group_at(position).map(Identity::Group),
            Holder::Role(position) => identities
                .roles
                .entries
                .get(position)
                .map(|detail| Identity::Role(Role { detail, identities })),
        })
    }
}

impl<'a> Identity<'a> {
    /// The name.
    pub fn name(&self) -> &'a str {
        match self {
            Self::User(user) => &user.detail.name,
            Self::Group(group) => &group.detail.name,
            Self::Role(role) => &role.detail.name,
        }
    }

    /// The ARN.
    pub fn arn(&self) -> &'a str {
        match self {
            Self::User(user) => &user.detail.arn,
            Self::Group(group) => &group.detail.arn,
            Self::Role(role) => &role.detail.arn,
        }
    }

    /// Where the entry stands.
    pub fn source(&self) -> Source {
        match self {
            Self::User(user) => user.detail.source,
            Self::Group(group) => group.detail.source,
            Self::Role(role) => role.detail.source,
        }
    }

    /// Whether the identity is a role that only an AWS service uses and changes.
    pub fn is_service_linked(&self) -> bool {
        matches!(self, Self::Role(role) if role.detail.is_service_linked())
    }

    /// The policies embedded in the identity.
    pub fn inline(&self) -> &'a Fact<Vec<InlinePolicy>> {
        match self {
            Self::User(user) => &user.detail.inline,
            Self::Group(group) => &group.detail.inline,
            Self::Role(role) => &role.detail.inline,
        }
    }

    /// The managed policies attached to the identity itself.
    pub fn attached(&self) -> &'a Fact<Vec<AttachedPolicy>> {
        match self {
            Self::User(user) => &user.detail.attached,
            Self::Group(group) => &group.detail.attached,
            Self::Role(role) => &role.detail.attached,
        }
    }

    /// The tags; `None` for groups, which cannot have any.
    pub fn tags(&self) -> Option<&'a Fact<Vec<Tag>>> {
        match self {
            Self::User(user) => Some(&user.detail.tags),
            Self::Group(_) => None,
            Self::Role(role) => Some(&role.detail.tags),
        }
    }

    /// The policy that bounds the identity, by its ARN; `None` for groups, which cannot have one.
    pub fn boundary(&self) -> Option<&'a Fact<Option<AttachedPolicy>>> {
        match self {
            Self::User(user) => Some(&user.detail.boundary),
            Self::Group(_) => None,
            Self::Role(role) => Some(&role.detail.boundary),
        }
    }

    /// The document of the policy that bounds the identity; `None` where nothing does.
    ///
    /// # Errors
    ///
    /// The gap, when it was not seen whether there is one, or what it says.
    pub fn boundary_document(&self) -> Supplied<Option<&'a PolicyDocument>> {
        let Some(boundary) = self.boundary() else { return Ok(None) };
        let Some(attached) = boundary.seen()? else { return Ok(None) };
        self.identities().policy(attached)?.document().map(Some)
    }

    /// All policies that the identity has, of its own and through groups; see [`Grants`].
    pub fn grants(&self) -> Grants<'a> {
        let mut grants = Grants::default();
        self.add_own(Via::Own, &mut grants);
        if let Self::User(user) = self {
            match user.groups() {
                Err(gap) => grants.lacks(gap),
                Ok(groups) => {
                    for group in groups {
                        match group {
                            Err(gap) => grants.lacks(gap),
                            Ok(group) => {
                                Identity::Group(group).add_own(Via::Group(group.detail), &mut grants);
                            }
                        }
                    }
                }
            }
        }
        grants
    }

    fn add_own(&self, via: Via<'a>, grants: &mut Grants<'a>) {
        match self.inline() {
            Fact::Seen(inline, _) => {
                grants.seen.extend(inline.iter().map(|policy| Grant::inline(via, policy)));
            }
            Fact::Unknown(gap) => grants.lacks(Arc::clone(gap)),
        }
        match self.attached() {
            Fact::Seen(attached, _) => {
                let identities = self.identities();
                grants.seen.extend(
                    attached.iter().map(|policy| Grant::attached(via, policy, identities.policy(policy))),
                );
            }
            Fact::Unknown(gap) => grants.lacks(Arc::clone(gap)),
        }
    }

    fn identities(&self) -> &'a Identities {
        match self {
            Self::User(user) => user.identities,
            Self::Group(group) => group.identities,
            Self::Role(role) => role.identities,
        }
    }
}

impl<'a> OwnPolicy<'a> {
    /// The policy's name.
    pub fn name(&self) -> &'a str {
        match self {
            Self::Inline(policy) => &policy.name,
            Self::Attached(policy) => policy.name(),
        }
    }

    /// The ARN of a managed policy.
    pub fn arn(&self) -> Option<&'a str> {
        match self {
            Self::Inline(_) => None,
            Self::Attached(policy) => Some(&policy.arn),
        }
    }

    /// Where its name or ARN stands.
    pub fn source(&self) -> Source {
        match self {
            Self::Inline(policy) => policy.source,
            Self::Attached(policy) => policy.source,
        }
    }
}

impl<'a> CustomerPolicy<'a> {
    /// The policy's name.
    pub fn name(&self) -> &'a str {
        match self {
            Self::Managed(policy) => &policy.detail.name,
            Self::Inline { policy, .. } => &policy.name,
        }
    }

    /// What the policy says; of a managed policy, the version that counts.
    ///
    /// # Errors
    ///
    /// The gap, when it was not seen.
    pub fn document(&self) -> Supplied<&'a PolicyDocument> {
        match self {
            Self::Managed(policy) => policy.document(),
            Self::Inline { policy, .. } => policy.document.seen(),
        }
    }

    /// Whether anybody has the policy. An inline policy always has an owner.
    ///
    /// # Errors
    ///
    /// The gap, when it was not seen.
    pub fn is_attached(&self) -> Supplied<bool> {
        match self {
            Self::Managed(policy) => policy.detail.attachments.seen().map(|count| *count > 0),
            Self::Inline { .. } => Ok(true),
        }
    }
}

impl<'a> From<DetailedUser<'a>> for Identity<'a> {
    fn from(user: DetailedUser<'a>) -> Self {
        Self::User(user)
    }
}

impl<'a> From<Role<'a>> for Identity<'a> {
    fn from(role: Role<'a>) -> Self {
        Self::Role(role)
    }
}

/// `user deploy`, `role ci`
impl fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = match self {
            Self::User(_) => "user",
            Self::Group(_) => "group",
            Self::Role(_) => "role",
        };
        write!(f, "{noun} {}", self.name())
    }
}

/// `policy readers`, `inline policy own of role ci`
impl fmt::Display for CustomerPolicy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Managed(policy) => write!(f, "policy {}", policy.detail.name),
            Self::Inline { owner, policy } => write!(f, "inline policy {} of {owner}", policy.name),
        }
    }
}
