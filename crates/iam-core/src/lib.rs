#![doc = include_str!("../README.md")]

pub mod audit;
pub mod check;
pub mod checks;
pub mod cloudtrail;
pub mod evidence;
pub mod fact;
pub mod ident;
pub mod input;
pub mod rightsize;
pub mod usage;
