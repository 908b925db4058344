use std::fmt;
use std::sync::Arc;

use crate::input::resource_policies::ResourceKind;
use chrono::{DateTime, Utc};

/// What a check judged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Its kind.
    pub kind: SubjectKind,
    /// The ARN of the subject, or of the one whom the credential or policy belongs to; empty where nothing tells it.
    pub arn: Arc<str>,
    /// The name of the subject, or of the one whom the credential or policy belongs to.
    pub name: Arc<str>,
    /// Which of the user's credentials.
    pub credential: Option<Box<CredentialName>>,
    /// Which of the policies of a user, group or role.
    pub policy: Option<Box<PolicyName>>,
}

/// Which of several policies of the same owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyName {
    /// Its name.
    pub name: Box<str>,
    /// Its ARN; `None` for a policy that is embedded in its owner.
    pub arn: Option<Box<str>>,
}

/// Which of several credentials of the same kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CredentialName {
    /// The slot in the credential report.
    pub slot: Option<u8>,
    /// Its id as it may be shown.
    pub id: Option<Box<str>>,
    /// When it was made, which is its identity: slots may swap between reports, and ids are not always known.
    pub created: Option<DateTime<Utc>>,
}

/// The kinds of subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// An account.
    Account,
    /// The root user.
    Root,
    /// An IAM user.
    User,
    /// A role.
    Role,
    /// A group of IAM users.
    Group,
    /// An access key.
    AccessKey,
    /// An X.509 signing certificate.
    SigningCertificate,
    /// A password or API key for one service.
    ServiceSpecificCredential,
    /// A TLS certificate kept in IAM.
    ServerCertificate,
    /// A virtual MFA device.
    VirtualMfaDevice,
    /// A resource that says itself who gets in.
    Resource(ResourceKind),
    /// A managed policy of the customer.
    ManagedPolicy,
    /// A policy of a user's own, embedded or attached.
    UserPolicy,
    /// A policy of a group.
    GroupPolicy,
    /// A policy of a role.
    RolePolicy,
    /// A resource of a type that only IAM Access Analyzer tells of.
    OtherResource,
    /// A Region of the account.
    Region,
    /// An analyzer of IAM Access Analyzer.
    Analyzer,
    /// An archive rule of an analyzer.
    ArchiveRule,
    /// A row of the credential report that could not be read: whoever stands in it cannot be judged.
    UnreadRow,
    /// A waiver of the settings.
    Waiver,
}

impl SubjectKind {
    /// The name used in every output format: the type of `CloudFormation` where there is one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "AWS::::Account",
            Self::Root => "AWS::IAM::RootUser",
            Self::User => "AWS::IAM::User",
            Self::Role => "AWS::IAM::Role",
            Self::Group => "AWS::IAM::Group",
            Self::AccessKey => "AWS::IAM::AccessKey",
            Self::SigningCertificate => "AWS::IAM::SigningCertificate",
            Self::ServiceSpecificCredential => "AWS::IAM::ServiceSpecificCredential",
            Self::ServerCertificate => "AWS::IAM::ServerCertificate",
            Self::VirtualMfaDevice => "AWS::IAM::VirtualMFADevice",
            Self::Resource(kind) => kind.as_str(),
            Self::ManagedPolicy => "AWS::IAM::ManagedPolicy",
            Self::UserPolicy => "AWS::IAM::UserPolicy",
            Self::GroupPolicy => "AWS::IAM::GroupPolicy",
            Self::RolePolicy => "AWS::IAM::RolePolicy",
            Self::OtherResource => "resource",
            Self::Region => "region",
            Self::Analyzer => "AWS::AccessAnalyzer::Analyzer",
            Self::ArchiveRule => "archive-rule",
            Self::UnreadRow => "unread-row",
            Self::Waiver => "waiver",
        }
    }
}

/// `deploy`, `access key 2 of deploy`, `role ci`, `root`, `account 111122223333`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = match self.kind {
            SubjectKind::AccessKey => "access key",
            SubjectKind::SigningCertificate => "signing certificate",
            SubjectKind::ServiceSpecificCredential => "service-specific credential",
            SubjectKind::Account => return write!(f, "account {}", self.name),
            SubjectKind::ServerCertificate => return write!(f, "server certificate {}", self.name),
            SubjectKind::VirtualMfaDevice => return write!(f, "virtual MFA device {}", self.name),
            SubjectKind::Resource(kind) => return write!(f, "{} {}", kind.noun(), self.name),
            SubjectKind::Role => return write!(f, "role {}", self.name),
            SubjectKind::Group => return write!(f, "group {}", self.name),
            SubjectKind::Region => return write!(f, "Region {}", self.name),
            SubjectKind::Analyzer => return write!(f, "analyzer {}", self.name),
            SubjectKind::ArchiveRule => return write!(f, "archive rule {}", self.name),
            SubjectKind::ManagedPolicy => return write!(f, "policy {}", self.name),
            SubjectKind::UserPolicy => return write!(f, "{} of {}", self.policy_noun(), self.name),
            SubjectKind::GroupPolicy => return write!(f, "{} of group {}", self.policy_noun(), self.name),
            SubjectKind::RolePolicy => return write!(f, "{} of role {}", self.policy_noun(), self.name),
            SubjectKind::Waiver => return write!(f, "waiver of {}", self.name),
            SubjectKind::Root | SubjectKind::User | SubjectKind::UnreadRow | SubjectKind::OtherResource => {
                return f.write_str(&self.name);
            }
        };
        f.write_str(noun)?;
        if let Some(credential) = &self.credential {
            match (credential.slot, credential.id.as_deref()) {
                (Some(slot), None) => write!(f, " {slot}")?,
                (Some(slot), Some(id)) => write!(f, " {slot} ({id})")?,
                (None, Some(id)) => write!(f, " {id}")?,
                (None, None) => {}
            }
        }
        write!(f, " of {}", self.name)
    }
}

impl Subject {
    /// `policy ReadOnlyAccess`, `inline policy own`
    fn policy_noun(&self) -> String {
        match self.policy.as_deref() {
            Some(PolicyName { name, arn: Some(_) }) => format!("policy {name}"),
            Some(PolicyName { name, arn: None }) => format!("inline policy {name}"),
            None => "policy".to_owned(),
        }
    }
}
