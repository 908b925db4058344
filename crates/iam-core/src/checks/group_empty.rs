#![doc = include_str!("group_empty.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Group;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("group-empty"),
    since: "0.1.0",
    title: "Group without members",
    severity: Severity::Low,
    severity_reason: "a leftover that gives its rights to whoever is put into it next",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Nothing breaks today. A program that makes users may count on the group.",
        steps: &[
            Step::run("See that nobody is in it.", "aws iam get-group --group-name {group}"),
            Step::run(
                "See which policies have to be detached first, with `aws iam detach-group-policy`.",
                "aws iam list-attached-group-policies --group-name {group}",
            ),
            Step::run(
                "See which embedded policies have to be deleted first, with `aws iam delete-group-policy`.",
                "aws iam list-group-policies --group-name {group}",
            ),
            Step::run(
                "Delete the group. This cannot be undone.",
                "aws iam delete-group --group-name {group}",
            ),
        ],
        console: "IAM > User groups > {group} > Delete",
    },
    page: include_str!("group_empty.md"),
    judge: Judge::Group(judge),
};

fn judge(group: &Group<'_>, cx: &Context<'_>) -> Judged {
    if group.members().next().is_some() {
        return Ok(Verdict::PASS);
    }
    group.all_members_seen()?;
    cx.fail(format!("group {} has no members", group.detail.name)).at(group.detail.source).judged()
}
