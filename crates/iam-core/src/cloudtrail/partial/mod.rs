//! An [`Activity`] as a file: a *part*, to be merged with others later and elsewhere.
//!
//! JSON lines. The first line is the header, the last one counts the lines before it, so that a part that was cut off is
//! noticed. In between each line is an object with one key, which says what kind of line it is:
//!
//! | line | what it holds |
//! |---|---|
//! | `{"iam-audit":"activity","version":2,...}` | limits, selections, files, and what had to be left out |
//! | `{"coverage":{...}}` | one account and Region |
//! | `{"principal":{...}}` | one principal with its calls |
//! | `{"event":{...}}` | one kept event |
//! | `{"gap":{...}}` | something that could not be read |
//! | `{"file_ids":["..."]}` | hashes of the files, at most [`FILE_IDS`] of them in a line |
//! | `{"end":{"lines":N}}` | how many lines stand before this one |
//!
//! Moments are whole seconds since 1970-01-01 UTC. Whatever is empty, zero or false is left out. `docs/activity-format.md`
//! names every field. The same activity gives the same bytes.
//!
//! A part holds access key ids in full, names, addresses and file paths: it deserves the care that the logs get.
//!
//! Reading trusts nothing. A field or kind of line that this version does not know is an error, because passing over it
//! would lose what it says. Nothing is set aside for a number that stands in the file, limits are at most [`MOST`], and
//! the result is cut to them like an activity that was folded here.

mod event;
mod header;
mod line;
mod principal;
mod scalar;

use std::io::{self, Write};

use self::header::{Header, Start};
use self::line::{End, Line};
use self::principal::PrincipalLine;
use self::scalar::Names;
use super::{Activity, Limits, Place, Principal};
use crate::input::quoted;

/// The version of the format that is written, and the latest one that is read.
pub const VERSION: u64 = 2;

/// The earliest version that is read. Version 1 did not count the calls that showed ARNs (`with_resources`).
pub const EARLIEST_VERSION: u64 = 1;

/// How the first line starts, byte for byte.
const START: &str = r#"{"iam-audit":"activity","#;

/// How many hashes of files stand in a line.
pub const FILE_IDS: usize = 1_000;

/// The most that the limits of a part can be; higher ones are lowered.
pub const MOST: Limits = Limits {
    principals: 1_000_000,
    calls: 65_536,
    addresses: 65_536,
    quarters: 65_536,
    credentials: 65_536,
    events: 1_000_000,
    places: 1_000_000,
    gaps: 100_000,
};

/// Why bytes are no part that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PartialError {
    /// The first line is something else.
    #[error("line 1: expected a line that starts with {START}")]
    NotAPart,
    /// Another version of the program wrote it.
    #[error(
        "line 1: version {found} of the activity format; this program reads {EARLIEST_VERSION} to {VERSION}"
    )]
    Version {
        /// The version that the part names.
        found: u64,
    },
    /// What the bits of the watchlists mean has changed since it was written.
    #[error(
        "line 1: folded with other lists of watched calls than this program has; fold the log files again"
    )]
    Watchlists,
    /// A line that is not as it should be.
    #[error("line {line}: {what}")]
    Line {
        /// Its number, from 1.
        line: u64,
        /// What was found and what was expected, without control characters.
        what: String,
    },
    /// The last line is missing.
    #[error("cut off after line {lines}: expected a last line with \"end\"")]
    CutOff {
        /// The number of lines that are there.
        lines: u64,
    },
}

/// Whether a file that starts with these bytes is a part, of whatever version.
pub fn is_partial(start: &[u8]) -> bool {
    start.starts_with(START.as_bytes())
}

/// Writes an activity as a part.
///
/// # Errors
///
/// Only what the writer returns.
pub fn write(activity: &Activity, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines { out, count: 0 };
    lines.write(&Header::of(activity))?;
    // A field that is added to the model has to be thought of here too.
    let Activity {
        limits: _,
        selections: _,
        files,
        coverage,
        principals,
        others: _,
        events,
        gaps,
        gaps_are_cut: _,
    } = activity;
    for (place, coverage) in coverage.iter() {
        lines.write(&Line::Coverage(line::CoverageLine::of(place, coverage)))?;
    }
    for (principal, activity) in principals.iter() {
        lines.write(&Line::Principal(Box::new(PrincipalLine::of(principal, activity))))?;
    }
    for event in events.iter() {
        lines.write(&Line::Event(Box::new(event::EventLine::of(event))))?;
    }
    for gap in gaps {
        lines.write(&Line::Gap(line::GapLine::of(gap)))?;
    }
    let mut ids = files.ids.iter().peekable();
    while ids.peek().is_some() {
        lines
            .write(&Line::FileIds(ids.by_ref().take(FILE_IDS).map(|id| scalar::hex(*id).into()).collect()))?;
    }
    let end = End { lines: lines.count };
    lines.write(&Line::End(end))
}

struct Lines<'w> {
    out: &'w mut dyn Write,
    count: u64,
}

impl Lines<'_> {
    fn write(&mut self, line: &impl serde::Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, line)?;
        self.count += 1;
        self.out.write_all(b"\n")
    }
}

/// Reads a part.
///
/// # Errors
///
/// If the bytes are not one whole part of a known version; the error names the line.
pub fn read(bytes: &[u8]) -> Result<Activity, PartialError> {
    if !is_partial(bytes) {
        return Err(PartialError::NotAPart);
    }
    // The newline of the last line starts no line of its own.
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut lines = (1_u64..).zip(bytes.split(|byte| *byte == b'\n'));
    let (_, first) = lines.next().ok_or(PartialError::NotAPart)?;
    let mut reader = Reader {
        activity: header(first)?,
        last_place: None,
        last_principal: None,
        names: Names::default(),
        lines: 1,
    };
    for (number, text) in &mut lines {
        let wrong = |what| PartialError::Line { line: number, what };
        let line = serde_json::from_slice(text).map_err(|error| wrong(shown(&error)))?;
        if let Line::End(end) = line {
            reader.end(&end).map_err(wrong)?;
            return match lines.next() {
                None => Ok(reader.finish()),
                Some((line, _)) => {
                    Err(PartialError::Line { line, what: "expected nothing after the end".to_owned() })
                }
            };
        }
        reader.take(line).map_err(wrong)?;
    }
    Err(PartialError::CutOff { lines: reader.lines })
}

fn header(text: &[u8]) -> Result<Activity, PartialError> {
    let wrong = |what| PartialError::Line { line: 1, what };
    let start: Start = serde_json::from_slice(text).map_err(|error| wrong(shown(&error)))?;
    if !(EARLIEST_VERSION..=VERSION).contains(&start.version) {
        return Err(PartialError::Version { found: start.version });
    }
    let header: Header<'_> = serde_json::from_slice(text).map_err(|error| wrong(shown(&error)))?;
    if !header.has_our_watchlists() {
        return Err(PartialError::Watchlists);
    }
    header.activity().map_err(wrong)
}

/// What is wrong with a line, without the line number that the parser sees, which is always 1.
fn shown(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    // Names of unknown fields come from the file.
    let mut harmless = String::with_capacity(what.len() + 16);
    for character in what.chars().take(240) {
        match character {
            ' '..='~' => harmless.push(character),
            other => harmless.extend(other.escape_debug()),
        }
    }
    format!("{harmless} (column {})", error.column())
}

/// What is being put together, line by line.
struct Reader {
    activity: Activity,
    last_place: Option<Place>,
    last_principal: Option<Principal>,
    names: Names,
    lines: u64,
}

impl Reader {
    fn take(&mut self, line: Line<'_>) -> Result<(), String> {
        self.lines += 1;
        let activity = &mut self.activity;
        match line {
            Line::Coverage(line) => {
                let (place, coverage) = line.model(&mut self.names)?;
                // In order and each once, so that adding is quick and nothing is counted twice.
                if self.last_place.as_ref().is_some_and(|last| place <= *last) {
                    return Err("expected accounts and Regions in order, each once".to_owned());
                }
                self.last_place = Some(place.clone());
                activity.coverage.add(place, coverage);
            }
            Line::Principal(line) => {
                let (principal, deeds) = line.model(&mut self.names)?;
                if self.last_principal.as_ref().is_some_and(|last| principal <= *last) {
                    return Err("expected principals in order, each once".to_owned());
                }
                self.last_principal = Some(principal.clone());
                activity.principals.add(principal, deeds);
            }
            Line::Event(line) => {
                let event = line.model(&mut self.names)?;
                activity.events.add(event, activity.limits.events);
            }
            Line::Gap(line) => activity.add_gap(line.model(&mut self.names)?),
            Line::FileIds(ids) => {
                for id in &ids {
                    activity.files.ids.insert(scalar::unhex(id)?);
                }
            }
            Line::End(_) => {}
        }
        Ok(())
    }

    fn end(&self, end: &End) -> Result<(), String> {
        if end.lines == self.lines {
            return Ok(());
        }
        Err(format!("expected {} lines before this one, found {}", end.lines, self.lines))
    }

    fn finish(mut self) -> Activity {
        self.activity.cut();
        self.activity
    }
}

/// `expected` this, found that.
fn expected(what: &str, found: &str) -> String {
    format!("expected {what}, found {}", quoted(found))
}

#[cfg(test)]
mod tests;
