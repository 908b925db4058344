use memchr::memmem::Finder;

use super::scan::{Scanner, Text, Value};

/// Finds the ARNs of what a call was about. Of a key that stands twice both values are found: each is a name that stands
/// in the record.
#[derive(Debug)]
pub(super) struct ArnFinder {
    plain: Finder<'static>,
    escaped: Finder<'static>,
}

impl ArnFinder {
    pub(super) fn new() -> Self {
        Self { plain: Finder::new(b"\"arn:"), escaped: Finder::new(b"\"\\u") }
    }

    /// Calls `each` with every string value in a value that starts like an ARN, at whatever depth.
    pub(super) fn find(&self, value: Value<'_>, mut each: impl FnMut(Text<'_>)) {
        let Some(bytes) = value.object().or(value.array()) else { return };
        // An `a` may be written as an escape; nobody does, but it is the same text.
        if memchr::memchr(b'\\', bytes).is_some() && self.escaped.find(bytes).is_some() {
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
        while let Some(found) = self.plain.find(bytes.get(passed..).unwrap_or_default()) {
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

fn collect(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if text.starts_with("arn:") => found.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        serde_json::Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}
