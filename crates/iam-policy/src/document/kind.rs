use std::fmt;

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
