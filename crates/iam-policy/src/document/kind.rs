use std::fmt;

use super::{Document, Statement};

/// What a policy is attached to, which decides what may stand in it and how it counts.
///
/// Source: IAM User Guide, "Policies and permissions in AWS Identity and Access Management"; AWS Organizations User Guide,
/// "Authorization policies".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    /// Attached to a user, group or role, inline or managed.
    Identity,
    /// A permissions boundary of a user or role.
    Boundary,
    /// Handed in when a session is made.
    Session,
    /// Attached to a resource such as a bucket or key.
    Resource,
    /// The trust policy of a role.
    Trust,
    /// A service control policy of an organization.
    ServiceControl,
    /// A resource control policy of an organization.
    ResourceControl,
    /// Attached to a VPC endpoint.
    VpcEndpoint,
}

impl PolicyKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Identity,
        Self::Boundary,
        Self::Session,
        Self::Resource,
        Self::Trust,
        Self::ServiceControl,
        Self::ResourceControl,
        Self::VpcEndpoint,
    ];

    /// The kind in one word, as the command line takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Resource => "resource",
            Self::Trust => "trust",
            Self::ServiceControl => "scp",
            Self::ResourceControl => "rcp",
            Self::VpcEndpoint => "vpc-endpoint",
        }
    }

    /// The kind that a document most likely is, by what its statements have: principals and resources make it a policy of a
    /// resource, principals and only actions of `sts` a trust policy, no principals an identity policy. SCPs, RCPs, boundaries,
    /// session policies and those of VPC endpoints look like others and are never the answer.
    pub fn likely(document: &Document) -> Self {
        let has_principal = |statement: &Statement| statement.principal.is_some();
        if !document.statements.iter().any(has_principal) {
            return Self::Identity;
        }
        let is_trust = |statement: &Statement| {
            let mut actions = statement.action.patterns.iter();
            statement.resource.is_none() && actions.all(|action| is_of_sts(&action.value))
        };
        if document.statements.iter().all(is_trust) { Self::Trust } else { Self::Resource }
    }

    /// The kind of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// Whether statements of this kind name principals.
    pub fn has_principal(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::ResourceControl | Self::VpcEndpoint)
    }

    /// Whether statements of this kind name resources. In resource policies the element may be left out, which means the
    /// resource that the policy is attached to.
    pub fn has_resource(self) -> bool {
        self != Self::Trust
    }
}

impl fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_of_sts(action: &str) -> bool {
    action.split_once(':').is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case("sts"))
}
