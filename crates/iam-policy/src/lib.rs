#![doc = include_str!("../README.md")]

pub mod arn;
pub mod catalogue;
pub mod condition;
pub mod context;
pub mod document;
pub mod evaluate;
pub mod glob;
pub mod issue;
pub mod pattern;
pub mod policy;
pub mod principal;
pub mod request;
pub mod span;
pub mod symbolic;
pub mod truth;
pub mod validate;
