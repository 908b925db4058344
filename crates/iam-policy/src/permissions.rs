//! What policies allow, whoever asks and whatever is asked for.
//!
//! Evaluation answers one request. An audit asks the other way round: which actions are allowed on everything?

use crate::catalogue::{ActionSet, Catalogue};
use crate::document::Effect;
use crate::pattern::{ActionPattern, ResourcePattern};
use crate::policy::{Patterns, Policy, Statement};

/// The actions that policies allow together on every resource.
///
/// An unconditional denial on every resource takes actions away for certain; a conditional one makes them possible only; one
/// on some resources leaves the others. Statements that AWS would refuse count as conditional ones.
///
/// ```
/// use iam_policy::catalogue::Catalogue;
/// use iam_policy::document::{Document, PolicyKind};
/// use iam_policy::permissions::OnEverything;
/// use iam_policy::policy::Policy;
///
/// let catalogue = Catalogue::embedded();
/// let text = r#"{"Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
///     {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}"#;
/// let policy = Policy::compile("most", PolicyKind::Identity, &Document::parse(text).unwrap());
/// let allowed = OnEverything::of([&policy], catalogue);
/// assert!(allowed.certain.is_disjoint(&catalogue.expand("iam:*")));
/// assert!(allowed.certain.is_disjoint(&catalogue.expand("s3:*")));
/// assert!(catalogue.expand("ec2:*").is_subset(&allowed.certain));
/// ```
#[derive(Debug, Clone)]
pub struct OnEverything {
    /// Those that are allowed whatever the circumstances.
    pub certain: ActionSet,
    /// Those that may be, under conditions: the others are among them.
    pub possible: ActionSet,
}

impl OnEverything {
    /// Adds policies up.
    pub fn of<'p>(policies: impl IntoIterator<Item = &'p Policy>, catalogue: &Catalogue) -> Self {
        let (mut certain, mut possible) = (ActionSet::new(), ActionSet::new());
        let (mut denied, mut doubtful) = (ActionSet::new(), ActionSet::new());
        for cited in policies.into_iter().flat_map(Policy::statements) {
            let statement = cited.statement;
            if !statement.is_on_everything() {
                continue;
            }
            let set = match (statement.effect, statement.is_conditional()) {
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

impl Statement {
    /// Whether it is about every resource.
    pub fn is_on_everything(&self) -> bool {
        self.resources.as_ref().is_some_and(Patterns::<ResourcePattern>::are_everything)
    }

    /// Whether it counts in some circumstances only, or nobody knows in which.
    pub fn is_conditional(&self) -> bool {
        !self.conditions.is_empty() || self.is_refused
    }
}

impl Patterns<ActionPattern> {
    /// Those of the actions that the catalogue knows.
    pub fn known(&self, catalogue: &Catalogue) -> ActionSet {
        let mut set = ActionSet::new();
        for pattern in &self.values {
            match pattern {
                ActionPattern::Every => set.union_with(&catalogue.all()),
                ActionPattern::Named { .. } => set.union_with(&catalogue.expand(&pattern.to_string())),
                ActionPattern::Nothing => {}
            }
        }
        if self.negated { catalogue.all().difference(&set) } else { set }
    }
}

impl Patterns<ResourcePattern> {
    /// Whether they are every resource.
    pub fn are_everything(&self) -> bool {
        if self.negated {
            return self.values.is_empty();
        }
        self.values.iter().any(ResourcePattern::is_everything)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, PolicyKind};

    /// Whether every action is allowed on every resource: for certain, possibly.
    fn everything(statements: &str) -> (bool, bool) {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        let policy = Policy::compile("p", PolicyKind::Identity, &Document::parse(&text).unwrap());
        let catalogue = Catalogue::embedded();
        let allowed = OnEverything::of([&policy], catalogue);
        assert!(allowed.certain.is_subset(&allowed.possible), "{statements}");
        (catalogue.all().is_subset(&allowed.certain), catalogue.all().is_subset(&allowed.possible))
    }

    #[test]
    fn everything_is_told_by_what_is_allowed_and_not_by_how_it_is_written() {
        let allow = |rest: &str| format!(r#"{{"Effect": "Allow", {rest}}}"#);
        let deny = |rest: &str| format!(r#"{{"Effect": "Deny", {rest}}}"#);
        let all = allow(r#""Action": "*", "Resource": "*""#);
        let mfa = r#""Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#;
        let check = |statements: &[&str], expected: (bool, bool)| {
            assert_eq!(everything(&statements.join(", ")), expected, "{statements:?}");
        };
        check(&[&all], (true, true));
        let long = allow(r#""Action": ["s3:Get*", "*:*"], "Resource": ["arn:aws:s3:::a", "*"]"#);
        check(&[&long], (true, true));
        check(&[&allow(r#""NotAction": "no such action", "Resource": "arn:*""#)], (true, true));
        let not_iam = allow(r#""NotAction": "iam:*", "Resource": "*""#);
        check(&[&not_iam], (false, false));
        check(&[&not_iam, &allow(r#""Action": "IAM:*", "Resource": "*""#)], (true, true));
        check(&[&allow(r#""Action": "*", "Resource": "arn:aws:s3:::*""#)], (false, false));
        check(&[&allow(r#""Action": "*", "NotResource": "arn:aws:s3:::a""#)], (false, false));
        check(&[&allow(r#""Action": "*""#)], (false, false));
        check(&[&allow(&format!(r#""Action": "*", "Resource": "*", {mfa}"#))], (false, true));
        check(&[&allow(r#""Action": "*", "Resource": "*", "Condition": {"Bool": {}}"#)], (true, true));
        check(&[&all, &deny(r#""Action": "*", "Resource": "*""#)], (false, false));
        check(&[&all, &deny(r#""Action": "s3:*", "Resource": "arn:aws:s3:::a/*""#)], (true, true));
        check(&[&all, &deny(r#""Action": "iam:PassRole", "Resource": "*""#)], (false, false));
        check(&[&all, &deny(&format!(r#""NotAction": "iam:*", "Resource": "*", {mfa}"#))], (false, true));
    }
}
