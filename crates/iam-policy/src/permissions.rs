//! What a document grants, whoever asks: its statements as sets of actions on sets of resources.
//!
//! Evaluation answers one request. An audit asks the other way round: which actions are allowed on everything, and which
//! statements allow an action at all.

use crate::arn::Fields;
use crate::catalogue::{ActionSet, Catalogue};
use crate::context::Context;
use crate::document::{ConditionElement, Document, Effect, Statement, Version};
use crate::pattern::{ActionPattern, ResourceMatch, ResourcePattern};
use crate::truth::Truth;

/// A document's statements, read for what they grant.
///
/// ```
/// use iam_policy::catalogue::Catalogue;
/// use iam_policy::document::Document;
/// use iam_policy::permissions::Permissions;
///
/// let catalogue = Catalogue::embedded();
/// let text = r#"{"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
///     {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}"#;
/// let permissions = Permissions::of(&Document::parse(text).unwrap());
/// let granted = permissions.on_everything(catalogue).certain;
/// assert!(granted.is_disjoint(&catalogue.expand("iam:*")));
/// assert!(granted.is_disjoint(&catalogue.expand("s3:*")));
/// assert!(catalogue.expand("ec2:*").is_subset(&granted));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// One for each statement, in their order.
    pub statements: Vec<Permission>,
}

/// What one statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// The actions.
    pub actions: Actions,
    /// The resources.
    pub resources: Resources,
    /// Whether it has a condition.
    pub has_condition: bool,
}

/// The actions of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actions {
    /// The patterns.
    pub patterns: Box<[ActionPattern]>,
    /// Whether all but these are meant.
    pub negated: bool,
}

/// The resources of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resources {
    /// The patterns. None at all stands for the resource that the policy is attached to.
    pub patterns: Box<[ResourcePattern]>,
    /// Whether all but these are meant.
    pub negated: bool,
}

/// Actions that are allowed on every resource.
#[derive(Debug, Clone)]
pub struct OnEverything {
    /// Those that are allowed whatever the circumstances.
    pub certain: ActionSet,
    /// Those that may be, under conditions: the others are among them.
    pub possible: ActionSet,
}

impl Permissions {
    /// Reads a document.
    pub fn of(document: &Document) -> Self {
        let variables = document.version() == Version::V2012;
        let statements = document.statements.iter();
        Self { statements: statements.map(|statement| Permission::of(statement, variables)).collect() }
    }

    /// The actions that the document allows on every resource.
    pub fn on_everything(&self, catalogue: &Catalogue) -> OnEverything {
        OnEverything::of([self], catalogue)
    }
}

impl OnEverything {
    /// The actions that documents allow together on every resource. An unconditional denial on every resource takes actions
    /// away for certain; a conditional one makes them possible only; one on some resources leaves the others.
    pub fn of<'p>(documents: impl IntoIterator<Item = &'p Permissions>, catalogue: &Catalogue) -> Self {
        let (mut certain, mut possible) = (ActionSet::new(), ActionSet::new());
        let (mut denied, mut doubtful) = (ActionSet::new(), ActionSet::new());
        for statement in documents.into_iter().flat_map(|document| &document.statements) {
            if !statement.is_on_everything() {
                continue;
            }
            let set = match (statement.effect, statement.has_condition) {
                (Effect::Allow, false) => &mut certain,
                (Effect::Allow, true) => &mut possible,
                (Effect::Deny, false) => &mut denied,
                (Effect::Deny, true) => &mut doubtful,
            };
            set.union_with(&statement.actions.known(catalogue));
        }
        possible.union_with(&certain);
        possible.subtract(&denied);
        certain.subtract(&denied);
        certain.subtract(&doubtful);
        Self { certain, possible }
    }
}

impl Permission {
    fn of(statement: &Statement, variables: bool) -> Self {
        let actions = statement.action.patterns.iter();
        let resources = statement.resource.as_ref();
        let patterns = resources.map(|element| {
            element.patterns.iter().map(|text| ResourcePattern::parse(&text.value, variables)).collect()
        });
        Self {
            effect: statement.effect,
            actions: Actions {
                patterns: actions.map(|text| ActionPattern::parse(&text.value)).collect(),
                negated: statement.action.negated,
            },
            resources: Resources {
                patterns: patterns.unwrap_or_default(),
                negated: resources.is_some_and(|element| element.negated),
            },
            has_condition: statement.condition.as_ref().is_some_and(restricts),
        }
    }

    /// Whether it is about every resource, and so one of those that decide what is allowed on everything.
    pub fn is_on_everything(&self) -> bool {
        self.resources.are_everything()
    }

    /// Whether the statement is about an action on a resource, whatever its condition says. Variables in resources have
    /// the values of `context`.
    pub fn covers(
        &self,
        service: &str,
        name: &str,
        resource: Option<Fields<'_>>,
        context: &Context,
    ) -> Truth {
        Truth::from(self.actions.cover(service, name)).and(|| self.resources.cover(resource, context))
    }
}

/// An empty condition restricts nothing.
fn restricts(condition: &ConditionElement) -> bool {
    condition.operators.iter().any(|operator| !operator.keys.is_empty())
}

impl Actions {
    /// Whether they include an action.
    pub fn cover(&self, service: &str, name: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(service, name)) != self.negated
    }

    /// Those of them that the catalogue knows.
    pub fn known(&self, catalogue: &Catalogue) -> ActionSet {
        let mut set = ActionSet::new();
        for pattern in &self.patterns {
            match pattern {
                ActionPattern::Every => set.union_with(&catalogue.all()),
                ActionPattern::Named { .. } => set.union_with(&catalogue.expand(&pattern.to_string())),
                ActionPattern::Nothing => {}
            }
        }
        if !self.negated {
            return set;
        }
        let mut others = catalogue.all();
        others.subtract(&set);
        others
    }

    /// Whether they include every action, also those that no catalogue knows yet.
    pub fn are_every(&self) -> bool {
        let is_every = |pattern: &ActionPattern| match pattern {
            ActionPattern::Every => true,
            ActionPattern::Named { service, name } => service.is_any() && name.is_any(),
            ActionPattern::Nothing => false,
        };
        let is_none = |pattern: &ActionPattern| *pattern == ActionPattern::Nothing;
        if self.negated { self.patterns.iter().all(is_none) } else { self.patterns.iter().any(is_every) }
    }
}

impl Resources {
    /// Whether they are every resource.
    pub fn are_everything(&self) -> bool {
        if self.negated {
            return self.patterns.is_empty();
        }
        self.patterns.iter().any(ResourcePattern::is_everything)
    }

    /// Whether they include a resource; `None` stands for a request without one.
    pub fn cover(&self, resource: Option<Fields<'_>>, context: &Context) -> Truth {
        let matches = self.patterns.iter().map(|pattern| pattern.matches(resource, context));
        if self.negated {
            Truth::all(matches.map(ResourceMatch::leaves))
        } else {
            Truth::any(matches.map(ResourceMatch::covers))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permissions(statements: &str) -> Permissions {
        Permissions::of(
            &Document::parse(&format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#))
                .unwrap(),
        )
    }

    /// Whether every action is granted on every resource: for certain, possibly.
    fn everything(statements: &str) -> (bool, bool) {
        let catalogue = Catalogue::embedded();
        let granted = permissions(statements).on_everything(catalogue);
        assert!(granted.certain.is_subset(&granted.possible), "{statements}");
        (catalogue.all().is_subset(&granted.certain), catalogue.all().is_subset(&granted.possible))
    }

    #[test]
    fn everything_is_told_by_what_is_allowed_and_not_by_how_it_is_written() {
        let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
        for (statements, expected) in [
            (all, (true, true)),
            (
                r#"{"Effect": "Allow", "Action": ["s3:Get*", "*:*"], "Resource": ["arn:aws:s3:::a", "*"]}"#,
                (true, true),
            ),
            (r#"{"Effect": "Allow", "NotAction": "no such action", "Resource": "arn:*"}"#, (true, true)),
            (r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}"#, (false, false)),
            (
                r#"{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, {"Effect": "Allow", "Action": "IAM:*", "Resource": "*"}"#,
                (true, true),
            ),
            (r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::*"}"#, (false, false)),
            (r#"{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::a"}"#, (false, false)),
            (
                r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#,
                (false, true),
            ),
            (
                r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {}}}"#,
                (true, true),
            ),
            (&format!(r#"{all}, {{"Effect": "Deny", "Action": "*", "Resource": "*"}}"#), (false, false)),
            (
                &format!(r#"{all}, {{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::a/*"}}"#),
                (true, true),
            ),
            (
                &format!(r#"{all}, {{"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}}"#),
                (false, false),
            ),
            (
                &format!(
                    r#"{all}, {{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": {{"Bool": {{"aws:MultiFactorAuthPresent": "false"}}}}}}"#
                ),
                (false, true),
            ),
        ] {
            assert_eq!(everything(statements), expected, "{statements}");
        }
    }

    #[test]
    fn only_a_star_is_also_what_nobody_knows_yet() {
        for (statement, expected) in [
            (r#"{"Effect": "Allow", "Action": ["*"], "Resource": "*"}"#, true),
            (r#"{"Effect": "Allow", "Action": ["*:*"], "Resource": "*"}"#, true),
            (r#"{"Effect": "Allow", "NotAction": [], "Resource": "*"}"#, true),
            (r#"{"Effect": "Allow", "Action": ["a*", "*b"], "Resource": "*"}"#, false),
        ] {
            assert_eq!(permissions(statement).statements[0].actions.are_every(), expected, "{statement}");
        }
    }
}
