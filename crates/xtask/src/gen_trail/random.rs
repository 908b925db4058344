//! Made-up numbers and texts: the same seed gives the same ones on every machine.

/// `SplitMix64` (Steele, Lea and Flood, 2014).
#[derive(Debug)]
pub(super) struct Random(u64);

const HEX: &[u8] = b"0123456789abcdef";
/// What ids of AWS are written in.
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Zero when the limit is.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub(super) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap_or(u64::MAX))).unwrap_or(0)
    }

    /// True so many times in a thousand.
    pub(super) fn permille(&mut self, times: u64) -> bool {
        self.below(1000) < times
    }

    /// Low indices far more often than high ones, about as in Zipf's law. Whole numbers only, so that every machine agrees.
    pub(super) fn skewed(&mut self, length: usize) -> usize {
        let once = self.index(length);
        let twice = self.index(once + 1);
        self.index(twice + 1)
    }

    pub(super) fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        from.get(self.index(from.len())).copied().unwrap_or_default()
    }

    /// So many small hexadecimal digits.
    pub(super) fn hex(&mut self, length: usize) -> String {
        self.text(length, HEX, 4)
    }

    pub(super) fn base32(&mut self, length: usize) -> String {
        self.text(length, BASE32, 5)
    }

    pub(super) fn base64(&mut self, length: usize) -> String {
        self.text(length, BASE64, 6)
    }

    pub(super) fn uuid(&mut self) -> String {
        let mut uuid = String::with_capacity(36);
        for (number, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
            if number > 0 {
                uuid.push('-');
            }
            uuid.push_str(&self.hex(length));
        }
        uuid
    }

    /// So many letters of an alphabet of two to the power of `bits`.
    fn text(&mut self, length: usize, alphabet: &[u8], bits: u32) -> String {
        let mut text = String::with_capacity(length);
        let (mut pool, mut left) = (0, 0);
        for _ in 0..length {
            if left < bits {
                (pool, left) = (self.next(), u64::BITS);
            }
            let index = usize::try_from(pool & ((1 << bits) - 1)).unwrap_or(0);
            text.push(char::from(alphabet.get(index).copied().unwrap_or(b'0')));
            (pool, left) = (pool >> bits, left - bits);
        }
        text
    }
}
