use std::borrow::Cow;

use memchr::memmem::Finder;

use super::scan::{Scanner, Stop, Value};

/// Finds the ARNs of what a call was about.
#[derive(Debug)]
pub(super) struct ArnFinder {
    plain: Finder<'static>,
    escaped: Finder<'static>,
}

impl ArnFinder {
    pub(super) fn new() -> Self {
        Self { plain: Finder::new(b"\"arn:"), escaped: Finder::new(b"\"\\u") }
    }

    /// Calls `each` with every string value in `requestParameters` that is an ARN, at whatever depth.
    pub(super) fn in_request<'b>(&self, request: Value<'b>, mut each: impl FnMut(Cow<'b, str>)) {
        let (Value::Object(bytes) | Value::Array(bytes)) = request else { return };
        // An `a` may be written as an escape; nobody does, but it is the same text.
        if memchr::memchr(b'\\', bytes).is_some() && self.escaped.find(bytes).is_some() {
            let mut found = Vec::new();
            if let Ok(value) = serde_json::from_slice(bytes) {
                collect(&value, &mut found);
            }
            found.into_iter().for_each(|arn| each(Cow::Owned(arn)));
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
                each(text.decoded());
            }
        }
    }

    /// Calls `each` with every `ARN` in `resources`.
    pub(super) fn in_resources<'b>(resources: Value<'b>, mut each: impl FnMut(Cow<'b, str>)) {
        let Value::Array(bytes) = resources else { return };
        // A damaged list ends where the damage is.
        let _ = read_resources(bytes, &mut each);
    }
}

fn read_resources<'b>(bytes: &'b [u8], each: &mut impl FnMut(Cow<'b, str>)) -> Result<(), Stop> {
    let mut scanner = Scanner::new(bytes, 1);
    loop {
        match scanner.peek()? {
            b']' => return Ok(()),
            b',' => scanner.move_to(scanner.at() + 1),
            b'{' => {
                scanner.move_to(scanner.at() + 1);
                let (mut arn, mut is_first) = (Value::Absent, true);
                while let Some(key) = scanner.key(is_first)? {
                    is_first = false;
                    let value = scanner.value()?;
                    if key.raw == b"ARN" || key.has_escapes && key.decoded() == "ARN" {
                        arn = value;
                    }
                }
                arn.decoded().into_iter().for_each(&mut *each);
            }
            _ => drop(scanner.value()?),
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
