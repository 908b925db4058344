//! From a record to the [`Event`] that is kept of it. Few records come here, so that a general JSON parser reads them.

use std::sync::Arc;

use serde_json::Value;

use super::Event;

/// The parts of a record that only kept events need.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) error_message: Arc<str>,
    pub(super) request: Vec<(Arc<str>, Arc<str>)>,
    pub(super) has_request: bool,
    pub(super) response: Vec<(Arc<str>, Arc<str>)>,
    pub(super) additional: Vec<(Arc<str>, Arc<str>)>,
}

impl Details {
    /// Reads them. A record nested so deeply that it cannot be read gives none.
    pub(super) fn of(record: &[u8]) -> Self {
        let Ok(record) = serde_json::from_slice::<Value>(record) else { return Self::default() };
        let part = |key: &str| record.get(key).map(flattened).unwrap_or_default();
        Self {
            error_message: record.get("errorMessage").and_then(Value::as_str).map(cut).unwrap_or_default(),
            has_request: record.get("requestParameters").is_some_and(|request| !request.is_null()),
            request: part("requestParameters"),
            response: part("responseElements"),
            additional: part("additionalEventData"),
        }
    }
}

/// The text, cut to the length that events keep.
pub(super) fn cut(text: &str) -> Arc<str> {
    if text.len() <= Event::LONGEST_TEXT {
        return Arc::from(text);
    }
    let kept = text.get(..text.floor_char_boundary(Event::LONGEST_TEXT)).unwrap_or_default();
    Arc::from(format!("{kept}..."))
}

/// Every scalar with its path, except secrets.
fn flattened(value: &Value) -> Vec<(Arc<str>, Arc<str>)> {
    let mut values = Vec::new();
    flatten(String::new(), value, &mut values);
    values
}

fn flatten(path: String, value: &Value, values: &mut Vec<(Arc<str>, Arc<str>)>) {
    if values.len() >= Event::MOST_VALUES || path.len() > Event::LONGEST_TEXT {
        return;
    }
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}/{key}") };
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (key, value) in members.iter().filter(|(key, value)| !is_secret(key, value)) {
                flatten(below(key), value, values);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().take(Event::MOST_VALUES) {
                flatten(below(&index.to_string()), item, values);
            }
        }
        Value::String(text) => values.push((cut(&path), cut(text))),
        scalar => values.push((cut(&path), cut(&scalar.to_string()))),
    }
}

/// Whether a key's value may be a secret. CloudTrail blanks out most of them; session tokens it does not. How a change of a
/// password ended (`PasswordUpdated: Success`) is none.
fn is_secret(key: &str, value: &Value) -> bool {
    let key = key.to_ascii_lowercase();
    value.is_string()
        && !matches!(value.as_str(), Some("Success" | "Failure"))
        && ["password", "secret", "token", "credential", "privatekey"].iter().any(|part| key.contains(part))
}
