use iam_policy::symbolic::{AttachedTo, fixed_values};

use super::{Finding, Via, Who};
use crate::evidence::{Account, Resource, Supplied};
use crate::fact::Fact;
use crate::input::resource_policies::{PublicAccessBlock, ResourceKind};

/// Marks the findings that a public access block keeps from being access, and those of which that is not known.
///
/// Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
pub(super) fn apply(account: &Account, resource: &Resource, findings: &mut [Finding]) {
    if !matches!(resource.kind, ResourceKind::Bucket | ResourceKind::AccessPoint) {
        return;
    }
    for finding in findings {
        let blocked = match finding.via {
            Via::Policy if is_public(resource) => {
                setting(account, resource, "RestrictPublicBuckets", |block| &block.restrict_buckets)
            }
            Via::Acl if finding.principal == Who::Anyone => {
                setting(account, resource, "IgnorePublicAcls", |block| &block.ignore_acls)
            }
            _ => continue,
        };
        match blocked {
            Blocked::Yes(by) => finding.blocked_by = Some(by),
            Blocked::No => {}
            Blocked::Unknown(why) => finding.depends_on.push(why),
        }
    }
}

enum Blocked {
    Yes(String),
    No,
    Unknown(String),
}

/// Whether S3 takes the policy for public: as it says itself, else by its rule.
fn is_public(resource: &Resource) -> bool {
    if let Ok(is_public) = resource.is_public_by_s3() {
        return is_public;
    }
    let policy = resource.policy().ok().flatten().and_then(|document| document.policy().ok());
    let attached =
        if resource.kind == ResourceKind::AccessPoint { AttachedTo::AccessPoint } else { AttachedTo::Other };
    policy.is_some_and(|policy| !fixed_values(policy, attached).is_empty())
}

/// A setting counts if either the bucket or the account has it.
fn setting(
    account: &Account,
    resource: &Resource,
    name: &str,
    of: impl Fn(&PublicAccessBlock) -> &Fact<bool>,
) -> Blocked {
    let read = |block: Supplied<&PublicAccessBlock>| block.and_then(|block| of(block).known());
    let (own, whole) = (read(resource.public_access_block()), read(account.resources().account_block()));
    match (own, whole) {
        (Ok(true), _) => Blocked::Yes(format!("{name} of the {}", resource.kind.noun())),
        (_, Ok(true)) => Blocked::Yes(format!("{name} of the account")),
        (Ok(false), Ok(false)) => Blocked::No,
        (Err(_), Err(_)) => Blocked::Unknown(format!(
            "{name} of the {} and of the account, which were not seen",
            resource.kind.noun()
        )),
        (Err(_), _) => {
            Blocked::Unknown(format!("{name} of the {}, which was not seen", resource.kind.noun()))
        }
        (_, Err(_)) => Blocked::Unknown(format!("{name} of the account, which was not seen")),
    }
}
