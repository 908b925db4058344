//! Decides what would be noticed: the languages in which AWS is told which events matter.
