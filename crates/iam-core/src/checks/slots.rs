//! A user's access keys as the credential report shows them.
//!
//! Checks that judge a user by all of their keys together ask here. Keys that only `list-access-keys` shows are left out:
//! the listing was taken at another moment than the report, and in the middle of a rotation the new key of the one would
//! count beside the old key of the other. `credentials-beyond-report` names such keys.

use std::sync::Arc;

use crate::evidence::{AccessKey, User};
use crate::fact::Gap;

/// Both slots, empty ones included; the gap when the report has no row of the user.
pub(super) fn of<'u, 'a>(
    user: &'u User<'a>,
) -> Result<impl Iterator<Item = &'u AccessKey<'a>> + Clone, Arc<Gap>> {
    if user.source.is_none() {
        user.password_enabled.seen()?;
    }
    Ok(user.access_keys.iter().filter(|key| key.slot.is_some()))
}

/// The slots with an active key; the gap when none is certainly active and one may be.
pub(super) fn active<'u, 'a>(user: &'u User<'a>) -> Result<Vec<&'u AccessKey<'a>>, Arc<Gap>> {
    let slots = of(user)?;
    let active: Vec<_> = slots.clone().filter(|key| key.active.known() == Ok(true)).collect();
    if active.is_empty() {
        slots.into_iter().try_for_each(|key| key.active.seen().map(drop))?;
    }
    Ok(active)
}
