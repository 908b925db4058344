use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::evidence::account::UserListings;
use crate::fact::{Fact, Gap, Place, Reason, Source};
use crate::ident::AccessKeyId;
use crate::input::access_keys::{AccessKeyLastUsed, ListedAccessKey};
use crate::input::mfa_devices::MfaDevice;
use crate::input::service_specific_credentials::ServiceSpecificCredential;
use crate::input::user_credentials::UploadedCredential;
use crate::input::{Artefact, Listing, quoted};

/// By [`UserListings::key`].
type Users = BTreeMap<String, UserListings>;

fn user<'u>(users: &'u mut Users, name: &str) -> &'u mut UserListings {
    users.entry(UserListings::key(name)).or_insert_with(|| UserListings::of(name))
}

/// Sorts the access keys by user. A listing that was cut off leaves every user in it incomplete.
pub(super) fn add_access_keys(
    users: &mut Users,
    listings: Vec<(String, Listing<ListedAccessKey>)>,
    names: &BTreeSet<String>,
) -> Vec<Arc<Gap>> {
    let mut gaps = Vec::new();
    for (path, listing) in listings {
        if listing.items.is_empty() {
            match user_of_file(&path, Artefact::AccessKeys, names) {
                Some(name) => {
                    let user = user(users, name);
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
            let user = user(users, &key.user_name);
            if user.access_keys_listed.as_ref().is_none_or(Result::is_ok) {
                user.access_keys_listed = Some(listed.clone());
            }
            match user.access_keys.entry(key.id.clone()) {
                Entry::Vacant(entry) => drop(entry.insert(key)),
                Entry::Occupied(entry) => {
                    let of = Twice { artefact: Artefact::AccessKeys, id: &key.id.to_string() };
                    let known = entry.into_mut();
                    worse(&mut known.active, key.active);
                    of.agree(&mut known.created, key.created);
                }
            }
        }
    }
    gaps
}

/// Sorts the MFA devices by user, likewise.
pub(super) fn add_mfa_devices(
    users: &mut Users,
    listings: Vec<(String, Listing<MfaDevice>)>,
    names: &BTreeSet<String>,
) -> Vec<Arc<Gap>> {
    let mut gaps = Vec::new();
    for (path, listing) in listings {
        if listing.items.is_empty() {
            match user_of_file(&path, Artefact::MfaDevices, names) {
                Some(name) => {
                    let user = user(users, name);
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
            let user = user(users, &device.user_name);
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
fn user_of_file<'p>(path: &'p str, artefact: Artefact, names: &BTreeSet<String>) -> Option<&'p str> {
    let (folders, file) = path.rsplit_once('/')?;
    let folder = folders.rsplit('/').next().unwrap_or_default();
    if folder != artefact.name() {
        return None;
    }
    // A user's name may hold dots.
    let name = file.strip_suffix(".json").unwrap_or(file);
    names.contains(&UserListings::key(name)).then_some(name)
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
            user(users, &used.user_name).last_used.entry(stem.to_owned()).or_insert(used);
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
        let credentials = &mut user(users, &certificate.user_name).signing_certificates;
        add_once(Artefact::SigningCertificates, credentials, certificate);
    }
    for key in ssh_public_keys {
        add_once(Artefact::SshPublicKeys, &mut user(users, &key.user_name).ssh_public_keys, key);
    }
}

fn add_once(
    artefact: Artefact,
    credentials: &mut BTreeMap<String, UploadedCredential>,
    credential: UploadedCredential,
) {
    match credentials.entry(credential.id.clone()) {
        Entry::Vacant(entry) => drop(entry.insert(credential)),
        Entry::Occupied(entry) => {
            let known = entry.into_mut();
            worse(&mut known.active, credential.active);
            Twice { artefact, id: &credential.id }.agree(&mut known.uploaded, credential.uploaded);
        }
    }
}

/// Makes one listing of several, such as one for all users and one for each. What one of them lacks, the whole may lack.
pub(super) fn merged(
    listings: Vec<Listing<ServiceSpecificCredential>>,
) -> Option<Listing<ServiceSpecificCredential>> {
    let file = listings.first()?.file;
    let mut incomplete = None;
    let mut merged: BTreeMap<(String, String), ServiceSpecificCredential> = BTreeMap::new();
    for listing in listings {
        incomplete = incomplete.or(listing.incomplete);
        for credential in listing.items {
            let id = credential.id.clone();
            match merged.entry((UserListings::key(&credential.user_name), id)) {
                Entry::Vacant(entry) => drop(entry.insert(credential)),
                Entry::Occupied(entry) => {
                    let of = Twice { artefact: Artefact::ServiceSpecificCredentials, id: &credential.id };
                    let known = entry.into_mut();
                    worse(&mut known.active, credential.active);
                    of.agree(&mut known.service, credential.service);
                    of.agree(&mut known.created, credential.created);
                    of.agree(&mut known.expires, credential.expires);
                }
            }
        }
    }
    Some(Listing { items: merged.into_values().collect(), file, incomplete })
}

/// Of two answers about the same credential the worse one counts, whichever file is read first.
fn worse(known: &mut Fact<bool>, other: Fact<bool>) {
    let rank = |active: &Fact<bool>| match active {
        Fact::Seen(false, _) => 0,
        Fact::Unknown(_) => 1,
        Fact::Seen(true, _) => 2,
    };
    if rank(&other) > rank(known) {
        *known = other;
    }
}

/// A credential that stands in several listings.
struct Twice<'i> {
    artefact: Artefact,
    id: &'i str,
}

impl Twice<'_> {
    /// What never changes is the same in both answers, or not known; what one of them lacks, the other may tell.
    fn agree<T: PartialEq>(&self, known: &mut Fact<T>, other: Fact<T>) {
        match (&*known, &other) {
            (Fact::Seen(a, source), Fact::Seen(b, _)) if a != b => {
                *known = Fact::Unknown(Arc::new(Gap {
                    reason: Reason::Contradiction,
                    artefact: Some(self.artefact),
                    source: Some(*source),
                    what: format!("two files say different things of {}", quoted(self.id)).into(),
                    remedy: "list again and hand in the new answers only".into(),
                }));
            }
            (Fact::Unknown(gap), Fact::Seen(..)) if gap.reason != Reason::Contradiction => *known = other,
            _ => {}
        }
    }
}
