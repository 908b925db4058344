//! Those whom a step may reach.

use crate::evidence::{DetailedUser, Group, Identity, Role};

/// Users, roles and groups, each kind by ARN.
#[derive(Default)]
pub(super) struct Targets<'a> {
    pub(super) users: Vec<DetailedUser<'a>>,
    pub(super) roles: Vec<Role<'a>>,
    pub(super) groups: Vec<Group<'a>>,
}

impl<'a> Targets<'a> {
    pub(super) fn add(&mut self, identity: Identity<'a>) {
        match identity {
            Identity::User(user) => self.users.push(user),
            Identity::Role(role) => self.roles.push(role),
            Identity::Group(group) => self.groups.push(group),
        }
    }

    pub(super) fn user(user: DetailedUser<'a>) -> Self {
        Self { users: vec![user], ..Self::default() }
    }

    pub(super) fn role(role: Role<'a>) -> Self {
        Self { roles: vec![role], ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.users.is_empty() && self.roles.is_empty() && self.groups.is_empty()
    }
}
