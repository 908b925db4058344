//! IAM's reports of what each user, group, role and customer policy last used.

use aws_sdk_iam::operation::get_service_last_accessed_details::GetServiceLastAccessedDetailsOutput as Page;
use aws_sdk_iam::types::{
    AccessAdvisorUsageGranularityType, JobStatusType, PolicyScopeType, ServiceLastAccessed,
    TrackedActionLastAccessed,
};
use tokio::time::Instant;

use crate::aws::pages;
use crate::collector::{Call, Collect, Collector, Work};
use crate::failure::Failure;
use crate::json::{Json, object};
use crate::principals::{LIST_USERS, Principal};
use crate::run::{Halt, Run};
use crate::snapshot::moment;

const LIST_GROUPS: Call = Call { operation: "ListGroups", action: "iam:ListGroups" };
const LIST_ROLES: Call = Call { operation: "ListRoles", action: "iam:ListRoles" };
const LIST_POLICIES: Call = Call { operation: "ListPolicies", action: "iam:ListPolicies" };
const GENERATE: Call = Call {
    operation: "GenerateServiceLastAccessedDetails",
    action: "iam:GenerateServiceLastAccessedDetails",
};
const GET: Call =
    Call { operation: "GetServiceLastAccessedDetails", action: "iam:GetServiceLastAccessedDetails" };

const FORMAT: &str = "iam-audit/service-last-accessed";

pub(super) static COLLECTOR: Collector = Collector {
    name: "service-last-accessed",
    about: "when each user, group, role and customer policy last used which service and action",
    calls: &[LIST_USERS, LIST_GROUPS, LIST_ROLES, LIST_POLICIES, GENERATE, GET],
    files: &["service-last-accessed/<kind>/<name>.json"],
    by_default: true,
    collect: Collect::Account(|run| -> Work<'_> { Box::pin(collect(run)) }),
};

async fn collect(run: &Run<'_>) -> Result<(), Halt> {
    run.plan(3);
    let users = run.users().await?;
    let iam = run.aws.iam();
    let (mut groups, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new());
    let failure = pages(iam.list_groups().into_paginator().page_size(1000).send(), |page| {
        groups.extend(
            page.groups()
                .iter()
                .map(|group| Principal::new(group.group_name(), group.arn(), group.group_id())),
        );
    });
    run.listed(&LIST_GROUPS, false, failure.await)?;
    let failure = pages(iam.list_roles().into_paginator().page_size(1000).send(), |page| {
        roles.extend(
            page.roles().iter().map(|role| Principal::new(role.role_name(), role.arn(), role.role_id())),
        );
    });
    run.listed(&LIST_ROLES, false, failure.await)?;
    let own = iam.list_policies().scope(PolicyScopeType::Local);
    let failure = pages(own.into_paginator().page_size(1000).send(), |page| {
        policies.extend(page.policies().iter().filter_map(|policy| {
            Some(Principal::new(policy.policy_name()?, policy.arn()?, policy.policy_id().unwrap_or_default()))
        }));
    });
    run.listed(&LIST_POLICIES, false, failure.await)?;

    let kinds = [("user", &*users), ("group", &groups), ("role", &roles), ("policy", &policies)];
    let all: Vec<(&str, &Principal)> =
        kinds.iter().flat_map(|(kind, list)| list.iter().map(|principal| (*kind, principal))).collect();
    run.plan(all.len());
    // While AWS works on some reports, those of the next ones are ordered.
    run.for_each(all, async |(kind, principal)| report(run, kind, principal).await).await
}

async fn report(run: &Run<'_>, kind: &str, principal: &Principal) -> Result<(), Halt> {
    let file = format!("service-last-accessed/{kind}/{}", principal.file_name());
    let made = GET.kept_in(&file);
    if run.has(made) {
        run.known(made);
        return Ok(());
    }
    let order = run
        .aws
        .iam()
        .generate_service_last_accessed_details()
        .arn(&principal.arn)
        .granularity(AccessAdvisorUsageGranularityType::ActionLevel);
    let job = match order.send().await {
        Ok(answer) => answer.job_id().unwrap_or_default().to_owned(),
        Err(error) => return run.fail(GENERATE.kept_in(&file), &error.into(), false),
    };
    run.forget_failure(GENERATE.kept_in(&file));
    let (answers, failure) = answers(run, &job).await;
    let is_empty = answers.is_empty();
    let wrapper = object()
        .with("format", FORMAT)
        .with("version", 1)
        .with("principal", &principal.arn)
        .with("principal_id", &principal.id)
        .with("granularity", "ACTION_LEVEL")
        .with("collected_at", moment())
        .with("pages", answers);
    match failure {
        None => run.keep(made, &wrapper.into()),
        Some(failure) if is_empty => run.fail(made, &failure, false),
        Some(failure) => run.keep_part(made, wrapper, &failure),
    }
}

/// All pages of a job's answer, as soon as it has one.
async fn answers(run: &Run<'_>, job: &str) -> (Vec<Json>, Option<Failure>) {
    let deadline = Instant::now() + run.pace.report_deadline;
    let mut waits = run.pace.polls();
    let (mut answers, mut marker) = (Vec::new(), None::<String>);
    loop {
        let call = run.aws.iam().get_service_last_accessed_details().job_id(job).max_items(1000);
        let page = match call.set_marker(marker.clone()).send().await {
            Ok(page) => page,
            Err(error) => return (answers, Some(error.into())),
        };
        if page.job_status() == &JobStatusType::InProgress {
            match waits.next() {
                Some(wait) if Instant::now() + wait <= deadline => run.pause(wait).await,
                _ => return (answers, Some(not_finished(run))),
            }
            continue;
        }
        answers.push(answer(&page));
        if let Some(error) = page.error().filter(|_| page.job_status() == &JobStatusType::Failed) {
            return (answers, Some(Failure::new(error.code(), error.message())));
        }
        marker = page.marker().map(str::to_owned);
        if !page.is_truncated() || marker.is_none() {
            return (answers, None);
        }
    }
}

fn not_finished(run: &Run<'_>) -> Failure {
    let seconds = run.pace.report_deadline.as_secs();
    Failure::new("JobInProgress", &format!("AWS did not finish the report within {seconds} s"))
}

fn answer(page: &Page) -> Json {
    let error =
        page.error().map(|error| object().with("Message", error.message()).with("Code", error.code()));
    object()
        .with("JobStatus", page.job_status().as_str())
        .maybe("JobType", page.job_type().map(|kind| kind.as_str()))
        .with("JobCreationDate", page.job_creation_date())
        .list("ServicesLastAccessed", page.services_last_accessed(), service)
        .with("JobCompletionDate", page.job_completion_date())
        .with("IsTruncated", page.is_truncated())
        .maybe("Marker", page.marker())
        .maybe("Error", error)
        .into()
}

fn service(service: &ServiceLastAccessed) -> Json {
    object()
        .with("ServiceName", service.service_name())
        .maybe("LastAuthenticated", service.last_authenticated())
        .with("ServiceNamespace", service.service_namespace())
        .maybe("LastAuthenticatedEntity", service.last_authenticated_entity())
        .maybe("LastAuthenticatedRegion", service.last_authenticated_region())
        .maybe("TotalAuthenticatedEntities", service.total_authenticated_entities())
        .maybe_list("TrackedActionsLastAccessed", service.tracked_actions_last_accessed.as_ref(), action)
        .into()
}

fn action(action: &TrackedActionLastAccessed) -> Json {
    object()
        .maybe("ActionName", action.action_name())
        .maybe("LastAccessedEntity", action.last_accessed_entity())
        .maybe("LastAccessedTime", action.last_accessed_time())
        .maybe("LastAccessedRegion", action.last_accessed_region())
        .into()
}
