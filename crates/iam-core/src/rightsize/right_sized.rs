//! What becomes of a policy.

use std::sync::Arc;

use iam_policy::catalogue::ActionId;

use crate::evidence::ReportSubjectKind;
use crate::fact::Gap;
use crate::usage::Votes;

/// Where a policy stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The kind of the one who has an embedded policy; [`ReportSubjectKind::Policy`] for a managed one.
    pub kind: ReportSubjectKind,
    /// The name of the one who has an embedded policy, or of the managed policy.
    pub name: Box<str>,
    /// The ARN likewise.
    pub arn: Box<str>,
}

/// One who has a policy, itself and not through a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedTo {
    /// User, group or role.
    pub kind: ReportSubjectKind,
    /// The name.
    pub name: Box<str>,
}

/// A policy, and what can become of it.
#[derive(Debug, Clone)]
pub struct RightSized {
    /// Where it stands.
    pub owner: Owner,
    /// Its name.
    pub policy: Box<str>,
    /// Whether AWS keeps it.
    pub is_of_aws: bool,
    /// The version of a managed policy that counts, to go back to.
    pub version: Option<Box<str>>,
    /// Those who have it.
    pub holders: Vec<AttachedTo>,
    /// Whether somebody else may have it as well.
    pub may_have_others: bool,
    /// Why it was not read, if so.
    pub unread: Option<Arc<Gap>>,
    /// What can become of it.
    pub outcome: Outcome,
    /// The text, laid out as in the new policy.
    pub old: String,
    /// What went, by statement and by what the sources say.
    pub removed: Vec<Removed>,
    /// How many actions stayed although nobody is known to have used them, by reason.
    pub kept: Vec<Kept>,
    /// Where the policy could be narrower still. Nothing of it is in the new policy.
    pub proposals: Vec<Proposal>,
    /// The new policy, or the old one where it stays, with the proposals worked in: laid out anew, and proven likewise.
    pub narrowed: Option<String>,
    /// What else there is to say.
    pub notes: Vec<String>,
}

/// What can become of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing in it is known to be unused.
    Unchanged,
    /// A smaller text that was proven.
    Smaller(String),
    /// The smaller text has more characters than AWS takes, and was divided into several managed policies. They were proven,
    /// together, likewise.
    Split(Vec<String>),
    /// Nothing in it is used.
    Superfluous,
    /// The smaller text has more characters than AWS takes.
    TooLarge {
        /// Its characters, without white space.
        size: usize,
        /// What AWS takes.
        limit: usize,
    },
    /// It cannot or must not be changed; why.
    Untouched(String),
    /// The new text failed its proof, which is a fault of this program.
    Unproven(String),
}

/// Actions of one statement that went for the same reason.
#[derive(Debug, Clone)]
pub struct Removed {
    /// The statement, from 0.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<Box<str>>,
    /// Why: what the sources say of each of the actions.
    pub votes: Votes,
    /// The actions.
    pub actions: Vec<ActionId>,
}

/// Actions that stayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Why.
    pub why: String,
    /// How many.
    pub count: usize,
}

/// Actions of one statement that could be allowed on less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The statement, from 0, in the policy that the proposals are about.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<Box<str>>,
    /// The actions.
    pub actions: Vec<ActionId>,
    /// The ARNs that suffice, as patterns.
    pub resources: Vec<String>,
    /// For `iam:PassRole`: the services that suffice, if all are known.
    pub passed_to: Vec<&'static str>,
    /// How many calls were seen.
    pub count: u64,
}

impl RightSized {
    /// How many actions went, each counted in each statement that lost it.
    pub fn removed_count(&self) -> usize {
        self.removed.iter().map(|removed| removed.actions.len()).sum()
    }
}
