use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::json::Json;
use crate::run::{Halt, Run};

const LIST: Call = Call { operation: "ListAccountAliases", action: "iam:ListAccountAliases" };
const FILE: &str = "account-aliases.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "account-aliases",
    about: "the account's name in sign-in addresses",
    calls: &[LIST],
    files: &[FILE],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    run.list(LIST.kept_in(FILE), "AccountAliases", async |items| {
        let stream = run.aws.iam().list_account_aliases().into_paginator().send();
        pages(stream, |page| items.extend(page.account_aliases().iter().map(Json::from))).await
    })
    .await
}
