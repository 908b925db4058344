#![doc = include_str!("sts_global_token_v1.md")]

use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::Account;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("sts-global-token-v1"),
    since: "0.1.0",
    title: "Version 1 tokens from the global STS endpoint",
    severity: Severity::Info,
    severity_reason: "the tokens work in fewer Regions; nothing is exposed",
    enabled: false,
    needs: &[Artefact::AccountSummary],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "Version 2 tokens are longer. A program that keeps tokens in a field of fixed length may cut them off.",
        steps: &[
            Step::think(
                "Have programs call the STS endpoint of their Region, where tokens are valid everywhere anyway.",
            ),
            Step::run(
                "Switch to version 2. It can be undone with v1Token.",
                "aws iam set-security-token-service-preferences --global-endpoint-token-version v2Token",
            ),
        ],
        console: "IAM > Account settings > Security Token Service (STS) > Global endpoint > Change",
    },
    page: include_str!("sts_global_token_v1.md"),
    judge: Judge::Account(judge),
};

fn judge(account: &Account, cx: &Context<'_>) -> Judged {
    let version = &account.account_summary()?.global_endpoint_token_version;
    let number = version.known()?;
    if number != 1 {
        return Ok(Verdict::pass(format!("the tokens have version {number}")));
    }
    cx.fail("the global STS endpoint issues tokens of version 1, which Regions that are off by default do not accept")
        .because(version)
        .judged()
}
