//! The organisation: its accounts, where they stand in the tree of organizational units, and the policies that bound what they
//! can do, with what each is attached to. With the tree and the targets the policies of an account are those of its parents up
//! to the root, as AWS applies them. Answers that do not say what they are about get its id: `ParentId`, `PolicyId`.

use aws_sdk_organizations::Client;
use aws_sdk_organizations::types::{Account, AccountState, AccountStatus, ChildType, PolicyType};
use serde_json::Value;

use crate::aws::{Aws, pages};
use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::{Failure, Kind};
use crate::json::{Json, object};
use crate::principals::{file_name, fit_for_path};
use crate::run::{Halt, Run};
use crate::wire::{Wire, rebuilt};

const DESCRIBE: Call =
    Call { operation: "DescribeOrganization", action: "organizations:DescribeOrganization" };
const ROOTS: Call = Call { operation: "ListRoots", action: "organizations:ListRoots" };
const CHILDREN: Call = Call { operation: "ListChildren", action: "organizations:ListChildren" };
const ACCOUNTS: Call = Call { operation: "ListAccounts", action: "organizations:ListAccounts" };
const POLICIES: Call = Call { operation: "ListPolicies", action: "organizations:ListPolicies" };
const POLICY: Call = Call { operation: "DescribePolicy", action: "organizations:DescribePolicy" };
const TARGETS: Call =
    Call { operation: "ListTargetsForPolicy", action: "organizations:ListTargetsForPolicy" };

const FILE: &str = "organizations/organization.json";
const ROOTS_FILE: &str = "organizations/roots.json";

pub(super) static COLLECTOR: Collector = Collector {
    name: "organization",
    about: "the organisation's accounts and units, service control policies and resource control policies, and their targets",
    calls: &[DESCRIBE, ROOTS, CHILDREN, ACCOUNTS, POLICIES, POLICY, TARGETS],
    files: &[
        FILE,
        ROOTS_FILE,
        "organizations/children/<parent>/<type>.json",
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
    if !describe(run, &client).await? || run.is_told_elsewhere {
        return Ok(());
    }
    if !roots(run, &client).await? {
        return Ok(());
    }
    tree(run, &client).await?;
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

/// Whether this account may ask. AWS tells an organisation to its management account and to delegated administrators only,
/// whatever the policies of others allow, so that one refusal tells it all.
async fn roots(run: &Run<'_>, client: &Client) -> Result<bool, Halt> {
    run.plan(1);
    let made = ROOTS.kept_in(ROOTS_FILE);
    if run.has(made) {
        run.known(made);
        return Ok(true);
    }
    let (mut roots, mut token) = (Vec::new(), None);
    let failure = loop {
        let wire = Wire::default();
        let call = client.list_roots().set_next_token(token);
        let page = match call.customize().interceptor(wire.clone()).send().await {
            Ok(page) => page,
            Err(error) => break Some(Failure::from(error)),
        };
        roots.extend(wire.items("Roots").into_iter().map(Json::Raw));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break None;
        }
    };
    match failure {
        None => run.keep_list(made, "Roots", roots, None).map(|()| true),
        Some(failure) => {
            let management = value_in(run, FILE).pointer("/Organization/MasterAccountId").cloned();
            let management = management.as_ref().and_then(Value::as_str).unwrap_or_default();
            let is_member = !management.is_empty() && management != run.caller.account;
            let is_refused = failure.kind == Kind::Denied && is_member;
            let failure = if is_refused {
                failure.because("only the management account and delegated administrators may ask")
            } else {
                failure
            };
            run.keep_list(made, "Roots", roots, Some(failure)).map(|()| !is_refused)
        }
    }
}

/// What stands below the roots, and below that.
async fn tree(run: &Run<'_>, client: &Client) -> Result<(), Halt> {
    let mut open = ids_in(run, ROOTS_FILE, "Roots");
    while !open.is_empty() {
        run.plan(open.len() * 2);
        run.for_each(&open, async |parent: &String| {
            for kind in [ChildType::Account, ChildType::OrganizationalUnit] {
                let file = children_file(parent, &kind);
                run.one(CHILDREN.kept_in(&file), async || {
                    let mut children = Vec::new();
                    let call = client.list_children().parent_id(parent).child_type(kind);
                    let failure = pages(call.into_paginator().send(), |page| {
                        children.extend(page.children().iter().map(|child| {
                            let kind = child.r#type().map(|kind| kind.as_str());
                            Json::from(object().maybe("Id", child.id()).maybe("Type", kind))
                        }));
                    });
                    match failure.await {
                        None => {
                            Ok(object().with("ParentId", parent.as_str()).with("Children", children).into())
                        }
                        Some(failure) => Err(failure),
                    }
                })
                .await?;
            }
            Ok(())
        })
        .await?;
        let units = open.iter().map(|parent| children_file(parent, &ChildType::OrganizationalUnit));
        open = units.flat_map(|file| ids_in(run, &file, "Children")).collect();
    }
    Ok(())
}

fn children_file(parent: &str, kind: &ChildType) -> String {
    let kind = if kind == &ChildType::Account { "accounts" } else { "organizational-units" };
    format!("organizations/children/{}/{kind}.json", fit_for_path(parent))
}

/// A file of this snapshot, whichever run wrote it.
fn value_in(run: &Run<'_>, file: &str) -> Value {
    serde_json::from_slice(&run.snapshot.read(file).unwrap_or_default()).unwrap_or_default()
}

/// The ids of the items of a list in such a file.
fn ids_in(run: &Run<'_>, file: &str, list: &str) -> Vec<String> {
    let document = value_in(run, file);
    let items = document.get(list).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.get("Id")?.as_str().map(str::to_owned)).collect()
}

async fn policies(run: &Run<'_>, client: &Client, kind: &PolicyType, file: &str) -> Result<(), Halt> {
    run.plan(1);
    let made = POLICIES.kept_in(file);
    if run.has(made) {
        run.known(made);
    } else {
        let (items, failure) = listed(client, kind).await;
        // An empty list does not say of what, and would be taken for nothing.
        if items.is_empty() && failure.is_none() {
            return run.done(POLICIES.alone(), None);
        }
        run.keep_list(made, "Policies", items, failure)?;
    }
    let ids = ids_in(run, file, "Policies");
    run.plan(ids.len() * 2);
    run.for_each(&ids, async |id: &String| {
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
                None => Ok(object().with("PolicyId", id.as_str()).with("Targets", targets).into()),
                Some(failure) => Err(failure),
            }
        })
        .await
    })
    .await
}

async fn listed(client: &Client, kind: &PolicyType) -> (Vec<Json>, Option<Failure>) {
    let (mut items, mut token) = (Vec::new(), None);
    loop {
        let wire = Wire::default();
        let call = client.list_policies().filter(kind.clone()).set_next_token(token);
        let page = match call.customize().interceptor(wire.clone()).send().await {
            Ok(page) => page,
            Err(error) => return (items, Some(error.into())),
        };
        items.extend(wire.items("Policies").into_iter().map(Json::Raw));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            return (items, None);
        }
    }
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
