//! Smaller policies: what nobody used is taken out of the policies that people wrote, statement by statement.
//!
//! Order, `Sid`, `Resource` and `Condition` stay; statements that do not change stay byte for byte. `Deny` is never touched,
//! nor are boundaries, trust policies and those of an organisation. Only what is [`crate::usage::State::Unused`] goes; what no
//! source could have seen stays. Each new policy is proven before it is handed out, see [`proof`].

mod from_trail;
mod plan;
mod proof;
mod rewrite;

pub use from_trail::{FromTrail, from_trail};
pub use plan::{Kept, Level, Options, Outcome, Owner, Removed, RightSized, right_size};
pub use rewrite::{Rewritten, base_text, rewrite};
