//! Any bytes that are JSON: the fold says what the plain second reader says.
#![no_main]

#[path = "../../crates/iam-core/tests/cloudtrail/reference.rs"]
#[allow(dead_code, reason = "tests use more of it")]
mod reference;

use std::collections::BTreeSet;

use iam_core::cloudtrail::{Fold, Limits, Selection, TrailFile};
use libfuzzer_sys::fuzz_target;
use reference::json;

/// Whether an object in the text has two members of one name, or one without a name. The fold is known to read those of
/// requests in its own way.
fn has_odd_keys(text: &str, value: json::Span) -> bool {
    match text.as_bytes()[value.start] {
        b'{' => {
            let Some(members) = json::members(text, value) else { return true };
            let keys: BTreeSet<&str> = members.iter().map(|(key, _)| &**key).collect();
            keys.len() < members.len()
                || keys.contains("")
                || members.iter().any(|(_, member)| has_odd_keys(text, member.clone()))
        }
        b'[' => json::items(text, value).into_iter().any(|item| has_odd_keys(text, item)),
        b'"' => match serde_json::from_str::<String>(&text[value]) {
            Ok(inner) => is_odd(&inner),
            Err(_) => true,
        },
        _ => false,
    }
}

/// Whether a text that is JSON holds such an object.
fn is_odd(text: &str) -> bool {
    // The fold does not know all words by their escapes. The target `cloudtrail_shapes` tries those that it has to know.
    if text.contains("\\u") {
        return true;
    }
    let start = json::skip_space(text, 0);
    json::value_at(text, start).is_some_and(|value| {
        let end = value.end;
        // A text within a text, such as `""`, ends this as it gets shorter.
        has_odd_keys(text, value) || is_odd(&text[end..])
    })
}

fuzz_target!(|bytes: &[u8]| {
    let all = Selection::default();
    let files = [(TrailFile::named("trail.json"), bytes.to_vec())];
    let Some(expected) = reference::activity(&files, &all, Limits::default(), false) else { return };
    let text = std::str::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() || text.lines().any(is_odd) || is_odd(text) {
        return;
    }
    let mut fold = Fold::new(all, Limits::default());
    fold.read(TrailFile::named("trail.json"), bytes);
    assert_eq!(reference::comparable(fold.finish()), reference::comparable(expected));
});
