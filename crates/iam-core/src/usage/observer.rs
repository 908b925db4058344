//! What the sources of an account say about the actions of its principals.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use iam_policy::catalogue::{ActionId, Catalogue};

use super::asked_along::asked_along;
use super::event_action::{EventActions, may_pass_role, prefixes, service_of_pass};
use super::found::Found;
use super::last_use::{Breadth, LastUse, LastUses};
use super::logged::{Logged, Record};
use super::seen_on::{SeenOn, Unclear};
use super::state::{ActionUsage, Reach, Vote, Votes, Why};
use super::trail::Trail;
use super::watched::Watched;
use crate::cloudtrail::{PrincipalActivity, Tally, Usage as CallUsage};
use crate::evidence::{Account, Identity, LastAccessed, ReportSubject, TRACKING_DAYS, Unused, UnusedAccess};
use crate::fact::{Days, Fact, Reason};
use crate::input::authorization_details::RoleUse;
use crate::input::service_last_accessed::ServiceAccess;

/// The sources of an account, ready to be asked about its principals.
#[derive(Debug)]
pub(super) struct Observer<'a> {
    pub(super) account: &'a Account,
    pub(super) catalogue: &'static Catalogue,
    pub(super) as_of: DateTime<Utc>,
    window: Days,
    trail: Trail<'a>,
    logged: Logged,
    pass_role: Option<ActionId>,
    /// When users and roles last used services, as reports about their groups and policies tell it: by ARN, then prefix.
    as_entity: BTreeMap<&'a str, BTreeMap<&'a str, DateTime<Utc>>>,
    /// The same of those who have a group or policy: by the group or policy, then prefix.
    of_shared: BTreeMap<&'a ReportSubject, BTreeMap<&'a str, DateTime<Utc>>>,
    /// Up to when the account authorization details tell of uses, in UTC.
    details_end: DateTime<Utc>,
    /// From when on a use that any report tells of lies in the window, in UTC.
    recent: DateTime<Utc>,
    /// What findings of Access Analyzer state, by the ARN of the user or role.
    found: BTreeMap<&'a str, Vec<UnusedAccess<'a>>>,
}

/// What the sources know of one principal and one service.
#[derive(Debug)]
pub(super) struct InService<'w, 'a> {
    watched: &'w Watched<'a>,
    prefix: Box<str>,
    /// What the report says of the service, or why it says nothing.
    row: Result<(&'a LastAccessed, &'a ServiceAccess), Why>,
    is_pass_role_service: bool,
    /// When the principal was last active, by whatever source.
    last: LastUse,
    /// What the last use of the role says of each of its actions.
    by_role: Vote,
    /// Why records that are not there prove nothing, whatever the action.
    unseen: Option<Why>,
}

impl<'a> Observer<'a> {
    pub(super) fn new(account: &'a Account, as_of: DateTime<Utc>, window: Days) -> Self {
        let catalogue = Catalogue::embedded();
        let mut found: BTreeMap<&str, Vec<UnusedAccess<'_>>> = BTreeMap::new();
        for stated in account.access_analyzer().unused() {
            found.entry(stated.principal).or_default().push(stated);
        }
        let end = account.last_accessed().latest().unwrap_or(as_of).min(as_of);
        Self {
            recent: end.checked_sub_signed(window.delta()).unwrap_or(DateTime::<Utc>::MIN_UTC),
            account,
            catalogue,
            as_of,
            window,
            trail: Trail::of(account, catalogue),
            logged: Logged::new(catalogue),
            pass_role: catalogue.action("iam", "PassRole").known().map(|action| action.id()),
            found,
            as_entity: account.last_accessed().uses_by_entity(),
            of_shared: account.last_accessed().uses_of_shared(),
            details_end: details_end(account, as_of),
        }
    }

    /// What is known of a user or role.
    pub(super) fn watch(&self, identity: &Identity<'a>) -> Watched<'a> {
        let (created, role) = match identity {
            Identity::User(user) => (&user.detail.created, None),
            Identity::Group(group) => (&group.detail.created, None),
            Identity::Role(role) => (&role.detail.created, Some(&role.detail.last_used)),
        };
        let subject = ReportSubject::of_arn(identity.arn());
        let mut watched = self.watch_subject(subject, created.known().ok(), role);
        for stated in self.found.get(identity.arn()).into_iter().flatten() {
            watched.found.add(self.catalogue, stated, self.as_of, self.window);
            let Some(at) = stated.last_accessed else { continue };
            match stated.what {
                Unused::Role => watched.last.add(at),
                Unused::Service(prefix) | Unused::Action(prefix, _) => watched.last.add_service(prefix, at),
            }
        }
        for (prefix, at) in self.as_entity.get(identity.arn()).into_iter().flatten() {
            watched.last.add_service(prefix, *at);
        }
        watched
    }

    /// The same for a group or policy, by its report alone.
    pub(super) fn watch_subject(
        &self,
        subject: Option<ReportSubject>,
        created: Option<DateTime<Utc>>,
        role: Option<&Fact<Option<RoleUse>>>,
    ) -> Watched<'a> {
        let report = subject.as_ref().ok_or(Why::NoSource).and_then(|subject| {
            self.account.last_accessed().of(subject).map_err(|gap| {
                if gap.reason == Reason::NotSupplied { Why::NoSource } else { Why::Incomplete }
            })
        });
        let mut watched = Watched {
            created,
            report,
            by_role: Vote::Silent(Why::NoSource),
            last: LastUses::default(),
            found: Found::default(),
            tracked: Vec::new(),
            uses: BTreeMap::new(),
            dependents: BTreeMap::new(),
            unmapped: BTreeSet::new(),
            is_cut: false,
        };
        watched.by_role = self.by_role(&watched, role);
        if let Some(Fact::Seen(Some(last), _)) = role {
            watched.last.add(last.at);
        }
        for (prefix, at) in subject.as_ref().and_then(|own| self.of_shared.get(own)).into_iter().flatten() {
            watched.last.add_service(prefix, *at);
        }
        if let Ok(report) = watched.report {
            for row in report.services.values() {
                let of_actions = row.actions.iter().filter_map(|own| own.last.as_deref());
                for last in row.last.iter().chain(of_actions) {
                    watched.last.add_service(&row.namespace, last.at);
                }
                let service = self.catalogue.service(&row.namespace);
                for own in &row.actions {
                    match service.and_then(|service| service.action(&own.name)) {
                        Some(action) => watched.tracked.push((action.id(), own)),
                        None if own.last.is_some() => drop(watched.unmapped.insert(&row.namespace)),
                        None => {}
                    }
                }
            }
            // Of an entry that stands twice, one that tells of a use counts.
            watched.tracked.sort_by_key(|(id, own)| (*id, own.last.is_none()));
            watched.tracked.dedup_by_key(|(id, _)| *id);
        }
        if let Some(at) = subject.as_ref().and_then(|subject| self.trail.assumed.get(subject)) {
            watched.last.add(*at);
        }
        let activities = subject.and_then(|subject| self.trail.principals.get(&subject));
        for activity in activities.into_iter().flatten() {
            self.add_uses(activity, &mut watched);
        }
        self.add_dependents(&mut watched);
        watched
    }

    fn add_uses(&self, activity: &'a PrincipalActivity, watched: &mut Watched<'a>) {
        let cut = activity.other_calls.all();
        watched.is_cut |= activity.calls.is_cut() || cut.count > 0;
        activity.all.all().last_time().into_iter().for_each(|at| watched.last.add_told(at));
        cut.last_time().into_iter().for_each(|at| watched.last.add(at));
        for (call, usage) in activity.calls.iter() {
            if let Some(at) = usage.tallies.all().last_time() {
                for prefix in prefixes(&call.source) {
                    watched.last.add_service(prefix, at);
                }
            }
            let needed = match self.trail.calls.get(call) {
                Some(EventActions::Needs(needed)) => needed,
                Some(EventActions::Unmapped) => {
                    watched.unmapped.extend(prefixes(&call.source));
                    continue;
                }
                Some(EventActions::NeedsNone) | None => continue,
            };
            let mut attempted = usage.tallies.denied;
            attempted.merge(usage.tallies.undecided);
            for action in needed {
                let own = watched.uses.entry(action.id).or_default();
                if action.is_certain {
                    own.used.merge(usage.tallies.used);
                    own.attempted.merge(attempted);
                } else {
                    own.possible.merge(usage.tallies.used);
                }
                own.calls.push(usage);
            }
            self.add_passed_roles(needed.iter().map(|action| action.id), usage, watched);
        }
    }

    /// `iam:PassRole` is no call. That a role was passed shows in the calls that take roles.
    fn add_passed_roles(
        &self,
        needed: impl Iterator<Item = ActionId>,
        usage: &'a CallUsage,
        watched: &mut Watched<'a>,
    ) {
        let Some(pass_role) = self.pass_role.filter(|_| usage.tallies.used.count > 0) else { return };
        let actions = needed.filter_map(|id| self.catalogue.by_id(id));
        let passing: Vec<_> = actions.filter(may_pass_role).collect();
        if passing.is_empty() {
            return;
        }
        let is_role = |arn: &str| arn.contains(":iam::") && arn.contains(":role/");
        let own = watched.uses.entry(pass_role).or_default();
        if usage.resources.iter().any(|arn| is_role(arn)) {
            own.used.merge(usage.tallies.used);
        } else {
            own.possible.merge(usage.tallies.used);
        }
        own.calls.push(usage);
        own.passed_to.extend(passing.iter().map(service_of_pass));
    }

    fn add_dependents(&self, watched: &mut Watched<'a>) {
        let mut used: BTreeSet<ActionId> =
            watched.uses.iter().filter(|(_, own)| own.used.count > 0).map(|(id, _)| *id).collect();
        used.extend(watched.tracked.iter().filter(|(_, own)| own.last.is_some()).map(|(id, _)| *id));
        for (id, because_of) in asked_along(self.catalogue, used.iter().copied()) {
            watched.dependents.entry(id).or_insert(because_of);
        }
        for id in used {
            let Some(action) = self.catalogue.by_id(id) else { continue };
            for name in action.dependents() {
                if let Some(dependent) = self.catalogue.find(name).known() {
                    watched.dependents.entry(dependent.id()).or_insert(id);
                }
            }
        }
    }

    /// What is known of a service, to ask about its actions one after the other.
    pub(super) fn in_service<'w>(&self, watched: &'w Watched<'a>, prefix: &str) -> InService<'w, 'a> {
        let row = watched.report.and_then(|report| match report.service(prefix) {
            Some(row) => Ok((report, row)),
            None => Err(if report.incomplete.is_some() { Why::Incomplete } else { Why::NotListed }),
        });
        // Calls of KMS may be left out of a trail.
        let is_left_out = prefix == "kms" && !self.trail.services.contains("kms");
        let unseen = if watched.is_cut {
            Some(Why::Incomplete)
        } else if watched.unmapped.contains(prefix) {
            Some(Why::UnmappedEvents)
        } else {
            is_left_out.then_some(Why::NotLogged)
        };
        let last = watched.last.of(prefix);
        let window = self.window.delta();
        let by_role = watched.by_role.given_use(last, self.details_end, window, Breadth::Principal);
        let is_pass_role_service = prefix == "iam";
        InService { watched, prefix: prefix.into(), row, is_pass_role_service, last, by_role, unseen }
    }

    /// What is known of an action of the service that the principal is granted.
    pub(super) fn usage(&self, known: &InService<'_, 'a>, id: ActionId) -> ActionUsage {
        let is_pass_role = known.is_pass_role_service && Some(id) == self.pass_role;
        let advised = self.advised(known, id, is_pass_role);
        let recorded = self.recorded(known, id, is_pass_role);
        let found = self.found(known, id, is_pass_role);
        ActionUsage::of(id, Votes([advised, recorded, known.by_role, found]))
    }

    fn found(&self, known: &InService<'_, 'a>, id: ActionId, is_pass_role: bool) -> Vote {
        if self.found.is_empty() {
            return Vote::Silent(Why::NoSource);
        }
        if is_pass_role {
            return Vote::Silent(Why::PassRole);
        }
        let found = known.watched.found.of(&known.prefix, id, known.last, self.window);
        found.unwrap_or(Vote::Silent(Why::NotListed))
    }

    fn advised(&self, known: &InService<'_, 'a>, id: ActionId, is_pass_role: bool) -> Vote {
        let watched = known.watched;
        let (report, row) = match known.row {
            _ if is_pass_role && watched.report.is_ok() => return Vote::Silent(Why::PassRole),
            Err(why) => return Vote::Silent(why),
            Ok(row) => row,
        };
        let reach = Reach { first: report.first(), end: report.completed };
        let tracked = watched.tracked(id);
        let (last, of_action) = match (tracked, &row.last) {
            (Some(own), _) => (own.last.as_deref(), true),
            (None, _) if row.actions_incomplete.is_some() => return Vote::Silent(Why::Incomplete),
            (None, last) => (last.as_ref(), false),
        };
        match last {
            Some(last) if self.is_recent(last.at, reach) => {
                if of_action {
                    Vote::Used { at: last.at, count: None }
                } else {
                    Vote::Silent(Why::NotTracked)
                }
            }
            last => {
                if report.incomplete.is_some() {
                    return Vote::Silent(Why::Incomplete);
                }
                let since = last.map(|last| last.at);
                let breadth = if of_action { Breadth::Action } else { Breadth::Service };
                let unused = self.unused(watched.created, reach, since, of_action);
                unused.given_use(known.last, reach.end, self.window.delta(), breadth)
            }
        }
    }

    fn recorded(&self, known: &InService<'_, 'a>, id: ActionId, is_pass_role: bool) -> Vote {
        let watched = known.watched;
        let own = watched.uses.get(&id);
        let reach = self.trail.reach;
        if let Some(own) = own {
            let end = reach.map_or(self.as_of, |reach| reach.end);
            let recent = |tally: &Tally| {
                let last = tally.last_time()?;
                self.is_recent(last, Reach { first: last, end }).then_some((last, tally.count))
            };
            if let Some((at, count)) = recent(&own.used) {
                return Vote::Used { at, count: Some(count) };
            }
            if let Some((at, count)) = recent(&own.attempted) {
                return Vote::Attempted { at, count };
            }
            if recent(&own.possible).is_some() {
                return Vote::Possible { because_of: None };
            }
        }
        if let Some(because_of) = watched.dependents.get(&id) {
            return Vote::Possible { because_of: Some(*because_of) };
        }
        match reach.and_then(|reach| self.is_recorded(known, id, is_pass_role).map(|()| reach)) {
            Ok(reach) => {
                let last = own.and_then(|own| own.used.last_time());
                let unused = self.unused(watched.created, reach, last, true);
                unused.given_use(known.last, reach.end, self.window.delta(), Breadth::Action)
            }
            Err(why) => Vote::Silent(why),
        }
    }

    /// Whether a use of the action would stand in the records.
    fn is_recorded(&self, known: &InService<'_, 'a>, id: ActionId, is_pass_role: bool) -> Result<(), Why> {
        if is_pass_role {
            return Err(Why::PassRole);
        }
        if let Some(why) = known.unseen {
            return Err(why);
        }
        match self.logged.record(id) {
            Record::Data => return Err(Why::DataEvent),
            Record::Unclear => return Err(Why::NotLogged),
            Record::Regional if self.trail.regions < 2 => return Err(Why::NotLogged),
            Record::Regional | Record::Global => {}
        }
        let is_logged = if self.logged.is_reading(id) { self.trail.reads } else { self.trail.writes };
        if is_logged { Ok(()) } else { Err(Why::NotLogged) }
    }

    /// Adds on what one principal used an action, if the records show all of it.
    pub(super) fn seen_on(
        &self,
        watched: &Watched<'a>,
        id: ActionId,
        seen: &mut SeenOn<'a>,
    ) -> Result<(), Unclear> {
        let Some(action) = self.catalogue.by_id(id) else { return Err(Unclear::Silent(Why::NotListed)) };
        let reach = self.trail.reach.map_err(Unclear::Silent)?;
        if let Vote::Silent(why @ (Why::TooOld | Why::TooShort)) =
            self.unused(Some(DateTime::<Utc>::MIN_UTC), reach, None, true)
        {
            return Err(Unclear::Silent(why));
        }
        let known = self.in_service(watched, action.prefix());
        let is_pass_role = Some(id) == self.pass_role;
        match self.is_recorded(&known, id, is_pass_role) {
            Err(Why::PassRole) if !watched.is_cut => {}
            Err(why) => return Err(Unclear::Silent(why)),
            Ok(()) => {}
        }
        let Some(own) = watched.uses.get(&id) else {
            let is_used = matches!(self.advised(&known, id, is_pass_role), Vote::Used { .. });
            return if is_used { Err(Unclear::Silent(Why::NotLogged)) } else { Ok(()) };
        };
        if own.possible.count > 0 {
            return Err(Unclear::NoArn);
        }
        seen.count = seen.count.saturating_add(own.used.count);
        seen.calls.extend(&own.calls);
        seen.passed_to.extend(&own.passed_to);
        Ok(())
    }

    /// A role that nobody was in did nothing.
    fn by_role(&self, watched: &Watched<'a>, role: Option<&Fact<Option<RoleUse>>>) -> Vote {
        let Some(Fact::Seen(last, _)) = role else { return Vote::Silent(Why::NoSource) };
        if self.as_of.signed_duration_since(self.details_end) > self.window.delta() {
            return Vote::Silent(Why::TooOld);
        }
        let kept = TimeDelta::try_days(TRACKING_DAYS).unwrap_or(TimeDelta::MAX);
        let first = self.details_end.checked_sub_signed(kept).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let reach = Reach { first, end: self.details_end };
        match last {
            Some(last) if self.is_recent(last.at, reach) => Vote::Silent(Why::NotTracked),
            last => self.unused(watched.created, reach, last.as_ref().map(|last| last.at), true),
        }
    }

    fn is_recent(&self, at: DateTime<Utc>, reach: Reach) -> bool {
        reach.end.signed_duration_since(at) <= self.window.delta()
    }

    /// That something was not used in the window, if the source saw all of the window.
    fn unused(
        &self,
        created: Option<DateTime<Utc>>,
        reach: Reach,
        last: Option<DateTime<Utc>>,
        is_own_use: bool,
    ) -> Vote {
        if self.as_of.signed_duration_since(reach.end) > self.window.delta() {
            return Vote::Silent(Why::TooOld);
        }
        let is_long = |first: DateTime<Utc>| reach.end.signed_duration_since(first) >= self.window.delta();
        if let Some(last) = last {
            // What was used before it was made had the same name.
            return match created {
                Some(created) if !is_long(created) => Vote::Silent(Why::TooYoung),
                _ => Vote::Unused { since: last, was_used: is_own_use },
            };
        }
        if !is_long(reach.first) {
            return Vote::Silent(Why::TooShort);
        }
        match created {
            Some(created) if is_long(created) => {
                Vote::Unused { since: reach.first.max(created), was_used: false }
            }
            _ => Vote::Silent(Why::TooYoung),
        }
    }

    /// The policies that grant a service to somebody, as AWS lists them.
    pub(super) fn granted_by(&self, arn: &str, prefix: &str) -> Vec<Box<str>> {
        let reports = self.account.last_accessed();
        let listed = ReportSubject::of_arn(arn).and_then(|subject| reports.policies(&subject));
        let services = listed.into_iter().flat_map(|listing| &listing.items);
        let own = services.filter(|service| service.namespace.eq_ignore_ascii_case(prefix));
        own.flat_map(|service| &service.policies).map(|policy| policy.name.as_str().into()).collect()
    }

    /// When a service was last used, by whatever source.
    pub(super) fn service_last(
        &self,
        watched: &Watched<'a>,
        prefix: &str,
        arn: &str,
    ) -> Option<DateTime<Utc>> {
        let by_report = watched.report.ok().and_then(|report| report.service(prefix)?.last.as_ref());
        let as_entity = self.as_entity.get(arn).and_then(|services| services.get(prefix)).copied();
        by_report.map(|last| last.at).into_iter().chain(as_entity).max()
    }

    /// Whether a moment lies within the window, measured from the as-of.
    pub(super) fn is_in_window(&self, at: DateTime<Utc>) -> bool {
        at >= self.recent
    }
}

/// Up to when the account authorization details tell of uses: they carry no date themselves. Where nothing else of the
/// collection has one, the newest moment that stands in them is the only one that they are surely not older than.
fn details_end(account: &Account, as_of: DateTime<Utc>) -> DateTime<Utc> {
    if let Some(taken) = account.taken() {
        return taken.at.min(as_of);
    }
    let Ok(identities) = account.identities() else { return DateTime::<Utc>::MIN_UTC };
    let users = identities.users().filter_map(|user| user.detail.created.known().ok());
    let groups = identities.groups().filter_map(|group| group.detail.created.known().ok());
    let policies = identities.policies().filter_map(|policy| policy.detail.created.known().ok());
    let roles = identities.roles().flat_map(|role| {
        let used = role.detail.last_used.known().ok().flatten().map(|used| used.at);
        used.into_iter().chain(role.detail.created.known().ok())
    });
    let newest = users.chain(groups).chain(policies).chain(roles).max();
    newest.unwrap_or(DateTime::<Utc>::MIN_UTC).min(as_of)
}
