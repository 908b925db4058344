//! Decides what would be noticed: the languages in which AWS is told which events matter, and which events they match.

pub mod event_pattern;
pub mod filter_pattern;
