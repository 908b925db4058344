//! JSON as the AWS CLI prints it: fields in AWS's order, absent ones left out, times in RFC 3339, four spaces.

use aws_smithy_types::DateTime;
use percent_encoding::percent_decode_str;
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::ser::PrettyFormatter;
use serde_json::value::RawValue;

/// A value to be written.
#[derive(Debug, Clone)]
pub(crate) enum Json {
    Text(String),
    Number(i64),
    Real(f64),
    Flag(bool),
    List(Vec<Json>),
    Object(Object),
    /// JSON as it came from AWS, which is written as it is.
    Raw(Box<RawValue>),
}

/// The fields of an object, in the order in which they are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object(Vec<(String, Json)>);

/// An object without fields.
pub(crate) fn object() -> Object {
    Object::default()
}

impl Object {
    /// Adds a field.
    pub(crate) fn with(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Adds the fields of another.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Adds a field that AWS may leave out.
    pub(crate) fn maybe<T: Into<Json>>(self, name: &str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a list, one value for each item.
    pub(crate) fn list<T>(self, name: &str, items: &[T], of: impl FnMut(&T) -> Json) -> Self {
        self.with(name, Json::List(items.iter().map(of).collect()))
    }

    /// Adds a list that AWS may leave out.
    pub(crate) fn maybe_list<T>(
        self,
        name: &str,
        items: Option<&Vec<T>>,
        of: impl FnMut(&T) -> Json,
    ) -> Self {
        match items {
            Some(items) => self.list(name, items, of),
            None => self,
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i32> for Json {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Self::List(items)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<Box<RawValue>> for Json {
    fn from(raw: Box<RawValue>) -> Self {
        Self::Raw(raw)
    }
}

impl From<&DateTime> for Json {
    fn from(time: &DateTime) -> Self {
        Self::Text(shown(time))
    }
}

/// The moment as the AWS CLI writes it: `2026-01-15T08:00:00+00:00`, with six digits of a second where it has a fraction.
pub(crate) fn shown(time: &DateTime) -> String {
    let moment = chrono::DateTime::from_timestamp(time.secs(), time.subsec_nanos()).unwrap_or_default();
    let form =
        if time.subsec_nanos() == 0 { "%Y-%m-%dT%H:%M:%S+00:00" } else { "%Y-%m-%dT%H:%M:%S%.6f+00:00" };
    moment.format(form).to_string()
}

/// A policy document, which IAM sends percent-encoded (RFC 3986) and the AWS CLI prints as JSON. What is no JSON stays the
/// text that it is.
pub(crate) fn document(sent: &str) -> Json {
    let decoded = percent_decode_str(sent).decode_utf8_lossy();
    match serde_json::from_str::<Box<RawValue>>(&decoded) {
        Ok(raw) if decoded.trim_start().starts_with('{') => Json::Raw(raw),
        _ => Json::Text(sent.to_owned()),
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Real(number) => serializer.serialize_f64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(Object(fields)) => {
                let mut object = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    object.serialize_entry(name, value)?;
                }
                object.end()
            }
            Self::Raw(raw) => raw.serialize(serializer),
        }
    }
}

/// The text of a file.
///
/// # Errors
///
/// Never for what this crate makes; `serde_json` reserves the right.
pub(crate) fn printed(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, formatter))?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_the_aws_cli_writes_them() {
        for (seconds, nanos, expected) in [
            (1_768_464_000, 0, "2026-01-15T08:00:00+00:00"),
            (1_768_464_000, 979_000_000, "2026-01-15T08:00:00.979000+00:00"),
            (0, 1_000, "1970-01-01T00:00:00.000001+00:00"),
            (-1, 0, "1969-12-31T23:59:59+00:00"),
        ] {
            assert_eq!(shown(&DateTime::from_secs_and_nanos(seconds, nanos)), expected);
        }
    }

    #[test]
    fn documents_become_json_and_keep_their_words() {
        for (sent, expected) in [
            ("%7B%22Statement%22%3A%5B%5D%7D", "{\"Statement\":[]}"),
            ("{\"b\": 1, \"a\": 1, \"b\": 2}", "{\"b\": 1, \"a\": 1, \"b\": 2}"),
            ("%7Bbroken", "\"%7Bbroken\""),
            ("%22text%22", "\"%22text%22\""),
            ("", "\"\""),
        ] {
            assert_eq!(serde_json::to_string(&document(sent)).unwrap(), expected, "{sent}");
        }
    }

    #[test]
    fn absent_fields_are_left_out_and_the_order_stays() {
        let value = object().with("b", "x").maybe("c", None::<i32>).with("a", Json::List(Vec::new()));
        let text = String::from_utf8(printed(&Json::from(value)).unwrap()).unwrap();
        assert_eq!(text, "{\n    \"b\": \"x\",\n    \"a\": []\n}\n");
    }
}
