use std::io::{self, Write};

use ::csv::{Terminator, WriterBuilder};
use iam_core::cloudtrail::{Activity, Tally};

use super::rows::{Key, Row, rows};
use super::summary::moment;
use super::{By, Options};
use crate::csv::{io_error, safe};

/// Stands for the name where events are in no row of their own.
const ELSEWHERE: &str = "(in no other row)";

/// Writes one table with formulas neutralised: grouped as the options say, by principal where they say nothing. Columns are
/// only ever appended.
///
/// Events beyond the limits of what is kept, or without the thing that rows are grouped by, are the last row.
///
/// # Errors
///
/// Only what the writer returns.
pub fn csv(activity: &Activity, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let by = options.by.unwrap_or(By::Principal);
    let rows = rows(activity, by);
    let mut csv = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(out);
    csv.write_record(header(by)).map_err(io_error)?;
    for row in &rows.rows {
        let cells = cells(by, row);
        csv.write_record(cells.iter().map(|cell| safe(cell).into_owned())).map_err(io_error)?;
    }
    if rows.elsewhere > 0 {
        let cells = header(by).iter().map(|column| match *column {
            "name" => ELSEWHERE.to_owned(),
            "events" => rows.elsewhere.to_string(),
            _ => String::new(),
        });
        csv.write_record(cells).map_err(io_error)?;
    }
    csv.flush()
}

fn header(by: By) -> &'static [&'static str] {
    match by {
        By::Principal => {
            &["name", "kind", "account", "events", "denied", "undecided", "first", "last", "calls"]
        }
        _ => &["name", "events", "denied", "undecided", "first", "last", "principals"],
    }
}

fn cells(by: By, row: &Row<'_>) -> Vec<String> {
    let all = row.tallies.all();
    let mut cells = vec![row.key.name().into_owned()];
    if let Key::Principal(principal) = row.key {
        cells.extend([principal.kind.as_str().to_owned(), principal.account.to_string()]);
    }
    let time = |of: fn(&Tally) -> i64| if all.count > 0 { moment(of(&all)) } else { String::new() };
    cells.extend([
        all.count.to_string(),
        row.tallies.denied.count.to_string(),
        row.tallies.undecided.count.to_string(),
        time(|tally| tally.first),
        time(|tally| tally.last),
    ]);
    cells.push(match (by, row.calls) {
        (By::Principal, Some((different, _))) => different.to_string(),
        _ => row.principals.to_string(),
    });
    cells
}
