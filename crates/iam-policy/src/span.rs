//! Where something stands in the text of a policy.

use std::fmt;

/// A range of bytes of a policy's text: from `start` up to but not including `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

/// A span that says where a node stands and nothing of what it is: all of them are equal, so that documents compare by
/// what they say.
#[derive(Clone, Copy, Default)]
pub struct At(pub Span);

/// A line and a column, both from 1. Columns count characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Span {
    /// The span of nothing at the beginning of a text, which is where nodes stand that no text holds.
    pub const NONE: Self = Self { start: 0, end: 0 };

    /// The span from one byte to another; offsets beyond 4 GiB are cut.
    pub fn new(start: usize, end: usize) -> Self {
        let offset = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: offset(start), end: offset(end) }
    }

    /// What stands there; nothing where the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl Position {
    /// Line and column of a byte of a text. An offset behind the end stands for the end.
    ///
    /// ```
    /// use iam_policy::span::Position;
    ///
    /// assert_eq!(Position::of("{\n  \"Sid\"", 4), Position { line: 2, column: 3 });
    /// ```
    pub fn of(text: &str, offset: u32) -> Self {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = text.get(..offset).unwrap_or_default();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let in_line = before.get(line_start..).unwrap_or_default();
        Self { line: count(before.matches('\n').count()), column: count(in_line.chars().count()) }
    }
}

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for At {}

impl fmt::Debug for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.0.start, self.0.end)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
