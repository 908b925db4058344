/// Bytes of which the first are filled. Its memory is kept for the next file and grows in powers of two.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
}

impl Buffer {
    /// What it holds.
    pub(crate) fn filled(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    /// The room behind what it holds, at most up to `most` bytes of the whole.
    pub(crate) fn free(&mut self, most: usize) -> &mut [u8] {
        let end = self.bytes.len().min(most).max(self.filled);
        self.bytes.get_mut(self.filled..end).unwrap_or_default()
    }

    /// How many bytes it can hold.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Makes room for so many bytes in all.
    pub(crate) fn grow(&mut self, size: usize) {
        if self.bytes.len() >= size {
            return;
        }
        // Fresh memory is zero already, which is cheaper than writing zeros behind what is there.
        let mut larger = vec![0; size.checked_next_power_of_two().unwrap_or(size)];
        if let Some(start) = larger.get_mut(..self.filled) {
            start.copy_from_slice(self.filled());
        }
        self.bytes = larger;
    }

    /// Says that so many more bytes are filled.
    pub(crate) fn fill(&mut self, more: usize) {
        self.filled = self.filled.saturating_add(more).min(self.bytes.len());
    }

    /// Holds nothing any more.
    pub(crate) fn clear(&mut self) {
        self.filled = 0;
    }

    /// Holds nothing any more, and keeps no more memory than this for the next file.
    pub(crate) fn shrink(&mut self, size: usize) {
        self.clear();
        if self.bytes.len() > size {
            self.bytes = Vec::new();
        }
    }

    /// Drops the first bytes.
    pub(crate) fn drop_front(&mut self, count: usize) {
        let count = count.min(self.filled);
        self.bytes.copy_within(count..self.filled, 0);
        self.filled -= count;
    }
}
