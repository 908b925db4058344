//! The shapes in which records come, from the bytes of a file that may arrive in pieces.

use sha2::{Digest, Sha256};

use super::TrailFile;
use super::record::{Ended, Key, Record};
use super::scan::{Scanner, Stop, Value};
use super::tables::{Looked, Origin};
use crate::fact::{Reason, parse_time};

/// A record larger than this is not read: CloudTrail limits records to 256 kB, and envelopes add little.
const LARGEST_RECORD: usize = 64 * 1024 * 1024;

/// Behind a damaged record, reading goes on only if no more than these bytes are left of the file: all of them have to be at
/// hand at once. CloudTrail's files are smaller.
const FURTHEST: usize = 8 * 1024 * 1024;

/// After so many gaps the rest of a file is given up.
const MOST_GAPS: usize = 20;

/// How queries stand whose results are not all there. Source: CloudWatch Logs API Reference and CloudTrail API Reference,
/// both `GetQueryResults`.
const UNFINISHED: &[&str] =
    &["Scheduled", "Queued", "Running", "Failed", "Cancelled", "Timeout", "Timed_out", "Unknown"];

/// Envelopes within envelopes: a message of a queue may hold an event that holds a record.
const MOST_ENVELOPES: usize = 4;

/// What takes the records.
pub(super) trait Sink {
    fn record(&mut self, record: &Record<'_>, origin: Origin<'_>) -> Looked;
    /// Takes the record that is next in a file, of which `base` bytes went before, if it is in the form in which CloudTrail
    /// writes them.
    fn usual_record(&mut self, scanner: &mut Scanner<'_>, file: &TrailFile, base: u64) -> Option<Looked>;
    fn digest(&mut self);
    fn gap(&mut self, file: &TrailFile, offset: Option<u64>, reason: Reason, what: String);
}

/// A file that is being read.
#[derive(Debug)]
pub(super) struct OpenFile {
    file: TrailFile,
    /// Bytes that were used in earlier pieces.
    base: u64,
    state: State,
    gaps: usize,
    is_misplaced: bool,
}

/// Where in the file reading goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between the values of the file.
    Between,
    /// In a list of records, or of what holds records.
    InList {
        /// Whether the list is a member of an object, which has to be closed as well.
        is_member: bool,
    },
    /// Behind such a list, in the object that has it.
    BehindList,
    /// In a damaged line, whose end is awaited.
    InDamage,
    /// Nothing more is read.
    GivenUp,
}

impl OpenFile {
    pub(super) fn new(file: TrailFile) -> Self {
        Self { file, base: 0, state: State::Between, gaps: 0, is_misplaced: false }
    }

    /// Bytes that were used.
    pub(super) fn bytes(&self) -> u64 {
        self.base
    }

    /// A hash of the file's name and size. CloudTrail never gives two files one name.
    pub(super) fn id(&self) -> u64 {
        let name = self.file.path.rsplit(['/', '\\']).next().unwrap_or_default();
        let hash = Sha256::new()
            .chain_update(name)
            .chain_update([0])
            .chain_update(self.base.to_le_bytes())
            .finalize();
        let (first, _) = hash.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
        u64::from_le_bytes(*first)
    }

    /// Reads as many whole records as there are; returns how many bytes are done with.
    pub(super) fn feed(&mut self, bytes: &[u8], is_last: bool, sink: &mut impl Sink) -> usize {
        let mut scanner = Scanner::new(bytes, 0);
        let used = loop {
            if self.state == State::GivenUp {
                break bytes.len();
            }
            if self.state == State::InDamage {
                let Some(line) = memchr::memchr(b'\n', scanner.ahead()) else { break bytes.len() };
                scanner.move_to(scanner.at() + line + 1);
                self.state = State::Between;
            }
            let start = scanner.at();
            let Err(stop) = self.step(&mut scanner, is_last, sink) else { continue };
            match stop {
                Stop::Short if scanner_is_done(bytes, start) && self.state == State::Between => {
                    break bytes.len();
                }
                Stop::Short if !is_last && bytes.len() - start < LARGEST_RECORD => break start,
                // What stands behind damage in a list is known when the end of the file is.
                Stop::Malformed(_)
                    if !is_last && self.state.list().is_some() && bytes.len() - start < FURTHEST =>
                {
                    break start;
                }
                Stop::Short => {
                    // Nothing is read again behind where it starts: in a file that was cut off, an object in a request could
                    // stand as the last record does.
                    let what = if is_last {
                        "the file ends within a record"
                    } else {
                        "a record is larger than 64 MiB"
                    };
                    self.gap(start, Reason::CutOff, what.to_owned(), sink);
                    self.state = State::GivenUp;
                }
                Stop::Malformed(at) if is_last && self.resumes(bytes, start, at, &mut scanner, sink) => {}
                Stop::Malformed(at) => self.recover(bytes, at, &mut scanner, sink),
            }
        };
        self.base += used as u64;
        used
    }

    /// Reads the next thing.
    fn step(&mut self, scanner: &mut Scanner<'_>, is_last: bool, sink: &mut impl Sink) -> Result<(), Stop> {
        match self.state {
            State::Between => self.value(scanner, is_last, sink),
            State::InList { is_member } => match scanner.peek()? {
                b']' => {
                    scanner.move_to(scanner.at() + 1);
                    self.state = if is_member { State::BehindList } else { State::Between };
                    Ok(())
                }
                b',' => {
                    scanner.move_to(scanner.at() + 1);
                    Ok(())
                }
                _ => self.item(scanner, sink),
            },
            State::BehindList => {
                let Some(key) = scanner.key(false)? else {
                    self.state = State::Between;
                    return Ok(());
                };
                if Record::is_list(key) && scanner.peek()? == b'[' {
                    scanner.move_to(scanner.at() + 1);
                    self.state = State::InList { is_member: true };
                } else {
                    let start = scanner.at();
                    let value = scanner.value()?;
                    if Key::of(key) == Key::QueryStatus {
                        self.query(value, start, sink);
                    }
                }
                Ok(())
            }
            State::InDamage | State::GivenUp => Err(Stop::Short),
        }
    }

    /// Reads one of the values that make up the file.
    fn value(&mut self, scanner: &mut Scanner<'_>, is_last: bool, sink: &mut impl Sink) -> Result<(), Stop> {
        const BYTE_ORDER_MARK: &[u8; 3] = b"\xEF\xBB\xBF";
        if self.base == 0 && scanner.at() == 0 {
            if scanner.pass(BYTE_ORDER_MARK) {
                return Ok(());
            }
            let ahead = scanner.ahead();
            if !is_last && !ahead.is_empty() && BYTE_ORDER_MARK.starts_with(ahead) {
                return Err(Stop::Short);
            }
        }
        match scanner.peek()? {
            b'{' => {
                let start = scanner.at();
                if let Some(looked) = sink.usual_record(scanner, &self.file, self.base) {
                    self.looked(looked, start, sink);
                    return Ok(());
                }
                let mut record = Record::default();
                match record.read(scanner, true)? {
                    Ended::AtList => {
                        self.query(record.at(Key::QueryStatus), start, sink);
                        scanner.expect(b'[')?;
                        self.state = State::InList { is_member: true };
                    }
                    Ended::Closed => self.object(&record, scanner, start, sink),
                }
                Ok(())
            }
            b'[' => {
                scanner.move_to(scanner.at() + 1);
                self.state = State::InList { is_member: false };
                Ok(())
            }
            // RFC 7464 puts a record separator in front of each value.
            0x1E => {
                scanner.move_to(scanner.at() + 1);
                Ok(())
            }
            b'0'..=b'9' => exported_line(scanner, is_last),
            _ => Err(Stop::Malformed(scanner.at())),
        }
    }

    /// Reads one item of a list.
    fn item(&mut self, scanner: &mut Scanner<'_>, sink: &mut impl Sink) -> Result<(), Stop> {
        let start = scanner.at();
        if let Some(looked) = sink.usual_record(scanner, &self.file, self.base) {
            self.looked(looked, start, sink);
            return Ok(());
        }
        if scanner.peek()? == b'{' {
            let mut record = Record::default();
            record.read(scanner, false)?;
            self.object(&record, scanner, start, sink);
            return Ok(());
        }
        match scanner.value()?.array() {
            Some(row) => self.row(row, start, sink),
            None => self.gap(start, Reason::Malformed, "expected a record".to_owned(), sink),
        }
        Ok(())
    }

    /// Takes an object that has been read: a record, an envelope, a digest.
    fn object(&mut self, record: &Record<'_>, scanner: &Scanner<'_>, start: usize, sink: &mut impl Sink) {
        let bytes = scanner.between(start, scanner.at());
        self.take(record, bytes, start, 0, sink);
    }

    fn take(
        &mut self,
        record: &Record<'_>,
        bytes: &[u8],
        start: usize,
        envelopes: usize,
        sink: &mut impl Sink,
    ) {
        if record.has_any() {
            let origin = Origin { file: &self.file, offset: self.base + start as u64, bytes };
            let looked = sink.record(record, origin);
            self.looked(looked, start, sink);
            return;
        }
        if !record.at(Key::DigestStartTime).is_absent() {
            sink.digest();
            return;
        }
        if envelopes < MOST_ENVELOPES {
            let enclosed = record.at(Key::Enclosed);
            let text = enclosed.decoded().unwrap_or_default();
            let inner = enclosed.object().unwrap_or(text.as_bytes());
            // What CloudWatch Logs sends to see whether a subscriber is there.
            if text.starts_with("CWL CONTROL MESSAGE") || self.enclosed(inner, start, envelopes, sink) {
                return;
            }
        }
        self.gap(start, Reason::Malformed, "an object that is no CloudTrail record".to_owned(), sink);
    }

    /// Says what was wrong with a record, if anything was.
    #[inline]
    fn looked(&mut self, looked: Looked, start: usize, sink: &mut impl Sink) {
        match looked {
            Looked::Done => {}
            Looked::Unusable(key) => {
                let what = format!("a record without a usable `{key}`");
                self.gap(start, Reason::Malformed, what, sink);
            }
            // Once for each file is enough.
            Looked::Misplaced(account) => {
                if std::mem::replace(&mut self.is_misplaced, true) {
                    return;
                }
                let folder = self.file.account.as_deref().unwrap_or_default();
                let what = format!("records of account {account:?} in the folder of account {folder}");
                self.gap(start, Reason::Contradiction, what, sink);
            }
        }
    }

    /// Reads an object that another one holds; tells whether it is one.
    fn enclosed(&mut self, bytes: &[u8], start: usize, envelopes: usize, sink: &mut impl Sink) -> bool {
        let mut record = Record::default();
        // The end of the text has to be the end of the object, which a literal at its end could hide.
        if record.read(&mut Scanner::new(bytes, 0), false).is_err() {
            return false;
        }
        self.take(&record, bytes, start, envelopes + 1, sink);
        true
    }

    /// Reads a row of a query's results: a list of objects with one column each, all of them text.
    fn row(&mut self, row: &[u8], start: usize, sink: &mut impl Sink) {
        let record = super::logs_insights::message_of_row(row).or_else(|| super::lake::record_of_row(row));
        match record {
            Some(text) if self.enclosed(text.as_bytes(), start, MOST_ENVELOPES, sink) => {}
            _ => {
                let what = "a row without a record in @message, and without the columns eventTime, eventSource, eventName \
                            and userIdentity";
                self.gap(start, Reason::Malformed, what.to_owned(), sink);
            }
        }
    }

    /// Says that a query whose results are read had not come to its end, if that is so.
    fn query(&mut self, status: Value<'_>, at: usize, sink: &mut impl Sink) {
        let status = status.decoded().unwrap_or_default();
        if UNFINISHED.iter().any(|word| status.eq_ignore_ascii_case(word)) {
            let status = crate::input::quoted(&status);
            let what = format!("results of a query with the status {status}; others may be missing");
            self.gap(at, Reason::CutOff, what, sink);
        }
    }

    /// Goes on with the next record of a list, behind the damaged one that starts at `start` and cannot be read from `at` on,
    /// if that is possible; tells whether it is.
    fn resumes(
        &mut self,
        bytes: &[u8],
        start: usize,
        at: usize,
        scanner: &mut Scanner<'_>,
        sink: &mut impl Sink,
    ) -> bool {
        let Some(is_member) = self.state.list().filter(|_| bytes.len() - start < FURTHEST) else {
            return false;
        };
        let Some(next) = super::resume::next_record(bytes, start, is_member) else { return false };
        let what = format!(
            "{}; the next record that is read starts at byte {}",
            unexpected(bytes, at),
            self.base + next as u64
        );
        self.state = State::InList { is_member };
        self.gap(at, Reason::Malformed, what, sink);
        scanner.move_to(next);
        true
    }

    /// Goes on behind damage outside of lists where that is possible: with the next line, if the file is made of lines.
    fn recover(&mut self, bytes: &[u8], at: usize, scanner: &mut Scanner<'_>, sink: &mut impl Sink) {
        let rest =
            if self.state == State::Between { "" } else { "; what follows it in the file is not read" };
        let what = format!("{}{rest}", unexpected(bytes, at));
        self.gap(at, Reason::Malformed, what, sink);
        if self.state == State::Between {
            scanner.move_to(at);
            self.state = State::InDamage;
        } else {
            self.state = State::GivenUp;
        }
    }

    fn gap(&mut self, at: usize, reason: Reason, what: String, sink: &mut impl Sink) {
        self.gaps += 1;
        if self.gaps <= MOST_GAPS {
            sink.gap(&self.file, Some(self.base + at as u64), reason, what);
        }
        if self.gaps == MOST_GAPS {
            let what = format!("the rest of the file is not read: {MOST_GAPS} places in it could not be");
            sink.gap(&self.file, Some(self.base + at as u64), Reason::Malformed, what);
            self.state = State::GivenUp;
        }
    }
}

impl State {
    /// In or behind a list: whether it is a member of an object.
    fn list(self) -> Option<bool> {
        match self {
            Self::InList { is_member } => Some(is_member),
            // Damage may have closed it early.
            Self::BehindList => Some(true),
            Self::Between | Self::InDamage | Self::GivenUp => None,
        }
    }
}

/// Says what stands there instead of what should.
fn unexpected(bytes: &[u8], at: usize) -> String {
    let found = bytes.get(at..).unwrap_or_default();
    let found = String::from_utf8_lossy(found.get(..20).unwrap_or(found));
    format!("expected JSON of CloudTrail, found {}", crate::input::quoted(&found))
}

/// Whether nothing but white space is left.
fn scanner_is_done(bytes: &[u8], start: usize) -> bool {
    bytes.get(start..).unwrap_or_default().trim_ascii().is_empty()
}

/// A line of an export of CloudWatch Logs has the time in front of the record.
fn exported_line(scanner: &mut Scanner<'_>, is_last: bool) -> Result<(), Stop> {
    let ahead = scanner.ahead();
    let Some(length) = memchr::memchr2(b'{', b'\n', ahead.get(..64).unwrap_or(ahead)) else {
        return Err(if is_last || ahead.len() >= 64 { Stop::Malformed(scanner.at()) } else { Stop::Short });
    };
    let time = ahead.get(..length).and_then(|time| std::str::from_utf8(time.trim_ascii()).ok());
    if time.and_then(parse_time).is_none() || ahead.get(length) != Some(&b'{') {
        return Err(Stop::Malformed(scanner.at()));
    }
    scanner.move_to(scanner.at() + length);
    Ok(())
}
