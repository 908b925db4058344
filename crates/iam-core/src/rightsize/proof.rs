//! Proof of a new policy: it allows nothing that the old one does not, and still allows what is to stay.
//!
//! First by comparing statements: each new one is an old one whose actions are among the old actions, and no statement that
//! denies is missing. Then by asking the evaluator about single requests, which knows nothing of how policies are rewritten.

use std::collections::BTreeSet;

use iam_policy::catalogue::{ActionSet, Catalogue};
use iam_policy::context::Context;
use iam_policy::document::{Document, PolicyKind, Statement};
use iam_policy::evaluate::{Answer, PolicySet, evaluate};
use iam_policy::pattern::ActionPattern;
use iam_policy::policy::Policy;
use iam_policy::principal::Principal;
use iam_policy::request::{Request, RequestParts};

/// Requests that the evaluator is asked at most, for each policy.
const MOST_REQUESTS: usize = 4_096;

/// What is to be proven.
pub(super) struct Claim<'p> {
    pub(super) catalogue: &'static Catalogue,
    pub(super) old: &'p Document,
    pub(super) new: &'p Document,
    /// Statements of the old policy that went.
    pub(super) dropped: &'p [usize],
    /// Actions that are to stay as they are.
    pub(super) kept: &'p ActionSet,
    /// Actions that went from some statement.
    pub(super) removed: &'p ActionSet,
    /// Whether new wildcards were asked for.
    pub(super) has_new_patterns: bool,
    /// Who has the policy, as far as it matters for a request.
    pub(super) principal: Principal,
    /// Resources that were seen in use.
    pub(super) resources: &'p BTreeSet<String>,
}

impl Claim<'_> {
    /// Proves the claim.
    ///
    /// # Errors
    ///
    /// What does not hold, in one line.
    pub(super) fn prove(&self) -> Result<(), String> {
        self.compare_statements()?;
        self.ask_evaluator()
    }

    fn compare_statements(&self) -> Result<(), String> {
        let stays = self.old.statements.iter().enumerate().filter(|(index, _)| !self.dropped.contains(index));
        let stays: Vec<&Statement> = stays.map(|(_, statement)| statement).collect();
        if stays.len() != self.new.statements.items.len() {
            return Err("statements are missing that should have stayed".to_owned());
        }
        for index in self.dropped {
            if self.old.statements.items.get(*index).is_none_or(|statement| !statement.allows()) {
                return Err(format!("statement {index}, which denies, went"));
            }
        }
        for (old, new) in stays.into_iter().zip(&self.new.statements) {
            let with_old_actions = Statement { action: old.action.clone(), ..new.clone() };
            if with_old_actions != *old {
                return Err("more than the actions of a statement changed".to_owned());
            }
            if old.action == new.action {
                continue;
            }
            if old.action.negated || new.action.negated || !old.allows() {
                return Err("a statement changed that should have stayed".to_owned());
            }
            self.compare_actions(old, new)?;
        }
        Ok(())
    }

    fn compare_actions(&self, old: &Statement, new: &Statement) -> Result<(), String> {
        let mut all = ActionSet::new();
        for pattern in &old.action.patterns {
            all.union_with(&self.catalogue.expand(&pattern.value));
        }
        for pattern in &new.action.patterns {
            let is_old = old.action.patterns.iter().any(|own| own.value == pattern.value);
            let is_within = || {
                let covers = |own: &ActionPattern| {
                    pattern.value.split_once(':').is_some_and(|(service, name)| own.matches(service, name))
                };
                !pattern.value.contains(['*', '?'])
                    && old.action.patterns.iter().any(|own| covers(&ActionPattern::parse(&own.value)))
            };
            let is_shrunk = || self.has_new_patterns && self.catalogue.expand(&pattern.value).is_subset(&all);
            if !is_old && !is_within() && !is_shrunk() {
                return Err(format!("the new pattern {} is not among the old ones", pattern.value));
            }
        }
        Ok(())
    }

    fn ask_evaluator(&self) -> Result<(), String> {
        let old = Policy::compile("old", PolicyKind::Identity, self.old);
        let new = Policy::compile("new", PolicyKind::Identity, self.new);
        let still_allowed = allowed(self.catalogue, self.new);
        let resources = self.resources_to_ask();
        let mut asked = 0_usize;
        let actions = self.removed.iter().map(|id| (id, false)).chain(self.kept.iter().map(|id| (id, true)));
        for (id, stays) in actions {
            let Some(action) = self.catalogue.by_id(id) else { continue };
            let Ok(name) = action.to_string().parse::<iam_policy::request::Action>() else { continue };
            for resource in &resources {
                asked = asked.saturating_add(1);
                if asked > MOST_REQUESTS {
                    return Ok(());
                }
                let parts = RequestParts::new(self.principal.clone(), name.clone(), Context::open());
                let parts = match resource {
                    Some(arn) => parts.on(arn),
                    None => parts,
                };
                let Ok(request) = Request::new(parts) else { continue };
                let before = evaluate(&request, &PolicySet::new().with(&old)).answer;
                let after = evaluate(&request, &PolicySet::new().with(&new)).answer;
                let grew = strength(&after) > strength(&before);
                let fell = stays && strength(&after) < strength(&before);
                let lingers = !stays && !still_allowed.contains(id) && strength(&after) > 0;
                if grew || fell || lingers {
                    let on = resource.as_deref().unwrap_or("no resource");
                    let what = if grew {
                        "allows more"
                    } else if fell {
                        "allows less"
                    } else {
                        "still allows"
                    };
                    return Err(format!("the new policy {what} of {action} on {on}"));
                }
            }
        }
        Ok(())
    }

    /// Those that were used, those that statements name in full, and none.
    fn resources_to_ask(&self) -> Vec<Option<String>> {
        let named = self.old.statements.iter().filter_map(|statement| statement.resource.as_ref());
        let named = named.flat_map(|element| element.patterns.iter()).map(|pattern| &*pattern.value);
        let mut resources: BTreeSet<String> = named
            .filter(|arn| arn.starts_with("arn:") && !arn.contains(['*', '?', '$']))
            .map(str::to_owned)
            .collect();
        resources.extend(self.resources.iter().cloned());
        std::iter::once(None).chain(resources.into_iter().take(16).map(Some)).collect()
    }
}

/// How much an answer allows.
fn strength(answer: &Answer<'_>) -> u8 {
    match answer {
        Answer::Allowed { .. } => 2,
        Answer::Depends { .. } => 1,
        _ => 0,
    }
}

fn allowed(catalogue: &Catalogue, document: &Document) -> ActionSet {
    let mut all = ActionSet::new();
    for statement in document.statements.iter().filter(|statement| statement.allows()) {
        all.union_with(&crate::usage::actions_of(catalogue, &statement.action));
    }
    all
}
