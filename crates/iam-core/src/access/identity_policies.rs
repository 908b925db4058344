use std::sync::Arc;

use iam_policy::document::PolicyKind;
use iam_policy::evaluate::PolicySet;

use crate::evidence::Identity;
use crate::fact::Gap;
use crate::input::PolicyDocument;

/// All policies of a user or role: its own, those of its groups, and its permissions boundary.
#[derive(Debug, Clone)]
pub struct IdentityPolicies<'a> {
    /// For the evaluator, with what was not seen.
    pub set: PolicySet<'a>,
    /// Their texts.
    pub documents: Vec<&'a PolicyDocument>,
    /// What was not seen: of each kind the first gap.
    pub unseen: Vec<(PolicyKind, Arc<Gap>)>,
}

impl<'a> IdentityPolicies<'a> {
    /// Gathers them, into a set that may hold policies of others.
    pub fn of(identity: &Identity<'a>, mut set: PolicySet<'a>) -> Self {
        let grants = identity.grants();
        let mut documents = Vec::new();
        let mut gap = grants.incomplete.clone();
        for grant in &grants.seen {
            match grant.document().and_then(|document| Ok((document, document.policy()?))) {
                Ok((document, policy)) => {
                    documents.push(document);
                    set = set.with(policy);
                }
                Err(unseen) => gap = gap.or(Some(unseen)),
            }
        }
        let mut unseen: Vec<_> = gap.map(|gap| (PolicyKind::Identity, gap)).into_iter().collect();
        match identity
            .boundary_document()
            .and_then(|document| document.map(|document| Ok((document, document.policy()?))).transpose())
        {
            Ok(None) => {}
            Ok(Some((document, policy))) => {
                documents.push(document);
                set = set.bounded_by(policy);
            }
            Err(gap) => unseen.push((PolicyKind::Boundary, gap)),
        }
        let set = unseen.iter().fold(set, |set, (kind, _)| set.unseen(*kind));
        Self { set, documents, unseen }
    }
}
