//! Smaller policies: what nobody used is taken out of the policies that people wrote, statement by statement.
//!
//! Order, `Sid`, `Resource` and `Condition` stay; statements that do not change stay byte for byte. `Deny` is never touched,
//! nor are boundaries, trust policies and those of an organisation. Only what is [`crate::usage::State::Unused`] goes; what no
//! source could have seen stays. Each new policy is proven before it is handed out, see [`proof`].
//!
//! Beyond that, narrower policies are proposed where records show on what actions were used, see [`narrow`].

mod fitting;
mod from_trail;
mod narrow;
mod opt_out;
mod plan;
mod proof;
mod rewrite;
mod right_sized;
mod size;

pub use from_trail::{FromTrail, from_trail};
pub use opt_out::{Exemption, OptOut, TagMatch};
pub use plan::{Level, Options, right_size};
pub use rewrite::{Rewritten, base_text, rewrite};
pub use right_sized::{AttachedTo, Kept, Outcome, Owner, Proposal, Removed, RightSized};
