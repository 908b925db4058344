use std::sync::Arc;

use chrono::NaiveDate;

use super::{Context, Judged};
use crate::cloudtrail::{Event, EventClass, PrincipalKind};
use crate::evidence::{
    AccessKey, Account, AccountActivity, AccountRegion, ActivePrincipal, CustomerPolicy, DetailedUser, Group,
    Identity, LastAccessed, ManagedPolicy, OwnPolicy, ReportedFinding, Resource, Role, Root,
    SigningCertificate, User,
};
use crate::input::access_analyzer::{Analyzer, ArchiveRule, FindingKind};
use crate::input::mfa_devices::VirtualMfaDevice;
use crate::input::monitoring::Placed;
use crate::input::server_certificates::ServerCertificate;
use crate::input::service_specific_credentials::ServiceSpecificCredential;

/// The function that judges, by the kind of subject it judges. The runner walks over the subjects.
///
/// Where a variant has a second function `account`, it is asked once for the account as a whole: about what the account
/// summary says beyond the single subjects.
#[derive(Debug, Clone, Copy)]
pub enum Judge {
    /// The account.
    Account(fn(&Account, &Context<'_>) -> Judged),
    /// The root user.
    Root(fn(&Root<'_>, &Context<'_>) -> Judged),
    /// Each access key slot of root, empty ones included.
    RootAccessKey {
        /// One slot.
        each: fn(&AccessKey<'_>, &Context<'_>) -> Judged,
        /// What the account summary says of root's keys; not asked when it adds nothing.
        account: Option<fn(&Root<'_>, &Context<'_>) -> Judged>,
    },
    /// Each signing certificate slot of root, empty ones included.
    RootSigningCertificate {
        /// One slot.
        each: fn(&SigningCertificate, &Context<'_>) -> Judged,
        /// What the account summary says of root's certificates.
        account: Option<fn(&Root<'_>, &Context<'_>) -> Judged>,
    },
    /// Each IAM user; never root.
    User(fn(&User<'_>, &Context<'_>) -> Judged),
    /// Each access key of each user. Empty slots are no subjects.
    AccessKey(fn(&AccessKey<'_>, &User<'_>, &Context<'_>) -> Judged),
    /// Each signing certificate of each user. Empty slots are no subjects.
    SigningCertificate(fn(&SigningCertificate, &User<'_>, &Context<'_>) -> Judged),
    /// Each service-specific credential.
    ServiceSpecificCredential(fn(&ServiceSpecificCredential, &Context<'_>) -> Judged),
    /// Each server certificate.
    ServerCertificate(fn(&ServerCertificate, &Context<'_>) -> Judged),
    /// Each resource that says itself who gets in. Without any the account gets one verdict; so it does where some could not be
    /// listed.
    Resource(fn(&Resource, &Context<'_>) -> Judged),
    /// Each virtual MFA device.
    VirtualMfaDevice {
        /// One device.
        each: fn(&VirtualMfaDevice, &Context<'_>) -> Judged,
        /// What the account summary says of devices. It also answers for a listing that is missing or cut off.
        account: Option<fn(&Account, &Context<'_>) -> Judged>,
    },
    /// Each IAM user of the account authorization details. Without these, the account gets one verdict; so it does below,
    /// and also when there may be others than those that are listed.
    DetailedUser(fn(&DetailedUser<'_>, &Context<'_>) -> Judged),
    /// Each group of IAM users.
    Group(fn(&Group<'_>, &Context<'_>) -> Judged),
    /// Each role. Nothing applies to roles that are linked to a service, here and below.
    Role(fn(&Role<'_>, &Context<'_>) -> Judged),
    /// Each user, group and role.
    Identity(fn(&Identity<'_>, &Context<'_>) -> Judged),
    /// Each managed policy of the customer.
    ManagedPolicy(fn(&ManagedPolicy<'_>, &Context<'_>) -> Judged),
    /// Each user, group, role and managed policy with a report of last uses. Users, groups and roles without one are unknown.
    LastAccessed(fn(&LastAccessed, &Context<'_>) -> Judged),
    /// Each policy that a user has of its own, embedded or attached, and its owner. A user without any passes once.
    UserPolicy(fn(&OwnPolicy<'_>, &DetailedUser<'_>, &Context<'_>) -> Judged),
    /// Each policy that the customer has written: managed ones, and those embedded in users, groups and roles.
    Policy(fn(&CustomerPolicy<'_>, &Context<'_>) -> Judged),
    /// Each access key of each user, beside what CloudTrail records tell. Without records the account gets one verdict, and
    /// not each key.
    AccessKeyActivity(fn(&AccessKey<'_>, &User<'_>, &AccountActivity, &Context<'_>) -> Judged),
    /// Each principal of these kinds that CloudTrail records show at work.
    Principal {
        /// The kinds.
        kinds: &'static [PrincipalKind],
        /// One principal.
        each: fn(&ActivePrincipal<'_>, &Context<'_>) -> Judged,
    },
    /// Each one whom kept CloudTrail events are about, and once the account: whether there may have been others.
    Events {
        /// The classes that such events belong to.
        classes: &'static [EventClass],
        /// Whom an event is about; `None` for events that are of no interest.
        about: fn(&Event) -> Option<About>,
        /// One of them: all events about it, by time.
        each: fn(&[&Event], &AccountActivity, &Context<'_>) -> Judged,
    },
    /// Each Region of the account. Where nothing of Access Analyzer was handed in, the account gets one verdict.
    Region(fn(&AccountRegion, &Context<'_>) -> Judged),
    /// Each analyzer of IAM Access Analyzer.
    Analyzer(fn(&Placed<Analyzer>, &Context<'_>) -> Judged),
    /// Each archive rule of each analyzer.
    ArchiveRule(fn(&Placed<ArchiveRule>, &Analyzer, &Context<'_>) -> Judged),
    /// Each finding of Access Analyzer of these kinds, and each analyzer that looks for such: whether there may be others.
    AnalyzerFinding {
        /// The kinds.
        kinds: &'static [FindingKind],
        /// One finding.
        each: fn(&ReportedFinding, &Context<'_>) -> Judged,
    },
    /// Each waiver of the settings, after all accounts have been judged.
    Waiver(fn(&WaiverUse<'_>, NaiveDate) -> Option<String>),
}

/// Whom a CloudTrail event is about. Names are those of IAM, without path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The root user.
    Root,
    /// An IAM user.
    User(Arc<str>),
    /// A role.
    Role(Arc<str>),
    /// A group of IAM users.
    Group(Arc<str>),
    /// An access key of an IAM user.
    AccessKey {
        /// The user.
        user: Arc<str>,
        /// The key's id.
        id: Arc<str>,
    },
}

/// A waiver and what became of it in this run.
#[derive(Debug, Clone, Copy)]
pub struct WaiverUse<'a> {
    /// The check it waives.
    pub check: &'a str,
    /// The subject pattern.
    pub subject: &'a str,
    /// The last day on which it counts, UTC.
    pub until: NaiveDate,
    /// Findings that its check and subject match, whether or not it still counts.
    pub matched: usize,
}
