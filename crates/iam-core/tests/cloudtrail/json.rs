//! Where the parts of a JSON text stand. The text is known to be JSON, so that counting brackets is enough.

use std::ops::Range;

use serde_core::de::IgnoredAny;

/// A part of a text, in bytes.
pub(crate) type Span = Range<usize>;

/// The value that starts at this byte, if there is a whole one.
pub(crate) fn value_at(text: &str, at: usize) -> Option<Span> {
    let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    Some(at..at + values.byte_offset())
}

/// The members of an object: each key, decoded, and where its value stands.
pub(crate) fn members(text: &str, object: Span) -> Option<Vec<(String, Span)>> {
    let mut members = Vec::new();
    let mut at = skip_space(text, object.start + 1);
    while text.as_bytes()[at] != b'}' {
        let key_end = end_of_value(text, at);
        let key = serde_json::from_str(&text[at..key_end]).ok()?;
        let colon = skip_space(text, key_end);
        let start = skip_space(text, colon + 1);
        let end = end_of_value(text, start);
        members.push((key, start..end));
        at = skip_comma(text, end);
    }
    Some(members)
}

/// Where the items of an array stand.
pub(crate) fn items(text: &str, array: Span) -> Vec<Span> {
    let mut items = Vec::new();
    let mut at = skip_space(text, array.start + 1);
    while text.as_bytes()[at] != b']' {
        let end = end_of_value(text, at);
        items.push(at..end);
        at = skip_comma(text, end);
    }
    items
}

/// Behind the white space that starts at this byte.
pub(crate) fn skip_space(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    at + rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()
}

fn skip_comma(text: &str, at: usize) -> usize {
    let at = skip_space(text, at);
    if text.as_bytes()[at] == b',' { skip_space(text, at + 1) } else { at }
}

fn end_of_value(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    let mut depth = 0_usize;
    loop {
        match bytes[at] {
            b'"' => {
                at += 1;
                while bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ if depth > 0 => {}
            _ => {
                // A number or a word goes on until something else follows.
                let rest = &text[at..];
                let end = rest.find([',', '}', ']', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
                return at + end;
            }
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
}
