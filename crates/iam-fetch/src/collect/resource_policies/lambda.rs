//! Functions of Lambda, and every version of layers, which can be shared by themselves. Policies of a function's versions and
//! aliases are not asked for, as Access Analyzer does not look at them either.

use aws_sdk_lambda::operation::get_layer_version_policy::GetLayerVersionPolicyOutput;
use aws_sdk_lambda::operation::get_policy::GetPolicyOutput;

use super::{Here, or_none, twice};
use crate::aws::pages;
use crate::collector::Call;
use crate::failure::Failure;
use crate::json::object;
use crate::run::Halt;

pub(super) const LIST: Call = Call { operation: "ListFunctions", action: "lambda:ListFunctions" };
pub(super) const POLICY: Call = Call { operation: "GetPolicy", action: "lambda:GetPolicy" };
pub(super) const LIST_LAYERS: Call = Call { operation: "ListLayers", action: "lambda:ListLayers" };
pub(super) const LIST_VERSIONS: Call =
    Call { operation: "ListLayerVersions", action: "lambda:ListLayerVersions" };
pub(super) const VERSION_POLICY: Call =
    Call { operation: "GetLayerVersionPolicy", action: "lambda:GetLayerVersionPolicy" };

const NO_POLICY: &str = "ResourceNotFoundException";

pub(super) async fn functions(here: &Here<'_>) -> Result<(), Halt> {
    let client = aws_sdk_lambda::Client::new(&here.config());
    let mut names = Vec::new();
    // The list holds the functions' variables, which may be secret. Only names are kept.
    let failure = pages(client.list_functions().into_paginator().send(), |page| {
        names.extend(page.functions().iter().filter_map(|function| function.function_name().map(twice)));
    })
    .await;
    here.listed(&LIST, names.is_empty(), failure)?;
    here.each("lambda-function", &POLICY, names, async |name| {
        let answer = client.get_policy().function_name(name).send().await;
        let with = |answer: &GetPolicyOutput| {
            object().maybe("Policy", answer.policy()).maybe("RevisionId", answer.revision_id())
        };
        or_none(answer, NO_POLICY, with, object().with("Policy", ""))
    })
    .await
}

pub(super) async fn layers(here: &Here<'_>) -> Result<(), Halt> {
    let client = aws_sdk_lambda::Client::new(&here.config());
    let mut names = Vec::new();
    let failure = pages(client.list_layers().into_paginator().send(), |page| {
        names.extend(page.layers().iter().filter_map(|layer| layer.layer_name().map(str::to_owned)));
    })
    .await;
    here.listed(&LIST_LAYERS, names.is_empty(), failure)?;
    if names.is_empty() {
        return Ok(());
    }
    let (mut versions, mut failed) = (Vec::new(), None::<Failure>);
    for name in names {
        let stream = client.list_layer_versions().layer_name(&name).into_paginator().send();
        let failure = pages(stream, |page| {
            let all = page.layer_versions().iter().map(|version| version.version());
            versions.extend(all.map(|version| (format!("{name}:{version}"), (name.clone(), version))));
        });
        failed = failed.or(failure.await);
    }
    here.listed(&LIST_VERSIONS, versions.is_empty(), failed)?;
    here.each("lambda-layer-version", &VERSION_POLICY, versions, async |(name, version)| {
        let call = client.get_layer_version_policy().layer_name(name).version_number(version);
        let with = |answer: &GetLayerVersionPolicyOutput| {
            object().maybe("Policy", answer.policy()).maybe("RevisionId", answer.revision_id())
        };
        or_none(call.send().await, NO_POLICY, with, object().with("Policy", ""))
    })
    .await
}
