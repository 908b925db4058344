//! What identities may do, all their policies, their boundary and those of the organization taken together.

mod administrator;
mod applying;
mod ceiling;
mod controls;
mod identity_policies;

pub use administrator::{Administrator, Deciding, Origin};
pub use applying::{Applying, with_path_of_role};
pub use ceiling::Ceiling;
pub(crate) use controls::full_access;
pub use controls::{Attached, Bounds, Controls, Level};
pub use identity_policies::IdentityPolicies;
