//! Reading the AWS CLI's JSON without losing sight of what is missing or malformed in it.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_core::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Artefact, InputError, quoted};
use crate::fact::{Fact, FileId, Gap, Place, Reason, Source, parse_time};

/// A list as AWS returned it.
#[derive(Debug, Clone)]
pub struct Listing<T> {
    /// The items that could be read.
    pub items: Vec<T>,
    /// The file.
    pub file: FileId,
    /// Why there may be more than that, if there may.
    pub incomplete: Option<Arc<Gap>>,
}

impl<T> Listing<T> {
    /// The items, if they are all there are.
    ///
    /// # Errors
    ///
    /// The gap, when the listing was cut off or an item could not be read.
    pub fn complete(&self) -> Result<&[T], Arc<Gap>> {
        match &self.incomplete {
            None => Ok(&self.items),
            Some(gap) => Err(Arc::clone(gap)),
        }
    }
}

/// Parses a document whose top level is an object.
pub(crate) fn parse(text: &str, artefact: Option<Artefact>) -> Result<Value, InputError> {
    match parse_any(text, artefact)? {
        value @ Value::Object(_) => Ok(value),
        _ => Err(InputError::new(
            artefact,
            "line 1: the top level is not a JSON object",
            "save the whole output of one AWS CLI command in one file",
        )),
    }
}

/// Parses a document, whatever its top level is.
pub(crate) fn parse_any(text: &str, artefact: Option<Artefact>) -> Result<Value, InputError> {
    serde_json::from_str::<Unambiguous>(text).map(|document| document.0).map_err(|error| {
        let reason = if error.is_eof() { Reason::CutOff } else { Reason::Malformed };
        let what = format!("line {} column {}: {}", error.line(), error.column(), cause(&error));
        InputError::new(artefact, what, "save the whole output of one AWS CLI command again").because(reason)
    })
}

/// The error's text without the position that `serde_json` puts at its end.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(cause, _)| cause.to_owned())
}

/// A document in which no object has a key twice. `serde_json` would keep the last of them, other readers the first, so
/// that neither can be relied on.
pub(crate) struct Unambiguous(pub(crate) Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unambiguous(value)) = items.next_element()? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            if object.contains_key(&key) {
                let what = format!("the key {} stands twice in the same object", quoted(&key));
                return Err(de::Error::custom(what));
            }
            let Unambiguous(value) = fields.next_value()?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// Places beyond this number that cannot be read share one gap, so that a hostile file cannot make a list longer than itself.
const MOST_GAPS: usize = 1_000;

/// Reads the fields of one artefact and keeps the gaps.
pub(crate) struct Reader {
    artefact: Artefact,
    file: FileId,
    gaps: Vec<Arc<Gap>>,
    /// The gap of all places beyond [`MOST_GAPS`].
    further: Option<Arc<Gap>>,
}

/// One object of a list, or the object under a top-level key.
#[derive(Clone, Copy)]
pub(crate) struct Item<'v> {
    value: &'v Value,
    list: &'static str,
    index: Option<u32>,
}

impl Reader {
    pub(crate) fn new(artefact: Artefact, file: FileId) -> Self {
        Self { artefact, file, gaps: Vec::new(), further: None }
    }

    pub(crate) fn file(&self) -> FileId {
        self.file
    }

    pub(crate) fn into_gaps(self) -> Vec<Arc<Gap>> {
        self.gaps
    }

    /// Reads the list under `key`. Items that `read` declines make the listing incomplete; it has said why.
    pub(crate) fn listing<T>(
        &mut self,
        document: &Value,
        key: &'static str,
        read: impl Fn(&mut Self, Item<'_>) -> Option<T>,
    ) -> Listing<T> {
        let mut listing = Listing { items: Vec::new(), file: self.file, incomplete: None };
        let Some(list) = document.get(key).and_then(Value::as_array) else {
            listing.incomplete = Some(self.malformed(key, None, "", document.get(key), "a list"));
            return listing;
        };
        for (index, value) in list.iter().enumerate() {
            let item = Item { value, list: key, index: u32::try_from(index).ok() };
            let gaps_before = self.gaps.len();
            match read(self, item) {
                Some(value) => listing.items.push(value),
                None => listing.incomplete = self.gaps.get(gaps_before).or(self.gaps.last()).cloned(),
            }
        }
        let is_cut = ["IsTruncated", "Truncated"]
            .iter()
            .any(|key| document.get(key).and_then(Value::as_bool) == Some(true))
            || ["Marker", "NextToken", "nextToken"]
                .iter()
                .any(|key| document.get(key).is_some_and(|token| !token.is_null()));
        if is_cut {
            let gap = self.gap(
                Reason::CutOff,
                Place::File,
                format!("the {} goes on after item {}", self.artefact.noun(), list.len()),
                format!("run `{}` without --max-items or --no-paginate", self.artefact.command()),
            );
            listing.incomplete = Some(gap);
        }
        listing
    }

    /// The object under a top-level key, or the document itself for an empty key.
    pub(crate) fn object<'v>(&mut self, document: &'v Value, key: &'static str) -> Option<Item<'v>> {
        let value = if key.is_empty() { Some(document) } else { document.get(key) };
        match value {
            Some(value @ Value::Object(_)) => Some(Item { value, list: key, index: None }),
            other => {
                self.malformed(key, None, "", other, "an object");
                None
            }
        }
    }

    pub(crate) fn source(&self, item: Item<'_>) -> Source {
        Source { file: self.file, place: Place::Json { list: item.list, item: item.index, field: "" } }
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, item: Item<'_>, field: &'static str) -> Fact<String> {
        self.read(item, field, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// A text that must be there and that `read` understands.
    pub(crate) fn text_that<T>(
        &mut self,
        item: Item<'_>,
        field: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Fact<T> {
        self.read(item, field, expected, |value| value.as_str().and_then(read))
    }

    /// A value of any kind that must be there.
    pub(crate) fn value<T>(
        &mut self,
        item: Item<'_>,
        field: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Fact<T> {
        self.read(item, field, expected, read)
    }

    /// Whether a field is there and holds fields itself.
    #[expect(clippy::unused_self, reason = "all that reads an item is asked of the reader")]
    pub(crate) fn has_object(&self, item: Item<'_>, field: &'static str) -> bool {
        lookup(item.value, field).is_some_and(Value::is_object)
    }

    /// A text that may be absent.
    pub(crate) fn optional_text(&mut self, item: Item<'_>, field: &'static str) -> Fact<Option<String>> {
        self.optional(item, field, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// A timestamp that must be there.
    pub(crate) fn time(&mut self, item: Item<'_>, field: &'static str) -> Fact<DateTime<Utc>> {
        self.read(item, field, "an RFC 3339 timestamp", |value| value.as_str().and_then(parse_time))
    }

    /// A timestamp that may be absent.
    pub(crate) fn optional_time(
        &mut self,
        item: Item<'_>,
        field: &'static str,
    ) -> Fact<Option<DateTime<Utc>>> {
        self.optional(item, field, "an RFC 3339 timestamp", |value| value.as_str().and_then(parse_time))
    }

    /// `Active`, `Inactive` or `Expired`, as whether it is active.
    pub(crate) fn status(&mut self, item: Item<'_>, field: &'static str) -> Fact<bool> {
        self.read(item, field, "`Active` or `Inactive`", |value| match value.as_str()? {
            "Active" => Some(true),
            "Inactive" | "Expired" => Some(false),
            _ => None,
        })
    }

    /// A truth value; absent means `false`, as AWS leaves out what is not set.
    pub(crate) fn flag_or_false(&mut self, item: Item<'_>, field: &'static str) -> Fact<bool> {
        self.optional(item, field, "`true` or `false`", Value::as_bool).map(|flag| flag.unwrap_or(false))
    }

    /// A truth value that must be there.
    pub(crate) fn flag(&mut self, item: Item<'_>, field: &'static str) -> Fact<bool> {
        self.read(item, field, "`true` or `false`", Value::as_bool)
    }

    /// A truth value that may be absent.
    pub(crate) fn optional_flag(&mut self, item: Item<'_>, field: &'static str) -> Fact<Option<bool>> {
        self.optional(item, field, "`true` or `false`", Value::as_bool)
    }

    /// A whole number that must be there.
    pub(crate) fn number(&mut self, item: Item<'_>, field: &'static str) -> Fact<u64> {
        self.read(item, field, "a whole number", Value::as_u64)
    }

    /// A whole number that may be absent.
    pub(crate) fn optional_number(&mut self, item: Item<'_>, field: &'static str) -> Fact<Option<u64>> {
        self.optional(item, field, "a whole number", Value::as_u64)
    }

    /// A whole number that must be there; its absence is a gap that is listed only where it is asked for.
    pub(crate) fn quiet_number(&mut self, item: Item<'_>, field: &'static str) -> Fact<u64> {
        let expected = "a whole number";
        if item.value.get(field).is_none() {
            return Fact::Unknown(self.unlisted(item.list, item.index, field, None, expected));
        }
        self.read(item, field, expected, Value::as_u64)
    }

    /// A value that may be absent and that `read` understands.
    pub(crate) fn optional<T>(
        &mut self,
        item: Item<'_>,
        field: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Fact<Option<T>> {
        match lookup(item.value, field) {
            Some(Value::Null) => Fact::Seen(None, self.at(item, field)),
            Some(_) => self.read(item, field, expected, read).map(Some),
            // Left out is an answer only of an object; anything else on the way was not understood.
            None => match not_an_object(item.value, field) {
                None => Fact::Seen(None, self.at(item, field)),
                found => Fact::Unknown(self.malformed(item.list, item.index, field, found, expected)),
            },
        }
    }

    /// A value that must be there and that `read` understands.
    pub(crate) fn read<T>(
        &mut self,
        item: Item<'_>,
        field: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Fact<T> {
        let found = lookup(item.value, field);
        match found.and_then(read) {
            Some(value) => Fact::Seen(value, self.at(item, field)),
            None => Fact::Unknown(self.malformed(item.list, item.index, field, found, expected)),
        }
    }

    fn at(&self, item: Item<'_>, field: &'static str) -> Source {
        Source { file: self.file, place: Place::Json { list: item.list, item: item.index, field } }
    }

    pub(crate) fn malformed(
        &mut self,
        list: &'static str,
        item: Option<u32>,
        field: &'static str,
        found: Option<&Value>,
        expected: &str,
    ) -> Arc<Gap> {
        if let Some(further) = &self.further {
            return Arc::clone(further);
        }
        if self.gaps.len() < MOST_GAPS {
            let gap = self.unlisted(list, item, field, found, expected);
            self.gaps.push(Arc::clone(&gap));
            return gap;
        }
        let what = format!("more than {MOST_GAPS} places of the {} cannot be read", self.artefact.noun());
        let gap = self.gap(Reason::Malformed, Place::File, what, self.remedy());
        self.further = Some(Arc::clone(&gap));
        gap
    }

    /// The gap for a place that cannot be read, not yet among the gaps.
    fn unlisted(
        &self,
        list: &'static str,
        item: Option<u32>,
        field: &'static str,
        found: Option<&Value>,
        expected: &str,
    ) -> Arc<Gap> {
        let place = Place::Json { list, item, field };
        let found = found.map_or_else(|| "nothing".to_owned(), |value| quoted(&value.to_string()));
        let what = format!("at {}: found {found}, expected {expected}", place.pointer().unwrap_or_default());
        self.made(Reason::Malformed, place, what, self.remedy())
    }

    fn remedy(&self) -> String {
        format!("save the output of `{}` again", self.artefact.command())
    }

    fn gap(&mut self, reason: Reason, place: Place, what: String, remedy: String) -> Arc<Gap> {
        let gap = self.made(reason, place, what, remedy);
        self.gaps.push(Arc::clone(&gap));
        gap
    }

    fn made(&self, reason: Reason, place: Place, what: String, remedy: String) -> Arc<Gap> {
        Arc::new(Gap {
            reason,
            artefact: Some(self.artefact),
            source: Some(Source { file: self.file, place }),
            what: what.into(),
            remedy: remedy.into(),
        })
    }
}

/// The first value on the way to a field that should hold fields and does not.
fn not_an_object<'v>(value: &'v Value, field: &str) -> Option<&'v Value> {
    let mut value = value;
    for key in field.split('/') {
        match value {
            Value::Object(fields) => value = fields.get(key)?,
            Value::Null => return None,
            other => return Some(other),
        }
    }
    None
}

/// A field, or a path of fields joined by `/`.
fn lookup<'v>(value: &'v Value, field: &str) -> Option<&'v Value> {
    field.split('/').try_fold(value, |value, key| value.get(key))
}
