//! What identities may do, all their policies and their boundary taken together.

mod administrator;

pub use administrator::{Administrator, Deciding, Origin};
