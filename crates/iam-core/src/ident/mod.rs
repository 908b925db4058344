//! Names that AWS gives to things, parsed once.

mod access_key_id;

pub use access_key_id::{AccessKeyId, KeyIdDisplay};
pub use iam_policy::arn::{AccountId, Arn, InvalidAccountId, InvalidArn, Partition};
