use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::evidence::account::UserListings;
use crate::fact::{Fact, Gap, Place, Reason, Source};
use crate::ident::AccessKeyId;
use crate::input::access_keys::{AccessKeyLastUsed, ListedAccessKey};
use crate::input::mfa_devices::MfaDevice;
use crate::input::user_credentials::UploadedCredential;
use crate::input::{Artefact, Listing};

type Users = BTreeMap<String, UserListings>;

/// Sorts the access keys by user. A listing that was cut off leaves every user in it incomplete.
pub(super) fn add_access_keys(
    users: &mut Users,
    listings: Vec<(String, Listing<ListedAccessKey>)>,
    names: &BTreeSet<&str>,
) -> Vec<Arc<Gap>> {
    let mut gaps = Vec::new();
    for (path, listing) in listings {
        if listing.items.is_empty() {
            match user_of_file(&path, Artefact::AccessKeys, names) {
                Some(name) => {
                    let user = users.entry(name.to_owned()).or_default();
                    if user.access_keys_listed.as_ref().is_none_or(Result::is_ok) {
                        user.access_keys_listed = Some(listing.incomplete.map_or(Ok(()), Err));
                    }
                }
                None => gaps.extend(nobody_named(Artefact::AccessKeys, &listing)),
            }
            continue;
        }
        let listed = listing.incomplete.map_or(Ok(()), Err);
        for key in listing.items {
            let user = users.entry(key.user_name.clone()).or_default();
            if user.access_keys_listed.as_ref().is_none_or(Result::is_ok) {
                user.access_keys_listed = Some(listed.clone());
            }
            match user.access_keys.iter_mut().find(|other| other.id == key.id) {
                // Of two answers about the same key the worse one counts.
                Some(other) if matches!(other.active, Fact::Seen(false, _)) => *other = key,
                Some(_) => {}
                None => user.access_keys.push(key),
            }
        }
    }
    gaps
}

/// Sorts the MFA devices by user, likewise.
pub(super) fn add_mfa_devices(
    users: &mut Users,
    listings: Vec<(String, Listing<MfaDevice>)>,
    names: &BTreeSet<&str>,
) -> Vec<Arc<Gap>> {
    let mut gaps = Vec::new();
    for (path, listing) in listings {
        if listing.items.is_empty() {
            match user_of_file(&path, Artefact::MfaDevices, names) {
                Some(name) => {
                    let user = users.entry(name.to_owned()).or_default();
                    match listing.incomplete {
                        Some(gap) => user.mfa_devices = Some(Err(gap)),
                        None => drop(user.mfa_devices.get_or_insert_with(|| Ok(Vec::new()))),
                    }
                }
                None => gaps.extend(nobody_named(Artefact::MfaDevices, &listing)),
            }
            continue;
        }
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
    gaps
}

/// The user whom an empty list is about. AWS's answer names nobody then, so that the path has to, as in
/// `access-keys/USER_NAME.json`; and only a name that the report knows is taken for one.
fn user_of_file<'r>(path: &str, artefact: Artefact, names: &BTreeSet<&'r str>) -> Option<&'r str> {
    let (folders, file) = path.rsplit_once('/')?;
    let folder = folders.rsplit('/').next().unwrap_or_default();
    if folder != artefact.name() {
        return None;
    }
    // A user's name may hold dots.
    let name = file.strip_suffix(".json").unwrap_or(file);
    names.get(name).copied()
}

/// The gap for an empty list about nobody knows whom; none where something else is wrong with it, which is listed already.
fn nobody_named<T>(artefact: Artefact, listing: &Listing<T>) -> Option<Arc<Gap>> {
    listing.incomplete.is_none().then(|| {
        Arc::new(Gap {
            reason: Reason::NotSupplied,
            artefact: Some(artefact),
            source: Some(Source { file: listing.file, place: Place::File }),
            what: "an empty list names no user".into(),
            remedy: format!("keep it as {artefact}/USER_NAME.json, with the name of a user of the report")
                .into(),
        })
    })
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
        add_once(
            &mut users.entry(certificate.user_name.clone()).or_default().signing_certificates,
            certificate,
        );
    }
    for key in ssh_public_keys {
        add_once(&mut users.entry(key.user_name.clone()).or_default().ssh_public_keys, key);
    }
}

fn add_once(credentials: &mut Vec<UploadedCredential>, credential: UploadedCredential) {
    if !credentials.iter().any(|other| other.id == credential.id) {
        credentials.push(credential);
    }
}
