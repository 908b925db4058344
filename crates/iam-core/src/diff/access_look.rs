use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::evidence::{Account, GrantedPolicy, Identities, Identity, Resources, Supplied, Via};
use crate::fact::Gap;
use crate::input::PolicyDocument;

/// What the policies of an account say, and who has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessLook {
    /// The policies that are there, or why it is not known what they say.
    pub(super) policies: BTreeMap<PolicyRef, Supplied<PolicyDocument>>,
    /// Users and roles, by ARN.
    pub(super) principals: BTreeMap<Box<str>, Holdings>,
    /// Why there may be further policies at such places, or why none of them are known.
    pub(super) unseen: BTreeMap<Place, Arc<Gap>>,
    /// Why there may be further users and roles, or why none of them are known.
    pub(super) unseen_principals: Option<Arc<Gap>>,
}

/// Which policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyRef {
    /// Where it stands.
    pub place: Place,
    /// The ARN of a managed policy; else that of the user, group, role or resource that it stands in.
    pub of: Box<str>,
    /// Its name; empty where the place has one policy only.
    pub name: Box<str>,
}

/// Where a policy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// By itself: a managed policy.
    Managed,
    /// Embedded in a user, group or role.
    Inline,
    /// In a role, as its trust policy.
    Trust,
    /// In a resource.
    Resource,
}

/// What a user or role has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holdings {
    /// Its policies, of its own and through groups, in order; or why there may be others.
    pub(super) policies: Supplied<Vec<PolicyRef>>,
    /// The policy that bounds it, if one does.
    pub(super) boundary: Supplied<Option<PolicyRef>>,
}

impl Place {
    /// Every place.
    pub const ALL: &[Self] = &[Self::Managed, Self::Inline, Self::Trust, Self::Resource];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Managed => "managed-policy",
            Self::Inline => "inline-policy",
            Self::Trust => "trust-policy",
            Self::Resource => "resource-policy",
        }
    }
}

/// `policy arn:...`, `inline policy own of arn:...`, `trust policy of arn:...`
impl fmt::Display for PolicyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, name, .. } = self;
        match self.place {
            Place::Managed => write!(f, "policy {of}"),
            Place::Inline => write!(f, "inline policy {name} of {of}"),
            Place::Trust => write!(f, "trust policy of {of}"),
            Place::Resource => write!(f, "policy of {of}"),
        }
    }
}

impl PolicyRef {
    fn managed(arn: &str) -> Self {
        Self { place: Place::Managed, of: arn.into(), name: Box::default() }
    }

    fn inline(of: &str, name: &str) -> Self {
        Self { place: Place::Inline, of: of.into(), name: name.into() }
    }
}

impl AccessLook {
    /// What an account shows; `None` where it shows neither identities nor resources.
    pub(super) fn of(account: &Account) -> Option<Self> {
        let mut look = Self::default();
        match account.identities() {
            Ok(identities) => look.add_identities(identities),
            Err(_) if account.resources().is_empty() => return None,
            Err(gap) => {
                for place in [Place::Managed, Place::Inline, Place::Trust] {
                    look.unseen.insert(place, Arc::clone(&gap));
                }
                look.unseen_principals = Some(gap);
            }
        }
        look.add_resources(account.resources());
        Some(look)
    }

    fn add_identities(&mut self, identities: &Identities) {
        for policy in identities.policies() {
            self.add(PolicyRef::managed(&policy.detail.arn), policy.document());
        }
        let groups = identities.groups().map(Identity::Group);
        let users = identities.users().map(Identity::User);
        let roles = identities.roles().map(Identity::Role);
        for identity in groups.chain(users).chain(roles) {
            match identity.inline().seen() {
                Ok(inline) => {
                    for policy in inline {
                        self.add(PolicyRef::inline(identity.arn(), &policy.name), policy.document.seen());
                    }
                }
                Err(gap) => drop(self.unseen.entry(Place::Inline).or_insert(gap)),
            }
            if let Identity::Role(role) = &identity {
                let trust =
                    PolicyRef { place: Place::Trust, of: role.detail.arn.clone(), name: Box::default() };
                self.add(trust, role.detail.trust.seen());
            }
            if !matches!(identity, Identity::Group(_)) {
                self.principals.insert(identity.arn().into(), Holdings::of(&identity));
            }
        }
        let lists = [
            (Place::Managed, identities.complete_policies()),
            (Place::Inline, identities.complete()),
            (Place::Trust, identities.complete_roles()),
        ];
        for (place, listed) in lists {
            if let Err(gap) = listed {
                self.unseen.insert(place, gap);
            }
        }
        let principals = identities.complete_users().and_then(|()| identities.complete_roles());
        self.unseen_principals = principals.err();
    }

    fn add_resources(&mut self, resources: &Resources) {
        for resource in resources.iter() {
            let place =
                PolicyRef { place: Place::Resource, of: resource.arn.as_str().into(), name: Box::default() };
            match resource.policy() {
                Ok(None) => {}
                Ok(Some(document)) => self.add(place, Ok(document)),
                Err(gap) => self.add(place, Err(gap)),
            }
        }
        if let Some(unlisted) = resources.unlisted().first() {
            self.unseen.insert(Place::Resource, Arc::clone(&unlisted.gap));
        }
    }

    fn add(&mut self, place: PolicyRef, document: Supplied<&PolicyDocument>) {
        self.policies.insert(place, document.cloned());
    }
}

impl Holdings {
    fn of(identity: &Identity<'_>) -> Self {
        let grants = identity.grants();
        let policies = grants.complete().map(|grants| {
            let mut policies: Vec<PolicyRef> = grants
                .iter()
                .map(|grant| match &grant.policy {
                    GrantedPolicy::Managed { attached, .. } => PolicyRef::managed(&attached.arn),
                    GrantedPolicy::Inline(policy) => {
                        let of = match grant.via {
                            Via::Own => identity.arn(),
                            Via::Group(group) => &group.arn,
                        };
                        PolicyRef::inline(of, &policy.name)
                    }
                })
                .collect();
            policies.sort();
            policies.dedup();
            policies
        });
        let boundary = match identity.boundary() {
            None => Ok(None),
            Some(boundary) => {
                boundary.seen().map(|attached| attached.as_ref().map(|it| PolicyRef::managed(&it.arn)))
            }
        };
        Self { policies, boundary }
    }
}
