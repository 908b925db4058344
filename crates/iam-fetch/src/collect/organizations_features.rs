use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::run::{Halt, Run};

const LIST: Call = Call { operation: "ListOrganizationsFeatures", action: "iam:ListOrganizationsFeatures" };
const FILE: &str = "organizations-features.json";

/// Errors that are answers: they tell why the account has no such features. Source: IAM API Reference,
/// `ListOrganizationsFeatures`.
const ANSWERS: [&str; 4] = [
    "AccountNotManagementOrDelegatedAdministratorException",
    "OrganizationNotFoundException",
    "OrganizationNotInAllFeaturesModeException",
    "ServiceAccessNotEnabledException",
];

pub(super) static COLLECTOR: Collector = Collector {
    name: "organizations-features",
    about: "what the organisation manages centrally about root users",
    calls: &[LIST],
    files: &[FILE],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    let is_answer = |failure: &Failure| ANSWERS.iter().any(|code| failure.is(code));
    run.answer_or(LIST.kept_in(FILE), async || ask(run).await, is_answer).await
}

async fn ask(run: &Run<'_>) -> Result<Json, Failure> {
    let answer = run.aws.iam().list_organizations_features().send().await?;
    let features = answer.enabled_features();
    Ok(object()
        .maybe("OrganizationId", answer.organization_id())
        .list("EnabledFeatures", features, |feature| feature.as_str().into())
        .into())
}
