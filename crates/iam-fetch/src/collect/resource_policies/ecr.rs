//! Repositories of ECR.

use aws_sdk_ecr::operation::get_repository_policy::GetRepositoryPolicyOutput;

use super::{Here, or_none};
use crate::aws::pages;
use crate::collector::Call;
use crate::json::object;
use crate::run::Halt;

pub(super) const LIST: Call = Call { operation: "DescribeRepositories", action: "ecr:DescribeRepositories" };
pub(super) const POLICY: Call = Call { operation: "GetRepositoryPolicy", action: "ecr:GetRepositoryPolicy" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let client = aws_sdk_ecr::Client::new(&here.config());
    let mut repositories = Vec::new();
    let failure = pages(client.describe_repositories().into_paginator().send(), |page| {
        repositories.extend(page.repositories().iter().filter_map(|repository| {
            let name = repository.repository_name()?.to_owned();
            Some((name.clone(), (name, repository.registry_id().unwrap_or_default().to_owned())))
        }));
    })
    .await;
    here.listed(&LIST, repositories.is_empty(), failure)?;
    here.each("ecr-repository", &POLICY, repositories, async |(name, registry)| {
        let answer = client.get_repository_policy().repository_name(&name).send().await;
        let with = |answer: &GetRepositoryPolicyOutput| {
            object()
                .maybe("registryId", answer.registry_id())
                .maybe("repositoryName", answer.repository_name())
                .maybe("policyText", answer.policy_text())
        };
        let none = object().with("registryId", registry).with("repositoryName", &name).with("policyText", "");
        or_none(answer, "RepositoryPolicyNotFoundException", with, none)
    })
    .await
}
