#![doc = include_str!("../README.md")]

pub mod arn;
pub mod catalogue;
pub mod document;
pub mod issue;
pub mod span;
pub mod validate;
