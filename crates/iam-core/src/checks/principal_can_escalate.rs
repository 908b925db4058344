#![doc = include_str!("principal_can_escalate.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::escalation::{Path, Standing};
use crate::evidence::Identity;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("principal-can-escalate"),
    since: "0.1.0",
    title: "User or role that can make itself an administrator",
    severity: Severity::High,
    severity_reason: "one step or a few from everything, for whoever takes it over",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings {
        attack: &["T1078", "T1648", "T1098", "T1578", "T1550", "T1606", "T1040", "T1580", "T1619", "T1201"],
        ..Mappings::NONE
    },
    remedy: Remedy {
        risk: "What the principal really does with the permission stops working where it is taken away altogether. Narrowing \
               its resources is safer than removing it.",
        steps: &[
            Step::think(
                "Choose the step of the path that is needed least. Without it the path is gone, whatever the other steps allow.",
            ),
            Step::think(
                "Narrow the statement that opens the step: name the users, roles or policies that it is for, pass roles to named \
                 services only (iam:PassedToService), or attach a permissions boundary to the principal.",
            ),
            Step::think(
                "Save the new text of the policy as a new version, so that `aws iam set-default-policy-version` brings the old \
                 one back.",
            ),
        ],
        console: "IAM > Users or Roles > {name} > Permissions",
    },
    page: include_str!("principal_can_escalate.md"),
    judge: Judge::Identity(judge),
};

fn judge(identity: &Identity<'_>, cx: &Context<'_>) -> Judged {
    if matches!(identity, Identity::Group(_)) {
        return Ok(Verdict::not_applicable("the members of a group are judged one by one"));
    }
    match cx.escalation()?.standing(identity.arn()) {
        Some(Standing::Cannot) | None => Ok(Verdict::PASS),
        Some(Standing::Administrator) => Ok(Verdict::not_applicable("it is an administrator already")),
        Some(Standing::Unknown(gap)) => Err(std::sync::Arc::clone(gap)),
        Some(Standing::CanBecome(path)) => fail(identity, path, cx),
    }
}

fn fail(identity: &Identity<'_>, path: &Path, cx: &Context<'_>) -> Judged {
    let steps = match path.steps.len() {
        1 => "1 step".to_owned(),
        many => format!("{many} steps"),
    };
    let mut failure = if path.is_certain() {
        cx.fail(format!("{identity} can become an administrator in {steps}: {path}"))
    } else {
        let depends_on = path.depends_on().join(" and ");
        cx.fail(format!(
            "{identity} may become an administrator in {steps}: {path}; that depends on {depends_on}"
        ))
        .severity(Severity::Medium, "a step depends on what is not known here")
        .inferred()
    };
    for source in path.steps.iter().flat_map(|step| &step.because) {
        failure = failure.at(*source);
    }
    failure.judged()
}
