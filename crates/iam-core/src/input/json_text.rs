//! JSON kept as the text it came in, so that values have places in the file and large files are not held twice.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde_core::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::quoted;

/// A line longer than this is not counted through for the sake of a column.
const LONGEST_LINE: usize = 1 << 20;

/// The fields of an object, each as it stands in the text. An object with a key twice is no such object: nothing tells
/// which of the two counts.
#[derive(Debug)]
pub(crate) struct Fields<'t>(pub(crate) BTreeMap<String, &'t RawValue>);

impl<'t> Fields<'t> {
    pub(crate) fn of(text: &'t str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    pub(crate) fn field(&self, key: &str) -> Option<&'t RawValue> {
        self.0.get(key).copied()
    }
}

impl<'de: 't, 't> Deserialize<'de> for Fields<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = BTreeMap<String, &'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = BTreeMap::new();
                while let Some(key) = map.next_key::<String>()? {
                    let value = map.next_value::<&RawValue>()?;
                    if fields.contains_key(&key) {
                        let what = format!("the key {} stands twice in the same object", quoted(&key));
                        return Err(de::Error::custom(what));
                    }
                    fields.insert(key, value);
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(FieldsVisitor).map(Self)
    }
}

/// The items of a list, each as it stands in the text; `None` for anything but a list.
pub(crate) fn items_of(list: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(list.get()).ok()
}

/// Where a part of a text lies in it, in bytes. `part` has to be borrowed from `text`.
pub(crate) fn range_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start.saturating_add(part.len())
}

/// A part of a file's text that shares the text with everything else that was read from the file.
#[derive(Clone)]
pub struct Slice {
    text: Arc<str>,
    range: Range<usize>,
}

impl Slice {
    pub(crate) fn new(text: &Arc<str>, part: &str) -> Self {
        Self { text: Arc::clone(text), range: range_in(text, part) }
    }

    /// The part.
    pub fn as_str(&self) -> &str {
        self.text.get(self.range.clone()).unwrap_or_default()
    }

    /// Where it lies in the file, in bytes of UTF-8 and without a byte order mark.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }
}

impl fmt::Debug for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slice({:?})", self.range)
    }
}

/// The text of a JSON file, with the places of the items of its large lists.
#[derive(Debug, Clone)]
pub struct JsonText {
    text: Arc<str>,
    lists: BTreeMap<&'static str, Vec<Range<usize>>>,
    line_starts: OnceLock<Vec<usize>>,
}

impl JsonText {
    pub(crate) fn new(text: Arc<str>, lists: BTreeMap<&'static str, Vec<Range<usize>>>) -> Self {
        Self { text, lists, line_starts: OnceLock::new() }
    }

    /// The text at an RFC 6901 pointer without escapes, and where it lies.
    pub(crate) fn at(&self, pointer: &str) -> Option<(&str, Range<usize>)> {
        let mut keys = pointer.split('/').skip(1).peekable();
        let mut value: &str = &self.text;
        // Of a large list only the one item is read.
        if let Some(items) = keys.peek().and_then(|key| self.lists.get(*key)) {
            keys.next();
            if let Some(index) = keys.next() {
                value = self.text.get(items.get(index.parse::<usize>().ok()?)?.clone())?;
            } else {
                return None;
            }
        }
        for key in keys {
            value = match value.as_bytes().first()? {
                b'{' => Fields::of(value).ok()?.field(key)?.get(),
                b'[' => {
                    serde_json::from_str::<Vec<&RawValue>>(value).ok()?.get(key.parse::<usize>().ok()?)?.get()
                }
                _ => return None,
            };
        }
        Some((value, range_in(&self.text, value)))
    }

    /// A part of the text; nothing where the range does not fit.
    pub(crate) fn part(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Line, first and end column of a part: from 1, end exclusive, in Unicode code points. A part of several lines is told
    /// by its first one. `None` in lines of a megabyte and more, as of a file without line breaks.
    pub(crate) fn region(&self, range: &Range<usize>) -> Option<(u32, u32, u32)> {
        let starts = self.line_starts.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(ends.map(|end| end.saturating_add(1))).collect()
        });
        let line = starts.partition_point(|start| *start <= range.start);
        let line_start = *starts.get(line.checked_sub(1)?)?;
        if range.start.saturating_sub(line_start) > LONGEST_LINE {
            return None;
        }
        let before = self.text.get(line_start..range.start)?;
        let part = self.text.get(range.clone())?.split(['\r', '\n']).next()?;
        let count = |text: &str| u32::try_from(text.chars().count()).ok();
        let start = count(before)?.checked_add(1)?;
        let end = start.checked_add(count(part)?)?;
        Some((u32::try_from(line).ok()?, start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> JsonText {
        let text: Arc<str> = text.into();
        let fields = Fields::of(&text).unwrap();
        let items = items_of(fields.field("List").unwrap()).unwrap();
        let items = items.iter().map(|item| range_in(&text, item.get())).collect();
        JsonText::new(Arc::clone(&text), BTreeMap::from([("List", items)]))
    }

    #[test]
    fn values_are_found_where_they_stand() {
        let text = kept(
            "{\n \"List\": [\n  {\"A\": \"ä\", \"B\": {\"C\": [1, 22]}},\n  {\"A\":\n\"x\"}],\n \"Z\": {\"Y\": true}\n}",
        );
        for (pointer, value, region) in [
            ("/List/0/A", "\"ä\"", (3, 9, 12)),
            ("/List/0/B/C/1", "22", (3, 29, 31)),
            ("/List/1/A", "\"x\"", (5, 1, 4)),
            ("/Z/Y", "true", (6, 13, 17)),
            ("/List/1", "{\"A\":\n\"x\"}", (4, 3, 8)),
        ] {
            let (found, range) = text.at(pointer).unwrap();
            assert_eq!((found, text.region(&range).unwrap()), (value, region), "{pointer}");
        }
        for nothing in ["/List/2", "/List/0/A/B", "/Other", "/List/0/B/C/x", "/List"] {
            assert!(text.at(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn an_object_with_a_key_twice_is_none() {
        assert!(Fields::of("{\"a\": 1, \"a\": 1}").is_err());
        assert!(Fields::of("{\"a\": {\"b\": 1, \"b\": 1}}").is_ok(), "what is inside is not looked at");
    }
}
