//! The answers for each user, role, group and policy.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use iam_policy::catalogue::{Action, ActionId, ActionSet, Catalogue, Levels};

use super::granted::{Granted, Library};
use super::observer::{Observer, Watched};
use super::state::{ActionUsage, State, Vote, Why};
use crate::evidence::{
    Account, Identities, Identity, ManagedPolicy, ReportSubject, ReportSubjectKind, Supplied,
};
use crate::fact::{Days, Gap};

/// How use is judged.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The moment at which the question is asked, in UTC.
    pub as_of: DateTime<Utc>,
    /// A use longer ago than this counts no more, and evidence that is shorter or older than this proves no disuse.
    pub window: Days,
}

/// What one user, role, group or managed policy is granted, and what of it was used.
#[derive(Debug, Clone)]
pub struct GrantUsage {
    /// What it is.
    pub kind: ReportSubjectKind,
    /// The name.
    pub name: Box<str>,
    /// The ARN.
    pub arn: Box<str>,
    /// Whether only an AWS service uses and changes it.
    pub is_service_linked: bool,
    /// The services, those first whose unused actions are worst.
    pub services: Vec<ServiceUsage>,
    /// Granted names that the catalogue does not have.
    pub unknown_names: Vec<Box<str>>,
    /// Why there may be more grants than these, if there may.
    pub incomplete: Option<Arc<Gap>>,
}

/// A granted service and its actions.
#[derive(Debug, Clone)]
pub struct ServiceUsage {
    /// The prefix of its actions.
    pub prefix: Box<str>,
    /// The answer for the service as a whole.
    pub state: State,
    /// The last use of anything in it, in UTC.
    pub last: Option<DateTime<Utc>>,
    /// The granted actions, by name.
    pub actions: Vec<ActionUsage>,
    /// How many unused ones change who may do what.
    pub unused_privileged: usize,
}

/// How many of something are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// See [`State::Used`].
    pub used: usize,
    /// See [`State::Attempted`].
    pub attempted: usize,
    /// See [`State::Unknown`].
    pub unknown: usize,
    /// See [`State::Unused`].
    pub unused: usize,
}

/// The use of everything that an account grants.
#[derive(Debug)]
pub struct Usage<'a> {
    pub(super) observer: Observer<'a>,
    pub(super) identities: &'a Identities,
    pub(super) library: Library<'static>,
    pub(super) watched: BTreeMap<Box<str>, Watched<'a>>,
}

impl Counts {
    /// Counts states.
    pub fn of(states: impl IntoIterator<Item = State>) -> Self {
        let mut counts = Self::default();
        for state in states {
            let own = match state {
                State::Used => &mut counts.used,
                State::Attempted => &mut counts.attempted,
                State::Unknown => &mut counts.unknown,
                State::Unused => &mut counts.unused,
            };
            *own = own.saturating_add(1);
        }
        counts
    }

    /// All together.
    pub fn all(&self) -> usize {
        self.used.saturating_add(self.attempted).saturating_add(self.unknown).saturating_add(self.unused)
    }
}

impl GrantUsage {
    /// The services by their states.
    pub fn service_counts(&self) -> Counts {
        Counts::of(self.services.iter().map(|service| service.state))
    }

    /// The actions by their states.
    pub fn action_counts(&self) -> Counts {
        Counts::of(self.services.iter().flat_map(|service| &service.actions).map(|action| action.state))
    }
}

impl ServiceUsage {
    /// The actions by their states.
    pub fn counts(&self) -> Counts {
        Counts::of(self.actions.iter().map(|action| action.state))
    }
}

impl<'a> Usage<'a> {
    /// Prepares the account's sources.
    ///
    /// # Errors
    ///
    /// The gap, where the account authorization details are not there: nothing else tells what is granted.
    pub fn of(account: &'a Account, options: Options) -> Supplied<Self> {
        let identities = account.identities()?;
        let observer = Observer::new(account, options.as_of, options.window);
        let library = Library::new(observer.catalogue);
        Ok(Self { observer, identities, library, watched: BTreeMap::new() })
    }

    /// The catalogue that patterns were expanded with.
    pub fn catalogue(&self) -> &'static Catalogue {
        self.observer.catalogue
    }

    /// Whom one can ask about: users, groups and roles.
    pub fn principals(&self) -> impl Iterator<Item = Identity<'a>> + use<'a> {
        let identities = self.identities;
        let users = identities.users().map(Identity::User);
        let groups = identities.groups().map(Identity::Group);
        users.chain(groups).chain(identities.roles().map(Identity::Role))
    }

    /// The managed policies: of the customer, and those of AWS that somebody has.
    pub fn policies(&self) -> impl Iterator<Item = ManagedPolicy<'a>> + use<'a> {
        self.identities.policies()
    }

    /// What a user, group or role is granted and uses.
    pub fn of_principal(&mut self, identity: &Identity<'a>) -> GrantUsage {
        let granted = self.library.granted(&identity.grants());
        let kind = match identity {
            Identity::User(_) => ReportSubjectKind::User,
            Identity::Group(_) => ReportSubjectKind::Group,
            Identity::Role(_) => ReportSubjectKind::Role,
        };
        let holders = self.holders_of(identity);
        let mut usage = self.grant_usage(kind, identity.name(), identity.arn(), granted, &holders);
        usage.is_service_linked = identity.is_service_linked();
        usage
    }

    /// What a managed policy grants, and what of it those who have it use.
    pub fn of_policy(&mut self, policy: &ManagedPolicy<'a>) -> GrantUsage {
        let granted = self.library.granted_by_policy(policy);
        let holders = self.holders_of_policy(policy);
        let (name, arn) = (&policy.detail.name, &policy.detail.arn);
        self.grant_usage(ReportSubjectKind::Policy, name, arn, granted, &holders)
    }

    fn grant_usage(
        &mut self,
        kind: ReportSubjectKind,
        name: &str,
        arn: &str,
        granted: Granted,
        holders: &Holders<'a>,
    ) -> GrantUsage {
        let mut services: Vec<ServiceUsage> = Vec::new();
        for action in self.catalogue().members(&granted.actions) {
            let usage = self.usage_of(&action, holders);
            if services.last().is_none_or(|last| *last.prefix != *action.prefix()) {
                services.push(ServiceUsage {
                    prefix: action.prefix().into(),
                    state: State::Unused,
                    last: None,
                    actions: Vec::new(),
                    unused_privileged: 0,
                });
            }
            let Some(service) = services.last_mut() else { continue };
            service.last = service.last.max(usage.last());
            if usage.state == State::Unused && is_privileged(&action) {
                service.unused_privileged = service.unused_privileged.saturating_add(1);
            }
            service.actions.push(usage);
        }
        for service in &mut services {
            for arn in holders.arns() {
                if let Some(watched) = self.watched.get(arn) {
                    service.last =
                        service.last.max(self.observer.service_last(watched, &service.prefix, arn));
                }
            }
            service.state = self.service_state(service);
        }
        services.sort_by(|a, b| {
            let rank = |service: &ServiceUsage| {
                (std::cmp::Reverse(service.unused_privileged), std::cmp::Reverse(service.counts().unused))
            };
            rank(a).cmp(&rank(b)).then_with(|| a.prefix.cmp(&b.prefix))
        });
        GrantUsage {
            kind,
            name: name.into(),
            arn: arn.into(),
            is_service_linked: false,
            services,
            unknown_names: granted.unknown.into_iter().collect(),
            incomplete: granted.incomplete,
        }
    }

    fn service_state(&self, service: &ServiceUsage) -> State {
        let has = |state| service.actions.iter().any(|action| action.state == state);
        let is_used = service.last.is_some_and(|last| self.observer.is_in_window(last));
        if has(State::Used) {
            return State::Used;
        }
        if has(State::Attempted) {
            return State::Attempted;
        }
        if is_used {
            return State::Used;
        }
        if has(State::Unknown) { State::Unknown } else { State::Unused }
    }

    /// What all holders together make of an action: the strongest counts.
    pub(super) fn usage_of(&self, action: &Action<'_>, holders: &Holders<'a>) -> ActionUsage {
        let of = |arn: &str| self.watched.get(arn).map(|watched| self.observer.usage(watched, action));
        match holders {
            Holders::Own(arn) => of(arn).unwrap_or_else(|| unseen(action.id())),
            Holders::Shared { report, arns, all_seen } => {
                let own = self.observer.usage(report, action);
                let strongest = arns.iter().filter_map(|arn| of(arn)).min_by_key(|usage| usage.state);
                match strongest {
                    Some(usage) if usage.state < State::Unknown => usage,
                    _ if own.state != State::Unknown => own,
                    Some(usage) if *all_seen => usage,
                    _ => unseen(action.id()),
                }
            }
        }
    }

    /// Those whose use counts for the policies of an identity.
    pub(super) fn holders_of(&mut self, identity: &Identity<'a>) -> Holders<'a> {
        match identity {
            Identity::User(_) | Identity::Role(_) => {
                self.watch(identity);
                Holders::Own(identity.arn())
            }
            Identity::Group(group) => {
                let members: Vec<Identity<'a>> = group.members().map(Identity::User).collect();
                let all_seen = group.all_members_seen().is_ok();
                let created = group.detail.created.known().ok();
                self.shared(identity.arn(), created, members, all_seen)
            }
        }
    }

    /// Those who have a policy, themselves or through groups.
    pub(super) fn holders_of_policy(&mut self, policy: &ManagedPolicy<'a>) -> Holders<'a> {
        let mut all = Vec::new();
        let mut direct = 0_u64;
        let mut all_seen = self.identities.complete().is_ok();
        for holder in policy.holders() {
            direct = direct.saturating_add(1);
            match holder {
                Identity::Group(group) => {
                    all_seen &= group.all_members_seen().is_ok();
                    all.extend(group.members().map(Identity::User));
                }
                other => all.push(other),
            }
        }
        all_seen &= policy.detail.attachments.known().is_ok_and(|counted| counted <= direct);
        let created = policy.detail.created.known().ok();
        self.shared(&policy.detail.arn, created, all, all_seen)
    }

    fn shared(
        &mut self,
        arn: &str,
        created: Option<DateTime<Utc>>,
        holders: Vec<Identity<'a>>,
        all_seen: bool,
    ) -> Holders<'a> {
        let arns = holders
            .iter()
            .map(|holder| {
                self.watch(holder);
                holder.arn()
            })
            .collect();
        let report = self.observer.watch_subject(ReportSubject::of_arn(arn), created, None);
        Holders::Shared { report: Box::new(report), arns, all_seen }
    }

    pub(super) fn watch(&mut self, identity: &Identity<'a>) {
        if !self.watched.contains_key(identity.arn()) {
            let watched = self.observer.watch(identity);
            self.watched.insert(identity.arn().into(), watched);
        }
    }
}

/// Those whose use counts for a policy.
#[derive(Debug)]
pub(super) enum Holders<'a> {
    /// One user or role.
    Own(&'a str),
    /// Everybody who has it.
    Shared {
        /// What a report about the group or policy itself says.
        report: Box<Watched<'a>>,
        /// Users and roles.
        arns: Vec<&'a str>,
        /// Whether these are all.
        all_seen: bool,
    },
}

impl<'a> Holders<'a> {
    pub(super) fn arns(&self) -> impl Iterator<Item = &'a str> {
        let (own, shared): (Option<&'a str>, &[&'a str]) = match self {
            Self::Own(arn) => (Some(arn), &[]),
            Self::Shared { arns, .. } => (None, arns),
        };
        own.into_iter().chain(shared.iter().copied())
    }
}

impl Library<'_> {
    /// What a managed policy grants by itself.
    fn granted_by_policy(&mut self, policy: &ManagedPolicy<'_>) -> Granted {
        match self.said_by_policy(policy) {
            Ok(said) => Granted {
                actions: said.allowed.difference(&said.denied),
                unknown: said.unknown.clone(),
                incomplete: None,
            },
            Err(gap) => Granted { incomplete: Some(gap), ..Granted::default() },
        }
    }
}

/// Whether an action changes who may do what.
pub fn is_privileged(action: &Action<'_>) -> bool {
    action.levels().intersects(Levels::PERMISSIONS_MANAGEMENT)
        || (action.prefix() == "iam" && action.name() == "PassRole")
        || (action.prefix() == "sts" && action.name().starts_with("Assume"))
}

fn unseen(id: ActionId) -> ActionUsage {
    ActionUsage::of(id, [Vote::Silent(Why::NoHolder); 3])
}

/// The services that nobody of an organisation used, of those that anybody is granted.
#[derive(Debug, Clone, Default)]
pub struct OrganizationUsage {
    /// By prefix: in how many accounts it is granted, and how the accounts stand.
    pub services: BTreeMap<Box<str>, OrganizationService>,
}

/// A service in the accounts of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrganizationService {
    /// Accounts with somebody to whom it is granted, by the strongest state among them.
    pub accounts: Counts,
    /// The last use in any account, in UTC.
    pub last: Option<DateTime<Utc>>,
}

impl OrganizationUsage {
    /// Adds an account by what its principals use.
    pub fn add<'u>(&mut self, account: impl IntoIterator<Item = &'u GrantUsage>) {
        let mut own: BTreeMap<&str, (State, Option<DateTime<Utc>>)> = BTreeMap::new();
        for service in account.into_iter().flat_map(|usage| &usage.services) {
            let entry = own.entry(&service.prefix).or_insert((State::Unused, None));
            *entry = (entry.0.min(service.state), entry.1.max(service.last));
        }
        for (prefix, (state, last)) in own {
            let service = self.services.entry(prefix.into()).or_default();
            let one = Counts::of([state]);
            let counts = &mut service.accounts;
            counts.used = counts.used.saturating_add(one.used);
            counts.attempted = counts.attempted.saturating_add(one.attempted);
            counts.unknown = counts.unknown.saturating_add(one.unknown);
            counts.unused = counts.unused.saturating_add(one.unused);
            service.last = service.last.max(last);
        }
    }
}

/// The set of these actions' ids.
pub(super) fn set_of<'u>(actions: impl IntoIterator<Item = &'u ActionUsage>) -> ActionSet {
    actions.into_iter().map(|usage| usage.id).collect()
}
