//! A table of grouped events that fits the terminal.

use std::collections::BTreeSet;
use std::io;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

use super::Options;
use super::rows::{Key, Row, Rows};
use super::summary::{counted, moment, shown, to_u64};
use crate::human::paint::{DIM, Page};
use crate::neutral;

/// Foreign texts longer than this, in characters, end in dots: user agents and names can be as long as a page.
const LONGEST_TEXT: usize = 100;

/// From this width on a table has room for the time of day and for accounts in a column of their own.
const WIDE: usize = 116;

/// What a table shows besides names and counts.
#[derive(Clone, Copy)]
struct Columns {
    is_wide: bool,
    with_accounts: bool,
    with_undecided: bool,
}

/// The rows as a table that fits the terminal: names are broken where there is no room, numbers and moments never.
pub(super) fn write(page: &mut Page<'_>, rows: &Rows<'_>, options: &Options) -> io::Result<()> {
    let shown = || rows.rows.iter().take(options.most);
    let Some(first) = rows.rows.first() else {
        return page.line("  none");
    };
    let accounts: BTreeSet<&str> = rows.rows.iter().filter_map(|row| account(&row.key)).collect();
    let columns = Columns {
        is_wide: options.width >= WIDE,
        with_accounts: accounts.len() > 1,
        with_undecided: options.width >= WIDE || shown().any(|row| row.tallies.undecided.count > 0),
    };
    let mut table = Table::new();
    let width = u16::try_from(options.width.max(40)).unwrap_or(u16::MAX).saturating_sub(1);
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let header = header(&first.key, columns);
    let is_name: Vec<bool> = header.iter().map(|(_, kind)| *kind == Kind::Name).collect();
    for row in std::iter::once(header).chain(shown().map(|row| cells(row, columns))) {
        let row: Vec<Cell> = row
            .into_iter()
            .map(|(text, kind)| {
                let cell = Cell::new(neutral::line(&text));
                if kind == Kind::Number { cell.set_alignment(CellAlignment::Right) } else { cell }
            })
            .collect();
        if table.header().is_none() {
            table.set_header(row);
        } else {
            table.add_row(row);
        }
    }
    for (column, is_name) in table.column_iter_mut().zip(is_name) {
        let constraint = if is_name {
            ColumnConstraint::LowerBoundary(Width::Fixed(12))
        } else {
            ColumnConstraint::ContentWidth
        };
        column.set_constraint(constraint);
    }
    for line in table.lines() {
        page.line(&format!(" {line}"))?;
    }
    more(page, rows.rows.len(), options.most, "row")
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Name,
    Number,
    Word,
}

fn header(key: &Key<'_>, columns: Columns) -> Vec<(String, Kind)> {
    let name = match key {
        Key::Principal(_) => "principal",
        Key::Service(_) => "service",
        Key::Action(_) => "call",
        Key::Day(_) => "day",
        Key::Address(_) => "address",
    };
    let last = if matches!(key, Key::Principal(_)) { "calls" } else { "principals" };
    let words = [name, "account", "events", "denied", "undecided", "first", "last", last];
    columns.pick(words.map(str::to_owned))
}

impl Columns {
    /// Those of the cells that this table has.
    fn pick(self, cells: [String; 8]) -> Vec<(String, Kind)> {
        use Kind::{Name, Number, Word};
        let kinds = [Name, Word, Number, Number, Number, Word, Word, Number];
        let mut kept: Vec<(String, Kind)> = Vec::new();
        for (index, cell) in cells.into_iter().zip(kinds).enumerate() {
            match index {
                1 if !self.is_wide || !self.with_accounts => {}
                4 if !self.with_undecided => {}
                _ => kept.push(cell),
            }
        }
        kept
    }
}

fn account<'a>(key: &Key<'a>) -> Option<&'a str> {
    match key {
        Key::Principal(principal) => Some(&*principal.account).filter(|account| !account.is_empty()),
        _ => None,
    }
}

fn cells(row: &Row<'_>, columns: Columns) -> Vec<(String, Kind)> {
    let all = row.tallies.all();
    let mut name = match row.key {
        Key::Principal(principal) => cut(&shown(principal)),
        Key::Service(source) => cut(source.strip_suffix(".amazonaws.com").unwrap_or(source)),
        key => cut(&key.name()),
    };
    let account = cut(account(&row.key).unwrap_or_default());
    if columns.with_accounts && !columns.is_wide && !name.ends_with(account.as_str()) {
        // The blank is where the cell is broken first.
        name = format!("{name} {account}");
    }
    let time = |second| match row.key {
        Key::Day(_) => time_of_day(second),
        _ if columns.is_wide => minute(second),
        _ => day(second),
    };
    columns.pick([
        name,
        account,
        all.count.to_string(),
        row.tallies.denied.count.to_string(),
        row.tallies.undecided.count.to_string(),
        time(all.first),
        time(all.last),
        match row.calls {
            Some((different, true)) => format!("{different}+"),
            Some((different, false)) => different.to_string(),
            None => row.principals.to_string(),
        },
    ])
}

/// `2026-01-15`
fn day(second: i64) -> String {
    moment(second).split('T').next().unwrap_or_default().to_owned()
}

/// `2026-01-15 08:00`
fn minute(second: i64) -> String {
    format!("{} {}", day(second), time_of_day(second))
}

/// `08:00`
fn time_of_day(second: i64) -> String {
    moment(second).split('T').nth(1).and_then(|time| time.get(..5)).unwrap_or_default().to_owned()
}

/// `and 12 more rows; --format json holds them all`
pub(super) fn more(page: &mut Page<'_>, all: usize, most: usize, noun: &str) -> io::Result<()> {
    let rest = all.saturating_sub(most);
    if rest == 0 {
        return Ok(());
    }
    let text =
        format!("and {}; --format json holds them all", counted(to_u64(rest), &format!("more {noun}")));
    page.paragraph(2, "", DIM, &text)
}

pub(super) fn cut(text: &str) -> String {
    cut_to(text, LONGEST_TEXT)
}

/// The first characters of a text, with dots where there are more.
pub(super) fn cut_to(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
