//! From a record to the [`Event`] that is kept of it. Few records come here, so that a general JSON parser reads them.

use std::sync::Arc;

use serde_json::Value as Json;

use super::Event;
use super::identity::members;
use super::scan::Value;

/// The parts of a record that only kept events need.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) error_message: Arc<str>,
    pub(super) request: Vec<(Arc<str>, Arc<str>)>,
    pub(super) has_request: bool,
    pub(super) response: Vec<(Arc<str>, Arc<str>)>,
    pub(super) additional: Vec<(Arc<str>, Arc<str>)>,
}

/// Longer parts of a record are not looked into. CloudTrail cuts records to 256 kB.
const LARGEST_PART: usize = 1024 * 1024;

impl Details {
    /// Reads them. A part that is nested so deeply, or so large, that it cannot be read says nothing.
    pub(super) fn of(record: &[u8]) -> Self {
        let mut parts = Parts::default();
        // What stands before damage counts, as it does everywhere.
        let _ = members(record, |key, value| match key {
            b"errorMessage" => parts.error_message = value,
            b"requestParameters" => parts.request = value,
            b"responseElements" => parts.response = value,
            b"additionalEventData" => parts.additional = value,
            _ => {}
        });
        Self {
            error_message: parts.error_message.decoded().map(|text| cut(&text)).unwrap_or_default(),
            has_request: !parts.request.is_absent() && !parts.request.is_null(),
            request: flattened(parts.request),
            response: flattened(parts.response),
            additional: flattened(parts.additional),
        }
    }
}

#[derive(Default)]
struct Parts<'b> {
    error_message: Value<'b>,
    request: Value<'b>,
    response: Value<'b>,
    additional: Value<'b>,
}

/// The text, cut to the length that events keep.
pub(super) fn cut(text: &str) -> Arc<str> {
    if text.len() <= Event::LONGEST_TEXT {
        return Arc::from(text);
    }
    let end = (0..=Event::LONGEST_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let kept = text.get(..end).unwrap_or_default();
    Arc::from(format!("{kept}..."))
}

/// Every scalar with its path, except secrets.
fn flattened(value: Value<'_>) -> Vec<(Arc<str>, Arc<str>)> {
    let mut values = Vec::new();
    let part = value.object().or(value.array()).filter(|part| part.len() <= LARGEST_PART);
    if let Some(Ok(part)) = part.map(serde_json::from_slice::<Json>) {
        flatten(None, &part, &mut values);
    }
    values
}

fn flatten(path: Option<&str>, value: &Json, values: &mut Vec<(Arc<str>, Arc<str>)>) {
    if values.len() >= Event::MOST_VALUES || path.is_some_and(|path| path.len() > Event::LONGEST_TEXT) {
        return;
    }
    let below = |key: &str| path.map_or_else(|| key.to_owned(), |path| format!("{path}/{key}"));
    let own = || cut(path.unwrap_or_default());
    match value {
        Json::Null => {}
        Json::Object(members) => {
            for (key, value) in members.iter().filter(|(key, value)| !is_secret(key, value)) {
                flatten(Some(&below(key)), value, values);
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate().take(Event::MOST_VALUES) {
                flatten(Some(&below(&index.to_string())), item, values);
            }
        }
        Json::String(text) => values.push((own(), cut(text))),
        scalar => values.push((own(), cut(&scalar.to_string()))),
    }
}

/// Whether a key's value may be a secret. CloudTrail blanks out most of them; session tokens it does not. Yes, no, and how
/// a change of a password ended (`PasswordUpdated: Success`) are none, nor are ids and dates among credentials.
fn is_secret(key: &str, value: &Json) -> bool {
    let key = key.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| key.contains(part));
    let is_answer = value.is_boolean() || matches!(value.as_str(), Some("Success" | "Failure"));
    let is_named =
        has(&["password", "secret", "token", "privatekey"]) || !value.is_object() && has(&["credential"]);
    is_named && !is_answer
}
