//! What a new catalogue has and lacks, compared with the one before; for reading before it is committed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use iam_policy::catalogue::{Catalogue, Service};

/// Names of one service that are listed; of more only the number is told.
const LISTED: usize = 12;

pub(super) fn told(before: Option<&Catalogue>, after: &Catalogue) -> String {
    let Some(before) = before else {
        return "there was no catalogue that could be read\n".to_owned();
    };
    let mut text = format!(
        "data of {} -> {}\nactions {} -> {}\n",
        before.data_date().unwrap_or("an unknown day"),
        after.data_date().unwrap_or("an unknown day"),
        before.len(),
        after.len()
    );
    let prefixes: BTreeSet<&str> = before.services().chain(after.services()).map(|it| it.prefix()).collect();
    for prefix in prefixes {
        let (old, new) = (before.service(prefix), after.service(prefix));
        let sign = match (old, new) {
            (None, _) => "+ ",
            (_, None) => "- ",
            _ => "  ",
        };
        let (old, new) = (contents(old), contents(new));
        let lines = [("+", listed(&new.names, &old.names)), ("-", listed(&old.names, &new.names))];
        for (change, names) in lines.iter().filter(|(_, names)| !names.is_empty()) {
            let _ = writeln!(text, "{sign}{prefix}: {change} {names}");
        }
        let details =
            new.details.difference(&old.details).filter(|(name, _)| old.names.contains(name)).count();
        if details > 0 {
            let _ = writeln!(
                text,
                "{sign}{prefix}: {details} actions with other levels, types, keys or dependents"
            );
        }
    }
    text
}

#[derive(Default)]
struct Contents {
    names: BTreeSet<String>,
    details: BTreeSet<(String, String)>,
}

fn contents(service: Option<Service<'_>>) -> Contents {
    let mut contents = Contents::default();
    for action in service.into_iter().flat_map(|it| it.actions()) {
        let resources: Vec<_> = action.resources().collect();
        let keys: Vec<_> = action.condition_keys().map(|it| it.name()).collect();
        let dependents: Vec<_> = action.dependents().collect();
        let details = format!("{} {resources:?} {keys:?} {dependents:?}", action.levels());
        contents.names.insert(action.name().to_owned());
        contents.details.insert((action.name().to_owned(), details));
    }
    contents
}

/// Names that the first has and the second lacks.
fn listed(has: &BTreeSet<String>, lacks: &BTreeSet<String>) -> String {
    let names: Vec<&str> = has.difference(lacks).map(String::as_str).collect();
    let shown: Vec<&str> = names.iter().copied().take(LISTED).collect();
    match names.len().saturating_sub(LISTED) {
        0 => shown.join(" "),
        more => format!("{} and {more} more", shown.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use iam_policy::catalogue::{Draft, DraftAction};

    use super::*;

    fn catalogue(date: &str, actions: &[(&str, &str)]) -> Catalogue {
        let mut draft = Draft::new("test", Some(date));
        for (prefix, name) in actions {
            draft.service(prefix).unwrap().add_action(name, DraftAction::default()).unwrap();
        }
        draft.finish().unwrap()
    }

    #[test]
    fn changes_are_told_by_service() {
        let before = catalogue("2026-01-01", &[("a", "Get"), ("a", "Put"), ("gone", "Get"), ("same", "Get")]);
        let after = catalogue("2026-02-01", &[("a", "Get"), ("a", "List"), ("new", "Get"), ("same", "Get")]);
        assert_eq!(
            told(Some(&before), &after),
            "data of 2026-01-01 -> 2026-02-01\nactions 4 -> 4\n  a: + List\n  a: - Put\n- gone: - Get\n+ new: + Get\n"
        );
        assert_eq!(told(None, &after), "there was no catalogue that could be read\n");
    }
}
