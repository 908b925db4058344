use std::fmt;

use crate::pattern::Naming;
use crate::policy::StatementRef;
use crate::truth::{Doubts, Truth};

/// The answer to a request, with all that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'p> {
    /// The answer.
    pub answer: Answer<'p>,
    /// What each layer says, in the order in which AWS describes them. Layers that do not bind the request are not here.
    pub layers: Vec<LayerReport<'p>>,
}

/// The answer to a request.
///
/// Source: IAM User Guide, "Policy evaluation logic".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<'p> {
    /// It is allowed.
    Allowed {
        /// What grants it, in identity and resource policies.
        by: Vec<Grant<'p>>,
    },
    /// A statement denies it.
    ExplicitDeny {
        /// All statements that do.
        by: Vec<StatementRef<'p>>,
    },
    /// It is denied because something that would have to allow it does not.
    ImplicitDeny {
        /// The layers that do not allow it.
        missing: Vec<Layer>,
    },
    /// Allowed or not, depending on what is not known.
    Depends {
        /// What it depends on.
        on: Doubts,
        /// The statements that hold or not, depending on it.
        statements: Vec<StatementRef<'p>>,
    },
}

/// What grants a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant<'p> {
    /// A statement.
    Statement(StatementRef<'p>),
    /// The root user of an account needs no identity policy.
    RootUser,
    /// The action needs no permission at all.
    NeedsNoPermission,
}

/// Something that has to allow a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// What AWS lets nobody change.
    Protection,
    /// What the root user of an account cannot do: assume roles. Source: AWS STS API Reference, "`AssumeRole`".
    RootUser,
    /// Resource control policies of the organization of the resource. They only ever deny: the one that allows everything
    /// cannot be detached.
    ResourceControl,
    /// The service control policies of one level, counted from 0 as they were given.
    ServiceControl(usize),
    /// The policy of the VPC endpoint.
    VpcEndpoint,
    /// Block public access of S3.
    PublicAccessBlock,
    /// The policy of the resource, or the trust policy of a role.
    Resource,
    /// The identity policies.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// The session policies.
    Session,
}

/// What the policies of a layer say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerReport<'p> {
    /// The layer.
    pub layer: Layer,
    /// Whether it allows the request. In the layer of the resource: taken alone.
    pub allow: Truth,
    /// Whether it denies the request.
    pub deny: Truth,
    /// The statements that allow the request, or may.
    pub allows: Vec<Cited<'p>>,
    /// The statements that deny the request, or may.
    pub denies: Vec<Cited<'p>>,
}

/// A statement that is about a request, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited<'p> {
    /// The statement.
    pub statement: StatementRef<'p>,
    /// Whether all but its principal fits. The truth of the statement is that of both.
    pub question: Truth,
    /// How it names the principal of the request; of a statement that names nobody, as everybody.
    pub namings: Vec<(Naming, Truth)>,
}

impl Decision<'_> {
    /// Whether the request is allowed, whatever is not known.
    pub fn is_allowed(&self) -> bool {
        matches!(self.answer, Answer::Allowed { .. })
    }

    /// Whether the request is denied, whatever is not known.
    pub fn is_denied(&self) -> bool {
        matches!(self.answer, Answer::ExplicitDeny { .. } | Answer::ImplicitDeny { .. })
    }
}

impl Cited<'_> {
    /// Whether the statement is about the request.
    pub fn holds(&self) -> Truth {
        self.question.clone().and(|| Truth::any(self.namings.iter().map(|(_, truth)| truth.clone())))
    }
}

impl fmt::Display for Decision<'_> {
    /// The answer in a few lines of plain text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Answer::Allowed { by } => {
                f.write_str("allowed")?;
                by.iter().try_for_each(|grant| write!(f, "\n  by {grant}"))
            }
            Answer::ExplicitDeny { by } => {
                f.write_str("explicitly denied")?;
                by.iter().try_for_each(|statement| write!(f, "\n  by {statement}"))
            }
            Answer::ImplicitDeny { missing } => {
                f.write_str("implicitly denied")?;
                missing.iter().try_for_each(|layer| write!(f, "\n  {layer}"))
            }
            Answer::Depends { on, statements } => {
                f.write_str("depends")?;
                on.iter().try_for_each(|doubt| write!(f, "\n  on {doubt}"))?;
                statements.iter().try_for_each(|statement| write!(f, "\n  in {statement}"))
            }
        }
    }
}

impl fmt::Display for Grant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Statement(statement) => write!(f, "{statement}"),
            Self::RootUser => f.write_str("being the root user"),
            Self::NeedsNoPermission => f.write_str("an action that needs no permission"),
        }
    }
}

impl fmt::Display for Layer {
    /// Why the layer does not allow a request.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protection => f.write_str("AWS lets nobody change this resource"),
            Self::RootUser => f.write_str("root users cannot assume roles"),
            Self::ResourceControl => f.write_str("no resource control policy allows it"),
            Self::ServiceControl(level) => write!(f, "no service control policy of level {level} allows it"),
            Self::VpcEndpoint => f.write_str("the policy of the VPC endpoint does not allow it"),
            Self::PublicAccessBlock => f.write_str("the bucket restricts public access"),
            Self::Resource => f.write_str("the policy of the resource does not allow it"),
            Self::Identity => f.write_str("no identity policy allows it"),
            Self::Boundary => f.write_str("the permissions boundary does not allow it"),
            Self::Session => f.write_str("no session policy allows it"),
        }
    }
}
