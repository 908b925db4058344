//! Files piece by piece: those too large for memory, damaged ones, and standard input.

use std::io::{self, ErrorKind, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use iam_core::cloudtrail::partial::is_partial;
use iam_core::cloudtrail::{Fold, TrailFile};

use crate::buffer::Buffer;
use crate::decode::Decoder;

/// How many decompressed bytes are handed on at once. They are read while they are still in the processor's cache.
const CHUNK: usize = 1024 * 1024;

/// A record that does not fit into so many bytes is not read. CloudTrail's own limit is far below.
const LARGEST_RECORD: usize = 16 * 1024 * 1024;

/// A part, which has to be in memory as a whole, is not read beyond so many bytes.
const LARGEST_PART: usize = 1024 * 1024 * 1024;

/// How many bytes are read at once.
const INPUT: usize = 1024 * 1024;

/// How a file ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Everything was read.
    Whole,
    /// It is a part, and all of it stands in `output`.
    Part,
    /// It is a part that is larger than the memory for it.
    PartTooLarge,
    /// The compressed data ends before its end.
    CutOff,
    /// The compressed data is damaged, or something else stands behind it.
    Damaged(String),
    /// The system refused to read on.
    Unreadable(io::Error),
    /// It is larger than the request allows.
    TooLarge,
    /// A record is larger than the memory for it.
    RecordTooLarge,
    /// The caller stopped the work.
    Stopped,
}

/// How far a file was read.
#[derive(Debug)]
pub(crate) struct Streamed {
    /// Decompressed bytes.
    pub(crate) produced: u64,
    /// The decompressed byte up to which records were read.
    pub(crate) used: u64,
    pub(crate) end: End,
}

/// What is needed to read a file in pieces.
pub(crate) struct Stream<'a> {
    /// What follows the bytes in `input`.
    pub(crate) source: &'a mut dyn Read,
    /// The start of the file, and from then on its next pieces.
    pub(crate) input: &'a mut Buffer,
    /// Decompressed bytes that wait for the rest of their record.
    pub(crate) output: &'a mut Buffer,
    pub(crate) decoder: Decoder,
    /// At most so many decompressed bytes are read.
    pub(crate) largest: u64,
    pub(crate) stop: &'a AtomicBool,
    /// Is told how many bytes were read and how many came of them since the last time.
    pub(crate) report: &'a mut dyn FnMut(u64, u64, &Fold),
}

/// How far the bytes have come.
#[derive(Debug, Default)]
struct Progressed {
    /// Bytes of `input` that are done with.
    taken: usize,
    /// Bytes on disk of which nothing has been reported yet.
    consumed: u64,
    /// Decompressed bytes, likewise.
    made: u64,
    produced: u64,
    used: u64,
}

impl Stream<'_> {
    /// Reads the file to its end and feeds it to the fold; a part is only collected.
    pub(crate) fn run(mut self, file: TrailFile, fold: &mut Fold) -> Streamed {
        let mut at = Progressed::default();
        let end = self.read(file, fold, &mut at);
        self.tell(&mut at, fold);
        Streamed { produced: at.produced, used: at.used, end }
    }

    fn read(&mut self, file: TrailFile, fold: &mut Fold, at: &mut Progressed) -> End {
        self.output.clear();
        let mut window = CHUNK;
        let mut end = self.fill(window, at);
        if is_partial(self.output.filled()) {
            return self.collect(end, at);
        }
        fold.start(file);
        loop {
            let used = fold.feed(self.output.filled(), matches!(end, Some(End::Whole)));
            self.output.drop_front(used);
            at.used += used as u64;
            if let Some(end) = end {
                return end;
            }
            self.tell(at, fold);
            if self.stop.load(Ordering::Relaxed) {
                return End::Stopped;
            }
            // Growing early keeps the work linear: what is left over is looked at again.
            if self.output.filled().len() > window / 2 {
                if window < LARGEST_RECORD {
                    window *= 2;
                } else if used == 0 {
                    return End::RecordTooLarge;
                }
            }
            end = self.fill(window, at);
        }
    }

    /// Decompresses all of a part.
    fn collect(&mut self, mut end: Option<End>, at: &mut Progressed) -> End {
        let mut window = CHUNK;
        loop {
            match end {
                Some(End::Whole) => return End::Part,
                Some(end) => return end,
                None if self.stop.load(Ordering::Relaxed) => return End::Stopped,
                None if window >= LARGEST_PART => return End::PartTooLarge,
                None => window *= 2,
            }
            end = self.fill(window, at);
        }
    }

    fn tell(&mut self, at: &mut Progressed, fold: &Fold) {
        (self.report)(std::mem::take(&mut at.consumed), std::mem::take(&mut at.made), fold);
    }

    /// Decompresses until the window is full; `Some` if there is nothing more.
    fn fill(&mut self, window: usize, at: &mut Progressed) -> Option<End> {
        self.output.grow(window);
        loop {
            let filled = self.output.filled().len();
            if filled >= window {
                return None;
            }
            if at.produced > self.largest {
                return Some(End::TooLarge);
            }
            // One byte more than allowed shows that there is more.
            let allowed = usize::try_from(self.largest - at.produced).unwrap_or(usize::MAX).saturating_add(1);
            let room = self.output.free(window.min(filled.saturating_add(allowed)));
            let rest = self.input.filled().get(at.taken..).unwrap_or_default();
            let is_waiting = !rest.is_empty();
            let step = self.decoder.step(rest, room);
            self.output.fill(step.produced);
            at.produced += step.produced as u64;
            at.made += step.produced as u64;
            at.taken += step.consumed;
            at.consumed += step.consumed as u64;
            if let Some(damage) = step.damage {
                return Some(End::Damaged(damage));
            }
            if step.consumed > 0 || step.produced > 0 {
                continue;
            }
            if is_waiting {
                return Some(End::Damaged("the compressed data makes no progress".to_owned()));
            }
            at.taken = 0;
            match self.refill() {
                Ok(0) if self.decoder.may_end() => return Some(End::Whole),
                Ok(0) => return Some(End::CutOff),
                Ok(_) => {}
                Err(error) => return Some(End::Unreadable(error)),
            }
        }
    }

    fn refill(&mut self) -> io::Result<usize> {
        self.input.clear();
        self.input.grow(INPUT);
        let count = read_some(self.source, self.input.free(INPUT), self.stop)?;
        self.input.fill(count);
        Ok(count)
    }
}

/// Reads once more where a signal got in the way, unless it was the one to stop.
pub(crate) fn read_some(source: &mut dyn Read, room: &mut [u8], stop: &AtomicBool) -> io::Result<usize> {
    loop {
        match source.read(room) {
            Err(error) if error.kind() == ErrorKind::Interrupted && !stop.load(Ordering::Relaxed) => {}
            result => return result,
        }
    }
}
