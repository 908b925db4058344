//! Names that AWS gives to things, parsed once.

mod access_key_id;
mod account_id;
mod arn;

pub use access_key_id::{AccessKeyId, KeyIdDisplay};
pub use account_id::{AccountId, InvalidAccountId};
pub use arn::{Arn, InvalidArn, Partition};
