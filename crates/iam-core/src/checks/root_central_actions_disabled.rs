#![doc = include_str!("root_central_actions_disabled.md")]

use super::central_root::Feature;
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::Account;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-central-actions-disabled"),
    since: "0.1.0",
    title: "Organisation without central root actions",
    severity: Severity::Low,
    severity_reason: "root tasks in member accounts need root sign-ins there",
    enabled: true,
    needs: &[Artefact::OrganizationsFeatures],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Whoever may call sts:AssumeRoot in the management account can then act as root in member accounts, limited to \
               the task policies. Review who has that permission first.",
        steps: &[
            Step::run(
                "Allow IAM to act in the organisation. Run this in the management account.",
                "aws organizations enable-aws-service-access --service-principal iam.amazonaws.com",
            ),
            Step::run(
                "Switch the feature on. It can be undone with `aws iam disable-organizations-root-sessions`.",
                "aws iam enable-organizations-root-sessions",
            ),
        ],
        console: "IAM (management account) > Root access management > Enable > Privileged root actions in member accounts",
    },
    page: include_str!("root_central_actions_disabled.md"),
    judge: Judge::Account(judge),
};

const FEATURE: Feature = Feature {
    name: "RootSessions",
    without: "a task that needs root in a member account needs a root sign-in there",
    of: |_, sessions| sessions,
};

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    FEATURE.judge(account, cx)
}
