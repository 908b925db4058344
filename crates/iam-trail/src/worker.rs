//! What one thread does: it takes files, opens, decompresses and folds them.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use iam_core::cloudtrail::partial::{self, PartialError, is_partial};
use iam_core::cloudtrail::{Activity, Fold, SeenEvents, TrailFile, TrailGap};
use iam_core::fact::Reason;

use crate::buffer::Buffer;
use crate::content::{Packing, is_name_of_log, may_be_records, packing};
use crate::decode::Decoder;
use crate::discover::{Found, Given, Places, reason_of};
use crate::gzip::{self, Gunzip};
use crate::request::{Progress, Request};
use crate::stream::{End, Stream, Streamed, read_some};
use crate::transport;

/// A file larger than so many bytes on disk is read in pieces.
const LARGEST_WHOLE: usize = 16 * 1024 * 1024;

/// So many bytes are asked for where the size is not known.
const SMALLEST_INPUT: usize = 64 * 1024;

/// What all threads share.
pub(crate) struct Shared<'s> {
    pub(crate) request: &'s Request,
    /// They are taken in this order.
    pub(crate) files: &'s [Found],
    pub(crate) places: &'s Places,
    /// How many have been taken.
    pub(crate) next: AtomicUsize,
    pub(crate) stop: &'s AtomicBool,
    pub(crate) progress: &'s dyn Progress,
    pub(crate) seen: Option<Arc<dyn SeenEvents>>,
}

/// What a thread made of its files.
pub(crate) struct Worked {
    pub(crate) activity: Activity,
    /// Files found in folders that are something else.
    pub(crate) no_logs: u64,
    /// Parts that it added.
    pub(crate) parts: u64,
    /// Whether it stopped within a file.
    pub(crate) is_stopped: bool,
}

/// Reads files until there are no more.
pub(crate) fn work(shared: &Shared<'_>) -> Worked {
    let mut worker = Worker::new(shared);
    while !shared.stop.load(Ordering::Relaxed) {
        let Some(file) = shared.files.get(shared.next.fetch_add(1, Ordering::Relaxed)) else {
            break;
        };
        worker.read(file);
    }
    worker.finish()
}

struct Worker<'s> {
    shared: &'s Shared<'s>,
    fold: Fold,
    /// Gaps, and parts that were read.
    others: Activity,
    input: Buffer,
    output: Buffer,
    gunzip: Gunzip,
    /// Records that the progress has been told of.
    told: u64,
    is_stopped: bool,
    no_logs: u64,
    parts: u64,
}

impl<'s> Worker<'s> {
    fn new(shared: &'s Shared<'s>) -> Self {
        let Request { selection, limits, .. } = shared.request;
        let fold = Fold::new(selection.clone(), *limits).with_hash_seed(RandomState::new().hash_one(()));
        Self {
            shared,
            fold: match &shared.seen {
                Some(seen) => fold.with_seen(Arc::clone(seen)),
                None => fold,
            },
            others: shared.request.nothing_yet(),
            input: Buffer::default(),
            output: Buffer::default(),
            gunzip: Gunzip::new(),
            told: 0,
            is_stopped: false,
            no_logs: 0,
            parts: 0,
        }
    }

    fn finish(self) -> Worked {
        let mut activity = self.fold.finish();
        if activity.files.read == 0 {
            // Parts say themselves how they were made.
            activity.selections.clear();
            activity.files.deduplicated = true;
        }
        activity.merge(self.others);
        Worked { activity, no_logs: self.no_logs, parts: self.parts, is_stopped: self.is_stopped }
    }

    fn read(&mut self, file: &Found) {
        let trail_file = self.shared.places.trail_file(file);
        match self.shared.places.path(file) {
            Some(path) => match File::open(path) {
                Ok(mut source) => self.read_source(file, trail_file, &mut source),
                Err(error) => self.refuse(&trail_file, &error),
            },
            None => self.read_source(file, trail_file, &mut io::stdin().lock()),
        }
    }

    fn read_source(&mut self, file: &Found, trail_file: TrailFile, source: &mut dyn Read) {
        let start = self.fill_input(source, file.size);
        // Only the signal to stop is handed on as an interruption.
        self.is_stopped |= start.as_ref().is_err_and(|error| error.kind() == ErrorKind::Interrupted);
        match start {
            Ok(Start::Whole) => self.take_input(file, trail_file, None),
            Ok(Start::Part) => self.take_input(file, trail_file, Some(source)),
            Err(error) if self.input.filled().is_empty() => self.refuse(&trail_file, &error),
            // What is there is read, and then the error is met again.
            Err(error) => self.take_input(file, trail_file, Some(&mut Failing(Some(error)))),
        }
    }

    /// Reads what the input buffer holds and, if there is one, the source of what follows.
    fn take_input(&mut self, file: &Found, trail_file: TrailFile, source: Option<&mut dyn Read>) {
        let bytes = self.input.filled();
        let packing = packing(bytes);
        let size = bytes.len() as u64;
        let largest = self.shared.request.largest_file;
        if source.is_none()
            && packing == Packing::Plain
            && let Some(text) = transport::unwrapped(bytes, &mut self.gunzip, largest)
        {
            self.fold.read(trail_file, &text);
            return self.tell(size, text.len() as u64);
        }
        if packing == Packing::Plain && !may_be_records(bytes) {
            return self.refuse_content(file, &trail_file);
        }
        let Some(source) = source else {
            if packing == Packing::Plain && size <= largest {
                if is_partial(bytes) {
                    self.take_part(&trail_file, partial::read(bytes));
                } else {
                    self.fold.read(trail_file, bytes);
                }
                return self.tell(size, size);
            }
            self.output.clear();
            if packing == Packing::Gzip && self.gunzip.whole(bytes, &mut self.output, largest) {
                return self.take_output(trail_file, size);
            }
            return self.stream(trail_file, packing, &mut io::empty());
        };
        self.stream(trail_file, packing, source);
    }

    /// Reads the start of a file.
    fn fill_input(&mut self, source: &mut dyn Read, size: u64) -> io::Result<Start> {
        self.input.clear();
        // One byte more lets the end of the file be seen without growing.
        let expected = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(1);
        self.input.grow(expected.clamp(SMALLEST_INPUT, LARGEST_WHOLE));
        while self.input.filled().len() < LARGEST_WHOLE {
            if self.input.free(LARGEST_WHOLE).is_empty() {
                self.input.grow(self.input.size().saturating_mul(2));
            }
            match read_some(source, self.input.free(LARGEST_WHOLE), self.shared.stop)? {
                0 => return Ok(Start::Whole),
                count => self.input.fill(count),
            }
            // There was room for more, and its size is what was read: asking once more would cost more than reading.
            let has_room = !self.input.free(LARGEST_WHOLE).is_empty();
            if size > 0 && self.input.filled().len() as u64 == size && has_room {
                return Ok(Start::Whole);
            }
        }
        Ok(Start::Part)
    }

    /// Folds a file that was decompressed as a whole.
    fn take_output(&mut self, file: TrailFile, compressed: u64) {
        let size = self.output.filled().len() as u64;
        if size == 0 {
            return self.gap(&file, None, Reason::Malformed, EMPTY);
        }
        let bytes = self.output.filled();
        if is_partial(bytes) {
            self.take_part(&file, partial::read(bytes));
        } else {
            self.fold.read(file, bytes);
        }
        self.tell(compressed, size);
    }

    /// Adds an activity that was folded elsewhere.
    fn take_part(&mut self, file: &TrailFile, part: Result<Activity, PartialError>) {
        let Request { selection, deduplicate, .. } = self.shared.request;
        match part {
            Ok(_) if *deduplicate => self.gap(file, None, Reason::Contradiction, NOT_TOLD_APART),
            Ok(part) if !selection.is_all() && part.selections.iter().any(|own| own != selection) => {
                self.gap(file, None, Reason::Contradiction, NOT_NARROWED);
            }
            Ok(part) => {
                self.parts += 1;
                self.others.merge(part);
            }
            Err(error) => {
                let reason = match error {
                    PartialError::CutOff { .. } => Reason::CutOff,
                    _ => Reason::Malformed,
                };
                self.gap(file, None, reason, &error.to_string());
            }
        }
    }

    fn tell(&mut self, compressed: u64, decompressed: u64) {
        let records = self.fold.records();
        self.shared.progress.read(compressed, decompressed, records.saturating_sub(self.told));
        self.told = records;
    }

    fn stream(&mut self, file: TrailFile, packing: Packing, source: &mut dyn Read) {
        let decoder = match Decoder::new(packing) {
            Ok(decoder) => decoder,
            Err(error) => return self.gap(&file, None, Reason::Internal, &error),
        };
        let largest = self.shared.request.largest_file;
        let (progress, told) = (self.shared.progress, &mut self.told);
        let mut report = |compressed: u64, decompressed: u64, fold: &Fold| {
            let records = fold.records();
            progress.read(compressed, decompressed, records.saturating_sub(*told));
            *told = records;
        };
        let stream = Stream {
            source,
            input: &mut self.input,
            output: &mut self.output,
            decoder,
            largest,
            stop: self.shared.stop,
            report: &mut report,
        };
        let Streamed { produced, used, end } = stream.run(file.clone(), &mut self.fold);
        self.is_stopped |= match &end {
            End::Stopped => true,
            End::Unreadable(error) => error.kind() == ErrorKind::Interrupted,
            _ => false,
        };
        let (reason, what) = match end {
            End::Whole if produced > 0 => return self.fold.end(None),
            End::Whole => (Reason::Malformed, EMPTY.to_owned()),
            End::Part => {
                let part = partial::read(self.output.filled());
                self.output.shrink(gzip::LARGEST_WHOLE);
                return self.take_part(&file, part);
            }
            End::PartTooLarge => (Reason::CutOff, "a part this large is not read".to_owned()),
            End::CutOff => (Reason::CutOff, "the compressed data ends before its end".to_owned()),
            End::Damaged(what) => (Reason::Malformed, what),
            End::Unreadable(error) => (reason_of(&error), format!("cannot be read further: {error}")),
            End::TooLarge => (Reason::CutOff, format!("only the first {largest} bytes are read")),
            End::RecordTooLarge => (Reason::Malformed, "a record is too large to be read".to_owned()),
            End::Stopped => (Reason::CutOff, "stopped before the end of the file".to_owned()),
        };
        let offset = (produced > 0).then_some(used);
        self.fold.end(Some(TrailGap { file: file.path, offset, reason, what: what.into() }));
    }

    /// Says why a file that holds nothing like records is not read, if it was meant to be.
    fn refuse_content(&mut self, file: &Found, trail_file: &TrailFile) {
        if file.given == Given::InFolder && !is_name_of_log(&trail_file.path) {
            self.no_logs += 1;
            return;
        }
        let is_empty = self.input.filled().trim_ascii().is_empty();
        let what = if is_empty { EMPTY } else { "expected JSON, gzip or zstd, found something else" };
        self.gap(trail_file, None, Reason::Malformed, what);
    }

    fn refuse(&mut self, file: &TrailFile, error: &io::Error) {
        self.gap(file, None, reason_of(error), &format!("cannot be read: {error}"));
    }

    fn gap(&mut self, file: &TrailFile, offset: Option<u64>, reason: Reason, what: &str) {
        self.others.add_gap(TrailGap { file: Arc::clone(&file.path), offset, reason, what: what.into() });
    }
}

const EMPTY: &str = "the file is empty";
const NOT_NARROWED: &str = "a part holds sums, which cannot be narrowed afterwards; leave the selection out, or hand in the log files";
const NOT_TOLD_APART: &str = "a part holds sums, in which copies of events cannot be told any more; leave out --deduplicate, or hand in the log files";

/// How much of a file stands in the input buffer.
enum Start {
    Whole,
    Part,
}

/// A source that failed.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
