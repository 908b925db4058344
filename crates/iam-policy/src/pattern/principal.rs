use std::fmt;

use crate::arn::{AccountId, Arn};
use crate::document::PrincipalKind;
use crate::identity_provider::issuer;
use crate::principal::Principal;
use crate::truth::{Doubt, Rule, Truth};

/// One value of `Principal` or `NotPrincipal`. There are no wildcards within names.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalPattern {
    /// The text `*`: everybody, also services, federated and anonymous callers.
    Everyone,
    /// `{"AWS": "*"}`: everybody; of services and federated callers it is not known.
    EveryAws,
    /// An account: all its principals, if the account lets them.
    Account(AccountId),
    /// The ARN of a user, role or session.
    Arn(Box<str>),
    /// A service.
    Service(Box<str>),
    /// An identity provider.
    Federated(Box<str>),
    /// An account by its canonical user id.
    CanonicalUser(Box<str>),
}

/// In which way a principal is named, from which follows what the other policies still have to say.
///
/// Source: IAM User Guide, "Policy evaluation logic" and "AWS JSON policy elements: Principal".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Naming {
    /// Through its account.
    Account,
    /// Through the role of which it is a session.
    Role,
    /// Through the IAM user who made the federated session.
    FederatingUser,
    /// As an IAM user.
    User,
    /// As exactly this session.
    Session,
    /// As a service.
    Service,
    /// As somebody whom an identity provider vouches for.
    Provider,
    /// As everybody.
    Everyone,
}

impl PrincipalPattern {
    /// Reads a value of a kind. The ids that stand for deleted principals are kept as names that nobody has.
    pub fn parse(kind: PrincipalKind, text: &str) -> Self {
        match kind {
            PrincipalKind::Service => Self::Service(text.into()),
            PrincipalKind::Federated => Self::Federated(text.into()),
            PrincipalKind::CanonicalUser => Self::CanonicalUser(text.into()),
            PrincipalKind::Aws if text == "*" => Self::EveryAws,
            PrincipalKind::Aws => {
                let root = Arn::parse(text).ok().filter(|arn| arn.is_root() && arn.region.is_empty());
                let account = root.map_or(text, |arn| arn.account_field()).parse();
                account.map_or_else(|_| Self::Arn(text.into()), Self::Account)
            }
        }
    }

    /// Whether it covers a principal, and how it names it. `canonical` is the canonical user id of the principal's account.
    pub fn matches(&self, principal: &Principal, canonical: Option<&str>) -> (Naming, Truth) {
        match (self, principal) {
            (Self::EveryAws, Principal::Federated(_) | Principal::Service(_)) => {
                (Naming::Everyone, Truth::rule(Rule::AwsStarBeyondAws))
            }
            (Self::Everyone | Self::EveryAws, _) => (Naming::Everyone, Truth::True),
            (Self::Account(account), principal) => {
                (Naming::Account, Truth::from(principal.account() == Some(*account)))
            }
            (Self::Arn(arn), principal) => named(arn, principal),
            (Self::Service(name), Principal::Service(service)) => {
                (Naming::Service, Truth::from(name == service))
            }
            (Self::Federated(name), Principal::Federated(provider)) => {
                let is_host = !provider.starts_with("arn:") && name.contains(":oidc-provider/");
                (Naming::Provider, Truth::from(name == provider || (is_host && issuer(name) == &**provider)))
            }
            (Self::CanonicalUser(id), principal) => {
                let known = canonical.map(|canonical| Truth::from(**id == *canonical));
                let truth = match principal.account() {
                    Some(_) => known.unwrap_or_else(|| Truth::doubt(Doubt::CanonicalUser)),
                    None => Truth::False,
                };
                (Naming::Account, truth)
            }
            (Self::Service(_), _) => (Naming::Service, Truth::False),
            (Self::Federated(_), _) => (Naming::Provider, Truth::False),
        }
    }
}

fn named(arn: &str, principal: &Principal) -> (Naming, Truth) {
    match principal {
        Principal::User(user) => (Naming::User, Truth::from(user.arn() == arn)),
        Principal::RoleSession(session) if !session.is_of_role(arn).is_false() => {
            (Naming::Role, session.is_of_role(arn))
        }
        Principal::RoleSession(session) => {
            let is_named = session.is_named(arn).map(Truth::from);
            (Naming::Session, is_named.unwrap_or_else(|| Truth::doubt(Doubt::SessionName)))
        }
        Principal::FederatedUser(session) if session.arn() == arn => (Naming::Session, Truth::True),
        Principal::FederatedUser(session) => {
            let truth = match session.user() {
                Some(user) => Truth::from(user == arn),
                None if is_user_of(arn, session.account) => Truth::doubt(Doubt::FederatingUser),
                None => Truth::False,
            };
            (Naming::FederatingUser, truth)
        }
        // The ARN of a root user means its account.
        Principal::Root(_) | Principal::Anonymous | Principal::Federated(_) | Principal::Service(_) => {
            (Naming::User, Truth::False)
        }
    }
}

fn is_user_of(arn: &str, account: AccountId) -> bool {
    Arn::parse(arn).is_ok_and(|arn| {
        arn.service == "iam" && arn.account() == Ok(account) && arn.resource.starts_with("user/")
    })
}

impl Naming {
    /// Whether a resource policy that names a principal of its own account so allows what no identity policy allows.
    pub fn replaces_identity(self) -> bool {
        self != Self::Account
    }

    /// Whether it does so whatever the permissions boundary says, unless that denies.
    pub fn replaces_boundary(self) -> bool {
        !matches!(self, Self::Account | Self::Role)
    }

    /// Whether it does so whatever the session policies say, unless those deny.
    pub fn replaces_session(self) -> bool {
        !matches!(self, Self::Account | Self::Role | Self::FederatingUser)
    }
}

impl fmt::Display for PrincipalPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone | Self::EveryAws => f.write_str("*"),
            Self::Account(account) => write!(f, "{account}"),
            Self::Arn(text) | Self::Service(text) | Self::Federated(text) | Self::CanonicalUser(text) => {
                f.write_str(text)
            }
        }
    }
}
