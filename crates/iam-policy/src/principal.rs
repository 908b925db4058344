//! Who makes a request.

use std::fmt;

use crate::arn::{AccountId, Arn};
use crate::glob::{Case, Glob, Token};
use crate::truth::{Doubt, Truth};

/// Who makes a request, as AWS sees it.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
///
/// ```
/// use iam_policy::principal::Principal;
///
/// let session = Principal::role_session("arn:aws:iam::111122223333:role/ci/Deploy", Some("build-7"))?;
/// assert_eq!(session.to_string(), "arn:aws:sts::111122223333:assumed-role/Deploy/build-7");
/// # Ok::<(), iam_policy::principal::InvalidPrincipal>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody in particular: a request without a signature.
    Anonymous,
    /// The root user of an account.
    Root(Root),
    /// An IAM user.
    User(User),
    /// A session of a role.
    RoleSession(RoleSession),
    /// A session that an IAM user made with `sts:GetFederationToken`.
    FederatedUser(FederatedUser),
    /// Somebody whom an identity provider vouches for, before a role is assumed: the provider's ARN, or the host of one that
    /// is built into AWS, such as `accounts.google.com`.
    Federated(Box<str>),
    /// An AWS service, such as `cloudtrail.amazonaws.com`.
    Service(Box<str>),
}

/// The root user of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The account.
    pub account: AccountId,
    arn: Box<str>,
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The account.
    pub account: AccountId,
    arn: Box<str>,
    /// The unique id that begins with `AIDA`, where known.
    pub id: Option<Box<str>>,
}

/// A session of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSession {
    /// The account.
    pub account: AccountId,
    role: Box<str>,
    /// Whether the role may have a path that `role` lacks.
    may_have_path: bool,
    name: Option<Box<str>>,
    /// What the session's ARN begins with, up to its name.
    prefix: Box<str>,
    /// The unique id of the role that begins with `AROA`, where known.
    pub role_id: Option<Box<str>>,
}

/// A session that an IAM user made with `sts:GetFederationToken`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FederatedUser {
    /// The account.
    pub account: AccountId,
    arn: Box<str>,
    user: Option<Box<str>>,
}

/// A text does not name somebody who can make requests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found the principal `{text}`, expected {expected}")]
pub struct InvalidPrincipal {
    text: Box<str>,
    expected: &'static str,
}

impl Principal {
    /// The root user of an account in the partition `aws`.
    pub fn root(account: AccountId) -> Self {
        Self::Root(Root { account, arn: format!("arn:aws:iam::{account}:root").into() })
    }

    /// An IAM user.
    ///
    /// # Errors
    ///
    /// [`InvalidPrincipal`] if the text is not the ARN of an IAM user.
    pub fn user(arn: &str) -> Result<Self, InvalidPrincipal> {
        let account = account(arn, "iam", "user/");
        let account = account.ok_or_else(|| invalid(arn, "the ARN of an IAM user"))?;
        Ok(Self::User(User { account, arn: arn.into(), id: None }))
    }

    /// A session of a role. The role's ARN has its path, which session ARNs do not have.
    ///
    /// # Errors
    ///
    /// [`InvalidPrincipal`] if the text is not the ARN of a role.
    pub fn role_session(role: &str, session: Option<&str>) -> Result<Self, InvalidPrincipal> {
        let expected = "the ARN of a role";
        let account = account(role, "iam", "role/").ok_or_else(|| invalid(role, expected))?;
        let partition = Arn::parse(role).map_err(|_| invalid(role, expected))?.partition_field();
        let name = role.rsplit('/').next().unwrap_or_default();
        let prefix = format!("arn:{partition}:sts::{account}:assumed-role/{name}/").into();
        let name = session.map(Into::into);
        let (role, may_have_path) = (role.into(), false);
        Ok(Self::RoleSession(RoleSession { account, role, may_have_path, name, prefix, role_id: None }))
    }

    /// A session of `sts:GetFederationToken`, and the IAM user who made it where that is known.
    ///
    /// # Errors
    ///
    /// [`InvalidPrincipal`] if the texts are not the ARNs of a federated session and an IAM user of the same account.
    pub fn federated_user(arn: &str, user: Option<&str>) -> Result<Self, InvalidPrincipal> {
        let session = account(arn, "sts", "federated-user/");
        let session = session.ok_or_else(|| invalid(arn, "the ARN of a federated session"))?;
        if let Some(user) = user.filter(|user| account(user, "iam", "user/") != Some(session)) {
            return Err(invalid(user, "the ARN of an IAM user of the session's account"));
        }
        Ok(Self::FederatedUser(FederatedUser {
            account: session,
            arn: arn.into(),
            user: user.map(Into::into),
        }))
    }

    /// Reads what people call a principal: an ARN, the name of a service, the host of an identity provider after
    /// `federated:`, or `anonymous`. The ARN of a role stands for a session of which the name is not known. That of a
    /// session does not say the path of the role: [`RoleSession::of_role`] adds it.
    ///
    /// # Errors
    ///
    /// [`InvalidPrincipal`] for everything else.
    pub fn parse(text: &str) -> Result<Self, InvalidPrincipal> {
        const EXPECTED: &str = "the ARN of a root user, IAM user, role, session or identity provider, a service such as \
             `ec2.amazonaws.com`, `federated:HOST` or `anonymous`";
        if text == "anonymous" {
            return Ok(Self::Anonymous);
        }
        if let Some(host) = text.strip_prefix("federated:") {
            return Ok(Self::Federated(host.into()));
        }
        if text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") {
            return Ok(Self::Service(text.into()));
        }
        let arn = Arn::parse(text).map_err(|_| invalid(text, EXPECTED))?;
        let kind = arn.resource.split_once('/').map_or(arn.resource, |(kind, _)| kind);
        match (arn.service, kind) {
            ("iam", "root") => {
                let account = account(text, "iam", "root").ok_or_else(|| invalid(text, EXPECTED))?;
                Ok(Self::Root(Root { account, arn: text.into() }))
            }
            ("iam", "user") => Self::user(text),
            ("iam", "role") => Self::role_session(text, None),
            ("iam", "saml-provider" | "oidc-provider") => Ok(Self::Federated(text.into())),
            ("sts", "federated-user") => Self::federated_user(text, None),
            ("sts", "assumed-role") => {
                let (partition, account) = (arn.partition_field(), arn.account_field());
                let mut parts = arn.resource.splitn(3, '/').skip(1);
                let (Some(role), Some(session)) = (parts.next(), parts.next()) else {
                    return Err(invalid(text, EXPECTED));
                };
                let role = format!("arn:{partition}:iam::{account}:role/{role}");
                Self::role_session(&role, Some(session)).map(|principal| match principal {
                    Self::RoleSession(session) => {
                        Self::RoleSession(RoleSession { may_have_path: true, ..session })
                    }
                    other => other,
                })
            }
            _ => Err(invalid(text, EXPECTED)),
        }
    }

    /// The account that the principal belongs to; services, federated callers before they assume a role, and anonymous ones
    /// belong to none.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Root(root) => Some(root.account),
            Self::User(user) => Some(user.account),
            Self::RoleSession(session) => Some(session.account),
            Self::FederatedUser(session) => Some(session.account),
            Self::Anonymous | Self::Federated(_) | Self::Service(_) => None,
        }
    }

    /// Whether it is a session of a service-linked role. Without the path of the role, its name makes it likely. Source: IAM
    /// User Guide, "Service-linked roles".
    pub fn is_service_linked(&self) -> Truth {
        let Self::RoleSession(session) = self else { return Truth::False };
        if session.may_have_path && session.role.contains(":role/AWSServiceRoleFor") {
            return Truth::doubt(Doubt::RolePath);
        }
        Truth::from(session.role.contains(":role/aws-service-role/"))
    }
}

impl Root {
    /// The ARN, which as a principal of a policy means the whole account.
    pub fn arn(&self) -> &str {
        &self.arn
    }
}

impl User {
    /// The ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The user's name without its path.
    pub fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }
}

impl RoleSession {
    /// The ARN of the role; without its path, if that is not known.
    pub fn role(&self) -> &str {
        &self.role
    }

    /// Whether the role may have a path that [`RoleSession::role`] lacks, as the ARNs of sessions do not say it. Source: IAM User
    /// Guide, "IAM identifiers".
    pub fn may_have_path(&self) -> bool {
        self.may_have_path
    }

    /// Whether the session's role has this ARN; unknown if that depends on the path.
    pub fn is_of_role(&self, arn: &str) -> Truth {
        if !self.may_have_path {
            return Truth::from(&*self.role == arn);
        }
        if self.possible_roles().iter().any(|role| role.matches(arn)) {
            Truth::doubt(Doubt::RolePath)
        } else {
            Truth::False
        }
    }

    /// The session of the role with this ARN, which has the path; `None` if it cannot be the session's role.
    pub fn of_role(&self, arn: &str) -> Option<Self> {
        let role = Self { role: arn.into(), may_have_path: false, ..self.clone() };
        (!self.is_of_role(arn).is_false()).then_some(role)
    }

    /// What the ARN of the role may be.
    pub(crate) fn possible_roles(&self) -> Vec<Glob> {
        let literals = |text: &str| text.chars().map(Token::Literal).collect::<Vec<_>>();
        let without = Glob::new(literals(&self.role), Case::Sensitive);
        let Some((before, name)) = self.role.rsplit_once('/').filter(|_| self.may_have_path) else {
            return vec![without];
        };
        let path =
            literals(before).into_iter().chain([Token::Literal('/'), Token::AnyText, Token::Literal('/')]);
        vec![without, Glob::new(path.chain(literals(name)), Case::Sensitive)]
    }

    /// The name of the session, where known.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether an ARN is that of this session; `None` if it is of the same role and this session's name is not known.
    pub(crate) fn is_named(&self, arn: &str) -> Option<bool> {
        match (arn.strip_prefix(&*self.prefix), &self.name) {
            (None, _) => Some(false),
            (Some(name), Some(own)) => Some(*name == **own),
            (Some(_), None) => None,
        }
    }
}

impl FederatedUser {
    /// The ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The name that was given to the session.
    pub fn name(&self) -> &str {
        self.arn.split_once(":federated-user/").map_or("", |(_, name)| name)
    }

    /// The ARN of the IAM user who made the session, where known.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }
}

/// The account of an ARN of this service whose resource begins like this.
fn account(arn: &str, service: &str, resource: &str) -> Option<AccountId> {
    let arn = Arn::parse(arn).ok()?;
    let rest = arn.resource.strip_prefix(resource)?;
    let is_whole = resource.ends_with('/') != rest.is_empty();
    (is_whole && arn.service == service && arn.region.is_empty()).then(|| arn.account().ok()).flatten()
}

fn invalid(text: &str, expected: &'static str) -> InvalidPrincipal {
    InvalidPrincipal { text: text.into(), expected }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::Root(root) => f.write_str(&root.arn),
            Self::User(user) => f.write_str(&user.arn),
            Self::RoleSession(session) => match &session.name {
                Some(name) => write!(f, "{}{name}", session.prefix),
                None => f.write_str(&session.role),
            },
            Self::FederatedUser(session) => f.write_str(&session.arn),
            Self::Federated(provider) => f.write_str(provider),
            Self::Service(service) => f.write_str(service),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_read_what_they_print() {
        for text in [
            "anonymous",
            "arn:aws:iam::111122223333:root",
            "arn:aws-cn:iam::111122223333:user/dev/anna",
            "arn:aws:iam::111122223333:role/ci/Deploy",
            "arn:aws-us-gov:sts::111122223333:assumed-role/Deploy/build-7",
            "arn:aws:sts::111122223333:federated-user/anna",
            "arn:aws:iam::111122223333:saml-provider/Corp",
            "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
            "ec2.amazonaws.com",
        ] {
            assert_eq!(Principal::parse(text).map(|principal| principal.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_makes_no_requests_is_refused() {
        for text in [
            "",
            "*",
            "111122223333",
            "arn:aws:iam::111122223333:group/dev",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::111122223333:rooted",
            "arn:aws:iam::aws:user/anna",
            "arn:aws:sts::111122223333:assumed-role/Deploy",
            "arn:aws:s3:::bucket",
        ] {
            assert!(Principal::parse(text).is_err(), "{text}");
        }
        let other = Some("arn:aws:iam::444455556666:user/anna");
        assert!(Principal::federated_user("arn:aws:sts::111122223333:federated-user/anna", other).is_err());
    }
}
