//! Which check a single CloudTrail event fails, where one is enough to fail it.

use super::root_events::Looked;
use super::{
    access_key_created_for_other, console_login_without_mfa, root_access_key_created, root_activity,
    root_assumed_centrally, root_console_login, root_mfa_changed, root_password_changed,
};
use crate::check::{About, Check};
use crate::cloudtrail::{Event, PrincipalKind};

/// What root does, the most telling first: an event that several checks look for is told as the first of them.
static OF_ROOT: &[(&Check, &Looked)] = &[
    (&root_access_key_created::CHECK, &root_access_key_created::LOOKED),
    (&root_mfa_changed::CHECK, &root_mfa_changed::LOOKED),
    (&root_password_changed::CHECK, &root_password_changed::LOOKED),
    (&root_console_login::CHECK, &root_console_login::LOOKED),
    (&root_assumed_centrally::CHECK, &root_assumed_centrally::LOOKED),
    (&root_activity::CHECK, &root_activity::LOOKED),
];

/// The check, and whom the event is about.
pub(crate) fn failed_by(event: &Event) -> Option<(&'static Check, About)> {
    if let Some(about) = access_key_created_for_other::about(event)
        && !access_key_created_for_other::is_own(event)
    {
        return Some((&access_key_created_for_other::CHECK, about));
    }
    if event.principal.kind == PrincipalKind::Root {
        let found = OF_ROOT
            .iter()
            .find(|(_, looked)| looked.classes.contains(&event.class) && (looked.is_wanted)(event));
        return found.map(|(check, _)| (*check, About::Root));
    }
    let is_without_mfa = event.sign_in().is_some_and(|sign_in| sign_in.mfa == Some(false));
    let about = console_login_without_mfa::about(event).filter(|_| is_without_mfa)?;
    Some((&console_login_without_mfa::CHECK, about))
}
