use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::shelf::Found;
use crate::evidence::identities::{Identities, Named, Roster, absent, key, whole};
use crate::fact::{Fact, Gap, Place, Reason, Source};
use crate::ident::{AccountId, Arn};
use crate::input::account_summary::AccountSummary;
use crate::input::authorization_details::{
    AuthorizationDetails, GroupDetail, ManagedPolicyDetail, RoleDetail, UserDetail, is_of_aws,
};
use crate::input::credential_report::CredentialReport;
use crate::input::{Artefact, Listing, Slice, quoted};

/// What else tells how many entries there should be.
pub(super) struct Known<'k> {
    pub(super) account: Option<AccountId>,
    pub(super) summary: Option<&'k AccountSummary>,
    pub(super) report: Option<&'k CredentialReport>,
    /// Why parts of the details are certainly missing.
    pub(super) failed: Option<Arc<Gap>>,
}

/// An entry that stands in a file.
trait Written: Named {
    fn entry(&self) -> &Slice;
    fn source(&self) -> Source;
}

macro_rules! written {
    ($($type:ident),*) => {$(
        impl Written for $type {
            fn entry(&self) -> &Slice {
                &self.entry
            }

            fn source(&self) -> Source {
                self.source
            }
        }
    )*};
}

written!(UserDetail, GroupDetail, RoleDetail, ManagedPolicyDetail);

/// Joins the pages of the account authorization details, whichever file is read first; `None` without any. Gives back what
/// contradicts or is missing.
pub(super) fn join(
    mut pages: Vec<Found<Box<AuthorizationDetails>>>,
    known: &Known<'_>,
) -> Option<(Identities, Vec<Arc<Gap>>)> {
    pages.sort_by_key(|page| (page.sha256, page.file));
    pages.dedup_by_key(|page| page.sha256);
    let first = pages.iter().map(|page| page.file).min()?;
    let file = Source { file: first, place: Place::File };
    let pages_left = pages_left(&pages, file);
    let mut gaps = Vec::new();
    let (mut users, mut groups, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for Found { value: page, .. } in pages {
        users.push(page.users);
        groups.push(page.groups);
        roles.push(page.roles);
        policies.push(page.policies);
    }
    let mut rosters = Rosters { file, pages_left, known, gaps: &mut gaps };
    let counted = |count: fn(&AccountSummary) -> &Fact<u64>| known.summary.map(count);
    let users = rosters.of("users", users, |_| true, counted(|summary| &summary.users));
    let groups = rosters.of("groups", groups, |_| true, counted(|summary| &summary.groups));
    let roles = rosters.of("roles", roles, |_| true, counted(|summary| &summary.roles));
    let is_own = |policy: &ManagedPolicyDetail| !policy.is_of_aws();
    let policies = rosters.of("managed policies", policies, is_own, counted(|summary| &summary.policies));
    let users = rosters.with_report(users);
    let groups = rosters.with_members(groups, &users);
    let policies = rosters.with_holders(policies, &users, &groups, &roles);
    Some((Identities::new(users, groups, roles, policies), gaps))
}

/// What the pages themselves say about further ones: the gap, unless the only file says that it is whole.
fn pages_left(pages: &[Found<Box<AuthorizationDetails>>], file: Source) -> Option<Gap> {
    let artefact = Artefact::AuthorizationDetails;
    let remedy =
        "run it without --max-items and --no-paginate, or add the output of `aws iam get-account-summary`";
    let truncated = pages.iter().filter(|page| page.value.is_truncated).count();
    let what = if truncated == 0 {
        return None;
    } else if truncated == pages.len() {
        format!("the {} go on after the last page", artefact.noun())
    } else {
        format!("nothing tells whether the {} files hold all pages of the {}", pages.len(), artefact.noun())
    };
    Some(Gap {
        reason: Reason::CutOff,
        artefact: Some(artefact),
        source: Some(file),
        what: what.into(),
        remedy: remedy.into(),
    })
}

struct Rosters<'r> {
    file: Source,
    pages_left: Option<Gap>,
    known: &'r Known<'r>,
    gaps: &'r mut Vec<Arc<Gap>>,
}

impl Rosters<'_> {
    /// Joins the lists of one kind. An entry that stands in several files counts once if it is the same everywhere.
    fn of<T: Written>(
        &mut self,
        noun: &str,
        pages: Vec<Listing<T>>,
        is_counted: impl Fn(&T) -> bool,
        counted: Option<&Fact<u64>>,
    ) -> Roster<T> {
        let mut incomplete: Option<Arc<Gap>> = None;
        let mut entries: BTreeMap<Box<str>, Option<T>> = BTreeMap::new();
        for page in pages {
            incomplete = incomplete.or(page.incomplete);
            for item in page.items {
                if let Some(gap) = self.foreign(&item) {
                    incomplete = incomplete.or(Some(gap));
                    continue;
                }
                match entries.entry(item.arn().into()) {
                    Entry::Vacant(entry) => drop(entry.insert(Some(item))),
                    Entry::Occupied(mut entry) => {
                        let differs = |known: &T| known.entry().as_str() != item.entry().as_str();
                        if entry.get().as_ref().is_some_and(differs) {
                            let what = format!("two entries say different things of {}", quoted(item.arn()));
                            let gap = self.gap(Reason::Contradiction, whole(item.source()), what, AGAIN);
                            incomplete = incomplete.or(Some(gap));
                            entry.insert(None);
                        }
                    }
                }
            }
        }
        let entries: Vec<T> = entries.into_values().flatten().collect();
        let listed = u64::try_from(entries.iter().filter(|entry| is_counted(entry)).count());
        let listed = listed.unwrap_or(u64::MAX);
        let counted = counted.and_then(|counted| counted.known().ok());
        let incomplete =
            self.known.failed.clone().or(incomplete).or_else(|| self.by_number(noun, listed, counted));
        Roster { entries, incomplete, absent: BTreeMap::new() }
    }

    /// Why a list may not be whole, going by its length.
    fn by_number(&mut self, noun: &str, listed: u64, counted: Option<u64>) -> Option<Arc<Gap>> {
        let artefact = Artefact::AuthorizationDetails;
        match counted {
            Some(counted) if counted > listed => {
                let what = format!(
                    "the account summary counts {counted} {noun}, the {} hold {listed}",
                    artefact.noun()
                );
                let remedy =
                    "run it without --filter, --max-items and --no-paginate, and both at the same time";
                Some(self.gap(Reason::Contradiction, self.file, what, remedy))
            }
            Some(_) => None,
            None => {
                if let Some(gap) = self.pages_left.clone() {
                    let gap = Arc::new(gap);
                    if !self.gaps.contains(&gap) {
                        self.gaps.push(Arc::clone(&gap));
                    }
                    return Some(gap);
                }
                // A filter leaves the whole list empty. Whether it did is asked only where a check needs to know.
                (listed == 0).then(|| {
                    Arc::new(Gap {
                        reason: Reason::NotSupplied,
                        artefact: Some(Artefact::AccountSummary),
                        source: None,
                        what: format!(
                            "the {} list no {noun}, and nothing tells whether --filter left them out",
                            artefact.noun()
                        )
                        .into(),
                        remedy: format!("add the output of `{}`", Artefact::AccountSummary.command()).into(),
                    })
                })
            }
        }
    }

    fn foreign<T: Written>(&mut self, item: &T) -> Option<Arc<Gap>> {
        let account = self.known.account?;
        let owner = Arn::parse(item.arn()).ok()?.account().ok()?;
        if owner == account {
            return None;
        }
        let what = format!("{} belongs to another account than {account}", quoted(item.arn()));
        Some(self.gap(Reason::Contradiction, item.source(), what, AGAIN))
    }

    /// Users of the credential report who are not listed. One gap for all of them: there may be many.
    fn with_report(&mut self, mut users: Roster<UserDetail>) -> Roster<UserDetail> {
        let Some(report) = self.known.report else { return users };
        let mut lacking = report.users().filter(|row| users.find(row.arn()).is_none());
        let first = lacking.next().map(|row| quoted(row.user()));
        let more = lacking.count();
        if let Some(first) = first {
            let others = if more == 0 { String::new() } else { format!(" and {more} more") };
            let artefact = Artefact::AuthorizationDetails;
            let what =
                format!("user {first}{others} of the credential report was not in the {}", artefact.noun());
            let remedy = format!(
                "run `{}` without --filter, and have a new credential report made at the same time",
                artefact.command()
            );
            let gap = self.gap(Reason::Contradiction, self.file, what, &remedy);
            users.lacks(&gap);
        } else if users.entries.is_empty() && report.unread().is_empty() {
            // The report itself says that there are none.
            users.incomplete = users.incomplete.filter(|gap| gap.reason != Reason::NotSupplied);
        }
        users
    }

    /// Groups that users are in and that are not listed.
    fn with_members(
        &mut self,
        mut groups: Roster<GroupDetail>,
        users: &Roster<UserDetail>,
    ) -> Roster<GroupDetail> {
        let names: BTreeSet<Box<str>> = groups.entries.iter().map(|group| key(&group.name)).collect();
        let mut lacking: BTreeMap<Box<str>, Source> = BTreeMap::new();
        for user in &users.entries {
            let Fact::Seen(own, source) = &user.groups else { continue };
            for name in own.iter().filter(|name| !names.contains(&key(name))) {
                lacking.entry(name.clone()).or_insert(*source);
            }
        }
        for (name, source) in lacking {
            let gap = Arc::new(absent("group", &name, Some(source)));
            self.gaps.push(Arc::clone(&gap));
            groups.lacks(&gap);
            groups.absent.insert(key(&name), gap);
        }
        groups
    }

    /// Managed policies that somebody has and that are not listed.
    fn with_holders(
        &mut self,
        mut policies: Roster<ManagedPolicyDetail>,
        users: &Roster<UserDetail>,
        groups: &Roster<GroupDetail>,
        roles: &Roster<RoleDetail>,
    ) -> Roster<ManagedPolicyDetail> {
        let attached = users
            .entries
            .iter()
            .map(|user| (&user.attached, Some(&user.boundary)))
            .chain(groups.entries.iter().map(|group| (&group.attached, None)))
            .chain(roles.entries.iter().map(|role| (&role.attached, Some(&role.boundary))));
        let mut lacking: BTreeMap<&str, Source> = BTreeMap::new();
        for (attached, boundary) in attached {
            let attached = attached.seen().ok().into_iter().flatten();
            let boundary = boundary.and_then(|boundary| boundary.seen().ok()?.as_ref());
            for policy in attached.chain(boundary) {
                if policies.find(&policy.arn).is_none() {
                    lacking.entry(&policy.arn).or_insert(policy.source);
                }
            }
        }
        for (arn, source) in lacking {
            let gap = Arc::new(absent("policy", arn, Some(source)));
            self.gaps.push(Arc::clone(&gap));
            if !is_of_aws(arn) {
                policies.lacks(&gap);
            }
            policies.absent.insert(arn.into(), gap);
        }
        policies
    }

    fn gap(&mut self, reason: Reason, source: Source, what: String, remedy: &str) -> Arc<Gap> {
        let gap = Arc::new(Gap {
            reason,
            artefact: Some(Artefact::AuthorizationDetails),
            source: Some(source),
            what: what.into(),
            remedy: remedy.into(),
        });
        self.gaps.push(Arc::clone(&gap));
        gap
    }
}

const AGAIN: &str = "run `aws iam get-account-authorization-details` again and hand in the new output only";
