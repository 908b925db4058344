//! The checks: one file and one page each, and this list.

mod access_key_unused;
mod root_without_mfa;

use crate::check::Check;

/// Every check, in the order in which they are listed and run.
pub const ALL: &[&Check] = &[&root_without_mfa::CHECK, &access_key_unused::CHECK];

/// The check with this id.
pub fn find(id: &str) -> Option<&'static Check> {
    ALL.iter().copied().find(|check| check.id.as_str() == id)
}

/// The id that looks most like `id`, for a hint; `None` when none comes near.
pub fn nearest(id: &str) -> Option<&'static str> {
    let ids = ALL.iter().map(|check| check.id.as_str());
    let (distance, nearest) = ids.map(|own| (strsim::damerau_levenshtein(own, id), own)).min()?;
    (distance <= 3.max(id.len() / 3)).then_some(nearest)
}
