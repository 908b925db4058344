//! The policy with which AWS quarantines a user whose access key it has found in public.

use crate::check::{Remedy, Step};

/// What to do for a user whom AWS has quarantined.
pub(super) const REMEDY: Remedy = Remedy {
    risk: "Whatever uses the leaked key stops. It has to.",
    steps: &[
        Step::LIST_KEYS,
        Step::run(
            "Deactivate the leaked key. AWS Support's mail names it.",
            "aws iam update-access-key --user-name {user} --access-key-id {key} --status Inactive",
        ),
        Step::run(
            "See what it did, in every Region in use.",
            "aws cloudtrail lookup-events --region {region} --lookup-attributes AttributeKey=AccessKeyId,AttributeValue={key}",
        ),
        Step::think(
            "Undo what the intruder left: users, roles, keys, policies, instances. Then answer AWS's case, and detach the quarantine policy last.",
        ),
    ],
    console: "IAM > Users > {user} > Security credentials > Access keys > Actions > Deactivate",
};

/// Whether the ARN is that policy's: `AWSCompromisedKeyQuarantine`, or with a version at its end, such as `V2`. Source: AWS
/// Managed Policy Reference, "`AWSCompromisedKeyQuarantineV3`".
pub(super) fn is_quarantine(arn: &str) -> bool {
    let Some((_, version)) = arn.split_once("policy/AWSCompromisedKeyQuarantine") else { return false };
    let number = version.strip_prefix('V');
    version.is_empty()
        || number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
