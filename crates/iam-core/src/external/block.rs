use iam_policy::pattern::PrincipalPattern;
use iam_policy::policy::Statement;
use iam_policy::symbolic::{AttachedTo, fixed_values};

use super::{Finding, Open, Via, Who};
use crate::evidence::{Account, Resource, Supplied};
use crate::fact::Fact;
use crate::input::resource_policies::{NetworkOrigin, PublicAccessBlock, ResourceKind};

/// Marks the findings that a public access block keeps from being access, and those of which that is not known.
///
/// Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
pub(super) fn apply(account: &Account, resource: &Resource, findings: &mut [Finding]) {
    if !matches!(resource.kind, ResourceKind::Bucket | ResourceKind::AccessPoint) {
        return;
    }
    for finding in findings {
        let blocked = match finding.via {
            Via::Policy | Via::ForeignAccessPoint => of_policy(account, resource),
            Via::Acl if finding.principal == Who::Anyone => {
                setting(account, resource, "IgnorePublicAcls", |block| &block.ignore_acls)
            }
            _ => continue,
        };
        blocked.mark(finding);
    }
}

/// The same of findings that take the policies of a bucket and of an access point together. Each setting counts where it is the
/// policy beside it that is public; whether the bucket's counts for a public policy of the access point, AWS leaves open.
///
/// Source: Amazon S3 User Guide, "Managing public access to access points for general purpose buckets".
pub(super) fn apply_through(
    account: &Account,
    bucket: &Resource,
    point: &Resource,
    findings: &mut [Finding],
) {
    for finding in findings {
        for resource in [bucket, point] {
            if finding.blocked_by.is_none() {
                of_policy(account, resource).mark(finding);
            }
        }
        let is_of_bucket = bucket.public_access_block().and_then(|block| block.restrict_buckets.known());
        if finding.blocked_by.is_none() && is_of_bucket == Ok(true) && !matches!(is_public(point), Public::No)
        {
            let why = "whether RestrictPublicBuckets of the bucket counts for the policy of the access point";
            finding.depends_on.push(why.to_owned());
        }
    }
}

/// What keeps out those whom a policy lets in.
fn of_policy(account: &Account, resource: &Resource) -> Blocked {
    match is_public(resource) {
        Public::No => Blocked::No,
        Public::Yes => restricted(account, resource),
        Public::Perhaps => match restricted(account, resource) {
            Blocked::Yes(by) => {
                Blocked::Unknown(format!("whether S3 takes the policy for public, which {by} would keep out"))
            }
            other => other,
        },
    }
}

enum Blocked {
    Yes(String),
    No,
    Unknown(String),
}

impl Blocked {
    fn mark(self, finding: &mut Finding) {
        match self {
            Self::Yes(by) => finding.blocked_by = Some(by),
            Self::No => {}
            Self::Unknown(why) => finding.depends_on.push(why),
        }
    }
}

/// Whether S3 takes a policy for public.
enum Public {
    Yes,
    No,
    /// S3's rule says nothing of a condition key that every such statement has.
    Perhaps,
}

/// The policy that S3 calls public and nobody handed in.
pub(super) fn public_unseen(account: &Account, resource: &Resource) -> Option<Open> {
    let is_unseen = resource.policy().is_err();
    if !is_unseen || !matches!(resource.is_public_by_s3(), Ok(true)) {
        return None;
    }
    let noun = resource.kind.noun();
    let said = format!("S3 says that the policy of the {noun} is public, and the policy was not seen");
    let (why, is_public) = match restricted(account, resource) {
        Blocked::Yes(by) => (format!("{said}; {by} keeps others out"), false),
        Blocked::No => (said, true),
        Blocked::Unknown(on) => (format!("{said}; it depends on {on}"), true),
    };
    Some(Open { via: Via::Policy, why, gap: None, is_public })
}

fn restricted(account: &Account, resource: &Resource) -> Blocked {
    setting(account, resource, "RestrictPublicBuckets", |block| &block.restrict_buckets)
}

/// Whether S3 takes the policy for public: as it says itself, else by its rule.
fn is_public(resource: &Resource) -> Public {
    match resource.is_public_by_s3() {
        Ok(true) => return Public::Yes,
        Ok(false) => return Public::No,
        Err(_) => {}
    }
    let origin = resource.access_point().and_then(|point| point.origin.seen());
    if matches!(origin, Ok(NetworkOrigin::Vpc(_))) {
        return Public::No;
    }
    let policy = resource.policy().ok().flatten().and_then(|document| document.policy().ok());
    let attached =
        if resource.kind == ResourceKind::AccessPoint { AttachedTo::AccessPoint } else { AttachedTo::Other };
    let Some(policy) = policy else { return Public::No };
    let unlimited = fixed_values(policy, attached);
    if unlimited.is_empty() {
        return Public::No;
    }
    let by_rule = |statement: &Statement| {
        statement.conditions.iter().all(|test| KEYS_OF_RULE.contains(&test.key.folded()))
            && statement.principals.as_ref().is_none_or(|principals| {
                !principals.values.iter().any(|one| matches!(one, PrincipalPattern::Federated(_)))
            })
    };
    if unlimited.iter().any(|cited| by_rule(cited.statement)) { Public::Yes } else { Public::Perhaps }
}

/// The condition keys that S3's rule names, in lower case.
///
/// Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", "The meaning of public".
const KEYS_OF_RULE: &[&str] = &[
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

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
