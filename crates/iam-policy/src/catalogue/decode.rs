//! The catalogue file -> tables.
//!
//! Lines of fields with tabs between them; the first letter of a line says what it is, and empty fields at the end are
//! left out:
//!
//! ```text
//! iam-catalogue 1
//! d2026-09-26                                     day of the data
//! owhere the data come from
//! ss3  y  Amazon S3                               service: prefix, resource control policies (y, n or empty), name
//! ks3:TlsVersion  Numeric                         condition key of that service: name, type
//! tobject  arn:${Partition}:s3:::...  0 3         resource type: name, ARN templates, its condition keys
//! aGetObject  r  4!:0,2 1  5 7  iam:PassRole  yn  action, see below
//! ```
//!
//! The fields of an action: name; letters of its levels; resource types (`!` if required, after `:` the condition keys that
//! count for this type); condition keys; dependent actions; whether Access Analyzer's policy generation and the last-accessed
//! information see it (`y`, `n`, `.` if unknown). Keys and types are numbers of lines of the same service. Services, keys,
//! types and actions ascend by their names in lower case.

use std::io::Read as _;

use super::{Catalogue, Levels};

/// The first line of the file.
pub(super) const FIRST_LINE: &str = "iam-catalogue 1";

/// Bytes of text beyond which a file is refused; the embedded catalogue has little more than a million. Tables of a file made
/// to do harm take some fifteen times as much.
const MOST_TEXT: usize = 16 << 20;

/// The bytes are not a catalogue that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableCatalogue {
    /// Neither the text format nor gzip.
    #[error(
        "this is not a catalogue of actions: expected a first line `{FIRST_LINE}`, gzipped or not; `cargo xtask catalogue` makes such files"
    )]
    NotACatalogue,
    /// The gzip data are damaged.
    #[error("the catalogue cannot be decompressed: {0}; the file may be cut off")]
    Damaged(String),
    /// More text than any catalogue has.
    #[error("the catalogue is larger than {MOST_TEXT} bytes of text")]
    TooLarge,
    /// The text is not UTF-8.
    #[error("the catalogue is not UTF-8 from byte {0} on")]
    NotUtf8(usize),
    /// A line does not follow the format.
    #[error("line {line} of the catalogue: expected {expected}, found `{found}`")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What belongs there.
        expected: &'static str,
        /// What stands there, cut after 60 characters.
        found: String,
    },
}

/// A piece of the catalogue's text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    start: u32,
    len: u32,
}

impl Span {
    pub(super) fn of(self, text: &str) -> &str {
        let (start, len) = (self.start as usize, self.len as usize);
        text.get(start..start.saturating_add(len)).unwrap_or_default()
    }

    /// As [`Span::of`], without looking for the borders of characters.
    pub(super) fn bytes_of(self, text: &[u8]) -> &[u8] {
        let (start, len) = (self.start as usize, self.len as usize);
        text.get(start..start.saturating_add(len)).unwrap_or_default()
    }

    /// How many bytes it is long.
    pub(super) fn len(self) -> usize {
        self.len as usize
    }
}

/// An ARN template, and the service in it.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) whole: Span,
    pub(super) service: Span,
}

impl Template {
    /// The templates of a list with a blank between each two, but for those that hold no service.
    pub(super) fn all(list: Span, text: &str) -> impl Iterator<Item = Self> {
        let mut start = list.start;
        list.of(text).split(' ').filter_map(move |template| {
            let whole = Span { start, len: length(template) };
            start += whole.len + 1;
            let mut fields = template.splitn(4, ':');
            let before = length(fields.next()?) + length(fields.next()?) + 2;
            let service = fields.next()?;
            Some(Self { whole, service: Span { start: whole.start + before, len: length(service) } })
        })
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// A piece of a table.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Range {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Range {
    pub(super) fn of<T>(self, table: &[T]) -> &[T] {
        table.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
pub(super) struct ServiceRow {
    pub(super) prefix: Span,
    pub(super) name: Span,
    pub(super) supports_rcp: Option<bool>,
    pub(super) actions: Range,
    pub(super) types: Range,
    pub(super) keys: Range,
}

#[derive(Debug)]
pub(super) struct ActionRow {
    pub(super) service: u32,
    pub(super) name: Span,
    pub(super) levels: Levels,
    pub(super) resources: Range,
    pub(super) keys: Range,
    pub(super) dependents: Span,
    pub(super) seen_by_generation: Option<bool>,
    pub(super) seen_by_last_accessed: Option<bool>,
}

#[derive(Debug)]
pub(super) struct TypeRow {
    pub(super) name: Span,
    pub(super) arns: Span,
    pub(super) keys: Range,
}

#[derive(Debug)]
pub(super) struct KeyRow {
    pub(super) name: Span,
    pub(super) kind: Span,
}

/// One resource type of one action.
#[derive(Debug)]
pub(super) struct ResourceRow {
    pub(super) kind: u32,
    pub(super) required: bool,
    pub(super) keys: Range,
}

pub(super) fn decode(bytes: &[u8]) -> Result<Catalogue, UnreadableCatalogue> {
    let text = plain_text(bytes)?;
    let lower = text.to_ascii_lowercase();
    let mut lines = text.split_terminator('\n');
    if lines.next() != Some(FIRST_LINE) {
        return Err(UnreadableCatalogue::NotACatalogue);
    }
    let mut tables = Tables { catalogue: Catalogue::default(), lower: &lower };
    let mut start = FIRST_LINE.len() + 1;
    for (at, line) in lines.enumerate() {
        tables.add(line, start).map_err(|expected| UnreadableCatalogue::Line {
            line: at + 2,
            expected,
            found: line.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect(),
        })?;
        start += line.len() + 1;
    }
    let catalogue = tables.catalogue;
    Ok(Catalogue { text, lower, ..catalogue })
}

fn plain_text(bytes: &[u8]) -> Result<String, UnreadableCatalogue> {
    let mut plain = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        plain.reserve(bytes.len().saturating_mul(6).min(MOST_TEXT));
        flate2::bufread::GzDecoder::new(bytes)
            .take(MOST_TEXT as u64 + 1)
            .read_to_end(&mut plain)
            .map_err(|error| UnreadableCatalogue::Damaged(error.to_string()))?;
    } else if bytes.starts_with(FIRST_LINE.as_bytes()) {
        plain.extend_from_slice(bytes.get(..=MOST_TEXT).unwrap_or(bytes));
    } else {
        return Err(UnreadableCatalogue::NotACatalogue);
    }
    if plain.len() > MOST_TEXT {
        return Err(UnreadableCatalogue::TooLarge);
    }
    String::from_utf8(plain).map_err(|error| UnreadableCatalogue::NotUtf8(error.utf8_error().valid_up_to()))
}

/// Names of services and actions: letters, digits and a few signs, so that patterns and colons stand out.
pub(super) fn is_name(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The tables while they grow. Places fit into `u32` because the text is bounded.
struct Tables<'t> {
    catalogue: Catalogue,
    lower: &'t str,
}

/// What was expected where something else stands.
type Expected = &'static str;

impl Tables<'_> {
    fn add(&mut self, line: &str, start: usize) -> Result<(), Expected> {
        let mut fields = Fields { rest: line.get(1..), at: start + 1 };
        match line.as_bytes().first() {
            Some(b'd') => self.catalogue.data_date = fields.next().1,
            Some(b'o') => self.catalogue.source = fields.next().1,
            Some(b's') => self.service(&mut fields)?,
            Some(b'k') => self.key(&mut fields)?,
            Some(b't') => self.resource_type(&mut fields)?,
            Some(b'a') => self.action(&mut fields)?,
            _ => return Err("a line that begins with d, o, s, k, t or a"),
        }
        if fields.rest.is_some() { Err("no more fields") } else { Ok(()) }
    }

    fn service(&mut self, fields: &mut Fields<'_>) -> Result<(), Expected> {
        let (text, prefix) = fields.next();
        if !is_name(text) {
            return Err("the prefix of a service, of letters, digits, `-`, `_` and `.`");
        }
        self.ascends(self.catalogue.services.last().map(|row| row.prefix), prefix)?;
        let supports_rcp = answer(fields.next().0)?;
        let (_, name) = fields.next();
        let catalogue = &mut self.catalogue;
        let (actions, types, keys) =
            (end_of(&catalogue.actions), end_of(&catalogue.types), end_of(&catalogue.keys));
        catalogue.services.push(ServiceRow { prefix, name, supports_rcp, actions, types, keys });
        Ok(())
    }

    fn key(&mut self, fields: &mut Fields<'_>) -> Result<(), Expected> {
        let (text, name) = fields.next();
        let (_, kind) = fields.next();
        let row = self.catalogue.services.last().ok_or(NO_SERVICE)?;
        self.ascends(row.keys.of(&self.catalogue.keys).last().map(|row| row.name), name)?;
        let is_own = text.split_once(':').is_some_and(|(prefix, _)| {
            prefix == "aws" || prefix.eq_ignore_ascii_case(row.prefix.of(self.lower))
        });
        let catalogue = &mut self.catalogue;
        if !is_own {
            catalogue.foreign_keys.push(end_of(&catalogue.keys).end);
        }
        catalogue.keys.push(KeyRow { name, kind });
        catalogue.services.last_mut().ok_or(NO_SERVICE)?.keys.end += 1;
        Ok(())
    }

    fn resource_type(&mut self, fields: &mut Fields<'_>) -> Result<(), Expected> {
        let (_, name) = fields.next();
        let (_, arns) = fields.next();
        let keys = self.key_list(fields.next().0, b' ')?;
        let row = self.catalogue.services.last().ok_or(NO_SERVICE)?;
        self.ascends(row.types.of(&self.catalogue.types).last().map(|row| row.name), name)?;
        let catalogue = &mut self.catalogue;
        catalogue.types.push(TypeRow { name, arns, keys });
        catalogue.services.last_mut().ok_or(NO_SERVICE)?.types.end += 1;
        Ok(())
    }

    fn action(&mut self, fields: &mut Fields<'_>) -> Result<(), Expected> {
        let (text, name) = fields.next();
        if !is_name(text) {
            return Err("the name of an action, of letters, digits, `-`, `_` and `.`");
        }
        let row = self.catalogue.services.last().ok_or(NO_SERVICE)?;
        self.ascends(row.actions.of(&self.catalogue.actions).last().map(|row| row.name), name)?;
        let levels = Levels::from_letters(fields.next().0).ok_or("letters of levels: l, p, r, t, w or o")?;
        let resources = self.resources(fields.next().0)?;
        let keys = self.key_list(fields.next().0, b' ')?;
        let (_, dependents) = fields.next();
        let (generation, last_accessed) = match fields.next().0 {
            "" => ("", ""),
            seen => seen.split_at_checked(1).ok_or(ANSWER)?,
        };
        let catalogue = &mut self.catalogue;
        catalogue.actions.push(ActionRow {
            service: end_of(&catalogue.services).end.saturating_sub(1),
            name,
            levels,
            resources,
            keys,
            dependents,
            seen_by_generation: answer(generation)?,
            seen_by_last_accessed: answer(last_accessed)?,
        });
        catalogue.services.last_mut().ok_or(NO_SERVICE)?.actions.end += 1;
        Ok(())
    }

    fn resources(&mut self, text: &str) -> Result<Range, Expected> {
        let start = end_of(&self.catalogue.resources).end;
        for item in items(text, b' ') {
            let (item, keys) = cut(item, b':');
            let (number, required) = item.strip_suffix('!').map_or((item, false), |number| (number, true));
            let types = self.catalogue.services.last().ok_or(NO_SERVICE)?.types;
            let kind = place(number, types).ok_or("numbers of resource types of this service")?;
            let keys = self.key_list(keys.unwrap_or_default(), b',')?;
            self.catalogue.resources.push(ResourceRow { kind, required, keys });
        }
        Ok(Range { start, end: end_of(&self.catalogue.resources).end })
    }

    fn key_list(&mut self, text: &str, separator: u8) -> Result<Range, Expected> {
        let start = end_of(&self.catalogue.key_lists).end;
        let keys = self.catalogue.services.last().ok_or(NO_SERVICE)?.keys;
        for number in items(text, separator) {
            let at = place(number, keys).ok_or("numbers of condition keys of this service")?;
            self.catalogue.key_lists.push(at);
        }
        Ok(Range { start, end: end_of(&self.catalogue.key_lists).end })
    }

    fn ascends(&self, before: Option<Span>, name: Span) -> Result<(), Expected> {
        let ascends = before.is_none_or(|before| before.of(self.lower) < name.of(self.lower));
        if ascends { Ok(()) } else { Err("names in ascending order, each once") }
    }
}

const NO_SERVICE: Expected = "a line of a service before this one";
const ANSWER: Expected = "`y`, `n` or `.`";

fn answer(text: &str) -> Result<Option<bool>, Expected> {
    match text {
        "y" => Ok(Some(true)),
        "n" => Ok(Some(false)),
        "" | "." => Ok(None),
        _ => Err(ANSWER),
    }
}

fn items(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (item, more) = cut(text, separator);
        rest = more;
        Some(item)
    })
    .filter(|item| !item.is_empty())
}

/// Up to the first separator, and behind it. Pieces are so short that a plain loop beats the search of the standard library.
fn cut(text: &str, separator: u8) -> (&str, Option<&str>) {
    let Some(at) = text.bytes().position(|byte| byte == separator) else { return (text, None) };
    (text.get(..at).unwrap_or_default(), text.get(at + 1..))
}

/// The place in the whole table of the row that has this number within its service.
fn place(number: &str, of_service: Range) -> Option<u32> {
    let at = of_service.start.checked_add(number.parse().ok()?)?;
    (at < of_service.end).then_some(at)
}

/// The empty range behind the last row.
fn end_of<T>(table: &[T]) -> Range {
    let end = u32::try_from(table.len()).unwrap_or(u32::MAX);
    Range { start: end, end }
}

struct Fields<'t> {
    /// `None` behind the last field.
    rest: Option<&'t str>,
    at: usize,
}

impl<'t> Fields<'t> {
    /// The next field and where it stands; empty behind the last one.
    fn next(&mut self) -> (&'t str, Span) {
        let start = self.at;
        let text = match self.rest {
            None => "",
            Some(rest) => {
                let (text, more) = cut(rest, b'\t');
                self.rest = more;
                self.at += text.len() + 1;
                text
            }
        };
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (text, Span { start: place(start), len: place(text.len()) })
    }
}
