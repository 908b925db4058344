use std::fmt;

use crate::request::Request;
use crate::truth::Doubts;

/// Whether there is a request of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There is none, whatever is not known.
    Never {
        /// Readings of doubtful rules that were too much to look at: there is none as long as the rules are read as AWS
        /// recommends. Empty in nearly all cases.
        assuming: Doubts,
    },
    /// There is: this one. The evaluator agrees.
    Witnessed(Box<Request>),
    /// There may be.
    Possible {
        /// A request that is of the kind or not, depending on what is not known; where one was found.
        witness: Option<Box<Request>>,
        /// What it depends on: the values of policy variables, or how AWS reads a doubtful rule.
        depends_on: Doubts,
    },
    /// It was not found out.
    Undetermined(Limit),
}

/// Why a question was given up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// The patterns of a dimension overlap in too many ways.
    #[error("the patterns for the {dimension} overlap in too many ways; ask about fewer statements at once")]
    Classes {
        /// The dimension: action, resource, principal or a condition key.
        dimension: Box<str>,
    },
    /// The statements overlap in too many ways.
    #[error("the statements overlap in too many ways; ask about fewer statements at once")]
    Blocks,
    /// The evaluator denies what was proved: a defect of this program.
    #[error(
        "the evaluator does not agree about the request `{action}` by `{principal}`: please report this defect"
    )]
    Disagreement {
        /// The principal of the request.
        principal: Box<str>,
        /// The action of the request.
        action: Box<str>,
    },
}

impl Outcome {
    /// The request that shows it, certain or not.
    pub fn witness(&self) -> Option<&Request> {
        match self {
            Self::Witnessed(witness) => Some(witness),
            Self::Possible { witness, .. } => witness.as_deref(),
            Self::Never { .. } | Self::Undetermined(_) => None,
        }
    }

    /// Whether there certainly is none.
    pub fn is_never(&self) -> bool {
        matches!(self, Self::Never { .. })
    }

    /// Whether there certainly is one.
    pub fn is_witnessed(&self) -> bool {
        matches!(self, Self::Witnessed(_))
    }
}

impl fmt::Display for Outcome {
    /// The outcome in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |f: &mut fmt::Formatter<'_>, doubts: &Doubts| {
            doubts.iter().enumerate().try_for_each(|(at, doubt)| {
                if at > 0 {
                    f.write_str("; ")?;
                }
                write!(f, "{doubt}")
            })
        };
        match self {
            Self::Never { assuming } if assuming.is_empty() => f.write_str("no"),
            Self::Never { assuming } => {
                f.write_str("no, apart from ")?;
                listed(f, assuming)
            }
            Self::Witnessed(_) => f.write_str("yes"),
            Self::Possible { depends_on, .. } => {
                f.write_str("depends on ")?;
                listed(f, depends_on)
            }
            Self::Undetermined(limit) => write!(f, "not determined: {limit}"),
        }
    }
}
