//! Those whom a step may reach.

use std::collections::BTreeMap;

use iam_policy::pattern::PrincipalPattern;

use crate::evidence::{DetailedUser, Group, Identity, Role};

/// Users, roles and groups, each kind by ARN.
#[derive(Default)]
pub(super) struct Targets<'a> {
    pub(super) users: Vec<DetailedUser<'a>>,
    pub(super) roles: Vec<Role<'a>>,
    pub(super) groups: Vec<Group<'a>>,
    /// The roles that trust somebody by name, by whom.
    named: BTreeMap<&'a str, Vec<Role<'a>>>,
    /// The roles that may trust anybody without naming him.
    open: Vec<Role<'a>>,
}

impl<'a> Targets<'a> {
    pub(super) fn add(&mut self, identity: Identity<'a>) {
        match identity {
            Identity::User(user) => self.users.push(user),
            Identity::Role(role) => self.add_role(role),
            Identity::Group(group) => self.groups.push(group),
        }
    }

    fn add_role(&mut self, role: Role<'a>) {
        self.roles.push(role);
        let Ok(policy) = role.detail.trust.seen().and_then(|trust| trust.policy()) else { return };
        let principals = policy.statements().filter_map(|cited| cited.statement.principals.as_ref());
        let mut is_open = false;
        for element in principals {
            is_open |= element.negated;
            for pattern in &element.values {
                match pattern {
                    // Which session it is that asks is not known.
                    PrincipalPattern::Arn(arn) if !arn.contains(":assumed-role/") => {
                        self.named.entry(arn).or_default().push(role);
                    }
                    PrincipalPattern::Everyone
                    | PrincipalPattern::EveryAws
                    | PrincipalPattern::Arn(_)
                    | PrincipalPattern::CanonicalUser(_) => is_open = true,
                    PrincipalPattern::Account(_)
                    | PrincipalPattern::Service(_)
                    | PrincipalPattern::Federated(_) => {}
                }
            }
        }
        if is_open {
            self.open.push(role);
        }
    }

    /// The roles that may let somebody in whom his own policies do not allow to assume them.
    pub(super) fn trusting(&self, arn: &str) -> impl Iterator<Item = &Role<'a>> {
        self.named.get(arn).into_iter().flatten().chain(&self.open)
    }

    pub(super) fn user(user: DetailedUser<'a>) -> Self {
        Self { users: vec![user], ..Self::default() }
    }

    pub(super) fn role(role: Role<'a>) -> Self {
        let mut targets = Self::default();
        targets.add_role(role);
        targets
    }

    pub(super) fn is_empty(&self) -> bool {
        self.users.is_empty() && self.roles.is_empty() && self.groups.is_empty()
    }
}
