//! The organisation: its accounts, and the policies that bound what they can do.

use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{Account, AccountState, AccountStatus, PolicyType};
use serde_json::Value;

use crate::aws::{Aws, pages};
use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::principals::file_name;
use crate::run::{Halt, Run};
use crate::wire::{Wire, rebuilt};

const DESCRIBE: Call =
    Call { operation: "DescribeOrganization", action: "organizations:DescribeOrganization" };
const ROOTS: Call = Call { operation: "ListRoots", action: "organizations:ListRoots" };
const ACCOUNTS: Call = Call { operation: "ListAccounts", action: "organizations:ListAccounts" };
const POLICIES: Call = Call { operation: "ListPolicies", action: "organizations:ListPolicies" };
const POLICY: Call = Call { operation: "DescribePolicy", action: "organizations:DescribePolicy" };
const TARGETS: Call =
    Call { operation: "ListTargetsForPolicy", action: "organizations:ListTargetsForPolicy" };

const FILE: &str = "organizations/organization.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "organization",
    about: "the organisation's accounts, service control policies and resource control policies",
    calls: &[DESCRIBE, ROOTS, ACCOUNTS, POLICIES, POLICY, TARGETS],
    files: &[
        FILE,
        "organizations/roots.json",
        "organizations/accounts.json",
        "organizations/<type>.json",
        "organizations/policies/<policy>.json",
        "organizations/targets/<policy>.json",
    ],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

/// The types of policies that bound permissions, and the files that list them.
fn types() -> [(PolicyType, &'static str); 2] {
    [
        (PolicyType::ServiceControlPolicy, "organizations/service-control-policies.json"),
        (PolicyType::ResourceControlPolicy, "organizations/resource-control-policies.json"),
    ]
}

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    let client = Client::new(run.aws.config());
    if !describe(run, &client).await? {
        return Ok(());
    }
    run.list(ROOTS.kept_in("organizations/roots.json"), "Roots", async |items: &mut Vec<Json>| {
        let wire = Wire::default();
        let answer = client.list_roots().customize().interceptor(wire.clone()).send().await;
        items.extend(wire.items("Roots").into_iter().map(Json::Raw));
        answer.err().map(Failure::from)
    })
    .await?;
    run.list(ACCOUNTS.kept_in("organizations/accounts.json"), "Accounts", async |items: &mut Vec<Json>| {
        let stream = client.list_accounts().into_paginator().send();
        pages(stream, |page| items.extend(page.accounts().iter().map(account))).await
    })
    .await?;
    for (kind, file) in types() {
        policies(run, &client, &kind, file).await?;
    }
    Ok(())
}

/// Whether the account is in an organisation. That it is in none is an answer, too, but stands in no file.
async fn describe(run: &Run<'_>, client: &Client) -> Result<bool, Halt> {
    run.plan(1);
    let made = DESCRIBE.kept_in(FILE);
    if run.has(made) {
        run.known(made);
        return Ok(true);
    }
    let wire = Wire::default();
    let call = client.describe_organization().customize().interceptor(wire.clone());
    match call.send().await.map_err(Failure::from) {
        Ok(_) => run.keep(made, &rebuilt(wire.fields()).into()).map(|()| true),
        Err(failure) if failure.is("AWSOrganizationsNotInUseException") => {
            run.done(DESCRIBE.alone(), None).map(|()| false)
        }
        Err(failure) => run.fail(made, &failure, false).map(|()| false),
    }
}

async fn policies(run: &Run<'_>, client: &Client, kind: &PolicyType, file: &str) -> Result<(), Halt> {
    run.list(POLICIES.kept_in(file), "Policies", async |items: &mut Vec<Json>| {
        let mut token = None;
        loop {
            let wire = Wire::default();
            let call = client.list_policies().filter(kind.clone()).set_next_token(token);
            let page = match call.customize().interceptor(wire.clone()).send().await {
                Ok(page) => page,
                Err(error) => return Some(error.into()),
            };
            items.extend(wire.items("Policies").into_iter().map(Json::Raw));
            token = Some(page.next_token()?.to_owned());
        }
    })
    .await?;
    let listed: Value =
        serde_json::from_slice(&run.snapshot.read(file).unwrap_or_default()).unwrap_or_default();
    let policies = listed.get("Policies").and_then(Value::as_array);
    let ids: Vec<&str> =
        policies.into_iter().flatten().filter_map(|policy| policy.get("Id")?.as_str()).collect();
    run.plan(ids.len() * 2);
    run.for_each(ids, async |id: &str| {
        let file = format!("organizations/policies/{}", file_name(id));
        run.one(POLICY.kept_in(&file), async || {
            let wire = Wire::default();
            client.describe_policy().policy_id(id).customize().interceptor(wire.clone()).send().await?;
            Ok(rebuilt(wire.fields()).into())
        })
        .await?;
        let file = format!("organizations/targets/{}", file_name(id));
        run.one(TARGETS.kept_in(&file), async || {
            let mut targets = Vec::new();
            let stream = client.list_targets_for_policy().policy_id(id).into_paginator().send();
            let failure = pages(stream, |page| {
                targets.extend(page.targets().iter().map(|target| {
                    Json::from(
                        object()
                            .maybe("TargetId", target.target_id())
                            .maybe("Arn", target.arn())
                            .maybe("Name", target.name())
                            .maybe("Type", target.r#type().map(|kind| kind.as_str())),
                    )
                }));
            })
            .await;
            match failure {
                None => Ok(object().with("Targets", targets).into()),
                Some(failure) => Err(failure),
            }
        })
        .await
    })
    .await
}

/// The ids of the accounts that can be used.
pub(crate) async fn active_accounts(aws: &Aws) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    let stream = Client::new(aws.config()).list_accounts().into_paginator().send();
    let failure = pages(stream, |page| {
        let active = page.accounts().iter().filter(|account| is_active(account));
        ids.extend(active.filter_map(|account| Some(account.id()?.to_owned())));
    })
    .await;
    failure.map_or(Ok(ids), Err)
}

/// AWS is about to tell the state in place of the status.
fn is_active(account: &Account) -> bool {
    account.status.as_ref().is_none_or(|status| status == &AccountStatus::Active)
        && account.state().is_none_or(|state| state == &AccountState::Active)
}

fn account(account: &Account) -> Json {
    object()
        .maybe("Id", account.id())
        .maybe("Arn", account.arn())
        .maybe("Email", account.email())
        .maybe("Name", account.name())
        .maybe("Status", account.status.as_ref().map(|status| status.as_str()))
        .maybe("State", account.state().map(|state| state.as_str()))
        .maybe_list("Paths", account.paths.as_ref(), |path| path.into())
        .maybe("JoinedMethod", account.joined_method().map(|method| method.as_str()))
        .maybe("JoinedTimestamp", account.joined_timestamp())
        .into()
}
