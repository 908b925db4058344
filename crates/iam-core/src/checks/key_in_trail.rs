//! Which use in CloudTrail records belongs to which key of the report.

use std::sync::Arc;

use crate::cloudtrail::KeyUse;
use crate::evidence::{AccessKey, AccountActivity, Supplied, User};
use crate::fact::{Gap, Reason};
use crate::input::Artefact;

/// What the records tell of the key: by its id, where a listing tells that, else by its user, if the user has this key only.
pub(super) fn used<'a>(
    key: &AccessKey<'_>,
    user: &User<'_>,
    activity: &'a AccountActivity,
) -> Supplied<Option<&'a KeyUse>> {
    if let Some(id) = key.id {
        return Ok(activity.key(id.full()));
    }
    if user.existing_access_keys().count() != 1 {
        return Err(which(user));
    }
    let created = key.created.known()?;
    let keys = user.arn.and_then(|arn| activity.user(arn)).into_iter().flat_map(|user| user.keys.iter());
    // A key that was in use before this one was made is another one, and gone.
    let mut own = keys
        .map(|(_, used)| used)
        .filter(|used| created.is_none_or(|created| used.tallies.all().first >= created.timestamp()));
    match (own.next(), own.next()) {
        (_, Some(_)) => Err(which(user)),
        (one, None) => Ok(one),
    }
}

/// The moments at which it is known to have been used, in seconds since 1970-01-01 UTC: the first and the last of those
/// calls that were authorised, refused, neither.
pub(super) fn moments(used: &KeyUse) -> impl Iterator<Item = i64> {
    let tallies = [used.tallies.used, used.tallies.denied, used.tallies.undecided];
    tallies.into_iter().filter(|tally| tally.count > 0).flat_map(|tally| [tally.first, tally.last])
}

/// The gap for a key whose id nothing tells.
fn which(user: &User<'_>) -> Arc<Gap> {
    user.access_keys_listed.clone().err().unwrap_or_else(|| {
        Arc::new(Gap {
            reason: Reason::NotSupplied,
            artefact: Some(Artefact::AccessKeys),
            source: None,
            what: "nothing tells which of the listed access keys is the one in the credential report".into(),
            remedy: "list the keys again, at the time of the report".into(),
        })
    })
}
