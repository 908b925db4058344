#![doc = include_str!("policy_sensitive_without_mfa.md")]

use std::sync::OnceLock;

use iam_policy::context::{Context as RequestContext, ContextValue};
use iam_policy::policy::{Policy, Statement, StatementRef};
use iam_policy::truth::Truth;

use super::policy_statements::{BOUNDARY, CONSOLE, cite, replace_after};
use super::sensitive_actions;
use crate::check::{
    Check, CheckId, Context, Judge, Judged, Mappings, Param, Patterns, Remedy, Severity, Step, Verdict,
};
use crate::evidence::CustomerPolicy;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("policy-sensitive-without-mfa"),
    since: "0.1.0",
    title: "Policy that allows sensitive actions without MFA",
    severity: Severity::Low,
    severity_reason: "a leaked key or password alone is enough for the action",
    enabled: false,
    needs: &[Artefact::AuthorizationDetails],
    params: &[&ACTIONS],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Programs have no MFA: give what they need to roles of their own before you ask people for it.",
        steps: &replace_after(Step::think(
            "Find out who uses the actions. Ask for MFA by a condition on aws:MultiFactorAuthPresent.",
        )),
        console: CONSOLE,
    },
    page: include_str!("policy_sensitive_without_mfa.md"),
    judge: Judge::Policy(judge),
};

static ACTIONS: Param<Patterns> = Param::new(
    "actions",
    || Patterns(DEFAULT_ACTIONS.map(str::to_owned).to_vec()),
    (0, 0),
    "the sensitive actions, as in policies; `*` stands for any text",
);

const DEFAULT_ACTIONS: [&str; 18] = [
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
    "iam:DeactivateMFADevice",
    "iam:AttachUserPolicy",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:PutUserPolicy",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "cloudtrail:DeleteTrail",
    "cloudtrail:StopLogging",
    "kms:DisableKey",
    "kms:ScheduleKeyDeletion",
    "organizations:LeaveOrganization",
    "s3:DeleteBucket",
];

fn judge(policy: &CustomerPolicy<'_>, cx: &Context<'_>) -> Judged {
    let document = policy.document()?;
    let said = document.policy()?;
    if policy.is_boundary_only()? {
        return Ok(Verdict::not_applicable(BOUNDARY));
    }
    let actions = sensitive_actions::listed(&cx.get(&ACTIONS), "actions", cx.catalogue())?;
    let mut open: Vec<&str> = Vec::new();
    let mut because: Vec<StatementRef<'_>> = Vec::new();
    for action in &actions {
        let by = allowed_without_mfa(said, action);
        if !by.is_empty() {
            open.push(action);
        }
        because.extend(by);
    }
    if open.is_empty() {
        return Ok(Verdict::PASS);
    }
    because.sort_by_key(|cited| cited.index);
    let failure = cx.fail(format!("{policy} allows {} without MFA", sensitive_actions::told(open)));
    cite(failure, document, because).judged()
}

/// What a request without MFA looks like: long-term credentials do not have the key, temporary ones have it as `false`. Source:
/// IAM User Guide, "AWS global condition context keys", `aws:MultiFactorAuthPresent`.
fn without_mfa() -> &'static [RequestContext; 2] {
    static CONTEXTS: OnceLock<[RequestContext; 2]> = OnceLock::new();
    CONTEXTS.get_or_init(|| {
        [ContextValue::Absent, ContextValue::single("false")].map(|present| {
            RequestContext::open()
                .with("aws:MultiFactorAuthPresent", present)
                .with("aws:MultiFactorAuthAge", ContextValue::Absent)
        })
    })
}

/// The statements that allow an action on some resource to somebody without MFA.
fn allowed_without_mfa<'p>(said: &'p Policy, action: &str) -> Vec<StatementRef<'p>> {
    let (service, name) = action.split_once(':').unwrap_or((action, ""));
    let about = || said.statements().filter(|cited| cited.statement.actions.cover_name(service, name));
    let in_context = |context: &RequestContext| {
        let is_denied = about().any(|cited| {
            let statement = cited.statement;
            !statement.allows() && statement.is_on_everything() && holds(statement, context).is_true()
        });
        let allows = about().filter(|cited| {
            cited.statement.allows()
                && cited.statement.resources.is_some()
                && !holds(cited.statement, context).is_false()
        });
        if is_denied { Vec::new() } else { allows.collect() }
    };
    let by: Vec<Vec<StatementRef<'p>>> = without_mfa().iter().map(in_context).collect();
    by.into_iter().max_by_key(Vec::len).unwrap_or_default()
}

fn holds(statement: &Statement, context: &RequestContext) -> Truth {
    Truth::all(statement.conditions.iter().map(|test| test.holds(context)))
}
