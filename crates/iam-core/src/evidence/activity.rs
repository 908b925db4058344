use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Supplied;
use crate::cloudtrail::{
    Activity, Coverage, Event, EventClass, KeyUse, Limits, Place, Principal, PrincipalActivity,
    PrincipalKind, time_of,
};
use crate::fact::{Gap, Reason, shown_date};
use crate::ident::{AccountId, Partition};
use crate::input::Artefact;

/// What CloudTrail records tell about one account.
///
/// That something does not stand here proves nothing by itself: first one of the `complete` functions has to say that
/// everything was seen, and in which window.
#[derive(Debug, Clone)]
pub struct AccountActivity {
    pub(super) whole: Arc<Activity>,
    pub(super) account: AccountId,
    pub(super) partition: Partition,
    /// By time.
    pub(super) events: Vec<Event>,
    /// The users, roles and others of this account, in the order of [`Principal`].
    pub(super) principals: Vec<Principal>,
    /// The long-lived access keys of this account's principals, by id.
    pub(super) keys: BTreeMap<Arc<str>, KeyUse>,
    /// The account's places, by Region.
    pub(super) places: Vec<Place>,
    /// What in the records could not be read.
    pub(super) gaps: Vec<Arc<Gap>>,
    /// Why the records prove nothing by what they do not hold, although all of them could be read.
    pub(super) narrowed: Option<Arc<Gap>>,
}

/// A principal at work.
#[derive(Debug, Clone, Copy)]
pub struct ActivePrincipal<'a> {
    /// Who it is.
    pub principal: &'a Principal,
    /// What it did.
    pub activity: &'a PrincipalActivity,
}

/// When and where records of an account were seen: what a statement about absence extends to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The moment of the first record.
    pub first: DateTime<Utc>,
    /// The moment of the last record.
    pub last: DateTime<Utc>,
    /// The Regions.
    pub regions: BTreeSet<Arc<str>>,
    /// UTC days between them of which there is no record at all: a hint that files are missing.
    pub empty_days: usize,
}

impl AccountActivity {
    /// The kept events of the account, by time: what its root user did, and otherwise what stands in its trail.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What root did, by time: in person, by its access keys, and in sessions of `sts:AssumeRoot`.
    pub fn root_events(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|event| event.principal.kind == PrincipalKind::Root)
    }

    /// The calls of `sts:AssumeRoot` in all records of the run, by time. They stand in the trail of the account that made
    /// the session, and not in that of the account whose root it is.
    pub fn assume_root_calls(&self) -> impl Iterator<Item = &Event> {
        self.whole.events.of(EventClass::Change).filter(|event| event.is("sts", "AssumeRoot"))
    }

    /// The principals of these kinds that belong to the account, by kind and name.
    pub fn principals(&self, kinds: &[PrincipalKind]) -> impl Iterator<Item = ActivePrincipal<'_>> {
        let own = self.principals.iter().filter(move |principal| kinds.contains(&principal.kind));
        own.filter_map(|principal| {
            Some(ActivePrincipal { principal, activity: self.whole.principals.get(principal)? })
        })
    }

    /// What the IAM user with this ARN did.
    pub fn user(&self, arn: &str) -> Option<&PrincipalActivity> {
        let account = self.account.to_string();
        let user =
            Principal { kind: PrincipalKind::User, account: account.as_str().into(), name: arn.into() };
        self.whole.principals.get(&user)
    }

    /// What was done with the long-lived access key of this id.
    pub fn key(&self, id: &str) -> Option<&KeyUse> {
        self.keys.get(id)
    }

    /// What was seen of a Region of the account.
    ///
    /// # Errors
    ///
    /// The gap, when nothing was.
    pub fn region(&self, region: &str) -> Supplied<&Coverage> {
        let place = self.places.iter().find(|place| &*place.region == region);
        place.and_then(|place| self.whole.coverage.get(place)).ok_or_else(|| self.no_region(region, ""))
    }

    /// The Region in which IAM and sign-ins of root are logged.
    ///
    /// # Errors
    ///
    /// The gap, in a partition of which that is not known.
    pub fn global_region(&self) -> Supplied<&'static str> {
        self.partition.global_region().ok_or_else(|| {
            let what = format!("nothing tells in which Region of {} IAM is logged", self.partition);
            lacking(Reason::NotSupplied, what, "look into the records of that partition yourself")
        })
    }

    /// What could not be read of records that may be about this account.
    pub fn gaps(&self) -> &[Arc<Gap>] {
        &self.gaps
    }

    /// The window in which every event of these classes was seen, in all Regions whose records are there.
    ///
    /// # Errors
    ///
    /// The gap, when something could not be read or was not asked for, when there were more events of a class than are
    /// kept, and when the Region in which IAM and sign-ins of root are logged is not among the records.
    pub fn complete(&self, classes: &[EventClass]) -> Supplied<Window> {
        self.readable()?;
        if let Some(class) = classes.iter().find(|class| self.whole.events.is_cut(**class)) {
            let most = self.whole.limits.events;
            return Err(cut(format!(
                "there are more than {most} CloudTrail events of the class {}, and earlier ones are not kept",
                class.as_str()
            )));
        }
        self.window(&self.places)
    }

    /// The same for events of global services, which are logged in one Region: the window is that of the Region.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn complete_globally(&self, classes: &[EventClass]) -> Supplied<Window> {
        self.complete(classes)?;
        let region = self.global_region()?;
        let global = self.places.iter().filter(|place| &*place.region == region);
        self.window(&global.cloned().collect::<Vec<_>>())
    }

    /// The window in which every principal of the account was seen.
    ///
    /// # Errors
    ///
    /// The gap.
    pub fn complete_principals(&self) -> Supplied<Window> {
        self.readable()?;
        if self.whole.principals.is_cut() {
            let most = self.whole.limits.principals;
            return Err(cut(format!(
                "there are more than {most} principals in the CloudTrail records, and the others are not kept"
            )));
        }
        self.window(&self.places)
    }

    /// How much was kept.
    pub fn limits(&self) -> &Limits {
        &self.whole.limits
    }

    /// A gap for a principal of which too much was seen to keep all of it.
    pub fn too_much(&self, principal: &str, what: &str) -> Arc<Gap> {
        cut(format!("the CloudTrail records hold more of {what} of {principal} than is kept"))
    }

    fn readable(&self) -> Supplied<()> {
        let gap = self.gaps.first().or(self.narrowed.as_ref());
        gap.map_or(Ok(()), |gap| Err(Arc::clone(gap)))
    }

    /// The window of these places, which are to hold the Region of global services.
    fn window(&self, places: &[Place]) -> Supplied<Window> {
        let global = self.global_region()?;
        if !places.iter().any(|place| &*place.region == global) {
            return Err(self.no_region(global, ", where IAM and sign-ins of root are logged"));
        }
        let seen = || places.iter().filter_map(|place| self.whole.coverage.get(place));
        let first = seen().map(|coverage| coverage.all.first).min().and_then(time_of);
        let last = seen().map(|coverage| coverage.all.last).max().and_then(time_of);
        let (Some(first), Some(last)) = (first, last) else {
            return Err(self.no_region(global, ""));
        };
        let days: BTreeSet<i32> = seen().flat_map(|coverage| coverage.days.keys().copied()).collect();
        let span =
            days.first().zip(days.last()).map_or(0, |(first, last)| i64::from(*last) - i64::from(*first) + 1);
        Ok(Window {
            first,
            last,
            regions: places.iter().map(|place| Arc::clone(&place.region)).collect(),
            empty_days: usize::try_from(span).unwrap_or(0).saturating_sub(days.len()),
        })
    }

    fn no_region(&self, region: &str, why: &str) -> Arc<Gap> {
        let what =
            format!("the CloudTrail records hold nothing of account {} in {region}{why}", self.account);
        lacking(
            Reason::NotSupplied,
            what,
            &format!("add the records of {region}; a trail of all Regions has them"),
        )
    }
}

impl Window {
    /// Whether the moment lies in it.
    pub fn holds(&self, time: DateTime<Utc>) -> bool {
        (self.first..=self.last).contains(&time)
    }
}

/// `between 2026-01-01 and 2026-01-15 in 3 Regions`, to follow a statement.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "between {} and {}", shown_date(self.first), shown_date(self.last))?;
        match self.regions.first() {
            Some(region) if self.regions.len() == 1 => write!(f, " in {region}")?,
            _ => write!(f, " in {} Regions", self.regions.len())?,
        }
        match self.empty_days {
            0 => Ok(()),
            1 => f.write_str("; no record of 1 day in between"),
            days => write!(f, "; no record of {days} days in between"),
        }
    }
}

/// The gap for records that are not there, or not whole.
pub(super) fn lacking(reason: Reason, what: String, remedy: &str) -> Arc<Gap> {
    Arc::new(Gap {
        reason,
        artefact: Some(Artefact::CloudTrail),
        source: None,
        what: what.into(),
        remedy: remedy.into(),
    })
}

fn cut(what: String) -> Arc<Gap> {
    lacking(Reason::CutOff, what, "hand in the records of fewer days or accounts at a time")
}
