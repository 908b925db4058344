//! Where reading a list of records goes on behind a damaged one.
//!
//! A damaged record does not tell where it ends: brackets or quotation marks may be what is missing. Nor may the start of
//! another object be taken for the next record without proof, as requests can hold objects that look like records, and
//! what is only told in a request must never count as done. Two things together prove it.
//!
//! - `{"eventVersion":`, with nothing but white space between, starts an object wherever it stands undamaged: in a text, the
//!   marks would have backslashes before them, and behind the end of a text no name can follow.
//! - Behind a comma, and thus in an array, stand such objects and nothing else; then come the end of the array, the end of
//!   what the list stands in, and the end of the file. Were it an array in the damaged record, and undamaged from there on,
//!   this record and the list would still have to be closed. Were just that what is missing, the reader of this record would
//!   have come to the end of the file and not have stopped at anything: it takes the same brackets for the ends of what it
//!   is in.
//!
//! Thus a damaged file is read again behind the last place where brackets or marks are missing, unless the damage makes it
//! look cut off: then its end proves nothing. Behind places that are damaged in other ways it is read again at once.

use super::scan::{Scanner, Stop};

/// The key with which CloudTrail starts each record.
const FIRST_KEY: &[u8] = b"\"eventVersion\"";

/// After so many objects that are not proven to be records of the list, nobody looks further.
const MOST_TRIES: usize = 8;

/// The start of the first record behind the damaged one, which starts at `damaged`, if it is one for certain. The bytes go
/// up to the end of the file; `is_member` tells whether the list stands in an object.
pub(super) fn next_record(bytes: &[u8], damaged: usize, is_member: bool) -> Option<usize> {
    let behind = damaged.checked_add(1)?;
    let keys = memchr::memmem::find_iter(bytes.get(behind..)?, FIRST_KEY).map(|at| behind + at);
    let objects = keys.filter_map(|key| {
        let before = bytes.get(behind..key)?.trim_ascii_end();
        let before = before.strip_suffix(b"{")?;
        before.trim_ascii_end().ends_with(b",").then(|| behind + before.len())
    });
    objects.take(MOST_TRIES).find(|start| is_rest_of_file(bytes, *start, is_member) == Ok(true))
}

/// Whether records, and nothing else, stand from here to the end of the list, and the file ends with what the list stands in.
fn is_rest_of_file(bytes: &[u8], start: usize, is_member: bool) -> Result<bool, Stop> {
    let mut scanner = Scanner::new(bytes, start);
    loop {
        let mut inside = scanner.clone();
        inside.expect(b'{')?;
        inside.peek()?;
        if !inside.pass(FIRST_KEY) || inside.peek()? != b':' {
            return Ok(false);
        }
        scanner.value()?;
        if scanner.peek()? == b']' {
            break;
        }
        scanner.expect(b',')?;
    }
    scanner.expect(b']')?;
    while is_member && scanner.key(false)?.is_some() {
        scanner.value()?;
    }
    Ok(scanner.peek() == Err(Stop::Short))
}
