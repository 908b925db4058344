use std::collections::BTreeMap;
use std::sync::Arc;

use crate::evidence::account::UserListings;
use crate::fact::{Gap, Place, Reason, Source};
use crate::ident::AccessKeyId;
use crate::input::access_keys::{AccessKeyLastUsed, ListedAccessKey};
use crate::input::mfa_devices::MfaDevice;
use crate::input::user_credentials::UploadedCredential;
use crate::input::{Artefact, Listing};

type Users = BTreeMap<String, UserListings>;

/// Sorts the access keys by user. A listing that was cut off leaves every user in it incomplete.
pub(super) fn add_access_keys(users: &mut Users, listings: Vec<Listing<ListedAccessKey>>) {
    for listing in listings {
        let listed = listing.incomplete.map_or(Ok(()), Err);
        for key in listing.items {
            let user = users.entry(key.user_name.clone()).or_default();
            if user.access_keys_listed.as_ref().is_none_or(Result::is_ok) {
                user.access_keys_listed = Some(listed.clone());
            }
            if !user.access_keys.iter().any(|other| other.id == key.id) {
                user.access_keys.push(key);
            }
        }
    }
}

/// Sorts the MFA devices by user, likewise.
pub(super) fn add_mfa_devices(users: &mut Users, listings: Vec<Listing<MfaDevice>>) {
    for listing in listings {
        for device in listing.items {
            let user = users.entry(device.user_name.clone()).or_default();
            match (&listing.incomplete, &mut user.mfa_devices) {
                (Some(gap), devices) => *devices = Some(Err(Arc::clone(gap))),
                (None, None) => user.mfa_devices = Some(Ok(vec![device])),
                (None, Some(Ok(devices))) => devices.push(device),
                (None, Some(Err(_))) => {}
            }
        }
    }
}

/// Sorts the last uses by user and key. AWS's answer does not name the key, so that the file's name has to; gives back a
/// gap for each file that is named otherwise.
pub(super) fn add_last_used(users: &mut Users, answers: Vec<(String, AccessKeyLastUsed)>) -> Vec<Arc<Gap>> {
    let mut gaps = Vec::new();
    for (path, used) in answers {
        let stem = path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
        if AccessKeyId::looks_like_one(stem) {
            users.entry(used.user_name.clone()).or_default().last_used.push((stem.to_owned(), used));
        } else {
            gaps.push(Arc::new(Gap {
                reason: Reason::Malformed,
                artefact: Some(Artefact::AccessKeyLastUsed),
                source: used.at.source().map(|source| Source { place: Place::File, ..source }),
                what: "the answer does not say which access key it is about".into(),
                remedy: "name the file after the key's id, such as AKIAIOSFODNN7EXAMPLE.json".into(),
            }));
        }
    }
    gaps
}

/// Sorts signing certificates and SSH keys by user.
pub(super) fn add_uploaded(
    users: &mut Users,
    signing_certificates: Vec<UploadedCredential>,
    ssh_public_keys: Vec<UploadedCredential>,
) {
    for certificate in signing_certificates {
        users.entry(certificate.user_name.clone()).or_default().signing_certificates.push(certificate);
    }
    for key in ssh_public_keys {
        users.entry(key.user_name.clone()).or_default().ssh_public_keys.push(key);
    }
}
