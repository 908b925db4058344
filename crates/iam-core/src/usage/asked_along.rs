//! Actions that a call may need for what it is asked to do along the way: to tag what it makes, to open it to others, or to do
//! what another service then does.
//!
//! Whether a call asked for it stands in its parameters, which are not kept. The action leaves no record of its own then, and
//! no report of last uses counts it.
//!
//! Source: Service Authorization Reference, whose actions that take tags have `aws:RequestTag` and `aws:TagKeys` among their
//! condition keys; Amazon S3 API Reference, "Permissions" of `CreateBucket` and `PutObject`; Amazon EC2 Auto Scaling User Guide,
//! "Control Amazon EC2 launch template usage"; Amazon Redshift Management Guide, "Create an IAM role or user with permissions to
//! call GetClusterCredentials".

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::catalogue::{Action, ActionId, Catalogue, Levels};

/// What is asked for along with an action, beyond tags: `(service, action, along with it)`.
const ALONG: &[(&str, &str, &[&str])] = &[
    ("autoscaling", "CreateAutoScalingGroup", &["ec2:CreateTags", "ec2:RunInstances"]),
    ("autoscaling", "UpdateAutoScalingGroup", &["ec2:CreateTags", "ec2:RunInstances"]),
    ("redshift", "GetClusterCredentials", &["redshift:CreateClusterUser", "redshift:JoinGroup"]),
    (
        "s3",
        "CreateBucket",
        &[
            "s3:PutBucketAcl",
            "s3:PutBucketObjectLockConfiguration",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketVersioning",
        ],
    ),
    ("s3", "PutObject", &["s3:PutObjectAcl", "s3:PutObjectLegalHold", "s3:PutObjectRetention"]),
    ("sts", "AssumeRole", &["sts:SetContext", "sts:SetSourceIdentity"]),
    ("sts", "AssumeRoleWithSAML", &["sts:SetSourceIdentity"]),
    ("sts", "AssumeRoleWithWebIdentity", &["sts:SetSourceIdentity"]),
];

/// How the names of actions begin that make something, whether or not the catalogue knows that they take tags.
const MAKING: &[&str] =
    &["Allocate", "Assume", "Copy", "Create", "Import", "Put", "Register", "Request", "Restore", "Run"];

/// What may have been needed along with these, each with the action that was used.
pub(super) fn asked_along(
    catalogue: &Catalogue,
    used: impl Iterator<Item = ActionId>,
) -> BTreeMap<ActionId, ActionId> {
    let mut along = BTreeMap::new();
    let mut tagged: BTreeSet<&str> = BTreeSet::new();
    for action in used.filter_map(|id| catalogue.by_id(id)) {
        let rows =
            ALONG.iter().filter(|(prefix, name, _)| *prefix == action.prefix() && *name == action.name());
        let names = rows.flat_map(|(_, _, names)| *names);
        for other in names.filter_map(|name| catalogue.find(name).known()) {
            along.entry(other.id()).or_insert(action.id());
        }
        if !makes(&action) || !tagged.insert(action.prefix()) {
            continue;
        }
        let service = catalogue.service(action.prefix());
        for other in service.into_iter().flat_map(|service| service.actions()).filter(tags) {
            along.entry(other.id()).or_insert(action.id());
        }
    }
    along
}

/// Whether the action may make something and tag it at once.
fn makes(action: &Action<'_>) -> bool {
    let takes_tags = || {
        action.condition_keys().any(|key| {
            let name = key.name().to_ascii_lowercase();
            name.starts_with("aws:requesttag/") || name == "aws:tagkeys"
        })
    };
    let is_making = || MAKING.iter().any(|start| action.name().starts_with(start));
    !is_about_tags(action) && (is_making() || takes_tags())
}

/// Whether the action puts tags on something.
fn tags(action: &Action<'_>) -> bool {
    let takes_away = ["Untag", "Remove", "Delete"].iter().any(|start| action.name().starts_with(start));
    is_about_tags(action) && !takes_away
}

fn is_about_tags(action: &Action<'_>) -> bool {
    let name = action.name();
    let puts =
        ["AddTags", "CreateOrUpdateTags", "CreateTags", "Tag"].iter().any(|start| name.starts_with(start))
            || (name.starts_with("Put") && name.ends_with("Tagging"));
    puts || action.levels().intersects(Levels::TAGGING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_may_be_tagged() {
        let catalogue = Catalogue::embedded();
        let id = |name: &str| catalogue.find(name).known().unwrap().id();
        for (prefix, name, names) in ALONG {
            let action = format!("{prefix}:{name}");
            for name in names.iter().copied().chain([&*action]) {
                assert_eq!(catalogue.find(name).known().unwrap().to_string(), name);
            }
        }
        for (used, other, is_along) in [
            ("sqs:CreateQueue", "sqs:TagQueue", true),
            ("iam:CreateRole", "iam:TagRole", true),
            ("sns:CreateTopic", "sns:TagResource", true),
            ("dynamodb:CreateTable", "dynamodb:TagResource", true),
            ("lambda:CreateFunction", "lambda:TagResource", true),
            ("eks:CreateCluster", "eks:TagResource", true),
            ("logs:CreateLogGroup", "logs:TagLogGroup", true),
            ("logs:CreateLogGroup", "logs:TagResource", true),
            ("ssm:PutParameter", "ssm:AddTagsToResource", true),
            ("ec2:RunInstances", "ec2:CreateTags", true),
            ("s3:CreateBucket", "s3:PutBucketAcl", true),
            ("s3:CreateBucket", "s3:PutBucketOwnershipControls", true),
            ("s3:CreateBucket", "s3:PutBucketTagging", true),
            ("s3:PutObject", "s3:PutObjectTagging", true),
            ("s3:PutObject", "s3:PutObjectAcl", true),
            ("sts:AssumeRole", "sts:TagSession", true),
            ("autoscaling:CreateAutoScalingGroup", "ec2:RunInstances", true),
            ("sqs:CreateQueue", "sqs:UntagQueue", false),
            ("sqs:CreateQueue", "sns:TagResource", false),
            ("sqs:DeleteQueue", "sqs:TagQueue", false),
            ("ec2:DescribeVpcs", "ec2:CreateTags", false),
            ("ec2:CreateTags", "ec2:CreateTags", false),
            ("s3:ListBucket", "s3:PutBucketAcl", false),
        ] {
            let along = asked_along(catalogue, std::iter::once(id(used)));
            assert_eq!(along.contains_key(&id(other)), is_along, "{used} {other}");
        }
    }
}
