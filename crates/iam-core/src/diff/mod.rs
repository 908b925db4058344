//! What changed between two looks at the same accounts.
//!
//! A finding that is gone is fixed only where the later look could have seen it. Where its verdict is unknown now, its check did
//! not run, or its account is missing, it is out of sight. A finding that was not there before is new only where the earlier look had
//! something to see it in; else it is newly seen.
//!
//! What policies allow is compared by proof, and not by their text.

mod access;
mod access_look;
mod compare;
mod credentials;
mod look;

pub use access::{
    AccessChanges, BoundaryChange, Cited, Extent, Extents, PolicyChange, Presence, PrincipalChange,
};
pub use access_look::{AccessLook, Place, PolicyRef};
pub use compare::{AccountChanges, Changes, Reversed, compare};
pub use credentials::{CredentialChange, Held, Turn};
pub use look::{AccountLook, Look, Standing};
