//! Which checks a single CloudTrail event fails, where one is enough to fail them.

use super::root_events::Looked;
use super::{
    access_key_created_for_other, console_login_without_mfa, root_access_key_created, root_activity,
    root_assumed_centrally, root_console_login, root_mfa_changed, root_password_changed,
};
use crate::check::{About, Check};
use crate::cloudtrail::{Event, PrincipalKind};

/// What root does, the most telling first.
static OF_ROOT: &[(&Check, &Looked)] = &[
    (&root_access_key_created::CHECK, &root_access_key_created::LOOKED),
    (&root_mfa_changed::CHECK, &root_mfa_changed::LOOKED),
    (&root_password_changed::CHECK, &root_password_changed::LOOKED),
    (&root_console_login::CHECK, &root_console_login::LOOKED),
    (&root_assumed_centrally::CHECK, &root_assumed_centrally::LOOKED),
    (&root_activity::CHECK, &root_activity::LOOKED),
];

/// The checks, the most telling first, and whom the event is about.
pub(crate) fn failed_by(event: &Event) -> Vec<(&'static Check, About)> {
    let mut failed: Vec<(&'static Check, About)> = Vec::new();
    if let Some(about) = access_key_created_for_other::about(event)
        && !access_key_created_for_other::is_own(event)
    {
        failed.push((&access_key_created_for_other::CHECK, about));
    }
    if event.principal.kind == PrincipalKind::Root {
        let of_root = OF_ROOT
            .iter()
            .filter(|(_, looked)| looked.classes.contains(&event.class) && (looked.is_wanted)(event));
        failed.extend(of_root.map(|(check, _)| (*check, About::Root)));
    }
    let is_without_mfa = event.sign_in().is_some_and(|sign_in| sign_in.mfa == Some(false));
    if let Some(about) = console_login_without_mfa::about(event).filter(|_| is_without_mfa) {
        failed.push((&console_login_without_mfa::CHECK, about));
    }
    failed
}
