#![doc = include_str!("../README.md")]

mod buffer;
mod content;
mod decode;
mod discover;
mod gzip;
mod layout;
mod pattern;
mod pruning;
mod recognize;
mod request;
mod scan;
mod seen;
mod shown;
mod stream;
mod transport;
mod worker;

pub use discover::PassedOver;
pub use pruning::LATEST_DELIVERY;
pub use recognize::may_hold_records;
pub use request::{Progress, Request};
pub use scan::{Scan, scan};
