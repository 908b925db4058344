#![doc = include_str!("../README.md")]

pub mod evidence;
pub mod fact;
pub mod ident;
pub mod input;
