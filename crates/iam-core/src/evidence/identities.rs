use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DetailedUser, Group, ManagedPolicy, Role, Supplied};
use crate::fact::{Fact, Gap, Place, Reason, Source};
use crate::input::authorization_details::{
    AttachedPolicy, GroupDetail, ManagedPolicyDetail, RoleDetail, UserDetail,
};
use crate::input::{Artefact, quoted};

/// The users, groups, roles and managed policies of an account, joined from all pages of the account authorization details.
/// Names are looked up in maps, so that the work grows with the number of entries and attachments alone.
#[derive(Debug, Clone)]
pub struct Identities {
    pub(super) users: Roster<UserDetail>,
    pub(super) groups: Roster<GroupDetail>,
    pub(super) roles: Roster<RoleDetail>,
    pub(super) policies: Roster<ManagedPolicyDetail>,
    /// Positions in `groups`, by name in small letters.
    group_names: BTreeMap<Box<str>, usize>,
    /// Positions in `users` of the members of each group, by position in `groups`.
    members: Vec<Vec<usize>>,
    /// Why a group may have members that are not seen.
    members_unseen: Option<Arc<Gap>>,
    /// Who has each policy, by position in `policies`.
    holders: Vec<Vec<Holder>>,
}

/// Entries of one kind by ARN.
#[derive(Debug, Clone)]
pub(super) struct Roster<T> {
    /// Sorted by ARN.
    pub(super) entries: Vec<T>,
    /// Why there may be others, if there may.
    pub(super) incomplete: Option<Arc<Gap>>,
    /// Entries that others name and that are not listed: by ARN, groups by name in small letters.
    pub(super) absent: BTreeMap<Box<str>, Arc<Gap>>,
}

/// One to whom a managed policy is attached, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    User(usize),
    Group(usize),
    Role(usize),
}

/// An entry that has an ARN.
pub(super) trait Named {
    fn arn(&self) -> &str;
}

impl Named for UserDetail {
    fn arn(&self) -> &str {
        &self.arn
    }
}

impl Named for GroupDetail {
    fn arn(&self) -> &str {
        &self.arn
    }
}

impl Named for RoleDetail {
    fn arn(&self) -> &str {
        &self.arn
    }
}

impl Named for ManagedPolicyDetail {
    fn arn(&self) -> &str {
        &self.arn
    }
}

impl<T: Named> Roster<T> {
    fn position(&self, arn: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.arn().cmp(arn)).ok()
    }

    pub(super) fn find(&self, arn: &str) -> Option<&T> {
        self.entries.get(self.position(arn)?)
    }

    /// Notes that entries are missing. What shows that they are says more than that nothing tells.
    pub(super) fn lacks(&mut self, gap: &Arc<Gap>) {
        if self.incomplete.as_ref().is_none_or(|known| known.reason == Reason::NotSupplied) {
            self.incomplete = Some(Arc::clone(gap));
        }
    }

    fn complete(&self) -> Supplied<()> {
        self.incomplete.clone().map_or(Ok(()), Err)
    }

    /// Why an entry is not there.
    fn missing(&self, noun: &str, name: &str) -> Arc<Gap> {
        let known = self.absent.get(name).or(self.incomplete.as_ref());
        known.cloned().unwrap_or_else(|| Arc::new(absent(noun, name, None)))
    }
}

impl Identities {
    pub(super) fn new(
        users: Roster<UserDetail>,
        groups: Roster<GroupDetail>,
        roles: Roster<RoleDetail>,
        policies: Roster<ManagedPolicyDetail>,
    ) -> Self {
        let group_names: BTreeMap<Box<str>, usize> =
            groups.entries.iter().zip(0..).map(|(group, position)| (key(&group.name), position)).collect();
        let mut members = vec![Vec::new(); groups.entries.len()];
        let mut members_unseen = users.incomplete.clone();
        for (user, position) in users.entries.iter().zip(0..) {
            match &user.groups {
                Fact::Seen(names, _) => {
                    let known = names.iter().filter_map(|name| group_names.get(&key(name)));
                    for group in known {
                        if let Some(members) = members.get_mut(*group) {
                            members.push(position);
                        }
                    }
                }
                Fact::Unknown(gap) => drop(members_unseen.get_or_insert_with(|| Arc::clone(gap))),
            }
        }
        let mut holders = vec![Vec::new(); policies.entries.len()];
        let mut hold = |attached: &Fact<Vec<AttachedPolicy>>, holder: Holder| {
            let Fact::Seen(attached, _) = attached else { return };
            for position in attached.iter().filter_map(|policy| policies.position(&policy.arn)) {
                if let Some(holders) = holders.get_mut(position) {
                    holders.push(holder);
                }
            }
        };
        for (user, position) in users.entries.iter().zip(0..) {
            hold(&user.attached, Holder::User(position));
        }
        for (group, position) in groups.entries.iter().zip(0..) {
            hold(&group.attached, Holder::Group(position));
        }
        for (role, position) in roles.entries.iter().zip(0..) {
            hold(&role.attached, Holder::Role(position));
        }
        Self { users, groups, roles, policies, group_names, members, members_unseen, holders }
    }

    /// The IAM users, by ARN.
    pub fn users(&self) -> impl Iterator<Item = DetailedUser<'_>> {
        self.users.entries.iter().map(|detail| DetailedUser { detail, identities: self })
    }

    /// The groups, by ARN.
    pub fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        self.groups.entries.iter().zip(0..).map(|(detail, position)| Group {
            detail,
            position,
            identities: self,
        })
    }

    /// The roles, by ARN.
    pub fn roles(&self) -> impl Iterator<Item = Role<'_>> {
        self.roles.entries.iter().map(|detail| Role { detail, identities: self })
    }

    /// The managed policies, by ARN: those of the customer, and those of AWS that somebody has.
    pub fn policies(&self) -> impl Iterator<Item = ManagedPolicy<'_>> {
        self.policies.entries.iter().zip(0..).map(|(detail, position)| ManagedPolicy {
            detail,
            position,
            identities: self,
        })
    }

    /// Whether all users are known.
    ///
    /// # Errors
    ///
    /// The gap, as below, when there may be others.
    pub fn complete_users(&self) -> Supplied<()> {
        self.users.complete()
    }

    /// Whether all groups are known.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn complete_groups(&self) -> Supplied<()> {
        self.groups.complete()
    }

    /// Whether all roles are known.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn complete_roles(&self) -> Supplied<()> {
        self.roles.complete()
    }

    /// Whether all managed policies of the customer are known.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn complete_policies(&self) -> Supplied<()> {
        self.policies.complete()
    }

    /// Whether all users, groups and roles are known.
    ///
    /// # Errors
    ///
    /// The first gap.
    pub fn complete(&self) -> Supplied<()> {
        self.complete_users().and_then(|()| self.complete_groups()).and_then(|()| self.complete_roles())
    }

    /// The user with this ARN.
    ///
    /// # Errors
    ///
    /// The gap, when no such user is listed.
    pub fn user(&self, arn: &str) -> Supplied<DetailedUser<'_>> {
        match self.users.find(arn) {
            Some(detail) => Ok(DetailedUser { detail, identities: self }),
            None => Err(self.users.missing("user", arn)),
        }
    }

    /// Why a user is not listed of whom another listing tells, without an ARN.
    pub(super) fn no_user(&self, name: &str) -> Arc<Gap> {
        self.users.missing("user", name)
    }

    /// The role with this ARN.
    ///
    /// # Errors
    ///
    /// The gap, when no such role is listed.
    pub fn role(&self, arn: &str) -> Supplied<Role<'_>> {
        match self.roles.find(arn) {
            Some(detail) => Ok(Role { detail, identities: self }),
            None => Err(self.roles.missing("role", arn)),
        }
    }

    /// The group with this name, whatever the case of its letters.
    ///
    /// # Errors
    ///
    /// The gap, when no such group is listed.
    pub fn group(&self, name: &str) -> Supplied<Group<'_>> {
        let position = self.group_names.get(&key(name)).copied();
        let entry = position.and_then(|position| Some((position, self.groups.entries.get(position)?)));
        match entry {
            Some((position, detail)) => Ok(Group { detail, position, identities: self }),
            None => Err(self.groups.missing("group", &key(name))),
        }
    }

    /// The managed policy that somebody has.
    ///
    /// # Errors
    ///
    /// The gap, when the listing does not hold the policy.
    pub fn policy(&self, attached: &AttachedPolicy) -> Supplied<ManagedPolicy<'_>> {
        let position = self.policies.position(&attached.arn);
        let entry = position.and_then(|position| Some((position, self.policies.entries.get(position)?)));
        match entry {
            Some((position, detail)) => Ok(ManagedPolicy { detail, position, identities: self }),
            None => Err(self.policies.missing("policy", &attached.arn)),
        }
    }

    pub(super) fn members_of(&self, group: usize) -> impl Iterator<Item = DetailedUser<'_>> {
        let members = self.members.get(group).into_iter().flatten();
        members
            .filter_map(|position| self.users.entries.get(*position))
            .map(|detail| DetailedUser { detail, identities: self })
    }

    pub(super) fn all_members_seen(&self) -> Supplied<()> {
        self.members_unseen.clone().map_or(Ok(()), Err)
    }

    pub(super) fn holders_of(&self, policy: usize) -> &[Holder] {
        self.holders.get(policy).map_or(&[], Vec::as_slice)
    }

    pub(super) fn group_at(&self, position: usize) -> Option<Group<'_>> {
        let detail = self.groups.entries.get(position)?;
        Some(Group { detail, position, identities: self })
    }
}

/// Something that an entry names and no list holds.
pub(super) fn absent(noun: &str, name: &str, source: Option<Source>) -> Gap {
    let artefact = Artefact::AuthorizationDetails;
    Gap {
        reason: Reason::CutOff,
        artefact: Some(artefact),
        source,
        what: format!("{noun} {} was not in the {}", quoted_name(name), artefact.noun()).into(),
        remedy: format!("run `{}` without --filter, --max-items and --no-paginate", artefact.command())
            .into(),
    }
}

/// The end of an ARN tells more than its start.
fn quoted_name(name: &str) -> String {
    quoted(name.rsplit_once(":policy/").map_or(name, |(_, name)| name))
}

/// The whole file that a listing stands in.
pub(super) fn whole(source: Source) -> Source {
    Source { place: Place::File, ..source }
}

/// What tells names apart: AWS takes names that differ only in case for the same.
pub(super) fn key(name: &str) -> Box<str> {
    name.to_ascii_lowercase().into()
}
