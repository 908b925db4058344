#![doc = include_str!("root_credentials_management_disabled.md")]

use super::central_root::Feature;
use crate::check::{Check, CheckId, Cis, Context, Judge, Judged, Mappings, Remedy, Severity, Step};
use crate::evidence::Account;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("root-credentials-management-disabled"),
    since: "0.1.0",
    title: "Organisation without central management of root credentials",
    severity: Severity::Medium,
    severity_reason: "every member account keeps a root secret of its own",
    enabled: true,
    needs: &[Artefact::OrganizationsFeatures],
    params: &[],
    mappings: Mappings { cis: Cis { v7_0: Some("2.1.1"), ..Cis::NONE }, ..Mappings::NONE },
    remedy: Remedy {
        risk: "Switching the feature on changes no existing credential. Member accounts made from then on are born without root \
               credentials.",
        steps: &[
            Step::run(
                "Allow IAM to act in the organisation. Run this in the management account.",
                "aws organizations enable-aws-service-access --service-principal iam.amazonaws.com",
            ),
            Step::run(
                "Switch the feature on. It can be undone with \
                 `aws iam disable-organizations-root-credentials-management`.",
                "aws iam enable-organizations-root-credentials-management",
            ),
            Step::think(
                "Then delete the root credentials of the member accounts; see `member-root-credentials-present`.",
            ),
        ],
        console: "IAM (management account) > Root access management > Enable > Root credentials management",
    },
    page: include_str!("root_credentials_management_disabled.md"),
    judge: Judge::Account(judge),
};

const FEATURE: Feature = Feature {
    name: "RootCredentialsManagement",
    without: "each member account keeps a root user with credentials of its own",
    of: |management, _| management,
};

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    FEATURE.judge(account, cx)
}
