use std::collections::BTreeMap;

use csv::{ByteRecord, ReaderBuilder};

use super::Column;
use super::reading::Reading;
use crate::input::{Artefact, InputError, quoted};

/// The cells of a report, kept as the text of the file and the ends of each cell: about 60 bytes a row besides the text.
#[derive(Debug, Clone)]
pub(super) struct Table {
    text: String,
    header: Vec<Box<str>>,
    positions: [Option<u16>; Column::ALL.len()],
    rows: Vec<RowStart>,
    /// End of each cell, relative to the start of its row; as many entries a row as the header has columns.
    ends: Vec<u16>,
    /// Cells of rows with quotation marks, whose text is not a slice of the file.
    quoted: BTreeMap<u32, Vec<QuotedCell>>,
}

#[derive(Debug, Clone, Copy)]
struct RowStart {
    offset: u32,
    line: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct QuotedCell {
    text: Box<str>,
    /// First and end column, from 1, in code points.
    columns: (u32, u32),
}

/// A header with more columns than this is no credential report: AWS writes 22 and adds one every few years.
const MOST_COLUMNS: usize = 1_024;

/// Splits the CSV into rows of as many cells as the header has; other rows are reported and left out.
pub(super) fn read(text: String, reading: &mut Reading) -> Result<Table, InputError> {
    let mut csv = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = ByteRecord::new();
    let header = match csv.read_byte_record(&mut record) {
        Ok(true) => header(&record)?,
        _ => return Err(no_report("the file is empty".to_owned())),
    };
    let mut table = Table {
        positions: Column::ALL.map(|column| position(&header, column)),
        header,
        text: String::new(),
        rows: Vec::new(),
        ends: Vec::new(),
        quoted: BTreeMap::new(),
    };
    if u32::try_from(text.len()).is_err() {
        return Err(InputError::new(
            Some(Artefact::CredentialReport),
            "the report is larger than 4 GiB",
            "an account has at most some thousand users; check where the file came from",
        ));
    }
    // Rows are reserved at once: growing step by step would move some hundred megabytes of a large report.
    let lines = text.bytes().filter(|byte| *byte == b'\n').count();
    table.rows.reserve(lines);
    table.ends.reserve(lines.saturating_mul(table.header.len()).min(text.len()));
    // Reading from memory fails only on the record itself, and flexible readers accept all of those.
    while let Ok(true) = csv.read_byte_record(&mut record) {
        table.push(&text, &record, reading);
    }
    table.text = text;
    Ok(table)
}

fn header(record: &ByteRecord) -> Result<Vec<Box<str>>, InputError> {
    if record.len() > MOST_COLUMNS {
        return Err(no_report(format!(
            "the first line has {} columns; {MOST_COLUMNS} are the most that are read",
            record.len()
        )));
    }
    if holds_line_break(record) {
        return Err(no_report("a column name goes on over the end of the first line".to_owned()));
    }
    let names: Vec<Box<str>> =
        record.iter().map(|name| String::from_utf8_lossy(name).trim().into()).collect();
    for needed in [Column::User, Column::Arn] {
        if position(&names, needed).is_none() {
            let first: String = names.join(",");
            let hint = match first.chars().find(|c| [';', '\t'].contains(c)) {
                Some(';') => " (semicolons instead of commas?)",
                Some(_) => " (tabs instead of commas?)",
                None => "",
            };
            return Err(no_report(format!(
                "the first line has no column `{}`{hint}: {}",
                needed.name(),
                quoted(&first)
            )));
        }
    }
    Ok(names)
}

fn no_report(what: String) -> InputError {
    InputError::new(
        Some(Artefact::CredentialReport),
        what,
        "a credential report is comma-separated and its first line starts with user,arn",
    )
}

/// Where a column stands. Of a column that stands twice nobody can tell which one AWS wrote, so that it stands nowhere.
fn position(header: &[Box<str>], column: Column) -> Option<u16> {
    let mut named = (0..).zip(header).filter(|(_, name)| name.eq_ignore_ascii_case(column.name()));
    let (index, _) = named.next()?;
    named.next().is_none().then_some(index)
}

impl Table {
    fn push(&mut self, text: &str, record: &ByteRecord, reading: &mut Reading) {
        let (start, line) = record.position().map_or((0, 0), |at| (at.byte(), at.line()));
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let (start, line) = skip_line_ends(text.as_bytes(), start, line);
        let line = u32::try_from(line).unwrap_or(u32::MAX);

        let user = self.position(Column::User).and_then(|column| record.get(usize::from(column)));
        let user = user.map(String::from_utf8_lossy).unwrap_or_default();
        if record.len() != self.header.len() {
            let (found, expected) = (record.len(), self.header.len());
            let what =
                format!("found {found} cells, expected {expected} as in the header: {}", quoted(&user));
            reading.unread(line, &user, &what, "download the report again; this row is cut off or damaged");
            return;
        }
        let length: usize = record.as_slice().len() + record.len() - 1;
        let (Ok(offset), Ok(_)) = (u32::try_from(start), u16::try_from(length)) else {
            let what = format!("the row is longer than 64 KiB: {}", quoted(&user));
            reading.unread(line, &user, &what, "look for a quotation mark without its partner in this row");
            return;
        };
        let Some(raw) = text.as_bytes().get(start..start + length) else {
            return;
        };
        // Only a quotation mark keeps a line break inside a cell.
        if raw.contains(&b'"') {
            if holds_line_break(record) {
                // AWS writes no line breaks; the rows of other users may have disappeared in this cell.
                let what = format!("a cell goes on over the end of its line: {}", quoted(&user));
                let remedy = "look for a quotation mark without its partner in this row";
                reading.unread(line, &user, &what, remedy);
                return;
            }
            let row = self.rows();
            self.quoted.insert(row, quoted_cells(text.get(start..).unwrap_or_default(), record));
        }
        self.rows.push(RowStart { offset, line });
        let mut end = 0;
        self.ends.extend(record.iter().map(|cell| {
            end += cell.len() + 1;
            u16::try_from(end - 1).unwrap_or(u16::MAX)
        }));
    }

    pub(super) fn rows(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn position(&self, column: Column) -> Option<u16> {
        self.positions.get(column.index()).copied().flatten()
    }

    pub(super) fn header(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(AsRef::as_ref)
    }

    pub(super) fn header_cell(&self, column: u16) -> Option<&str> {
        self.header.get(usize::from(column)).map(AsRef::as_ref)
    }

    pub(super) fn line(&self, row: u32) -> u32 {
        self.row(row).map_or(0, |start| start.line)
    }

    pub(super) fn cell(&self, row: u32, column: u16) -> Option<&str> {
        if !self.quoted.is_empty()
            && let Some(cells) = self.quoted.get(&row)
        {
            return cells.get(usize::from(column)).map(|cell| cell.text.as_ref());
        }
        let (start, end) = self.span(row, column)?;
        self.text.get(start..end)
    }

    pub(super) fn same_cells(&self, a: u32, b: u32) -> bool {
        (0..self.header.len()).all(|column| {
            u16::try_from(column).is_ok_and(|column| self.cell(a, column) == self.cell(b, column))
        })
    }

    /// Line, first and end column of a cell.
    pub(super) fn cell_region(&self, row: u32, column: u16) -> Option<(u32, u32, u32)> {
        let line = self.row(row)?.line;
        if let Some(cells) = self.quoted.get(&row) {
            let (first, end) = cells.get(usize::from(column))?.columns;
            return Some((line, first, end));
        }
        let (start, end) = self.span(row, column)?;
        let row_start = usize::try_from(self.row(row)?.offset).ok()?;
        let first = 1 + code_points(self.text.get(row_start..start)?);
        Some((line, first, first + code_points(self.text.get(start..end)?)))
    }

    /// Line, first and end column of a whole row.
    pub(super) fn row_region(&self, row: u32) -> Option<(u32, u32, u32)> {
        let last = u16::try_from(self.header.len().checked_sub(1)?).ok()?;
        let (line, _, end) = self.cell_region(row, last)?;
        Some((line, 1, end))
    }

    fn row(&self, row: u32) -> Option<RowStart> {
        self.rows.get(usize::try_from(row).ok()?).copied()
    }

    fn span(&self, row: u32, column: u16) -> Option<(usize, usize)> {
        let start = usize::try_from(self.row(row)?.offset).ok()?;
        let cell = usize::try_from(row).ok()? * self.header.len() + usize::from(column);
        let end = start + usize::from(*self.ends.get(cell)?);
        let first = match column {
            0 => start,
            _ => start + usize::from(*self.ends.get(cell - 1)?) + 1,
        };
        Some((first, end))
    }
}

/// The reader's position is where it went on, which may be in front of the end of the line before, or of empty lines.
fn skip_line_ends(text: &[u8], mut start: usize, mut line: u64) -> (usize, u64) {
    while let Some(byte @ (b'\r' | b'\n')) = text.get(start) {
        line += u64::from(*byte == b'\n');
        start += 1;
    }
    (start, line)
}

fn holds_line_break(record: &ByteRecord) -> bool {
    record.as_slice().iter().any(|byte| matches!(byte, b'\r' | b'\n'))
}

/// Where each cell of a row with quotation marks stands. RFC 4180: a mark inside a quoted cell is doubled. A mark in any
/// other cell is a character like others.
fn quoted_cells(raw: &str, record: &ByteRecord) -> Vec<QuotedCell> {
    let mut characters = raw.chars().peekable();
    let mut column = 1;
    record
        .iter()
        .map(|cell| {
            let first = column;
            let (mut in_quotes, mut may_toggle) = (false, true);
            while let Some(next) = characters.peek().copied() {
                match next {
                    '"' if may_toggle => in_quotes = !in_quotes,
                    ',' | '\r' | '\n' if !in_quotes => break,
                    _ => may_toggle = in_quotes,
                }
                characters.next();
                column += 1;
            }
            let end = column;
            characters.next_if_eq(&',');
            column += 1;
            QuotedCell { text: String::from_utf8_lossy(cell).into(), columns: (first, end) }
        })
        .collect()
}

fn code_points(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
