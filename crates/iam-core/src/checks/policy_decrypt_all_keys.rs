#![doc = include_str!("policy_decrypt_all_keys.md")]

use iam_policy::permissions::{Scope, allowances};

use super::policy_statements::{CONSOLE, Ladder, Rung, exempt, replace_after};
use crate::check::{Check, CheckId, Context, Judge, Judged, Mappings, Remedy, Severity, Step, Verdict};
use crate::evidence::CustomerPolicy;
use crate::input::Artefact;

pub(super) static CHECK: Check = Check {
    id: CheckId("policy-decrypt-all-keys"),
    since: "0.1.0",
    title: "Policy that allows decrypting with every key",
    severity: Severity::Medium,
    severity_reason: "whatever is encrypted in the account is open to whoever has it",
    enabled: true,
    needs: &[Artefact::AuthorizationDetails],
    params: &[],
    mappings: Mappings::NONE,
    remedy: Remedy {
        risk: "What is encrypted with keys that the smaller policy does not name can no longer be read with it.",
        steps: &replace_after(Step::think(
            "Find out which keys the holders decrypt with: CloudTrail's Decrypt events name them.",
        )),
        console: CONSOLE,
    },
    page: include_str!("policy_decrypt_all_keys.md"),
    judge: Judge::Policy(judge),
};

const ACTIONS: [&str; 2] = ["kms:Decrypt", "kms:ReEncryptFrom"];

const LADDER: Ladder = Ladder {
    noun: "KMS key",
    part: "an account or Region",
    everywhere: Rung::own(Severity::Medium, Severity::Low),
    account: Rung::own(Severity::Medium, Severity::Low),
    some: None,
};

fn judge(policy: &CustomerPolicy<'_>, cx: &Context<'_>) -> Judged {
    let document = policy.document()?;
    let said = document.policy()?;
    if let Some(why) = exempt(policy, said, cx.catalogue())? {
        return Ok(Verdict::not_applicable(why));
    }
    let found = |action| allowances([said], action, Scope::KEYS).into_iter().map(move |one| (action, one));
    LADDER.judge(policy, document, ACTIONS.into_iter().flat_map(found), cx)
}
