//! How long policies may be, and dividing those that are longer.

use iam_policy::document::{Document, Statement};

use super::rewrite::{joined, with_list};
use crate::evidence::ReportSubjectKind;

/// Characters of a managed policy without white space. Source: IAM User Guide, "IAM and AWS STS quotas".
pub(super) const MANAGED_LIMIT: usize = 6_144;

/// Managed policies that one user, group or role can have on request; 10 without. Source: as above.
pub(super) const MOST_ATTACHED: usize = 20;

/// Characters without white space of all embedded policies of one together. Source: as above.
pub(super) fn inline_limit(kind: ReportSubjectKind) -> usize {
    match kind {
        ReportSubjectKind::User => 2_048,
        ReportSubjectKind::Group => 5_120,
        ReportSubjectKind::Role | ReportSubjectKind::Policy => 10_240,
    }
}

/// Characters without white space, as IAM counts them.
pub(super) fn size_of(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

/// Several managed policies that say together what one says: its statements in their order, and statements that are too long
/// by themselves as several with parts of the list of actions. `None` where a statement is too long that cannot be divided.
pub(super) fn split(text: &str, document: &Document) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut part: Vec<(usize, String)> = Vec::new();
    for (index, statement) in document.statements.iter().enumerate() {
        let own = statement.at.0.of(text).to_owned();
        part.push((index, own.clone()));
        if size_of(&joined(text, document, &part)) <= MANAGED_LIMIT {
            continue;
        }
        part.pop();
        if !part.is_empty() {
            parts.push(joined(text, document, &part));
        }
        part = vec![(index, own)];
        if size_of(&joined(text, document, &part)) > MANAGED_LIMIT {
            let pieces = pieces(text, document, index, statement)?;
            parts.extend(pieces.iter().map(|piece| joined(text, document, &[(index, piece.clone())])));
            part.clear();
        }
    }
    if !part.is_empty() {
        parts.push(joined(text, document, &part));
    }
    Some(parts)
}

/// A statement as several, each short enough to be a policy of its own.
fn pieces(text: &str, document: &Document, index: usize, statement: &Statement) -> Option<Vec<String>> {
    if !statement.allows() || statement.action.negated {
        return None;
    }
    let empty = joined(text, document, &[(index, with_list(text, statement, &[]))]);
    let room = MANAGED_LIMIT.checked_sub(size_of(&empty))?;
    let mut lists: Vec<Vec<String>> = Vec::new();
    let mut left = 0_usize;
    for pattern in &statement.action.patterns {
        let name = pattern.value.to_string();
        // Two quotes and a comma.
        let cost = size_of(&serde_json::to_string(&name).ok()?).saturating_add(1);
        if cost > room {
            return None;
        }
        if let (Some(list), Some(rest)) = (lists.last_mut(), left.checked_sub(cost)) {
            list.push(name);
            left = rest;
        } else {
            lists.push(vec![name]);
            left = room.saturating_sub(cost);
        }
    }
    Some(lists.iter().map(|list| with_list(text, statement, list)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(actions: usize, statements: usize) -> String {
        let list: Vec<String> = (0..actions).map(|number| format!("\"ec2:Made{number:05}\"")).collect();
        let statement = format!(r#"{{"Effect":"Allow","Action":[{}],"Resource":"*"}}"#, list.join(",\n"));
        format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, vec![statement; statements].join(","))
    }

    #[test]
    fn parts_are_short_enough_and_few() {
        for (actions, statements, parts) in [(10, 1, 1), (200, 2, 2), (1_000, 1, 3), (50, 12, 2), (400, 3, 6)]
        {
            let text = policy(actions, statements);
            let document = Document::parse(&text).unwrap();
            let split = split(&text, &document).unwrap();
            assert!(split.iter().all(|part| size_of(part) <= MANAGED_LIMIT));
            assert_eq!(split.len(), parts, "{actions} actions in {statements} statements");
            let mut all = 0;
            for part in &split {
                let part = Document::parse(part).unwrap();
                all += part.statements.iter().map(|own| own.action.patterns.items.len()).sum::<usize>();
            }
            assert_eq!(all, actions * statements);
        }
    }

    #[test]
    fn denials_are_not_divided() {
        let text = policy(1_000, 1).replace("Allow", "Deny");
        assert_eq!(split(&text, &Document::parse(&text).unwrap()), None);
    }
}
