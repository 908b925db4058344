#![doc = include_str!("instance_role_without_instances.md")]

use iam_policy::pattern::PrincipalPattern;

use super::trusts::{PUT_TRUST, SAVE_TRUST, Trust};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Role;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("instance-role-without-instances"),
    since: "0.1.0",
    title: "Role for EC2 instances that no instance has",
    severity: Severity::Low,
    severity_reason: "rights that wait for whoever may start an instance and pass the role",
    enabled: false,
    needs: &[Artefact::AuthorizationDetails, Artefact::InstanceProfileAssociations],
    params: &[],
    mappings: Mappings { attack: &["T1078"], ..Mappings::NONE },
    remedy: Remedy {
        risk: "A group that is scaled to nothing, a launch template or a job of the night may start instances with the role. They get no credentials then.",
        steps: &[
            Step::think(
                "Look for launch templates, Auto Scaling groups and code that name the instance profile.",
            ),
            SAVE_TRUST,
            Step::think("If EC2 alone uses the role, delete it; else take EC2 out of its trust policy."),
            PUT_TRUST,
        ],
        console: "IAM > Roles > {role} > Trust relationships > Edit trust policy",
    },
    page: include_str!("instance_role_without_instances.md"),
    judge: Judge::Role(judge),
};

fn judge(role: &Role<'_>, cx: &Context<'_>) -> Judged {
    let detail = role.detail;
    if Trust::of(role)?.openings(is_ec2).is_empty() {
        return Ok(Verdict::not_applicable("it does not trust EC2"));
    }
    let profiles = detail.instance_profiles.seen()?;
    let used = cx.account().instance_profile_use();
    if let Some((region, held)) = profiles.iter().find_map(|profile| used.of(&profile.arn)) {
        return Ok(Verdict::pass(format!("instance {} in {region} has it", held.value.instance)));
    }
    if profiles.is_empty() {
        return cx
            .fail(format!(
                "role {} trusts EC2 and is in no instance profile, so that no instance can have it",
                detail.name
            ))
            .because(&detail.instance_profiles)
            .judged();
    }
    let regions = used.complete_in(&cx.account().regions_to_look_at())?;
    cx.fail(format!("no instance has role {}; {regions} Regions were read", detail.name))
        .because(&detail.instance_profiles)
        .judged()
}

/// EC2 itself, whose name ends in `.amazonaws.com.cn` in China.
fn is_ec2(principal: &PrincipalPattern) -> bool {
    let PrincipalPattern::Service(name) = principal else { return false };
    name.strip_prefix("ec2.").is_some_and(|rest| rest.starts_with("amazonaws.com"))
}
