//! Buckets: their policy and whether S3 takes it for public, their access control list, and what blocks public access. Directory
//! buckets have nothing but a policy.

use aws_sdk_s3::operation::get_bucket_acl::GetBucketAclOutput;
use aws_sdk_s3::types::{Grant, Grantee};

use super::{Here, or_none, twice};
use crate::aws::pages;
use crate::collector::Call;
use crate::json::{Json, Object, object};
use crate::run::Halt;
use crate::untyped::{Ask, Service, below, encoded, text};

pub(super) const LIST: Call = Call { operation: "ListBuckets", action: "s3:ListAllMyBuckets" };
pub(super) const POLICY: Call = Call { operation: "GetBucketPolicy", action: "s3:GetBucketPolicy" };
pub(super) const POLICY_STATUS: Call =
    Call { operation: "GetBucketPolicyStatus", action: "s3:GetBucketPolicyStatus" };
pub(super) const ACL: Call = Call { operation: "GetBucketAcl", action: "s3:GetBucketAcl" };
pub(super) const BLOCK: Call =
    Call { operation: "GetPublicAccessBlock", action: "s3:GetBucketPublicAccessBlock" };
pub(super) const LIST_DIRECTORY: Call =
    Call { operation: "ListDirectoryBuckets", action: "s3express:ListAllMyDirectoryBuckets" };
pub(super) const DIRECTORY_POLICY: Call =
    Call { operation: "GetBucketPolicy", action: "s3express:GetBucketPolicy" };

static S3_EXPRESS: Service = Service { signing_name: "s3express", host: "s3express-control" };

const NO_POLICY: &str = "NoSuchBucketPolicy";

pub(super) async fn buckets(here: &Here<'_>) -> Result<(), Halt> {
    let client = here.run.aws.s3(here.region);
    let mut names = Vec::new();
    let stream = client.list_buckets().bucket_region(here.region).into_paginator().send();
    let failure = pages(stream, |page| {
        names.extend(page.buckets().iter().filter_map(|bucket| bucket.name().map(str::to_owned)));
    })
    .await;
    here.listed(&LIST, names.is_empty(), failure)?;
    let each = || names.iter().map(|name| twice(name));
    here.each("s3-bucket", &POLICY, each(), async |name| {
        let answer = client.get_bucket_policy().bucket(name).send().await;
        or_none(
            answer,
            NO_POLICY,
            |answer| object().maybe("Policy", answer.policy()),
            object().with("Policy", ""),
        )
    })
    .await?;
    here.each("s3-bucket-policy-status", &POLICY_STATUS, each(), async |name| {
        let answer = client.get_bucket_policy_status().bucket(name).send().await;
        let is_public =
            |is_public: Option<bool>| object().with("PolicyStatus", object().maybe("IsPublic", is_public));
        let with = |answer: &aws_sdk_s3::operation::get_bucket_policy_status::GetBucketPolicyStatusOutput| {
            is_public(answer.policy_status().and_then(|status| status.is_public()))
        };
        // Without a policy none is public.
        or_none(answer, NO_POLICY, with, is_public(Some(false)))
    })
    .await?;
    here.each("s3-bucket-acl", &ACL, each(), async |name| {
        Ok(acl(&client.get_bucket_acl().bucket(name).send().await?))
    })
    .await?;
    here.each("s3-bucket-public-access-block", &BLOCK, each(), async |name| {
        let answer = client.get_public_access_block().bucket(name).send().await;
        let with = |answer: &aws_sdk_s3::operation::get_public_access_block::GetPublicAccessBlockOutput| {
            let settings = answer.public_access_block_configuration();
            block(settings.map_or([None; 4], |settings| {
                [
                    settings.block_public_acls(),
                    settings.ignore_public_acls(),
                    settings.block_public_policy(),
                    settings.restrict_public_buckets(),
                ]
            }))
        };
        or_none(answer, "NoSuchPublicAccessBlockConfiguration", with, block([Some(false); 4]))
    })
    .await
}

/// The SDK takes any answer for a list without buckets, so that this one is asked without it.
pub(super) async fn directory_buckets(here: &Here<'_>) -> Result<(), Halt> {
    let client = here.run.aws.s3(here.region);
    let mut names = Vec::new();
    let page = |token: Option<&str>| {
        let more = token.map(|token| format!("&continuation-token={}", encoded(token))).unwrap_or_default();
        Ask::rest(&S3_EXPRESS, LIST_DIRECTORY.operation, format!("/?max-directory-buckets=1000{more}"))
    };
    let failure = here.run.aws.ask_pages(here.region, page, |answer| {
        answer.read_xml("ListAllMyDirectoryBucketsResult", |root| {
            let buckets = below(root, &["Buckets", "Bucket"]);
            names.extend(buckets.into_iter().filter_map(|bucket| text(bucket, "Name").map(str::to_owned)));
            text(root, "ContinuationToken").map(str::to_owned)
        })
    });
    let failure = failure.await;
    here.listed(&LIST_DIRECTORY, names.is_empty(), failure)?;
    let each = names.iter().map(|name| twice(name));
    here.each("s3-directory-bucket", &DIRECTORY_POLICY, each, async |name| {
        let answer = client.get_bucket_policy().bucket(name).send().await;
        or_none(
            answer,
            NO_POLICY,
            |answer| object().maybe("Policy", answer.policy()),
            object().with("Policy", ""),
        )
    })
    .await
}

/// Settings that are absent are off. Source: Amazon S3 API Reference, `PublicAccessBlockConfiguration`.
pub(super) fn block([acls, ignore, policy, restrict]: [Option<bool>; 4]) -> Object {
    object().with(
        "PublicAccessBlockConfiguration",
        object()
            .with("BlockPublicAcls", acls.unwrap_or_default())
            .with("IgnorePublicAcls", ignore.unwrap_or_default())
            .with("BlockPublicPolicy", policy.unwrap_or_default())
            .with("RestrictPublicBuckets", restrict.unwrap_or_default()),
    )
}

fn acl(answer: &GetBucketAclOutput) -> Json {
    let owner = answer
        .owner()
        .map(|owner| object().maybe("DisplayName", owner.display_name()).maybe("ID", owner.id()));
    object().maybe("Owner", owner).list("Grants", answer.grants(), grant).into()
}

fn grant(grant: &Grant) -> Json {
    object()
        .maybe("Grantee", grant.grantee().map(grantee))
        .maybe("Permission", grant.permission().map(|permission| permission.as_str()))
        .into()
}

fn grantee(grantee: &Grantee) -> Object {
    object()
        .maybe("DisplayName", grantee.display_name())
        .maybe("EmailAddress", grantee.email_address())
        .maybe("ID", grantee.id())
        .with("Type", grantee.r#type().as_str())
        .maybe("URI", grantee.uri())
}
