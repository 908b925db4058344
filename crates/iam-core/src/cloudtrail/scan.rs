//! Reads JSON just far enough: finds where keys and values begin and end, and looks into those that are asked for.
//!
//! What is passed over is not validated. Strings, escapes and brackets are told apart with care, so that a bracket or a
//! field name inside a text is never mistaken for structure; but `[tru}` in a value that nobody asked for goes unnoticed.
#![expect(clippy::inline_always, reason = "measured: calls cost as much as what they do")]

use std::borrow::Cow;
use std::ops::Range;

use wide::{u8x16, u8x64};

/// Why reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes end within a value.
    Short,
    /// This is no JSON, at this byte.
    Malformed(usize),
}

/// A place in a JSON text, moving forward.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'b> {
    bytes: &'b [u8],
    /// What lies ahead.
    rest: &'b [u8],
}

/// A value, as it stands in the bytes.
///
/// Made of whole words on purpose: values are copied by the dozen for each record, and copies of odd sizes stall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Value<'b> {
    kind: Kind,
    raw: &'b [u8],
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(usize)]
enum Kind {
    /// There is no such key.
    #[default]
    Absent,
    /// A string; the bytes are those between the marks.
    Text,
    /// The same, with escapes.
    EscapedText,
    /// An object, with its brackets.
    Object,
    /// The same, with backslashes somewhere in it.
    EscapedObject,
    /// An array, with its brackets.
    Array,
    /// The same, with backslashes somewhere in it.
    EscapedArray,
    /// A number, `true`, `false` or `null`.
    Literal,
}

/// What stands between the quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Text<'b> {
    pub(super) raw: &'b [u8],
    pub(super) has_escapes: bool,
}

impl<'b> Text<'b> {
    /// A text without escapes.
    pub(super) fn plain(text: &'b str) -> Self {
        Self { raw: text.as_bytes(), has_escapes: false }
    }

    /// The text itself. Bytes that are no UTF-8, and escapes that are none, become U+FFFD.
    pub(super) fn decoded(self) -> Cow<'b, str> {
        if !self.has_escapes {
            // Several times faster than the lossy way, which has to look at every character.
            return str::from_utf8(self.raw)
                .map_or_else(|_| String::from_utf8_lossy(self.raw), Cow::Borrowed);
        }
        let mut quoted = Vec::with_capacity(self.raw.len() + 2);
        quoted.push(b'"');
        quoted.extend_from_slice(self.raw);
        quoted.push(b'"');
        match serde_json::from_slice::<String>(&quoted) {
            Ok(text) => Cow::Owned(text),
            Err(_) => Cow::Owned(String::from_utf8_lossy(self.raw).into_owned() + "\u{FFFD}"),
        }
    }
}

impl<'b> Value<'b> {
    /// What stands where there is no such key.
    pub(super) const ABSENT: Self = Self { kind: Kind::Absent, raw: &[] };

    #[inline]
    fn of_text(text: Text<'b>) -> Self {
        Self { kind: if text.has_escapes { Kind::EscapedText } else { Kind::Text }, raw: text.raw }
    }

    /// Whether there is no such key.
    pub(super) fn is_absent(self) -> bool {
        self.kind == Kind::Absent
    }

    /// Whether it is `null`.
    pub(super) fn is_null(self) -> bool {
        self.kind == Kind::Literal && self.raw == b"null"
    }

    /// The text, if it is one.
    #[inline]
    pub(super) fn text(self) -> Option<Text<'b>> {
        match self.kind {
            Kind::Text => Some(Text { raw: self.raw, has_escapes: false }),
            Kind::EscapedText => Some(Text { raw: self.raw, has_escapes: true }),
            _ => None,
        }
    }

    /// The text as it stands in the bytes, if it is one and not empty.
    #[inline]
    pub(super) fn filled(self) -> Option<Text<'b>> {
        self.text().filter(|text| !text.raw.is_empty())
    }

    /// The text, if it is one and not empty.
    #[inline]
    pub(super) fn decoded(self) -> Option<Cow<'b, str>> {
        self.text().map(Text::decoded).filter(|text| !text.is_empty())
    }

    /// Whether it is this very text.
    #[inline]
    pub(super) fn is(self, word: &str) -> bool {
        match self.kind {
            Kind::Text => self.raw == word.as_bytes(),
            Kind::EscapedText => self.decoded().is_some_and(|text| text == word),
            _ => false,
        }
    }

    /// `true` or `false`, also as text.
    pub(super) fn truth(self) -> Option<bool> {
        fn of(word: &[u8]) -> Option<bool> {
            if word == b"true" {
                Some(true)
            } else if word == b"false" {
                Some(false)
            } else {
                of_any_case(word)
            }
        }
        fn of_any_case(word: &[u8]) -> Option<bool> {
            if word.eq_ignore_ascii_case(b"true") {
                Some(true)
            } else if word.eq_ignore_ascii_case(b"false") {
                Some(false)
            } else {
                None
            }
        }
        match self.kind {
            Kind::Literal | Kind::Text => of(self.raw),
            Kind::EscapedText => of(self.decoded()?.as_bytes()),
            _ => None,
        }
    }

    /// The bytes of an object.
    #[inline]
    pub(super) fn object(self) -> Option<&'b [u8]> {
        matches!(self.kind, Kind::Object | Kind::EscapedObject).then_some(self.raw)
    }

    /// The bytes of an array.
    pub(super) fn array(self) -> Option<&'b [u8]> {
        matches!(self.kind, Kind::Array | Kind::EscapedArray).then_some(self.raw)
    }

    /// The bytes of an object or array; none of all else.
    #[inline]
    pub(super) fn nested(self) -> &'b [u8] {
        self.object().or(self.array()).unwrap_or_default()
    }

    /// Whether there are backslashes in it.
    pub(super) fn has_escapes(self) -> bool {
        matches!(self.kind, Kind::EscapedText | Kind::EscapedObject | Kind::EscapedArray)
    }
}

/// Where an object or array stood.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    kind: Kind,
    start: usize,
    end: usize,
}

impl Part {
    /// The place of a value that starts there. Other values are so short that they are rather read again.
    #[inline]
    pub(super) fn of(value: Value<'_>, start: usize) -> Self {
        let raw = value.nested();
        if raw.is_empty() {
            Self::default()
        } else {
            Self { kind: value.kind, start, end: start + raw.len() }
        }
    }
}

/// Where in a stretch of bytes a text stands that ends with it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LastText {
    kind: Kind,
    length: usize,
}

impl LastText {
    pub(super) fn of(text: Value<'_>) -> Self {
        Self { kind: text.kind, length: text.raw.len() }
    }

    /// The text, in the same stretch of other bytes.
    #[inline]
    pub(super) fn within(self, bytes: &[u8]) -> Value<'_> {
        let end = bytes.len().saturating_sub(1);
        let raw = bytes.get(end.saturating_sub(self.length)..end).unwrap_or_default();
        if self.kind == Kind::Absent { Value::ABSENT } else { Value { kind: self.kind, raw } }
    }
}

impl<'b> Scanner<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, rest: bytes.get(at..).unwrap_or_default() }
    }

    /// The byte at which the next thing is read.
    #[inline(always)]
    pub(super) fn at(&self) -> usize {
        self.bytes.len() - self.rest.len()
    }

    #[inline(always)]
    pub(super) fn move_to(&mut self, at: usize) {
        self.rest = self.bytes.get(at..).unwrap_or_default();
    }

    /// What lies ahead.
    #[inline(always)]
    pub(super) fn ahead(&self) -> &'b [u8] {
        self.rest
    }

    /// What lies between two places.
    #[inline(always)]
    pub(super) fn between(&self, from: usize, to: usize) -> &'b [u8] {
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// Passes over so many bytes, or all there are; returns them.
    #[inline(always)]
    fn take(&mut self, count: usize) -> &'b [u8] {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }

    /// The next byte that is no white space.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<u8, Stop> {
        loop {
            match self.rest.split_first() {
                Some((b' ' | b'\n' | b'\r' | b'\t', rest)) => self.rest = rest,
                Some((byte, _)) => return Ok(*byte),
                None => return Err(Stop::Short),
            }
        }
    }

    /// Passes over one expected byte.
    #[inline]
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        if self.peek()? == byte {
            self.take(1);
            Ok(())
        } else {
            Err(Stop::Malformed(self.at()))
        }
    }

    /// Passes over these very bytes, if they are next.
    #[inline(always)]
    pub(super) fn pass(&mut self, literal: &[u8]) -> bool {
        let Some(rest) = self.rest.strip_prefix(literal) else { return false };
        self.rest = rest;
        true
    }

    /// Enters an object or goes on in it: the next key, with the colon behind it, or `None` behind the closing bracket.
    /// `is_first` tells whether no member has been read yet.
    pub(super) fn key(&mut self, is_first: bool) -> Result<Option<Text<'b>>, Stop> {
        match self.peek()? {
            b'}' => {
                self.take(1);
                return Ok(None);
            }
            b',' if !is_first => {
                self.take(1);
                self.peek()?;
            }
            _ if is_first => {}
            _ => return Err(Stop::Malformed(self.at())),
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Reads a string.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Text<'b>, Stop> {
        self.expect(b'"')?;
        self.string_tail()
    }

    /// Reads a string whose opening mark has been passed.
    #[inline]
    pub(super) fn string_tail(&mut self) -> Result<Text<'b>, Stop> {
        if let Some((text, rest)) = short_text(self.rest) {
            self.rest = rest;
            return Ok(text);
        }
        let mut length = 0;
        let mut has_escapes = false;
        loop {
            length += mark_ahead(self.rest.get(length..).ok_or(Stop::Short)?).ok_or(Stop::Short)?;
            if self.rest.get(length) == Some(&b'"') {
                let raw = self.take(length);
                self.take(1);
                return Ok(Text { raw, has_escapes });
            }
            // Whatever stands behind the backslash is part of the text.
            has_escapes = true;
            length += 2;
        }
    }

    /// Passes over the bytes that are also in this place, if they are next.
    #[inline(always)]
    pub(super) fn pass_again(&mut self, place: Range<usize>) -> bool {
        !place.is_empty() && self.pass(self.between(place.start, place.end))
    }

    /// Reads the value that also stands in this place, if it is next.
    #[inline(always)]
    pub(super) fn value_again(&mut self, part: &Part) -> Option<Value<'b>> {
        let raw = self.between(part.start, part.end);
        self.pass_again(part.start..part.end).then_some(Value { kind: part.kind, raw })
    }

    /// Reads a value, and finds the strings in it that start like an ARN; those in keys as well, and no others if there are
    /// escapes in it.
    #[inline(always)]
    pub(super) fn searched_value(&mut self, found: &mut Vec<usize>) -> Result<Value<'b>, Stop> {
        let kinds = match self.rest.first() {
            Some(b'{') => [Kind::Object, Kind::EscapedObject],
            Some(b'[') => [Kind::Array, Kind::EscapedArray],
            _ => return self.text_or_value(),
        };
        self.container(kinds, &mut ArnsFrom { start: self.at(), found })
    }

    /// Reads a value that is mostly a text of this very length.
    ///
    /// That the length is a guess, and not a result, lets the processor go on with what follows at once.
    #[inline(always)]
    pub(super) fn text_of_length<const N: usize>(&mut self) -> Result<Value<'b>, Stop> {
        if let Some((b'"', ahead)) = self.rest.split_first()
            && let Some((raw, [b'"', rest @ ..])) = ahead.split_first_chunk::<N>()
            && !has_marks(raw)
        {
            self.rest = rest;
            return Ok(Value { kind: Kind::Text, raw });
        }
        self.text_or_value()
    }

    /// Reads a value that has no white space before it and is mostly short.
    #[inline(always)]
    pub(super) fn text_or_value(&mut self) -> Result<Value<'b>, Stop> {
        match self.rest.first() {
            Some(b'"') => {
                if let Some((text, rest)) = self.rest.get(1..).and_then(short_text) {
                    self.rest = rest;
                    return Ok(Value::of_text(text));
                }
            }
            Some(b'{') => return self.container([Kind::Object, Kind::EscapedObject], &mut Unsearched),
            Some(b'[') => return self.container([Kind::Array, Kind::EscapedArray], &mut Unsearched),
            // The comma shows that the word ends there.
            Some(b'n') if self.rest.starts_with(b"null,") => return Ok(self.word(4)),
            Some(b't') if self.rest.starts_with(b"true,") => return Ok(self.word(4)),
            Some(b'f') if self.rest.starts_with(b"false,") => return Ok(self.word(5)),
            _ => {}
        }
        self.value()
    }

    #[inline(always)]
    fn word(&mut self, length: usize) -> Value<'b> {
        Value { kind: Kind::Literal, raw: self.take(length) }
    }

    /// Reads a value of any kind.
    #[inline(never)]
    pub(super) fn value(&mut self) -> Result<Value<'b>, Stop> {
        match self.peek()? {
            b'"' => {
                self.take(1);
                Ok(Value::of_text(self.string_tail()?))
            }
            b'{' => self.container([Kind::Object, Kind::EscapedObject], &mut Unsearched),
            b'[' => self.container([Kind::Array, Kind::EscapedArray], &mut Unsearched),
            b'}' | b']' | b',' | b':' => Err(Stop::Malformed(self.at())),
            _ => Ok(Value { kind: Kind::Literal, raw: self.literal()? }),
        }
    }

    #[inline]
    fn literal(&mut self) -> Result<&'b [u8], Stop> {
        let ends = |byte: &u8| {
            matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' | b'"' | b'{' | b'[' | b':')
        };
        let length = match self.rest {
            [b't', b'r', b'u', b'e', b',' | b'}', ..] | [b'n', b'u', b'l', b'l', b',' | b'}', ..] => 4,
            [b'f', b'a', b'l', b's', b'e', b',' | b'}', ..] => 5,
            // A literal at the very end of the bytes may go on in those that follow.
            _ => self.rest.iter().position(ends).ok_or(Stop::Short)?,
        };
        Ok(self.take(length))
    }

    /// Passes over an object or array, from its opening bracket to behind its closing one.
    #[inline(always)]
    fn container(
        &mut self,
        [plain, escaped]: [Kind; 2],
        search: &mut impl Search,
    ) -> Result<Value<'b>, Stop> {
        let (length, has_escapes) = container_length(self.rest, search).ok_or(Stop::Short)?;
        let kind = if has_escapes { escaped } else { plain };
        Ok(Value { kind, raw: self.take(length) })
    }
}

/// Reads a string, whose opening mark has been passed, if it ends within 64 bytes and holds no escapes, as most do. Looking
/// at 64 bytes at once is cheaper than a loop whose length nobody can foresee.
#[inline(always)]
fn short_text(bytes: &[u8]) -> Option<(Text<'_>, &[u8])> {
    let block = u8x64::new(*bytes.first_chunk::<64>()?);
    let marks = (block.simd_eq(u8x64::splat(b'"')) | block.simd_eq(u8x64::splat(b'\\'))).to_bitmask();
    let (raw, behind) = bytes.split_at_checked(marks.trailing_zeros() as usize)?;
    let (b'"', rest) = behind.split_first()? else { return None };
    Some((Text { raw, has_escapes: false }, rest))
}

/// A bit for each quotation mark and backslash.
#[inline]
fn marks(block: &[u8; 16]) -> u32 {
    let block = u8x16::new(*block);
    (block.simd_eq(u8x16::splat(b'"')) | block.simd_eq(u8x16::splat(b'\\'))).to_bitmask()
}

/// Whether there are quotation marks or backslashes in it.
#[inline(always)]
fn has_marks<const N: usize>(bytes: &[u8; N]) -> bool {
    let (blocks, _) = bytes.as_chunks::<16>();
    let all = blocks.iter().fold(0, |all, block| all | marks(block));
    // The last block may overlap the one before. There is none in what is shorter than a block.
    bytes.last_chunk::<16>().is_none_or(|last| all | marks(last) != 0)
}

/// How far ahead the next quotation mark or backslash is.
fn mark_ahead(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    let mut passed = 0;
    while let Some((block, behind)) = rest.split_first_chunk::<16>() {
        let marks = marks(block);
        if marks != 0 {
            return Some(passed + marks.trailing_zeros() as usize);
        }
        passed += 16;
        rest = behind;
    }
    let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    Some(passed + found)
}

/// The length of the object or array at the start of the bytes, and whether there are backslashes in it or shortly behind;
/// `None` if it does not end in the bytes.
///
/// Works on 64 bytes at a time, after Langdale and Lemire, "Parsing gigabytes of JSON per second" (VLDB Journal, 2019):
/// bit masks of quotation marks, escapes and brackets tell which brackets stand outside of strings.
#[inline(never)]
fn container_length(bytes: &[u8], search: &mut impl Search) -> Option<(usize, bool)> {
    let mut nesting = Nesting::default();
    let mut rest = bytes;
    let mut passed = 0;
    while let Some((block, behind)) = rest.split_first_chunk::<64>() {
        if let Some(end) = nesting.end_in(block, rest, passed, search) {
            return Some((passed + end, nesting.has_escapes));
        }
        rest = behind;
        passed += 64;
    }
    let mut last = [0; 64];
    last.iter_mut().zip(rest).for_each(|(own, byte)| *own = *byte);
    nesting.end_in(&last, rest, passed, search).map(|end| (passed + end, nesting.has_escapes))
}

/// What is looked for in an object or array while it is passed over.
trait Search {
    /// Looks at the strings that begin in a block, with which `ahead` starts, and which `passed` bytes went before.
    fn strings(&mut self, block: u8x64, begins: u64, ahead: &[u8], passed: usize);
}

/// Nothing.
struct Unsearched;

impl Search for Unsearched {
    #[inline(always)]
    fn strings(&mut self, _: u8x64, _: u64, _: &[u8], _: usize) {}
}

/// Strings that start like an ARN, in a container that starts at this byte.
struct ArnsFrom<'f> {
    start: usize,
    found: &'f mut Vec<usize>,
}

impl Search for ArnsFrom<'_> {
    #[inline(always)]
    fn strings(&mut self, block: u8x64, begins: u64, ahead: &[u8], passed: usize) {
        // What the last byte of the block begins is the first one of the next.
        let letters = block.simd_eq(u8x64::splat(b'a')).to_bitmask() >> 1 | 1 << 63;
        let mut left = begins & letters;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            if ahead.get(at..).is_some_and(|ahead| ahead.starts_with(b"\"arn:")) {
                self.found.push(self.start + passed + at);
            }
            left &= left - 1;
        }
    }
}

/// How deep in brackets, and whether in a string, one block of 64 bytes ends and the next one begins.
#[derive(Default)]
struct Nesting {
    depth: u32,
    /// All bits set within a string.
    in_string: u64,
    /// The lowest bit set behind a last backslash.
    escape_pending: u64,
    has_escapes: bool,
}

impl Nesting {
    /// The end of the outermost container, if it lies in this block, with which `ahead` starts, and which `passed` bytes
    /// went before.
    #[inline(always)]
    fn end_in(
        &mut self,
        block: &[u8; 64],
        ahead: &[u8],
        passed: usize,
        search: &mut impl Search,
    ) -> Option<usize> {
        let block = u8x64::new(*block);
        let equal = |block: u8x64, byte: u8| block.simd_eq(u8x64::splat(byte)).to_bitmask();
        let mut quotes = equal(block, b'"');
        let backslashes = block.simd_eq(u8x64::splat(b'\\'));
        if self.escape_pending != 0 || backslashes.any() {
            self.has_escapes = true;
            quotes &= !escaped(backslashes.to_bitmask(), &mut self.escape_pending);
        }
        let inside = prefix_xor(quotes) ^ self.in_string;
        self.in_string = 0_u64.wrapping_sub(inside >> 63);
        // `[` and `{`, and `]` and `}`, differ in one bit.
        let folded = block | u8x64::splat(0x20);
        let opens = equal(folded, b'{') & !inside;
        let closes = equal(folded, b'}') & !inside;
        // Most blocks have fewer closing brackets than would have to be closed.
        let mut left = closes;
        let mut ended = 0;
        while left != 0 {
            let lowest = left & left.wrapping_neg();
            ended += 1;
            if ended >= self.depth && self.depth + (opens & (lowest - 1)).count_ones() == ended {
                search.strings(block, quotes & inside & (lowest - 1), ahead, passed);
                return Some(lowest.trailing_zeros() as usize + 1);
            }
            left ^= lowest;
        }
        search.strings(block, quotes & inside, ahead, passed);
        self.depth = self.depth + opens.count_ones() - ended;
        None
    }
}

/// The characters behind an odd number of backslashes. `pending` carries a last backslash into the next block.
fn escaped(backslashes: u64, pending: &mut u64) -> u64 {
    const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
    let potential = backslashes & !*pending;
    let maybe_escaped = potential << 1;
    let maybe_escaped_or_odd = maybe_escaped | ODD;
    let series = maybe_escaped_or_odd.wrapping_sub(potential);
    let escape_and_terminal = series ^ ODD;
    let result = escape_and_terminal ^ (backslashes | *pending);
    *pending = (escape_and_terminal & backslashes) >> 63;
    result
}

/// Each bit becomes the exclusive or of all bits up to it: set from an opening quotation mark to before the closing one.
fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The length of the first container, one byte after the other.
    fn naive_length(bytes: &[u8]) -> Option<usize> {
        let (mut depth, mut in_string, mut is_escaped) = (0_u32, false, false);
        for (at, byte) in bytes.iter().enumerate() {
            if is_escaped {
                is_escaped = false;
                // An escaped quotation mark neither opens nor closes a string.
                if *byte == b'"' || in_string {
                    continue;
                }
            } else if *byte == b'\\' {
                is_escaped = true;
                continue;
            }
            match byte {
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    proptest! {
        #[test]
        fn blocks_agree_with_single_bytes(body in proptest::collection::vec(
            prop::sample::select(b"{}[]\"\\\\\"ab,: \x00\xff".to_vec()), 0..400)) {
            let mut bytes = b"{".to_vec();
            bytes.extend(body);
            prop_assert_eq!(container_length(&bytes, &mut Unsearched).map(|(length, _)| length), naive_length(&bytes));
            if let Some((length, has_escapes)) = container_length(&bytes, &mut Unsearched) {
                prop_assert!(has_escapes || !bytes[..length].contains(&b'\\'));
            }
        }
    }

    #[test]
    fn a_string_ends_at_the_first_mark_that_is_not_escaped() {
        for (json, raw) in [
            (r#""" "#, ""),
            (r#""a\"b""#, r#"a\"b"#),
            (r#""a\\" "#, r"a\\"),
            (r#""0123456789abcdef\"0123456789abcdef""#, r#"0123456789abcdef\"0123456789abcdef"#),
        ] {
            assert_eq!(Scanner::new(json.as_bytes(), 0).string().unwrap().raw, raw.as_bytes(), "{json}");
        }
        assert_eq!(Scanner::new(br#""abc\"#, 0).string(), Err(Stop::Short));
        assert_eq!(Scanner::new(br#""abc\""#, 0).string(), Err(Stop::Short));
    }
}
