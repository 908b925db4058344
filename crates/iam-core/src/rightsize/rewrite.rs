//! Changing the text of a policy where its lists of actions shrink, and nowhere else.

use std::collections::BTreeMap;

use iam_policy::catalogue::{ActionSet, Catalogue};
use iam_policy::document::{Document, Items, PatternElement, Statement, Text};
use iam_policy::span::At;

/// A policy's text with smaller lists of actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    /// The new text; `None` where no statement is left.
    pub text: Option<String>,
    /// By statement, from 0, the actions that went.
    pub removed: BTreeMap<usize, ActionSet>,
    /// Statements that went as a whole.
    pub dropped: Vec<usize>,
}

/// The text that changes are made to: what AWS shows, without the indentation of the file around it. A text without line
/// breaks is laid out first.
pub fn base_text(text: &str) -> String {
    if !text.contains('\n') {
        return Document::parse(text).map_or_else(|_| text.to_owned(), |document| document.to_json());
    }
    let depth = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let further = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let common = further.map(|line| depth(&line)).min().unwrap_or(0);
    let lines = text.lines().enumerate().map(|(number, line)| {
        if number == 0 { line } else { line.get(common.min(depth(&line))..).unwrap_or(line) }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Takes actions out of the statements that allow. `goes` says which of a statement's actions go, from its place and what
/// its patterns match; nothing for statements that are to stay. Names and patterns that match nothing in the catalogue stay.
///
/// With `shrink`, the actions that replace a pattern are written as few patterns that match nothing else in the catalogue.
pub fn rewrite(
    catalogue: &Catalogue,
    text: &str,
    document: &Document,
    shrink: bool,
    goes: impl Fn(usize, &Statement, &ActionSet) -> ActionSet,
) -> Rewritten {
    let mut removed = BTreeMap::new();
    let mut dropped = Vec::new();
    let mut kept: Vec<(usize, String)> = Vec::new();
    for (index, statement) in document.statements.iter().enumerate() {
        let own = statement.at.0.of(text).to_owned();
        if !statement.allows() || statement.action.negated {
            kept.push((index, own));
            continue;
        }
        let all = statement
            .action
            .patterns
            .iter()
            .fold(ActionSet::new(), |all, pattern| all.union(&catalogue.expand(&pattern.value)));
        let going = goes(index, statement, &all).intersection(&all);
        if going.is_empty() {
            kept.push((index, own));
            continue;
        }
        let list = smaller(catalogue, &statement.action.patterns, &all.difference(&going), shrink);
        removed.insert(index, going);
        if list.is_empty() {
            dropped.push(index);
            continue;
        }
        kept.push((index, with_list(text, statement, &list)));
    }
    let text = if kept.is_empty() { None } else { Some(joined(text, document, &kept)) };
    Rewritten { text, removed, dropped }
}

/// The patterns all of whose actions stay, as they are written, then the other actions that stay.
pub(super) fn smaller(
    catalogue: &Catalogue,
    patterns: &Items<Text>,
    keep: &ActionSet,
    shrink: bool,
) -> Vec<String> {
    let mut list = Vec::new();
    let mut covered = ActionSet::new();
    for pattern in patterns {
        let own = catalogue.expand(&pattern.value);
        if own.is_subset(keep) {
            covered.union_with(&own);
            list.push(pattern.value.to_string());
        }
    }
    let rest = keep.difference(&covered);
    if shrink {
        list.extend(catalogue.shrink(&rest));
    } else {
        list.extend(catalogue.members(&rest).map(|action| action.to_string()));
    }
    list
}

/// The text of a statement with another list of actions.
pub(super) fn with_list(text: &str, statement: &Statement, list: &[String]) -> String {
    let (whole, old) = (statement.at.0, statement.action.patterns.at.0);
    let part = |from: u32, to: u32| text.get(from as usize..to as usize).unwrap_or_default();
    let written = written(text, &statement.action.patterns, list);
    [part(whole.start, old.start), &written, part(old.end, whole.end)].concat()
}

/// The list in the manner of the old one: on one line, or each action on its own.
fn written(text: &str, old: &Items<Text>, list: &[String]) -> String {
    let quoted: Vec<String> =
        list.iter().map(|name| serde_json::to_string(name).unwrap_or_else(|_| String::new())).collect();
    if let ([one], false) = (quoted.as_slice(), old.is_list) {
        return one.clone();
    }
    let span = old.at.0;
    let was_broken = span.of(text).contains('\n');
    // A text on several lines gets its long lists on several lines, too.
    let is_broken = was_broken || (!old.is_list && text.contains('\n'));
    if !is_broken {
        return format!("[{}]", quoted.join(", "));
    }
    let line = text.get(..span.start as usize).unwrap_or_default();
    let outer = indentation(line.rsplit('\n').next().unwrap_or_default());
    let inner = old
        .items
        .first()
        .filter(|_| was_broken)
        .map(|first| text.get(..first.at.0.start as usize).unwrap_or_default())
        .map(|before| before.rsplit('\n').next().unwrap_or_default())
        .filter(|before| before.trim().is_empty())
        .map_or_else(
            || format!("{outer}{}", if outer.len().is_multiple_of(4) { "    " } else { "  " }),
            str::to_owned,
        );
    format!("[\n{inner}{}\n{outer}]", quoted.join(&format!(",\n{inner}")))
}

fn indentation(line: &str) -> &str {
    line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default()
}

/// The document with these statements only, and with what stood between them.
pub(super) fn joined(text: &str, document: &Document, kept: &[(usize, String)]) -> String {
    let spans: Vec<_> = document.statements.iter().map(|statement| statement.at.0).collect();
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return text.to_owned() };
    let mut out = text.get(..first.start as usize).unwrap_or_default().to_owned();
    for (number, (index, statement)) in kept.iter().enumerate() {
        if number > 0 {
            let before = index.checked_sub(1).and_then(|before| spans.get(before));
            let own = spans.get(*index);
            if let (Some(before), Some(own)) = (before, own) {
                out.push_str(text.get(before.end as usize..own.start as usize).unwrap_or(","));
            }
        }
        out.push_str(statement);
    }
    out.push_str(text.get(last.end as usize..).unwrap_or_default());
    out
}

/// An element that lists patterns, and stands in no text.
pub(super) fn listed(values: impl IntoIterator<Item = String>) -> PatternElement {
    let patterns = values.into_iter().map(|value| Text::from(value.as_str())).collect();
    PatternElement { negated: false, patterns: Items::list(patterns), key: At::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, going: &[&str], new: Option<&str>) {
        let catalogue = Catalogue::embedded();
        let document = Document::parse(old).unwrap();
        let going: ActionSet = going.iter().map(|name| catalogue.find(name).known().unwrap().id()).collect();
        let rewritten = rewrite(catalogue, old, &document, false, |_, _, _| going.clone());
        assert_eq!(rewritten.text.as_deref(), new);
        let Some(text) = rewritten.text else { return };
        let again =
            rewrite(catalogue, &text, &Document::parse(&text).unwrap(), false, |_, _, _| going.clone());
        assert_eq!(again.text.as_deref(), new, "a second time changes nothing");
    }

    #[test]
    fn a_list_shrinks_and_nothing_else_changes() {
        check(
            r#"{"Statement":[ {"Sid" : "A","Effect":"Allow","Action":["sqs:SendMessage","sqs:ListQueues"],"Resource":"*"} , {"Effect":"Deny","Action":"sqs:*","Resource":"*"}]}"#,
            &["sqs:ListQueues"],
            Some(
                r#"{"Statement":[ {"Sid" : "A","Effect":"Allow","Action":["sqs:SendMessage"],"Resource":"*"} , {"Effect":"Deny","Action":"sqs:*","Resource":"*"}]}"#,
            ),
        );
    }

    #[test]
    fn lists_on_several_lines_stay_so() {
        check(
            "{\n  \"Statement\": {\n    \"Effect\": \"Allow\",\n    \"Action\": [\n      \"sts:AssumeRole\",\n      \"sts:TagSession\"\n    ],\n    \"Resource\": \"*\"\n  }\n}",
            &["sts:TagSession"],
            Some(
                "{\n  \"Statement\": {\n    \"Effect\": \"Allow\",\n    \"Action\": [\n      \"sts:AssumeRole\"\n    ],\n    \"Resource\": \"*\"\n  }\n}",
            ),
        );
    }

    #[test]
    fn a_pattern_becomes_the_actions_that_stay() {
        check(
            r#"{"Statement":{"Effect":"Allow","Action":"sqs:*Queue","Resource":"*"}}"#,
            &["sqs:DeleteQueue", "sqs:PurgeQueue"],
            Some(
                r#"{"Statement":{"Effect":"Allow","Action":["sqs:CreateQueue", "sqs:TagQueue", "sqs:UntagQueue"],"Resource":"*"}}"#,
            ),
        );
    }

    #[test]
    fn statements_without_actions_go_and_the_last_one_takes_the_policy_along() {
        let one = r#"{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"*"}"#;
        let other = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}"#;
        let list = |statements: &[&str]| format!(r#"{{"Statement":[{}]}}"#, statements.join(",\n"));
        for (old, new) in [
            (list(&[one, other]), Some(list(&[other]))),
            (list(&[other, one]), Some(list(&[other]))),
            (list(&[one, other, one]), Some(list(&[other]))),
            (list(&[one, one]), None),
            (format!(r#"{{"Statement":{one}}}"#), None),
        ] {
            check(&old, &["sqs:ListQueues"], new.as_deref());
        }
    }

    #[test]
    fn denials_not_actions_and_unknown_names_stay() {
        for old in [
            r#"{"Statement":{"Effect":"Deny","Action":"sqs:ListQueues","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","Action":"sqs:NoSuchAction","Resource":"*"}}"#,
        ] {
            check(old, &["sqs:ListQueues"], Some(old));
        }
        check(
            r#"{"Statement":{"Effect":"Allow","Action":["sqs:Future*","sqs:ListQueues"],"Resource":"*"}}"#,
            &["sqs:ListQueues"],
            Some(r#"{"Statement":{"Effect":"Allow","Action":["sqs:Future*"],"Resource":"*"}}"#),
        );
    }

    #[test]
    fn the_indentation_of_the_file_is_taken_off() {
        assert_eq!(
            base_text("{\n        \"a\": [\n            1\n        ]\n    }"),
            "{\n    \"a\": [\n        1\n    ]\n}"
        );
    }
}
