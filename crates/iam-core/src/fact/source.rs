/// Which of the files of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FileId(pub u32);

/// Where a fact was read: a file and a place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The file.
    pub file: FileId,
    /// The place in the file.
    pub place: Place,
}

/// A place in an artefact. It stays symbolic; [`crate::evidence::Account::quote`] turns it into line, column and text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The artefact as a whole.
    File,
    /// A row of a credential report, counted from 0 without the header.
    Row(u32),
    /// A cell of a credential report: row, counted from 0 without the header, and position in the header.
    Cell {
        /// The row.
        row: u32,
        /// The position in the header, from 0.
        column: u16,
    },
    /// A value in a JSON artefact, as the parts of an RFC 6901 pointer: `/list/item/field`.
    Json {
        /// The first key; empty for the whole document.
        list: &'static str,
        /// The index in the list, if it is one.
        item: Option<u32>,
        /// The key inside, possibly with further `/`; empty for the value itself.
        field: &'static str,
    },
    /// A value in a list within an item of a list of a JSON artefact: `/list/item/inner/position/field`.
    Nested {
        /// The first key.
        list: &'static str,
        /// The index in that list.
        item: u32,
        /// The key of the list within.
        inner: &'static str,
        /// The index in the list within.
        position: u32,
        /// The key inside; empty for the value itself.
        field: &'static str,
    },
    /// A part of a JSON artefact, in bytes of UTF-8 and without a byte order mark.
    Part {
        /// The first byte.
        start: u64,
        /// The byte behind the last one.
        end: u64,
    },
    /// A value three lists deep: `/key/item/key/item/key/item/field`.
    Deep {
        /// The keys of the lists, and that of the field; empty for the value itself.
        keys: &'static [&'static str; 4],
        /// The indices in the lists.
        items: [u32; 3],
    },
}

impl Place {
    /// The RFC 6901 pointer of a JSON place; `None` for places in a CSV and for parts.
    pub fn pointer(&self) -> Option<String> {
        let joined = |parts: &[&str]| {
            let parts = parts.iter().filter(|part| !part.is_empty());
            parts.fold(String::new(), |path, part| path + "/" + part)
        };
        match self {
            Self::Json { list, item, field } => {
                let item = item.map(|index| index.to_string()).unwrap_or_default();
                Some(joined(&[list, &item, field]))
            }
            Self::Nested { list, item, inner, position, field } => {
                Some(joined(&[list, &item.to_string(), inner, &position.to_string(), field]))
            }
            Self::Deep { keys: [first, second, third, field], items } => {
                let [in_first, in_second, in_third] = items.map(|item| item.to_string());
                Some(joined(&[first, &in_first, second, &in_second, third, &in_third, field]))
            }
            Self::File | Self::Row(_) | Self::Cell { .. } | Self::Part { .. } => None,
        }
    }
}
