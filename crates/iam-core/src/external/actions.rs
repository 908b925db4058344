use iam_policy::catalogue::{ActionSet, Catalogue};

/// Whether patterns of actions mean all that others mean: of those that exist; a pattern of none that exists only itself, in any case.
pub(super) fn cover(wider: &[String], narrower: &[String]) -> bool {
    let catalogue = Catalogue::embedded();
    let known =
        wider.iter().fold(ActionSet::default(), |known, pattern| known.union(&catalogue.expand(pattern)));
    narrower.iter().all(|pattern| {
        let own = catalogue.expand(pattern);
        let is_named = || wider.iter().any(|wider| wider == "*" || wider.eq_ignore_ascii_case(pattern));
        if own.is_empty() { is_named() } else { own.is_subset(&known) }
    })
}
