//! Whole gzip files at once, which is by far the fastest way and right for nearly every file of an archive.

use libdeflater::{DecompressionError, Decompressor};
use memchr::memmem::Finder;

use crate::buffer::Buffer;

/// A file of more than so many bytes, decompressed, is read piece by piece. CloudTrail's own files stay far below it.
pub(crate) const LARGEST_WHOLE: usize = 64 * 1024 * 1024;

/// Deflate never makes data smaller than by this.
const BEST_RATIO: usize = 1_032;

/// What every member starts with.
const MEMBER: &[u8] = &[0x1F, 0x8B, 0x08];

/// Decompresses whole files.
pub(crate) struct Gunzip {
    decompressor: Decompressor,
    member: Finder<'static>,
}

impl Gunzip {
    pub(crate) fn new() -> Self {
        Self { decompressor: Decompressor::new(), member: Finder::new(MEMBER) }
    }

    /// Decompresses a file into the empty buffer. Tells whether that worked and was all; if not, nothing is in it, and the
    /// file has to be read step by step: it may be large, damaged, or made of several members.
    pub(crate) fn whole(&mut self, bytes: &[u8], output: &mut Buffer, largest: u64) -> bool {
        // The decompressor stops behind the first member. These three bytes can stand in it by chance, too; that costs time only.
        let may_have_more = bytes.get(1..).is_some_and(|rest| self.member.find(rest).is_some());
        let Some(size) = size_at_end(bytes).filter(|_| !may_have_more) else { return false };
        // Anybody can write any size there. It is a hint, and no more memory than deflate can fill is spent on it.
        let bound = bytes.len().saturating_mul(BEST_RATIO).min(LARGEST_WHOLE);
        let most = bound.min(usize::try_from(largest).unwrap_or(usize::MAX));
        if size > most {
            return false;
        }
        output.grow(size);
        loop {
            match self.decompressor.gzip_decompress(bytes, output.free(most)) {
                // Another size at the end of the file: something stands behind the member.
                Ok(count) if count != size => return false,
                Ok(count) => {
                    output.fill(count);
                    return true;
                }
                Err(DecompressionError::InsufficientSpace) if output.size() < most => {
                    output.grow(output.size().saturating_mul(2).max(1));
                }
                Err(_) => return false,
            }
        }
    }
}

/// What the end of the file says to be its size, decompressed.
fn size_at_end(bytes: &[u8]) -> Option<usize> {
    bytes.last_chunk::<4>().and_then(|size| usize::try_from(u32::from_le_bytes(*size)).ok())
}
