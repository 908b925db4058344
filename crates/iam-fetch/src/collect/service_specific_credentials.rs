use aws_sdk_iam::types::ServiceSpecificCredentialMetadata;

use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::run::{Halt, Run};

const LIST: Call =
    Call { operation: "ListServiceSpecificCredentials", action: "iam:ListServiceSpecificCredentials" };
const FILE: &str = "service-specific-credentials.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "service-specific-credentials",
    about: "passwords and API keys of users for single services",
    calls: &[LIST],
    files: &[FILE],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    run.list(LIST.kept_in(FILE), "ServiceSpecificCredentials", async |items| {
        // The SDK has no paginator for this call.
        let mut marker = None;
        loop {
            let call = run.aws.iam().list_service_specific_credentials().all_users(true);
            let page = match call.set_marker(marker).send().await {
                Ok(page) => page,
                Err(error) => return Some(Failure::from(error)),
            };
            items.extend(page.service_specific_credentials().iter().map(credential));
            marker = page.marker().map(str::to_owned);
            if !page.is_truncated() || marker.is_none() {
                return None;
            }
        }
    })
    .await
}

fn credential(credential: &ServiceSpecificCredentialMetadata) -> Json {
    object()
        .with("UserName", credential.user_name())
        .with("Status", credential.status().as_str())
        .with("ServiceUserName", credential.service_user_name())
        .maybe("ServiceCredentialAlias", credential.service_credential_alias())
        .with("CreateDate", credential.create_date())
        .maybe("ExpirationDate", credential.expiration_date())
        .with("ServiceSpecificCredentialId", credential.service_specific_credential_id())
        .with("ServiceName", credential.service_name())
        .into()
}
