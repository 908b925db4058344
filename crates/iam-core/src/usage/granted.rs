//! What identity policies grant, as sets of actions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use iam_policy::catalogue::{ActionSet, Catalogue};
use iam_policy::document::{Document, PatternElement, Statement};

use crate::evidence::{Grant, Grants, ManagedPolicy, Supplied};
use crate::fact::{Gap, Reason};
use crate::input::{Artefact, PolicyDocument, quoted};

/// The actions that identity policies grant on anything at all.
///
/// Bounds by other policies are not taken off: boundaries, and those of the organisation. A denial counts where it holds
/// whatever the resource and the circumstances.
#[derive(Debug, Clone, Default)]
pub struct Granted {
    /// The actions of the catalogue.
    pub actions: ActionSet,
    /// Names without wildcard that the catalogue does not have.
    pub unknown: BTreeSet<Box<str>>,
    /// Why there may be more than that, if there may.
    pub incomplete: Option<Arc<Gap>>,
}

/// What one document says about actions.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub(super) allowed: ActionSet,
    pub(super) denied: ActionSet,
    pub(super) unknown: BTreeSet<Box<str>>,
}

/// Documents that were read. Managed policies are read once, whoever has them.
#[derive(Debug)]
pub(super) struct Library<'c> {
    catalogue: &'c Catalogue,
    managed: BTreeMap<Box<str>, Supplied<Arc<Said>>>,
}

/// Reads a document.
///
/// # Errors
///
/// The gap, where the text is no policy.
pub fn parse(policy: &PolicyDocument, name: &str) -> Supplied<(String, Document)> {
    let text = policy.json().into_owned();
    match Document::parse(&text) {
        Ok(document) => Ok((text, document)),
        Err(issues) => {
            let first = issues.first().map_or_else(String::new, |issue| issue.in_text(&text));
            Err(Arc::new(Gap {
                reason: Reason::Malformed,
                artefact: Some(Artefact::AuthorizationDetails),
                source: Some(policy.source()),
                what: format!("policy {}: {first}", quoted(name)).into(),
                remedy: "save the output of `aws iam get-account-authorization-details` again".into(),
            }))
        }
    }
}

/// The actions of the catalogue that an element of a statement means.
pub(crate) fn actions_of(catalogue: &Catalogue, element: &PatternElement) -> ActionSet {
    let mut actions = ActionSet::new();
    for pattern in &element.patterns {
        actions.union_with(&catalogue.expand(&pattern.value));
    }
    if element.negated { catalogue.all().difference(&actions) } else { actions }
}

/// Whether a statement holds for every resource, whatever the circumstances.
fn is_unconditional(statement: &Statement) -> bool {
    let everything = |element: &PatternElement| {
        !element.negated
            && element.patterns.iter().any(|pattern| pattern.value.bytes().all(|byte| byte == b'*'))
    };
    statement.condition.as_ref().is_none_or(|condition| condition.operators.is_empty())
        && statement.resource.as_ref().is_some_and(everything)
}

impl Said {
    fn of(catalogue: &Catalogue, document: &Document) -> Self {
        let mut said = Self::default();
        for statement in &document.statements {
            let actions = actions_of(catalogue, &statement.action);
            if !statement.allows() {
                if is_unconditional(statement) {
                    said.denied.union_with(&actions);
                }
                continue;
            }
            said.allowed.union_with(&actions);
            if !statement.action.negated {
                let patterns = statement.action.patterns.iter().map(|pattern| &*pattern.value);
                said.unknown.extend(
                    patterns
                        .filter(|name| !name.contains(['*', '?']) && catalogue.find(name).known().is_none())
                        .map(Box::from),
                );
            }
        }
        said
    }
}

impl<'c> Library<'c> {
    pub(super) fn new(catalogue: &'c Catalogue) -> Self {
        Self { catalogue, managed: BTreeMap::new() }
    }

    /// What all of these policies grant together.
    pub(super) fn granted(&mut self, grants: &Grants<'_>) -> Granted {
        let mut granted = Granted { incomplete: grants.incomplete.clone(), ..Granted::default() };
        let mut denied = ActionSet::new();
        for grant in &grants.seen {
            match self.said(grant) {
                Ok(said) => {
                    granted.actions.union_with(&said.allowed);
                    denied.union_with(&said.denied);
                    granted.unknown.extend(said.unknown.iter().cloned());
                }
                Err(gap) => drop(granted.incomplete.get_or_insert(gap)),
            }
        }
        granted.actions.subtract(&denied);
        granted
    }

    /// What a managed policy says.
    pub(super) fn said_by_policy(&mut self, policy: &ManagedPolicy<'_>) -> Supplied<Arc<Said>> {
        if let Some(said) = self.managed.get(&policy.detail.arn) {
            return said.clone();
        }
        let read = || -> Supplied<Arc<Said>> {
            let (_, document) = parse(policy.document()?, &policy.detail.name)?;
            Ok(Arc::new(Said::of(self.catalogue, &document)))
        };
        let said = read();
        self.managed.insert(policy.detail.arn.clone(), said.clone());
        said
    }

    fn said(&mut self, grant: &Grant<'_>) -> Supplied<Arc<Said>> {
        let read = |catalogue| -> Supplied<Arc<Said>> {
            let (_, document) = parse(grant.document()?, grant.name())?;
            Ok(Arc::new(Said::of(catalogue, &document)))
        };
        let Some(arn) = grant.arn() else { return read(self.catalogue) };
        if let Some(said) = self.managed.get(arn) {
            return said.clone();
        }
        let said = read(self.catalogue);
        self.managed.insert(arn.into(), said.clone());
        said
    }
}
