use aws_sdk_iam::types::AccessKeyMetadata;

use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::principals::{LIST_USERS, Principal, file_name};
use crate::run::{Halt, Run};

const LIST: Call = Call { operation: "ListAccessKeys", action: "iam:ListAccessKeys" };
const LAST_USED: Call = Call { operation: "GetAccessKeyLastUsed", action: "iam:GetAccessKeyLastUsed" };

pub(super) static COLLECTOR: Collector = Collector {
    name: "access-keys",
    about: "the access keys of each user, and their last use",
    calls: &[LIST_USERS, LIST, LAST_USED],
    files: &["access-keys/<user>.json", "access-key-last-used/<key>.json"],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    let users = run.users().await?;
    run.plan(users.len());
    run.for_each(users.iter(), async |user| of_user(run, user).await).await
}

async fn of_user(run: &Run<'_>, user: &Principal) -> Result<(), Halt> {
    let file = format!("access-keys/{}", user.file_name());
    let made = LIST.kept_in(&file);
    let ids = if run.has(made) {
        run.known(made);
        listed_before(run, &file)
    } else {
        let (mut keys, mut ids) = (Vec::new(), Vec::new());
        let stream = run.aws.iam().list_access_keys().user_name(&user.name).into_paginator().send();
        let failure = pages(stream, |page| {
            keys.extend(page.access_key_metadata().iter().map(key));
            ids.extend(
                page.access_key_metadata().iter().filter_map(|key| Some(key.access_key_id()?.to_owned())),
            );
        })
        .await;
        run.keep_list(made, "AccessKeyMetadata", keys, failure)?;
        ids
    };
    run.plan(ids.len());
    for id in ids {
        let file = format!("access-key-last-used/{}", file_name(&id));
        run.one(LAST_USED.kept_in(&file), async || last_use(run, &id).await).await?;
    }
    Ok(())
}

/// The ids in a file that an earlier run wrote.
fn listed_before(run: &Run<'_>, file: &str) -> Vec<String> {
    let bytes = run.snapshot.read(file).unwrap_or_default();
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let keys = document.get("AccessKeyMetadata").and_then(serde_json::Value::as_array);
    let ids = keys.into_iter().flatten().filter_map(|key| key.get("AccessKeyId")?.as_str());
    ids.map(str::to_owned).collect()
}

async fn last_use(run: &Run<'_>, id: &str) -> Result<Json, Failure> {
    let answer = run.aws.iam().get_access_key_last_used().access_key_id(id).send().await?;
    let used = answer.access_key_last_used().map(|used| {
        object()
            .maybe("LastUsedDate", used.last_used_date())
            .with("ServiceName", used.service_name())
            .with("Region", used.region())
    });
    Ok(object().maybe("UserName", answer.user_name()).maybe("AccessKeyLastUsed", used).into())
}

fn key(key: &AccessKeyMetadata) -> Json {
    object()
        .maybe("UserName", key.user_name())
        .maybe("AccessKeyId", key.access_key_id())
        .maybe("Status", key.status().map(|status| status.as_str()))
        .maybe("CreateDate", key.create_date())
        .into()
}
