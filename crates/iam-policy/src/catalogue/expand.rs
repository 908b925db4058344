//! From patterns to sets of actions.

use super::decode::Range;
use super::glob::{literal_head, matches};
use super::{ActionId, ActionSet, Catalogue};

pub(super) fn expand(catalogue: &Catalogue, pattern: &str) -> ActionSet {
    let pattern = pattern.to_ascii_lowercase();
    if !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*') {
        return catalogue.all();
    }
    let mut found = ActionSet::default();
    let Some((prefix, name)) = pattern.split_once(':') else {
        across_the_colon(catalogue, &pattern, &mut found);
        return found;
    };
    // Names hold no colon, so that what stands before the pattern's colon is about the prefix alone.
    if let (_, "") = literal_head(prefix) {
        if let Some(service) = catalogue.service(prefix) {
            within(catalogue, service.row.actions, name, &mut found);
        }
        return found;
    }
    for service in &catalogue.services {
        if matches(prefix, catalogue.lower_at(service.prefix)) {
            within(catalogue, service.actions, name, &mut found);
        }
    }
    found
}

/// The actions of one service whose names match. They are sorted, so that those with the pattern's literal head lie together.
fn within(catalogue: &Catalogue, actions: Range, pattern: &str, found: &mut ActionSet) {
    let (head, tail) = literal_head(pattern);
    if tail.is_empty() {
        if let Some(at) = catalogue.place_of_action(actions, head) {
            found.insert(ActionId(at));
        }
        return;
    }
    if pattern.bytes().all(|byte| byte == b'*') {
        found.union_with(&ActionSet::range(actions.start as usize, actions.end as usize));
        return;
    }
    let rows = actions.of(&catalogue.actions);
    let first = rows.partition_point(|row| catalogue.lower_at(row.name) < head);
    for (row, at) in rows.iter().zip(actions.start..).skip(first) {
        let Some(rest) = catalogue.lower_at(row.name).strip_prefix(head) else { return };
        if matches(tail, rest) {
            found.insert(ActionId(at));
        }
    }
}

/// A pattern without a colon: only a wildcard can stand for it.
fn across_the_colon(catalogue: &Catalogue, pattern: &str, found: &mut ActionSet) {
    if !pattern.contains(['*', '?']) {
        return;
    }
    for service in &catalogue.services {
        let mut whole = format!("{}:", catalogue.lower_at(service.prefix));
        let until_name = whole.len();
        for (row, at) in service.actions.of(&catalogue.actions).iter().zip(service.actions.start..) {
            whole.truncate(until_name);
            whole.push_str(catalogue.lower_at(row.name));
            if matches(pattern, &whole) {
                found.insert(ActionId(at));
            }
        }
    }
}

/// Whether any action of one service matches a pattern in whatever case.
pub(super) fn has_match(catalogue: &Catalogue, actions: Range, pattern: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let (head, tail) = literal_head(&pattern);
    let rows = actions.of(&catalogue.actions);
    let first = rows.partition_point(|row| catalogue.lower_at(row.name) < head);
    let mut with_head =
        rows.iter().skip(first).map_while(|row| catalogue.lower_at(row.name).strip_prefix(head));
    with_head.any(|rest| matches(tail, rest))
}
