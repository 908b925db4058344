//! The answers for each user, role, group and policy.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use iam_policy::catalogue::{Action, ActionId, ActionSet, Catalogue, Levels};

use super::granted::{Granted, Library};
use super::observer::{InService, Observer};
use super::seen_on::{SeenOn, Unclear};
use super::state::{ActionUsage, State, Vote, Votes, Why};
use super::watched::{Use, Watched};
use super::whom::Whom;
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
    /// The policies that grant it, where `aws iam list-policies-granting-service-access` tells them, by name.
    pub granted_by: Vec<Box<str>>,
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

    /// The moment at which the question is asked, in UTC.
    pub fn as_of(&self) -> DateTime<Utc> {
        self.observer.as_of
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

    /// What everybody whom the question is about is granted and uses: users, groups, roles, then managed policies. One at a
    /// time, as the answer for an administrator holds every action there is.
    pub fn for_each(&mut self, whom: &Whom, mut each: impl FnMut(GrantUsage)) {
        let principals: Vec<Identity<'a>> = self.principals().collect();
        for principal in principals {
            if whom.has(kind_of(&principal), principal.name(), principal.arn()) {
                each(self.of_principal(&principal));
            }
        }
        let policies: Vec<ManagedPolicy<'a>> = self.policies().collect();
        for policy in policies {
            if whom.has(ReportSubjectKind::Policy, &policy.detail.name, &policy.detail.arn) {
                each(self.of_policy(&policy));
            }
        }
    }

    /// What a user, group or role is granted and uses.
    pub fn of_principal(&mut self, identity: &Identity<'a>) -> GrantUsage {
        let granted = self.library.granted(&identity.grants());
        let kind = kind_of(identity);
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
        let catalogue = self.catalogue();
        let mut services: Vec<ServiceUsage> = Vec::new();
        for (prefix, actions) in self.usage_of_all(&granted.actions, holders) {
            let is_unused_privileged = |usage: &&ActionUsage| {
                let is_privileged = || catalogue.by_id(usage.id).is_some_and(|action| is_privileged(&action));
                usage.state == State::Unused && is_privileged()
            };
            services.push(ServiceUsage {
                prefix: prefix.into(),
                state: State::Unused,
                last: actions.iter().filter_map(|usage| usage.votes.last()).max(),
                unused_privileged: actions.iter().filter(is_unused_privileged).count(),
                granted_by: self.observer.granted_by(arn, prefix),
                actions,
            });
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
        services.sort_by_cached_key(|service| {
            let unused = service.counts().unused;
            (Reverse(service.unused_privileged), Reverse(unused), service.prefix.clone())
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

    /// What all holders together make of actions, by service: of each action the strongest answer counts.
    pub(crate) fn usage_of_all(
        &self,
        actions: &ActionSet,
        holders: &Holders<'a>,
    ) -> Vec<(&'static str, Vec<ActionUsage>)> {
        let catalogue = self.catalogue();
        let actions: Vec<Action<'static>> = actions.iter().filter_map(|id| catalogue.by_id(id)).collect();
        let by_service = actions.chunk_by(|one, next| one.prefix() == next.prefix());
        let of_service = |actions: &[Action<'static>]| {
            let prefix = actions.first()?.prefix();
            let asked = self.in_service(prefix, holders);
            Some((prefix, actions.iter().map(|action| self.strongest(&asked, action.id())).collect()))
        };
        by_service.filter_map(of_service).collect()
    }

    fn in_service<'w>(&'w self, prefix: &str, holders: &'w Holders<'a>) -> Asked<'w, 'a> {
        let watched = holders.arns().filter_map(|arn| self.watched.get(arn));
        let known = watched.map(|watched| self.observer.in_service(watched, prefix)).collect();
        match holders {
            Holders::Own(_) => Asked { known, of_all: None, all_seen: true },
            Holders::Shared { report, all_seen, .. } => {
                let of_all = Some(self.observer.in_service(report, prefix));
                Asked { known, of_all, all_seen: *all_seen }
            }
        }
    }

    fn strongest(&self, asked: &Asked<'_, 'a>, id: ActionId) -> ActionUsage {
        let usages = asked.known.iter().map(|known| self.observer.usage(known, id));
        let is_possible = |usage: &ActionUsage| {
            usage.votes.by_source().any(|(_, vote)| matches!(vote, Vote::Possible { .. }))
        };
        let strongest = usages.min_by_key(|usage| (usage.state, !is_possible(usage)));
        let Some(of_all) = &asked.of_all else { return strongest.unwrap_or_else(|| unseen(id)) };
        if let Some(usage) = strongest.filter(|usage| usage.state < State::Unknown) {
            return usage;
        }
        if let Some(usage) = strongest.filter(is_possible) {
            return usage;
        }
        let own = self.observer.usage(of_all, id);
        match strongest {
            _ if own.state != State::Unknown => own,
            Some(usage) if asked.all_seen => usage,
            _ => unseen(id),
        }
    }

    /// Those whose use counts for the policies of an identity.
    pub(crate) fn holders_of(&mut self, identity: &Identity<'a>) -> Holders<'a> {
        match identity {
            Identity::User(_) | Identity::Role(_) => {
                self.watch(identity);
                Holders::Own(identity.arn())
            }
            Identity::Group(group) => {
                let members: Vec<Identity<'a>> = group.members().map(Identity::User).collect();
                let all_seen = group.all_members_seen().is_ok();
                let created = group.detail.created.known().ok();
                self.shared(identity.arn(), created, &members, all_seen)
            }
        }
    }

    /// Those who have a policy, themselves or through groups.
    pub(crate) fn holders_of_policy(&mut self, policy: &ManagedPolicy<'a>) -> Holders<'a> {
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
        self.shared(&policy.detail.arn, created, &all, all_seen)
    }

    fn shared(
        &mut self,
        arn: &str,
        created: Option<DateTime<Utc>>,
        holders: &[Identity<'a>],
        all_seen: bool,
    ) -> Holders<'a> {
        let arns = holders
            .iter()
            .map(|holder| {
                self.watch(holder);
                holder.arn()
            })
            .collect();
        let mut report = self.observer.watch_subject(ReportSubject::of_arn(arn), created, None);
        for holder in holders {
            if let Some(watched) = self.watched.get(holder.arn()) {
                report.add_last_of(watched);
            }
        }
        Holders::Shared { report: Box::new(report), arns, all_seen }
    }

    /// Prefixes of services of which holders used something that the catalogue does not have.
    pub(crate) fn newer_of(&self, holders: &Holders<'a>) -> BTreeSet<String> {
        let own = holders.arns().filter_map(|arn| self.watched.get(arn));
        own.flat_map(Watched::newer).map(str::to_ascii_lowercase).collect()
    }

    /// What the records show that a user or role used.
    pub(crate) fn uses_by(&self, arn: &str) -> impl Iterator<Item = (ActionId, &Use<'a>)> {
        self.watched.get(arn).into_iter().flat_map(Watched::uses).filter(|(_, own)| own.used.count > 0)
    }

    /// On what those whose use counts used an action, in the words of `CloudTrail` records.
    ///
    /// # Errors
    ///
    /// Why the records may not show all of it.
    pub(crate) fn seen_on(&self, id: ActionId, holders: &Holders<'a>) -> Result<SeenOn<'a>, Unclear> {
        if let Holders::Shared { all_seen: false, .. } = holders {
            return Err(Unclear::Silent(Why::Incomplete));
        }
        let mut seen = SeenOn::default();
        for arn in holders.arns() {
            let watched = self.watched.get(arn).ok_or(Unclear::Silent(Why::Incomplete))?;
            self.observer.seen_on(watched, id, &mut seen)?;
        }
        Ok(seen)
    }

    pub(super) fn watch(&mut self, identity: &Identity<'a>) {
        if !self.watched.contains_key(identity.arn()) {
            let watched = self.observer.watch(identity);
            self.watched.insert(identity.arn().into(), watched);
        }
    }
}

/// What is known of one service and of those whose use counts.
struct Asked<'w, 'a> {
    known: Vec<InService<'w, 'a>>,
    /// What a report about the group or policy itself says.
    of_all: Option<InService<'w, 'a>>,
    /// Whether these are all whose use counts.
    all_seen: bool,
}

/// Those whose use counts for a policy.
#[derive(Debug)]
pub(crate) enum Holders<'a> {
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
    /// Whether nobody else has it.
    pub(crate) fn are_all(&self) -> bool {
        matches!(self, Self::Own(_) | Self::Shared { all_seen: true, .. })
    }

    pub(crate) fn arns(&self) -> impl Iterator<Item = &'a str> {
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

pub(crate) fn kind_of(identity: &Identity<'_>) -> ReportSubjectKind {
    match identity {
        Identity::User(_) => ReportSubjectKind::User,
        Identity::Group(_) => ReportSubjectKind::Group,
        Identity::Role(_) => ReportSubjectKind::Role,
    }
}

/// What the reports of last uses tell by themselves, where nothing else says what is granted: the services that they list,
/// and the actions that they track. Nobody's age is known then, so that what was not used is unknown.
pub fn by_reports(account: &Account, options: Options, whom: &Whom) -> Vec<GrantUsage> {
    let observer = Observer::new(account, options.as_of, options.window);
    let mut all = Vec::new();
    for (subject, name, report) in account.last_accessed().iter() {
        let Ok(report) = report else { continue };
        let short = report.short_name();
        if !whom.has(subject.kind, short, name) {
            continue;
        }
        let watched = observer.watch_subject(Some(subject.clone()), None, None);
        let mut usage = GrantUsage {
            kind: subject.kind,
            name: short.into(),
            arn: name.into(),
            is_service_linked: name.contains(":role/aws-service-role/"),
            services: Vec::new(),
            unknown_names: Vec::new(),
            incomplete: report.incomplete.clone(),
        };
        for row in report.services.values() {
            let known = observer.in_service(&watched, &row.namespace);
            let mut actions = Vec::new();
            for own in &row.actions {
                match observer.catalogue.action(&row.namespace, &own.name).known() {
                    Some(action) => actions.push(observer.usage(&known, action.id())),
                    None => usage.unknown_names.push(format!("{}:{}", row.namespace, own.name).into()),
                }
            }
            let last = row.last.as_ref().map(|last| last.at);
            let is_used = last.is_some_and(|last| observer.is_in_window(last));
            let strongest = actions.iter().map(|action| action.state).min();
            let state = if is_used { State::Used } else { State::Unknown };
            usage.services.push(ServiceUsage {
                prefix: row.namespace.clone(),
                state: strongest.map_or(state, |strongest| strongest.min(state)),
                last,
                actions,
                unused_privileged: 0,
                granted_by: observer.granted_by(name, &row.namespace),
            });
        }
        all.push(usage);
    }
    all
}

/// The actions in the records of the user or role with this ARN.
pub(crate) fn uses_of<'a>(account: &'a Account, options: Options, arn: &str) -> BTreeMap<ActionId, Use<'a>> {
    let observer = Observer::new(account, options.as_of, options.window);
    let watched = observer.watch_subject(ReportSubject::of_arn(arn), None, None);
    watched.uses().map(|(id, own)| (id, own.clone())).collect()
}

fn unseen(id: ActionId) -> ActionUsage {
    ActionUsage::of(id, Votes::all(Vote::Silent(Why::NoHolder)))
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
