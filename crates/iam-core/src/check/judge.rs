use chrono::NaiveDate;

use super::{Context, Judged};
use crate::evidence::{AccessKey, Account, Root, SigningCertificate, User};
use crate::input::mfa_devices::VirtualMfaDevice;
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
    /// Each virtual MFA device.
    VirtualMfaDevice {
        /// One device.
        each: fn(&VirtualMfaDevice, &Context<'_>) -> Judged,
        /// What the account summary says of devices. It also answers for a listing that is missing or cut off.
        account: Option<fn(&Account, &Context<'_>) -> Judged>,
    },
    /// Each waiver of the settings, after all accounts have been judged.
    Waiver(fn(&WaiverUse<'_>, NaiveDate) -> Option<String>),
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
