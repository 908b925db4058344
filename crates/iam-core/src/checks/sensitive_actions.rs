//! How checks read and tell actions.

use std::collections::BTreeSet;
use std::sync::Arc;

use iam_policy::catalogue::Catalogue;
use iam_policy::pattern::ActionPattern;

use crate::check::Patterns;
use crate::evidence::Supplied;
use crate::fact::{Gap, Reason};
use crate::input::quoted;

/// More actions than this are not told one by one.
const MOST_TOLD: usize = 5;

/// The actions that patterns of a setting mean, each once. One without wildcard need not be in the catalogue: it may be newer.
///
/// # Errors
///
/// The gap, when a text means no action: what it was written for would go unnoticed.
pub(super) fn listed(
    patterns: &Patterns,
    setting: &str,
    catalogue: &Catalogue,
) -> Supplied<BTreeSet<String>> {
    let mut actions = BTreeSet::new();
    for pattern in &patterns.0 {
        let known = catalogue.expand(pattern);
        let is_one = !pattern.contains(['*', '?', ' ', ',']) && pattern.split(':').count() == 2;
        if !known.is_empty() {
            actions.extend(catalogue.members(&known).map(|action| action.to_string()));
        } else if is_one {
            actions.insert(pattern.clone());
        } else {
            return Err(Arc::new(Gap {
                reason: Reason::Malformed,
                artefact: None,
                source: None,
                what: format!("{} in the setting {setting} means no action", quoted(pattern)).into(),
                remedy: "write actions as in policies: service:Name".into(),
            }));
        }
    }
    Ok(actions)
}

/// A pattern of a policy as AWS spells it, where it means one action.
pub(super) fn spelled(pattern: &ActionPattern, catalogue: &Catalogue) -> String {
    let written = pattern.to_string();
    let known = catalogue.expand(&written);
    match catalogue.members(&known).next() {
        Some(action) if action.to_string().eq_ignore_ascii_case(&written) => action.to_string(),
        _ => written,
    }
}

/// `iam:CreateUser, iam:DeleteUser and 3 more`
pub(super) fn told<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names: Vec<&str> = names.into_iter().collect();
    let others = names.len().saturating_sub(MOST_TOLD);
    names.truncate(MOST_TOLD);
    let more = if others > 0 { format!(" and {others} more") } else { String::new() };
    names.join(", ") + &more
}
