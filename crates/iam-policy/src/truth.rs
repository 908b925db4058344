//! Truth with a third value for what cannot be known, after Kleene.

use std::collections::BTreeSet;
use std::fmt;

use crate::context::Key;
use crate::document::PolicyKind;

/// The answer to a question about a request of which not everything is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// Yes, whatever is not known.
    True,
    /// No, whatever is not known.
    False,
    /// It depends on these.
    Unknown(Doubts),
}

/// What an answer depends on, without order of rank and each once.
pub type Doubts = BTreeSet<Doubt>;

/// Something that is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The value of a condition key, or whether the request has the key.
    Key(Key),
    /// How AWS reads a policy where its documentation leaves that open.
    Rule(Rule),
    /// The policies of this kind.
    Unseen(PolicyKind),
    /// The name of the role session that makes the request.
    SessionName,
    /// The path of the role whose session makes the request.
    RolePath,
    /// The IAM user who called `sts:GetFederationToken`.
    FederatingUser,
    /// The canonical user id of the account that makes the request.
    CanonicalUser,
    /// The account that owns the resource.
    ResourceAccount,
}

/// A point that the documentation of AWS leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A `*` at the end of a field of a `Resource` may reach beyond the field, or not ("IAM JSON policy elements: Resource").
    StarBeyondField,
    /// `{"AWS": "*"}` may mean services and callers of identity providers too, or principals of accounts and anonymous ones only.
    /// The documentation calls it the same as `"*"` for resource policies, and lists the kinds of principals apart
    /// ("AWS JSON policy elements: Principal", "All principals").
    AwsStarBeyondAws,
    /// `NotPrincipal` lists a principal but not its account: the principal is spared, or not
    /// ("AWS JSON policy elements: `NotPrincipal`").
    NotPrincipalWithoutAccount,
    /// A multivalued key stands under an operator without `ForAllValues` or `ForAnyValue`: nothing matches, or any value may
    /// ("Set operators for multivalued context keys").
    MultivaluedKeyWithoutSetOperator,
    /// A policy variable stands in a value of `Bool`: "Condition operators" says that it works, "Variables and tags" that it
    /// does not.
    VariableInBool,
    /// A value is no number, date or address under a negated operator, which then holds, or not.
    UnreadableValue,
    /// `Null` on a multivalued key that is there without a value: absent, or present.
    NullOfEmptySet,
    /// The statement is one that AWS refuses: an operator that does not exist, an element that this kind of policy does not
    /// have or lacks ("Grammar of the IAM JSON policy language").
    RefusedStatement,
    /// Resource control policies cover some services only, and this may be one or not (AWS Organizations User Guide,
    /// "Resource control policies").
    ServiceUnderResourceControl,
}

impl Truth {
    /// Depends on one thing.
    pub fn doubt(doubt: Doubt) -> Self {
        Self::Unknown(BTreeSet::from([doubt]))
    }

    /// Depends on how a rule is read.
    pub fn rule(rule: Rule) -> Self {
        Self::doubt(Doubt::Rule(rule))
    }

    /// True where both readings of a rule give the answer, unknown where only one does.
    pub fn readings(one: bool, other: bool, rule: Rule) -> Self {
        if one == other { Self::from(one) } else { Self::rule(rule) }
    }

    /// Whether all hold. Looks no further than the first that does not.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut doubts = Doubts::new();
        for truth in truths {
            match truth {
                Self::True => {}
                Self::False => return Self::False,
                Self::Unknown(more) => doubts.extend(more),
            }
        }
        if doubts.is_empty() { Self::True } else { Self::Unknown(doubts) }
    }

    /// Whether one holds. Looks no further than the first that does.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut doubts = Doubts::new();
        for truth in truths {
            match truth {
                Self::True => return Self::True,
                Self::False => {}
                Self::Unknown(more) => doubts.extend(more),
            }
        }
        if doubts.is_empty() { Self::False } else { Self::Unknown(doubts) }
    }

    /// Whether this and the other hold; the other is asked only if it matters.
    #[must_use]
    pub fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::False => Self::False,
            Self::True => other(),
            unknown @ Self::Unknown(_) => Self::all([unknown, other()]),
        }
    }

    /// Whether this or the other holds; the other is asked only if it matters.
    #[must_use]
    pub fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::True => Self::True,
            Self::False => other(),
            unknown @ Self::Unknown(_) => Self::any([unknown, other()]),
        }
    }

    /// Whether it certainly holds.
    pub fn is_true(&self) -> bool {
        *self == Self::True
    }

    /// Whether it certainly does not hold.
    pub fn is_false(&self) -> bool {
        *self == Self::False
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown @ Self::Unknown(_) => unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "the condition key {key}"),
            Self::Rule(rule) => write!(f, "{rule}"),
            Self::Unseen(kind) => write!(f, "policies of kind {kind}, which were not seen"),
            Self::SessionName => f.write_str("the name of the role session"),
            Self::RolePath => f.write_str("the path of the role, which the ARN of a session does not say"),
            Self::FederatingUser => f.write_str("the IAM user behind the federated session"),
            Self::CanonicalUser => f.write_str("the canonical user id of the caller's account"),
            Self::ResourceAccount => f.write_str("the account that owns the resource"),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StarBeyondField => {
                "whether `*` at the end of a field of a resource reaches beyond the field"
            }
            Self::AwsStarBeyondAws => {
                "whether `{\"AWS\": \"*\"}` means services and callers of identity providers too"
            }
            Self::NotPrincipalWithoutAccount => {
                "whether `NotPrincipal` spares a principal without its account"
            }
            Self::MultivaluedKeyWithoutSetOperator => {
                "how a multivalued key counts without ForAllValues or ForAnyValue"
            }
            Self::VariableInBool => "whether Bool takes policy variables",
            Self::UnreadableValue => {
                "whether a negated operator holds for a value that is no number, date or address"
            }
            Self::NullOfEmptySet => "whether a multivalued key without a value counts as absent",
            Self::RefusedStatement => "a statement that AWS refuses",
            Self::ServiceUnderResourceControl => "whether resource control policies cover this service",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_stays_only_where_it_matters() {
        let unknown = || Truth::rule(Rule::VariableInBool);
        assert_eq!(Truth::all([unknown(), Truth::False]), Truth::False);
        assert_eq!(Truth::any([unknown(), Truth::True]), Truth::True);
        assert_eq!(Truth::all([unknown(), Truth::True]), unknown());
        assert_eq!(Truth::any([unknown(), Truth::False]), unknown());
        assert_eq!(unknown().and(|| Truth::False), Truth::False);
        assert_eq!(unknown().or(|| Truth::True), Truth::True);
        assert_eq!(!unknown(), unknown());
        assert_eq!(Truth::all([]), Truth::True);
        assert_eq!(Truth::any([]), Truth::False);
    }
}
