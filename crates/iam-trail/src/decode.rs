//! Decompression step by step, for what does not fit in memory or is damaged.

use flate2::{Decompress, FlushDecompress, Status};
use zstd::stream::raw::{InBuffer, Operation, OutBuffer};

use crate::content::Packing;

/// Decompresses a file, however many members or frames it is made of.
pub(crate) enum Decoder {
    Plain,
    Gzip { inflate: Decompress, is_between: bool },
    Zstd { decoder: zstd::stream::raw::Decoder<'static>, is_between: bool },
}

/// What one step did.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// Bytes of input that are done with.
    pub(crate) consumed: usize,
    /// Bytes of output that were made, before the damage if there is some.
    pub(crate) produced: usize,
    /// Why it cannot go on.
    pub(crate) damage: Option<String>,
}

/// The window that gzip always has, as a power of two.
const GZIP_WINDOW: u8 = 15;

impl Decoder {
    pub(crate) fn new(packing: Packing) -> Result<Self, String> {
        Ok(match packing {
            Packing::Plain => Self::Plain,
            Packing::Gzip => Self::Gzip { inflate: Decompress::new_gzip(GZIP_WINDOW), is_between: false },
            Packing::Zstd => {
                let decoder = zstd::stream::raw::Decoder::new().map_err(|error| error.to_string())?;
                Self::Zstd { decoder, is_between: false }
            }
        })
    }

    /// Whether the data may end here.
    pub(crate) fn may_end(&self) -> bool {
        match self {
            Self::Plain => true,
            Self::Gzip { is_between, .. } | Self::Zstd { is_between, .. } => *is_between,
        }
    }

    /// Decompresses as much as fits. A step that does nothing needs more input.
    pub(crate) fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match self {
            Self::Plain => copy(input, output),
            Self::Gzip { inflate, is_between } => gunzip(inflate, is_between, input, output),
            Self::Zstd { decoder, is_between } => unzstd(decoder, is_between, input, output),
        }
    }
}

fn copy(input: &[u8], output: &mut [u8]) -> Step {
    let count = input.len().min(output.len());
    if let (Some(from), Some(to)) = (input.get(..count), output.get_mut(..count)) {
        to.copy_from_slice(from);
    }
    Step { consumed: count, produced: count, damage: None }
}

fn gunzip(inflate: &mut Decompress, is_between: &mut bool, input: &[u8], output: &mut [u8]) -> Step {
    if *is_between {
        match input.first() {
            None => return Step::default(),
            Some(0x1F) => {
                inflate.reset(true);
                *is_between = false;
            }
            // Padding, which gzip itself passes over.
            Some(0) if input.iter().all(|byte| *byte == 0) => {
                return Step { consumed: input.len(), ..Step::default() };
            }
            Some(_) => {
                let damage = Some("what follows the compressed data is not gzip".to_owned());
                return Step { damage, ..Step::default() };
            }
        }
    }
    let before = (inflate.total_in(), inflate.total_out());
    let result = inflate.decompress(input, output, FlushDecompress::None);
    let count = |after: u64, before: u64| usize::try_from(after.saturating_sub(before)).unwrap_or(0);
    let damage = match result {
        Ok(status) => {
            *is_between = status == Status::StreamEnd;
            None
        }
        Err(error) => Some(format!("damaged gzip data: {}", error.message().unwrap_or("unreadable"))),
    };
    Step {
        consumed: count(inflate.total_in(), before.0),
        produced: count(inflate.total_out(), before.1),
        damage,
    }
}

fn unzstd(decoder: &mut impl Operation, is_between: &mut bool, input: &[u8], output: &mut [u8]) -> Step {
    if input.is_empty() && *is_between {
        return Step::default();
    }
    let mut from = InBuffer::around(input);
    let mut to = OutBuffer::around(output);
    let result = decoder.run(&mut from, &mut to);
    let (consumed, produced) = (from.pos(), to.pos());
    let damage = match result {
        Ok(remaining) => {
            *is_between = remaining == 0;
            None
        }
        Err(error) => Some(format!("damaged zstd data: {error}")),
    };
    Step { consumed, produced, damage }
}
