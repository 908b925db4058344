use memchr::memmem::Finder;
use wide::u8x64;

use super::scan::{Scanner, Text, Value};

/// Finds the ARNs of what a call was about. Of a key that stands twice both values are found: each is a name that stands
/// in the record.
#[derive(Debug, Clone)]
pub(super) struct ArnFinder {
    escaped: Finder<'static>,
}

impl ArnFinder {
    pub(super) fn new() -> Self {
        Self { escaped: Finder::new(b"\"\\u") }
    }

    /// Calls `each` with every string value in a value that starts like an ARN, at whatever depth.
    pub(super) fn find(&self, value: Value<'_>, mut each: impl FnMut(Text<'_>)) {
        let Some(bytes) = value.object().or(value.array()) else { return };
        // An `a` may be written as an escape; nobody does, but it is the same text.
        if value.has_escapes() && self.escaped.find(bytes).is_some() {
            let mut found = Vec::new();
            if let Ok(value) = serde_json::from_slice(bytes) {
                collect(&value, &mut found);
            }
            for arn in found {
                each(Text::plain(&arn));
            }
            return;
        }
        let mut passed = 0;
        while let Some(found) = arn_ahead(bytes.get(passed..).unwrap_or_default()) {
            let at = passed + found;
            passed = at + 1;
            // Behind an odd number of backslashes the mark is part of a longer text, such as a policy document.
            let before = bytes.get(..at).unwrap_or_default();
            let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
            if backslashes % 2 == 1 {
                continue;
            }
            let mut scanner = Scanner::new(bytes, at);
            let Ok(text) = scanner.string() else { return };
            passed = scanner.at();
            if scanner.peek() != Ok(b':') {
                each(text);
            }
        }
    }
}

/// How far ahead `"arn:` is. What is searched is so short that a search in general would cost more to begin than to do.
#[inline]
fn arn_ahead(bytes: &[u8]) -> Option<usize> {
    const ARN: &[u8; 5] = b"\"arn:";
    let mut passed = 0;
    while let Some(block) = bytes.get(passed..).and_then(|rest| rest.first_chunk::<64>()) {
        let lanes = u8x64::new(*block);
        let marks = lanes.simd_eq(u8x64::splat(b'"')).to_bitmask();
        let letters = lanes.simd_eq(u8x64::splat(b'a')).to_bitmask();
        // The last byte of the block is the first one of the next.
        let mut found = marks & (letters >> 1);
        while found != 0 {
            let at = passed + found.trailing_zeros() as usize;
            if bytes.get(at..).is_some_and(|rest| rest.starts_with(ARN)) {
                return Some(at);
            }
            found &= found - 1;
        }
        passed += 63;
    }
    let rest = bytes.get(passed..).unwrap_or_default();
    rest.windows(ARN.len()).position(|window| window == ARN).map(|at| passed + at)
}

fn collect(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if text.starts_with("arn:") => found.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        serde_json::Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_find_what_a_plain_search_finds(parts in proptest::collection::vec(
            prop::sample::select(vec!["\"arn:", "\"a", "\"", "arn:", "x", "0123456789"]), 0..60)) {
            let text = parts.concat();
            prop_assert_eq!(super::arn_ahead(text.as_bytes()), text.find("\"arn:"));
        }
    }
}
