//! Keys of KMS: the policy, and grants, which let others use a key as well.

use aws_sdk_kms::types::{GrantConstraints, GrantListEntry};

use super::{Here, twice};
use crate::aws::pages;
use crate::collector::Call;
use crate::json::{Json, Object, object};
use crate::run::Halt;

pub(super) const LIST: Call = Call { operation: "ListKeys", action: "kms:ListKeys" };
pub(super) const POLICY: Call = Call { operation: "GetKeyPolicy", action: "kms:GetKeyPolicy" };
pub(super) const GRANTS: Call = Call { operation: "ListGrants", action: "kms:ListGrants" };

pub(super) async fn collect(here: &Here<'_>) -> Result<(), Halt> {
    let client = aws_sdk_kms::Client::new(&here.config());
    let mut ids = Vec::new();
    let failure = pages(client.list_keys().into_paginator().send(), |page| {
        ids.extend(page.keys().iter().filter_map(|key| key.key_id().map(str::to_owned)));
    })
    .await;
    here.listed(&LIST, ids.is_empty(), failure)?;
    let each = || ids.iter().map(|id| twice(id));
    here.each("kms-key", &POLICY, each(), async |id| {
        // The only policy that a key can have.
        let answer = client.get_key_policy().key_id(id).policy_name("default").send().await?;
        Ok(object().maybe("Policy", answer.policy()).maybe("PolicyName", answer.policy_name()).into())
    })
    .await?;
    here.each("kms-key-grants", &GRANTS, each(), async |id| {
        let mut grants = Vec::new();
        let stream = client.list_grants().key_id(id).into_paginator().send();
        match pages(stream, |page| grants.extend(page.grants().iter().map(grant))).await {
            None => Ok(object().with("Grants", grants).into()),
            Some(failure) => Err(failure),
        }
    })
    .await
}

fn grant(grant: &GrantListEntry) -> Json {
    object()
        .maybe("KeyId", grant.key_id())
        .maybe("GrantId", grant.grant_id())
        .maybe("Name", grant.name())
        .maybe("CreationDate", grant.creation_date())
        .maybe("GranteePrincipal", grant.grantee_principal())
        .maybe("GranteeServicePrincipal", grant.grantee_service_principal())
        .maybe("RetiringPrincipal", grant.retiring_principal())
        .maybe("RetiringServicePrincipal", grant.retiring_service_principal())
        .maybe("IssuingAccount", grant.issuing_account())
        .list("Operations", grant.operations(), |operation| operation.as_str().into())
        .maybe("Constraints", grant.constraints().map(constraints))
        .into()
}

fn constraints(constraints: &GrantConstraints) -> Object {
    let pairs = |pairs: &std::collections::HashMap<String, String>| {
        // In an order that does not differ from run to run.
        let sorted: std::collections::BTreeMap<_, _> = pairs.iter().collect();
        sorted.into_iter().fold(object(), |object, (key, value)| object.with(key, value))
    };
    object()
        .maybe("EncryptionContextSubset", constraints.encryption_context_subset().map(pairs))
        .maybe("EncryptionContextEquals", constraints.encryption_context_equals().map(pairs))
}
