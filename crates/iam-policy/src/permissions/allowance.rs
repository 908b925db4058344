use super::{Reach, Scope};
use crate::policy::{Policy, StatementRef};

/// A statement that allows an action on resources, and what denials leave of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance<'p> {
    /// The statement.
    pub statement: StatementRef<'p>,
    /// On how many of the resources, after denials.
    pub reach: Reach,
    /// Denials that take it away in some circumstances.
    pub denials: Vec<StatementRef<'p>>,
}

impl<'p> Allowance<'p> {
    /// Whether it counts in some circumstances only.
    pub fn is_conditional(&self) -> bool {
        self.statement.statement.is_conditional() || !self.denials.is_empty()
    }

    /// The statements whose conditions decide: its own, and conditional denials.
    pub fn conditional(&self) -> impl Iterator<Item = StatementRef<'p>> {
        std::iter::once(self.statement).chain(self.denials.iter().copied())
    }
}

/// What policies allow of an action, such as `iam:PassRole`, on resources of a type; see [`Reach`].
///
/// An unconditional denial takes away what it is about: everything, all but the resources that it spares, or the same
/// patterns. One on other resources leaves the rest.
///
/// ```
/// use iam_policy::document::{Document, PolicyKind};
/// use iam_policy::permissions::{Reach, Scope, allowances};
/// use iam_policy::policy::Policy;
///
/// let text = r#"{"Statement": [{"Effect": "Allow", "Action": "STS:assume*", "Resource": "*"},
///     {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:iam::111122223333:role/ci-*"}]}"#;
/// let policy = Policy::compile("ci", PolicyKind::Identity, &Document::parse(text).unwrap());
/// let allowed = allowances([&policy], "sts:AssumeRole", Scope::ROLES);
/// assert_eq!(allowed[0].reach, Reach::Some);
/// ```
pub fn allowances<'p>(
    policies: impl IntoIterator<Item = &'p Policy>,
    action: &str,
    scope: Scope<'_>,
) -> Vec<Allowance<'p>> {
    let (service, name) = action.split_once(':').unwrap_or((action, ""));
    let about = |cited: &StatementRef<'_>| cited.statement.actions.cover_name(service, name);
    let (allows, denies) = policies
        .into_iter()
        .flat_map(Policy::statements)
        .filter(about)
        .partition::<Vec<_>, _>(|cited| cited.statement.allows());
    let left = allows.into_iter().map(|statement| left_of(statement, &denies, scope));
    left.filter(|allowance| allowance.reach > Reach::Nothing).collect()
}

fn left_of<'p>(statement: StatementRef<'p>, denies: &[StatementRef<'p>], scope: Scope<'_>) -> Allowance<'p> {
    let reach =
        statement.statement.resources.as_ref().map_or(Reach::Nothing, |resources| resources.reach(scope));
    let mut allowance = Allowance { statement, reach, denials: Vec::new() };
    for denial in denies {
        let left = spared(statement, *denial, scope);
        if left >= allowance.reach {
            continue;
        }
        if denial.statement.is_conditional() {
            allowance.denials.push(*denial);
        } else {
            allowance.reach = left;
        }
    }
    allowance
}

/// How many of the resources that a statement allows may be left by a denial.
fn spared(allow: StatementRef<'_>, denial: StatementRef<'_>, scope: Scope<'_>) -> Reach {
    let (Some(allowed), Some(denied)) = (&allow.statement.resources, &denial.statement.resources) else {
        return Reach::Everywhere;
    };
    if denied.negated {
        return denied.reach_of_values(scope);
    }
    let is_same = !allowed.negated && allowed.values.iter().all(|value| denied.values.contains(value));
    if is_same || denied.reach(scope) == Reach::Everywhere { Reach::Nothing } else { Reach::Everywhere }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, PolicyKind};

    fn reach(statements: &[&str]) -> Vec<(Reach, bool)> {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(", "));
        let policy = Policy::compile("p", PolicyKind::Identity, &Document::parse(&text).unwrap());
        let allowed = allowances([&policy], "iam:PassRole", Scope::ROLES);
        allowed.iter().map(|one| (one.reach, one.is_conditional())).collect()
    }

    #[test]
    fn denials_take_away_what_they_are_about() {
        let all = r#"{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "*"}"#;
        let ci =
            r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "arn:aws:iam::111122223333:role/ci-*"}"#;
        let check = |statements: &[&str], expected: &[(Reach, bool)]| {
            assert_eq!(reach(statements), expected, "{statements:?}");
        };
        check(&[all], &[(Reach::Everywhere, false)]);
        check(&[ci, all], &[(Reach::Some, false), (Reach::Everywhere, false)]);
        check(&[r#"{"Effect": "Allow", "NotAction": "IAM:passrole", "Resource": "*"}"#], &[]);
        check(&[r#"{"Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::*:user/*"}"#], &[]);
        let not_resource = r#"{"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::111122223333:role/admin"}"#;
        check(&[not_resource], &[(Reach::Everywhere, false)]);
        let not_roles = r#"{"Effect": "Allow", "Action": "iam:*", "NotResource": "arn:aws:iam::*:role/*"}"#;
        check(&[not_roles], &[]);

        check(&[all, r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#], &[]);
        check(
            &[all, r#"{"Effect": "Deny", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/*"}"#],
            &[],
        );
        let admin = r#"{"Effect": "Deny", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/admin"}"#;
        check(&[all, admin], &[(Reach::Everywhere, false)]);
        let but_ci =
            r#"{"Effect": "Deny", "Action": "iam:*", "NotResource": "arn:aws:iam::111122223333:role/ci"}"#;
        check(&[all, but_ci], &[(Reach::One, false)]);
        let same = r#"{"Effect": "Deny", "Action": "iam:PassRole", "Resource": ["*a", "arn:aws:iam::111122223333:role/ci-*"]}"#;
        check(&[ci, same], &[]);
        let by_night = r#"{"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}}"#;
        check(&[all, by_night], &[(Reach::Everywhere, true)]);
    }
}
