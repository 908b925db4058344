#![doc = include_str!("../README.md")]

pub mod access;
pub mod audit;
pub mod check;
pub mod checks;
pub mod cloudtrail;
pub mod diff;
pub mod escalation;
pub mod evidence;
pub mod external;
pub mod fact;
pub mod ident;
pub mod input;
pub mod monitoring;
pub mod rightsize;
pub mod root_use;
pub mod usage;
