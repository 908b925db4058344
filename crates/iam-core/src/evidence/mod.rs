//! What is known about an account: artefacts joined once, so that a check sees subjects and not files.
//!
//! The credential report stays in the compact form it was read into; users are made from its rows one at a time, which
//! keeps a report of a million rows within a few hundred bytes a row.

mod access_analyzer;
mod access_key;
mod account;
mod activity;
mod agreement;
mod assemble;
mod grants;
mod identities;
mod identity;
mod instance_profiles;
mod inventory;
mod last_accessed;
mod monitoring;
mod organization;
mod password;
mod regions;
mod resources;
mod root;
mod signing_certificate;
mod user;

use std::sync::Arc;

pub use access_analyzer::{AccessAnalyzer, ReportedFinding, Sighting, Unused, UnusedAccess};
pub use access_key::AccessKey;
pub use account::{Account, Quote, ReadFile, Taken, TakenFrom};
pub use activity::{AccountActivity, ActivePrincipal, Window};
pub use assemble::{Evidence, Given, Hints, UnusedFile, assemble, assemble_about, assemble_with};
pub use grants::{Grant, GrantedPolicy, Grants, Via};
pub use identities::Identities;
pub use identity::{CustomerPolicy, DetailedUser, Group, Identity, ManagedPolicy, OwnPolicy, Role};
pub use instance_profiles::InstanceProfileUse;
pub use inventory::{Credential, CredentialKind, inventory};
pub use last_accessed::{LastAccessed, LastAccessedReports, ReportSubject, ReportSubjectKind, TRACKING_DAYS};
pub use monitoring::{Monitoring, Part};
pub use organization::Organization;
pub use password::PasswordUse;
pub use regions::{AccountRegion, default_regions};
pub use resources::{Resource, Resources, Unlisted};
pub use root::{Disagreement, Root};
pub use signing_certificate::SigningCertificate;
pub use user::User;

use crate::fact::Gap;

/// Something that a whole artefact or row supplies, or the gap in its place.
pub type Supplied<T> = Result<T, Arc<Gap>>;

/// Whether a text looks like the name of a Region: `eu-west-1`, `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let mut words = text.rsplit('-');
    let number = words.next().unwrap_or_default();
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = words.collect();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    is_number && words.len() >= 2 && words.iter().all(is_word)
}
