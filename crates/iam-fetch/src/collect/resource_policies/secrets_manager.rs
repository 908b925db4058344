//! Secrets: their policies, never their values.

use super::Here;
use crate::aws::pages;
use crate::collector::Call;
use crate::json::object;
use crate::run::Halt;

pub(super) const LIST: Call = Call { operation: "ListSecrets", action: "secretsmanager:ListSecrets" };
pub(super) const POLICY: Call =
    Call { operation: "GetResourcePolicy", action: "secretsmanager:GetResourcePolicy" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let client = aws_sdk_secretsmanager::Client::new(&here.config());
    let mut secrets = Vec::new();
    let failure = pages(client.list_secrets().into_paginator().send(), |page| {
        secrets.extend(
            page.secret_list()
                .iter()
                .filter_map(|secret| Some((secret.name()?.to_owned(), secret.arn()?.to_owned()))),
        );
    })
    .await;
    here.listed(&LIST, secrets.is_empty(), failure)?;
    here.each("secret", &POLICY, secrets, async |arn| {
        let answer = client.get_resource_policy().secret_id(arn).send().await?;
        Ok(object()
            .maybe("ARN", answer.arn())
            .maybe("Name", answer.name())
            .maybe("ResourcePolicy", answer.resource_policy())
            .into())
    })
    .await
}
