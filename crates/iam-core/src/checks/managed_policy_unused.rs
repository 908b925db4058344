#![doc = include_str!("managed_policy_unused.md")]

use std::sync::Arc;

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::{Identity, ManagedPolicy};
use crate::fact::{Gap, Reason};
use crate::input::{Artefact, quoted};

pub(super) static CHECK: Check = Check {
    id: CheckId("managed-policy-unused"),
    since: "0.1.0",
    title: "Policy of one's own that nobody has",
    severity: Severity::Low,
    severity_reason: "a leftover that somebody may attach one day by its name",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "A program or a permission set may attach the policy later and fail without it.",
        steps: &[
            Step::run("See that nobody has it.", "aws iam list-entities-for-policy --policy-arn {arn}"),
            Step::run(
                "See its versions and keep a copy of what they say, with `aws iam get-policy-version`.",
                "aws iam list-policy-versions --policy-arn {arn}",
            ),
            Step::run(
                "Delete each version that is not the default.",
                "aws iam delete-policy-version --policy-arn {arn} --version-id VERSION_ID",
            ),
            Step::run(
                "Delete the policy. This cannot be undone.",
                "aws iam delete-policy --policy-arn {arn}",
            ),
        ],
        console: "IAM > Policies > {name} > Delete",
    },
    page: include_str!("managed_policy_unused.md"),
    judge: Judge::ManagedPolicy(judge),
};

fn judge(policy: &ManagedPolicy<'_>, cx: &Context<'_>) -> Judged {
    let detail = policy.detail;
    if detail.boundary_uses.known().is_ok_and(|uses| uses > 0) {
        return Ok(Verdict::pass("it is a permissions boundary"));
    }
    let mut empty = Vec::new();
    let mut unsure = None;
    let mut seen = 0_u64;
    for holder in policy.holders() {
        seen = seen.saturating_add(1);
        let Identity::Group(group) = holder else { return Ok(Verdict::PASS) };
        if group.members().next().is_some() {
            return Ok(Verdict::PASS);
        }
        match group.all_members_seen() {
            Ok(()) => empty.push(group),
            Err(gap) => unsure = Some(gap),
        }
    }
    detail.boundary_uses.known()?;
    let attachments = detail.attachments.known()?;
    if let Some(gap) = unsure {
        return Err(gap);
    }
    if attachments > seen {
        return Err(unseen_holders(policy, attachments, seen));
    }
    let name = &detail.name;
    let failure = match empty.as_slice() {
        [] => cx.fail(format!("policy {name} is attached to nobody and bounds nobody")),
        groups => {
            let names: Vec<&str> = groups.iter().map(|group| &*group.detail.name).collect();
            cx.fail(format!("policy {name} is attached to groups without members only: {}", names.join(", ")))
        }
    };
    let failure = failure.because(&detail.attachments).because(&detail.boundary_uses);
    empty.iter().fold(failure, |failure, group| failure.at(group.detail.source)).judged()
}

fn unseen_holders(policy: &ManagedPolicy<'_>, attachments: u64, seen: u64) -> Arc<Gap> {
    let artefact = Artefact::AuthorizationDetails;
    Arc::new(Gap {
        reason: Reason::Contradiction,
        artefact: Some(artefact),
        source: policy.detail.attachments.source(),
        what: format!(
            "AWS counts {attachments} attachments of policy {}, the {} show {seen}",
            quoted(&policy.detail.name),
            artefact.noun()
        )
        .into(),
        remedy: format!("run `{}` without --filter", artefact.command()).into(),
    })
}
