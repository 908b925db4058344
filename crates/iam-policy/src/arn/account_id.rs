use std::fmt;
use std::str::FromStr;

/// The twelve digits of an AWS account, leading zeros kept.
///
/// Source: AWS Account Management Reference Guide, "View AWS account identifiers".
///
/// ```
/// use iam_policy::arn::AccountId;
///
/// let account: AccountId = "111122223333".parse()?;
/// assert_eq!(account.to_string(), "111122223333");
/// assert!("1111-2222-3333".parse::<AccountId>().is_err());
/// # Ok::<(), iam_policy::arn::InvalidAccountId>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

/// The text is not twelve ASCII digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account id has exactly twelve digits")]
pub struct InvalidAccountId;

impl FromStr for AccountId {
    type Err = InvalidAccountId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidAccountId);
        }
        text.parse().map(Self).map_err(|_| InvalidAccountId)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({self})")
    }
}
