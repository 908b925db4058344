//! What root did, as CloudTrail records tell it: sessions by time, each call with whether it needed root.

mod disclosure;
mod need;
mod permission;
mod sessions;

pub(crate) use disclosure::discloses;
pub(crate) use need::is_about_root;
pub use need::{CHECKED, Need};
pub use permission::permission_for;
pub(crate) use sessions::is_console;
pub use sessions::{Deed, RootUse, Session, Way, root_use};
