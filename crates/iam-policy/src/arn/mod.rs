//! Names of AWS resources and accounts, parsed once.

mod account_id;
mod fields;

use std::fmt;

pub use account_id::{AccountId, InvalidAccountId};
pub use fields::Fields;

/// An Amazon Resource Name, split into its six fields and borrowed from the text it stands in.
///
/// Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names".
///
/// ```
/// use iam_policy::arn::{Arn, Partition};
///
/// let arn = Arn::parse("arn:aws-us-gov:iam::111122223333:user/ci/deploy")?;
/// assert_eq!(arn.partition(), Partition::GovCloud);
/// assert_eq!(arn.resource, "user/ci/deploy");
/// assert!(!arn.is_root());
/// # Ok::<(), iam_policy::arn::InvalidArn>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    partition: &'a str,
    /// The service namespace, such as `iam`.
    pub service: &'a str,
    /// The Region; empty for IAM.
    pub region: &'a str,
    account: &'a str,
    /// All that follows the fifth colon.
    pub resource: &'a str,
}

/// The text does not have the six fields of an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an ARN has six fields: arn:partition:service:region:account:resource")]
pub struct InvalidArn;

impl<'a> Arn<'a> {
    /// Splits `text`; the fields themselves are not judged, except that partition, service and resource are not empty.
    ///
    /// # Errors
    ///
    /// [`InvalidArn`] when a field is missing.
    pub fn parse(text: &'a str) -> Result<Self, InvalidArn> {
        let mut fields = text.splitn(6, ':');
        let mut field = || fields.next().ok_or(InvalidArn);
        let (prefix, partition, service, region, account, resource) =
            (field()?, field()?, field()?, field()?, field()?, field()?);
        if prefix != "arn" || partition.is_empty() || service.is_empty() || resource.is_empty() {
            return Err(InvalidArn);
        }
        Ok(Self { partition, service, region, account, resource })
    }

    /// The partition in which the resource lives.
    pub fn partition(&self) -> Partition {
        Partition::named(self.partition)
    }

    /// The partition field as it stands.
    pub fn partition_field(&self) -> &'a str {
        self.partition
    }

    /// The account field as it stands: twelve digits, nothing for resources such as S3 buckets, or a word such as `aws`.
    pub fn account_field(&self) -> &'a str {
        self.account
    }

    /// The account that owns the resource.
    ///
    /// # Errors
    ///
    /// [`InvalidAccountId`] when the field is empty or is not twelve digits.
    pub fn account(&self) -> Result<AccountId, InvalidAccountId> {
        self.account.parse()
    }

    /// Whether this names the root user of an account.
    pub fn is_root(&self) -> bool {
        self.service == "iam" && self.resource == "root"
    }
}

/// A group of Regions with its own accounts and ARNs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Partition {
    /// `aws`, the commercial Regions.
    #[default]
    Aws,
    /// `aws-cn`, the Regions in China.
    China,
    /// `aws-us-gov`, the GovCloud Regions.
    GovCloud,
    /// Any other, such as the isolated ones.
    Other(Box<str>),
}

impl Partition {
    /// The partition with this name, as it stands in ARNs.
    pub fn named(name: &str) -> Self {
        match name {
            "aws" => Self::Aws,
            "aws-cn" => Self::China,
            "aws-us-gov" => Self::GovCloud,
            other => Self::Other(other.into()),
        }
    }

    /// The partition as it stands in ARNs.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
            Self::Other(name) => name,
        }
    }

    /// The Region in which global services, IAM and sign-ins of root are logged; `None` where that is not known. Source:
    /// AWS General Reference, "AWS Identity and Access Management endpoints and quotas".
    pub fn global_region(&self) -> Option<&'static str> {
        match self {
            Self::Aws => Some("us-east-1"),
            Self::China => Some("cn-north-1"),
            Self::GovCloud => Some("us-gov-west-1"),
            Self::Other(_) => None,
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
