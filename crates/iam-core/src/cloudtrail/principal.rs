use std::fmt;
use std::sync::Arc;

use super::bounded::Rank;

/// Whose permissions a call exercised.
///
/// Sessions of a role belong to the role, those of a federated user to whoever signed the federation token. Source:
/// CloudTrail User Guide, "CloudTrail userIdentity element".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal {
    /// What kind of principal it is.
    pub kind: PrincipalKind,
    /// The account it belongs to, as 12 digits; empty where the record does not tell.
    pub account: Arc<str>,
    /// Its ARN where the record tells one, else the name that the record gives it.
    ///
    /// A role whose issuer is missing from the record is named `arn:PARTITION:sts::ACCOUNT:assumed-role/NAME`: its path,
    /// and so its ARN, is not known.
    pub name: Arc<str>,
}

/// The kinds of principals, as far as their activity is told apart. Those whose credentials an account has to look after
/// come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// The root user of an account.
    Root,
    /// An IAM user.
    User,
    /// A role, with all its sessions.
    Role,
    /// Sessions made by `GetFederationToken`; named after the user or root who made them.
    FederatedUser,
    /// A person of IAM Identity Center acting outside a role.
    IdentityCenterUser,
    /// An AWS service acting for itself.
    Service,
    /// A principal of another account, of which the record tells no more than the account.
    OtherAccount,
    /// Callers who show an OIDC token; named after the provider.
    WebIdentity,
    /// Callers who show a SAML assertion; named after the provider.
    Saml,
    /// A directory service user.
    Directory,
    /// Anything else, or a record that does not tell.
    Unknown,
}

impl PrincipalKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Root,
        Self::User,
        Self::Role,
        Self::FederatedUser,
        Self::IdentityCenterUser,
        Self::Service,
        Self::OtherAccount,
        Self::WebIdentity,
        Self::Saml,
        Self::Directory,
        Self::Unknown,
    ];

    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::User => "user",
            Self::Role => "role",
            Self::FederatedUser => "federated-user",
            Self::IdentityCenterUser => "identity-center-user",
            Self::Service => "service",
            Self::OtherAccount => "other-account",
            Self::WebIdentity => "web-identity",
            Self::Saml => "saml",
            Self::Directory => "directory",
            Self::Unknown => "unknown",
        }
    }

    /// The kind of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }
}

impl Principal {
    /// The name without account and partition: `role/ci/deploy`, `user/anna`, `root`, `ec2.amazonaws.com`.
    pub fn short_name(&self) -> &str {
        if self.name.starts_with("arn:") {
            self.name.splitn(6, ':').nth(5).unwrap_or(&self.name)
        } else {
            &self.name
        }
    }
}

impl Principal {
    /// The last part of the name, which is a user's or role's own name without its path: `deploy`.
    pub fn last_name(&self) -> &str {
        let short = self.short_name();
        short.rsplit('/').next().unwrap_or(short)
    }
}

impl Rank for Principal {
    fn rank(&self) -> u8 {
        PrincipalKind::ALL
            .iter()
            .position(|kind| *kind == self.kind)
            .and_then(|at| u8::try_from(at).ok())
            .unwrap_or(u8::MAX)
    }

    fn bytes(&self) -> Vec<u8> {
        [self.kind.as_str(), &self.account, &self.name].join("\0").into_bytes()
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A call: the service that answers it and its name, as CloudTrail writes them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// `eventSource`, such as `iam.amazonaws.com`.
    pub source: Arc<str>,
    /// `eventName`, such as `CreateUser`.
    pub name: Arc<str>,
}

impl Call {
    /// The source without its usual ending: `iam`.
    pub fn service(&self) -> &str {
        self.source.strip_suffix(".amazonaws.com").unwrap_or(&self.source)
    }
}

impl Rank for Call {
    fn bytes(&self) -> Vec<u8> {
        [&*self.source, &*self.name].join("\0").into_bytes()
    }
}

/// `iam:CreateUser`. That is the name of the call, which is not always the name of the action that a policy grants.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service(), self.name)
    }
}
